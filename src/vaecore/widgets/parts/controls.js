// What a reader steers with.

import { element, uniqueId } from "./elements.js";

// A labelled slider: what all chart widgets steer with.  `name` may hold a subscript; `say(value)` is what is shown
// beside it and told to a screen reader.
export function makeSlider({ name, min, max, step = 0.01, say = (value) => value.toFixed(2), onInput }) {
  const id = uniqueId("slider");
  const range = element("input", { type: "range", id, min, max, step });
  const value = element("output", { for: id, class: "vw-value", "aria-live": "off" }); // the slider says it itself
  range.addEventListener("input", () => onInput(Number(range.value)));
  return {
    range,
    row: element("div", { class: "vw-slider vw-parameter" }, element("label", { for: id }, name), range, value),
    set(number) {
      range.value = number;
      value.textContent = say(number);
      range.setAttribute("aria-valuetext", say(number));
    },
  };
}

// What a reader steers with: sliders, buttons, lists to choose from.

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

export function makeButton(text, press) {
  const button = element("button", { type: "button" }, text);
  button.addEventListener("click", press);
  return button;
}

// A row of buttons from [[name, values], ...]; choose(values) is called with those of the one that is pressed.
export const makePresets = (presets, choose) =>
  element("div", { class: "vw-presets" }, ...presets.map(([name, values]) => makeButton(name, () => choose(values))));

// A list to choose from, made of [[value, text], ...]; choose(value) is called with a text, as HTML has it.
export function makeSelect(id, options, choose) {
  const select = element("select", { id }, ...options.map(([value, text]) => element("option", { value }, text)));
  select.addEventListener("change", () => choose(select.value));
  return select;
}

// Films: what lies between two ends, from 0 to 1, in a row of pictures, with a marker and a slider.

import { element, uniqueId } from "./elements.js";
import { onDrag } from "./touch.js";

// Strips of `steps` pictures each, one below the other, and a marker across them; choose(s) is called with the place,
// from 0 to 1, of the picture that is pressed or dragged to.
export function makeFilms(strips, steps, choose, markerStyle = "") {
  const marker = element("div", { class: `vw-marker ${markerStyle}`.trim(), "aria-hidden": "true" });
  const pictures = element("div", { class: "vw-pictures" }, ...strips.map((strip) => strip.element), marker);
  const films = element("div", { class: "vw-films" }, pictures); // higher than a low strip, for fingers
  onDrag(films, (x) => choose(Math.min(steps - 1, Math.floor(x * steps)) / (steps - 1)));
  return {
    element: films,
    mark: (s) => (marker.style.left = `${((s * (steps - 1) + 0.5) / steps) * 100}%`),
  };
}

// The slider for s, from the digit at 0 to the digit at 1; its parts go into the page one by one.
export function makePlaceSlider(choose) {
  const id = uniqueId("s");
  const range = element("input", { type: "range", id, min: 0, max: 1, step: 0.01 });
  const value = element("output", { for: id, class: "vw-value", "aria-live": "off" }); // the slider says it itself
  range.addEventListener("input", () => choose(Number(range.value)));
  return {
    id, range, value,
    set(s, from, to) {
      range.value = s;
      value.textContent = `s = ${s.toFixed(2)}`;
      range.setAttribute("aria-valuetext", `${s.toFixed(2)}, from the ${from.label} to the ${to.label}`);
    },
  };
}

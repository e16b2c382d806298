// Digits: on canvases, from what Python packs, and in a list to choose from.

import { unpackArray } from "./arrays.js";
import { makeSelect } from "./controls.js";
import { element, uniqueId } from "./elements.js";

// Pictures: black ink on white, one canvas pixel for each pixel of the image.
export const SIDE = 28;

function inkOnWhite(intensities, imageData, column = 0) {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const level = Math.round(255 * (1 - intensities[y * SIDE + x]));
      const at = 4 * (y * imageData.width + column * SIDE + x);
      imageData.data[at] = imageData.data[at + 1] = imageData.data[at + 2] = level;
      imageData.data[at + 3] = 255;
    }
  }
}

export class DigitCanvas {
  constructor(description, columns = 1) {
    this.element = element("canvas", { width: SIDE * columns, height: SIDE, role: "img" });
    this.element.className = columns === 1 ? "vw-digit" : "vw-strip";
    // "Read frequently" keeps the canvas in the main memory, where its pixels are computed.
    this.context = this.element.getContext("2d", { willReadFrequently: true });
    this.image = this.context.createImageData(SIDE * columns, SIDE);
    this.describe(description);
  }
  describe(text) {
    this.element.setAttribute("aria-label", text);
  }
  draw(intensities, column = 0) {
    inkOnWhite(intensities, this.image, column);
    this.context.putImageData(this.image, 0, 0, column * SIDE, 0, SIDE, SIDE);
  }
}

// Digits as Python packs them, with their pixels as intensities in [0, 1].
export const unpackDigits = (digits) =>
  digits.map((digit) => ({ ...digit, pixels: Float32Array.from(unpackArray(digit.pixels), (v) => v / 255) }));

export const digitName = (digit, i) => `${digit.label} (digit ${i + 1})`;

// The digits as buttons of which one is pressed, in a group with a name; choose(i) is called with the one that is taken,
// and show(i) presses another one, or none.
export function makeDigitButtons(legend, digits, choose) {
  const groupName = uniqueId("digits");
  const radios = [];
  const labels = digits.map((digit, i) => {
    const radio = element("input", { type: "radio", name: groupName, value: i, "aria-label": digitName(digit, i) });
    const picture = new DigitCanvas("");
    picture.element.setAttribute("aria-hidden", "true");
    picture.draw(digit.pixels);
    radio.addEventListener("change", () => choose(i));
    radios.push(radio);
    return element("label", { class: "vw-choice" }, radio, picture.element);
  });
  return {
    element: element("fieldset", { class: "vw-choices" }, element("legend", {}, legend),
      element("div", { class: "vw-choice-list" }, ...labels)),
    show: (i) => radios.forEach((radio, k) => (radio.checked = k === i)),
  };
}

// A list to choose one of the digits from; choose(i) is called with the index of the chosen one.
export const makeDigitSelect = (id, digits, choose) =>
  makeSelect(id, digits.map((digit, i) => [i, digitName(digit, i)]), (i) => choose(Number(i)));

// Such a list and a picture of the chosen digit; show(i) shows another one, and returns it.
export function makeDigitChoice(name, digits, choose) {
  const id = uniqueId(name);
  const select = makeDigitSelect(id, digits, choose);
  const picture = new DigitCanvas("");
  return {
    id, select, picture,
    show(i, describe = (label) => `a ${label}`) {
      select.value = i;
      picture.draw(digits[i].pixels);
      picture.describe(describe(digits[i].label));
      return digits[i];
    },
  };
}

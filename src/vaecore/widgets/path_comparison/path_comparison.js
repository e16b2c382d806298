// Path comparison: one row a model, the same two digits, the same s.
// State (Python's names): models, names, codes, digits; first, second and s change.

import { DigitCanvas, makeDigitSelect, unpackDigits } from "../parts/digits.js";
import { element, keepKeys, onDrag, uniqueId } from "../parts/elements.js";
import { makeDecoder } from "../parts/network.js";

const STEPS = 13;

function render({ model, el }) {
  const decoders = model.get("models").map(makeDecoder);
  const names = model.get("names");
  const codes = model.get("codes");
  const digits = unpackDigits(model.get("digits"));

  const root = element("div", { class: "vw", role: "group", "aria-label": "Path comparison" });
  el.classList.add("vw-holder");
  keepKeys(root);

  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }

  const ends = ["first", "second"].map((name) => {
    const id = uniqueId(name);
    const select = makeDigitSelect(id, digits, (i) => change({ [name]: i }));
    const picture = new DigitCanvas("");
    const title = name === "first" ? "From (s = 0)" : "to (s = 1)";
    const part = element("div", { class: "vw-path-end" }, element("label", { for: id }, title), picture.element, select);
    return { name, select, picture, part };
  });

  const rows = names.map((name) => {
    const picture = new DigitCanvas("");
    picture.element.classList.add("vw-output");
    const film = new DigitCanvas("", STEPS);
    const marker = element("div", { class: "vw-marker vw-path-marker", "aria-hidden": "true" });
    onDrag(film.element, (x) => change({ s: Math.min(STEPS - 1, Math.floor(x * STEPS)) / (STEPS - 1) }));
    const films = element("div", { class: "vw-films" }, film.element, marker);
    const row = element("div", { class: "vw-path" },
      element("div", { class: "vw-title vw-path-name" }, name), picture.element, films);
    return { picture, film, marker, row };
  });

  const id = uniqueId("s");
  const range = element("input", { type: "range", id, min: 0, max: 1, step: 0.01 });
  const value = element("output", { for: id, class: "vw-value", "aria-live": "off" }); // the slider says it itself
  range.addEventListener("input", () => change({ s: Number(range.value) }));

  const pair = () => [model.get("first"), model.get("second")];

  function imageAt(row, s) {
    const [a, b] = pair().map((i) => codes[row][i]);
    return decoders[row](a.map((v, j) => (1 - s) * v + s * b[j]));
  }

  function showS() {
    const s = model.get("s");
    const [a, b] = pair().map((i) => digits[i].label);
    rows.forEach(({ picture, marker }, row) => {
      picture.draw(imageAt(row, s));
      marker.style.left = `${((s * (STEPS - 1) + 0.5) / STEPS) * 100}%`;
    });
    range.value = s;
    value.textContent = `s = ${s.toFixed(2)}`;
    range.setAttribute("aria-valuetext", `${s.toFixed(2)}, from the ${a} to the ${b}`);
  }

  let drawing = 0;
  function showPair() {
    const [a, b] = pair().map((i) => digits[i].label);
    ends.forEach(({ name, select, picture }) => {
      const digit = digits[model.get(name)];
      select.value = model.get(name);
      picture.draw(digit.pixels);
      picture.describe(`a ${digit.label}`);
    });
    rows.forEach(({ picture, film }, row) => {
      picture.describe(`${names[row]}: between the ${a} and the ${b}`);
      film.describe(`${names[row]}: ${STEPS} steps from the ${a} to the ${b}`);
    });
    showS();
    cancelAnimationFrame(drawing);
    let row = 0;
    const drawRow = () => {
      for (let step = 0; step < STEPS; step++) rows[row].film.draw(imageAt(row, step / (STEPS - 1)), step);
      if (++row < rows.length) drawing = requestAnimationFrame(drawRow);
    };
    drawRow();
  }

  root.append(
    element("div", { class: "vw-path-head" },
      ...ends.map(({ part }) => part),
      element("div", { class: "vw-path-s" }, element("label", { for: id }, "s"), range, value)),
    ...rows.map(({ row }) => row),
  );
  el.replaceChildren(root);

  const listeners = { "change:s": showS, "change:first": showPair, "change:second": showPair };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  showPair();
  return () => {
    cancelAnimationFrame(drawing);
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}

export default { render };

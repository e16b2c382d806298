// Latent arithmetic: z = a + t (c - b) in latent means; at t = 1 it is a - b + c.
// State (Python's names): layers, digits; a, b, c and amount change.

import { makeSlider } from "../parts/controls.js";
import { DigitCanvas, makeDigitSelect, unpackDigits } from "../parts/digits.js";
import { element, keepKeys, onDrag, uniqueId } from "../parts/elements.js";
import { makeDecoder } from "../parts/network.js";

const FILM = 9; // pictures from t = 0 to t = 2

function render({ model, el }) {
  const decode = makeDecoder(model.get("layers"));
  const digits = unpackDigits(model.get("digits"));

  const root = element("div", { class: "vw vw-arithmetic", role: "group", "aria-label": "Latent arithmetic" });
  el.classList.add("vw-holder");
  keepKeys(root);
  const change = (name, value) => {
    model.set(name, value);
    model.save_changes();
  };

  const terms = ["a", "b", "c"].map((name) => {
    const id = uniqueId(name);
    const select = makeDigitSelect(id, digits, (i) => change(name, i));
    const [picture, decoded] = [new DigitCanvas(""), new DigitCanvas("")];
    const part = element("div", { class: "vw-part vw-term" },
      element("label", { class: "vw-title", for: id }, name),
      element("div", { class: "vw-pair" }, picture.element, decoded.element), select);
    return { name, select, picture, decoded, part };
  });

  const result = new DigitCanvas("");
  result.element.classList.add("vw-output");
  const slider = makeSlider({ name: "t", min: 0, max: 2, onInput: (t) => change("amount", t) });
  const film = new DigitCanvas("", FILM);
  const marker = element("div", { class: "vw-marker vw-film-marker", "aria-hidden": "true" });
  const sentence = element("p", { class: "vw-summary" });
  const status = element("p", { class: "vw-hidden", role: "status" });
  onDrag(film.element, (x) => change("amount", (2 * Math.min(FILM - 1, Math.floor(x * FILM))) / (FILM - 1)));

  const chosen = () => terms.map(({ name }) => digits[model.get(name)]);
  function zAt(t) {
    const [a, b, c] = chosen().map(({ mean }) => mean);
    return a.map((value, j) => value + t * (c[j] - b[j]));
  }

  function showAmount() {
    const t = model.get("amount");
    const [a, b, c] = chosen();
    const z = zAt(t);
    slider.set(t);
    result.draw(decode(z));
    result.describe(`a ${a.label}, plus ${t.toFixed(2)} times the step from a ${b.label} to a ${c.label}`);
    marker.style.left = `${((t / 2) * ((FILM - 1) / FILM) + 0.5 / FILM) * 100}%`;
    const length = Math.hypot(...z);
    sentence.replaceChildren("z = a + ", element("b", {}, t.toFixed(2)), ` (c − b), ${length.toFixed(1)} from the origin`,
      Math.abs(t - 1) < 0.005 ? ": this is a − b + c" : "");
    root.dataset.values = JSON.stringify({ a: model.get("a"), b: model.get("b"), c: model.get("c"), amount: t, z, length });
  }

  function showTerms() {
    terms.forEach(({ name, select, picture, decoded }) => {
      const digit = digits[model.get(name)];
      select.value = model.get(name);
      picture.draw(digit.pixels);
      picture.describe(`${name}: a ${digit.label}`);
      decoded.draw(decode(digit.mean));
      decoded.describe(`${name}, decoded from the mean of its z`);
    });
    for (let i = 0; i < FILM; i++) film.draw(decode(zAt((2 * i) / (FILM - 1))), i);
    const [a, b, c] = chosen();
    film.describe(`${FILM} steps from t = 0 to t = 2`);
    status.textContent = `a is a ${a.label}, b a ${b.label}, c a ${c.label}.`;
    showAmount();
  }

  const sign = (text) => element("div", { class: "vw-sign", "aria-hidden": "true" }, text);
  root.append(
    element("div", { class: "vw-equation" },
      terms[0].part, sign("−"), terms[1].part, sign("+"), terms[2].part, sign("="),
      element("div", { class: "vw-part vw-sum" }, element("div", { class: "vw-title" }, "a + t (c − b)"), result.element)),
    slider.row,
    sentence,
    element("div", { class: "vw-film-name" }, "t from 0 to 2; in the middle, t = 1"),
    element("div", { class: "vw-films" }, film.element, marker),
    status,
  );
  el.replaceChildren(root);

  const listeners = { "change:a": showTerms, "change:b": showTerms, "change:c": showTerms, "change:amount": showAmount };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  showTerms();
  return () => {
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}

export default { render };

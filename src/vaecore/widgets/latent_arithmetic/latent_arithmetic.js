// Latent arithmetic: z = a + t (c - b) in latent means; at t = 1 it is a - b + c.
// State (Python's names): layers, digits; a, b, c and amount change.

import { makeSlider } from "../parts/controls.js";
import { DigitCanvas, makeDigitChoice, unpackDigits } from "../parts/digits.js";
import { element } from "../parts/elements.js";
import { makeFilms } from "../parts/films.js";
import { makeLateDecoder } from "../parts/late_decoder.js";
import { whenNear } from "../parts/later.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const FILM = 9; // pictures from t = 0 to t = 2

function render({ model, el }) {
  const digits = unpackDigits(model.get("digits"));

  const root = makeFrame(el, "Latent arithmetic", "vw-arithmetic");
  const change = changerOf(model);
  const decode = makeLateDecoder({ model, root, key: "layers", arrived: () => showTerms() });

  const terms = ["a", "b", "c"].map((name) => {
    const choice = makeDigitChoice(name, digits, (i) => change({ [name]: i }));
    const decoded = new DigitCanvas("");
    const part = element("div", { class: "vw-part vw-term" },
      element("label", { class: "vw-title", for: choice.id }, name),
      element("div", { class: "vw-pair" }, choice.picture.element, decoded.element), choice.select);
    return { name, choice, decoded, part };
  });

  const result = new DigitCanvas("");
  result.element.classList.add("vw-output");
  const slider = makeSlider({ name: "t", min: 0, max: 2, onInput: (t) => change({ amount: t }) });
  const film = new DigitCanvas("", FILM);
  const films = makeFilms([film], FILM, (s) => change({ amount: 2 * s }), "vw-film-marker");
  const sentence = element("p", { class: "vw-summary" });
  const status = element("p", { class: "vw-hidden", role: "status" });

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
    films.mark(t / 2);
    const length = Math.hypot(...z);
    sentence.replaceChildren("z = a + ", element("b", {}, t.toFixed(2)), ` (c − b), ${length.toFixed(1)} from the origin`,
      Math.abs(t - 1) < 0.005 ? ": this is a − b + c" : "");
    root.dataset.values = JSON.stringify({ a: model.get("a"), b: model.get("b"), c: model.get("c"), amount: t, z, length });
  }

  function showTerms() {
    terms.forEach(({ name, choice, decoded }) => {
      const digit = choice.show(model.get(name), (label) => `${name}: a ${label}`);
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
    films.element,
    status,
  );
  el.replaceChildren(root);

  const unfollow = follow(model, { a: showTerms, b: showTerms, c: showTerms, amount: showAmount });
  showTerms();
  whenNear(model, root, decode.load);
  return unfollow;
}

export default { render };

// Path comparison: one row a model, the same two digits, the same s.
// State (Python's names): models, names, codes, digits; first, second and s change.

import { DigitCanvas, makeDigitChoice, unpackDigits } from "../parts/digits.js";
import { element } from "../parts/elements.js";
import { makeFilms, makePlaceSlider } from "../parts/films.js";
import { makeLateDecoder } from "../parts/late_decoder.js";
import { whenNear } from "../parts/later.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const STEPS = 13;

function render({ model, el }) {
  const names = model.get("names");
  const codes = model.get("codes");
  const digits = unpackDigits(model.get("digits"));

  const root = makeFrame(el, "Path comparison");
  const change = changerOf(model);
  const decoders = names.map((_, index) => {
    const decode = makeLateDecoder({ model, root, key: "models", index, arrived: () => showPair() });
    whenNear(model, root, decode.load);
    return decode;
  });

  const ends = ["first", "second"].map((name) => {
    const choice = makeDigitChoice(name, digits, (i) => change({ [name]: i }));
    const title = name === "first" ? "From (s = 0)" : "to (s = 1)";
    const label = element("label", { for: choice.id }, title);
    return { name, choice, part: element("div", { class: "vw-path-end" }, label, choice.picture.element, choice.select) };
  });

  const rows = names.map((name) => {
    const picture = new DigitCanvas("");
    picture.element.classList.add("vw-output");
    const film = new DigitCanvas("", STEPS);
    const films = makeFilms([film], STEPS, (s) => change({ s }), "vw-path-marker");
    const row = element("div", { class: "vw-path" },
      element("div", { class: "vw-title vw-path-name" }, name), picture.element, films.element);
    return { picture, film, films, row };
  });
  const place = makePlaceSlider((s) => change({ s }));

  const pair = () => [model.get("first"), model.get("second")];

  function imageAt(row, s) {
    const [a, b] = pair().map((i) => codes[row][i]);
    return decoders[row](a.map((v, j) => (1 - s) * v + s * b[j]));
  }

  function showS() {
    const s = model.get("s");
    rows.forEach(({ picture, films }, row) => {
      picture.draw(imageAt(row, s));
      films.mark(s);
    });
    place.set(s, ...pair().map((i) => digits[i]));
  }

  let drawing = 0;
  function showPair() {
    const [a, b] = pair().map((i) => digits[i].label);
    ends.forEach(({ name, choice }) => choice.show(model.get(name)));
    rows.forEach(({ picture, film }, row) => {
      picture.describe(`${names[row]}: between the ${a} and the ${b}`);
      film.describe(`${names[row]}: ${STEPS} steps from the ${a} to the ${b}`);
    });
    showS();
    cancelAnimationFrame(drawing);
    const drawFilm = (row) => {
      for (let step = 0; step < STEPS; step++) rows[row].film.draw(imageAt(row, step / (STEPS - 1)), step);
    };
    // A film a frame; those that Python has decoded at once.
    const drawFrom = (row) => {
      while (row < rows.length && !decoders[row].isHere()) drawFilm(row++);
      if (row === rows.length) return;
      drawFilm(row);
      drawing = requestAnimationFrame(() => drawFrom(row + 1));
    };
    drawFrom(0);
  }

  root.append(
    element("div", { class: "vw-path-head" },
      ...ends.map(({ part }) => part),
      element("div", { class: "vw-path-s" }, element("label", { for: place.id }, "s"), place.range, place.value)),
    ...rows.map(({ row }) => row),
  );
  el.replaceChildren(root);

  const unfollow = follow(model, { s: showS, first: showPair, second: showPair });
  showPair();
  return () => {
    cancelAnimationFrame(drawing);
    unfollow();
  };
}

export default { render };

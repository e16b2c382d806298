// Live interpolation: from one digit to another, straight through latent space, and pixel by pixel.
// State (Python's names): layers, digits; first, second, s and playing change.

import { DigitCanvas, makeDigitChoice, SIDE, unpackDigits } from "../parts/digits.js";
import { element, limited } from "../parts/elements.js";
import { makeFilms, makePlaceSlider } from "../parts/films.js";
import { makeLateDecoder } from "../parts/late_decoder.js";
import { whenNear } from "../parts/later.js";
import { makePlayer } from "../parts/playing.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const STEPS = 25;
const SWEEP = 4000; // milliseconds from one end to the other

function render({ model, el }) {
  const digits = unpackDigits(model.get("digits"));
  const z = new Float64Array(digits[0].mean.length);
  const blend = new Float32Array(SIDE * SIDE);

  const root = makeFrame(el, "Live interpolation");
  const change = changerOf(model);
  const decode = makeLateDecoder({ model, root, key: "layers", arrived: () => showPair() });

  const ends = ["first", "second"].map((name) => {
    const choice = makeDigitChoice(name, digits, (i) => change({ [name]: i }));
    const title = name === "first" ? "First (s = 0)" : "Second (s = 1)";
    const part = element("div", { class: "vw-part vw-end" },
      element("label", { class: "vw-title", for: choice.id }, title), choice.picture.element, choice.select);
    return { name, choice, part };
  });

  const decoded = new DigitCanvas("decoded");
  const blended = new DigitCanvas("blended");
  decoded.element.classList.add("vw-output");
  blended.element.classList.add("vw-output");
  const film = new DigitCanvas("25 steps through latent space", STEPS);
  const pixelFilm = new DigitCanvas("25 steps of the pixel blend", STEPS);
  const films = makeFilms([film, pixelFilm], STEPS, (s) => change({ s, playing: false }));

  const place = makePlaceSlider((s) => change({ s, playing: false }));
  const zeroEnd = element("span", { class: "vw-end-name" });
  const oneEnd = element("span", { class: "vw-end-name" });
  const status = element("p", { class: "vw-hidden", role: "status" });

  // Playing: to the end, and back.
  let direction = 1;
  const player = makePlayer({
    model, root, name: "s",
    move(elapsed, calm) {
      const step = calm ? 1 / (STEPS - 1) : elapsed / SWEEP;
      const s = limited(model.get("s") + direction * Math.min(step, 0.1), [0, 1]);
      if (s === 1 || s === 0) direction = s === 1 ? -1 : 1;
      change({ s });
    },
  });
  player.button.addEventListener("click", () => {
    change({ playing: !model.get("playing") });
    status.textContent = model.get("playing") ? "Playing." : `Paused at s = ${model.get("s").toFixed(2)}.`;
  });

  const pair = () => [digits[model.get("first")], digits[model.get("second")]];

  function imageAt(s) {
    const [a, b] = pair();
    for (let j = 0; j < z.length; j++) z[j] = (1 - s) * a.mean[j] + s * b.mean[j];
    return decode(z);
  }

  function blendAt(s) {
    const [a, b] = pair();
    for (let j = 0; j < blend.length; j++) blend[j] = (1 - s) * a.pixels[j] + s * b.pixels[j];
    return blend;
  }

  function showS() {
    const s = model.get("s");
    decoded.draw(imageAt(s));
    blended.draw(blendAt(s));
    place.set(s, ...pair());
    films.mark(s);
  }

  // The film is drawn a few pictures a frame, so that nothing stutters on a slow machine; at once where Python has
  // decoded it.
  let drawing = 0;
  function showPair() {
    const [a, b] = pair();
    ends.forEach(({ name, choice }) => choice.show(model.get(name)));
    zeroEnd.textContent = `0: the ${a.label}`;
    oneEnd.textContent = `1: the ${b.label}`;
    decoded.describe(`between the ${a.label} and the ${b.label}, through latent space`);
    blended.describe(`between the ${a.label} and the ${b.label}, pixel by pixel`);
    showS();
    cancelAnimationFrame(drawing);
    let step = 0;
    const some = decode.isHere() ? 5 : STEPS;
    const drawSome = () => {
      for (const end = Math.min(STEPS, step + some); step < end; step++) {
        film.draw(imageAt(step / (STEPS - 1)), step);
        pixelFilm.draw(blendAt(step / (STEPS - 1)), step);
      }
      if (step < STEPS) drawing = requestAnimationFrame(drawSome);
    };
    drawSome();
  }

  const title = (text) => element("div", { class: "vw-title" }, text);
  root.append(
    element("div", { class: "vw-row vw-ends" },
      ends[0].part,
      element("div", { class: "vw-part vw-between" }, title("Through latent space"), decoded.element),
      element("div", { class: "vw-part vw-between" }, title("Pixel blend"), blended.element),
      ends[1].part),
    element("div", { class: "vw-transport" },
      player.button,
      element("label", { for: place.id, class: "vw-hidden" }, "s, from the first digit to the second"),
      element("div", { class: "vw-track" }, zeroEnd, place.range, oneEnd),
      place.value),
    element("div", { class: "vw-film-name" }, `${STEPS} steps through latent space`),
    films.element,
    element("div", { class: "vw-film-name" }, `${STEPS} steps of the pixel blend`),
    status,
  );
  el.replaceChildren(root);

  const unfollow = follow(model, { s: showS, first: showPair, second: showPair, playing: player.show });
  showPair();
  whenNear(model, root, decode.load);
  player.show();
  return () => {
    player.stop();
    cancelAnimationFrame(drawing);
    unfollow();
  };
}

export default { render };

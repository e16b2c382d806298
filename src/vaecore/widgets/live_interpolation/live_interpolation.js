// Live interpolation: from one digit to another, straight through latent space, and pixel by pixel.
// State (Python's names): layers, digits; first, second, s and playing change.

import { DigitCanvas, makeDigitSelect, SIDE, unpackDigits } from "../parts/digits.js";
import { element, keepKeys, onDrag, uniqueId } from "../parts/elements.js";
import { makeDecoder } from "../parts/network.js";

const STEPS = 25;
const SWEEP = 4000; // milliseconds from one end to the other

function render({ model, el }) {
  const decode = makeDecoder(model.get("layers"));
  const digits = unpackDigits(model.get("digits"));
  const z = new Float64Array(digits[0].mean.length);
  const blend = new Float32Array(SIDE * SIDE);
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

  const root = element("div", { class: "vw", role: "group", "aria-label": "Live interpolation" });
  el.classList.add("vw-holder");
  keepKeys(root);

  const ends = ["first", "second"].map((name) => {
    const id = uniqueId(name);
    const select = makeDigitSelect(id, digits, (i) => change({ [name]: i }));
    const picture = new DigitCanvas("");
    const title = name === "first" ? "First (s = 0)" : "Second (s = 1)";
    const part = element("div", { class: "vw-part vw-end" },
      element("label", { class: "vw-title", for: id }, title), picture.element, select);
    return { name, select, picture, part };
  });

  const decoded = new DigitCanvas("decoded");
  const blended = new DigitCanvas("blended");
  decoded.element.classList.add("vw-output");
  blended.element.classList.add("vw-output");
  const film = new DigitCanvas("25 steps through latent space", STEPS);
  const pixelFilm = new DigitCanvas("25 steps of the pixel blend", STEPS);
  const marker = element("div", { class: "vw-marker", "aria-hidden": "true" });

  const id = uniqueId("s");
  const range = element("input", { type: "range", id, min: 0, max: 1, step: 0.01 });
  const value = element("output", { for: id, class: "vw-value", "aria-live": "off" }); // the slider says it itself
  const zeroEnd = element("span", { class: "vw-end-name" });
  const oneEnd = element("span", { class: "vw-end-name" });
  const symbol = element("span", { class: "vw-symbol", "aria-hidden": "true" });
  const action = element("span");
  const play = element("button", { type: "button", class: "vw-play" }, symbol, action);
  const status = element("p", { class: "vw-hidden", role: "status" });

  range.addEventListener("input", () => change({ s: Number(range.value), playing: false }));
  play.addEventListener("click", () => {
    change({ playing: !model.get("playing") });
    status.textContent = model.get("playing") ? "Playing." : `Paused at s = ${model.get("s").toFixed(2)}.`;
  });

  function change(values) {
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    model.save_changes();
  }

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
    const [a, b] = pair();
    decoded.draw(imageAt(s));
    blended.draw(blendAt(s));
    range.value = s;
    value.textContent = `s = ${s.toFixed(2)}`;
    range.setAttribute("aria-valuetext", `${s.toFixed(2)}, from the ${a.label} to the ${b.label}`);
    marker.style.left = `${((s * (STEPS - 1) + 0.5) / STEPS) * 100}%`;
  }

  // The film is drawn a few pictures a frame, so that nothing stutters on a slow machine.
  let drawing = 0;
  function showPair() {
    const [a, b] = pair();
    ends.forEach(({ name, select, picture }) => {
      select.value = model.get(name);
      picture.draw(digits[model.get(name)].pixels);
      picture.describe(`a ${digits[model.get(name)].label}`);
    });
    zeroEnd.textContent = `0: the ${a.label}`;
    oneEnd.textContent = `1: the ${b.label}`;
    decoded.describe(`between the ${a.label} and the ${b.label}, through latent space`);
    blended.describe(`between the ${a.label} and the ${b.label}, pixel by pixel`);
    showS();
    cancelAnimationFrame(drawing);
    let step = 0;
    const drawSome = () => {
      for (const end = Math.min(STEPS, step + 5); step < end; step++) {
        film.draw(imageAt(step / (STEPS - 1)), step);
        pixelFilm.draw(blendAt(step / (STEPS - 1)), step);
      }
      if (step < STEPS) drawing = requestAnimationFrame(drawSome);
    };
    drawSome();
  }

  let frame = 0;
  let last = null;
  let ours = null; // the value of s that this view saw or set last
  let direction = 1;
  function showPlaying() {
    const playing = model.get("playing");
    action.textContent = playing ? "Pause" : "Play";
    symbol.classList.toggle("vw-pause", playing);
    cancelAnimationFrame(frame);
    last = null;
    ours = model.get("s");
    if (playing) frame = requestAnimationFrame(advance);
  }
  function advance(now) {
    frame = requestAnimationFrame(advance);
    // A notebook takes cells that are out of sight off the page: the film waits for them to come back.
    if (last === null || !root.isConnected) {
      last = now;
      return;
    }
    // The same widget may be shown twice: where another view has moved s, this one only follows.
    let s = model.get("s");
    if (s !== ours) {
      ours = s;
      last = now;
      return;
    }
    // Whoever asked for less motion gets single pictures, one every half second.
    const pause = calm.matches ? 500 : 0;
    if (now - last >= pause) {
      const move = calm.matches ? 1 / (STEPS - 1) : (now - last) / SWEEP;
      s += direction * Math.min(move, 0.1);
      if (s >= 1 || s <= 0) {
        s = Math.max(0, Math.min(1, s));
        direction = s === 1 ? -1 : 1;
      }
      last = now;
      ours = s;
      change({ s });
    }
  }

  for (const strip of [film, pixelFilm]) {
    onDrag(strip.element, (x) => {
      const step = Math.min(STEPS - 1, Math.floor(x * STEPS));
      change({ s: step / (STEPS - 1), playing: false });
    });
  }

  const title = (text) => element("div", { class: "vw-title" }, text);
  root.append(
    element("div", { class: "vw-row vw-ends" },
      ends[0].part,
      element("div", { class: "vw-part vw-between" }, title("Through latent space"), decoded.element),
      element("div", { class: "vw-part vw-between" }, title("Pixel blend"), blended.element),
      ends[1].part),
    element("div", { class: "vw-transport" },
      play,
      element("label", { for: id, class: "vw-hidden" }, "s, from the first digit to the second"),
      element("div", { class: "vw-track" }, zeroEnd, range, oneEnd),
      value),
    element("div", { class: "vw-film-name" }, `${STEPS} steps through latent space`),
    element("div", { class: "vw-films" }, film.element, pixelFilm.element, marker),
    element("div", { class: "vw-film-name" }, `${STEPS} steps of the pixel blend`),
    status,
  );
  el.replaceChildren(root);

  const listeners = { "change:s": showS, "change:first": showPair, "change:second": showPair, "change:playing": showPlaying };
  for (const [event, listener] of Object.entries(listeners)) model.on(event, listener);
  showPair();
  showPlaying();
  return () => {
    cancelAnimationFrame(frame);
    cancelAnimationFrame(drawing);
    for (const [event, listener] of Object.entries(listeners)) model.off(event, listener);
  };
}

export default { render };

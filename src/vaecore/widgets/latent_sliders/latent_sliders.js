// Latent sliders: input -> encoder -> z under the reader's hand -> decoder -> output.
// State (Python's names): layers, digits, kl, scatter, colours; z and digit change.

import { unpackArray } from "../parts/arrays.js";
import { makeButton } from "../parts/controls.js";
import { DigitCanvas, makeDigitButtons, unpackDigits } from "../parts/digits.js";
import { element, hundredths, signed, uniqueId, zName } from "../parts/elements.js";
import { makeLateDecoder } from "../parts/late_decoder.js";
import { limitOf, makeMap } from "../parts/latent_map.js";
import { whenNear } from "../parts/later.js";
import { standardNormal } from "../parts/normal.js";
import { onDrag } from "../parts/touch.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const FIRST_SHOWN = 8;
const MAP_LABEL =
  "Map of the latent plane: the encoded digits, coloured by class, and the point z. The sliders move z as well.";

function render({ model, el }) {
  const digits = unpackDigits(model.get("digits"));
  const kl = model.get("kl");
  const scatter = model.get("scatter");
  const points = scatter ? unpackArray(scatter.means) : [];
  const limit = limitOf(points, ...digits.map(({ mean }) => mean)); // of sliders and map
  const byInformation = kl.map((_, j) => j).sort((a, b) => kl[b] - kl[a]);
  let shown = Math.min(FIRST_SHOWN, kl.length);

  const root = makeFrame(el, "Latent sliders");
  const change = changerOf(model);
  const decode = makeLateDecoder({ model, root, key: "layers", arrived: () => showZ() });

  // Input: one radio button a digit.
  const input = new DigitCanvas("the input");
  const choice = makeDigitButtons("Start from", digits, (i) => setDigit(i));

  // Latent: a slider a dimension, the most informative first.
  const sliders = new Map();
  const list = element("div", { class: "vw-sliders" });
  const more = makeButton("", () => showDimensions(shown < kl.length ? kl.length : FIRST_SHOWN));
  more.classList.add("vw-more");

  function sliderOf(j) {
    if (sliders.has(j)) return sliders.get(j);
    const id = uniqueId("z");
    const share = element("span", { id: `${id}-kl`, class: "vw-kl" }, `${kl[j].toFixed(1)} nats`);
    const range = element("input", {
      type: "range", id, min: -limit, max: limit, step: 0.01, "aria-describedby": share.id,
    });
    const value = element("output", { for: id, class: "vw-value", "aria-live": "off" }); // the slider says it itself
    range.addEventListener("input", () => {
      const z = [...model.get("z")];
      z[j] = Number(range.value);
      change({ z, digit: -1 });
    });
    const row = element("div", { class: "vw-slider" }, element("label", { for: id }, zName(j)), range, value, share);
    const slider = { range, value, row };
    sliders.set(j, slider);
    return slider;
  }

  function showDimensions(count) {
    shown = Math.min(count, kl.length);
    list.replaceChildren(...byInformation.slice(0, shown).map((j) => sliderOf(j).row));
    const hidden = kl.length - shown;
    more.textContent = hidden ? `Show the other ${hidden}` : "Show fewer";
    more.setAttribute("aria-expanded", !hidden);
    more.hidden = kl.length <= FIRST_SHOWN;
    showZ();
  }

  // Output.
  const output = new DigitCanvas("the output: what the decoder makes of z");
  output.element.classList.add("vw-output");
  const status = element("p", { class: "vw-status", role: "status" });
  const sample = makeButton("Sample from the prior", () => {
    const z = kl.map(standardNormal);
    change({ z, digit: -1 });
    status.textContent = `A new z from the prior, ${Math.hypot(...z).toFixed(1)} from the origin.`;
  });
  const reset = makeButton("Reset", () => {
    setDigit(0);
    showDimensions(FIRST_SHOWN);
  });

  const map = scatter ? makeMap(points, unpackArray(scatter.labels), model.get("colours"), [-limit, limit, -limit, limit], MAP_LABEL) : null;
  if (map) onDrag(map.canvas, (x, y) => change({ z: [(2 * x - 1) * limit, (1 - 2 * y) * limit].map(hundredths), digit: -1 }));

  function setDigit(i) {
    change({ z: [...digits[i].mean], digit: i });
    status.textContent = `z is the mean of q(z | x) for this ${digits[i].label}.`;
  }

  // z may have been moved from Python or by a link: then it is no longer the mean of the digit.
  function digitOfZ() {
    const i = model.get("digit");
    const z = model.get("z");
    return i >= 0 && digits[i].mean.every((value, j) => value === z[j]) ? i : -1;
  }

  function showZ() {
    const z = model.get("z");
    output.draw(decode(z));
    for (const j of byInformation.slice(0, shown)) {
      const { range, value } = sliderOf(j);
      range.value = z[j];
      value.textContent = signed(z[j]);
      range.setAttribute("aria-valuetext", z[j].toFixed(2));
    }
    map?.draw(z);
    showInput();
  }

  function showInput() {
    const i = digitOfZ();
    choice.show(i);
    root.classList.toggle("vw-free", i < 0);
    if (i >= 0) input.draw(digits[i].pixels);
    input.describe(i >= 0 ? `the input: a ${digits[i].label}` : "the last input; z has moved away from it");
  }

  // A new digit, from Python or by a link, moves z to its mean.
  function followDigit() {
    const i = model.get("digit");
    if (i >= 0 && digitOfZ() < 0) model.set("z", [...digits[i].mean]);
    showInput();
  }

  const title = (text) => element("div", { class: "vw-title" }, text);
  const arrow = (text, idea) => element("div", { class: `vw-step vw-of-${idea}`, "aria-hidden": "true" }, element("span", { class: "vw-arrow" }, text));
  root.append(
    choice.element,
    element("div", { class: "vw-row" },
      element("div", { class: "vw-part vw-input" }, title("Input x"), input.element),
      arrow("encoder", "q"),
      element("div", { class: "vw-part vw-latent" },
        ...(map ? [title("Latent z"), map.canvas] : []),
        element("div", { class: "vw-heads" }, map ? "" : title("Latent z"), element("span", { class: "vw-kl" }, "mean KL")),
        list),
      arrow("decoder", "p"),
      element("div", { class: "vw-part vw-result" }, title("Output"), output.element)),
    element("div", { class: "vw-foot" }, sample, reset, more, status),
  );
  el.replaceChildren(root);

  const unfollow = follow(model, { z: showZ, digit: followDigit });
  showDimensions(shown);
  whenNear(model, root, decode.load);
  input.draw(digits[Math.max(0, model.get("digit"))].pixels);
  return unfollow;
}

export default { render };

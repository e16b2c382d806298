// Fit q by hand: one digit, a Gaussian that the reader moves, the bound, log p(x) and the gap; the encoder's answer.
// State (Python's names): decoder, digits, scatter, colours, preview, prediction; digit, mean, log_std, compare and
// expected change.

import { unpackArray } from "../parts/arrays.js";
import { averageOfNine, evidence, expectedLogLikelihood, inSlices, klTerms, logLikelihood } from "../parts/bound.js";
import { integrationNote, makeBoundTerms } from "../parts/bound_terms.js";
import { makeButton, makeSlider } from "../parts/controls.js";
import { DigitCanvas, makeDigitButtons, unpackDigits } from "../parts/digits.js";
import { element, hundredths, limited, signed, uniqueId } from "../parts/elements.js";
import { unpackPreview } from "../parts/late_decoder.js";
import { makeLoader, whenNear } from "../parts/later.js";
import { limitOf } from "../parts/latent_map.js";
import { makeNetwork } from "../parts/network.js";
import { makePrediction } from "../parts/prediction.js";
import { makeQMaps } from "../parts/q_map.js";
import { onDrag } from "../parts/touch.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const REST = 150; // milliseconds without a change, before what takes a while is computed
const FARTHEST = 8;
const LOG_STD = [-5, 1];
const START = { mean: [0, 0], log_std: [-0.7, -0.7] };
const SUBSCRIPTS = ["₁", "₂"];
const SEEN = 5; // nats below the posterior's top: what the enlarged part holds of it
const TERMS = [
  ["likelihood", "E log p(x | z)", "expected", "its_expected"],
  ["kl", "− KL(q ‖ p(z))", "minus_kl", "its_minus_kl"],
  ["q", "the bound", "bound", "its_bound"],
  ["truth", "log p(x)", "log_p", "log_p"],
  ["kl", "the gap: log p(x) − bound", "gap", "its_gap"],
];
const sum = (values) => values.reduce((a, b) => a + b, 0);

function render({ model, el }) {
  let decode = null; // comes when a hand comes near
  const logitsOf = (z) => decode(z).at(-1);
  const digits = unpackDigits(model.get("digits")).map((digit) => ({ ...digit, std: digit.log_std.map(Math.exp) }));
  const points = unpackArray(model.get("scatter").means);
  const root = makeFrame(el, "Fit q by hand", "vw-fit-q");
  const change = changerOf(model);
  const status = element("p", { class: "vw-status", role: "status" });

  const loadDecoder = makeLoader({
    model, key: "decoder", what: "The decoder", retry: "press a button",
    tell: (sentence) => (status.textContent = sentence),
    arrived(layers) {
      decode = makeNetwork(layers, "decoder");
      showDigit();
    },
  });

  const choice = makeDigitButtons("Digit", digits, (i) => change({ digit: i }));
  const input = new DigitCanvas("x");
  const output = new DigitCanvas("what the decoder makes of the mean of q");
  output.element.classList.add("vw-output");
  const preview = unpackPreview(model);

  const limit = Math.min(limitOf(points), FARTHEST);
  const maps = makeQMaps(points, unpackArray(model.get("scatter").labels), model.get("colours"), limit);
  const pull = (atOf) => (across, down) =>
    change({ mean: atOf(across, down).map((value) => limited(hundredths(value), [-limit, limit])) });
  onDrag(maps.whole, pull(maps.atWhole));
  onDrag(maps.near, pull(maps.atNear));
  const slider = (name, key, axis, range, say) => makeSlider({
    name, min: range[0], max: range[1], step: 0.01, say,
    onInput: (value) => change({ [key]: model.get(key).map((old, k) => (k === axis ? value : old)) }),
  });
  const asStd = (value) => Math.exp(value).toFixed(3);
  const means = [0, 1].map((axis) => slider(`μ${SUBSCRIPTS[axis]}`, "mean", axis, [-limit, limit], signed));
  const stds = [0, 1].map((axis) => slider(`σ${SUBSCRIPTS[axis]}`, "log_std", axis, LOG_STD, asStd));
  const compare = element("input", { type: "checkbox", id: uniqueId("compare") });
  compare.addEventListener("change", () => change({ compare: compare.checked }));
  const terms = makeBoundTerms(["your q", "the encoder’s q"], TERMS);

  const kept = []; // the decoder's logits on the first grid
  const known = new Map(); // of each digit: log p(x), the posterior, the part to enlarge, the smallest gap so far
  let stop = () => {};
  let exact = null; // of the q that is shown: the average that took a while

  const pixelsOf = (i) => Float64Array.from(digits[i].pixels, (value) => Number(value > 0.5));
  function learn(i, { value, error, known: grid, step }) {
    let most = -Infinity;
    for (const place of grid.values()) most = Math.max(most, place.value);
    const { mean, std } = digits[i];
    const ends = [0, 1].map((axis) => [mean[axis] - 2 * std[axis], mean[axis] + 2 * std[axis]]);
    for (const place of grid.values()) {
      if (place.value < most - SEEN) continue;
      [place.i * step, place.j * step].forEach((at, axis) => {
        ends[axis] = [Math.min(ends[axis][0], at), Math.max(ends[axis][1], at)];
      });
    }
    const half = 0.65 * Math.max(...ends.map(([low, high]) => high - low), 0.3);
    const seen = { centre: ends.map(([low, high]) => (low + high) / 2), half };
    known.set(i, { log_p: value, error, posterior: { known: grid, step, most }, seen, smallest: null });
  }

  function restart() {
    stop();
    exact = null;
    if (!decode) return;
    const [i, mean, logStd] = ["digit", "mean", "log_std"].map((name) => model.get(name));
    const std = logStd.map(Math.exp);
    const x = pixelsOf(i);
    const timer = setTimeout(() => {
      stop = inSlices(slowly(), (found) => {
        exact = found;
        const here = known.get(i);
        const gap = here.log_p - (found.value - sum(klTerms(mean, logStd)));
        here.smallest = Math.min(gap, here.smallest ?? Infinity);
        show();
      });
    }, REST);
    stop = () => clearTimeout(timer);
    function* slowly() {
      const expected = yield* expectedLogLikelihood((z) => logLikelihood(x, logitsOf(z)), mean, std);
      if (!known.has(i)) learn(i, yield* evidence(logitsOf, x, kept));
      return expected;
    }
  }

  function showDigit() {
    const i = model.get("digit");
    choice.show(i);
    input.draw(pixelsOf(i));
    input.describe(`x: a ${digits[i].label}, in black and white`);
    move();
  }
  function move() {
    restart();
    show();
  }

  function show() {
    const i = model.get("digit");
    const [mean, logStd] = [model.get("mean"), model.get("log_std")];
    const [std, encoders, here] = [logStd.map(Math.exp), digits[i], known.get(i)];
    means.forEach((one, axis) => one.set(mean[axis]));
    stds.forEach((one, axis) => one.set(logStd[axis]));
    compare.checked = model.get("compare");
    output.draw(decode ? Float32Array.from(logitsOf(mean), (a) => 1 / (1 + Math.exp(-a))) : preview);
    const x = pixelsOf(i);
    const quick = exact || !decode ? undefined : averageOfNine((z) => logLikelihood(x, logitsOf(z)), mean, std);
    const kl = sum(klTerms(mean, logStd));
    const expected = exact?.value ?? quick;
    const values = { expected, kl, bound: expected === undefined ? undefined : expected - kl, log_p: here?.log_p,
      error: exact && here ? exact.error + here.error : undefined };
    const shown = { ...values, minus_kl: -kl, gap: here && expected !== undefined ? here.log_p - values.bound : undefined };
    if (model.get("compare")) {
      const itsKl = sum(klTerms(encoders.mean, encoders.log_std));
      Object.assign(shown, {
        its_expected: encoders.expected, its_minus_kl: -itsKl, its_bound: encoders.expected - itsKl,
        its_gap: here && here.log_p - (encoders.expected - itsKl),
      });
    }
    const other = model.get("compare") ? { mean: encoders.mean, std: encoders.std } : null;
    const seen = here?.seen ?? { centre: encoders.mean, half: Math.max(0.5, 6 * Math.max(...encoders.std)) };
    maps.draw({ mean, std, shownStd: std }, mean, here?.posterior, { other, seen });
    terms.show(shown, exact ? integrationNote(values.error) : "While you move q, its average is taken over nine points; the exact one comes when the hand rests.");
    if (exact && here) status.textContent = `The gap of your q is ${shown.gap.toFixed(2)} nats; the smallest so far, for this digit: ${here.smallest.toFixed(2)}.`;
    root.dataset.values = JSON.stringify({ ...values, exact: Boolean(exact) });
  }

  const title = (text, idea) => element("div", { class: `vw-title vw-of-${idea}` }, text);
  const part = (idea, text, ...inside) => element("div", { class: "vw-part" }, title(text, idea), ...inside);
  const square = (text, map) => element("div", {}, element("p", { class: "vw-chart-title" }, text), map);
  const toEncoders = () => {
    const { mean, log_std } = digits[model.get("digit")];
    change({ mean: [...mean], log_std: log_std.map((value) => limited(value, LOG_STD)), compare: true });
  };
  const body = element("div", {},
    choice.element,
    element("div", { class: "vw-fit" },
      element("div", { class: "vw-pictures" },
        part("noise", "x", input.element), part("p", "Decoder at μ", output.element)),
      element("div", { class: "vw-squares" },
        square("on the map", maps.whole), square("enlarged; grey: the exact p(z | x)", maps.near))),
    element("div", { class: "vw-q-sliders vw-of-q" }, ...[...means, ...stds].map(({ row }) => row)),
    element("div", { class: "vw-presets" },
      makeButton("Start again", () => change({ ...START, compare: false })),
      makeButton("Set q to the encoder’s", toEncoders),
      element("label", { class: "vw-tick" }, compare, "Show the encoder’s q")),
    terms.element, element("div", { class: "vw-foot" }, status));
  const asked = makePrediction(model, body, change);
  root.addEventListener("click", asked.attend);
  whenNear(model, root, loadDecoder);
  root.append(asked.element, body);
  el.replaceChildren(root);

  const awake = (then) => () => {
    loadDecoder();
    then();
  };
  const unfollow = follow(model, {
    digit: awake(showDigit), mean: awake(move), log_std: awake(move), compare: awake(show), expected: asked.show,
  });
  asked.show();
  if (!model.load) loadDecoder(); // it is there
  else showDigit();
  return () => {
    stop();
    unfollow();
  };
}

export default { render };

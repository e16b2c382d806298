// One digit through a VAE: a hand's strokes -> x -> encoder -> q(z | x) -> z = mu + sigma eps -> decoder.
// State (Python's names): decoder, encoder, digits, scatter, colours, preview, examples, code, prediction; strokes, digit,
// eps, noise, inside, unit and expected change.

import { unpackArray } from "../parts/arrays.js";
import { evidence, expectedLogLikelihood, inSlices, klTerms, logLikelihood } from "../parts/bound.js";
import { integrationNote, makeBoundTerms } from "../parts/bound_terms.js";
import { makeButton, makeSlider } from "../parts/controls.js";
import { DigitCanvas, makeDigitButtons, unpackDigits } from "../parts/digits.js";
import { element, hundredths, limited, signed, uniqueId, withMinus } from "../parts/elements.js";
import { unpackPreview } from "../parts/late_decoder.js";
import { makeLoader, whenNear } from "../parts/later.js";
import { limitOf } from "../parts/latent_map.js";
import { makeNetwork } from "../parts/network.js";
import { standardNormal } from "../parts/normal.js";
import { makePrediction } from "../parts/prediction.js";
import { makeQMaps } from "../parts/q_map.js";
import { onDrag } from "../parts/touch.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";
import { drawn } from "./drawing.js";
import { makeInside } from "./inside.js";
import { makePad } from "./pad.js";

const REST = 250; // milliseconds without a change, before what takes a while is computed
const FAR = 4; // standard deviations that the sliders of eps reach
const SUBSCRIPTS = ["₁", "₂"];
const TERMS = [
  ["likelihood", "log p(x | z)", "log_likelihood", "expected"],
  ["kl", "− KL(q ‖ p(z))", "minus_kl", "minus_kl"],
  ["q", "the bound", "one_bound", "bound"],
  ["truth", "log p(x)", null, "log_p"],
  ["kl", "the gap: log p(x) − bound", null, "gap"],
];

function render({ model, el }) {
  let decode = null; // comes when a hand comes near
  const logitsOf = (z) => decode(z).at(-1);
  const digits = unpackDigits(model.get("digits"));
  const points = unpackArray(model.get("scatter").means);
  const root = makeFrame(el, "One digit through a VAE", "vw-one-digit");
  const change = changerOf(model);
  const status = element("p", { class: "vw-status", role: "status" });
  const say = (text) => (status.textContent = text);

  // One of the two networks, when it is needed: the encoder comes with the first stroke.
  let encode = null;
  const loaderOf = (name, take) =>
    makeLoader({
      model, key: name, what: `The ${name}`, retry: "draw again", tell: say,
      arrived(layers) {
        take(makeNetwork(layers, name));
        showX();
      },
    });
  const loadDecoder = loaderOf("decoder", (network) => (decode = network));
  const loadEncoder = loaderOf("encoder", (network) => (encode = network));

  // Drawing.
  let growing = null; // the stroke under the hand: not yet in the state
  const pad = makePad({
    say,
    onStart: loadEncoder,
    onUndo: () => undo(),
    onStroke(points, finished) {
      const before = model.get("digit") >= 0 ? [] : model.get("strokes");
      if (finished) {
        growing = null;
        change({ strokes: [...before, points], digit: -1 });
      } else {
        growing = [...before, points];
        pad.show(before);
        showX();
      }
    },
  });
  function undo() {
    if (model.get("digit") < 0) drawing(model.get("strokes").slice(0, -1));
    say("The last stroke is gone.");
  }
  function drawing(strokes) {
    loadEncoder();
    change({ strokes, digit: -1 });
  }
  const choice = makeDigitButtons("Or take one", digits, (i) => change({ digit: i, strokes: [] }));
  const input = new DigitCanvas("x, the picture that the encoder reads");

  // q(z | x), eps and z.
  const maps = makeQMaps(points, unpackArray(model.get("scatter").labels), model.get("colours"), limitOf(points));
  const parameters = element("p", { class: "vw-parameters" });
  const sliders = [0, 1].map((axis) => makeSlider({
    name: `ε${SUBSCRIPTS[axis]}`, min: -FAR, max: FAR, step: 0.01, say: signed,
    onInput: (value) => change({ eps: model.get("eps").map((old, k) => (k === axis ? value : old)) }),
  }));
  const throwEps = makeButton("Draw ε", () => change({ eps: [standardNormal(), standardNormal()].map(hundredths) }));
  const noNoise = element("input", { type: "checkbox", id: uniqueId("noise") });
  noNoise.addEventListener("change", () => change({ noise: !noNoise.checked }));
  const pull = (atOf) => (across, down) => {
    if (!now.q) return;
    if (!model.get("noise")) return say("With σ = 0 there is nothing to draw: z is μ.");
    const z = atOf(across, down);
    change({ eps: z.map((value, j) => hundredths((value - now.q.mean[j]) / now.q.std[j])) });
  };
  onDrag(maps.whole, pull(maps.atWhole));
  onDrag(maps.near, pull(maps.atNear));

  const output = new DigitCanvas("the output: what the decoder makes of z");
  output.element.classList.add("vw-output");
  const preview = unpackPreview(model);
  const terms = makeBoundTerms(["this z", "average over q"], TERMS);
  const inside = makeInside(model, change);

  // What is shown: x and q change with the picture, z with eps, the slow numbers when nothing has changed for a while.
  const now = { x: null, q: null, values: {} };
  const kept = []; // the decoder's logits on the first grid
  let stop = () => {};
  let result = null;

  function showX() {
    const i = growing ? -1 : model.get("digit");
    choice.show(i);
    const intensities = i >= 0 ? digits[i].pixels : drawn(growing ?? model.get("strokes"));
    now.x = Float64Array.from(intensities, (value) => Number(value > 0.5));
    input.draw(now.x);
    const blank = !now.x.some(Boolean);
    input.describe(i >= 0 ? `x: a ${digits[i].label}` : blank ? "x: nothing" : "x: what is drawn on the pad, in black and white");
    if (!growing) pad.show(i >= 0 ? [] : model.get("strokes"));
    if (i < 0 && !encode) loadEncoder();
    if (i >= 0) now.q = { mean: digits[i].mean, logStd: digits[i].log_std };
    else if (encode) {
      const heads = encode(now.x).at(-1);
      now.q = { mean: [heads[0], heads[1]], logStd: [heads[2], heads[3]] };
    } else now.q = null;
    restart();
    showQ();
  }

  function showQ() {
    const noise = model.get("noise");
    noNoise.checked = !noise;
    for (const { range } of sliders) range.disabled = !noise;
    throwEps.disabled = !noise;
    if (now.q) {
      now.q.shownStd = now.q.logStd.map(Math.exp);
      now.q.std = now.q.shownStd.map((value) => (noise ? value : 0));
    }
    showZ();
  }

  function showZ() {
    const eps = model.get("eps");
    sliders.forEach((slider, axis) => {
      slider.set(eps[axis]);
      slider.range.value = limited(eps[axis], [-FAR, FAR]);
    });
    if (!now.q) {
      parameters.textContent = "The encoder is on its way.";
      terms.show({}, integrationNote());
      inside.show(now);
      delete root.dataset.values;
      return;
    }
    const { mean, std, logStd } = now.q;
    const z = mean.map((mu, j) => mu + std[j] * eps[j]);
    const logits = decode && logitsOf(z);
    output.draw(decode ? Float32Array.from(logits, (a) => 1 / (1 + Math.exp(-a))) : preview);
    const kl = model.get("noise") ? klTerms(mean, logStd).reduce((a, b) => a + b, 0) : Infinity;
    const pair = (values, digits) => withMinus(`(${values.map((v) => v.toFixed(digits)).join(", ")})`).replaceAll("-", "−");
    parameters.textContent = `μ = ${pair(mean, 2)}, σ = ${pair(std, 3)}, z = ${pair(z, 2)}`;
    const expected = result && (model.get("noise") ? result.expected : result.atMean);
    const values = {
      mean, log_std: logStd, z, log_likelihood: decode ? logLikelihood(now.x, logits) : undefined, kl,
      expected: expected?.value, bound: expected && expected.value - kl,
      log_p: result?.log_p.value, error: result && result.log_p.error + expected.error,
    };
    maps.draw(now.q, z, result?.posterior);
    terms.show({
      ...values, minus_kl: -kl, one_bound: decode ? values.log_likelihood - kl : undefined,
      gap: result ? values.log_p - values.bound : undefined,
    }, integrationNote(values.error));
    inside.show({ ...now, encode, decode, z, eps, kl: klTerms(mean, logStd) });
    root.dataset.values = JSON.stringify(values);
  }
  function load() {
    loadDecoder();
    if (inside.needsEncoder()) loadEncoder();
  }

  function restart() {
    stop();
    result = null;
    if (!now.q || !decode || growing) return;
    const { x } = now;
    const [mean, std] = [now.q.mean, now.q.logStd.map(Math.exp)];
    const timer = setTimeout(() => {
      stop = inSlices(slowly(), (found) => {
        result = found;
        showZ();
      });
    }, REST);
    stop = () => clearTimeout(timer);
    function* slowly() {
      const score = (z) => logLikelihood(x, logitsOf(z));
      const expected = yield* expectedLogLikelihood(score, mean, std);
      const atMean = { value: score(mean), error: 0 };
      const log_p = yield* evidence(logitsOf, x, kept);
      let most = -Infinity;
      for (const { value } of log_p.known.values()) most = Math.max(most, value);
      return { expected, atMean, log_p, posterior: { known: log_p.known, step: log_p.step, most } };
    }
  }

  const title = (text, idea) => element("div", { class: `vw-title vw-of-${idea}` }, text);
  const body = element("div", {},
    element("div", { class: "vw-through" },
      element("div", { class: "vw-part vw-hand" }, title("Draw a digit", "noise"), pad.element,
        element("div", { class: "vw-presets" }, makeButton("Undo", undo), makeButton("Blank", () => drawing([])),
          ...Object.entries(model.get("examples")).map(([name, strokes]) => makeButton(name, () => drawing(strokes))))),
      element("div", { class: "vw-part vw-seen" }, title("x, the input", "noise"), input.element),
      element("div", { class: "vw-part vw-made" }, title("Decoder: p(x | z)", "p"), output.element),
      element("div", { class: "vw-part vw-between-them" }, title("Encoder: q(z | x), and z = μ + σ ε", "q"),
        element("div", { class: "vw-squares" },
          element("div", {}, element("p", { class: "vw-chart-title" }, "on the map"), maps.whole),
          element("div", {}, element("p", { class: "vw-chart-title" }, "enlarged; grey: the exact p(z | x)"), maps.near)),
        parameters,
        element("div", { class: "vw-noise vw-of-noise" }, ...sliders.map(({ row }) => row),
          element("div", { class: "vw-presets" }, throwEps,
            element("label", { class: "vw-tick" }, noNoise, "σ = 0: an autoencoder"))))),
    choice.element, terms.element, inside.element, element("div", { class: "vw-foot" }, status));
  const asked = makePrediction(model, body, change);
  root.addEventListener("click", asked.attend);
  whenNear(model, root, load);
  root.append(asked.element, body);
  el.replaceChildren(root);

  const awake = (show) => () => {
    load();
    show();
  };
  const unfollow = follow(model, {
    strokes: awake(showX), digit: awake(showX), eps: awake(showZ), expected: asked.show, inside: awake(showZ), unit: awake(showZ),
    noise: () => {
      load();
      restart();
      showQ();
      say(model.get("noise") ? "" : "σ = 0: the code is a point. A point has no density, so the KL divergence is infinite.");
    },
  });
  asked.show();
  if (!model.load) load(); // all is there
  else showX();
  return () => {
    stop();
    unfollow();
  };
}

export default { render };

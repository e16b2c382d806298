// One digit through a VAE: a hand's strokes -> x -> encoder -> q(z | x) -> z = mu + sigma eps -> decoder.
// State (Python's names): decoder, encoder, digits, scatter, colours, preview, order, examples, code, prediction; strokes, digit,
// eps, noise, latent, inside, unit and expected change.

import { evidence, expectedLogLikelihood, inSlices, klTerms, logLikelihood } from "../parts/bound.js";
import { integrationNote, makeBoundTerms, samplingNote } from "../parts/bound_terms.js";
import { makeButton } from "../parts/controls.js";
import { DigitCanvas, makeDigitButtons, unpackDigits } from "../parts/digits.js";
import { element, hundredths, uniqueId } from "../parts/elements.js";
import { unpackPreview } from "../parts/late_decoder.js";
import { makeLoader, whenNear } from "../parts/later.js";
import { makeNetwork } from "../parts/network.js";
import { standardNormal } from "../parts/normal.js";
import { makePrediction } from "../parts/prediction.js";
import { sampledBound } from "../parts/sampled_bound.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";
import { makeBars } from "./bars.js";
import { drawn } from "./drawing.js";
import { makeInside } from "./inside.js";
import { makePad } from "./pad.js";
import { makePlane } from "./plane.js";

const REST = 250; // milliseconds without a change, before what takes a while is computed
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
  const plane = model.get("eps").length === 2;
  const pulled = (pull) => (model.get("noise") ? pull() : say("With σ = 0 there is nothing to draw: z is μ."));
  const view = (plane ? makePlane : makeBars)({ model, change, pulled, qOf: () => now.q });
  const parameters = element("p", { class: "vw-parameters" });
  const throwEps = makeButton("Draw ε", () => change({ eps: model.get("eps").map(() => hundredths(standardNormal())) }));
  const noNoise = element("input", { type: "checkbox", id: uniqueId("noise") });
  noNoise.addEventListener("change", () => change({ noise: !noNoise.checked }));

  const output = new DigitCanvas("the output: what the decoder makes of z");
  output.element.classList.add("vw-output");
  const preview = unpackPreview(model);
  const note = plane ? integrationNote : samplingNote;
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
      const [mean, logStd] = [heads.subarray(0, heads.length / 2), heads.subarray(heads.length / 2)].map((part) => [...part]);
      now.q = { mean, logStd };
    } else now.q = null;
    restart();
    showQ();
  }

  function showQ() {
    const noise = model.get("noise");
    noNoise.checked = !noise;
    throwEps.disabled = !noise;
    if (now.q) {
      now.q.shownStd = now.q.logStd.map(Math.exp);
      now.q.std = now.q.shownStd.map((value) => (noise ? value : 0));
    }
    showZ();
  }

  function showZ() {
    const eps = model.get("eps");
    view.show(eps, model.get("noise"));
    if (!now.q) {
      parameters.textContent = "The encoder is on its way.";
      terms.show({}, note());
      inside.show(now);
      delete root.dataset.values;
      return;
    }
    const { mean, std, logStd } = now.q;
    const z = mean.map((mu, j) => mu + std[j] * eps[j]);
    const logits = decode && logitsOf(z);
    output.draw(decode ? Float32Array.from(logits, (a) => 1 / (1 + Math.exp(-a))) : preview);
    const kl = model.get("noise") ? klTerms(mean, logStd).reduce((a, b) => a + b, 0) : Infinity;
    parameters.textContent = view.say(now.q, z);
    const expected = result && (model.get("noise") ? result.expected : result.atMean);
    const values = {
      mean, log_std: logStd, z, log_likelihood: decode ? logLikelihood(now.x, logits) : undefined, kl,
      expected: expected?.value, bound: expected && expected.value - kl,
      log_p: result?.log_p.value, error: result && result.log_p.error + expected.error,
    };
    view.draw(now.q, z, result?.posterior);
    terms.show({
      ...values, minus_kl: -kl, one_bound: decode ? values.log_likelihood - kl : undefined,
      gap: result ? values.log_p - values.bound : undefined,
    }, note(values.error, result?.log_p.ess));
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
      if (!plane) return { ...(yield* sampledBound(score, mean, std)), atMean: { value: score(mean), error: 0 } };
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
      element("div", { class: "vw-part vw-made" }, title("Decoder: p(x\u00a0|\u00a0z)", "p"), output.element),
      element("div", { class: "vw-part vw-between-them" }, title("Encoder: q(z\u00a0|\u00a0x), and z = μ + σ ε", "q"),
        view.element, parameters,
        element("div", { class: "vw-noise vw-of-noise" }, ...view.rows,
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
    strokes: awake(showX), digit: awake(showX), eps: awake(showZ), expected: asked.show, inside: awake(showZ), unit: awake(showZ), latent: awake(showZ),
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

// Noise flow: noise on top, z below, joined by lines; two estimates of d/dmean E[f(z)] for each draw of the noise.
// State (Python's names): noise, shown; mean, std, f and block change.

import { unpackArray } from "../parts/arrays.js";
import { makeChart, tickName } from "../parts/charts.js";
import { makeButton, makeSelect, makeSlider } from "../parts/controls.js";
import { element, hundredths, limited, uniqueId, withMinus } from "../parts/elements.js";
import { logNormal } from "../parts/normal.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const REACH = 5; // the ends of the axis that noise and z share
const BINS = 51;
const FLOW = 16; // pieces of a line

const FUNCTIONS = {
  square: { name: "z²", value: (z) => z * z, slope: (z) => 2 * z },
  cosine: { name: "cos z", value: Math.cos, slope: (z) => -Math.sin(z) },
  step: { name: "tanh 4z", value: (z) => Math.tanh(4 * z), slope: (z) => 4 / Math.cosh(4 * z) ** 2 },
};

// d/dmean E[f(z)] without chance: the mean of the slope over the noise, by the trapezoid rule.
function exactGradient(slope, mean, std) {
  let sum = 0;
  for (let i = -2000; i <= 2000; i++) sum += slope(mean + (std * i) / 200) * Math.exp(logNormal(i / 200, 0, 1));
  return sum / 200;
}

function moments(numbers) {
  const mean = numbers.reduce((a, b) => a + b, 0) / numbers.length;
  return { mean, variance: numbers.reduce((a, b) => a + (b - mean) ** 2, 0) / numbers.length };
}

// The smallest of 1, 2, 5, 10, 20, ... that is at least `value`.
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((m) => m * power).find((m) => m >= value * (1 - 1e-9));
}

// Ends of an axis with all but the farthest hundredth of each list, rounded outwards; `inside` is always within.
function endsOf(lists, inside) {
  const part = (list, share) => [...list].sort((a, b) => a - b)[Math.round(share * (list.length - 1))];
  const low = Math.min(inside, ...lists.map((list) => part(list, 0.01)));
  const high = Math.max(inside, ...lists.map((list) => part(list, 0.99)));
  const step = roundUp((high - low) / 10);
  return [step * (Math.floor(low / step) - 0.5), step * (Math.ceil(high / step) + 0.5)];
}

function countsOf(numbers, [low, high]) {
  const counts = new Array(BINS).fill(0);
  for (const number of numbers) {
    const bin = Math.floor(((number - low) / (high - low)) * BINS);
    if (bin >= 0 && bin < BINS) counts[bin] += 1;
  }
  return counts;
}

function short(value) {
  const size = Math.abs(value);
  if (size >= 99.5) return tickName(Number(value.toPrecision(3)));
  if (size >= 0.00995 || size === 0) return withMinus(value.toFixed(2));
  return size < 1e-6 ? "nearly 0" : withMinus(value.toPrecision(1));
}

function render({ model, el }) {
  const noise = Array.from(unpackArray(model.get("noise")));
  const shown = model.get("shown");
  const blocks = Math.floor(noise.length / shown);

  const root = makeFrame(el, "Noise flow", "vw-noise-flow");
  const change = changerOf(model);

  const mean = makeSlider({ name: "mean μ", min: -2.5, max: 2.5, onInput: (value) => change({ mean: value }) });
  const std = makeSlider({ name: "std σ", min: 0.1, max: 1.5, onInput: (value) => change({ std: value }) });
  const selectId = uniqueId("f");
  const functions = Object.entries(FUNCTIONS).map(([key, { name }]) => [key, name]);
  const select = makeSelect(selectId, functions, (f) => change({ f }));
  const status = element("p", { class: "vw-hidden", role: "status" });
  const again = makeButton("New noise", () => {
    change({ block: (model.get("block") + 1) % blocks });
    status.textContent = `${shown} other draws of the noise.`;
  });

  // Noise above, z below.
  const flow = makeChart({
    x: [-REACH, REACH], y: [-0.6, 1.4], height: 250, yTicks: false, label: "",
    margin: { left: 10, right: 10, top: 4, bottom: 24 },
  });
  const bells = [flow.area("vw-of-noise"), flow.area("vw-of-q")];
  const lines = Array.from({ length: shown }, (_, i) => flow.line(i ? "vw-of-q vw-thread" : "vw-of-third vw-chosen"));
  for (const line of lines) flow.svg.querySelector("g[clip-path]").prepend(line.element); // the chosen one on top
  const dots = lines.map((_, i) => [
    flow.dot(i ? "vw-of-noise" : "vw-of-third", i ? 2.6 : 4.5), flow.dot(i ? "vw-of-q" : "vw-of-third", i ? 2.6 : 4.5),
  ]);
  const chosen = dots[0];
  for (const dot of chosen) dot.element.parentNode.append(dot.element);
  const noiseName = flow.text("vw-of-noise", "start");
  const zName = flow.text("vw-of-q", "start");
  const handle = flow.text("vw-of-q", "middle");
  flow.drag((x) => change({ mean: hundredths(limited(x, [-2.5, 2.5])) }));

  // Two histograms on one axis: the score function's upwards, the path's downwards.
  const scatter = makeChart({
    x: [-1, 1], y: [-1.15, 1.15], height: 250, yTicks: false, xLabel: "one estimate of ∂/∂μ E[f(z)]", label: "",
    margin: { left: 10, right: 10, top: 4, bottom: 40 },
  });
  const half = (style) => Array.from({ length: BINS }, () => scatter.bar(style));
  const bars = { score: half("vw-of-second"), path: half("vw-of-first") };
  const ground = scatter.rule("vw-muted vw-ground");
  const truth = scatter.rule("vw-of-truth vw-truth");
  const names = { score: scatter.text("vw-of-second", "end"), path: scatter.text("vw-of-first", "end") };
  const truthName = scatter.text("", "start");

  const cell = (tag, text, style = "") => element(tag, style ? { class: style } : {}, text);
  const readings = { score: [cell("td", ""), cell("td", "")], path: [cell("td", ""), cell("td", "")] };
  const tableRow = (name, style, cells) => element("tr", {}, cell("th", name, style), ...cells);
  const header = element("tr", {}, cell("td", ""), cell("th", "mean"), cell("th", "variance"));
  const table = element("table", { class: "vw-readings" },
    element("caption", { class: "vw-hidden" }, `${noise.length} estimates of the gradient, by two estimators`),
    element("thead", {}, header),
    element("tbody", {},
      tableRow("score function", "vw-of-second", readings.score), tableRow("pathwise", "vw-of-first", readings.path)));
  const verdict = element("p", { class: "vw-verdict" });
  const oneDraw = element("p", { class: "vw-verdict" });

  function show() {
    const [mu, sigma, which, block] = ["mean", "std", "f", "block"].map((name) => model.get(name));
    const { value, slope } = FUNCTIONS[which];
    mean.set(mu);
    std.set(sigma);
    select.value = which;

    const eps = noise.slice(block * shown, (block + 1) * shown);
    const z = eps.map((e) => mu + sigma * e);
    eps.forEach((e, i) => {
      lines[i].set(Array.from({ length: FLOW + 1 }, (_, k) => {
        const t = k / FLOW;
        return [e + (z[i] - e) * t * t * (3 - 2 * t), 1 - t];
      }));
      dots[i][0].set(e, 1);
      dots[i][1].set(Math.abs(z[i]) <= REACH ? z[i] : NaN, 0);
    });
    const bell = (centre, width) => Array.from({ length: 81 }, (_, k) => {
      const u = (k - 40) / 10;
      return [centre + width * u, 0.32 * Math.exp((-u * u) / 2)];
    });
    bells[0].set(bell(0, 1).map(([x, h]) => [x, 1 + h]), 1);
    bells[1].set(bell(mu, sigma).map(([x, h]) => [x, -h]), 0);
    noiseName.set(-REACH, 1.2, "noise ε");
    zName.set(-REACH, -0.2, "z = μ + σε");
    handle.set(mu, -0.52, "↔ μ");

    const parts = noise.map((e) => {
      const at = mu + sigma * e;
      return [value(at) * (e / sigma), slope(at)];
    });
    const estimates = { score: parts.map(([a]) => a), path: parts.map(([, b]) => b) };
    const found = { score: moments(estimates.score), path: moments(estimates.path) };
    const exact = exactGradient(slope, mu, sigma);
    const ends = endsOf([estimates.score, estimates.path], exact);
    const [low, high] = ends;
    const counts = { score: countsOf(estimates.score, ends), path: countsOf(estimates.path, ends) };
    scatter.scale({ x: ends });
    for (const [name, sign] of [["score", 1], ["path", -1]]) {
      const most = Math.max(...counts[name], 1);
      counts[name].forEach((count, i) => {
        const edge = (k) => low + ((high - low) * k) / BINS;
        bars[name][i].set(edge(i + 0.06), edge(i + 0.94), 0, (sign * count) / most);
      });
      readings[name][0].textContent = short(found[name].mean);
      readings[name][1].textContent = short(found[name].variance);
    }
    ground.set(low, 0, high, 0);
    truth.set(exact, -1.15, exact, 1.15);
    const right = exact - low < 0.6 * (high - low); // where there is room for its name
    truthName.element.setAttribute("text-anchor", right ? "start" : "end");
    truthName.set(exact, 0.98, `exact ${short(exact)}`, right ? 5 : -5);
    names.score.set(high, 0.55, "score function");
    names.path.set(high, -0.62, "pathwise");

    const ratio = found.score.variance / found.path.variance;
    const times = ratio >= 1 ? ratio : 1 / ratio;
    const many = times > 1e5 ? "more than 100,000" : times >= 9.95 ? Math.round(times).toLocaleString("en") : times.toFixed(1);
    verdict.textContent = ratio >= 1
      ? `One pathwise estimate is worth ${many} of the score function.`
      : `Here one estimate of the score function is worth ${many} pathwise ones.`;
    oneDraw.textContent =
      `The thick line: ε = ${eps[0].toFixed(2)} gives z = ${z[0].toFixed(2)}; `.replaceAll("-", "−") +
      `∂z/∂μ = 1 and ∂z/∂σ = ε = ${eps[0].toFixed(2)}.`.replaceAll("-", "−");
    flow.describe(
      `${shown} draws of noise above, each joined to its z = μ + σε below, for μ = ${mu.toFixed(2)} and σ = ${sigma.toFixed(2)}. ` +
      "Drag sideways to move μ; the slider does the same.");
    scatter.describe(
      `Histograms of ${noise.length} estimates of the gradient from ${short(low)} to ${short(high)}. Exact: ${short(exact)}. ` +
      `Score function: mean ${short(found.score.mean)}, variance ${short(found.score.variance)}. ` +
      `Pathwise: mean ${short(found.path.mean)}, variance ${short(found.path.variance)}.`);
    root.dataset.values = JSON.stringify({
      mean: mu, std: sigma, f: which, block, eps, z, exact, ends, counts, score: found.score, path: found.path,
    });
  }

  root.append(
    element("div", { class: "vw-flow-controls" },
      mean.row, std.row,
      element("div", { class: "vw-flow-choice" }, element("label", { for: selectId }, "f(z) ="), select, again)),
    element("div", { class: "vw-flow-charts" },
      element("div", {}, element("div", { class: "vw-title" }, "The noise stays, z moves"), flow.svg, oneDraw),
      element("div", {}, element("div", { class: "vw-title" }, "Two estimates of one gradient"), scatter.svg, table, verdict)),
    status,
  );
  el.replaceChildren(root);

  const unfollow = follow(model, { mean: show, std: show, f: show, block: show });
  show();
  return unfollow;
}

export default { render };

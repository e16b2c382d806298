// The gap: a q that the reader moves, the posterior that it should be, and where the bound is below log p(x).

import { makeChart } from "../parts/charts.js";
import { makeButton, makeSelect, makeSlider } from "../parts/controls.js";
import { element, limited, uniqueId, withMinus } from "../parts/elements.js";
import { logNormal } from "../parts/normal.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const START = { x: 1.25, mean: -0.4, std: 0.8 };
const RANGE = { x: [-2, 2], mean: [-3, 3], std: [0.25, 2] };
const MODES = { gaussian: "Gaussian:  x = z + noise", "two humps": "two humps:  x = z² + noise" };

// What the figure shows, in nats.  With the Gaussian posterior all are closed forms; with two humps log p(x) and
// the gap are sums over the same grids as in elbo_gap.py.
function gapNumbers({ posterior, x, mean, std, noise }) {
  const centre = (z) => (posterior === "gaussian" ? z : z * z);
  const logJoint = (z) => logNormal(x, centre(z), noise) + logNormal(z, 0, 1);
  const [m2, s2] = [mean * mean, std * std];
  const klToPrior = 0.5 * (s2 + m2 - 1) - Math.log(std);
  let squaredError, logP, gap;
  if (posterior === "gaussian") {
    squaredError = (x - mean) ** 2 + s2;
    logP = logNormal(x, 0, Math.sqrt(1 + noise * noise));
    const variance = 1 / (1 + 1 / (noise * noise));
    const ratio = s2 / variance;
    gap = 0.5 * (ratio - 1 - Math.log(ratio) + (mean - (x * variance) / (noise * noise)) ** 2 / variance);
  } else {
    squaredError = x * x - 2 * x * (m2 + s2) + m2 * m2 + 6 * m2 * s2 + 3 * s2 * s2;
    let sum = 0;
    for (let i = 0; i <= 1600; i++) sum += Math.exp(logJoint(-8 + i * 0.01));
    logP = Math.log(sum * 0.01);
    gap = logP;
    for (let i = 0; i <= 400; i++) {
      const t = -10 + i * 0.05;
      const logQ = logNormal(t, 0, 1);
      gap += Math.exp(logQ) * 0.05 * (logQ - Math.log(std) - logJoint(mean + std * t));
    }
  }
  const likelihood = -squaredError / (2 * noise * noise) + logNormal(0, 0, noise);
  return {
    numbers: { log_p: logP, elbo: likelihood - klToPrior, gap, likelihood, kl_to_prior: klToPrior },
    density: (z) => Math.exp(logJoint(z) - logP),
  };
}

const twoPlaces = (value) => withMinus(value.toFixed(2));

function render({ model, el }) {
  const root = makeFrame(el, "The bound, the gap and log p(x)", "vw-gap");
  const state = () => Object.fromEntries(["posterior", "x", "mean", "std", "noise"].map((name) => [name, model.get(name)]));
  const change = changerOf(model);
  const within = (name, value) => limited(value, RANGE[name]);

  // The densities.  q's peak can be dragged: its place is the mean, its height tells the standard deviation.
  const densities = makeChart({
    x: [-3.5, 3.5], y: [0, 1.65], width: 400, height: 260, xLabel: "z", yTicks: false,
    margin: { left: 8, right: 8, top: 12, bottom: 40 },
  });
  const priorArea = densities.area("vw-muted");
  const exactArea = densities.area("vw-of-truth");
  const priorLine = densities.line("vw-muted vw-dashed");
  const exactLine = densities.line("vw-of-truth");
  const qLine = densities.line("vw-of-q");
  const priorName = densities.text("vw-muted", "middle");
  const exactName = densities.text("vw-of-truth", "end");
  const qName = densities.text("vw-of-q", "start");
  const peak = densities.dot("vw-of-q", 7);
  densities.drag((z, height) => {
    const std = 1 / (Math.max(height, 1e-6) * Math.sqrt(2 * Math.PI));
    change({ mean: within("mean", Number(z.toFixed(2))), std: within("std", Number(std.toFixed(2))) });
  });

  // Two columns that hang from 0 and end at the bound.
  const LOWEST = [-6, -12, -25, -50, -100, -200, -400, -800];
  const bars = makeChart({
    x: [0, 4], y: [-6, 0], width: 300, height: 260, yLabel: "nats", xTicks: false,
    margin: { left: 50, right: 4, top: 12, bottom: 12 },
  });
  const columns = [
    { from: 0.1, to: 0.6, pieces: [["vw-of-truth", "log p(x)"], ["vw-of-kl", "gap"]] },
    { from: 2.05, to: 2.55, pieces: [["vw-of-likelihood", "E[log p(x|z)]"], ["vw-of-kl", "KL(q‖p(z))"]] },
  ].map(({ from, to, pieces }) => ({
    from, to,
    pieces: pieces.map(([style, name]) => ({ bar: bars.bar(style), text: bars.text(style, "start"), name })),
  }));
  const logPLine = bars.rule("vw-of-truth vw-dashed");
  const boundLine = bars.rule("");
  const boundName = bars.text("", "start");

  const terms = {};
  const term = (key, style, name, long) => {
    terms[key] = element("span", { class: "vw-term-value" });
    return element("span", { class: `vw-term ${style}`, title: long }, element("span", { class: "vw-term-name" }, name), terms[key]);
  };
  const sign = (text) => element("span", { class: "vw-sign" }, text);
  const equations = element("div", { class: "vw-equations" },
    element("div", { class: "vw-equation" },
      term("log_p", "vw-of-truth", "log p(x)", "the log-likelihood: q cannot change it"), sign("="),
      term("elbo", "", "ELBO", "the lower bound"), sign("+"),
      term("gap", "vw-of-kl", "KL(q‖p(z|x))", "the gap")),
    element("div", { class: "vw-equation" },
      term("elbo2", "", "ELBO", "the lower bound"), sign("="),
      term("likelihood", "vw-of-likelihood", "E[log p(x|z)]", "the expected log-likelihood under q"), sign("−"),
      term("kl_to_prior", "vw-of-kl", "KL(q‖p(z))", "the KL divergence from the prior")));

  const sliders = Object.fromEntries([["mean", "mean of q"], ["std", "std of q"], ["x", "x"]].map(([key, name]) => [
    key, makeSlider({ name, min: RANGE[key][0], max: RANGE[key][1], step: 0.01, say: twoPlaces, onInput: (value) => change({ [key]: value }) }),
  ]));
  const chooseId = uniqueId("posterior");
  const choose = makeSelect(chooseId, Object.entries(MODES), (posterior) => change({ posterior }));
  const best = makeButton("", () => change(bestQ(state())));
  const reset = makeButton("Reset", () => change(START));
  const status = element("p", { class: "vw-status", role: "status" });

  root.append(
    element("div", { class: "vw-gap-head" }, element("label", { for: chooseId }, "Posterior"), choose),
    element("div", { class: "vw-charts" },
      element("div", { class: "vw-chart-part vw-densities" }, densities.svg),
      element("div", { class: "vw-chart-part vw-bars" }, bars.svg)),
    equations,
    element("div", { class: "vw-gap-sliders" }, sliders.mean.row, sliders.std.row, sliders.x.row),
    element("div", { class: "vw-foot" }, best, reset, status),
  );
  el.replaceChildren(root);

  let announcing = 0;
  function show() {
    const now = state();
    const { numbers, density } = gapNumbers(now);
    root.dataset.values = JSON.stringify(numbers);
    const points = (f) => Array.from({ length: 281 }, (_, i) => [-3.5 + i / 40, f(-3.5 + i / 40)]);
    const [prior, exact] = [points((z) => Math.exp(logNormal(z, 0, 1))), points(density)];
    priorArea.set(prior);
    priorLine.set(prior);
    exactArea.set(exact);
    exactLine.set(exact);
    // q may be narrow: its curve gets points of its own.
    qLine.set(Array.from({ length: 241 }, (_, i) => -6 + i / 20).map((t) => [now.mean + now.std * t, Math.exp(logNormal(t, 0, 1)) / now.std]));
    const height = Math.exp(logNormal(0, 0, now.std));
    peak.set(now.mean, height);
    // The posterior's highest point, and the names on the outer sides of the two peaks.
    const [top, topHeight] = exact.reduce((a, b) => (b[1] > a[1] + 1e-9 ? b : a));
    const beside = (text, z, y, name, right, dx, dy) => {
      text.element.setAttribute("text-anchor", right ? "start" : "end");
      text.set(z, y, name, right ? dx : -dx, dy);
    };
    const qRight = now.mean < -2.6 || (now.mean < 2.6 && now.mean >= top);
    beside(qName, now.mean, height, "q(z)", qRight, 12, -2);
    beside(exactName, top, topHeight, "p(z | x)", !qRight, 12, 4);
    priorName.set(-2.3, Math.exp(logNormal(2.3, 0, 1)), "p(z)", -6, -8);
    densities.place([qName, exactName, priorName], [peak, qLine, exactLine, priorLine]);

    const low = LOWEST.find((end) => end < 1.08 * numbers.elbo) ?? -1600;
    bars.scale({ y: [low, 0] });
    const ends = [[numbers.log_p, numbers.elbo], [numbers.likelihood, numbers.elbo]];
    columns.forEach(({ from, to, pieces }, c) => {
      let start = 0;
      pieces.forEach(({ bar, text, name }, i) => {
        bar.set(from, to, start, ends[c][i]);
        text.set(to, (start + ends[c][i]) / 2, name, 6, 4);
        start = ends[c][i];
      });
    });
    boundName.set(columns[0].to, numbers.elbo, "ELBO", 6, 15);
    logPLine.set(0, numbers.log_p, 4, numbers.log_p);
    boundLine.set(0, numbers.elbo, 4, numbers.elbo);
    const pieces = columns.flatMap((column) => column.pieces);
    bars.place([boundName, ...pieces.map(({ text }) => text)], [logPLine, boundLine, ...pieces.map(({ bar }) => bar)]);

    // Rounded so that what is printed adds up.
    const thousandths = (value) => Math.round(1000 * value) / 1000;
    const printed = { log_p: thousandths(numbers.log_p), elbo: thousandths(numbers.elbo), kl_to_prior: thousandths(numbers.kl_to_prior) };
    Object.assign(printed, { gap: printed.log_p - printed.elbo, elbo2: printed.elbo, likelihood: printed.elbo + printed.kl_to_prior });
    const say = (value) => withMinus(value.toFixed(3).replace(/^-(0\.000)$/, "$1"));
    for (const [key, place] of Object.entries(terms)) place.textContent = say(printed[key]);

    const gap = `gap ${printed.gap.toFixed(3)} nats`;
    for (const [key, slider] of Object.entries(sliders)) {
      slider.set(now[key]);
      slider.range.setAttribute("aria-valuetext", `${twoPlaces(now[key])}, ${gap}`);
    }
    choose.value = now.posterior;
    best.textContent = now.posterior === "gaussian" ? "Set q to the posterior" : "Find the best Gaussian q";
    densities.describe(`The densities of the prior, the posterior and q over z; q has mean ${twoPlaces(now.mean)} and standard deviation ${twoPlaces(now.std)}.`);
    bars.describe(`Two columns hang from 0 and end at the ELBO, ${say(printed.elbo)} nats: log p(x), ${say(printed.log_p)}, and the ${gap}; the expected log-likelihood, ${say(printed.likelihood)}, and the KL divergence from the prior, ${say(printed.kl_to_prior)}.`);
    clearTimeout(announcing); // said once the hand rests
    announcing = setTimeout(() => {
      status.textContent = printed.gap < 0.0005 ? "q is the posterior: the ELBO is log p(x)." : `The ELBO is ${printed.gap.toFixed(3)} nats below log p(x).`;
    }, 300);
  }

  const unfollow = follow(model, { posterior: show, x: show, mean: show, std: show });
  show();
  return () => {
    clearTimeout(announcing);
    unfollow();
  };
}

// The q with the highest bound: the posterior itself, or, with two humps, the best of all that the sliders can be
// set to, on the side of 0 where q is.
function bestQ(now) {
  if (now.posterior === "gaussian") {
    const variance = 1 / (1 + 1 / now.noise ** 2);
    return { mean: (now.x * variance) / now.noise ** 2, std: Math.sqrt(variance) };
  }
  let found = { bound: -Infinity };
  for (let i = 0; i <= 300; i++) {
    for (let j = 25; j <= 200; j++) {
      const [mean, std] = [i / 100, j / 100];
      const [m2, s2] = [mean * mean, std * std];
      const squaredError = -2 * now.x * (m2 + s2) + m2 * m2 + 6 * m2 * s2 + 3 * s2 * s2;
      const bound = -squaredError / (2 * now.noise ** 2) - 0.5 * (s2 + m2) + Math.log(std);
      if (bound > found.bound) found = { bound, mean, std };
    }
  }
  return { mean: now.mean < 0 && found.mean ? -found.mean : found.mean, std: found.std };
}

export default { render };

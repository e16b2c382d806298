// The beta slider: one trained model a stop.  Reconstructions, the point on the curve of rate and distortion, and
// a walk along one latent dimension.
// State (Python's names): decoders, digits, facts; model, digit and dimension change.

import { makeChart } from "../parts/charts.js";
import { makeSlider } from "../parts/controls.js";
import { DigitCanvas, makeDigitSelect, unpackDigits } from "../parts/digits.js";
import { element, uniqueId, zName } from "../parts/elements.js";
import { makeLateDecoder } from "../parts/late_decoder.js";
import { whenNear } from "../parts/later.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const WALK = Array.from({ length: 9 }, (_, i) => -3 + 0.75 * i); // the values of z_j on the walk

function render({ model, el }) {
  const digits = unpackDigits(model.get("digits"));
  const facts = model.get("facts");
  const size = facts[0].kl.length;
  const orders = facts.map(({ kl }) => kl.map((_, j) => j).sort((a, b) => kl[b] - kl[a]));

  const root = makeFrame(el, "Beta slider", "vw-beta");
  const change = changerOf(model);
  const decoders = facts.map((_, index) =>
    makeLateDecoder({ model, root, key: "decoders", index, arrived: () => index === model.get("model") && show() }));

  const betaSlider = makeSlider({
    name: "β", min: 0, max: facts.length - 1, step: 1,
    say: (i) => `β = ${facts[i].beta}`,
    onInput: (i) => change({ model: i }),
  });

  const inputs = new DigitCanvas(`the digits: ${digits.map(({ label }) => label).join(" ")}`, digits.length);
  const outputs = new DigitCanvas("", digits.length);
  digits.forEach(({ pixels }, i) => inputs.draw(pixels, i));

  // Rate and distortion: the curve of all models, and this one's point on it.
  const ends = (values) => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [Math.max(0, low - 0.08 * (high - low)), high + 0.14 * (high - low)];
  };
  const chart = makeChart({
    x: [0, ends(facts.map(({ rate }) => rate))[1]], y: ends(facts.map(({ distortion }) => distortion)), height: 230,
    xLabel: "rate: mean KL (nats)", yLabel: "distortion (nats)",
  });
  const curve = chart.line("vw-of-first");
  curve.set(facts.map(({ rate, distortion }) => [rate, distortion]));
  const dots = facts.map(() => chart.dot("vw-of-first", 3.5));
  facts.forEach(({ rate, distortion }, m) => dots[m].set(rate, distortion));
  const names = facts.map(() => chart.text("vw-muted", "start"));
  const here = chart.dot("vw-of-third", 7);
  const name = chart.text("vw-of-third", "start");
  const cost = chart.rule("vw-of-third vw-dashed");
  chart.drag((x) => {
    const gaps = facts.map(({ rate }) => Math.abs(rate - x));
    change({ model: gaps.indexOf(Math.min(...gaps)) });
  });

  // The walk: from the mean of one digit, one dimension moved.
  const digitId = uniqueId("digit");
  const select = makeDigitSelect(digitId, digits, (i) => change({ digit: i }));
  const dimensionSlider = makeSlider({
    name: "Dimension", min: 0, max: size - 1, step: 1,
    say: (k) => {
      const j = orders[model.get("model")][k];
      return `${zName(j)}: ${facts[model.get("model")].kl[j].toFixed(2)} nats`;
    },
    onInput: (k) => change({ dimension: k }),
  });
  const walk = new DigitCanvas("", WALK.length);
  const summary = element("p", { class: "vw-summary" });
  const status = element("p", { class: "vw-hidden", role: "status" });

  function show() {
    const [i, d, k] = ["model", "digit", "dimension"].map((key) => model.get(key));
    const { beta, rate, distortion, alive, kl, means } = facts[i];
    const decode = decoders[i];
    betaSlider.set(i);
    dimensionSlider.set(k);
    select.value = d;
    means.forEach((mean, column) => outputs.draw(decode(mean), column));
    outputs.describe(`what the model with beta ${beta} makes of them`);

    here.set(rate, distortion);
    const atTheEnd = rate > 0.85 * Math.max(...facts.map((fact) => fact.rate));
    name.element.setAttribute("text-anchor", atTheEnd ? "end" : "start");
    const atTheTop = distortion === Math.max(...facts.map((fact) => fact.distortion));
    name.set(rate, distortion, `β = ${beta}`, atTheTop ? 13 : 9, atTheTop ? 2 : atTheEnd ? -32 : -22);
    facts.forEach((fact, m) => names[m].set(fact.rate, fact.distortion, m === i ? "" : `${fact.beta}`, 8, -8));
    // Points of equal cost distortion + beta rate lie on a line of slope -beta.
    const across = 7 / Math.hypot(1, beta / 4);
    cost.set(rate - across, distortion + beta * across, rate + across, distortion - beta * across);
    chart.place([name, ...names], [here, ...dots, curve, cost]);
    chart.describe(`Rate against distortion for ${facts.length} models. With beta ${beta} the rate is ${rate.toFixed(1)} and the distortion ${distortion.toFixed(1)} nats.`);

    const j = orders[i][k];
    WALK.forEach((value, column) => {
      const z = [...means[d]];
      z[j] = value;
      walk.draw(decode(z), column);
    });
    walk.describe(`from the ${digits[d].label}: ${zName(j)} from −3 to 3 in ${WALK.length} steps`);
    summary.replaceChildren(
      element("b", {}, `${alive} of ${size}`), " dimensions alive · rate ", element("b", {}, rate.toFixed(1)),
      " + distortion ", element("b", {}, distortion.toFixed(1)), ` = ${(rate + distortion).toFixed(1)} nats`,
    );
    status.textContent = `${alive} of ${size} dimensions alive, rate ${rate.toFixed(1)}, distortion ${distortion.toFixed(1)} nats.`;
    root.dataset.values = JSON.stringify({ beta, rate, distortion, alive, dimension: j, kl: kl[j], start: means[d] });
  }

  const title = (text) => element("div", { class: "vw-title" }, text);
  const row = (text, canvas) => [element("div", { class: "vw-film-name" }, text), canvas.element];
  root.append(
    betaSlider.row,
    element("div", { class: "vw-strips" }, ...row("Digits", inputs), ...row("Reconstructed from the mean of z", outputs)),
    summary,
    element("div", { class: "vw-beta-halves" },
      element("div", { class: "vw-beta-half" }, title("Rate and distortion of all models"), chart.svg),
      element("div", { class: "vw-beta-half" },
        title("Walk along one dimension"),
        element("div", { class: "vw-start" }, element("label", { for: digitId }, "Start from"), select),
        dimensionSlider.row,
        element("div", { class: "vw-strips" }, walk.element),
        element("div", { class: "vw-ends-named vw-film-name", "aria-hidden": "true" }, element("span", {}, "−3"), element("span", {}, "0"), element("span", {}, "+3")),
        element("p", { class: "vw-film-name" }, "Dimensions come in the order of their KL. One with hardly any changes nothing."))),
    status,
  );
  el.replaceChildren(root);

  const unfollow = follow(model, { model: show, digit: show, dimension: show });
  show();
  whenNear(model, root, () => decoders[model.get("model")].load());
  return unfollow;
}

export default { render };

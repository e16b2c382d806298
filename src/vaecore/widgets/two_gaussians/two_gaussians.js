// Two Gaussians q and p, KL in both directions, and the integrand of KL(q || p).
// State (Python's names): mean_q, std_q, mean_p, std_p; all of them change.

import { makeChart, titled } from "../parts/charts.js";
import { makePresets, makeSlider } from "../parts/controls.js";
import { element, hundredths, limited, withMinus } from "../parts/elements.js";
import { logNormal } from "../parts/normal.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const Z = [-6, 6]; // the part of the axis that is shown
const POINTS = 361;
const LIMITS = { mean: [-4, 4], std: [0.25, 3] };
const ROOT_TWO_PI = Math.sqrt(2 * Math.PI);
const PRESETS = [
  ["Equal", { mean_q: 0, std_q: 1, mean_p: 0, std_p: 1 }],
  ["Narrow inside wide", { mean_q: 0.5, std_q: 0.5, mean_p: 0, std_p: 1.5 }],
  ["Far apart", { mean_q: -2, std_q: 0.7, mean_p: 2, std_p: 0.7 }],
  ["p the standard normal", { mean_q: 1.5, std_q: 0.4, mean_p: 0, std_p: 1 }],
  ["q the standard normal", { mean_q: 0, std_q: 1, mean_p: 1.5, std_p: 0.4 }],
];
const STATE = ["mean_q", "std_q", "mean_p", "std_p"];

const logDensity = (z, { mean, std }) => logNormal(z, mean, std);

// u - 1 - log u = e^v - 1 - v with v = log u.  Near u = 1 its parts cancel; its Taylor series does not.
function lessLog(v) {
  if (Math.abs(v) >= 0.5) return Math.expm1(v) - v;
  let series = 1;
  for (let n = 16; n > 2; n--) series = 1 + (v / n) * series;
  return 0.5 * v * v * series;
}

// KL(a || b) in nats: with u = std_a^2 / std_b^2 it is (u - 1 - log u + (mean_a - mean_b)^2 / std_b^2) / 2.
const divergence = (a, b) =>
  0.5 * (lessLog(2 * (Math.log(a.std) - Math.log(b.std))) + ((a.mean - b.mean) / b.std) ** 2);

const nats = (kl) => (kl < 100 ? kl.toFixed(4) : kl.toFixed(1));

function render({ model, el }) {
  const root = makeFrame(el, "Two Gaussians", "vw-gaussians");
  const change = changerOf(model);

  const bell = (name) => ({ mean: model.get(`mean_${name}`), std: model.get(`std_${name}`) });

  // The densities.  The top of a bell is its handle: sideways its mean, up and down its width.
  const margin = { left: 12, right: 12, top: 20, bottom: 40 };
  const upper = makeChart({ x: Z, y: [0, 1], xLabel: "z", yTicks: false, height: 200, margin });
  const bells = ["q", "p"].map((name) => {
    const style = `vw-of-${name}`;
    return {
      name,
      area: upper.area(style),
      line: upper.line(style),
      top: upper.dot(style, 7),
      letter: upper.text(style),
    };
  });
  let held = null; // which bell the pointer has; the nearer one, chosen where it is pressed
  let pressed = false;
  upper.svg.addEventListener("pointerdown", () => { pressed = true; }, true);
  const height = () => 1.3 / (ROOT_TWO_PI * Math.min(bell("q").std, bell("p").std));
  let shownHeight = 1;
  upper.drag((z, density) => {
    if (pressed) {
      const away = (name) => {
        const { mean, std } = bell(name);
        return Math.hypot((z - mean) / 12, 0.5 * (density - 1 / (std * ROOT_TWO_PI)) / shownHeight);
      };
      held = away("q") <= away("p") ? "q" : "p";
      pressed = false;
    }
    const std = 1 / (ROOT_TWO_PI * Math.max(density, 1e-9));
    change({
      [`mean_${held}`]: hundredths(limited(z, LIMITS.mean)),
      [`std_${held}`]: hundredths(limited(std, LIMITS.std)),
    });
  });
  for (const type of ["pointerup", "pointercancel"]) {
    upper.svg.addEventListener(type, () => { held = null; showBells(); });
  }

  // The integrand of KL(q || p): what is above the axis adds to it, what is below takes away.
  const lower = makeChart({ x: Z, y: [-1, 1], xLabel: "z", yTicks: false, height: 200, margin });
  const parts = { plus: lower.area("vw-of-kl"), minus: lower.area("vw-of-first") };
  const outline = lower.line("vw-muted");
  const zero = lower.rule("vw-muted");
  const counted = { plus: lower.text("vw-of-kl", "end"), minus: lower.text("vw-of-first", "end") };

  const rows = [["q", "p"], ["p", "q"]].map(([a, b]) => {
    const fill = element("div", { class: "vw-kl-fill vw-of-kl" });
    const value = element("span", { class: "vw-kl-number" });
    const row = element("div", { class: "vw-kl-row" },
      element("span", { class: "vw-kl-name" }, `KL(${a} ‖ ${b})`),
      element("div", { class: "vw-kl-track", "aria-hidden": "true" }, fill), value);
    return { a, b, fill, value, row };
  });
  const status = element("p", { class: "vw-hidden", role: "status" });

  const sliders = {};
  const groups = ["q", "p"].map((name) => {
    for (const [kind, text] of [["mean", "mean"], ["std", "std. dev."]]) {
      const [min, max] = LIMITS[kind];
      sliders[`${kind}_${name}`] = makeSlider({
        name: `${text} of ${name}`, min, max, say: (value) => withMinus(value.toFixed(2)),
        onInput: (value) => { change({ [`${kind}_${name}`]: value }); announce(); },
      });
    }
    return element("div", { class: `vw-group vw-of-${name}` }, sliders[`mean_${name}`].row, sliders[`std_${name}`].row);
  });
  const presets = makePresets(PRESETS, (values) => { change(values); announce(); });

  function showBells() {
    const both = { q: bell("q"), p: bell("p") };
    if (!held) shownHeight = height(); // while a bell is pulled the axis stays, or its top would run away
    upper.scale({ y: [0, Math.max(shownHeight, height() > 2 * shownHeight ? height() : shownHeight)] });
    const grid = Array.from({ length: POINTS }, (_, i) => Z[0] + ((Z[1] - Z[0]) * i) / (POINTS - 1));
    for (const { name, area, line, top, letter } of bells) {
      const { mean, std } = both[name];
      const points = grid.map((z) => [z, Math.exp(logDensity(z, both[name]))]);
      area.set(points);
      line.set(points);
      top.set(mean, 1 / (std * ROOT_TWO_PI));
      const same = Math.abs(both.q.mean - both.p.mean) < 0.3;
      const side = same ? (name === "q" ? -14 : 14) : 0;
      letter.set(mean, 1 / (std * ROOT_TWO_PI), name, side, same ? 4 : -11);
    }

    upper.place(bells.map(({ letter }) => letter), bells.map(({ top }) => top));

    const integrand = grid.map((z) => {
      const q = logDensity(z, both.q);
      return [z, Math.exp(q) * (q - logDensity(z, both.p))];
    });
    const values = integrand.map((point) => point[1]);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    const size = Math.max(high - low, 0.05);
    lower.scale({ y: [low - 0.16 * size, high + 0.12 * size] });
    parts.plus.set(integrand.map(([z, v]) => [z, Math.max(v, 0)]));
    parts.minus.set(integrand.map(([z, v]) => [z, Math.min(v, 0)]));
    outline.set(integrand);
    zero.set(Z[0], 0, Z[1], 0);
    const equal = high - low < 1e-12;
    counted.plus.set(Z[1], high, equal ? "" : "adds to KL(q ‖ p)", 0, 12);
    counted.minus.set(Z[1], 0, low > -0.01 * size ? "" : "takes away", 0, low > -0.12 * size ? -7 : 15);

    lower.place([counted.plus, counted.minus], [outline, zero]);

    const kl = rows.map(({ a, b }) => divergence(both[a], both[b]));
    const longest = Math.max(...kl, 1);
    rows.forEach(({ fill, value }, i) => {
      fill.style.width = `${(100 * kl[i]) / longest}%`;
      value.textContent = `${nats(kl[i])} nats`;
    });
    for (const name of STATE) sliders[name].set(model.get(name));
    const said = ["q", "p"].map((name) => `${name} with mean ${both[name].mean.toFixed(2)} and standard deviation ${both[name].std.toFixed(2)}`);
    upper.describe(`Two densities: ${said.join(", ")}`);
    lower.describe(`The integrand of the KL of q from p, from ${low.toFixed(2)} to ${high.toFixed(2)}; its integral is ${nats(kl[0])}`);
    root.dataset.values = JSON.stringify({ kl_q_to_p: kl[0], kl_p_to_q: kl[1], z: grid, integrand: values });
  }
  function announce() {
    const [qp, pq] = rows.map(({ value }) => value.textContent);
    status.textContent = `KL of q from p ${qp}, of p from q ${pq}`;
  }

  root.append(
    presets,
    element("div", { class: "vw-charts" },
      titled("The densities q and p", upper), titled("q log(q / p): its area is KL(q ‖ p)", lower)),
    element("div", { class: "vw-kl-rows" }, ...rows.map(({ row }) => row)),
    element("div", { class: "vw-groups" }, ...groups),
    status,
  );
  el.replaceChildren(root);
  const unfollow = follow(model, Object.fromEntries(STATE.map((name) => [name, showBells])));
  showBells();
  return unfollow;
}

export default { render };

// Three bars: P and Q over the values 0, 1, 2, and KL in both directions, term by term.
// State (Python's names): p and q, three probabilities each; both change.

import { makeChart, titled } from "../parts/charts.js";
import { makePresets, makeSlider } from "../parts/controls.js";
import { element, hundredths } from "../parts/elements.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

const THIRD = 1 / 3;
const PRESETS = [
  ["Exercise X-5", { p: [0.36, 0.48, 0.16], q: [THIRD, THIRD, THIRD] }],
  ["Equal", { p: [0.36, 0.48, 0.16], q: [0.36, 0.48, 0.16] }],
  ["A zero in P", { p: [0.6, 0.4, 0], q: [THIRD, THIRD, THIRD] }],
  ["A zero in Q", { p: [0.36, 0.48, 0.16], q: [0.6, 0.4, 0] }],
];
const WIDTH = 0.36; // of a bar, and half of it to the side of its value

// a log(a / b) in nats: 0 log 0 = 0, and infinite for what b calls impossible.
const term = (a, b) => (a === 0 ? 0 : b === 0 ? Infinity : a * Math.log(a / b));
const total = (terms) => Math.max(0, terms.reduce((sum, value) => sum + value, 0)); // rounding may go below 0

// `values` with values[k] = value and the others in their old proportion, so that the sum stays 1.
function pulled(values, k, value) {
  const others = 1 - values[k];
  return values.map((old, i) => {
    if (i === k) return value;
    return others > 1e-12 ? Math.min(1, (old / others) * (1 - value)) : (1 - value) / 2; // rounding may go above 1
  });
}

const number = (value, digits = 4) => (Number.isFinite(value) ? Math.abs(value).toFixed(digits) : "∞");
const withSign = (value, digits = 4) => (Number(number(value, digits)) === 0 ? "" : value < 0 ? "−" : "+") + number(value, digits);

function render({ model, el }) {
  const root = makeFrame(el, "Three bars", "vw-bars");
  const change = changerOf(model);

  const pull = (name, k, value) => change({ [name]: pulled(model.get(name), k, value) });

  const makeBars = (options) => {
    const chart = makeChart({ x: [-0.5, 2.5], xTicks: false, ...options });
    const bars = ["p", "q"].flatMap((name, i) => [0, 1, 2].map((k) => ({
      name, k, from: k + (i ? 0.02 : -0.02 - WIDTH), middle: k + (i ? 0.2 : -0.2),
      bar: chart.bar(`vw-of-${name}`), note: chart.text(`vw-of-${name}`), letter: chart.text(`vw-of-${name}`),
    })));
    const values = [0, 1, 2].map(() => chart.text("vw-muted"));
    bars.name = (bottom) => { // below the axis: which bar is whose
      for (const { name, middle, letter } of bars) letter.set(middle, bottom, name.toUpperCase(), 0, 15);
      values.forEach((text, k) => text.set(k, bottom, `value ${k}`, 0, 33));
    };
    return { chart, bars };
  };
  const margin = { left: 34, right: 6, top: 20, bottom: 40 };
  const upper = makeBars({ y: [0, 1], height: 200, margin });
  const lower = makeBars({ y: [-1, 1], height: 200, margin });
  const zero = lower.chart.rule("vw-muted");

  let held = null; // the bar that was pressed, until it is let go
  upper.chart.svg.addEventListener("pointerdown", () => { held = null; }, true);
  upper.chart.drag((x, y) => {
    held = held || upper.bars.reduce((best, bar) => (Math.abs(bar.middle - x) < Math.abs(best.middle - x) ? bar : best));
    pull(held.name, held.k, hundredths(y));
  });
  for (const type of ["pointerup", "pointercancel"]) upper.chart.svg.addEventListener(type, () => announce());

  const directions = [["p", "q"], ["q", "p"]].map(([a, b]) => {
    const cells = Array.from({ length: 4 }, () => element("td"));
    const name = `KL(${a.toUpperCase()} ‖ ${b.toUpperCase()})`;
    return { a, b, name, cells, row: element("tr", { class: `vw-of-${a}` }, element("th", { scope: "row" }, name), ...cells) };
  });
  const head = ["", "value 0", "value 1", "value 2", "sum"].map((text) => (text ? element("th", { scope: "col" }, text) : element("td")));
  const table = element("table", { class: "vw-terms" },
    element("caption", { class: "vw-hidden" }, "The terms of both divergences, in nats"),
    element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...directions.map(({ row }) => row)));

  const sliders = {};
  const groups = ["p", "q"].map((name, i) => {
    sliders[name] = [0, 1, 2].map((k) => makeSlider({
      name: `${name.toUpperCase()}(${k})`, min: 0, max: 1, say: (value) => value.toFixed(4),
      onInput: (value) => { pull(name, k, value); announce(); },
    }));
    return element("div", { class: `vw-group vw-c${i + 1}` }, ...sliders[name].map(({ row }) => row));
  });
  const presets = makePresets(PRESETS, (values) => { change(values); announce(); });
  const status = element("p", { class: "vw-hidden", role: "status" });

  function show() {
    const values = { p: model.get("p"), q: model.get("q") };
    for (const { name, k, from, middle, bar, note } of upper.bars) {
      bar.set(from, from + WIDTH, 0, values[name][k]);
      note.set(middle, values[name][k], values[name][k].toFixed(2), 0, -5);
      sliders[name][k].set(values[name][k]);
    }

    upper.bars.name(0);
    upper.chart.place(upper.bars.map(({ note }) => note));

    const terms = Object.fromEntries(directions.map(({ a, b }) => [a, values[a].map((value, k) => term(value, values[b][k]))]));
    const finite = Object.values(terms).flat().filter(Number.isFinite);
    const [low, high] = [Math.min(...finite, -0.05), Math.max(...finite, 0.1)];
    const space = 0.2 * (high - low);
    const top = finite.length < 6 ? high + 3 * space : high; // where an infinite bar ends
    lower.chart.scale({ y: [low - space, top + space] });
    lower.bars.name(low - space);
    zero.set(-0.5, 0, 2.5, 0);
    for (const { name, k, from, middle, bar, note } of lower.bars) {
      const value = terms[name][k];
      const end = Number.isFinite(value) ? value : top + space;
      bar.set(from, from + WIDTH, 0, end);
      note.set(middle, end, Number.isFinite(value) ? withSign(value, 3) : "∞", 0, value < 0 ? 13 : -4);
    }

    lower.chart.place(lower.bars.map(({ note }) => note), [zero]);

    const kl = directions.map(({ a, cells }) => {
      const sum = total(terms[a]);
      terms[a].forEach((value, k) => { cells[k].textContent = withSign(value); });
      cells[3].textContent = number(sum);
      return sum;
    });
    const list = (name) => values[name].map((value) => value.toFixed(2)).join(", ");
    upper.chart.describe(`Bars: P is ${list("p")}; Q is ${list("q")}`);
    lower.chart.describe("The terms of both divergences; the table below has them as numbers");
    const exact = (value) => (Number.isFinite(value) ? value : "infinity"); // JSON has no infinity
    root.dataset.values = JSON.stringify({
      kl_p_to_q: exact(kl[0]), kl_q_to_p: exact(kl[1]),
      terms_p_to_q: terms.p.map(exact), terms_q_to_p: terms.q.map(exact),
    });
  }
  function announce() {
    const said = directions.map(({ a, b, cells }) => {
      const value = cells[3].textContent;
      return `KL of ${a.toUpperCase()} from ${b.toUpperCase()} ${value === "∞" ? "infinite" : `${value} nats`}`;
    });
    status.textContent = said.join(", ");
  }

  root.append(
    presets,
    element("div", { class: "vw-charts" },
      titled("Probabilities: pull a bar", upper.chart),
      titled("Terms in nats: P log(P / Q) and Q log(Q / P)", lower.chart)),
    table,
    element("div", { class: "vw-groups" }, ...groups),
    status,
  );
  el.replaceChildren(root);
  const unfollow = follow(model, { p: show, q: show });
  show();
  return unfollow;
}

export default { render };

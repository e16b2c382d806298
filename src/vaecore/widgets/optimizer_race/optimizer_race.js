// A race uphill: gradient ascent, ADAM, and ADAM without bias correction.  The numbers come from ascent.js.
// State (Python's names): landscapes, draws; the rest changes.

import { makeChart } from "../parts/charts.js";
import { makeSelect, makeSlider } from "../parts/controls.js";
import { element, uniqueId, withMinus } from "../parts/elements.js";
import { makePlayer } from "../parts/playing.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";
import { adam, CONTOURS, DEPTHS, gradientAscent, GRADIENTS, trajectory } from "./ascent.js";

const MAX_STEPS = 300;
const STEPS_A_SECOND = 40;
const NEAREST = 1e-4; // the lower end of the chart of distances

const RUNNERS = [
  { name: "gradient_ascent", label: "gradient ascent", style: "vw-of-first", make: gradientAscent },
  { name: "adam", label: "ADAM", style: "vw-of-second", make: (settings) => adam({ ...settings, corrected: true }) },
  { name: "uncorrected", label: "no correction", style: "vw-of-third", make: (settings) => adam({ ...settings, corrected: false }) },
];

const BETAS1 = [0, 0.5, 0.8, 0.9, 0.95, 0.99];
const BETAS2 = [0, 0.5, 0.9, 0.99, 0.999, 0.9999];
const nearest = (values, value) =>
  values.reduce((best, v, i) => (Math.abs(Math.log((1 - v) / (1 - value))) < Math.abs(Math.log((1 - values[best]) / (1 - value))) ? i : best), 0);
const inWords = (distance) =>
  distance >= 100 ? "gone" : distance === 0 ? "0" : distance < 0.001 ? withMinus(distance.toExponential(0)) : distance.toPrecision(distance < 0.1 ? 2 : 3);
const plainNumber = (value) => withMinus(String(Number(value.toPrecision(3))));

function render({ model, el }) {
  const landscapes = model.get("landscapes");
  const root = makeFrame(el, "A race uphill", "vw-race");
  const change = changerOf(model);

  // The map
  const [width, height] = [440, 250];
  const margin = { left: 40, right: 8, top: 8, bottom: 26 }; // left: −0.5 in wide letters, on a phone
  const map = makeChart({ x: [-5, 2], y: [-2, 2], width, height, margin });
  map.svg.classList.add("vw-race-map");
  const contours = DEPTHS.map(() => map.line("vw-contour"));
  const paths = RUNNERS.map(({ style }) => map.line(style));
  const top = map.text("vw-top");
  const startDot = map.dot("vw-start", 7);
  const startName = map.text("vw-start-name");
  const ends = RUNNERS.map(({ style }) => map.dot(style, 5));
  const names = RUNNERS.map(({ style }) => map.text(style));
  map.drag((x, y) => change({ start: [x, y].map((value) => Number(value.toFixed(2))), playing: false }));

  // The distances
  const decades = [-4, -3, -2, -1, 0, 1];
  const chart = makeChart({
    x: [0, MAX_STEPS], y: [-4, 1], width: 360, height: 214, xLabel: "step", yTicks: [],
    margin: { left: 60, right: 12, top: 10, bottom: 40 }, label: "", // left: 0.0001 in wide letters, on a phone
  });
  for (const decade of decades) chart.text("vw-decade", "end").set(0, decade, plainNumber(10 ** decade), -7, 4);
  const reached = chart.rule("vw-muted vw-dashed");
  const curves = RUNNERS.map(({ style }) => chart.line(style));
  chart.drag((x) => change({ steps: Math.round(x), playing: false }));
  const cells = RUNNERS.map(() => element("td"));
  const table = element("table", { class: "vw-race-table" },
    element("caption", {}, "Distance to the top"),
    element("tbody", {}, ...RUNNERS.map(({ label, style }, i) =>
      element("tr", {}, element("th", { scope: "row", class: style }, label), cells[i]))));

  // The controls
  const chooseId = uniqueId("landscape");
  const options = Object.entries(landscapes).map(([key, { name }]) => [key, name]);
  const choose = makeSelect(chooseId, options, (landscape) => {
    const { start, learning_rate, noise } = landscapes[landscape];
    change({ landscape, start: [...start], learning_rate, noise, playing: false });
    tell();
  });
  const oneOf = (values) => ({ min: 0, max: values.length - 1, step: 1, say: null });
  const slider = (name, trait, options, toTrait = (v) => v, toSlider = (v) => v) => {
    const made = makeSlider({
      name, ...options,
      say: () => plainNumber(model.get(trait)),
      onInput: (value) => change({ [trait]: toTrait(value) }),
    });
    made.range.addEventListener("change", tell);
    return { row: made.row, show: () => made.set(toSlider(model.get(trait))) };
  };
  const alphaOf = (exponent) => Number((10 ** exponent).toPrecision(4));
  const sliders = [
    slider("learning rate α", "learning_rate", { min: -4, max: 0, step: 0.05 }, alphaOf, Math.log10),
    slider("β₁", "beta1", oneOf(BETAS1), (i) => BETAS1[i], (value) => nearest(BETAS1, value)),
    slider("β₂", "beta2", oneOf(BETAS2), (i) => BETAS2[i], (value) => nearest(BETAS2, value)),
    slider("noise", "noise", { min: 0, max: 5, step: 0.1 }),
  ];
  const starts = ["x", "y"].map((axis, j) => {
    const made = makeSlider({
      name: `start ${axis}`, min: -5, max: 5, step: 0.01,
      say: () => plainNumber(model.get("start")[j]),
      onInput: (value) => change({ start: model.get("start").map((old, i) => (i === j ? value : old)) }),
    });
    made.range.addEventListener("change", tell);
    return made;
  });
  const stepper = makeSlider({
    name: "steps", min: 0, max: MAX_STEPS, step: 1, say: (value) => String(value),
    onInput: (value) => change({ steps: value, playing: false }),
  });
  stepper.range.addEventListener("change", tell);
  // Playing: the race runs to its last step, and stops there.
  let part = 0; // of a step
  const player = makePlayer({
    model, root, name: "steps",
    move(elapsed, calm) {
      part += calm ? 20 : Math.min((elapsed / 1000) * STEPS_A_SECOND, 10);
      const whole = Math.floor(part);
      if (!whole) return;
      part -= whole;
      const steps = Math.min(MAX_STEPS, model.get("steps") + whole);
      change({ steps });
      if (steps === MAX_STEPS) {
        change({ playing: false });
        tell();
      }
    },
  });
  player.button.addEventListener("click", () => {
    const playing = !model.get("playing");
    change({ ...(playing && model.get("steps") >= MAX_STEPS ? { steps: 0 } : {}), playing });
    playing ? (status.textContent = "Playing.") : tell();
  });
  const status = element("p", { class: "vw-hidden", role: "status" });

  let race = null; // all the steps, and the distances
  function run() {
    const settings = { alpha: model.get("learning_rate"), beta1: model.get("beta1"), beta2: model.get("beta2") };
    const gradient = GRADIENTS[model.get("landscape")];
    const goal = landscapes[model.get("landscape")].top;
    race = RUNNERS.map(({ make }) => {
      const path = trajectory(make(settings), gradient, model.get("start"), MAX_STEPS, model.get("noise"), model.get("draws"));
      return { path, distances: path.map(([x, y]) => Math.hypot(x - goal[0], y - goal[1])) };
    });
    curves.forEach((curve, i) =>
      curve.set(race[i].distances.map((distance, t) => [t, Math.log10(Math.max(distance, NEAREST / 10))])));
  }

  const shown = () => {
    const steps = model.get("steps");
    return race.map(({ path, distances }) => {
      const end = Math.min(steps, path.length - 1);
      return { path: path.slice(0, end + 1), end: path[end], distance: distances[end] };
    });
  };

  const inView = ([x, y], [left, right, bottom, high]) => x >= left && x <= right && y >= bottom && y <= high;

  // Names beside the ends, or where a path leaves the map.
  function showNames(runs, view, unit) {
    const [left, right] = view;
    runs.forEach(({ path, end }, i) => {
      const last = inView(end, view) ? end : [...path].reverse().find((place) => inView(place, view));
      const { label } = RUNNERS[i];
      if (!last) return names[i].set(NaN, NaN, label);
      const onTheRight = last[0] > (left + 2 * right) / 3;
      names[i].element.setAttribute("text-anchor", onTheRight ? "end" : "start");
      names[i].set(...last, last === end ? label : `${label} (off the map)`, (onTheRight ? -11 : 11) * unit, 4 * unit);
    });
    map.place([...names, startName], [...ends, startDot]);
  }

  function showMap() {
    const { view, name, top: goal } = landscapes[model.get("landscape")];
    const contour = CONTOURS[model.get("landscape")];
    map.scale({ x: view.slice(0, 2), y: view.slice(2) });
    contours.forEach((line, k) => {
      const angles = Array.from({ length: 121 }, (_, i) => (2 * Math.PI * i) / 120);
      line.set(angles.map((angle) => contour(DEPTHS[k], Math.cos(angle), Math.sin(angle))));
    });
    top.set(...goal, "+", 0, 0);
    choose.value = model.get("landscape");
    return name;
  }

  function show() {
    if (!race) run();
    const { view, name } = landscapes[model.get("landscape")];
    const runs = shown();
    const steps = model.get("steps");
    paths.forEach((path, i) => path.set(runs[i].path));
    ends.forEach((dot, i) => dot.set(...(inView(runs[i].end, view) ? runs[i].end : [NaN, NaN])));
    const start = model.get("start");
    startDot.set(...(inView(start, view) ? start : [NaN, NaN]));
    const unit = Number(map.svg.style.getPropertyValue("--vw-unit")) || 1;
    const below = start[1] > view[3] - 0.15 * (view[3] - view[2]);
    startName.set(...(inView(start, view) ? start : [NaN, NaN]), "start", 0, (below ? 21 : -12) * unit);
    startDot.element.setAttribute("r", 8 * unit); // like text, dots keep their size on the screen
    ends.forEach((dot) => dot.element.setAttribute("r", 5 * unit));
    showNames(runs, view, unit);
    reached.set(steps, -5, steps, 2);
    cells.forEach((cell, i) => (cell.textContent = inWords(runs[i].distance)));
    sliders.forEach((each) => each.show());
    starts.forEach((each, j) => each.set(start[j]));
    stepper.set(steps);
    const distances = RUNNERS.map(({ label }, i) => `${label} ${inWords(runs[i].distance)}`).join(", ");
    const said = `after ${steps} steps, distance to the top: ${distances}`;
    map.describe(`A map of ${name} with three paths; ${said}.`);
    chart.describe(`Distance to the top at each step, on a logarithmic scale; ${said}.`);
    root.dataset.values = JSON.stringify({
      landscape: model.get("landscape"),
      steps,
      paths: Object.fromEntries(RUNNERS.map((runner, i) => [runner.name, runs[i].path])),
      distances: Object.fromEntries(RUNNERS.map((runner, i) => [runner.name, runs[i].distance])),
    });
    return said;
  }
  function tell() {
    const said = show();
    status.textContent = `${said[0].toUpperCase()}${said.slice(1)}.`;
  }
  const rerun = () => {
    race = null;
    show();
  };
  const newLandscape = () => {
    showMap();
    rerun();
  };

  root.append(
    element("div", { class: "vw-race-head" },
      element("label", { for: chooseId, class: "vw-title" }, "Landscape"), choose),
    map.svg,
    element("div", { class: "vw-transport" }, player.button, stepper.row),
    element("div", { class: "vw-race-foot" },
      element("div", { class: "vw-race-settings" }, ...[...sliders, ...starts].map(({ row }) => row)),
      element("div", { class: "vw-race-result" }, table, chart.svg)),
    status,
  );
  el.replaceChildren(root);

  const listeners = { landscape: newLandscape, draws: rerun, steps: show, playing: player.show };
  for (const trait of ["learning_rate", "beta1", "beta2", "noise", "start"]) listeners[trait] = rerun;
  const unfollow = follow(model, listeners);
  newLandscape();
  player.show();
  const resized = new ResizeObserver(() => show());
  resized.observe(map.svg);
  return () => {
    player.stop();
    resized.disconnect();
    unfollow();
  };
}

export default { render };

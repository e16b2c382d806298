// A model learns: recordings of trainings, moved through side by side.
// State (Python's names): recordings, ends, titles, at, counted, colours, prediction; moment, playing and expected change.

import { unpackArray } from "../parts/arrays.js";
import { makeChart } from "../parts/charts.js";
import { makeSlider } from "../parts/controls.js";
import { DigitCanvas, SIDE } from "../parts/digits.js";
import { element, withMinus } from "../parts/elements.js";
import { makeLoader, whenNear } from "../parts/later.js";
import { makePlayer } from "../parts/playing.js";
import { makePrediction } from "../parts/prediction.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";
import { makeCloud, makeCodes, makePictures } from "./recorded.js";

const SWEEP = 6000; // milliseconds from the first moment to the last
const ACROSS = 5; // samples in a row
const STYLES = ["vw-of-q", "vw-of-p vw-dashed", "vw-of-noise"]; // of the recordings in the charts

const countOf = (counts) => counts.reduce((a, b) => a + b, 0); // of a moment's pictures
const nats = (value) => withMinus(value.toFixed(1));

// The pictures of one recording at one moment.
function makePanel(title, fixed, colours, several) {
  const [samples, reconstructions, row] = fixed.counts;
  const strips = (count, across, name) =>
    Array.from({ length: Math.ceil(count / across) }, () => new DigitCanvas(name, Math.min(count, across)));
  const grid = strips(samples, ACROSS, "samples from the prior");
  const originals = reconstructions ? new DigitCanvas("digits", reconstructions) : null;
  const images = unpackArray(fixed.originals);
  for (let i = 0; i < reconstructions; i++)
    originals.draw(Float32Array.from(images.subarray(i * SIDE * SIDE, (i + 1) * SIDE * SIDE), (v) => v / 255), i);
  const again = strips(reconstructions, reconstructions || 1, "their reconstructions");
  const between = strips(row, row || 1, "from the first digit to the second");
  const cloud = fixed.codes ? makeCloud(unpackArray(fixed.labels), colours) : null;
  const named = (name, ...inside) => element("div", { class: "vw-learnt" }, element("p", { class: "vw-chart-title" }, name), ...inside);
  const elements = (canvases) => canvases.map((canvas) => canvas.element);
  const says = element("p", { class: "vw-parameters" });
  return {
    element: element("div", { class: "vw-panel" },
      several ? element("div", { class: "vw-title" }, title) : "",
      element("div", { class: "vw-squares" },
        cloud ? named("codes of held-out digits", cloud.canvas) : "",
        samples ? named("samples from the prior", element("div", { class: "vw-grid" }, ...elements(grid))) : ""),
      reconstructions ? named("digits and their reconstructions", originals.element, ...elements(again)) : "",
      row ? named("from the first digit to the second", ...elements(between)) : "", says),
    draw(moment, pictureAt, codes, limit, counted) {
      for (let i = 0; i < samples; i++) grid[Math.floor(i / ACROSS)].draw(pictureAt(i), i % ACROSS);
      for (let i = 0; i < reconstructions; i++) again[0].draw(pictureAt(samples + i), i);
      for (let i = 0; i < row; i++) between[0].draw(pictureAt(samples + reconstructions + i), i);
      cloud?.draw(codes, limit);
      cloud?.canvas.setAttribute("aria-label", `Map of the latent plane: the codes of ${codes.length / 2} held-out digits at ${counted}.`);
      const [likelihood, kl, alive] = ["likelihood", "kl", "alive"].map((name) => fixed[name][moment]);
      says.textContent = `E log p(x | z) ${nats(likelihood)}, KL ${nats(kl)}, bound ${nats(likelihood - kl)} nats; latents in use: ${alive}`;
    },
  };
}

// One curve a recording over the moments, and a line at the one that is shown.
function makeCurves(at, columns, yLabel, xLabel) {
  // The first moment, of a model that knows nothing, may lie far below all others.
  const values = columns.flatMap((column) => column.slice(Math.min(1, column.length - 1)));
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.06 * (high - low), 0.1);
  const chart = makeChart({ x: [at[0], Math.max(at.at(-1), at[0] + 1)], y: [low - room, high + room], width: 360, height: 180, xLabel, yLabel,
    margin: { left: 62, right: 10, top: 10, bottom: 40 } });
  const lines = columns.map((column, k) => chart.line(STYLES[k]));
  const rule = chart.rule("vw-muted vw-dashed");
  return {
    svg: chart.svg,
    describe: chart.describe,
    mark(moment, shown) {
      lines.forEach((line, k) => line.set(at.slice(0, shown + 1).map((x, i) => [x, columns[k][i]])));
      rule.set(at[moment], low - room, at[moment], high + room);
    },
  };
}

function render({ model, el }) {
  const root = makeFrame(el, "A model learns", "vw-model-learns");
  const change = changerOf(model);
  const status = element("p", { class: "vw-status", role: "status" });
  const body = element("div", {});
  const counted = model.get("counted");
  const nameOf = (moment) => `${counted} ${Number(model.get("at")[moment].toPrecision(6))}`;

  const unpacked = ({ pictures, codes, counts, labels }) =>
    ({ pictureAt: makePictures(pictures, countOf(counts)), codesAt: makeCodes(codes, unpackArray(labels).length) });
  let films = null; // come when a hand comes near
  let loadFilms = () => {};
  const filmsLoader = () =>
    makeLoader({
      model, key: "recordings", what: "The recording", retry: "move the slider",
      tell: (sentence) => (status.textContent = sentence),
      arrived(recordings) {
        films = recordings.map((film, k) => unpacked({ ...model.get("ends")[k], ...film }));
        status.textContent = "";
        show();
      },
    });

  const shownMoment = () => Math.min(model.get("moment"), model.get("at").length - 1);
  const player = makePlayer({
    model, root, name: "moment",
    move(elapsed, calm) {
      const last = model.get("at").length - 1;
      due += calm ? 1 : (elapsed / SWEEP) * last;
      const steps = Math.floor(due);
      if (!steps || !films) return;
      due -= steps;
      const moment = Math.min(last, model.get("moment") + steps);
      change(moment === last ? { moment, playing: false } : { moment });
    },
  });
  let due = 0; // parts of a moment
  player.button.addEventListener("click", () => {
    due = 0;
    const from = !model.get("playing") && shownMoment() === model.get("at").length - 1 ? { moment: 0 } : {};
    change({ ...from, playing: !model.get("playing") });
  });

  // What is made anew when the recording has grown.
  let panels = [];
  let ends = []; // pictures and codes of the first moment and of the last, which are there before the films
  let curves = [];
  let slider = null;
  let limit = 4;
  function build() {
    const [at, fixed, titles] = ["at", "ends", "titles"].map((name) => model.get(name));
    films = null;
    if (!at.length) return body.replaceChildren(element("p", {}, "Nothing is recorded yet."));
    ends = fixed.map(unpacked);
    loadFilms = filmsLoader();
    panels = fixed.map((one, k) => makePanel(titles[k], one, model.get("colours"), fixed.length > 1));
    const column = (f) => fixed.map(({ likelihood, kl }) => kl.map((nats, i) => f(likelihood[i], nats)));
    curves = [
      makeCurves(at, column((likelihood, kl) => likelihood - kl), "bound (nats)", counted),
      makeCurves(at, column((likelihood, kl) => kl), "KL (nats)", counted),
    ];
    const key = fixed.length > 1
      ? titles.map((text, k) => element("span", { class: `vw-key ${STYLES[k]}` }, text)) : [];
    slider = makeSlider({ name: counted, min: 0, max: at.length - 1, step: 1, say: (i) => String(Number(at[i].toPrecision(6))),
      onInput: (moment) => change({ moment, playing: false }) });
    body.replaceChildren(
      element("div", { class: "vw-time" }, player.button, slider.row),
      element("div", { class: "vw-panels" }, ...panels.map((panel) => panel.element)),
      element("p", { class: "vw-keys" }, ...key),
      element("div", { class: "vw-charts" }, ...curves.map(({ svg }) => element("div", { class: "vw-chart-part" }, svg))),
      element("div", { class: "vw-foot" }, status));
    show();
  }

  function show() {
    if (!model.get("at").length) return;
    const [moment, last] = [shownMoment(), model.get("at").length - 1];
    const end = moment === 0 ? 0 : 1; // of a figure without its films
    const there = films || moment === 0 || moment === last;
    if (!there) loadFilms();
    slider.set(moment);
    slider.range.setAttribute("aria-valuetext", nameOf(moment));
    const codes = (films ?? ends).map(({ codesAt }) => codesAt(films ? moment : end));
    // One scale for all maps, which grows and never shrinks.
    for (const some of codes) for (const value of some ?? []) limit = Math.max(limit, Math.min(12, Math.ceil(Math.abs(value))));
    panels.forEach((panel, k) => {
      const { pictureAt } = (films ?? ends)[k];
      panel.draw(there ? moment : last, (i) => pictureAt(films ? moment : end, i), codes[k], limit, nameOf(moment));
    });
    // What comes later would answer the question.
    curves.forEach((curve) => curve.mark(moment, asked.waiting() ? moment : last));
    const { likelihood, kl } = model.get("ends")[0];
    curves[0].describe(`The bound over time; at ${nameOf(moment)} ${nats(likelihood[moment] - kl[moment])} nats.`);
    curves[1].describe(`The KL divergence over time; at ${nameOf(moment)} ${nats(kl[moment])} nats.`);
    if (!there) status.textContent = "The recording is on its way.";
    root.dataset.values = JSON.stringify({ moment, at: model.get("at")[moment], loaded: Boolean(films), likelihood: likelihood[moment], kl: kl[moment] });
  }

  const asked = makePrediction(model, body, change);
  root.addEventListener("click", asked.attend);
  whenNear(model, root, () => loadFilms());
  root.append(asked.element, body);
  el.replaceChildren(root);
  const answered = () => (asked.show(), show());
  // A figure that grows gets its `ends` after the recordings.
  const unfollow = follow(model, { moment: show, ends: build, playing: player.show, expected: answered });
  asked.show();
  build();
  player.show();
  return () => {
    player.stop();
    unfollow();
  };
}

export default { render };

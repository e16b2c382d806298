// Latent maps: the same digits on the maps of several models; on each map a point, and below it what the model's
// decoder makes of the point.
// State (Python's names): models, titles, maps, labels, colours, nearest, together, prediction; z and expected change.

import { unpackArray } from "../parts/arrays.js";
import { makeButton, makeSlider } from "../parts/controls.js";
import { DigitCanvas } from "../parts/digits.js";
import { element, limited, zName } from "../parts/elements.js";
import { makeLateDecoder } from "../parts/late_decoder.js";
import { makeMap } from "../parts/latent_map.js";
import { whenNear } from "../parts/later.js";
import { makePrediction } from "../parts/prediction.js";
import { onDrag } from "../parts/touch.js";
import { changerOf, follow, makeFrame } from "../parts/widget.js";

function render({ model, el }) {
  const classes = unpackArray(model.get("labels"));
  const start = [...model.get("z")];
  const root = makeFrame(el, "Latent maps");
  const change = changerOf(model);
  const status = element("p", { class: "vw-status", role: "status" });

  const maps = model.get("maps");
  const toStep = ({ step }, value) => Number((Math.round(value / step) * step).toPrecision(12));

  function move(i, point) {
    const score = point.map((value, axis) => (value - maps[i].middle[axis]) / (maps[i].spread[axis] || 1));
    const sameIn = (map) => score.map((s, axis) =>
      toStep(map, limited(map.middle[axis] + map.spread[axis] * s, map.window.slice(2 * axis, 2 * axis + 2))));
    change({ z: maps.flatMap((map, k) => (k === i ? point : model.get("together") ? sameIn(map) : pointOf(k))) });
    status.textContent = "";
  }
  const pointOf = (i) => model.get("z").slice(2 * i, 2 * i + 2);

  const panels = model.get("titles").map((title, i) => {
    const decode = makeLateDecoder({ model, root, key: "models", index: i, arrived: () => showAll() });
    whenNear(model, root, decode.load);
    const { codes: packed, window: view, step, usual } = maps[i];
    const codes = unpackArray(packed);
    const map = makeMap(codes, classes, model.get("colours"), view,
      `Map of the latent plane of ${title}: the encoded digits, coloured by class, and the point z. The sliders move z as well.`);
    onDrag(map.canvas, (across, down) => move(i, map.at(across, down).map((value) => toStep(maps[i], value))));

    const places = Math.max(0, -Math.floor(Math.log10(step)));
    let said = "";
    const say = (value) => `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(places)}`;
    const sliders = [0, 1].map((axis) => {
      const slider = makeSlider({
        name: zName(axis), min: view[2 * axis], max: view[2 * axis + 1], step, say,
        onInput: (value) => move(i, pointOf(i).map((old, k) => (k === axis ? value : old))),
      });
      slider.range.setAttribute("aria-label", `${zName(axis)} of ${title}`);
      return slider;
    });
    const output = new DigitCanvas(`what the decoder of ${title} makes of z`);
    const note = element("p", { class: "vw-nearest" });

    // The nearest encoded digit: its index, and how far away it is.
    function nearestTo([u, v]) {
      let [index, square] = [0, Infinity];
      for (let k = 0; k < classes.length; k++) {
        const s = (codes[2 * k] - u) ** 2 + (codes[2 * k + 1] - v) ** 2;
        if (s < square) [index, square] = [k, s];
      }
      return [index, Math.sqrt(square)];
    }

    function show() {
      const z = pointOf(i);
      const pixels = decode(z);
      output.draw(pixels);
      const [index, distance] = nearestTo(z);
      const nearest = model.get("nearest");
      map.draw(z, nearest ? distance : 0);
      const times = distance / usual;
      const many = !Number.isFinite(times) ? "" : times < 10 ? times.toFixed(1) : times.toFixed(0);
      said = nearest ? `nearest digit: a ${classes[index]}, ${many ? `${many} times the usual distance` : say(distance)} away` : "";
      note.hidden = !nearest;
      note.replaceChildren("Nearest digit: a ", element("b", {}, String(classes[index])), element("br"),
        element("span", {}, `${distance.toFixed(places)} away`), ...(many ? [`, ${many} × the usual distance`] : []));
      note.classList.toggle("vw-gap", times >= 5);
      sliders.forEach((slider, axis) => {
        slider.set(z[axis]);
        if (said) slider.range.setAttribute("aria-valuetext", `${say(z[axis])}; ${said}`);
      });
      return { z, nearest: index, distance, times: Number.isFinite(times) ? times : null };
    }

    const panel = element("section", { class: "vw-map-panel", "aria-label": title },
      element("div", { class: "vw-title" }, title), map.canvas,
      element("div", { class: "vw-decoded" }, output.element, note),
      element("div", { class: "vw-map-sliders" }, ...sliders.map(({ row }) => row)));
    return { panel, show };
  });

  const reset = makeButton("Reset", () => {
    change({ z: [...start] });
    status.textContent = "The points are back where they were at first.";
  });

  function showAll() {
    root.dataset.values = JSON.stringify(panels.map(({ show }) => show()));
  }

  const body = element("div", {}, element("div", { class: "vw-maps" }, ...panels.map(({ panel }) => panel)),
    element("div", { class: "vw-foot" }, reset, status));
  const asked = makePrediction(model, body, change);
  root.addEventListener("click", asked.attend);
  root.append(asked.element, body);
  el.replaceChildren(root);
  const unfollow = follow(model, { z: showAll, nearest: showAll, expected: asked.show });
  asked.show();
  showAll();
  return unfollow;
}

export default { render };

// q(z | x), eps and z of a model with two latents: on the map of the plane, and enlarged.
//
//   const view = makePlane({ model, change, qOf, pulled });   qOf(): the q that is shown, or null
//   view.element; view.rows: sliders for eps; view.show(eps, noise); view.draw(q, z, eps, posterior); view.say(q, z)

import { unpackArray } from "../parts/arrays.js";
import { makeSlider } from "../parts/controls.js";
import { element, hundredths, limited, signed, withMinus } from "../parts/elements.js";
import { limitOf } from "../parts/latent_map.js";
import { makeQMaps } from "../parts/q_map.js";
import { onDrag } from "../parts/touch.js";

export const FAR = 4; // standard deviations that the sliders of eps reach
const SUBSCRIPTS = ["₁", "₂"];
const pair = (values, digits) => withMinus(`(${values.map((v) => v.toFixed(digits)).join(", ")})`).replaceAll("-", "−");

export function makePlane({ model, change, qOf, pulled }) {
  const { means, labels } = model.get("scatter");
  const points = unpackArray(means);
  const maps = makeQMaps(points, unpackArray(labels), model.get("colours"), limitOf(points));
  const sliders = [0, 1].map((axis) => makeSlider({
    name: `ε${SUBSCRIPTS[axis]}`, min: -FAR, max: FAR, step: 0.01, say: signed,
    onInput: (value) => change({ eps: model.get("eps").map((old, k) => (k === axis ? value : old)) }),
  }));
  const pull = (atOf) => (across, down) => {
    if (!qOf()) return;
    const z = atOf(across, down);
    const { mean, std } = qOf();
    pulled(() => change({ eps: z.map((value, j) => hundredths((value - mean[j]) / std[j])) }));
  };
  onDrag(maps.whole, pull(maps.atWhole));
  onDrag(maps.near, pull(maps.atNear));
  return {
    element: element("div", { class: "vw-squares" },
      element("div", {}, element("p", { class: "vw-chart-title" }, "on the map"), maps.whole),
      element("div", {}, element("p", { class: "vw-chart-title" }, "enlarged; grey: the exact p(z | x)"), maps.near)),
    rows: sliders.map(({ row }) => row),
    show(eps, noise) {
      sliders.forEach((slider, axis) => {
        slider.set(eps[axis]);
        slider.range.value = limited(eps[axis], [-FAR, FAR]);
        slider.range.disabled = !noise;
      });
    },
    draw: (q, z, posterior) => maps.draw(q, z, posterior),
    say: ({ mean, std }, z) => `μ = ${pair(mean, 2)}, σ = ${pair(std, 3)}, z = ${pair(z, 2)}`,
  };
}

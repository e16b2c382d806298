// q(z | x), eps and z of a model with many latents: a bar for each, the most informative first.
//
//   const view = makeBars({ model, change, qOf, pulled });    as makePlane
//
// State: order, the latents from the most informative one on; `latent` (a place in that order) and eps change.

import { makeSlider } from "../parts/controls.js";
import { element, hundredths, limited, signed, withMinus, zName } from "../parts/elements.js";
import { klTerms } from "../parts/bound.js";
import { onDrag } from "../parts/touch.js";
import { FAR } from "./plane.js";

const [WIDE, HIGH, LOW] = [1120, 420, 120]; // canvas pixels: the bars, and below them what each latent costs
const COLOURS = { q: "#0072b2", kl: "#b04a00", band: "#e8ebf0", line: "#9aa3b2", ink: "#1b1f27", chosen: "#fff3c4" };

export function makeBars({ model, change, qOf, pulled }) {
  const order = model.get("order");
  const canvas = element("canvas", { width: WIDE, height: HIGH + LOW, class: "vw-latents", role: "img" });
  const c = canvas.getContext("2d");
  const column = WIDE / order.length;
  let limit = 4; // of the bars; grows with what is shown, and never shrinks
  const chosen = () => Math.min(model.get("latent"), order.length - 1);
  const y = (value) => HIGH * (0.5 - value / (2 * limit));

  const which = makeSlider({ name: "latent", min: 0, max: order.length - 1, step: 1, say: (k) => zName(order[k]),
    onInput: (latent) => change({ latent }) });
  const noise = makeSlider({ name: "its ε", min: -FAR, max: FAR, step: 0.01, say: signed,
    onInput: (value) => change({ eps: model.get("eps").map((old, j) => (j === order[chosen()] ? value : old)) }) });
  onDrag(canvas, (across, down) => {
    if (!qOf()) return;
    const latent = limited(Math.floor(across * order.length), [0, order.length - 1]);
    const j = order[latent];
    const { mean, std } = qOf();
    const value = limited((0.5 - (down * (HIGH + LOW)) / HIGH) * 2 * limit, [-limit, limit]);
    change({ latent });
    pulled(() => change({ eps: model.get("eps").map((old, k) => (k === j ? hundredths((value - mean[j]) / std[j]) : old)) }));
  });

  function box(k, from, to, part, colour) {
    c.fillStyle = colour;
    c.fillRect((k + 0.5 - part / 2) * column, Math.min(from, to), part * column, Math.abs(to - from));
  }

  return {
    element: element("div", {},
      element("p", { class: "vw-chart-title" }, `all ${order.length} latents, the most informative first: a bar to μ, a whisker of σ, a dot at z; below, what each costs`),
      canvas),
    rows: [which.row, noise.row],
    show(eps, hasNoise) {
      which.set(chosen());
      const value = eps[order[chosen()]];
      noise.set(value);
      noise.range.value = limited(value, [-FAR, FAR]);
      noise.range.disabled = !hasNoise;
    },
    draw(q, z) {
      const costs = klTerms(q.mean, q.logStd);
      const dearest = Math.max(...costs, 1e-9);
      for (const value of [...q.mean, ...z]) limit = Math.max(limit, Math.min(12, Math.ceil(Math.abs(value))));
      c.fillStyle = "#ffffff";
      c.fillRect(0, 0, WIDE, HIGH + LOW);
      c.fillStyle = COLOURS.chosen;
      c.fillRect(chosen() * column, 0, column, HIGH + LOW);
      c.fillStyle = COLOURS.band; // the prior, between -1 and 1
      c.globalAlpha = 0.7;
      c.fillRect(0, y(1), WIDE, y(-1) - y(1));
      c.globalAlpha = 1;
      c.fillStyle = COLOURS.line;
      c.fillRect(0, y(0) - 1, WIDE, 2);
      c.fillRect(0, HIGH + LOW - 3, WIDE, 2);
      order.forEach((j, k) => {
        box(k, y(0), y(q.mean[j]), 0.55, COLOURS.q);
        box(k, y(q.mean[j] - q.std[j]), y(q.mean[j] + q.std[j]), 0.16, COLOURS.ink);
        box(k, HIGH + LOW - 3, HIGH + LOW - 3 - (LOW - 15) * (costs[j] / dearest), 0.55, COLOURS.kl);
        c.beginPath();
        c.arc((k + 0.5) * column, y(limited(z[j], [-limit, limit])), Math.min(7, column / 2.5), 0, 7);
        c.fillStyle = "#ffffff";
        c.strokeStyle = COLOURS.ink;
        c.lineWidth = 3;
        c.fill();
        c.stroke();
      });
      const j = order[chosen()];
      canvas.setAttribute("aria-label",
        `q(z | x) of ${order.length} latents, the most informative first. Chosen: ${zName(j)}, ${withMinus(q.mean[j].toFixed(2))} on average, which costs ${costs[j].toFixed(2)} nats; the dearest costs ${dearest.toFixed(2)}. The sliders move them as well.`);
    },
    say({ mean, std, logStd }, z) {
      const j = order[chosen()];
      const text = (value, digits) => withMinus(value.toFixed(digits));
      return `${zName(j)}: μ = ${text(mean[j], 2)}, σ = ${text(std[j], 3)}, z = ${text(z[j], 2)}; it costs ${klTerms([mean[j]], [logStd[j]])[0].toFixed(2)} nats`;
    },
  };
}

// q(z | x) on the map of the latent plane, where it is small, and enlarged, where one sees its shape.

import { element } from "./elements.js";
import { makeMap } from "./latent_map.js";

const Q = "#0072b2"; // the map is white in the dark too: the idea's colours on white
const OTHER = "#d55e00";
const MAP_SIZE = 560;
export const ACROSS = 4.5; // standard deviations from the middle of the enlarged part to its edge

export function makeQMaps(points, classes, colours, limit) {
  const label = "Map of the latent plane: the encoded digits, coloured by class, q(z | x), and the point z.";
  const whole = makeMap(points, classes, colours, [-limit, limit, -limit, limit], label);
  const canvas = element("canvas", { width: MAP_SIZE, height: MAP_SIZE, class: "vw-map", role: "img" });
  const context = canvas.getContext("2d");
  let view = { centre: [0, 0], half: 1 };
  const x = (u) => ((u - view.centre[0]) / (2 * view.half) + 0.5) * MAP_SIZE;
  const y = (v) => (0.5 - (v - view.centre[1]) / (2 * view.half)) * MAP_SIZE;

  function ellipse(c, [cx, cy], [rx, ry], dashes) {
    c.setLineDash(dashes);
    c.beginPath();
    c.ellipse(cx, cy, Math.max(rx, 1), Math.max(ry, 1), 0, 0, 7);
    c.stroke();
    c.setLineDash([]);
  }

  function drawOther(c, toX, toY, scale, { mean, std }, width) {
    c.strokeStyle = OTHER;
    c.lineWidth = width;
    for (const times of [1, 2])
      ellipse(c, [toX(mean[0]), toY(mean[1])], std.map((s) => times * s * scale), times === 1 ? [] : [10, 8]);
    c.strokeStyle = Q;
  }

  function drawNear(mean, std, z, posterior, other) {
    const c = context;
    c.fillStyle = "#ffffff";
    c.fillRect(0, 0, MAP_SIZE, MAP_SIZE);
    if (posterior) { // the exact p(z | x), where log p(x) was integrated: the darker, the denser
      const side = (posterior.step / (2 * view.half)) * MAP_SIZE;
      for (const { i, j, value } of posterior.known.values()) {
        c.globalAlpha = 0.55 * Math.exp(value - posterior.most);
        if (c.globalAlpha < 0.01) continue;
        c.fillStyle = "#1b1f27";
        c.fillRect(x(i * posterior.step) - side / 2, y(j * posterior.step) - side / 2, side + 0.5, side + 0.5);
      }
      c.globalAlpha = 1;
    }
    c.globalAlpha = 0.75;
    for (let i = 0; i < classes.length; i++) {
      const [px, py] = [x(points[2 * i]), y(points[2 * i + 1])];
      if (px < -9 || py < -9 || px > MAP_SIZE + 9 || py > MAP_SIZE + 9) continue;
      c.fillStyle = colours[classes[i]];
      c.beginPath();
      c.arc(px, py, 7, 0, 7);
      c.fill();
    }
    c.globalAlpha = 1;
    c.strokeStyle = Q;
    c.lineWidth = 5;
    const middle = [x(mean[0]), y(mean[1])];
    const radii = std.map((s) => (s / (2 * view.half)) * MAP_SIZE);
    if (std[0]) {
      ellipse(c, middle, radii, []);
      ellipse(c, middle, radii.map((r) => 2 * r), [10, 8]);
      c.beginPath(); // from mu to z: sigma eps
      c.moveTo(...middle);
      c.lineTo(x(z[0]), y(z[1]));
      c.lineWidth = 3;
      c.stroke();
    }
    if (other) drawOther(c, x, y, MAP_SIZE / (2 * view.half), other, 4);
    c.fillStyle = Q;
    c.beginPath();
    c.arc(...middle, 7, 0, 7);
    c.fill();
    c.fillStyle = "#ffffff";
    c.strokeStyle = "#1b1f27";
    c.lineWidth = 4;
    c.beginPath();
    c.arc(x(z[0]), y(z[1]), 11, 0, 7);
    c.fill();
    c.stroke();
  }

  return {
    whole: whole.canvas, near: canvas,
    atWhole: whole.at,
    atNear: (across, down) => [
      view.centre[0] + (2 * across - 1) * view.half, view.centre[1] + (1 - 2 * down) * view.half,
    ],
    // q: {mean, std, shownStd} or null while there is none; posterior: the grid of `evidence`; other: a q to compare
    // with; seen: {centre, half}, the part that is enlarged, for a q that does not take it along.
    draw(q, z, posterior, { other = null, seen = null } = {}) {
      if (!q) return; // what stood there stays until the encoder is here
      view = seen ?? { centre: q.mean, half: ACROSS * Math.max(...q.shownStd) };
      whole.draw(z, 0, (c, wx, wy) => {
        const [left, right] = [wx(view.centre[0] - view.half), wx(view.centre[0] + view.half)];
        const [top, bottom] = [wy(view.centre[1] + view.half), wy(view.centre[1] - view.half)];
        c.strokeStyle = Q;
        c.lineWidth = 3;
        c.strokeRect(left, top, right - left, bottom - top);
        c.lineWidth = 2;
        const scale = wx(1) - wx(0);
        for (const times of [1, 2]) ellipse(c, [wx(q.mean[0]), wy(q.mean[1])], q.std.map((s) => times * s * scale), []);
        if (other) drawOther(c, wx, wy, scale, other, 2);
      });
      drawNear(q.mean, q.std, z, posterior, other);
      const text = (v) => v.toFixed(2).replace("-", "−");
      canvas.setAttribute("aria-label",
        `q(z | x), enlarged: its mean (${q.mean.map(text).join(", ")}), ellipses at one and two standard deviations, and z at (${z.map(text).join(", ")}).`);
    },
  };
}

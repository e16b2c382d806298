// The latent plane: one dot a digit in the colour of its class, the class's number at its mean, and z on top.
//
//   const map = makeMap(points, classes, colours, [left, right, bottom, top], label);   a square window
//   map.canvas; map.draw([z1, z2]); map.draw([z1, z2], radius) with a circle around z
//   map.draw([z1, z2], 0, over) with what over(context, x, y) draws below z; x and y turn z1 and z2 into places
//   map.at(across, down): [z1, z2] of a place on the canvas, 0 to 1 from left to right and from top to bottom

import { element } from "./elements.js";
import { allAround, placeLabels } from "./labels.js";

// How far from 0 a map of these numbers goes: 4 standard deviations of the prior, or farther if one of them does.
export function limitOf(...lists) {
  let farthest = 4;
  for (const list of lists) for (const value of list) farthest = Math.max(farthest, Math.abs(value));
  return Math.ceil(farthest);
}

export function makeMap(points, classes, colours, [left, right, bottom, top], label) {
  const size = 560; // twice the size on the page, for sharp screens
  const canvas = element("canvas", {
    width: size, height: size, class: "vw-map", role: "img",
    "aria-label": label,
  });
  const context = canvas.getContext("2d");
  const x = (value) => ((value - left) / (right - left)) * size;
  const y = (value) => ((top - value) / (top - bottom)) * size;
  const background = element("canvas", { width: size, height: size });
  drawBackground(background.getContext("2d"));

  function drawBackground(c) {
    c.fillStyle = "#ffffff";
    c.fillRect(0, 0, size, size);
    c.strokeStyle = "#d5d9e0";
    const spacing = Math.ceil((right - left) / 16);
    const gridLine = (v, ...path) => {
      c.lineWidth = v === 0 ? 3 : 1;
      c.beginPath();
      c.moveTo(path[0], path[1]);
      c.lineTo(path[2], path[3]);
      c.stroke();
    };
    for (let v = spacing * Math.ceil(left / spacing); v < right; v += spacing) gridLine(v, x(v), 0, x(v), size);
    for (let v = spacing * Math.ceil(bottom / spacing); v < top; v += spacing) gridLine(v, 0, y(v), size, y(v));
    c.globalAlpha = 0.75;
    const sums = colours.map(() => [0, 0, 0]);
    for (let i = 0; i < classes.length; i++) {
      const [u, v] = [points[2 * i], points[2 * i + 1]];
      c.fillStyle = colours[classes[i]];
      c.beginPath();
      c.arc(x(u), y(v), 4.5, 0, 7);
      c.fill();
      const sum = sums[classes[i]];
      sum[0] += u;
      sum[1] += v;
      sum[2] += 1;
    }
    // A number in the middle of each cloud: the map can be read without telling any colours apart.
    c.globalAlpha = 1;
    c.font = "bold 26px sans-serif";
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.lineWidth = 7;
    c.lineJoin = "round";
    c.strokeStyle = "#ffffff";
    c.fillStyle = "#1b1f27";
    const [width, height] = [26, 30]; // of a number with its white edge
    const numbers = sums.flatMap(([u, v, n], digit) => (n ? [{ digit, at: [x(u / n), y(v / n)] }] : []));
    const wanted = numbers.map(({ at: [across, down] }) => {
      const box = { x: across - width / 2, y: down - height / 2, width, height };
      return { box, shifts: allAround(box) };
    });
    placeLabels(wanted, { bounds: { x: 0, y: 0, width: size, height: size } }).forEach(([dx, dy], i) => {
      const { digit, at: [across, down] } = numbers[i];
      c.strokeText(digit, across + dx, down + dy);
      c.fillText(digit, across + dx, down + dy);
    });
  }

  function draw([u, v], radius = 0, over = null) {
    const inside = (at) => Math.max(0, Math.min(size, at)); // a z beyond the map lies on its edge
    context.drawImage(background, 0, 0);
    context.strokeStyle = "#1b1f27";
    if (radius) {
      context.lineWidth = 3;
      context.setLineDash([9, 7]);
      context.beginPath();
      context.arc(x(u), y(v), (radius / (right - left)) * size, 0, 7);
      context.stroke();
      context.setLineDash([]);
    }
    over?.(context, x, y);
    context.strokeStyle = "#1b1f27";
    context.lineWidth = 4;
    context.fillStyle = "#ffffff";
    context.beginPath();
    context.arc(inside(x(u)), inside(y(v)), 11, 0, 7);
    context.fill();
    context.stroke();
  }

  const at = (across, down) => [left + across * (right - left), top - down * (top - bottom)];
  return { canvas, draw, at };
}

// From the strokes of a hand to a picture like MNIST's: drawing.py says how, and does the same.

import { SIDE } from "../parts/digits.js";

const BOX = 20;
const MIDDLE = 14.5;
const PEN = 2.5;
const FINE = 4;
const MOST_SCALE = 4 * SIDE;

export const PEN_ON_PAD = PEN / SIDE; // about how thick a stroke is drawn on the pad, whose side is 1

// How many of each pixel's 4 x 4 points lie within half a pen's width of a line.  lines: [[x, y], ...] in pixels.
function inkOf(lines) {
  const fine = SIDE * FINE;
  const inked = new Uint8Array(fine * fine);
  const ink = new Uint8Array(SIDE * SIDE);
  const near = (from, to) => [
    Math.max(0, Math.floor((from - PEN / 2) * FINE) - 1), Math.min(fine, Math.ceil((to + PEN / 2) * FINE) + 1),
  ];
  for (const line of lines) {
    for (let k = 0; k < Math.max(1, line.length - 1); k++) {
      const [ax, ay] = line[k];
      const [bx, by] = line[Math.min(k + 1, line.length - 1)];
      const [dx, dy] = [bx - ax, by - ay];
      const square = dx * dx + dy * dy;
      const [left, right] = near(Math.min(ax, bx), Math.max(ax, bx));
      const [top, bottom] = near(Math.min(ay, by), Math.max(ay, by));
      for (let row = top; row < bottom; row++) {
        const down = (row + 0.5) / FINE - ay;
        for (let column = left; column < right; column++) {
          const at = row * fine + column;
          if (inked[at]) continue;
          const across = (column + 0.5) / FINE - ax;
          const t = square > 0 ? Math.max(0, Math.min(1, (across * dx + down * dy) / square)) : 0;
          const [ex, ey] = [across - t * dx, down - t * dy];
          if (ex * ex + ey * ey > (PEN * PEN) / 4) continue;
          inked[at] = 1;
          ink[Math.floor(row / FINE) * SIDE + Math.floor(column / FINE)] += 1;
        }
      }
    }
  }
  return ink;
}

function centreOfMass(ink) {
  let [sum, across, down] = [0, 0, 0];
  for (let i = 0; i < ink.length; i++) {
    sum += ink[i];
    across += ink[i] * ((i % SIDE) + 0.5);
    down += ink[i] * (Math.floor(i / SIDE) + 0.5);
  }
  return [across / sum, down / sum];
}

// strokes: [[x0, y0, x1, y1, ...], ...], from 0 to 1 on the pad.  Returns 784 grey levels in [0, 1].
export function drawn(strokes) {
  const points = strokes
    .filter((stroke) => stroke.length)
    .map((stroke) => Array.from({ length: stroke.length / 2 }, (_, i) => [stroke[2 * i], stroke[2 * i + 1]]));
  if (!points.length) return new Float64Array(SIDE * SIDE);
  const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const line of points) {
    for (const point of line) {
      for (const axis of [0, 1]) {
        low[axis] = Math.min(low[axis], point[axis]);
        high[axis] = Math.max(high[axis], point[axis]);
      }
    }
  }
  const extent = Math.max(high[0] - low[0], high[1] - low[1]);
  const scale = extent * MOST_SCALE <= BOX - PEN ? MOST_SCALE : (BOX - PEN) / extent;
  let shift = [0, 1].map((axis) => SIDE / 2 - ((low[axis] + high[axis]) / 2) * scale);
  const placed = () => points.map((line) => line.map(([x, y]) => [x * scale + shift[0], y * scale + shift[1]]));
  const middle = centreOfMass(inkOf(placed()));
  shift = shift.map((value, axis) => value + (MIDDLE - middle[axis]));
  return Float64Array.from(inkOf(placed()), (count) => count / FINE ** 2);
}

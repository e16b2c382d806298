// Recordings as Python packs them: pictures in 16 levels of grey, each less the one before; codes.

import { unpackArray } from "../parts/arrays.js";
import { SIDE } from "../parts/digits.js";

const LEVELS = 15;
const PIXELS = SIDE * SIDE;

// Returns pictureAt(moment, i): 784 intensities, overwritten by the next call.
export function makePictures(packed, count) {
  const changes = unpackArray(packed);
  const levels = new Uint8Array(changes.length);
  const size = count * PIXELS;
  for (let i = 0; i < changes.length; i++) levels[i] = (i < size ? 0 : levels[i - size]) + changes[i];
  const picture = new Float32Array(PIXELS);
  return (moment, i) => {
    const start = moment * size + i * PIXELS;
    for (let j = 0; j < PIXELS; j++) picture[j] = levels[start + j] / LEVELS;
    return picture;
  };
}

// Returns codesAt(moment): the points of all digits, two numbers each; null where there is no plane.
export function makeCodes(packed, digits) {
  if (!packed) return () => null;
  const codes = unpackArray(packed);
  return (moment) => codes.subarray(moment * 2 * digits, (moment + 1) * 2 * digits);
}

// A map that is drawn anew for each moment: dots in the colours of their classes, a number at each class's middle.
export function makeCloud(classes, colours) {
  const size = 560;
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: size, height: size, className: "vw-map" });
  canvas.setAttribute("role", "img");
  const context = canvas.getContext("2d");
  return {
    canvas,
    draw(codes, limit) {
      const place = (value, down) => (0.5 + (down ? -value : value) / (2 * limit)) * size;
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, size, size);
      context.fillStyle = "#d5d9e0";
      context.fillRect(size / 2 - 1, 0, 2, size);
      context.fillRect(0, size / 2 - 1, size, 2);
      context.globalAlpha = 0.75;
      const sums = colours.map(() => [0, 0, 0]);
      for (let i = 0; i < classes.length; i++) {
        const [u, v] = [codes[2 * i], codes[2 * i + 1]];
        context.fillStyle = colours[classes[i]];
        context.beginPath();
        context.arc(place(u, false), place(v, true), 4.5, 0, 7);
        context.fill();
        [u, v, 1].forEach((value, k) => (sums[classes[i]][k] += value));
      }
      context.globalAlpha = 1;
      Object.assign(context, { font: "bold 26px sans-serif", textAlign: "center", textBaseline: "middle", lineWidth: 7, lineJoin: "round", strokeStyle: "#ffffff", fillStyle: "#1b1f27" });
      sums.forEach(([u, v, n], digit) => {
        if (!n) return;
        const at = [place(u / n, false), place(v / n, true)];
        context.strokeText(digit, ...at);
        context.fillText(digit, ...at);
      });
    },
  };
}

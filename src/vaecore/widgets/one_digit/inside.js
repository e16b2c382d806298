// Inside: the layers of both networks as pictures, the weights of one unit, and the code of the step that is shown.
//
//   const inside = makeInside(model, change);   inside.element
//   inside.needsEncoder()
//   inside.show({ x, q, eps, z, encode, decode, kl });   a network is null until it is there
//
// State: inside (the step that is open, "" for none) and unit, counted over the layers of the step.

import { makeButton, makeSlider } from "../parts/controls.js";
import { element, limited, signed, withMinus, zName } from "../parts/elements.js";
import { onDrag } from "../parts/touch.js";

const STEPS = [["encoder", "Encoder"], ["sample", "z = μ + σ ε"], ["decoder", "Decoder"], ["bound", "The bound"]];
const [CELL, IN_A_ROW, ALL_PIXELS] = [8, 20, 784]; // canvas pixels of a unit; units in a row; units that are pixels
const [POSITIVE, NEGATIVE] = [[0, 90, 156], [196, 78, 0]];

const headName = (i, count) => (i < count / 2 ? `μ${zName(i).slice(1)}` : `log σ${zName(i - count / 2).slice(1)}`);
const columnsOf = (count) => (count === ALL_PIXELS ? 28 : Math.min(count, IN_A_ROW));
const most = (values) => values.reduce((far, value) => Math.max(far, Math.abs(value)), 1e-9);

// Numbers as squares: blue above 0, orange below, white at 0, full colour at `scale`.
function makeSquares(count, label) {
  const columns = columnsOf(count);
  const rows = Math.ceil(count / columns);
  const canvas = element("canvas", { width: columns * CELL, height: rows * CELL, class: `vw-units${count < IN_A_ROW ? " vw-few" : ""}`, role: "img", "aria-label": label });
  canvas.style.setProperty("--vw-columns", columns);
  const context = canvas.getContext("2d", { willReadFrequently: true }); // in the main memory, as a digit's
  return {
    canvas,
    at: (across, down) => Math.min(count - 1, Math.min(rows - 1, Math.floor(down * rows)) * columns + Math.min(columns - 1, Math.floor(across * columns))),
    draw(values, scale, chosen = -1) {
      context.fillStyle = "#ffffff";
      context.fillRect(0, 0, canvas.width, canvas.height);
      for (let i = 0; i < count; i++) {
        const part = limited(values[i] / scale, [-1, 1]);
        const full = part < 0 ? NEGATIVE : POSITIVE;
        context.fillStyle = `rgb(${full.map((level) => Math.round(255 - (255 - level) * Math.abs(part))).join(" ")})`;
        context.fillRect((i % columns) * CELL, Math.floor(i / columns) * CELL, CELL, CELL);
      }
      if (chosen < 0) return;
      context.strokeStyle = "#1b1f27";
      context.lineWidth = 2;
      context.strokeRect((chosen % columns) * CELL + 1, Math.floor(chosen / columns) * CELL + 1, CELL - 2, CELL - 2);
    },
  };
}

export function makeInside(model, change) {
  const buttons = STEPS.map(([step, name]) => makeButton(name, () => change({ inside: model.get("inside") === step ? "" : step })));
  const place = element("div", { class: "vw-inside-step" });
  const whole = element("div", { class: "vw-inside" },
    element("div", { class: "vw-presets", role: "group", "aria-label": "Look inside" },
      element("span", { class: "vw-inside-name" }, "Look inside:"), ...buttons), place);

  const named = (name, ...inside) => element("div", { class: "vw-layer" }, element("p", { class: "vw-chart-title" }, name), ...inside);
  const codeOf = (step) => {
    const source = model.get("code")[step];
    return source ? element("pre", { class: "vw-code", tabindex: 0, "aria-label": "The code of this step, from vaecore" }, element("code", {}, source)) : "";
  };

  // A network: every layer of units, and of the chosen one the weights that lead to the pixels' side.
  function makeLayers(kind) {
    const intoPixels = kind === "decoder";
    let layers = null; // [{ name, count, squares, label(i) }]
    let weights = null; // of the network
    let drawn = null; // the unit whose weights are in the picture
    const pictures = new Map(); // of weights, by their number
    const holder = element("div", { class: "vw-layers" });
    const says = element("p", { class: "vw-parameters" });
    const picture = element("div", { class: "vw-layer" });
    const slider = makeSlider({ name: "unit", min: 0, max: 1, step: 1, say: (i) => String(i + 1), onInput: (unit) => change({ unit }) });
    const total = () => layers.reduce((sum, { count }) => sum + count, 0);
    const chosen = () => {
      let unit = Math.min(model.get("unit"), total() - 1);
      const k = layers.findIndex(({ count }) => (unit < count ? true : ((unit -= count), false)));
      return [k, unit];
    };
    function build(network) {
      weights = network;
      // The decoder's first layer of units is z; its last, the pixels, is the picture above.
      const counts = intoPixels ? network.map(({ inputs }) => inputs) : network.map(({ outputs }) => outputs);
      let before = 0;
      layers = counts.map((count, k) => {
        const ends = intoPixels ? k === 0 : k === counts.length - 1;
        const hidden = `hidden layer ${intoPixels ? k : k + 1}`;
        const name = ends ? (intoPixels ? "z" : "what q is made of") : `${hidden}: ${count} units`;
        const squares = makeSquares(count, `${name}; blue is positive, orange negative. The slider chooses a unit as well.`);
        const start = before;
        before += count;
        onDrag(squares.canvas, (across, down) => change({ unit: start + squares.at(across, down) }));
        return { name, count, squares, ends, label: (i) => (ends ? (intoPixels ? zName(i) : headName(i, count)) : `${hidden}, unit ${i + 1}`) };
      });
      slider.range.max = total() - 1;
      holder.replaceChildren(...layers.map(({ name, squares }) => named(name, squares.canvas)));
    }
    // What leads to unit i of layer k of an encoder, or from it in a decoder.
    function weightsOf(k, i) {
      const { inputs, outputs, weights: all } = weights[k];
      return intoPixels ? all.subarray(i * outputs, (i + 1) * outputs)
        : Float64Array.from({ length: inputs }, (_, row) => all[row * outputs + i]);
    }
    return {
      element: element("div", {}, holder, slider.row, says, picture, element("p", { class: "vw-terms-note" },
        "Blue: above 0, orange: below, white: 0. Press a unit to see its weights; the slider goes through all of them.")),
      show(network, values) {
        if (!layers) build(network);
        const [k, i] = chosen();
        slider.set(Math.min(model.get("unit"), total() - 1));
        const name = layers[k].label(i);
        slider.range.setAttribute("aria-valuetext", `${name}: ${signed(values[k][i])}`);
        layers.forEach(({ squares, ends }, l) => squares.draw(values[l], ends ? Math.max(1, most(values[l])) : 1, l === k ? i : -1));
        says.textContent = `${name} is ${signed(values[k][i])}.`;
        const key = `${k} ${i}`;
        const seen = { layer: k, unit: i, value: values[k][i] };
        if (drawn === key) return seen;
        drawn = key;
        const those = weightsOf(k, i);
        const far = most(those);
        const pixels = those.length === ALL_PIXELS;
        const what = `${intoPixels ? "Its weights to" : "Its weights from"} ${pixels ? (intoPixels ? "the pixels of the output" : "the pixels of x") : `the ${those.length} units ${intoPixels ? "after it" : "before it"}`}`;
        if (!pictures.has(those.length)) pictures.set(those.length, makeSquares(those.length, ""));
        const squares = pictures.get(those.length);
        squares.draw(those, far);
        squares.canvas.setAttribute("aria-label", `${what}, of ${name}`);
        picture.replaceChildren(element("p", { class: "vw-chart-title" }, `${what}, up to ±${far.toFixed(2)}`), squares.canvas);
        return seen;
      },
    };
  }

  // z = mu + sigma eps, number by number.
  function makeSum() {
    const shown = () => (model.get("eps").length === 2 ? [0, 1] : [model.get("order")[Math.min(model.get("latent"), model.get("order").length - 1)]]);
    const heads = shown().map(() => element("th", { scope: "col" }));
    const rows = ["μ", "σ", "ε", "z = μ + σ ε"].map((name) => [name, ...heads.map(() => element("td"))]);
    const table = element("table", { class: "vw-bound-terms" }, element("caption", {}, "One sample of q(z | x)"),
      element("thead", {}, element("tr", {}, element("td"), ...heads)),
      element("tbody", {}, ...rows.map(([name, ...cells]) => element("tr", {}, element("th", { scope: "row" }, name), ...cells))));
    return {
      element: table,
      show({ q, eps, z }) {
        shown().forEach((j, column) => {
          heads[column].textContent = zName(j);
          [q.mean, q.std, eps, z].forEach((values, r) => (rows[r][column + 1].textContent = withMinus(values[j].toFixed(3))));
        });
        return {};
      },
    };
  }

  // Where the likelihood term is lost: −log p(x_i | z) of each pixel.
  function makeCosts() {
    const squares = makeSquares(ALL_PIXELS, "");
    const says = element("p", { class: "vw-parameters" });
    const name = element("p", { class: "vw-chart-title" });
    return {
      element: element("div", { class: "vw-layers" }, element("div", { class: "vw-layer" }, name, squares.canvas), says),
      show({ x, decode, z, kl }) {
        const logits = decode(z).at(-1);
        const costs = Float64Array.from(logits, (a, i) => (x[i] ? Math.max(-a, 0) : Math.max(a, 0)) + Math.log1p(Math.exp(-Math.abs(a))));
        const sum = costs.reduce((a, b) => a + b, 0);
        const far = Math.max(...costs);
        name.textContent = `What each pixel costs, up to ${far.toFixed(2)} nats`;
        squares.draw(costs, far);
        squares.canvas.setAttribute("aria-label", `What each pixel of x costs: ${sum.toFixed(2)} nats in all, ${far.toFixed(2)} at most`);
        says.textContent = `All pixels: ${sum.toFixed(2)} nats. ` +
          `The KL divergence: ${kl.reduce((a, b) => a + b, 0).toFixed(2)} nats` +
          (kl.length === 2 ? `, ${kl.map((nats, j) => `${nats.toFixed(2)} for ${zName(j)}`).join(", ")}.` : ".");
        return { sum, far };
      },
    };
  }

  const made = new Map();
  function partOf(step) {
    if (!made.has(step)) made.set(step, step === "sample" ? makeSum() : step === "bound" ? makeCosts() : makeLayers(step));
    return made.get(step);
  }
  let open = "";

  return {
    element: whole,
    needsEncoder: () => model.get("inside") === "encoder",
    show(now) {
      const step = model.get("inside");
      buttons.forEach((button, i) => button.setAttribute("aria-pressed", STEPS[i][0] === step));
      delete whole.dataset.inside;
      if (!step || !now.q || (step === "encoder" && !now.encode) || (["decoder", "bound"].includes(step) && !now.decode)) {
        open = "";
        place.replaceChildren(...(step ? ["The network is on its way."] : []));
        return;
      }
      const part = partOf(step);
      if (open !== step) place.replaceChildren(part.element, codeOf(step));
      open = step;
      let seen;
      if (step === "encoder") seen = part.show(now.encode.layers, now.encode(now.x));
      else if (step === "decoder") seen = part.show(now.decode.layers, [now.z, ...now.decode(now.z).slice(0, -1)]);
      else seen = part.show(now);
      whole.dataset.inside = JSON.stringify({ step, ...seen });
    },
  };
}

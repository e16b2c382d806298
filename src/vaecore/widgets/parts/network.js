// The decoder in the browser: the same numbers as VAE.decode, from the same weights.

import { unpackArray } from "./arrays.js";

function unpackLayers(layers) {
  const unpacked = layers.map((layer) => ({
    inputs: layer.inputs,
    outputs: layer.outputs,
    weights: unpackArray(layer.weights), // (inputs, outputs), row after row
    biases: unpackArray(layer.biases),
    linear: layer.linear, // of a last layer: no sigmoid
  }));
  unpacked.forEach(({ inputs, outputs, weights, biases }, i) => {
    const fits = i === 0 || inputs === unpacked[i - 1].outputs;
    const sum = biases.reduce((a, b) => a + b, 0) + weights.reduce((a, b) => a + b, 0);
    if (!fits || weights.length !== inputs * outputs || biases.length !== outputs || !Number.isFinite(sum)) {
      throw new Error("the weights of the decoder are damaged");
    }
  });
  return unpacked;
}

// Returns decode(z): the intensity of each pixel, in [0, 1]; of a linear output what lies outside is cut off.  The result is overwritten by the next call.
export function makeDecoder(layers) {
  const network = unpackLayers(layers).map((layer) => ({ ...layer, out: new Float32Array(layer.outputs) }));
  return (z) => {
    let h = z;
    network.forEach(({ inputs, outputs, weights, biases, linear, out }, index) => {
      out.set(biases);
      for (let i = 0; i < inputs; i++) {
        const value = h[i];
        const row = i * outputs;
        for (let j = 0; j < outputs; j++) out[j] += value * weights[row + j];
      }
      const last = index === network.length - 1;
      const activation = !last ? Math.tanh : linear ? (a) => Math.max(0, Math.min(1, a)) : (a) => 1 / (1 + Math.exp(-a));
      for (let j = 0; j < outputs; j++) out[j] = activation(out[j]);
      h = out;
    });
    return h;
  };
}

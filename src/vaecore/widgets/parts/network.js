// Networks in the browser: the same numbers as VAE.encode and VAE.decode, from the same weights.

import { unpackArray } from "./arrays.js";

function unpackLayers(layers, name) {
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
      throw new Error(`the weights of the ${name} are damaged`);
    }
  });
  return unpacked;
}

// Returns decode(z): the intensity of each pixel, in [0, 1]; of a linear output what lies outside is cut off.  The result is overwritten by the next call.
export function makeDecoder(layers) {
  const network = unpackLayers(layers, "decoder").map((layer) => ({ ...layer, out: new Float32Array(layer.outputs) }));
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

// Returns run(input): what each layer puts out, hidden units after tanh, the last layer as it is, in double precision.
// The arrays are overwritten by the next call.
export function makeNetwork(layers, name) {
  const network = unpackLayers(layers, name).map((layer) => ({ ...layer, out: new Float64Array(layer.outputs) }));
  const outputs = network.map(({ out }) => out);
  const run = (input) => {
    let h = input;
    network.forEach(({ inputs, outputs, weights, biases, out }, index) => {
      out.set(biases);
      for (let i = 0; i < inputs; i++) {
        const value = h[i];
        if (value === 0) continue; // most pixels have no ink
        const row = i * outputs;
        for (let j = 0; j < outputs; j++) out[j] += value * weights[row + j];
      }
      if (index < network.length - 1) for (let j = 0; j < outputs; j++) out[j] = Math.tanh(out[j]);
      h = out;
    });
    return outputs;
  };
  return Object.assign(run, { layers: network });
}

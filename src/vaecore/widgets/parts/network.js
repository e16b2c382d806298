// The decoder in the browser: the same numbers as VAE.decode, from the same weights.
// This file and elements.js are put in front of every widget's module; nothing is imported.

function bytesFromBase64(text) {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}

// IEEE 754 half precision: 1 bit sign, 5 bits exponent, 10 bits fraction.
function floatFromHalf(half) {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// Multiples of a step as text; ALPHABET in packing.py says how.
function numbersFromSteps(text, step) {
  const alphabet = Array.from({ length: 92 }, (_, i) => String.fromCharCode(35 + i)).filter(
    (character) => character !== "<" && character !== "\\",
  );
  const carries = [1, 2, 3, 4, -1, -2, -3, -4];
  const digits = alphabet.length - carries.length;
  const places = new Float32Array(128).fill(NaN);
  alphabet.forEach((character, place) => (places[character.charCodeAt(0)] = place));
  const numbers = new Float32Array(text.length);
  let count = 0;
  let carry = 0;
  for (let i = 0; i < text.length; i++) {
    const place = places[text.charCodeAt(i)];
    if (place < digits) {
      numbers[count++] = (carry * digits + place - digits / 2) * step;
      carry = 0;
    } else carry += carries[place - digits];
  }
  return numbers.slice(0, count);
}

// An array as Python packs it: {dtype, data}, data in base64, little-endian, or multiples of {step}.
function unpackArray({ dtype, data, step }) {
  if (dtype === "steps") return numbersFromSteps(data, step);
  const bytes = bytesFromBase64(data);
  if (dtype === "uint8") return bytes;
  if (dtype === "float32") return new Float32Array(bytes.buffer);
  if (dtype === "float16") return Float32Array.from(new Uint16Array(bytes.buffer), floatFromHalf);
  throw new Error(`cannot read an array of ${dtype}`);
}

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
function makeDecoder(layers) {
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

// Arrays as Python packs them (packing.py): numbers from text.

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
export function unpackArray({ dtype, data, step }) {
  if (dtype === "steps") return numbersFromSteps(data, step);
  const bytes = bytesFromBase64(data);
  if (dtype === "uint8") return bytes;
  if (dtype === "float32") return new Float32Array(bytes.buffer);
  if (dtype === "float16") return Float32Array.from(new Uint16Array(bytes.buffer), floatFromHalf);
  throw new Error(`cannot read an array of ${dtype}`);
}

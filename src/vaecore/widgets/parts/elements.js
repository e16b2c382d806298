// What all widgets are made of: elements, names and numbers as text.

// element("button", {type: "button"}, "Reset", anotherElement, ...)
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// z₁₂, with the subscript as text: a name that a screen reader and a search find in one piece.
export const zName = (j) => "z" + [...String(j + 1)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");
export const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);
export const withMinus = (number) => number.replace("-", "−"); // of a number as text
export const hundredths = (value) => Math.round(100 * value) / 100;
export const limited = (value, [from, to]) => Math.max(from, Math.min(to, value));

let idsGiven = 0;
export const uniqueId = (name) => `vw-${name}-${++idsGiven}-${Math.random().toString(36).slice(2, 8)}`;

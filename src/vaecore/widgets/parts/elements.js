// What all widgets are made of: elements, names and numbers as text, dragging.

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

// Calls move(x, y) where a pointer is pressed and wherever it is dragged to: 0 to 1 from left to right and from
// top to bottom.  A mouse's other buttons are left alone.
export function onDrag(target, move) {
  const follow = (event) => {
    const box = target.getBoundingClientRect();
    const part = (value, start, length) => limited((value - start) / length, [0, 1]);
    if (box.width && box.height) move(part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height));
  };
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    target.setPointerCapture(event.pointerId);
    follow(event);
  });
  target.addEventListener("pointermove", (event) => {
    if (target.hasPointerCapture(event.pointerId)) follow(event);
  });
}

let idsGiven = 0;
export const uniqueId = (name) => `vw-${name}-${++idsGiven}-${Math.random().toString(36).slice(2, 8)}`;

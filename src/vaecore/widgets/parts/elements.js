// What the widgets are made of: canvases for digits, labelled controls, dragging.

// Pictures: black ink on white, one canvas pixel for each pixel of the image.
const SIDE = 28;

function inkOnWhite(intensities, imageData, column = 0) {
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const level = Math.round(255 * (1 - intensities[y * SIDE + x]));
      const at = 4 * (y * imageData.width + column * SIDE + x);
      imageData.data[at] = imageData.data[at + 1] = imageData.data[at + 2] = level;
      imageData.data[at + 3] = 255;
    }
  }
}

class DigitCanvas {
  constructor(description, columns = 1) {
    this.element = element("canvas", { width: SIDE * columns, height: SIDE, role: "img" });
    this.element.className = columns === 1 ? "vw-digit" : "vw-strip";
    // "Read frequently" keeps the canvas in the main memory, where its pixels are computed.
    this.context = this.element.getContext("2d", { willReadFrequently: true });
    this.image = this.context.createImageData(SIDE * columns, SIDE);
    this.describe(description);
  }
  describe(text) {
    this.element.setAttribute("aria-label", text);
  }
  draw(intensities, column = 0) {
    inkOnWhite(intensities, this.image, column);
    this.context.putImageData(this.image, 0, 0, column * SIDE, 0, SIDE, SIDE);
  }
}

// element("button", {type: "button"}, "Reset", anotherElement, ...)
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// z₁₂, with the subscript as text: a name that a screen reader and a search find in one piece.
const zName = (j) => "z" + [...String(j + 1)].map((digit) => String.fromCodePoint(0x2080 + Number(digit))).join("");
const digitName = (digit, i) => `${digit.label} (digit ${i + 1})`;
const signed = (value) => (value < 0 ? "−" : "+") + Math.abs(value).toFixed(2);

// Digits as Python packs them, with their pixels as intensities in [0, 1].
const unpackDigits = (digits) =>
  digits.map((digit) => ({ ...digit, pixels: Float32Array.from(unpackArray(digit.pixels), (v) => v / 255) }));

// A list to choose one of the digits from; choose(i) is called with the index of the chosen one.
function makeDigitSelect(id, digits, choose) {
  const options = digits.map((digit, i) => element("option", { value: i }, digitName(digit, i)));
  const select = element("select", { id }, ...options);
  select.addEventListener("change", () => choose(Number(select.value)));
  return select;
}

// JupyterLab takes arrow keys and digits for itself; inside a widget they belong to the controls.
// Shortcuts such as Ctrl+S pass.
function keepKeys(root) {
  for (const type of ["keydown", "keypress", "keyup"]) {
    root.addEventListener(type, (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
    });
  }
}

// Calls move(x, y) where a pointer is pressed and wherever it is dragged to: 0 to 1 from left to right and from
// top to bottom.  A mouse's other buttons are left alone.
function onDrag(target, move) {
  const follow = (event) => {
    const box = target.getBoundingClientRect();
    const part = (value, start, length) => Math.max(0, Math.min(1, (value - start) / length));
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
const uniqueId = (name) => `vw-${name}-${++idsGiven}-${Math.random().toString(36).slice(2, 8)}`;

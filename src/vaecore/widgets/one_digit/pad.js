// The pad that one draws on: with a finger, a pen, a mouse, or the keyboard.
//
// Arrow keys move a pen over a grid of 28 x 28, with Shift four steps at once; Space puts it down and lifts it.
// onStroke(points, finished) is called while a stroke grows and when it ends; points: [x0, y0, ...] from 0 to 1.

import { element, limited, uniqueId } from "../parts/elements.js";
import { PEN_ON_PAD } from "./drawing.js";

const PAD_SIZE = 336;
const GRID = 28;
const NEAR = 0.004; // a point that moved less is no new one
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const kept = (value) => Math.round(value * 1e4) / 1e4;

export function makePad({ onStart, onStroke, onUndo, say }) {
  const help = element("p", { id: uniqueId("pad-help"), class: "vw-hidden" },
    "Arrow keys move the pen, with Shift four steps at once. Space puts it down and lifts it. Backspace takes the last stroke away.");
  const canvas = element("canvas", {
    width: PAD_SIZE, height: PAD_SIZE, class: "vw-pad", tabindex: 0, role: "application",
    "aria-label": "Pad to draw a digit on", "aria-describedby": help.id,
  });
  const context = canvas.getContext("2d");
  let strokes = [];
  let growing = null; // the stroke under the hand
  let held = null; // the pointer that draws it
  const pen = { at: [GRID / 2, GRID / 4], down: false, seen: false };

  function draw() {
    context.fillStyle = "#ffffff";
    context.fillRect(0, 0, PAD_SIZE, PAD_SIZE);
    context.strokeStyle = "#d5d9e0";
    context.lineWidth = 2;
    context.strokeRect(PAD_SIZE / 7, PAD_SIZE / 7, (PAD_SIZE * 5) / 7, (PAD_SIZE * 5) / 7);
    Object.assign(context, { strokeStyle: "#000000", lineWidth: PEN_ON_PAD * PAD_SIZE, lineCap: "round", lineJoin: "round" });
    for (const stroke of growing ? [...strokes, growing] : strokes) {
      context.beginPath();
      for (let i = 0; i < stroke.length; i += 2) context.lineTo(stroke[i] * PAD_SIZE, stroke[i + 1] * PAD_SIZE);
      if (stroke.length === 2) context.lineTo(stroke[0] * PAD_SIZE, stroke[1] * PAD_SIZE + 0.01);
      context.stroke();
    }
    if (!pen.seen) return;
    context.lineWidth = 4;
    context.strokeStyle = "#0072b2";
    context.fillStyle = pen.down ? "#0072b2" : "#ffffff";
    context.beginPath();
    context.arc(...pen.at.map((v) => (v / GRID) * PAD_SIZE), 9, 0, 7);
    context.fill();
    context.stroke();
  }

  function add(x, y) {
    const [u, v] = [kept(limited(x, [0, 1])), kept(limited(y, [0, 1]))];
    if (growing.length && Math.hypot(u - growing.at(-2), v - growing.at(-1)) < NEAR) return;
    growing.push(u, v);
  }
  function end() {
    const stroke = growing;
    growing = held = null;
    if (stroke?.length) onStroke(stroke, true);
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    event.preventDefault();
    canvas.focus({ preventScroll: true });
    canvas.setPointerCapture(event.pointerId);
    lift();
    pen.seen = false;
    held = event.pointerId;
    growing = [];
    onStart();
    follow(event);
  });
  const follow = (event) => {
    const box = canvas.getBoundingClientRect();
    if (!box.width) return;
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const { clientX, clientY } of passed.length ? passed : [event])
      add((clientX - box.left) / box.width, (clientY - box.top) / box.height);
    onStroke(growing, false);
  };
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId === held) follow(event);
  });
  for (const type of ["pointerup", "pointercancel"])
    canvas.addEventListener(type, (event) => {
      if (event.pointerId === held) end();
    });

  const place = () => `column ${pen.at[0]}, row ${pen.at[1]} of ${GRID}`;
  function lift() {
    if (!pen.down) return;
    pen.down = false;
    end();
  }
  canvas.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || held !== null) return;
    if (arrow) {
      const far = event.shiftKey ? 4 : 1;
      pen.at = pen.at.map((v, axis) => limited(v + far * arrow[axis], [0, GRID]));
      if (pen.down) {
        add(...pen.at.map((v) => v / GRID));
        onStroke(growing, false);
      }
      say(`Pen ${pen.down ? "down" : "up"}, ${place()}.`);
    } else if (event.key === " ") {
      if (pen.down) lift();
      else {
        pen.down = true;
        growing = [];
        onStart();
        add(...pen.at.map((v) => v / GRID));
        onStroke(growing, false);
      }
      say(`Pen ${pen.down ? "down" : "up"}, ${place()}.`);
    } else if (event.key === "Backspace") {
      lift();
      onUndo();
    } else return;
    event.preventDefault();
    pen.seen = true;
    draw();
  });
  canvas.addEventListener("blur", () => {
    lift();
    pen.seen = false;
    draw();
  });
  canvas.addEventListener("focus", () => {
    pen.seen = canvas.matches(":focus-visible");
    draw();
  });

  return {
    element: element("div", { class: "vw-pad-holder" }, canvas, help),
    show(shown) {
      strokes = shown;
      draw();
    },
  };
}

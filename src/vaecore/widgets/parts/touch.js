// Pressing and dragging.  A mouse wants what it presses.  A finger that comes down may want to press, to drag or to
// scroll the page; which of them it is shows after a few pixels.  Where the style says touch-action: pan-y, a swipe up
// or down is the browser's, and it cancels the pointer.  Nothing may have changed until then.

import { limited } from "./elements.js";

const TREMBLE = 8; // pixels that a finger moves without wanting to

const moved = (from, to) => [Math.abs(to.clientX - from.clientX), Math.abs(to.clientY - from.clientY)];
function sideways(from, to) {
  const [across, down] = moved(from, to);
  return across > TREMBLE && across > down;
}
const isTap = (from, to) => Math.max(...moved(from, to)) <= TREMBLE;

// Calls move(x, y) where a pointer is pressed and wherever it is dragged to: 0 to 1 from left to right and from
// top to bottom.  A mouse's other buttons are left alone, and a finger that scrolls.
export function onDrag(target, move) {
  let held = null; // the pointer that is down
  let undecided = null; // where the finger came down, until it is clear what it wants
  const follow = (event) => {
    const box = target.getBoundingClientRect();
    const part = (value, start, length) => limited((value - start) / length, [0, 1]);
    if (box.width && box.height) move(part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height));
  };
  target.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    target.setPointerCapture(event.pointerId);
    held = event.pointerId;
    const mayScroll = event.pointerType !== "mouse" && getComputedStyle(target).touchAction !== "none";
    undecided = mayScroll ? event : null;
    if (!undecided) follow(event);
  });
  target.addEventListener("pointermove", (event) => {
    if (event.pointerId !== held || !target.hasPointerCapture(held)) return;
    if (undecided && !sideways(undecided, event)) return;
    undecided = null;
    follow(event);
  });
  target.addEventListener("pointerup", (event) => {
    if (event.pointerId === held && undecided && isTap(undecided, event)) follow(event);
    if (event.pointerId === held) held = undecided = null;
  });
  target.addEventListener("pointercancel", (event) => {
    if (event.pointerId === held) held = undecided = null;
  });
}

// Sliders get a finger's value as soon as it comes down, from the browser; and keep it in some when the page is
// scrolled.  Inside `root` the value waits until the finger has gone sideways or is lifted.
export function steadySliders(root) {
  let held = null; // { range, from, before, asked }
  const listen = (type, answer) => root.addEventListener(type, answer, { capture: true });
  listen("pointerdown", (event) => {
    const range = event.target;
    if (range.type === "range" && event.pointerType !== "mouse" && event.isPrimary)
      held = { range, from: event, before: range.value, asked: null };
  });
  listen("input", (event) => {
    if (event.target !== held?.range) return;
    held.asked = held.range.value;
    held.range.value = held.before;
    event.stopImmediatePropagation();
  });
  listen("pointermove", (event) => {
    if (held && event.pointerId === held.from.pointerId && sideways(held.from, event)) held = null;
  });
  listen("pointercancel", () => (held = null));
  listen("pointerup", (event) => {
    if (!held) return;
    const { range, from, asked } = held;
    held = null;
    if (asked === null || !isTap(from, event)) return;
    range.value = asked;
    range.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// Lines to put in order: the proof that is being built, above the lines that are left.
// Everything is done by buttons; lines can be dragged as well.

import { element, uniqueId } from "../parts/elements.js";

const STILL = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

// items: letter -> HTML, in the order in which they lie there.  change(answer, said) is called with the new
// letters, and what is to be said aloud.
export function makeOrder({ items, change }) {
  let answer = "";
  const proof = element("ol", { class: "vw-lines vw-proof" });
  const rest = element("ul", { class: "vw-lines vw-rest" });
  const proofTitle = element("p", { class: "vw-q-title", id: uniqueId("proof") }, "Your lines, in order");
  const restTitle = element("p", { class: "vw-q-title", id: uniqueId("rest") }, "Lines");
  proof.setAttribute("aria-labelledby", proofTitle.id);
  rest.setAttribute("aria-labelledby", restTitle.id);
  const lists = element("div", { class: "vw-order" }, proofTitle, proof, restTitle, rest);

  const place = (i) => `place ${i + 1} of ${answer.length}`;
  function put(letter, i) {
    const without = answer.replace(letter, "");
    answer = without.slice(0, i) + letter + without.slice(i);
    change(answer, `Line ${letter} is now ${place(i)}.`);
  }
  function takeOut(i) {
    const letter = answer[i];
    answer = answer.slice(0, i) + answer.slice(i + 1);
    change(answer, `Line ${letter} is taken out; the proof has ${answer.length} ${answer.length === 1 ? "line" : "lines"}.`);
  }
  const focus = (list, i, action) => {
    const rows = list.querySelectorAll(".vw-line");
    const row = rows[Math.min(i, rows.length - 1)];
    row?.querySelector(`[data-action=${action}]`).focus({ preventScroll: true });
    return Boolean(row);
  };
  const ACTIONS = {
    up: { sign: "↑", name: "Move line # up", act: (letter, i) => move(letter, i, -1, "up") },
    down: { sign: "↓", name: "Move line # down", act: (letter, i) => move(letter, i, 1, "down") },
    out: {
      sign: "×", name: "Take line # out",
      act: (letter, i) => { takeOut(i); focus(proof, i, "out") || focus(rest, 0, "in"); },
    },
    in: {
      sign: "+", name: "Put line # in",
      act: (letter, i) => { put(letter, answer.length); focus(rest, i, "in") || focus(proof, answer.length, "up"); },
    },
  };
  function move(letter, i, step, action) {
    if (!answer[i + step]) return change(answer, `Line ${letter} is already ${step < 0 ? "first" : "last"}.`);
    const letters = [...answer];
    [letters[i], letters[i + step]] = [letters[i + step], letters[i]];
    answer = letters.join("");
    change(answer, `Line ${letter} is now ${place(i + step)}.`);
    focus(proof, i + step, action);
  }

  function row(letter, i, actions) {
    const buttons = actions.map((action) => {
      const { sign, name, act } = ACTIONS[action];
      const label = name.replace("#", letter);
      const button = element("button", { type: "button", "data-action": action, "aria-label": label, title: label }, sign);
      if ((action === "up" && i === 0) || (action === "down" && i === answer.length - 1)) button.setAttribute("aria-disabled", "true");
      button.addEventListener("click", () => act(letter, i));
      return button;
    });
    const text = element("span", { class: "vw-line-text" });
    text.innerHTML = items[letter];
    return element("li", { class: "vw-line", "data-letter": letter, "data-place": i },
      element("span", { class: "vw-grip", "aria-hidden": "true" }), element("span", { class: "vw-letter" }, letter),
      text, element("span", { class: "vw-line-buttons" }, ...buttons));
  }

  function show(letters) {
    const before = new Map([...lists.querySelectorAll(".vw-line")].map((line) => [line.dataset.letter, line.getBoundingClientRect()]));
    answer = letters;
    const left = Object.keys(items).filter((letter) => !answer.includes(letter));
    proof.replaceChildren(...[...answer].map((letter, i) => row(letter, i, ["up", "down", "out"])));
    rest.replaceChildren(...left.map((letter, i) => row(letter, i, ["in"])));
    if (!answer) proof.append(element("li", { class: "vw-none" }, "Empty: put the first line in, with + or by dragging it here."));
    if (!left.length) rest.append(element("li", { class: "vw-none" }, "All lines are in the proof."));
    if (STILL()) return;
    for (const line of lists.querySelectorAll(".vw-line")) {
      const old = before.get(line.dataset.letter), now = line.getBoundingClientRect();
      if (!old || (old.top === now.top && old.left === now.left)) continue;
      line.animate([{ transform: `translate(${old.left - now.left}px, ${old.top - now.top}px)` }, {}], { duration: 160, easing: "ease-out" });
    }
  }

  makeDraggable(lists, proof, rest, (line, i) => {
    const { letter, place: from } = line.dataset;
    const inside = line.parentElement === proof;
    if (i === null) inside && takeOut(Number(from));
    else put(letter, i);
  });
  return { element: lists, show };
}

// Calls drop(line, i) with a place in the proof, counted without the line itself, or null for the rest.
// A finger drags the grip, so that the page can be scrolled over the lines; a mouse drags the whole line.
function makeDraggable(lists, proof, rest, drop) {
  let held = null;
  const linesOf = (list) => [...list.querySelectorAll(".vw-line")].filter((line) => line !== held?.line);
  const unmark = () => lists.querySelectorAll(".vw-before, .vw-after, .vw-over").forEach((e) => e.classList.remove("vw-before", "vw-after", "vw-over"));
  function target(y) {
    if (y > (proof.getBoundingClientRect().bottom + rest.getBoundingClientRect().top) / 2) return null;
    return linesOf(proof).filter((line) => {
      const { top, height } = line.getBoundingClientRect();
      return top + height / 2 < y;
    }).length;
  }
  function letGo() {
    if (!held) return;
    held.line.classList.remove("vw-held");
    held.line.style.transform = "";
    unmark();
    held = null;
  }
  lists.addEventListener("pointerdown", (event) => {
    const line = event.target.closest(".vw-line");
    if (event.button !== 0 || !line || event.target.closest("button")) return;
    if (event.pointerType !== "mouse" && !event.target.closest(".vw-grip")) return;
    event.preventDefault(); // no text is marked on the way
    held = { line, x: event.clientX, y: event.clientY + window.scrollY, moved: false };
    line.setPointerCapture(event.pointerId);
  });
  lists.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [dx, dy] = [event.clientX - held.x, event.clientY + window.scrollY - held.y];
    if (!held.moved && Math.hypot(dx, dy) < 4) return;
    held.moved = true;
    const edge = 50; // near the end of the window the page follows
    if (event.clientY < edge) window.scrollBy(0, -12);
    if (event.clientY > window.innerHeight - edge) window.scrollBy(0, 12);
    held.line.classList.add("vw-held");
    held.line.style.transform = `translate(${dx}px, ${dy}px)`;
    unmark();
    const i = target(event.clientY), lines = linesOf(proof);
    if (i === null) rest.classList.add("vw-over");
    else if (!lines.length) proof.classList.add("vw-over");
    else if (i < lines.length) lines[i].classList.add("vw-before");
    else lines[i - 1].classList.add("vw-after");
  });
  lists.addEventListener("pointerup", (event) => {
    const { line, moved } = held ?? {};
    const i = moved ? target(event.clientY) : null;
    letGo();
    if (moved) drop(line, i);
  });
  lists.addEventListener("pointercancel", letGo);
}

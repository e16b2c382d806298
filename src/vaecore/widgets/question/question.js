// A question: numbers to give, statements to pick, or lines to put in order.
// State (Python's names): answer, what stands there now; checked, the answer that was checked last, or null;
// note, a word about the progress file; content, which does not change: texts as HTML, and the rules.

import { makeButton } from "../parts/controls.js";
import { element, uniqueId } from "../parts/elements.js";
import { follow, makeFrame } from "../parts/widget.js";
import { makeDelivery } from "./question_delivery.js";
import { judgeBy, longestVerdicts, plainMessage, readBy, richMessage, verdict } from "./question_judge.js";
import { makeMemory, notePassed } from "./question_memory.js";
import { readNumber } from "./question_notation.js";
import { makeOrder } from "./question_order.js";

const TASKS = {
  value: "A point or a comma for the decimals; 1e-3 and 1/3 are understood, too.",
  choice: "Tick the true ones, and leave the others.",
  order: "Put lines in with +, move them with ↑ and ↓, or drag them. Lines that do not belong stay below.",
};

// The answer in the plain form that is judged: no numbers are no answer.
const plainForm = (answer) => (Array.isArray(answer) && answer.every((value) => value === null) ? [] : answer);

function fitsQuestion({ rules, items }) {
  const isNumber = (value) => value === null || Number.isFinite(value) || ["NaN", "Infinity", "-Infinity"].includes(value);
  if (rules.kind === "value") {
    return (answer) => Array.isArray(answer) && answer.length === rules.right.length && answer.every(isNumber);
  }
  return (answer) => typeof answer === "string" && [...answer].every((letter, i) => Object.hasOwn(items, letter) && answer.indexOf(letter) === i);
}

// Statements with a box each.
function makeChoice({ items, change }) {
  const boxes = Object.entries(items).map(([letter, text]) => {
    const input = element("input", { type: "checkbox", value: letter });
    const words = element("span", { class: "vw-statement-text" });
    words.innerHTML = text;
    const label = element("label", { class: "vw-statement", "data-letter": letter },
      input, element("span", { class: "vw-letter" }, letter), words);
    input.addEventListener("change", () => change(boxes.filter((box) => box.input.checked).map((box) => box.letter).join("")));
    return { letter, input, label };
  });
  return {
    element: element("div", { class: "vw-statements" }, ...boxes.map(({ label }) => label)),
    show: (answer) => boxes.forEach(({ letter, input }) => { input.checked = answer.includes(letter); }),
  };
}

// Numbers, each in a field; trouble() says what is no number.
function makeValues({ names, rules, help, change, submit }) {
  const fields = names.map((name) => {
    const input = element("input", {
      type: "text", inputmode: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false",
      id: uniqueId("number"), "aria-describedby": help, size: 12,
    });
    const label = element("label", { for: input.id });
    label.innerHTML = name;
    input.addEventListener("input", () => {
      input.removeAttribute("aria-invalid");
      change(fields.map((field) => readNumber(field.input.value, rules.unit)));
    });
    input.addEventListener("keydown", (event) => { if (event.key === "Enter") submit(); });
    return { label, input, row: element("div", { class: "vw-number" }, label, element("span", { "aria-hidden": "true" }, "="), input) };
  });
  return {
    element: element("div", { class: "vw-numbers" }, ...fields.map(({ row }) => row)),
    show: (answer) => fields.forEach(({ input }, i) => {
      if (readNumber(input.value, rules.unit) === answer[i]) return; // typed like this
      input.value = answer[i] === null ? "" : String(answer[i]);
    }),
    clear: () => fields.forEach(({ input }) => { input.value = ""; input.removeAttribute("aria-invalid"); }),
    trouble: () => {
      if (fields.every(({ input }) => !input.value.trim())) return null;
      const wrong = fields.find(({ input }) => readNumber(input.value, rules.unit) === null);
      if (!wrong) return null;
      wrong.input.setAttribute("aria-invalid", "true");
      wrong.input.focus();
      const typed = wrong.input.value.trim(), name = wrong.label.textContent.replaceAll("\u00a0", " ");
      return typed ? `“${typed}” is no number; write one such as 0.25, 0,25, 2.5e-1 or 1/4.` : `${name} is still missing.`;
    },
  };
}

function render({ model, el }) {
  const content = model.get("content"), { rules } = content, { kind } = rules;
  const fits = fitsQuestion(content), memory = makeMemory(content.key, fits);
  const nothing = kind === "value" ? rules.right.map(() => null) : "";
  const root = makeFrame(el, `Question ${content.id}`, `vw-question vw-question-${kind}`);
  const delivery = makeDelivery(model, content.unsent, fits);

  // Returns whether it was done: another tab may have a newer answer, which is shown then.
  function set(values) {
    if (takeOver()) return false;
    for (const [name, value] of Object.entries(values)) model.set(name, value);
    memory.write(model.get("answer"), model.get("checked"));
    delivery.send();
    return true;
  }
  // Shows what another tab of this page has answered meanwhile; returns whether there was something.
  function takeOver() {
    const newer = memory.readNewer();
    if (newer === null) return false;
    for (const [name, value] of Object.entries(newer)) model.set(name, value);
    trouble = null;
    show();
    status.textContent = "This was answered in another tab, and is shown as it stands there.";
    return true;
  }
  let trouble = null; // what was typed and is no answer
  let said = null; // the feedback that is there
  function submit() {
    trouble = asked.trouble?.() ?? null;
    said = null; // the same feedback is said again
    if (trouble === null) set({ checked: model.get("answer") });
    showVerdict();
  }

  const status = element("p", { class: "vw-hidden", role: "status" });
  const task = element("p", { class: "vw-task", id: uniqueId("task") }, TASKS[kind]);
  const change = (answer, said = "") => {
    if (set({ answer })) status.textContent = said;
  };
  const make = { value: makeValues, choice: makeChoice, order: makeOrder }[kind];
  const asked = make({ ...content, help: task.id, change, submit });

  // A whole answer may be pasted, in any notation: "91, 131.3, 0.1675", "c -> e -> b".
  root.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text") ?? "";
    const { answer } = text.trim() && (kind !== "value" || rules.right.length > 1) ? readBy(rules, text) : {};
    if (!answer?.length || !fits(answer)) return; // one number of several goes into its field
    event.preventDefault();
    asked.clear?.();
    change(answer, "The answer is filled in.");
    asked.show(answer);
  });

  const check = makeButton("Check", submit);
  check.classList.add("vw-check");
  const again = makeButton("Start again", () => {
    trouble = null;
    if (!set({ answer: nothing, checked: null })) return;
    asked.clear?.();
    memory.forget();
    showVerdict();
    status.textContent = "Started again: nothing is answered.";
  });
  const reasons = makeReasons(content);
  const stale = element("span", { class: "vw-stale" }, "for the answer before your change");
  const feedback = element("div", { class: "vw-feedback", role: "status" });
  const room = element("div", { class: "vw-feedback-room" }, feedback, ...delivery.elements, reasons, stale);

  function fill(box, { status, misconception, pieces }) {
    const head = element("strong", {}, `${content.signs[status]} ${content.id}, ${content.title}: ${status}`);
    const body = element("div", { class: "vw-message" });
    body.innerHTML = richMessage({ pieces }, content.rich);
    box.replaceChildren(head, ...(misconception ? [" ", element("code", {}, misconception)] : []), body);
  }
  function showVerdict() {
    const checked = model.get("checked"), answer = model.get("answer");
    const seen = trouble !== null ? verdict("error", null, trouble) : checked === null ? null : judgeBy(rules, plainForm(checked));
    const saying = JSON.stringify([seen, model.get("note")]);
    if (said !== saying) {
      if (seen === null) feedback.replaceChildren(element("span", { class: "vw-waiting" }, "○ Not checked yet"));
      else fill(feedback, seen);
      if (seen !== null && model.get("note")) feedback.append(element("p", {}, model.get("note")));
      if (seen?.status === "passed") notePassed(content.passed_key);
      said = saying;
    }
    if (seen !== null) room.classList.add("vw-open");  // from the first verdict on, nothing moves any more
    room.style.setProperty("--vw-status", seen === null ? "" : content.colours[seen.status]);
    reasons.hidden = seen?.status !== "passed" || content.reasons === null;
    const isStale = seen !== null && trouble === null && JSON.stringify(checked) !== JSON.stringify(answer);
    stale.hidden = !isStale;
    root.dataset.values = JSON.stringify({
      answer, checked, status: seen?.status ?? null, misconception: seen?.misconception ?? null,
      message: seen === null ? null : plainMessage(seen),
    });
  }
  function show() {
    asked.show(model.get("answer"));
    showVerdict();
  }

  const head = element("p", { class: "vw-q-head" }, element("span", { class: "vw-q-id" }, content.id), " ");
  const title = element("strong", {});
  title.innerHTML = content.rich_title;
  head.append(title);
  const words = element(kind === "choice" ? "legend" : "div", { class: "vw-q-text" });
  words.innerHTML = content.question;
  const body = [words, task, asked.element];
  root.append(
    head, ...(kind === "choice" ? [element("fieldset", { class: "vw-q-body" }, ...body)] : body),
    element("div", { class: "vw-foot" }, check, again), room, status,
  );
  el.replaceChildren(root);

  const kept = memory.readNewer();
  if (kept) for (const [name, value] of Object.entries(kept)) model.set(name, value);
  const unfollow = follow(model, { answer: show, checked: show, note: show });
  const unfollowTabs = memory.follow(takeOver);
  show();
  const left = delivery.left();
  if (left) set(left);
  const resized = keepRoom(room, (box) => longestVerdicts(rules).map((seen) => () => {
    fill(box, seen);
    if (seen.status === "passed" && content.reasons !== null) box.append(makeReasons(content, false));
  }));
  return () => {
    resized.disconnect();
    delivery.end();
    unfollowTabs();
    unfollow();
  };
}

// What may be read once the answer is right: every reason.
function makeReasons({ reasons, rules }, hidden = true) {
  const list = element("div", { class: "vw-reasons-text" });
  const line = ([letter, text]) => {
    const words = element("p", {});
    const side = letter && (rules.statements[letter].true ? "true" : "false");
    words.innerHTML = (letter && `<b>${letter}</b> is ${side}. `) + text;
    return words;
  };
  list.append(...Object.entries(reasons ?? {}).map(line));
  const name = rules.kind === "choice" ? "All the reasons" : "The reason";
  const details = element("details", { class: "vw-reasons" }, element("summary", {}, name), list);
  details.hidden = hidden;
  return details;
}

// Says how much room the longest feedback takes.  It is kept from the first verdict on, so that nothing jumps
// when another follows; before, it would be a large empty box.
// fillings(box): functions that fill a box with one of them each.
function keepRoom(room, fillings) {
  let width = 0;
  const observer = new ResizeObserver(() => {
    if (room.clientWidth === width) return;
    width = room.clientWidth;
    const box = element("div", { class: "vw-feedback vw-measured", "aria-hidden": "true" });
    room.append(box);
    const heights = fillings(box).map((fill) => {
      fill();
      return Math.ceil(box.getBoundingClientRect().height);
    });
    box.remove();
    room.style.setProperty("--vw-room", `${Math.max(...heights)}px`);
  });
  observer.observe(room);
  return observer;
}

export default { render };

// The judge of questions: the functions of vaecore/exercises/machinery/rules.py, on the same rules.
import { readLetters, readNumber, readNumbers } from "./question_notation.js";

// A verdict is { status, misconception, pieces }; the pieces, joined, are the message.

export const verdict = (status, misconception, ...pieces) => ({ status, misconception, pieces });
const passed = () => verdict("passed", null, "Right.");
const failed = ({ id, message }, ...more) => verdict("failed", id, message, ...more);

// The plain form of an answer, as { answer }, or the verdict that it has none, as { refused }.
export function readBy(rules, typed) {
  if (rules.kind === "value") {
    if (typeof typed === "string" && !typed.trim()) return { answer: [] };
    const numbers = typeof typed === "string" ? readNumbers(typed, rules.names, rules.unit)
      : typed.map((item) => (typeof item === "string" ? readNumber(item, rules.unit) : item));
    if (numbers === null || numbers.includes(null)) return { refused: verdict("error", null, rules.unreadable) };
    if (!numbers.length || numbers.length === rules.names.length) return { answer: numbers };
    return { refused: verdict("failed", null, { text: rules.count, place: numbers.length }) };
  }
  const letters = readLetters(typed, rules.letters);
  if (letters === null) return { refused: verdict("error", null, rules.unreadable) };
  return { answer: rules.kind === "order" ? letters : [...rules.letters].filter((letter) => letters.includes(letter)).join("") };
}

// An answer in its plain form: numbers, or letters; empty if there is none yet.
export function judgeBy(rules, answer) {
  if (answer.length === 0) return verdict("not attempted", null, rules.nothing);
  return { value: judgeValue, choice: judgeChoice, order: judgeOrder }[rules.kind](rules, answer);
}

function judgeValue({ right, mistakes, off, exchanged, otherwise, see }, numbers) {
  if (close(numbers, right)) return passed();
  for (const mistake of mistakes) {
    if (mistake.answers.some((wrong) => close(numbers, wrong))) return failed(mistake);
  }
  const sorted = [...numbers].sort((a, b) => a - b);
  const pairs = [...right].sort(([a], [b]) => Number(a) - Number(b));
  if (close(sorted, pairs)) return verdict("failed", null, exchanged, see);
  const words = off.filter((_, i) => !close([numbers[i]], [right[i]]));
  const said = words.length === right.length ? [otherwise] : words.flatMap((text, i) => (i ? [" ", text] : [text]));
  return verdict("failed", null, ...said, see);
}

// Whether each number a is within d of b, for each pair [b, d]; NaN is close to NaN, and a is to itself.
function close(numbers, expected) {
  return numbers.every((value, i) => {
    const [a, b] = [Number(value), Number(expected[i][0])]; // JSON has "Infinity" and "NaN" as words
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
    return a === b || Math.abs(a - b) <= expected[i][1];
  });
}

function judgeChoice({ statements, others, see }, picked) {
  const wrong = Object.keys(statements).filter((letter) => picked.includes(letter) !== statements[letter].true);
  return wrong.length ? failed(statements[wrong[0]], others[wrong.length], see) : passed();
}

function judgeOrder(rules, given) {
  const { order, traps, see } = rules;
  if (given === order) return passed();
  for (const [i, letter] of [...given].entries()) {
    if (!traps[letter]) continue;
    const { id, message } = traps[letter];
    return failed({ id, message: { text: message, place: i + 1 } }, see);
  }
  const sorted = (letters) => [...letters].sort().join("");
  const mistake = sorted(given) === sorted(order) ? rules.shuffled : rules.incomplete;
  let good = 0;
  while (good < given.length && given[good] === order[good]) good++;
  return failed(mistake, rules.in_place[good], see);
}

// The message as plain text, and as HTML; `rich` has the HTML of each text.
const filled = (text, place) => (place === undefined ? text : text.replace("{place}", place));
export const plainMessage = ({ pieces }) => pieces.map((piece) => filled(piece.text ?? piece, piece.place)).join("");
export function richMessage({ pieces }, rich) {
  const whole = pieces.map((piece) => filled(rich[piece.text ?? piece] ?? escaped(piece), piece.place)).join("");
  return whole.split("\n\n").filter((part) => part.trim()).map((part) => `<p>${part}</p>`).join("");
}
const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

// All verdicts there may be, or longer ones: the room that feedback takes is kept free for the longest.
export function longestVerdicts(rules) {
  const longest = (texts) => texts.reduce((best, text) => (text.length > best.length ? text : best), "");
  const parts = {
    value: () => [
      ...rules.mistakes.map((mistake) => failed(mistake)), verdict("failed", null, rules.otherwise, rules.see),
      verdict("failed", null, rules.exchanged, rules.see),
      verdict("failed", null, ...rules.off.slice(1).flatMap((text) => [text, " "]), rules.see),
    ],
    choice: () => Object.values(rules.statements).map((s) => failed(s, longest(rules.others), rules.see)),
    order: () => [
      ...Object.values(rules.traps).map(({ id, message }) => failed({ id, message: { text: message, place: 9 } }, rules.see)),
      ...[rules.shuffled, rules.incomplete].map((mistake) => failed(mistake, longest(rules.in_place), rules.see)),
    ],
  };
  return [...parts[rules.kind](), passed()];
}

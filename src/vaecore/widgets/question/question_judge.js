// The judge of questions: the functions of vaecore/exercises/machinery/rules.py, on the same rules.
// A verdict is { status, misconception, pieces }; the pieces, joined, are the message.

export const verdict = (status, misconception, ...pieces) => ({ status, misconception, pieces });
const passed = () => verdict("passed", null, "Right.");
const failed = ({ id, message }, ...more) => verdict("failed", id, message, ...more);

// An answer in its plain form: numbers, or letters; empty if there is none yet.
export function judgeBy(rules, answer) {
  if (answer.length === 0) return verdict("not attempted", null, rules.nothing);
  return { value: judgeValue, choice: judgeChoice, order: judgeOrder }[rules.kind](rules, answer);
}

function judgeValue(rules, numbers) {
  if (close(numbers, rules.right, rules)) return passed();
  for (const mistake of rules.mistakes) {
    if (mistake.answers.some((wrong) => close(numbers, wrong, rules))) return failed(mistake);
  }
  return verdict("failed", null, rules.otherwise);
}

// |a - b| <= atol + rtol |b|; NaN is close to NaN.
function close(numbers, expected, { rtol, atol }) {
  return numbers.every((value, i) => {
    const [a, b] = [Number(value), Number(expected[i])]; // JSON has "Infinity" and "NaN" as words
    if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b);
    return a === b || (Number.isFinite(b) && Math.abs(a - b) <= atol + rtol * Math.abs(b));
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
    value: () => [...rules.mistakes.map((mistake) => failed(mistake)), verdict("failed", null, rules.otherwise)],
    choice: () => Object.values(rules.statements).map((s) => failed(s, longest(rules.others), rules.see)),
    order: () => [
      ...Object.values(rules.traps).map(({ id, message }) => failed({ id, message: { text: message, place: 9 } }, rules.see)),
      ...[rules.shuffled, rules.incomplete].map((mistake) => failed(mistake, longest(rules.in_place), rules.see)),
    ],
  };
  return [...parts[rules.kind](), passed()];
}

// What somebody typed as a number, or as JSON has it; null if it is none.  A comma is a decimal point.
const DECIMAL = /^[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?$/;
export function readNumber(text) {
  const typed = text.trim().toLowerCase().replace(/[−–]/g, "-").replace("∞", "inf");
  if (/^[+-]?inf(inity)?$/.test(typed)) return typed.startsWith("-") ? "-Infinity" : "Infinity";
  if (typed === "nan") return "NaN";
  const parts = typed.split("/").map((part) => part.trim());
  if (parts.length > 2 || !parts.every((part) => DECIMAL.test(part))) return null;
  const [above, below] = parts.map((part) => Number(part.replace(",", ".")));
  const value = below === undefined ? above : above / below;
  return Number.isFinite(value) ? value : null;
}

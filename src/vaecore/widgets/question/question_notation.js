// Reading what a person writes: the functions of vaecore/exercises/machinery/notation.py.

const LONGEST = 1000; // characters; an answer has a few dozen
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const WORDS = new Set(["and", "then", "statement", "statements", "line", "lines", "letter", "letters", "answer", "answers"]);

const DECIMAL = "[+-]?(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)(?:e[+-]?\\d+)?";
const QUOTIENT = new RegExp(`^(${DECIMAL})(?:/(${DECIMAL}))?$`);
const LABELLED = new RegExp(`([^=]*)=\\s*(${DECIMAL}(?:\\s*/\\s*${DECIMAL})?)`, "g");
// What stands between numbers; the first of these that gives as many numbers as are asked for.
const BETWEEN = [/[;\n]/, /,? and |&|,\s+/, /\s+/, /,/, / \/ /];

// The letters that a text names, in its order, or null if it holds anything else.
export function readLetters(text, letters) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/\d+\s*[.):]/g, " "); // a numbered list
  if (text.length > LONGEST || /[\d<←]/.test(plain)) return null;
  const words = (plain.match(/\p{L}+/gu) ?? []).filter((word) => !WORDS.has(word));
  if (!words.length && plain.trim()) return null;
  const found = words.join("");
  return [...found].every((letter) => letters.includes(letter)) ? found : null;
}

// The one number of a text, as JSON has it, or null.  A comma is a decimal point, and a quotient is computed.
export const readNumber = (text) => oneNumber(plainText(text));

// The numbers of a text, or null if it holds anything else; there may be fewer or more than names.
export function readNumbers(text, names) {
  let plain = plainText(text).replace(/\barray\b/g, "");
  if (plain.includes("=")) return labelledNumbers(plain, names);
  plain = plain.replace(/[()[\]{}'"]/g, " ");
  const whole = oneNumber(plain);
  if (whole !== null && names.length === 1) return [whole];
  const found = BETWEEN.map((pattern) => numbersOf(plain.split(pattern))).filter((numbers) => numbers.length);
  if (whole !== null) found.push([whole]);
  return found.find((numbers) => numbers.length === names.length) ?? found[0] ?? null;
}

// In small letters, with one sign for minus, and powers of ten as 1e-3.
function plainText(text) {
  if (text.length > LONGEST) return "?";
  return text
    .replace(new RegExp(`[${SUPERSCRIPTS}]+`, "g"), (power) => "^" + [...power].map((sign) => "0123456789+-"[SUPERSCRIPTS.indexOf(sign)]).join(""))
    .normalize("NFKC").toLowerCase()
    .replace(/[−–‒‐‑]/g, "-").replaceAll("⁄", "/").replaceAll("∞", "inf").replace(/[≈:]/g, "=")
    .replace(/(?<=[\d.])\s*nats?\b|\$/g, "")
    .replace(/\s*[x×·⋅*]\s*10\s*(?:\^|\*\*)\s*[({]?([+-]?\d+)[)}]?/g, "e$1");
}

function oneNumber(text) {
  const typed = text.replace(/\s*\/\s*/g, "/").trim();
  if (/^[+-]?inf(inity)?$/.test(typed)) return typed.startsWith("-") ? "-Infinity" : "Infinity";
  if (typed === "nan") return "NaN";
  const match = QUOTIENT.exec(typed);
  if (match === null) return null;
  const [above, below] = [match[1], match[2] ?? "1"].map((part) => Number(part.replace(",", ".")));
  return Number.isFinite(above / below) ? above / below : null;
}

// The numbers of these texts, without the empty ones; none at all where one is no number.
function numbersOf(parts) {
  const numbers = parts.filter((part) => part.trim()).map(oneNumber);
  return numbers.length > 1 && !numbers.includes(null) ? numbers : [];
}

// "KL(Q || P) = 0.1, KL(P || Q) = 0.2": each number for its name.
function labelledNumbers(text, names) {
  const bare = (name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
  const pairs = [...text.matchAll(LABELLED)].map(([, label, number]) => [bare(label), oneNumber(number)]);
  if (!pairs.length || bare(text.replace(LABELLED, ""))) return null;
  if (names.length === 1 && pairs.length === 1) return pairs[0][1] === null ? null : [pairs[0][1]];
  const found = new Map(pairs), numbers = names.map((name) => found.get(bare(name)) ?? null);
  return found.size === names.length && !numbers.includes(null) ? numbers : null;
}

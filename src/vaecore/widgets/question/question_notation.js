// Reading what a person writes: the functions of vaecore/exercises/machinery/notation.py.

const LONGEST = 1000; // characters; an answer has a few dozen
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞";
const WORDS = new Set(( // that say nothing about which letters are meant
  "and und then next statement statements line lines letter letters option options answer answers the true " +
  "right correct one ones is are only of"
).split(" "));
// Words around numbers that do not tell which of them is meant.
const BESIDE = new Set("and und the of for is are to from about approximately approx circa ca roughly answer answers".split(" "));
const GREEK = { alpha: "α", beta: "β", theta: "θ", sigma: "σ", mu: "μ", epsilon: "ε" };

const DECIMAL = "[+-]?(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)(?:e[+-]?\\d+)?";
const QUOTIENT = new RegExp(`^(${DECIMAL})(?:/(${DECIMAL}))?$`);
const LABELLED = new RegExp(`([^=]*)=\\s*(${DECIMAL}(?:\\s*/\\s*${DECIMAL})?)`, "g");
const AMONG_WORDS = new RegExp(`(?<![\\p{L}\\p{N}_.])${DECIMAL}(?:\\s*/\\s*${DECIMAL})?(?![\\p{L}\\p{N}_])`, "gu");
// What stands between numbers; the first of these that gives as many numbers as are asked for.
const BETWEEN = [/[;\n|]/, /,? and |,? und |&|,\s+/, /\s+/, /,/, / \/ /];

// The letters that a text names, in its order, or null if it holds anything else.
export function readLetters(text, letters) {
  const plain = text.normalize("NFKC").toLowerCase().replace(/\d+\s*[.):]|^[ \t]*\d+[ \t]+/gm, " "); // a numbered list
  if (text.length > LONGEST || /[\d<←]/.test(plain)) return null;
  const words = (plain.match(/\p{L}+/gu) ?? []).filter((word) => !WORDS.has(word));
  if (!words.length && plain.trim()) return null;
  const found = words.join("");
  return [...found].every((letter) => letters.includes(letter)) ? found : null;
}

// The one number of a text, as JSON has it, or null.  A comma is a decimal point, and a quotient is computed.
export const readNumber = (text) => oneNumber(plainText(text).replace(/^[= ]+/, ""));

// The numbers of a text, or null if it holds anything else; there may be fewer or more than names.
export function readNumbers(text, names) {
  const plain = plainText(text).replace(/\barray\b/g, "");
  const read = plain.includes("=") ? null : listedNumbers(plain.replace(/[()[\]{}'"]/g, " "), names.length);
  return read ?? numbersAmongWords(plain, names);
}

// The numbers of a list without words.
function listedNumbers(plain, count) {
  const whole = oneNumber(plain);
  if (whole !== null && count === 1) return [whole];
  const found = BETWEEN.map((pattern) => numbersOf(plain.split(pattern))).filter((numbers) => numbers.length);
  if (whole !== null) found.push([whole]);
  return found.find((numbers) => numbers.length === count) ?? found[0] ?? null;
}

// In small letters, with one sign for minus, and powers of ten as 1e-3.
function plainText(text) {
  if (text.length > LONGEST) return "?";
  return text
    .replace(new RegExp(`(\\d+)\\s*([${FRACTIONS}])`, "g"), (_, whole, fraction) => mixedFraction(Number(whole), fraction))
    .replace(new RegExp(`[${SUPERSCRIPTS}]+`, "g"), (power) => "^" + [...power].map((sign) => "0123456789+-"[SUPERSCRIPTS.indexOf(sign)]).join(""))
    .normalize("NFKC").toLowerCase()
    .replace(/[−–‒‐‑]/g, "-").replaceAll("⁄", "/").replaceAll("∞", "inf").replace(/[≈~:]/g, "=")
    .replace(/(?<=[\d.])\s*(?:nat|bit)s?(?:\s*(?:\/|per)\s*(?:image|pixel))?\b|\$/g, "")
    .replace(/((?:^|[,;=\n([])\s*)-\s+(?=[\d.])/g, "$1-")
    .replace(/(?<=\d)\s*%/g, "/100")
    .replace(/\s*[x×·⋅*]\s*10\s*(?:\^|\*\*)\s*[({]?([+-]?\d+)[)}]?/g, "e$1");
}

// 1½ as 3/2.
function mixedFraction(whole, fraction) {
  const [above, below] = fraction.normalize("NFKC").split("⁄").map(Number);
  return `${whole * below + above}/${below}`;
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

// "KL(Q || P) = 0.1, KL(P || Q) = 0.2", or "means 1 and 2, std 3": each number with what is before it.
function numbersAmongWords(text, names) {
  const pairs = [...text.matchAll(LABELLED)];
  if (pairs.length && !wordsOf(text.replace(LABELLED, "")).length) { // a label may hold numbers, as "z_1 > 0" does
    const values = pairs.map((pair) => oneNumber(pair[2]));
    const read = values.includes(null) ? null : numbersByName(pairs.map((pair) => pair[1]), values, names);
    if (read !== null) return read;
  }
  const labels = [], numbers = [];
  let end = 0;
  for (const match of text.matchAll(AMONG_WORDS)) {
    labels.push(text.slice(end, match.index));
    numbers.push(oneNumber(match[0]));
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  if (numbers.includes(null) || wordsOf(rest).length || [...labels, rest].some((part) => /[-+*/^%<>]/.test(part))) return null;
  return names.length === 1 && numbers.length === 1 ? numbers : numbersByName(labels, numbers, names);
}

// Words that fit one name each may come in any order, others in that of the names alone.
function numbersByName(labels, numbers, names) {
  if (numbers.length !== names.length) return null;
  const [said, wanted] = [labels, names].map((texts) => texts.map(wordsOf));
  const placesWhere = (holds) => wanted.flatMap((name, i) => (holds(name) ? [i] : []));
  const places = said.map((label) => {
    const same = placesWhere((name) => name.join(" ") === label.join(" "));
    return same.length ? same : placesWhere((name) => label.length && wordsFit(label, name));
  });
  const single = places.filter((found) => found.length === 1).map(([i]) => i);
  if (new Set(single).size === names.length) return names.map((_, i) => numbers[single.indexOf(i)]);
  return said.every((label, i) => wordsFit(label, wanted[i])) ? numbers : null;
}

// The words and numbers of a text that tell what is meant, without a plural's s.
function wordsOf(text) {
  const found = (text.toLowerCase().match(/\p{L}+|\d+/gu) ?? []).map((word) => GREEK[word] ?? word);
  return found.filter((word) => !BESIDE.has(word)).map((word) => (word.length > 3 && word.endsWith("s") ? word.slice(0, -1) : word));
}

// Whether all words of a label stand in a name, in this order.
function wordsFit(label, name) {
  let at = 0;
  return label.every((word) => (at = name.indexOf(word, at) + 1) > 0);
}

// Reading what a person writes: the functions of vaecore/exercises/machinery/notation.py.

const LONGEST = 1000; // characters; an answer has a few dozen
const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
const FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞";
const WORDS = new Set(( // that say nothing about which letters are meant, in English, Spanish, Portuguese, German, French
  "and then next statement statements line lines letter letters option options answer answers the true right " +
  "correct one ones is are only of first second third fourth fifth sixth seventh last finally start begin end " +
  "with by followed order step steps my both just all hold holds also plus as well it they these those think " +
  "say get choose chose pick picked yes y las los la el tanto como opciones opcion letra letras respuesta " +
  "respuestas orden son es verdadera verdaderas si correcta correctas cierta ciertas solo primero segundo " +
  "tercero luego despues finalmente ambas ambos as os opcoes opcao resposta respostas ordem sao estao " +
  "verdadeira verdadeiras correta corretas certas apenas somente primeiro segundo terceiro depois logo em " +
  "seguida por fim und sowohl als auch sind richtig nur zuerst dann danach zuletzt et puis ensuite enfin sont " +
  "vraies"
).split(" "));
// Words after which letters are those that are not meant; and those for all the others.
const NEGATIVE = new RegExp(
  "\\b(?:not|no|nothing|none|false|wrong|untrue|incorrect|unused|needless|leave|left|omit|without|falsas?|falsos?|" +
  "incorrectas?|incorretas?|erradas?|nao|nada|sobran|nicht|falsch|fausses)\\b");
const OTHERS = "\\b(?:others?|rest|remaining|else|otras|otros|demas|resto|outras|outros|anderen)\\b";
const LETTER = "\\b[a-z]\\b";
const PORTUGUESE = /\b(?:as|opcoes|resposta|sao|estao|certas|verdadeiras|corretas|apenas|somente|ambas)\b/;
const SAID_TRUE = "true t yes y right correct verdadera v sim si".split(" ");
const SAID_FALSE = "false f no n wrong falsa nao".split(" ");
const AT_THE_BEGINNING = ["first", "start", "begin", "primero", "primeiro", "zuerst"];
const AT_THE_END = ["last", "finally", "end", "finalmente", "fim", "enfin"];
// Words around numbers that do not tell which of them is meant.
const BESIDE = new Set((
  "and und y e et d i the of for is are to from on about approximately approx circa ca roughly answer answers " +
  "then luego depois dann with after step they get standard"
).split(" "));
const ORDINALS = "first second third fourth fifth".split(" ");
const SAME = { // words for one idea
  α: "alpha", β: "beta", θ: "theta", ε: "epsilon", eps: "epsilon", μ: "mean", mu: "mean", media: "mean",
  σ: "std", sigma: "std", deviation: "std", sd: "std", desviacion: "std", desviacione: "std", desvio: "std",
  p: "probability", pr: "probability", prob: "probability", probabilidad: "probability",
  probabilidade: "probability", elbo: "bound", cota: "bound", fuera: "outside", fora: "outside",
  dentro: "inside",
};
const UNIT = "\\s*[(\\[]?(?:(?:nat|bit)s?|bpp)\\b(?:\\s*[(\\[]?(?:/|per\\b|por\\b|an?\\b|for one\\b)\\s*" +
  "(?:image|pixel|img|px|imagen|imagem)\\b)?[)\\]]?";

const DECIMAL = "[+-]?(?:\\d+(?:[.,]\\d*)?|[.,]\\d+)(?:e[+-]?\\d+)?";
const QUOTIENT = new RegExp(`^(${DECIMAL})(?:/(${DECIMAL}))?$`);
const LABELLED = new RegExp(`([^=]*)=\\s*(${DECIMAL}(?:\\s*/\\s*${DECIMAL})?)`, "g");
const AMONG_WORDS = new RegExp(`(?<![\\p{L}\\p{N}_.])${DECIMAL}(?:\\s*/\\s*${DECIMAL})?(?![\\p{L}\\p{N}_])`, "gu");
// What stands between numbers; the first of these that gives as many numbers as are asked for.
const BETWEEN = [/[;\n|]/, /->|=>|[→⇒]|,? (?:and|und|y|e|et|then|luego|depois) |&|,\s+/, /\s+/, /,/, / \/ /];
const NUMBERED = /(?:^|(?<=[\s,;(]))([1-9a-e])(?:[.)=]|\)[.=])\s+/g;

// The letters that a text names, in its order, or null if it holds anything else.
export function readLetters(text, letters) {
  if (text.length > LONGEST) return null;
  let plain = withoutAccents(text.replace(/[ºª]/g, ".").normalize("NFKC").toLowerCase())
    .replace(/\d+\s*(?:[.):=]|(?:st|nd|rd|th)\b)|^[ \t]*\d+[ \t]+/gm, " ") // a numbered list
    .replace(/'s\b/g, " ");
  if (/[\d<←]/.test(plain)) return null;
  plain = withoutWhatIsFalse(plain, letters).replace(/\bi (?=(?:think|say|get|chose|choose|pick|picked)\b)/g, "");
  const said = withoutTheWordE(plain).match(/\p{L}+/gu) ?? [];
  const words = said.filter((word) => !WORDS.has(word));
  if ((!words.length && plain.trim()) || orderIsToldOtherwise(said)) return null;
  const found = words.join("");
  return [...found].every((letter) => letters.includes(letter)) ? found : null;
}

const withoutAccents = (text) => text.normalize("NFD").replace(/(?<=[a-z])[\u0300-\u036f]+/g, "").normalize("NFC");

// Leave out of a text what it says of letters that are not meant: "(c is false)", ", the others are wrong".
function withoutWhatIsFalse(text, letters) {
  const items = text.split(/[,;\n]|\.\s/).map((item) => item.trim()).filter(Boolean);
  const judged = items.map((item) => /^[([]?([a-z])[)\]]?(?:\s*[:=-]\s*| is | )([a-z]+)[^\p{L}\p{N}_]*$/u.exec(item));
  if (judged.every((j) => j && letters.includes(j[1]) && (SAID_TRUE.includes(j[2]) || SAID_FALSE.includes(j[2]))) &&
      judged.some((j) => SAID_FALSE.includes(j[2]))) { // "a: true, b: false": each with its verdict
    return judged.filter((j) => SAID_TRUE.includes(j[2])).map((j) => j[1]).join(" ") || "?";
  }
  const about = new RegExp(`${LETTER}|${OTHERS}`); // "(wrong)" alone would be said of the letter before it
  const plain = text.replace(/\([^()]*\)/g, (aside) => (NEGATIVE.test(aside) && about.test(aside) ? " " : aside));
  const clauses = plain.split(new RegExp(`[.;\\n]|(?=\\b(?:but|pero|mas)\\b)|,(?=[^,]*${OTHERS})`));
  const kept = clauses.filter((clause) => !NEGATIVE.test(clause));
  const leftOut = clauses.filter((clause) => NEGATIVE.test(clause)).join(" ");
  const named = kept.filter((clause) => new RegExp(LETTER).test(clause));
  const aboutOthers = new RegExp(OTHERS).test(leftOut) && !new RegExp(LETTER).test(leftOut);
  return !leftOut || (named.length !== 1 && !aboutOthers) ? plain : kept.join(";");
}

// Take "e" for the Portuguese "and" where it must be that: before the last of letters with commas.
function withoutTheWordE(plain) {
  const others = (plain.match(/[a-z]+/g) ?? []).filter((word) => !WORDS.has(word));
  if (!/\b[a-z]\s*,/.test(plain) && !(PORTUGUESE.test(plain) && others.length === 3)) return plain;
  return plain.replace(/(?<=[a-z)\]]) e (?=[([]?[a-z][)\]]?(?:[^\p{L}\p{N}_]*$|[^\p{L}\p{N}_,;/]+[a-z]{2,}[^\p{L}\p{N}_]*))/gu, ", ");
}

// Whether a text says "first" of a later letter, or "last" of an earlier one, which takes a person to read.
function orderIsToldOtherwise(said) {
  const letters = said.flatMap((word, i) => (WORDS.has(word) ? [] : [i]));
  return said.some((word, i) =>
    (AT_THE_BEGINNING.includes(word) && letters.filter((k) => k < i).length > 1) ||
    (AT_THE_END.includes(word) && letters.filter((k) => k > i).length > 1));
}

// The one number of a text, as JSON has it, or null.  A comma is a decimal point, and a quotient is computed.
// unit: words in whose units the number is asked for; nats and bits may always stand there.
export const readNumber = (text, unit = []) => oneNumber(plainText(text, unit).replace(/^[= ]+/, ""));

// The numbers of a text, or null if it holds anything else; there may be fewer or more than names.
export function readNumbers(text, names, unit = []) {
  const plain = plainText(text, unit).replace(/\barray\b/g, "");
  const numbered = [...plain.matchAll(NUMBERED)].map((match) => match[1]).join("");
  if (names.length > 1 && ["12345", "abcde"].some((all) => numbered === all.slice(0, names.length))) {
    const read = readPlain(plain.replace(NUMBERED, " ; "), names);
    if (read !== null && read.length === names.length) return read;
  }
  return readPlain(plain, names);
}

function readPlain(plain, names) {
  const bare = plain.replace(/[()[\]{}'"]/g, " ");
  const read = plain.includes("=") ? null : listedNumbers(bare, names.length);
  return read ?? numbersAmongWords(plain, names) ?? numbersAmongWords(bare, names);
}

// The numbers of a list without words.
function listedNumbers(plain, count) {
  const whole = oneNumber(plain);
  if (whole !== null && count === 1) return [whole];
  let found = BETWEEN.map((pattern) => numbersOf(plain.split(pattern))).filter((numbers) => numbers.length);
  const among = plain.split("/");
  if (among.length === count && count > 2 && numbersOf(among).length) found = [numbersOf(among)];
  if (whole !== null) found.push([whole]);
  return found.find((numbers) => numbers.length === count) ?? found[0] ?? null;
}

// In small letters, with one sign for minus, and powers of ten as 1e-3.
function plainText(text, unit) {
  if (text.length > LONGEST) return "?";
  const plain = text
    .replace(new RegExp(`(\\d+)\\s*([${FRACTIONS}])`, "g"), (_, whole, fraction) => mixedFraction(Number(whole), fraction))
    .replace(new RegExp(`[${SUPERSCRIPTS}]+`, "g"), (power) => "^" + [...power].map((sign) => "0123456789+-"[SUPERSCRIPTS.indexOf(sign)]).join(""))
    .normalize("NFKC").toLowerCase().normalize("NFD").replace(/(?<=[a-z])[\u0300-\u036f]+/g, "").normalize("NFC")
    .replace(/[−–‒‐‑]/g, "-").replaceAll("⁄", "/").replaceAll("∞", "inf").replace(/[≈~:]/g, "=")
    .replace(new RegExp(`(?<=[\\d.])${UNIT}|\\$`, "g"), "")
    .replace(/((?:^|[,;=\n([])\s*)(?:-|minus\b|menos\b)\s+(?=[\d.])/g, "$1-")
    .replace(/(?<=\d)\s*%/g, "/100")
    .replace(/\s*[x×·⋅*]\s*10\s*(?:\^|\*\*)\s*[({]?([+-]?\d+)[)}]?/g, "e$1");
  if (!unit.length) return plain;
  return plain.replace(new RegExp(`(?<=[\\d.])\\s*(?:[x×·⋅*]|times\\b|of\\b)?\\s*(?:${unit.join("|")})(?![\\p{L}\\p{N}_])`, "gu"), "");
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

// "KL(Q || P) = 0.1, KL(P || Q) = 0.2", or "means 1 and 2, std 3", or "0.1 inside, 0.2 outside".
function numbersAmongWords(given, names) {
  const pairs = [...given.matchAll(LABELLED)];
  if (pairs.length && !wordsOf(given.replace(LABELLED, "")).length) { // a label may hold numbers, as "z_1 > 0" does
    const values = pairs.map((pair) => oneNumber(pair[2]));
    const read = values.includes(null) ? null : numbersByName(pairs.map((pair) => pair[1]), values, names);
    if (read !== null) return read;
  }
  const text = given.replace(/>\s*0(?![\d.,])/g, "");
  let labels = [];
  const numbers = [];
  let end = 0;
  for (const match of text.matchAll(AMONG_WORDS)) {
    labels.push(text.slice(end, match.index));
    numbers.push(oneNumber(match[0]));
    end = match.index + match[0].length;
  }
  const rest = text.slice(end);
  if (numbers.includes(null) || [...labels, rest].some((part) => /[-+*/^%<>]/.test(part))) return null;
  if (wordsOf(rest).length) { // the words come after their numbers
    if (numbers.length < 2 || wordsOf(labels[0]).length || !labels.slice(1).every((label) => wordsOf(label).length)) return null;
    labels = [...labels.slice(1), rest];
  } else if (names.length === 1 && numbers.length === 1) {
    return numbers;
  }
  return numbersByName(labels, numbers, names);
}

// Words that fit one name each may come in any order, and those that fit as many names as numbers follow them
// ("std 3, means 1 and 2"); others in the order of the names alone.
function numbersByName(labels, numbers, names) {
  if (numbers.length !== names.length) return null;
  const [told, wanted] = [labels, names].map((texts) => texts.map(wordsOf));
  if (told.some((label, i) => label.some((word) => ORDINALS.includes(word) && ORDINALS.indexOf(word) !== i))) return null;
  const said = told.map((label) => label.filter((word) => !ORDINALS.includes(word)));
  const groups = []; // words, and the places of the numbers that follow them
  said.forEach((label, i) => {
    const last = groups.at(-1);
    if (last && (!label.length || label.join(" ") === last.label.join(" "))) last.places.push(i);
    else groups.push({ label, places: [i] });
  });
  const placesWhere = (holds) => wanted.flatMap((name, i) => (holds(name) ? [i] : []));
  const placed = new Map();
  for (const { label, places } of groups) {
    const same = placesWhere((name) => name.join(" ") === label.join(" "));
    const fits = same.length ? same : placesWhere((name) => label.length && wordsFit(label, name));
    if (fits.length === places.length) fits.forEach((i, k) => placed.set(i, numbers[places[k]]));
  }
  if (placed.size === names.length) return names.map((_, i) => placed.get(i));
  return said.every((label, i) => wordsFit(label, wanted[i])) ? numbers : null;
}

// The words and numbers of a text that tell what is meant, without a plural's s.
function wordsOf(text) {
  const found = (withoutAccents(text.toLowerCase()).match(/\p{L}+|\d+/gu) ?? []).filter((word) => !BESIDE.has(word));
  return found.map((word) => (word.length > 3 && word.endsWith("s") ? word.slice(0, -1) : word)).map((word) => (Object.hasOwn(SAME, word) ? SAME[word] : word));
}

// Whether all words of a label stand in a name, in this order.
function wordsFit(label, name) {
  let at = 0;
  return label.every((word) => (at = name.indexOf(word, at) + 1) > 0);
}

"""Reading what a person writes: letters and numbers in any notation.

`widgets/question/question_notation.js` has the same functions, so that a page without a kernel reads alike.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

from vaecore.exercises.machinery.notation_words import (
    AT_THE_BEGINNING,
    AT_THE_END,
    BESIDE,
    NEGATIVE,
    ORDINALS,
    OTHERS,
    PORTUGUESE,
    SAID_FALSE,
    SAID_TRUE,
    SAME,
    UNIT,
    WORDS,
)

LONGEST = 1_000  # characters; an answer has a few dozen
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"

DECIMAL = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?"
QUOTIENT = re.compile(rf"({DECIMAL})(?:/({DECIMAL}))?")
LABELLED = re.compile(rf"([^=]*)=\s*({DECIMAL}(?:\s*/\s*{DECIMAL})?)")
AMONG_WORDS = re.compile(rf"(?<![\w.]){DECIMAL}(?:\s*/\s*{DECIMAL})?(?!\w)")
NUMBER_OF_A_LINE = re.compile(r"\d+\s*(?:[.):=]|(?:st|nd|rd|th)\b)|^[ \t]*\d+[ \t]+", re.MULTILINE)
NUMBERED = re.compile(r"(?:^|(?<=[\s,;(]))([1-9a-e])(?:[.)=]|\)[.=])\s+")
# What stands between numbers; the first of these that gives as many numbers as are asked for.
BETWEEN = tuple(
    re.compile(p)
    for p in (r"[;\n|]", r"->|=>|[→⇒]|,? (?:and|und|y|e|et|then|luego|depois) |&|,\s+", r"\s+", r",", r" / ")
)


def read_letters(text: str, letters: str) -> str | None:
    """Return the letters that a text names, in its order, or None if it holds anything else.

    "(b) (e)", "b/e", "a + b", "f, b and a", "first c, then e", "1. c 2. e", "a y b", "b (the others are
    false)": what is written between does not count.  An arrow to the left does: who reads it would have to
    turn the order round.
    """
    if len(text) > LONGEST:
        return None
    plain = _without_accents(unicodedata.normalize("NFKC", re.sub("[\u00ba\u00aa]", ".", text)).lower())
    plain = re.sub(r"'s\b", " ", NUMBER_OF_A_LINE.sub(" ", plain))
    if re.search(r"[\d<←]", plain):
        return None
    plain = _without_what_is_false(plain, letters)
    plain = _without_the_word_e(re.sub(r"\bi (?=(?:think|say|get|chose|choose|pick|picked)\b)", "", plain))
    said = re.findall(r"[^\W\d_]+", plain)
    words = [word for word in said if word not in WORDS]
    if (not words and plain.strip()) or _order_is_told_otherwise(said):
        return None
    found = "".join(words)
    return found if all(letter in letters for letter in found) else None


def _without_accents(text: str) -> str:
    return unicodedata.normalize(
        "NFC", re.sub("(?<=[a-z])[\u0300-\u036f]+", "", unicodedata.normalize("NFD", text))
    )


def _without_what_is_false(plain: str, letters: str) -> str:
    """Leave out what a text says of letters that are not meant: "(c is false)", ", the others are wrong"."""
    items = [item.strip() for item in re.split(r"[,;\n]|\.\s", plain) if item.strip()]
    judged = [re.fullmatch(r"[(\[]?([a-z])[)\]]?(?:\s*[:=-]\s*| is | )([a-z]+)\W*", item) for item in items]
    if all(j and j[1] in letters and j[2] in SAID_TRUE + SAID_FALSE for j in judged) and any(
        j and j[2] in SAID_FALSE for j in judged
    ):  # "a: true, b: false": each with its verdict
        return " ".join(j[1] for j in judged if j and j[2] in SAID_TRUE) or "?"
    about = re.compile(rf"\b[a-z]\b|{OTHERS}")  # "(wrong)" alone would be said of the letter before it
    plain = re.sub(
        r"\([^()]*\)", lambda m: " " if re.search(NEGATIVE, m[0]) and about.search(m[0]) else m[0], plain
    )
    clauses = re.split(r"[.;\n]|(?=\b(?:but|pero|mas)\b)|,(?=[^,]*" + OTHERS + ")", plain)
    kept = [clause for clause in clauses if not re.search(NEGATIVE, clause)]
    left_out = " ".join(clause for clause in clauses if re.search(NEGATIVE, clause))
    named = [clause for clause in kept if re.search(r"\b[a-z]\b", clause)]
    about_others = re.search(OTHERS, left_out) and not re.search(r"\b[a-z]\b", left_out)
    return plain if not left_out or (len(named) != 1 and not about_others) else ";".join(kept)


def _without_the_word_e(plain: str) -> str:
    """Take "e" for the Portuguese "and" where it must be that: before the last of letters with commas."""
    last = re.compile(r"(?<=[a-z)\]]) e (?=[(\[]?[a-z][)\]]?(?:\W*$|[^\w,;/]+[a-z]{2,}\W*))")
    others = [word for word in re.findall(r"[a-z]+", plain) if word not in WORDS]
    portuguese = re.search(PORTUGUESE, plain) and len(others) == 3
    return last.sub(", ", plain) if portuguese or re.search(r"\b[a-z]\s*,", plain) else plain


def _order_is_told_otherwise(said: Sequence[str]) -> bool:
    """Whether a text says "first" of a later letter, or "last" of an earlier one: that takes a person."""
    letters = [i for i, word in enumerate(said) if word not in WORDS]
    late = [i for i, word in enumerate(said) if word in AT_THE_BEGINNING]
    early = [i for i, word in enumerate(said) if word in AT_THE_END]
    return any(sum(k < i for k in letters) > 1 for i in late) or any(
        sum(k > i for k in letters) > 1 for i in early
    )


def read_number(text: str, unit: Sequence[str] = ()) -> float | None:
    """Return the one number of a text, or None.  A comma is a decimal point, and a quotient is computed.

    unit: words in whose units the number is asked for; nats and bits may always stand there.
    """
    return _number(_plain(text, unit).lstrip("= "))


def read_numbers(text: str, names: Sequence[str], unit: Sequence[str] = ()) -> list[float] | None:
    """Return the numbers of a text, or None if it holds anything else.

    names: what is asked for.  "0,1" is a decimal where that is one number, and a list where it is several.
    There may be fewer or more numbers than names.  unit: as above.
    """
    plain = re.sub(r"\barray\b", "", _plain(text, unit))
    numbered = NUMBERED.findall(plain)
    if len(names) > 1 and "".join(numbered) in ("12345"[: len(names)], "abcde"[: len(names)]):
        read = _read_plain(NUMBERED.sub(" ; ", plain), names)
        if read is not None and len(read) == len(names):
            return read
    return _read_plain(plain, names)


def _read_plain(plain: str, names: Sequence[str]) -> list[float] | None:
    bare = re.sub(r"[()\[\]{}'\"]", " ", plain)
    read = None if "=" in plain else _listed(bare, len(names))
    if read is None:
        read = _among_words(plain, names)
    return _among_words(bare, names) if read is None else read


def _listed(plain: str, count: int) -> list[float] | None:
    """Return the numbers of a list without words."""
    whole = _number(plain)
    if whole is not None and count == 1:
        return [whole]
    found = [numbers for pattern in BETWEEN if (numbers := _numbers(pattern.split(plain)))]
    if len(among := plain.split("/")) == count > 2 and (numbers := _numbers(among)):
        found = [numbers]
    if whole is not None:
        found.append([whole])
    return next((n for n in found if len(n) == count), found[0] if found else None)


def _plain(text: str, unit: Sequence[str] = ()) -> str:
    """Return a text in small letters, with one sign for minus, and powers of ten as 1e-3."""
    if len(text) > LONGEST:
        return "?"
    text = re.sub(rf"(\d+)\s*([{FRACTIONS}])", lambda m: _mixed(int(m[1]), m[2]), text)
    text = re.sub(f"[{''.join(SUPERSCRIPTS)}]+", lambda m: "^" + "".join(SUPERSCRIPTS[c] for c in m[0]), text)
    text = _without_accents(unicodedata.normalize("NFKC", text).lower())
    text = re.sub("[−–‒‐‑]", "-", text).replace("⁄", "/").replace("∞", "inf")
    text = re.sub("[≈~:]", "=", text)
    text = re.sub(rf"(?<=[\d.]){UNIT}|\$", "", text)
    text = re.sub(r"((?:^|[,;=\n(\[])\s*)(?:-|minus\b|menos\b)\s+(?=[\d.])", r"\1-", text)
    text = re.sub(r"(?<=\d)\s*%", "/100", text)
    text = re.sub(r"\s*[x×·⋅*]\s*10\s*(?:\^|\*\*)\s*[({]?([+-]?\d+)[)}]?", r"e\1", text)
    if unit:
        text = re.sub(rf"(?<=[\d.])\s*(?:[x×·⋅*]|times\b|of\b)?\s*(?:{'|'.join(unit)})(?!\w)", "", text)
    return text


def _mixed(whole: int, fraction: str) -> str:
    """Return 1½ as 3/2."""
    above, below = map(int, unicodedata.normalize("NFKC", fraction).split("⁄"))
    return f"{whole * below + above}/{below}"


def _number(text: str) -> float | None:
    text = re.sub(r"\s*/\s*", "/", text).strip()
    if re.fullmatch(r"[+-]?inf(inity)?", text):
        return -math.inf if text.startswith("-") else math.inf
    if text == "nan":
        return math.nan
    match = QUOTIENT.fullmatch(text)
    if match is None:
        return None
    above, below = (1.0 if part is None else float(part.replace(",", ".")) for part in match.groups())
    value = above / below if below else math.nan
    return value if math.isfinite(value) else None


def _numbers(parts: Iterable[str]) -> list[float]:
    """Return the numbers of these texts, without the empty ones; none at all where one is no number."""
    read = [_number(part) for part in parts if part.strip()]
    numbers = [number for number in read if number is not None]
    return numbers if len(numbers) == len(read) > 1 else []


def _among_words(text: str, names: Sequence[str]) -> list[float] | None:
    """Read "KL(Q || P) = 0.1, KL(P || Q) = 0.2", or "means 1 and 2, std 3", or "0.1 inside, 0.2 outside"."""
    pairs = LABELLED.findall(text)
    if pairs and not _words(LABELLED.sub("", text)):  # a label may hold numbers, as "z_1 > 0" does
        read = by_name([(label, _number(number)) for label, number in pairs], names)
        if read is not None:
            return read
    text = re.sub(r">\s*0(?![\d.,])", "", text)
    labels, numbers, end = [], [], 0
    for match in AMONG_WORDS.finditer(text):
        labels.append(text[end : match.start()])
        numbers.append(_number(match[0]))
        end = match.end()
    rest = text[end:]
    if None in numbers or any(re.search(r"[-+*/^%<>]", part) for part in (*labels, rest)):
        return None
    if _words(rest):  # the words come after their numbers
        if len(numbers) < 2 or _words(labels[0]) or not all(map(_words, labels[1:])):
            return None
        labels = [*labels[1:], rest]
    elif len(names) == len(numbers) == 1:
        return numbers  # type: ignore[return-value]
    return by_name(list(zip(labels, numbers, strict=True)), names)


def by_name(given: Sequence[tuple[str, float | None]], names: Sequence[str]) -> list[float] | None:
    """Return numbers that stand beside words in the order of the names, or None where these do not fit.

    Words that fit one name each may come in any order, and those that fit as many names as numbers follow
    them ("std 3, means 1 and 2"); others in the order of the names alone.
    """
    if len(given) != len(names) or any(number is None for _, number in given):
        return None
    numbers = [number for _, number in given if number is not None]
    labels, wanted = ([_words(text) for text in texts] for texts in ([label for label, _ in given], names))
    for i, label in enumerate(labels):
        if any(word in ORDINALS and ORDINALS.index(word) != i for word in label):
            return None
    labels = [[word for word in label if word not in ORDINALS] for label in labels]
    groups: list[tuple[list[str], list[int]]] = []  # words, and the places of the numbers that follow them
    for i, label in enumerate(labels):
        if groups and (not label or label == groups[-1][0]):
            groups[-1][1].append(i)
        else:
            groups.append((label, [i]))
    placed: dict[int, float] = {}
    for label, places in groups:
        same = [i for i, name in enumerate(wanted) if name == label]
        fits = same or [i for i, name in enumerate(wanted) if label and _fits(label, name)]
        if len(fits) == len(places):
            placed.update({i: numbers[place] for i, place in zip(fits, places, strict=True)})
    if len(placed) == len(names):
        return [placed[i] for i in range(len(names))]
    return numbers if all(map(_fits, labels, wanted)) else None


def _words(text: str) -> list[str]:
    """The words and numbers of a text that tell what is meant, without a plural's s."""
    found = re.findall(r"[^\W\d_]+|\d+", _without_accents(text.lower()))
    found = [w[:-1] if len(w) > 3 and w.endswith("s") else w for w in found if w not in BESIDE]
    return [SAME.get(word, word) for word in found]


def _fits(label: Sequence[str], name: Sequence[str]) -> bool:
    """Whether all words of a label stand in a name, in this order."""
    rest = iter(name)
    return all(word in rest for word in label)

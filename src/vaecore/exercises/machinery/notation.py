"""Reading what a person writes: letters and numbers in any notation.

`widgets/question/question_notation.js` has the same functions, so that a page without a kernel reads alike.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

LONGEST = 1_000  # characters; an answer has a few dozen
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
WORDS = {"and", "then", "statement", "statements", "line", "lines", "letter", "letters", "answer", "answers"}

DECIMAL = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?"
QUOTIENT = re.compile(rf"({DECIMAL})(?:/({DECIMAL}))?")
LABELLED = re.compile(rf"([^=]*)=\s*({DECIMAL}(?:\s*/\s*{DECIMAL})?)")
# What stands between numbers; the first of these that gives as many numbers as are asked for.
BETWEEN = tuple(re.compile(p) for p in (r"[;\n]", r",? and |&|,\s+", r"\s+", r",", r" / "))


def read_letters(text: str, letters: str) -> str | None:
    """Return the letters that a text names, in its order, or None if it holds anything else.

    "(b) (e)", "b/e", "a + b", "f, b and a", "c -> e -> b", "1. c 2. e": all that is written between does not
    count.  An arrow to the left does: who reads it would have to turn the order round.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = re.sub(r"\d+\s*[.):]", " ", plain)  # a numbered list
    if len(text) > LONGEST or re.search(r"[\d<←]", plain):
        return None
    words = [word for word in re.findall(r"[^\W\d_]+", plain) if word not in WORDS]
    found = "".join(words)
    if not words and plain.strip():
        return None
    return found if all(letter in letters for letter in found) else None


def read_number(text: str) -> float | None:
    """Return the one number of a text, or None.  A comma is a decimal point, and a quotient is computed."""
    return _number(_plain(text))


def read_numbers(text: str, names: Sequence[str]) -> list[float] | None:
    """Return the numbers of a text, or None if it holds anything else.

    names: what is asked for.  "0,1" is a decimal where that is one number, and a list where it is several.
    There may be fewer or more numbers than names.
    """
    plain = re.sub(r"\barray\b", "", _plain(text))
    if "=" in plain:
        return _labelled(plain, names)
    plain = re.sub(r"[()\[\]{}'\"]", " ", plain)
    whole = _number(plain)
    if whole is not None and len(names) == 1:
        return [whole]
    found = [numbers for pattern in BETWEEN if (numbers := _numbers(pattern.split(plain)))]
    if whole is not None:
        found.append([whole])
    return next((n for n in found if len(n) == len(names)), found[0] if found else None)


def _plain(text: str) -> str:
    """Return a text in small letters, with one sign for minus, and powers of ten as 1e-3."""
    if len(text) > LONGEST:
        return "?"
    text = re.sub(f"[{''.join(SUPERSCRIPTS)}]+", lambda m: "^" + "".join(SUPERSCRIPTS[c] for c in m[0]), text)
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub("[−–‒‐‑]", "-", text).replace("⁄", "/").replace("∞", "inf")
    text = re.sub("[≈:]", "=", text)
    text = re.sub(r"(?<=[\d.])\s*nats?\b|\$", "", text)
    return re.sub(r"\s*[x×·⋅*]\s*10\s*(?:\^|\*\*)\s*[({]?([+-]?\d+)[)}]?", r"e\1", text)


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


def _labelled(text: str, names: Sequence[str]) -> list[float] | None:
    """Read "KL(Q || P) = 0.1, KL(P || Q) = 0.2": each number for its name."""
    pairs = LABELLED.findall(text)
    if not pairs or _bare(LABELLED.sub("", text)):
        return None
    numbers = [_number(number) for _, number in pairs]
    if len(names) == len(numbers) == 1:
        return None if numbers[0] is None else [numbers[0]]
    return by_name({label: n for (label, _), n in zip(pairs, numbers, strict=True)}, names)


def by_name(given: Mapping[str, float | None], names: Sequence[str]) -> list[float] | None:
    """Return numbers that stand beside their names in the order of the names, or None if the names differ."""
    found = {_bare(name): number for name, number in given.items()}
    numbers = [found.get(_bare(name)) for name in names]
    complete = [number for number in numbers if number is not None]
    return complete if len(complete) == len(names) == len(found) else None


def _bare(name: str) -> str:
    return re.sub(r"[\W_]", "", name.lower())

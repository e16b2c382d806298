"""Reading what a person writes: letters and numbers in any notation.

`widgets/question/question_notation.js` has the same functions, so that a page without a kernel reads alike.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST = 1_000  # characters; an answer has a few dozen
SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-", strict=True))
FRACTIONS = "¼½¾⅐⅑⅒⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"
WORDS = set(  # that say nothing about which letters are meant
    "and und then next statement statements line lines letter letters option options answer answers the true "
    "right correct one ones is are only of".split()
)
# Words around numbers that do not tell which of them is meant.
BESIDE = set(
    "and und the of for is are to from about approximately approx circa ca roughly answer answers".split()
)
GREEK = {"alpha": "α", "beta": "β", "theta": "θ", "sigma": "σ", "mu": "μ", "epsilon": "ε"}

DECIMAL = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d+)?"
QUOTIENT = re.compile(rf"({DECIMAL})(?:/({DECIMAL}))?")
LABELLED = re.compile(rf"([^=]*)=\s*({DECIMAL}(?:\s*/\s*{DECIMAL})?)")
AMONG_WORDS = re.compile(rf"(?<![\w.]){DECIMAL}(?:\s*/\s*{DECIMAL})?(?!\w)")
NUMBER_OF_A_LINE = re.compile(r"\d+\s*[.):]|^[ \t]*\d+[ \t]+", re.MULTILINE)
# What stands between numbers; the first of these that gives as many numbers as are asked for.
BETWEEN = tuple(re.compile(p) for p in (r"[;\n|]", r",? and |,? und |&|,\s+", r"\s+", r",", r" / "))


def read_letters(text: str, letters: str) -> str | None:
    """Return the letters that a text names, in its order, or None if it holds anything else.

    "(b) (e)", "b/e", "a + b", "f, b and a", "c -> e -> b", "1. c 2. e": all that is written between does not
    count.  An arrow to the left does: who reads it would have to turn the order round.
    """
    plain = unicodedata.normalize("NFKC", text).lower()
    plain = NUMBER_OF_A_LINE.sub(" ", plain)
    if len(text) > LONGEST or re.search(r"[\d<←]", plain):
        return None
    words = [word for word in re.findall(r"[^\W\d_]+", plain) if word not in WORDS]
    found = "".join(words)
    if not words and plain.strip():
        return None
    return found if all(letter in letters for letter in found) else None


def read_number(text: str) -> float | None:
    """Return the one number of a text, or None.  A comma is a decimal point, and a quotient is computed."""
    return _number(_plain(text).lstrip("= "))


def read_numbers(text: str, names: Sequence[str]) -> list[float] | None:
    """Return the numbers of a text, or None if it holds anything else.

    names: what is asked for.  "0,1" is a decimal where that is one number, and a list where it is several.
    There may be fewer or more numbers than names.
    """
    plain = re.sub(r"\barray\b", "", _plain(text))
    read = None if "=" in plain else _listed(re.sub(r"[()\[\]{}'\"]", " ", plain), len(names))
    return _among_words(plain, names) if read is None else read


def _listed(plain: str, count: int) -> list[float] | None:
    """Return the numbers of a list without words."""
    whole = _number(plain)
    if whole is not None and count == 1:
        return [whole]
    found = [numbers for pattern in BETWEEN if (numbers := _numbers(pattern.split(plain)))]
    if whole is not None:
        found.append([whole])
    return next((n for n in found if len(n) == count), found[0] if found else None)


def _plain(text: str) -> str:
    """Return a text in small letters, with one sign for minus, and powers of ten as 1e-3."""
    if len(text) > LONGEST:
        return "?"
    text = re.sub(rf"(\d+)\s*([{FRACTIONS}])", lambda m: _mixed(int(m[1]), m[2]), text)
    text = re.sub(f"[{''.join(SUPERSCRIPTS)}]+", lambda m: "^" + "".join(SUPERSCRIPTS[c] for c in m[0]), text)
    text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub("[−–‒‐‑]", "-", text).replace("⁄", "/").replace("∞", "inf")
    text = re.sub("[≈~:]", "=", text)
    text = re.sub(r"(?<=[\d.])\s*(?:nat|bit)s?(?:\s*(?:/|per)\s*(?:image|pixel))?\b|\$", "", text)
    text = re.sub(r"((?:^|[,;=\n(\[])\s*)-\s+(?=[\d.])", r"\1-", text)
    text = re.sub(r"(?<=\d)\s*%", "/100", text)
    return re.sub(r"\s*[x×·⋅*]\s*10\s*(?:\^|\*\*)\s*[({]?([+-]?\d+)[)}]?", r"e\1", text)


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
    """Read "KL(Q || P) = 0.1, KL(P || Q) = 0.2", or "means 1 and 2, std 3": words, each before its number."""
    pairs = LABELLED.findall(text)
    if pairs and not _words(LABELLED.sub("", text)):  # a label may hold numbers, as "z_1 > 0" does
        read = by_name([(label, _number(number)) for label, number in pairs], names)
        if read is not None:
            return read
    labels, numbers, end = [], [], 0
    for match in AMONG_WORDS.finditer(text):
        labels.append(text[end : match.start()])
        numbers.append(_number(match[0]))
        end = match.end()
    rest = text[end:]
    if None in numbers or _words(rest) or any(re.search(r"[-+*/^%<>]", part) for part in (*labels, rest)):
        return None
    if len(names) == len(numbers) == 1:
        return numbers  # type: ignore[return-value]
    return by_name(list(zip(labels, numbers, strict=True)), names)


def by_name(given: Sequence[tuple[str, float | None]], names: Sequence[str]) -> list[float] | None:
    """Return numbers that stand beside words in the order of the names, or None where these do not fit.

    Words that fit one name each may come in any order, others ("means 1 and 2") in that of the names alone.
    """
    if len(given) != len(names) or any(number is None for _, number in given):
        return None
    numbers = [number for _, number in given if number is not None]
    labels, wanted = ([_words(text) for text in texts] for texts in ([label for label, _ in given], names))
    places = [[i for i, name in enumerate(wanted) if name == label] for label in labels]
    places = [
        same or [i for i, name in enumerate(wanted) if label and _fits(label, name)]
        for same, label in zip(places, labels, strict=True)
    ]
    if sorted(p[0] for p in places if len(p) == 1) == list(range(len(names))):
        return [numbers[[p[0] for p in places].index(i)] for i in range(len(names))]
    return numbers if all(map(_fits, labels, wanted)) else None


def _words(text: str) -> list[str]:
    """The words and numbers of a text that tell what is meant, without a plural's s."""
    found = [GREEK.get(w, w) for w in re.findall(r"[^\W\d_]+|\d+", text.lower())]
    return [w[:-1] if len(w) > 3 and w.endswith("s") else w for w in found if w not in BESIDE]


def _fits(label: Sequence[str], name: Sequence[str]) -> bool:
    """Whether all words of a label stand in a name, in this order."""
    rest = iter(name)
    return all(word in rest for word in label)

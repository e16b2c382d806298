"""Formulas typed in plain characters, as HTML for the eye: ">=" as "≥", variables in italics."""

import html
import re

SYMBOLS = {">=": "≥", "<=": "≤", "||": "‖", "!=": "≠", "->": "→", "...": "…", "*": "·", "-": "−"}
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "eps": "ε", "epsilon": "ε", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "Sigma": "Σ", "phi": "φ", "psi": "ψ", "inf": "∞",
}  # fmt: skip
_NAME = r"(?:[A-Za-z]+|[α-ω])"
_INDEX = rf"(?:_(?:\{{([^{{}}]+)\}}|({_NAME}|\d+|\*)))?(?:\^(?:\{{([^{{}}]+)\}}|([A-Za-z]|-?\d+|\*)))?"
_TOKEN = re.compile(
    rf"`(?P<code>[^`]+)`"
    rf"|(?P<item>(?<=\s)\([a-z]\))"
    rf"|\b(?P<label>Statement|Line) (?P<letter>[a-z])\b"
    rf"|(?<![\w'’.])(?P<name>{_NAME})(?P<index>{_INDEX})(?!(?!²)[\w'’]|\.\w)"
    rf"|(?P<power>(?<=[)\]\d|])\^(?:[A-Za-z]|-?\d+)(?!\w))"
    rf"|(?P<symbol>>=|<=|\|\||!=|->|\.\.\.)|(?P<spaced>\s[-*]\s)|(?P<minus>(?<![\w)\]])-(?=[\w(]))"
)
_INNER = r"[^()\[\]`]*"
_BRACKETS = re.compile(rf"\w[(\[]{_INNER}(?:[(\[]{_INNER}(?:[(\[]{_INNER}[)\]]{_INNER})*[)\]]{_INNER})*[)\]]")
_WORDS = {"a", "I", "A"}  # in a sentence; a variable of that name has an index, or stands in backticks


def formula(text: str) -> str:
    """Return text with formulas in it as HTML: one line, without markup around it."""
    text = _kept_together(text)
    out, at = [], 0
    for found in _TOKEN.finditer(text):
        out += [html.escape(text[at : found.start()]), _token(found)]
        at = found.end()
    return "".join([*out, html.escape(text[at:])])


def _kept_together(text: str) -> str:
    """Put spaces that do not break a line into short brackets, as in p(z | x), and behind log."""
    text = _BRACKETS.sub(
        lambda found: found[0].replace(" ", "\u00a0") if len(found[0]) < 25 else found[0], text
    )
    return re.sub(r"\b(log|exp|max|min) (?=\w)", "\\1\u00a0", text)


def paragraphs(text: str) -> str:
    """Return text with formulas in it as HTML; an empty line begins a new paragraph."""
    return "".join(f"<p>{formula(part)}</p>" for part in text.split("\n\n") if part.strip())


def _token(found: re.Match) -> str:
    if found["code"]:
        return f"<code>{html.escape(found['code'])}</code>"
    if found["item"]:  # problem 1 (c)
        return found[0]
    if found["label"]:
        return f"{found['label']} <b>{found['letter']}</b>"
    if found["symbol"] or found["spaced"] or found["minus"]:
        symbol = found[0].strip()
        return html.escape(found[0].replace(symbol, SYMBOLS[symbol]))
    if found["power"]:
        return f"<sup>{_name(found[0][1:])}</sup>"
    name, index = found["name"], found["index"]
    below, above = (found.group(i) or found.group(i + 1) for i in _GROUPS)
    if not index:
        return html.escape(name) if name in _WORDS else _name(name)
    if len(name) > 1 and name not in GREEK and name not in ("E", "log", "sum", "KL"):
        return html.escape(found[0])  # snake_case: a name of the code
    sub = f"<sub>{formula(below)}</sub>" if below else ""
    return _name(name) + sub + (f"<sup>{formula(above)}</sup>" if above else "")


_GROUPS = tuple(_TOKEN.groupindex["index"] + i for i in (1, 3))


def _name(name: str) -> str:
    """A single letter is a variable, but for the expectation's E; Greek letters are spelled out."""
    if name in GREEK:
        return GREEK[name] if name == "inf" else f"<i>{GREEK[name]}</i>"
    if len(name) == 1 and name.isalpha() and name not in ("E", "N"):
        return f"<i>{name}</i>"
    return html.escape(name.replace("-", "−"))

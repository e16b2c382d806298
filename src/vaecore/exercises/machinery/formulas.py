"""Formulas typed in plain characters, as HTML for the eye: ">=" as "≥", variables in italics."""

import html
import re

SYMBOLS = {">=": "≥", "<=": "≤", "||": "‖", "!=": "≠", "->": "→", "...": "…", "*": "·", "-": "−"}
GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "eps": "ε", "epsilon": "ε", "theta": "θ",
    "lambda": "λ", "mu": "μ", "pi": "π", "sigma": "σ", "Sigma": "Σ", "phi": "φ", "psi": "ψ", "inf": "∞",
}  # fmt: skip
_GREEK = "\u0370-\u03ff"
_LETTER = rf"A-Za-z{_GREEK}"
_NAME = rf"(?:[A-Za-z]+|[{_GREEK}])"
_END = rf"(?![{_LETTER}\d_'’]|\.\w)"
_BELOW = rf"(?:_(?:\{{(?P<below_long>[^{{}}]+)\}}|(?P<below>{_NAME}|\d+|\*)))?"
_ABOVE = r"(?:\^(?:\{(?P<above_long>[^{}]+)\}|(?P<above>[A-Za-z]|-?\d+|\*)))?"
_TOKEN = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|(?<!\w)\*(?P<stressed>[A-Za-z][A-Za-z ]*)\*(?!\w)"
    r"|(?P<item>(?:^|(?<=\s))\([a-z]\)|\bappendix [A-Z]\b|\b(?:[LPSX]|C\d)-\w+)"
    r"|\b(?P<label>Statement|Line) (?P<letter>[a-z])\b"
    rf"|(?<![\w'’.])(?P<name>{_NAME})(?P<prime>'(?![A-Za-z]))?(?P<index>{_BELOW}{_ABOVE}){_END}"
    rf"|(?<=[)\]\d|])\^(?P<power>[A-Za-z]|-?\d+){_END}"
    r"|(?P<symbol>>=|<=|\|\||!=|->|\.\.\.)|(?P<spaced>\s[-*]\s)|(?P<minus>(?<![\w)\]])-(?=[\w(½]))"
)
_INNER = r"[^()\[\]`]*"
_TOGETHER = re.compile(
    rf"`[^`]+`|\b(?:log|exp|max|min) (?=\w)"
    rf"|\w[(\[]{_INNER}(?:[(\[]{_INNER}(?:[(\[]{_INNER}[)\]]{_INNER})*[)\]]{_INNER})*[)\]]"
)


def formula(text: str) -> str:
    """Return text with formulas in it as HTML: one line, without markup around it."""
    text = _kept_together(text)
    out, at = [], 0
    for found in _TOKEN.finditer(text):
        out += [html.escape(text[at : found.start()]), _token(found)]
        at = found.end()
    return "".join([*out, html.escape(text[at:])])


def _kept_together(text: str) -> str:
    """Put spaces that break no line into short brackets, as in p(z | x), and behind log; not into code."""

    def together(found: re.Match) -> str:
        long = len(found[0]) > 24 or found[0].startswith("`")
        return found[0] if long else found[0].replace(" ", "\u00a0")

    return _TOGETHER.sub(together, text)


def line(text: str) -> str:
    """Return one line as HTML: a formula in the letters of mathematics, a sentence in those of the text."""
    words = re.findall(r"(?<![\w`])[A-Za-z]{4,}", text)
    if re.search(r"[=|<>()_^]", text) and len(words) < 4:
        return f'<span class="vw-maths">{formula(text)}</span>'
    return formula(text)


def paragraphs(text: str) -> str:
    """Return text with formulas in it as HTML; an empty line begins a new paragraph."""
    return "".join(f"<p>{formula(part)}</p>" for part in text.split("\n\n") if part.strip())


def _token(found: re.Match) -> str:
    if found["code"]:
        return f"<code>{html.escape(found['code'])}</code>"
    if found["stressed"]:
        return f"<em>{found['stressed']}</em>"
    if found["item"]:  # problem 1 (c), exercise P-1c
        return found[0]
    if found["label"]:
        return f"{found['label']} <b>{found['letter']}</b>"
    if found["power"]:
        return f"<sup>{_name(found['power'])}</sup>"
    if not found["name"]:
        symbol = found[0].strip()
        return html.escape(found[0].replace(symbol, SYMBOLS[symbol]))
    return _named(found)


def _named(found: re.Match) -> str:
    """A name, with what stands below and above it; or a word."""
    name, prime = found["name"], "′" if found["prime"] else ""
    if len(name) > 1 and prime:  # a closing quotation mark
        return html.escape(found[0])
    if not found["index"]:
        begins = re.search(r"(?:^|[.?!:(]\s*)$", found.string[: found.start()])
        word = name == "a" or (name == "A" and begins)
        return name if word and not prime else _name(name) + prime
    if len(name) > 1 and name not in (*GREEK, "log", "sum", "KL"):
        return html.escape(found[0])  # snake_case: a name of the code
    below, above = (found[place] or found[f"{place}_long"] for place in ("below", "above"))
    if below == "hat":  # m_hat
        return f"<i>{html.escape(name)}\u0302</i>"
    sub = f"<sub>{formula(below)}</sub>" if below else ""
    sup = f"<sup>{formula(above)}</sup>" if above else ""
    return ("∑" if name == "sum" else _name(name)) + prime + sub + sup


def _name(name: str) -> str:
    """A single letter is a variable, but for the expectation's E; Greek letters are spelled out."""
    name = GREEK.get(name, name)
    if name in ("dx", "dz"):
        return f"d<i>{name[1]}</i>"
    if re.fullmatch(f"[{_LETTER}]", name) and name not in ("E", "N"):
        return f"<i>{name}</i>"
    return html.escape(name.replace("-", "−"))

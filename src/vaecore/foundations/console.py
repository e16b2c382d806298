"""Say something on any console: what it has no sign for is spelled out, and nothing is raised.

The consoles of Windows know cp1252 or cp932, and a machine without a locale knows ASCII: neither has a tick.
"""

import codecs
import sys
import unicodedata

_SPELLED = {
    "✓": "+", "✗": "x", "○": "o", "²": "^2", "½": "1/2", "∂": "d", "∫": "integral",
    "×": "x", "−": "-", "–": "-", "µ": "mu",
}  # fmt: skip
_GREEK = "GREEK SMALL LETTER "


def say(text: object = "") -> None:
    """Print a text on the standard output, in signs that it has."""
    encoding = getattr(sys.stdout, "encoding", None)
    words = str(text)
    if encoding:
        words = words.encode(encoding, "vaecore.spelled").decode(encoding)
    print(words)


def _spell(problem: UnicodeError) -> tuple[str, int]:
    """Python's handler of characters that an encoding lacks: what stands for them, and where to go on."""
    if not isinstance(problem, UnicodeEncodeError):
        raise problem
    return "".join(map(_word_for, problem.object[problem.start : problem.end])), problem.end


def _word_for(sign: str) -> str:
    """The word for a sign: σ is sigma; for what has none, Python's way to write it, such as \\u2603."""
    if sign in _SPELLED:
        return _SPELLED[sign]
    name = unicodedata.name(sign, "")
    if name.startswith(_GREEK):
        return name.removeprefix(_GREEK).lower()
    return sign.encode("ascii", "backslashreplace").decode()


codecs.register_error("vaecore.spelled", _spell)

r"""Colour in formulas: \q{...} has the colour of the encoder, \kl{...} that of a KL divergence, and so on.

On the pages MathJax has these macros, one for each idea of vaecore.colours.  Notebook programs do not know
them, and would show errors: in a notebook only what is between the braces is left.
"""

from __future__ import annotations

import re

from vaecore.foundations.colours import IDEAS

#: For MathJax: name -> definition and number of arguments.
MACROS: dict[str, list[str | int]] = {name: [rf"\class{{of-{name}}}{{#1}}", 1] for name in IDEAS}

_USE = re.compile(rf"\\({'|'.join(IDEAS)})\{{")
_BRACE = re.compile(r"\\.|[{}]", re.S)  # \{ is none


def without_colours(text: str) -> str:
    r"""The text with what the macros colour in their place: `\q{z_{1}}` becomes `{z_{1}}`.

    The braces stay: without them `\q{a+b}^2` would change its meaning.
    Raises ValueError where a brace is not closed.
    """
    while use := _USE.search(text):
        depth = 0
        for brace in _BRACE.finditer(text, use.end() - 1):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if depth == 0:
                break
        else:
            raise ValueError(f"a brace is not closed: {text[use.start() : use.start() + 40]}")
        text = text[: use.start()] + text[use.end() - 1 :]
    return text

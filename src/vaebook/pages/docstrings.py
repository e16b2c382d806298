"""The docstrings of vaecore as reStructuredText: plain text, with a few habits that this module knows.

Paragraphs; lists of "- item"; indented formulas; "name: description" for arguments, several on a line with
two spaces between; "Returns ...", "Raises ...", "Source: ..." and "Example: ..." where they begin a line or
follow a sentence; `code` in backticks.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from textwrap import dedent

SPECIAL = re.compile(r"([\\*`|_])")
CODE = re.compile(r"(``?)(?=\S)([^`]+)\1")
ERROR = re.compile(r"\b[A-Z]\w+Error\b")
NAME = re.compile(r"[A-Za-z_]\w*(\.\w+)*")

# What begins a new entry wherever it follows a line's end, or a sentence.
WORDS = r"Returns|Raises(?=\s[A-Z]\w+Error\b)|Sources?(?=:)|Examples?(?=:)"
BEGINNING = re.compile(
    rf"""(?P<word>{WORDS}):?\s+
    |(?P<keys>(?:"[\w-]+"(?:,\s+)?)+):\s+       # the keys of a dictionary
    |(?P<names>[a-z_]\w*(?:,\s+\w+)*):\s+       # arguments: those of the signature, and no other word""",
    re.VERBOSE,
)
AFTER = re.compile(r"(?:^|\n|  )(?=\S)|(?<=[.;)]) (?=(?:Raises|Source|Returns)\b)")


def as_rest(text: str, arguments: Collection[str] = ()) -> list[str]:
    """The lines of a docstring as reStructuredText.

    arguments: the names that stand for arguments where "name: " begins a description.
    """
    lines: list[str] = []
    for block in re.split(r"\n(?:[ \t]*\n)+", text.strip("\n")):
        if block.startswith("    "):
            lines += [*as_formula(block), ""]
            continue
        if block.startswith("- "):
            lines += [*(f"- \\ {inline(item)}" for item in re.split(r"(?:^|\n)- ", block)[1:]), ""]
            continue
        sentences, entries = parts(block, arguments)
        if sentences:
            lines += [f"\\ {inline(sentences)}", ""]
        for term, description in entries:
            lines += [term, f"   \\ {inline(description)}", ""]
    return lines


def as_formula(block: str) -> list[str]:
    """An indented block, as it stands."""
    return [".. code-block:: none", "", *(f"   {line}".rstrip() for line in dedent(block).split("\n"))]


def parts(block: str, arguments: Collection[str]) -> tuple[str, list[tuple[str, str]]]:
    """What a paragraph says first, and its entries: (term as reStructuredText, description)."""
    starts = []
    for place in AFTER.finditer(block):
        found = BEGINNING.match(block, place.end())
        if found and (term := term_of(found, arguments)):
            starts.append((place.start(), found.end(), term))
    ends = [*(start for start, _, _ in starts), len(block)][1:]
    entries = [(term, block[begin:end]) for (_, begin, term), end in zip(starts, ends, strict=True)]
    return block[: starts[0][0]] if starts else block, entries


def term_of(found: re.Match[str], arguments: Collection[str]) -> str | None:
    """The term of an entry, or None if this is an ordinary sentence with a colon."""
    if found["word"]:
        return found["word"]
    names = re.split(r",\s+", found["keys"] or found["names"])
    if found["names"] and not set(names) <= set(arguments):
        return None
    return ", ".join(f"``{name}``" for name in names)


def inline(text: str) -> str:
    """A sentence or several, on one line: code as code, errors as links, all else as it stands."""
    text = " ".join(text.split())
    pieces, end = [], 0
    for code in CODE.finditer(text):
        pieces += [plain(text[end : code.start()]), as_code(code[2])]
        end = code.end()
    return "".join([*pieces, plain(text[end:])])


def plain(text: str) -> str:
    text = SPECIAL.sub(r"\\\1", text)
    return ERROR.sub(lambda name: f"\\ :py:obj:`{name[0]}`\\ ", text)


def as_code(text: str) -> str:
    """Code; a name leads to its own entry, if it has one.  Between what ends or begins with a letter, too."""
    return f"\\ :py:obj:`{text}`\\ " if NAME.fullmatch(text) else f"\\ ``{text}``\\ "

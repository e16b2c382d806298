"""Set the formulas in the exercises of the built pages as those in the questions' widgets are set.

The catalogue writes formulas as plain text, p(x | z), which a notebook shows as it is.  On a page the letters
of mathematics are wanted, in questions, hints and solutions alike.
"""

from __future__ import annotations

import html
import re
from pathlib import Path

from vaebook.finished_pages.built_pages import change_pages
from vaecore.exercises.machinery.formulas import formula

BOX = re.compile(r'<div class="(?P<kinds>[^"]*\badmonition\b[^"]*)"[^>]*>')
KINDS = {"exercise", "hint", "solution"}
DIV = re.compile(r"<(/?)div\b")
PARAGRAPH = re.compile(r"(?<=<p>).*?(?=</p>)", re.DOTALL)
TAG = re.compile(r"(<[^>]+>)")
FINISHED = ("<i>", 'class="math', "<sub>")  # paragraphs with formulas of their own


def end_of_box(text: str, start: int) -> int:
    """Where the <div> that begins at `start` is closed."""
    depth = 0
    for tag in DIV.finditer(text, start):
        depth += -1 if tag[1] else 1
        if depth == 0:
            return tag.start()
    return len(text)


def typeset_paragraph(found: re.Match) -> str:
    """The paragraph with the text between its tags set; code and links stay as they are."""
    if any(sign in found[0] for sign in FINISHED):
        return found[0]
    pieces, kept = [], 0
    for piece in TAG.split(found[0]):
        if tag := re.match(r"<(/?)(?:code|a)\b", piece):
            kept += -1 if tag[1] else 1
        is_text = not piece.startswith("<") and piece.strip()
        pieces.append(formula(html.unescape(piece)) if is_text and not kept else piece)
    return "".join(pieces)


def typeset(text: str) -> str:
    """The page with the paragraphs of its exercises, hints and solutions set."""
    done, result = 0, []
    for box in BOX.finditer(text):
        if box.start() < done or not KINDS & set(box["kinds"].split()):
            continue
        end = end_of_box(text, box.start())
        result += [text[done : box.start()], PARAGRAPH.sub(typeset_paragraph, text[box.start() : end])]
        done = end
    return "".join([*result, text[done:]])


def typeset_exercises(pages: Path) -> None:
    """Work on the pages in this folder."""
    change_pages(pages, lambda text, page: typeset(text) if 'id="ex-' in text else text)

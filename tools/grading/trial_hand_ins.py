"""Who is in the class of `make test-nbgrader`, and what must come of each hand-in."""

from __future__ import annotations

import json
from pathlib import Path

from tools.grading.trial_class import (
    ALL,
    MISTAKES,
    NAME,
    REFUSED,
    Content,
    HandIn,
    answers_last,
    exactly,
    in_front,
    loud,
    marked,
    mistaken,
    named,
    notebook,
    perfect,
    right,
    text_of,
    twice,
    without,
)

BOOK = Path(__file__).resolve().parents[2] / "book"
R = {"name": "ir", "language": "R", "display_name": "R"}
OLD = {"assignment": NAME, "version": "0.0.1"}


def windows(content: Content) -> dict[str, bytes]:
    """Line ends of Windows, of the file and within its cells."""
    text = json.dumps(perfect(content), indent=1).replace("\n", "\r\n").replace("\\n", "\\r\\n")
    return {f"{NAME}.ipynb": text.encode()}


def cut_off(content: Content) -> dict[str, bytes]:
    return {f"{NAME}.ipynb": text_of(content)[:2000]}


def taken_along(content: Content) -> dict[str, bytes]:
    """The chapter's notebook with an answer in its cell, as a page's "Take my work along" writes it."""
    chapter = json.loads((BOOK / "05_kl.ipynb").read_text(encoding="utf-8"))
    for one in chapter["cells"]:
        lines = "".join(one["source"]).splitlines(keepends=True)
        if one["cell_type"] == "code" and lines and lines[0].startswith("def compute_KL("):
            at = next(i for i, line in enumerate(lines) if "your code here" in line)
            body = "".join(f"    {line}\n" for line in right("L-KL").splitlines())
            one["source"] = [*lines[:at], body]
    return {"05_kl.ipynb": text_of(chapter)}


def hand_ins() -> dict[str, HandIn]:
    """Student -> hand-in."""
    found = {
        "perfect": HandIn(notebook(), ALL, "graded", ALL),
        "perfect-too": HandIn(notebook(), ALL, "graded", ALL),
        "half-done": HandIn(notebook(L_KL=right("L-KL"), X_4=right("X-4")), 5.0, "graded", 5.0),
        "one-question": HandIn(notebook(S_KL=right("S-KL")), 1.0, "graded", 1.0),
        "nothing-done": HandIn(lambda content: {f"{NAME}.ipynb": text_of(content)}, 0.0, "graded", 0.0),
        "file-renamed": HandIn(
            named("final FINAL (2).ipynb"), REFUSED, "graded", ALL,
            why="nbgrader goes by the file's name",
        ),
        "answer-deleted": HandIn(notebook(without("answer-l-kl")), 6.0, "graded", 6.0),
        "check-deleted": HandIn(
            notebook(without("check-l-kl")), 6.0, "graded", ALL,
            why="nbgrader counts by its check cell, vaecore grade finds the function by its name",
        ),
        "question-deleted": HandIn(notebook(without("question-x-4")), ALL, "graded", ALL),
        "cells-moved": HandIn(notebook(answers_last), ALL, "graded", ALL),
        "cell-twice": HandIn(notebook(twice), REFUSED, "graded", ALL, why="nbgrader's marks are there twice"),
        "never-ends": HandIn(
            notebook(L_KL="while True:\n    pass", X_4=right("X-4")), 2.0, "graded", 2.0,
            why="the answer alone does not end, and that is its verdict",
        ),
        "cell-never-ends": HandIn(notebook(in_front("while True:\n    pass")), ALL, "never ends", ALL),
        "leaves-python": HandIn(notebook(L_KL="raise SystemExit", S_KL=right("S-KL")), 1.0, "graded", 1.0),
        "error-first": HandIn(notebook(in_front("1 / 0")), ALL, "graded", ALL),
        "no-python": HandIn(notebook(in_front("def f(:")), ALL, "graded", ALL),
        "fifty-megabytes": HandIn(notebook(loud), ALL, "graded", ALL),
        "another-kernel": HandIn(
            notebook(marked(kernelspec=R, language_info={"name": "R"})), ALL, "another kernel", None,
            why="nbgrader runs it with the kernel of its own source",
        ),
        "another-version": HandIn(
            notebook(marked(vaecore=OLD)), ALL, "another version", None,
            why="nbgrader knows nothing of the book's version",
        ),
        "windows": HandIn(windows, ALL, "graded", ALL),
        "two-copies": HandIn(named(f"{NAME}.ipynb", f"{NAME} (1).ipynb"), ALL, "graded", ALL),
        "empty-file": HandIn(exactly(""), REFUSED, "empty file", None),
        "not-json": HandIn(cut_off, REFUSED, "not a notebook", None),
        "json-no-notebook": HandIn(exactly('{"cells": 3}'), REFUSED, "not a notebook", None),
        "taken-along": HandIn(
            taken_along, REFUSED, "graded", 3.0, why="the notebook of a chapter has no marks of nbgrader's"
        ),
    }  # fmt: skip
    return found | {name: mistaken(name) for name in MISTAKES}

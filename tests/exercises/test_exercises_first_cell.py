"""Whoever runs a chapter's first cell and goes on to its exercises finds everything there.

Solutions take the place of stubs: they need what a student's answer needs.
"""

import re

import pytest
from browser import BOOK

from vaebook.chapters.exercise_places import places_in
from vaecore.exercises.machinery import progress_file

CELL = re.compile(r"^```\{code-cell\}[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OPTIONS = re.compile(r"\A(---\n.*?^---\n|(:[^\n]*\n)+)", re.MULTILINE | re.DOTALL)
SOLUTION = re.compile(r"^````\{solution\}.*?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CHAPTERS = sorted(path for path in BOOK.glob("0*.md"))


def cells(text):
    return [OPTIONS.sub("", code) for code in CELL.findall(text)]


def exercises(chapter):
    """The text of each exercise, with its ID."""
    text = chapter.read_text(encoding="utf-8")
    lines = text.split("\n")
    return [(place.id, "\n".join(lines[place.start : place.end])) for place in places_in(chapter, text)]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.stem)
def test_the_exercises_need_the_first_cell_and_nothing_else(chapter, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress_file, "record", lambda exercise: "")
    names: dict = {}
    exec(cells(chapter.read_text(encoding="utf-8"))[0], names)
    judged, really = [], names["check"]
    names["check"] = lambda *answer: judged.append(really(*answer))
    for exercise, text in exercises(chapter):
        solution = SOLUTION.search(text)
        *stub, last = cells(text)
        if solution:
            exec(solution[1], names)
        else:
            assert not stub, f"{exercise} has a stub and no solution in Python"
        exec(last, names)  # check(...) or question(...): it raises where the name is missing
    assert [str(result) for result in judged if result.status != "passed"] == []
    assert exercises(chapter)

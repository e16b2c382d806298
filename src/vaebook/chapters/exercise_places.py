"""Where the exercises stand in the chapters: between two comment lines each.

    % exercise: L-KL
    ...             what tools/write_exercises.py writes, from the catalogue
    % hints and solution
    <!-- link to the notebook -->
    ...             in a notebook there is one line in place of these
    % end of exercise

On one page there is a list of all of them, between `% all exercises` and `% end of all exercises`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

START = re.compile(r"^% exercise:\s*(?P<id>.*?)\s*$")
END = "% end of exercise"
LIST = re.compile(r"^% all exercises\n.*?^% end of all exercises$", re.MULTILINE | re.DOTALL)
FOLDED = "% hints and solution"
NOTEBOOK = "<!-- link to the notebook -->"  # tools/notebook_links.py puts a line in its place


class WrongMarks(Exception):
    """The lines that mark exercises do not fit together, or name one that does not exist."""


@dataclass(frozen=True)
class Place:
    """Where an exercise stands: its marks are lines `start` and `end` of the page, counted from 0."""

    id: str
    page: Path
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.page.parent.name}/{self.page.name}, line {self.start + 1}"


def places_in(page: Path, text: str) -> Iterator[Place]:
    """The exercises' places in a page, in order.  Raises WrongMarks where a mark has no partner."""
    open_at: tuple[str, int] | None = None
    for number, line in enumerate(text.split("\n")):
        start = START.match(line)
        if open_at and start:
            break
        if start:
            open_at = start["id"], number
        elif line.rstrip() == END:
            if open_at is None:
                raise WrongMarks(
                    f"{Place('', page, number, number)}: {END!r} without '% exercise: ID' before it"
                )
            yield Place(open_at[0], page, open_at[1], number)
            open_at = None
    if open_at:
        raise WrongMarks(
            f"{Place('', page, open_at[1], 0)}: '% exercise: {open_at[0]}' has no line {END!r} after it"
        )


def all_places(book: Path) -> dict[str, Place]:
    """Where each exercise stands: ID -> place.  Raises WrongMarks, also for an ID that stands twice."""
    places: dict[str, Place] = {}
    for page in sorted(book.glob("*.md")):
        for place in places_in(page, page.read_text(encoding="utf-8")):
            name = next((name for name in places if name.lower() == place.id.lower()), None)
            if name is not None:
                raise WrongMarks(f"exercise {name} stands twice: {places[name]}; {place}")
            places[place.id] = place
    return places


def for_notebooks(source: str) -> str:
    """A chapter's source where hints and solutions have made room for the line that says how to get them.

    An exercise begins and ends its cells (`+++`).
    """
    lines, kept, exercise, folded = source.split("\n"), [], "", False
    for line in lines:
        if start := START.match(line):
            exercise = start["id"]
            kept += ["+++", ""]
        elif exercise and line == FOLDED:
            folded = True
            kept += [notebook_line(exercise), "", "+++"]
        elif line.rstrip() == END:
            exercise, folded = "", False
        if not folded:
            kept.append(line)
    return "\n".join(kept)


def notebook_line(exercise_id: str) -> str:
    return (
        f'*Stuck?* `hint("{exercise_id}")` gives a hint, and called again the next one. '
        f'`solution("{exercise_id}")` gives the worked answer with its reason.'
    )

"""Write what the catalogue of exercises knows into the teaching guide (part of `make notebooks`).

    python -m tools.writing.write_guide            write book/teaching.md, if it is out of step
    python -m tools.writing.write_guide --check    only say whether it is; exit with 1 if so

In the guide, a line `% guide: 5 kl-bits kl-half` asks for chapter 5's misconceptions with these IDs, in the
words of their checkers, and for the chapter's exercises with their minutes; `% end of guide` ends the place.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from vaebook.chapters.exercise_markdown import MINUTES, label_of, markdown
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import Exercise
from vaecore.exercises.machinery.questions import ChoiceExercise

GUIDE = Path("book/teaching.md")
PLACE = re.compile(r"^% guide: (\d) (.+)\n(?:.*\n)*?% end of guide$", re.MULTILINE)


class UnknownMisconception(ValueError):
    """The guide asks for an ID that no exercise of its chapter has."""


def said_of(exercise: Exercise, misconception: str) -> str:
    """Return what the checker says; of a statement to pick, with the statement.  In Markdown, for a cell."""
    if isinstance(exercise, ChoiceExercise):
        statement = next(s for s in exercise.statements.values() if s.mistake == misconception)
        text = f"“{statement.text}” {'True' if statement.true else 'False'}: {statement.why}"
    else:
        text = next(m.message for m in exercise.mistakes if m.id == misconception)
    return markdown(text).replace("\n", " ").replace("|", "\\|")


def known_of(chapter: int, misconceptions: list[str]) -> str:
    """Return the generated part of a chapter.

    Raises UnknownMisconception for an ID that it does not have.
    """
    exercises = [exercise for exercise in EXERCISES.values() if exercise.chapter == chapter]
    rows = ["**What comes up.**", "", "| in the checker's words | exercise |", "| --- | --- |"]
    for name in misconceptions:
        having = [exercise for exercise in exercises if name in {m.id for m in exercise.mistakes}]
        if not having:
            raise UnknownMisconception(f"no exercise of chapter {chapter} has the misconception {name!r}")
        links = ", ".join(f"[{exercise.id}](#{label_of(exercise)})" for exercise in having)
        rows.append(f"| {said_of(having[0], name)} | {links} |")
    given = ", ".join(f"[{e.id}](#{label_of(e)}) ({MINUTES[e.kind]})" for e in exercises)
    total = sum(MINUTES[exercise.kind] for exercise in exercises)
    return "\n".join((*rows, "", f"**To hand out** (minutes): {given}; {total} in all."))


def with_guide(text: str) -> str:
    """Return the guide's text with its generated parts as they should be."""

    def filled(place: re.Match[str]) -> str:
        known = known_of(int(place[1]), place[2].split())
        return f"% guide: {place[1]} {place[2]}\n\n{known}\n\n% end of guide"

    return PLACE.sub(filled, text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if it is out of step"
    )
    check = parser.parse_args().check
    old = GUIDE.read_text(encoding="utf-8")
    try:
        new = with_guide(old)
    except UnknownMisconception as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    if new == old:
        return 0
    if check:
        print(f"{GUIDE.as_posix()} is out of step with the catalogue of exercises; run: make notebooks")
        return 1
    GUIDE.write_text(new, encoding="utf-8")
    print(f"wrote {GUIDE.as_posix()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Write the exercises into the chapters, from their catalogue (`make notebooks`, and part of `make book`).

    python tools/write_exercises.py            write the chapters that are out of step
    python tools/write_exercises.py --check    only say which are out of step, and exit with 1 if any is

In a chapter, two comment lines mark an exercise's place, and what stands between them comes from
vaecore.exercises: `% exercise: L-KL` and `% end of exercise`.  The list of all exercises is written too.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vaebook.chapters.exercise_places import END, LIST, WrongMarks, all_places, places_in

ROOT = Path.cwd()
BOOK = ROOT / "book"


def written_anew(page: Path, text: str) -> str:
    """The page's text with its exercises, or its list of them, as the catalogue has them now."""
    places = list(places_in(page, text))
    if not places and not LIST.search(text):
        return text
    # Imported here: a book without exercises is built without the package.
    from vaebook.chapters.exercise_markdown import list_of, page_form
    from vaecore.exercises.checking import EXERCISES, find
    from vaecore.foundations.errors import InvalidInputError

    lines = text.split("\n")
    for place in reversed(places):
        try:
            exercise = find(place.id)
        except InvalidInputError as error:
            raise WrongMarks(f"{place}: {error}") from None
        new = f"% exercise: {exercise.id}\n\n{page_form(exercise, page.parent)}\n\n{END}"
        lines[place.start : place.end + 1] = new.split("\n")
    text = "\n".join(lines)
    if LIST.search(text):
        there = {name.lower() for name in all_places(page.parent)}
        listed = list_of([e for e in EXERCISES.values() if e.id.lower() in there], page.parent)
        text = LIST.sub(lambda _: f"% all exercises\n\n{listed}\n\n% end of all exercises", text)
    return text


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a page is out of step"
    )
    check = parser.parse_args().check

    try:
        all_places(BOOK)
        old = {page: page.read_text(encoding="utf-8") for page in sorted(BOOK.glob("*.md"))}
        new = {page: written_anew(page, text) for page, text in old.items()}
    except WrongMarks as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = [page for page in old if new[page] != old[page]]
    for page in changed:
        name = page.relative_to(ROOT).as_posix()
        if check:
            print(f"{name} is out of step with the catalogue of exercises; run: make notebooks")
        else:
            page.write_text(new[page], encoding="utf-8")
            print(f"wrote the exercises of {name}")
    return bool(check and changed)


if __name__ == "__main__":
    sys.exit(main())

"""Write the exercises into the chapters, from their catalogue (part of `make notebooks`).

    python -m tools.writing.write_exercises            write the chapters that are out of step
    python -m tools.writing.write_exercises --check    only say which are out of step; exit with 1 if any is

In a chapter, two comment lines mark an exercise's place, and what stands between them comes from
vaecore.exercises: `% exercise: L-KL` and `% end of exercise`.  The list of all exercises is written too.
The built page has the exercises as the catalogue has them, whether or not this was run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from vaebook.chapters.exercise_places import WrongMarks, all_places
from vaebook.chapters.exercise_texts import with_exercises

BOOK = Path("book")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a page is out of step"
    )
    check = parser.parse_args().check

    try:
        all_places(BOOK)
        old = {page: page.read_text(encoding="utf-8") for page in sorted(BOOK.glob("*.md"))}
        new = {page: with_exercises(page, text) for page, text in old.items()}
    except WrongMarks as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = [page for page in old if new[page] != old[page]]
    for page in changed:
        if check:
            print(f"{page.as_posix()} is out of step with the catalogue of exercises; run: make notebooks")
        else:
            page.write_text(new[page], encoding="utf-8")
            print(f"wrote the exercises of {page.as_posix()}")
    return bool(check and changed)


if __name__ == "__main__":
    sys.exit(main())

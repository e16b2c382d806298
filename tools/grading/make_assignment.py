"""Write an assignment: a source for nbgrader, and a zip for a plain learning platform (`make assignment`).

    python -m tools.grading.make_assignment --name week-5 --chapters 4 5 --points L-KL=3 X-4

    CHAPTERS="4 5"          all exercises of these chapters, one point each
    POINTS="L-KL=3 X-4"     these exercises, or with CHAPTERS other points for some (0: left out)

The folder (assignments/NAME) gets `source/NAME/NAME.ipynb` and `nbgrader_config.py`, which make it a course
of nbgrader's; `NAME.zip` with the notebook as a student gets it; `assignment.json`, for `vaecore grade`.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import zipfile
from pathlib import Path

from vaecore.exercises.checking import EXERCISES
from vaecore.files.storage import write_atomically
from vaecore.foundations.errors import InvalidInputError, VaecoreError
from vaecore.grading.assignment_notebooks import STUB, notebook_of
from vaecore.grading.assignments import FILE, Assignment, checked_points, points_of_words
from vaecore.grading.book_version import BOOK_VERSION

CONFIG = f'''"""Settings of a course of nbgrader's, made by `make assignment`."""

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "vae"
# An answer that is not written yet returns None, and is told that it is not attempted.
c.ClearSolutions.code_stub = {{"python": {STUB!r}}}
# A loop that never ends is ended; the other cells are run.
c.ExecutePreprocessor.timeout = 120
c.Execute.interrupt_on_timeout = True
'''
README = """\
{name}: {count} exercises, {total:g} points; version {book} of the book.

Students need the package `vaecore` and Jupyter. They hand in {name}.ipynb.
"""


def chosen_points(chapters: list[int], words: list[str]) -> dict[str, float]:
    """Return the points of all exercises of these chapters, and of those that are named.

    Raises InvalidInputError for a chapter without exercises, and where nothing is left.
    """
    points: dict[str, float] = {}
    for chapter in chapters:
        found = {name: 1.0 for name, exercise in EXERCISES.items() if exercise.chapter == chapter}
        if not found:
            raise InvalidInputError(f"chapter {chapter} has no exercises, expected one of 1 to 9")
        points |= found
    points |= points_of_words(words)
    in_order = {name: points[name] for name in EXERCISES if points.get(name)}
    return checked_points(in_order)


def zip_of(assignment: Assignment) -> bytes:
    """Return a zip with the notebook as a student gets it, and a word about it; the same bytes each time."""
    buffer = io.BytesIO()
    total = sum(assignment.points.values())
    text = README.format(
        name=assignment.name, count=len(assignment.points), total=total, book=assignment.book
    )
    files = {
        f"{assignment.name}/{assignment.name}.ipynb": notebook_of(assignment, for_nbgrader=False),
        f"{assignment.name}/README.txt": text,
    }
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return buffer.getvalue()


def write(assignment: Assignment, folder: Path) -> list[Path]:
    """Write everything into a folder; return the files."""
    name = assignment.name
    files = {
        f"source/{name}/{name}.ipynb": notebook_of(assignment, for_nbgrader=True).encode(),
        "nbgrader_config.py": CONFIG.encode(),
        f"{name}.zip": zip_of(assignment),
        FILE: assignment.text().encode(),
    }
    for where, content in files.items():
        (folder / where).parent.mkdir(parents=True, exist_ok=True)
        write_atomically(folder / where, content)
    return [folder / where for where in files]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--name", default="", help="by default after its chapters")
    parser.add_argument("--chapters", type=int, nargs="*", default=[])
    parser.add_argument("--points", nargs="*", default=[], metavar="ID[=POINTS]")
    parser.add_argument("--out", type=Path, default=Path("assignments"))
    options = parser.parse_args(arguments)
    name = options.name or "-".join(
        ["chapter", *map(str, options.chapters)] if options.chapters else ["exercises"]
    )
    try:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}", name):
            raise InvalidInputError(f"the name is {name!r}, expected letters, digits, '.', '_' and '-'")
        assignment = Assignment(name, BOOK_VERSION, chosen_points(options.chapters, options.points))
        files = write(assignment, options.out / name)
    except VaecoreError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    total = sum(assignment.points.values())
    print(f"{name}: {len(assignment.points)} exercises, {total:g} points.")
    for path in files:
        print(f"  {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

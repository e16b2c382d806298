"""What comes of grading: a JSON file for each student, and a table of all."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from vaecore.files.storage import write_atomically
from vaecore.foundations.errors import InvalidInputError
from vaecore.grading.states import STATES

FORMAT, VERSION = "vaecore grades", 1
STUDENTS, TABLE = "students", "grades.csv"
MOST_POINTS = 1e6
LARGEST_RESULT = 20 * 2**20  # bytes


def result_path(out: Path, student: str) -> Path:
    """Return where a student's result is kept; two students never share a file."""
    plain = re.sub(r"[^\w.@+-]", "_", student).strip(".")[:80]
    if plain != student:
        plain = f"{plain}-{hashlib.sha256(student.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    return out / STUDENTS / f"{plain}.json"


def write_result(path: Path, result: Mapping[str, Any]) -> None:
    """Write a result in one move.  Raises CheckpointError if it cannot be written."""
    content = {"format": FORMAT, "version": VERSION, **result}
    text = json.dumps(content, indent=1, ensure_ascii=True)  # a name may hold what no encoding can write
    write_atomically(path, (text + "\n").encode("ascii"))


def read_result(path: Path) -> dict[str, Any] | None:
    """Return a result, or None where there is none that can be read."""
    try:
        if path.stat().st_size > LARGEST_RESULT:
            return None
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("format") != FORMAT or content.get("version") != VERSION:
        return None
    return content if _is_result(content) else None


# What is read of a result, and of an exercise in it.
TEXTS, TEXTS_IF_ANY = ("student", "state"), ("reason", "assignment")
OF_EXERCISE, IF_ANY = ("id", "title", "status"), ("message", "printed", "misconception", "diagnosis")


def _is_result(content: dict[str, Any]) -> bool:
    """Whether all that the report reads is there and is of its kind, whoever has written the file."""
    notes = content.get("notes") or []
    exercises = content.get("exercises")
    return (
        _has_texts(content, TEXTS, TEXTS_IF_ANY)
        and _names_a_file(content["student"])
        and content["state"] in STATES
        and isinstance(notes, list)
        and all(isinstance(note, str) for note in notes)
        and isinstance(exercises, list)
        and all(_is_entry(entry) for entry in exercises)
    )


def _is_entry(entry: Any) -> bool:
    points: list[Any] = [entry.get("points"), entry.get("out_of")] if isinstance(entry, dict) else []
    return (
        isinstance(entry, dict)
        and _has_texts(entry, OF_EXERCISE, IF_ANY)
        and all(type(number) in (int, float) and 0 <= number < MOST_POINTS for number in points)
    )


def _has_texts(content: Mapping[str, Any], there: Iterable[str], if_any: Iterable[str]) -> bool:
    """Whether these entries are texts: those that must be there, and those that may."""
    found: list[Any] = [content.get(name) for name in there]
    found += [text for name in if_any if (text := content.get(name)) is not None]
    return all(isinstance(text, str) for text in found)


def _names_a_file(student: str) -> bool:
    """Whether `result_path` has a place for this student: odd bytes of a name, but no half character."""
    try:
        student.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def all_results(out: Path) -> list[dict[str, Any]]:
    """Return the results in a folder that `vaecore grade` has written, in the order of the students' names.

    Raises InvalidInputError where there are none.
    """
    found = [read_result(path) for path in sorted((out / STUDENTS).glob("*.json"))]
    results = sorted((one for one in found if one is not None), key=lambda one: str(one["student"]))
    if not results:
        raise InvalidInputError(
            f"there are no grades in {str(out)!r}, expected what `vaecore grade` has written"
        )
    return results


def exercises_in(results: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the exercises of all results, in the order of the book."""
    from vaecore.exercises.checking import EXERCISES

    found = {entry["id"] for result in results for entry in result["exercises"]}
    return [name for name in EXERCISES if name in found]


def points_of(result: Mapping[str, Any]) -> tuple[float, float]:
    """Return a student's points, and out of how many."""
    return (
        sum(float(entry["points"]) for entry in result["exercises"]),
        sum(float(entry["out_of"]) for entry in result["exercises"]),
    )


def write_table(out: Path, results: list[dict[str, Any]]) -> Path:
    """Write the table: a line for each student, a column for each exercise."""
    names = exercises_in(results)
    rows: list[list[Any]] = [["student", "state", "reason", "points", "out of", *names]]
    for result in results:
        status = {entry["id"]: told(entry) for entry in result["exercises"]}
        points, out_of = points_of(result)
        row = [result["student"], result["state"], result.get("reason", ""), number(points), number(out_of)]
        rows.append([*row, *(status.get(name, "") for name in names)])
    path = out / TABLE
    write_atomically(path, table_text(rows).encode("utf-8", "replace"))
    return path


def told(entry: Mapping[str, Any]) -> str:
    """Return an exercise's status, and in brackets the mistake, or what was found instead."""
    why = entry.get("misconception") or entry.get("diagnosis")
    return f"{entry['status']} ({why})" if why else str(entry["status"])


def number(value: float) -> str:
    """Return points as one writes them: 2, 2.5."""
    return f"{value:g}"


def table_text(rows: Iterable[Iterable[Any]]) -> str:
    """Return rows as CSV; no cell of it is a formula for a spreadsheet, whatever a student is called."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue()


def harmless(cell: Any) -> str:
    """Return a cell's text, behind an apostrophe where a spreadsheet would take it for a formula."""
    text = "".join(c if c.isprintable() else " " for c in str(cell))
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text

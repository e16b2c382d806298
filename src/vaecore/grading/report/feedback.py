"""A page of feedback for a student: each exercise, what was said of it, and where the book explains it."""

from collections.abc import Mapping
from typing import Any

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.results import SIGNS
from vaecore.grading.report.pages import COLOURS, Book, page, text
from vaecore.grading.report.tally import kind_of
from vaecore.grading.results import number, points_of
from vaecore.grading.states import STATES


def feedback_page(result: Mapping[str, Any], book: Book) -> str:
    """Return the page of one student."""
    points, out_of = points_of(result)
    title = f"Feedback for {result['student']}"
    body = [f"<h1>{text(title)}</h1>"]
    if result.get("assignment"):
        body.append(f"<p>Assignment: {text(result['assignment'])}.</p>")
    if result["exercises"]:
        body.append(f"<p><strong>{number(points)} of {number(out_of)} points.</strong></p>")
    if result["state"] != "graded":
        meaning = STATES.get(str(result["state"]), "")
        body.append(
            f'<div class="card"><p><strong>{text(result["state"])}</strong>: {text(meaning)} '
            f"{text(result.get('reason', ''))}</p></div>"
        )
    body += [_exercise(entry, book) for entry in result["exercises"]]
    notes = result.get("notes") or []
    if notes:
        body.append("<h2>Notes</h2><ul>" + "".join(f"<li>{text(note)}</li>" for note in notes) + "</ul>")
    return page(title, "\n".join(body))


def _exercise(entry: Mapping[str, Any], book: Book) -> str:
    kind, name = kind_of(entry)
    named = f" <code>{text(name)}</code>" if name else ""
    exercise = EXERCISES.get(str(entry["id"]))
    targets = {exercise.chapter: exercise.target} if exercise is not None and exercise.target else None
    said = book.words(str(entry.get("message", "")), targets)
    printed = str(entry.get("printed") or "")
    if printed:
        said += f"<details><summary>Your function printed</summary><pre>{text(printed)}</pre></details>"
    return (
        f'<section class="card" style="border-left-color:{COLOURS[kind]}">'
        f"<h2>{SIGNS.get(str(entry['status']), '!')} {text(entry['id'])}, {text(entry['title'])}</h2>"
        f'<p class="small">{text(entry["status"])}{named}, {number(float(entry["points"]))} of '
        f"{number(float(entry['out_of']))}</p>{said}</section>"
    )

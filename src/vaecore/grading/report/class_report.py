"""The report on a class: what to explain again, a picture, and a table; and the same table as CSV."""

from collections.abc import Mapping
from typing import Any

from vaecore.exercises.machinery.chapters import PAGES, link
from vaecore.grading.report.pages import COLOURS, Book, page, table, text
from vaecore.grading.report.tally import ExerciseTally, Outcome, again_tomorrow, states, tallies, words_of
from vaecore.grading.results import number, points_of, table_text
from vaecore.grading.states import STATES

WIDTH, LABELS, BAR, GAP = 860, 250, 22, 12  # of the picture
NARROWEST = 22  # of a part of a bar that has its number in it


def class_page(results: list[Mapping[str, Any]], book: Book, title: str) -> str:
    """Return the report as a page."""
    found = tallies(results)
    body = [
        f"<h1>{text(title)}</h1>",
        f"<p>{len(results)} hand-ins: {text(_in_words(states(results)))}.</p>",
        "<h2>What to explain again</h2>",
        _again(found, book),
        "<h2>The exercises</h2>",
        picture(found),
        _outcomes(found, book),
        "<h2>The hand-ins</h2>",
        _students(results),
    ]
    return page(title, "\n".join(body))


def _in_words(counts: list[tuple[str, int]]) -> str:
    return ", ".join(f"{count} {state}" for state, count in counts)


def _again(found: list[ExerciseTally], book: Book) -> str:
    items = again_tomorrow(found)
    if not items:
        return "<p>No wrong answer has a name: nothing stands out.</p>"
    lines = []
    for count, tally, outcome in items:
        students = f"{count} student{'s' if count != 1 else ''}"
        lines.append(
            f"<li><strong>{students}</strong>, <code>{text(outcome.name)}</code> ({text(tally.exercise.id)}, "
            f"{text(tally.exercise.title)}).{book.words(words_of(tally, outcome))}{_see(tally, book)}</li>"
        )
    return f"<ol>{''.join(lines)}</ol>"


def _see(tally: ExerciseTally, book: Book) -> str:
    exercise = tally.exercise
    targets = {exercise.chapter: exercise.target} if exercise.target else None
    return f'<div class="small">{book.words(exercise.see, targets)}</div>'


def picture(found: list[ExerciseTally]) -> str:
    """Return a bar for each exercise as SVG: how many have passed, and how the others came out."""
    most = max((tally.count for tally in found), default=0)
    if not most:
        return "<p>There is nothing to draw: no hand-in was judged.</p>"
    unit = (WIDTH - LABELS - 10) / most
    height = len(found) * (BAR + GAP) + 30
    parts = []
    for row, tally in enumerate(found):
        y, x = row * (BAR + GAP), float(LABELS)
        label = f"{tally.exercise.id}: {tally.passed} of {tally.count} passed"
        parts.append(f'<text x="0" y="{y + BAR - 6}">{text(label)}</text>')
        for outcome in tally.outcomes:
            width = outcome.count * unit
            told = f"{outcome.name or outcome.kind}: {outcome.count}"
            parts.append(
                f'<rect x="{x:.1f}" y="{y}" width="{max(width - 1.5, 0.5):.1f}" height="{BAR}" '
                f'fill="{COLOURS[outcome.kind]}"><title>{text(told)}</title></rect>'
            )
            if width >= NARROWEST:
                fits = width >= 8.0 * len(told) and outcome.name
                parts.append(
                    f'<text x="{x + 5:.1f}" y="{y + BAR - 6}" style="fill:#000">'
                    f"{text(told if fits else outcome.count)}</text>"
                )
            x += width
    x, y = 0.0, len(found) * (BAR + GAP) + 6
    for kind, words in (("passed", "passed"), ("mistake", "a named mistake"), ("diagnosis", "a diagnosis"),
                        ("error", "an error"), ("not attempted", "not attempted")):  # fmt: skip
        parts.append(f'<rect x="{x}" y="{y}" width="14" height="14" fill="{COLOURS[kind]}"/>')
        parts.append(f'<text x="{x + 20}" y="{y + 12}">{words}</text>')
        x += 40 + 8.2 * len(words)
    said = "; ".join(f"{t.exercise.id}: {t.passed} of {t.count} passed" for t in found)
    return (
        f'<div class="scroll" tabindex="0"><svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{text(said)}">{"".join(parts)}</svg></div>'
    )


def _outcomes(found: list[ExerciseTally], book: Book) -> str:
    rows = []
    for tally in found:
        for place, outcome in enumerate(o for o in tally.outcomes if o.kind != "passed"):
            name = f"<code>{text(outcome.name)}</code>" if outcome.name else text(outcome.kind)
            rows.append([
                "" if place else _exercise(tally, book), name,
                str(outcome.count), f"{100 * outcome.count / tally.count:.0f}%",
                book.words(words_of(tally, outcome)) + (_see(tally, book) if outcome.name else ""),
            ])  # fmt: skip
    if not rows:
        return "<p>Everybody has passed everything.</p>"
    return table(("exercise", "what came", "students", "of all", "what it means"), rows, (2, 3))


def _exercise(tally: ExerciseTally, book: Book) -> str:
    exercise = tally.exercise
    name = f"{text(exercise.id)}, {text(exercise.title)}"
    if not book.address or exercise.chapter not in PAGES:
        return name
    into = link(exercise.chapter, name, notebook=False, target=f"ex-{exercise.id}".lower())
    return into.replace('href="', f'href="{text(book.address)}/', 1)


def _students(results: list[Mapping[str, Any]]) -> str:
    rows = []
    for result in results:
        points, out_of = points_of(result)
        told = f"{number(points)} of {number(out_of)}" if out_of else "none"
        rows.append([text(result["student"]), text(result["state"]), told,
                     text(result.get("reason", ""))])  # fmt: skip
    seen = dict(states(results))
    meaning = "".join(
        f"<li><em>{text(state)}</em>: {text(STATES[state])}</li>" for state in seen if state in STATES
    )
    return table(("student", "state", "points", "reason"), rows, (2,)) + f'<ul class="small">{meaning}</ul>'


def class_table(results: list[Mapping[str, Any]]) -> str:
    """Return the outcomes of all exercises as CSV."""
    rows: list[list[Any]] = [
        ["exercise", "title", "chapter", "kind", "name", "students", "of all", "what it means"]
    ]
    for tally in tallies(results):
        rows += [_row(tally, outcome) for outcome in tally.outcomes]
    return table_text(rows)


def _row(tally: ExerciseTally, outcome: Outcome) -> list[Any]:
    exercise = tally.exercise
    return [exercise.id, exercise.title, exercise.chapter, outcome.kind, outcome.name, outcome.count,
            tally.count, words_of(tally, outcome)]  # fmt: skip

"""An assignment as a notebook: for nbgrader, with its metadata, and as a student gets it without nbgrader.

Each exercise has three cells: its question, an answer to write, and a locked check with the points.
"""

import json
import textwrap
import types
from collections.abc import Iterable
from typing import Any

from vaecore.exercises.checking import find
from vaecore.exercises.machinery.exercise import BEGIN, END, CodeExercise
from vaecore.exercises.machinery.questions import ChoiceExercise, OrderExercise, QuestionExercise
from vaecore.files.notebooks import ids_of
from vaecore.grading.assignments import Assignment

BEGIN_SOLUTION, END_SOLUTION = "### BEGIN SOLUTION", "### END SOLUTION"  # nbgrader's marks
# What nbgrader puts between them; an answer that is not written yet returns None, and is not attempted.
STUB = "# your code here\nreturn None"
IMPORTS = "import numpy as np\n\nfrom vaecore.exercises import check, hint, progress"


def notebook_of(assignment: Assignment, *, for_nbgrader: bool) -> str:
    """Return the notebook's JSON: with nbgrader's marks and the solutions between them, or with stubs."""
    cells = [
        _cell("markdown", _introduction(assignment), "introduction"),
        _cell("code", IMPORTS, "imports"),
    ]
    for name, points in assignment.points.items():
        exercise = find(name)
        key = name.lower()
        source = answer_source(exercise)
        cells += [
            _cell("markdown", question_text(exercise, points), f"question-{key}"),
            _cell(
                "code", source if for_nbgrader else without_solution(source), f"answer-{key}", solution=True
            ),
            _cell("code", check_source(exercise), f"check-{key}", points=points),
        ]
    for cell, name in zip(cells, ids_of((c["cell_type"], c["source"]) for c in cells), strict=True):
        cell["id"] = name
    content = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"file_extension": ".py", "name": "python"},
            "vaecore": {"assignment": assignment.name, "version": assignment.book},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _introduction(assignment: Assignment) -> str:
    total = sum(assignment.points.values())
    return (
        f"# {assignment.name}\n\n"
        f"{len(assignment.points)} exercises of *Variational Autoencoders by Hand*, {total:g} points. "
        "Write your answers where it says so; a check below each tells you at once what it thinks of it. "
        "Leave the other cells as they are, and hand in this file.\n\n"
        f"Made by version {assignment.book} of the book."
    )


def question_text(exercise: CodeExercise | QuestionExercise, points: float) -> str:
    """Return what is asked, with statements or lines by their letters."""
    text = f"## {exercise.id}: {exercise.title}\n\n{exercise.question}"
    lettered: dict[str, str] = {}
    if isinstance(exercise, ChoiceExercise):
        lettered = {letter: one.text for letter, one in exercise.statements.items()}
    elif isinstance(exercise, OrderExercise):
        lettered = dict(exercise.lines)
    if lettered:
        text += "\n\n" + "\n".join(f"- **{letter}** {words}" for letter, words in lettered.items())
    if isinstance(exercise, QuestionExercise):
        text += f"\n\nReturn {exercise.signature}."
    return f"{text}\n\n({points:g} points.)"


def answer_source(exercise: CodeExercise | QuestionExercise) -> str:
    """Return the cell of the answer, with the solution between nbgrader's marks."""
    if isinstance(exercise, CodeExercise):
        source = exercise.source.replace(BEGIN, BEGIN_SOLUTION).replace(END, END_SOLUTION)
        return "\n\n\n".join(part for part in (_imports_of(exercise), source) if part)
    right = right_answer(exercise)
    body = f"{BEGIN_SOLUTION}\nreturn {right!r}\n{END_SOLUTION}"
    return f"def {function_of(exercise)}():\n{textwrap.indent(body, '    ')}"


def right_answer(exercise: QuestionExercise) -> Any:
    """Return an answer to a question that passes."""
    if isinstance(exercise, ChoiceExercise):
        return "".join(letter for letter, one in exercise.statements.items() if one.true)
    if isinstance(exercise, OrderExercise):
        return exercise.order
    return list(getattr(exercise, "value"))  # noqa: B009 (a ValueExercise)


def function_of(exercise: CodeExercise | QuestionExercise) -> str:
    """Return the name of the function that holds the answer."""
    if isinstance(exercise, CodeExercise):
        return exercise.solution.__name__
    return f"answer_{exercise.id}".replace("-", "_")


def check_source(exercise: CodeExercise | QuestionExercise) -> str:
    """Return the locked cell: it raises unless the answer passes, which is what a grader counts."""
    brackets = "" if isinstance(exercise, CodeExercise) else "()"
    return f'check("{exercise.id}", {function_of(exercise)}{brackets}, must_pass=True)'


def _imports_of(exercise: CodeExercise) -> str:
    """Return the import of what the solution takes from the package, if it takes anything."""
    names = _names(exercise.solution.__code__)
    found = exercise.solution.__globals__
    ours = [
        n
        for n in sorted(names, key=str.lower)
        if getattr(found.get(n), "__module__", "").startswith("vaecore.")
    ]
    return f"from vaecore import {', '.join(ours)}" if ours else ""


def _names(code: types.CodeType) -> set[str]:
    inner: Iterable[types.CodeType] = (c for c in code.co_consts if isinstance(c, types.CodeType))
    return set(code.co_names).union(*map(_names, inner))


def without_solution(source: str) -> str:
    """Return the source with nbgrader's stub in place of each solution, as nbgrader makes it."""
    lines: list[str] = []
    inside = False
    for line in source.splitlines():
        if line.strip() == BEGIN_SOLUTION:
            inside = True
            lines.append(textwrap.indent(STUB, line[: len(line) - len(line.lstrip())]))
        elif line.strip() == END_SOLUTION:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines)


def _cell(
    kind: str, source: str, name: str, *, solution: bool = False, points: float | None = None
) -> dict[str, Any]:
    """Return a cell with nbgrader's metadata: locked, but for an answer."""
    marks: dict[str, Any] = {
        "grade_id": name, "grade": points is not None, "solution": solution, "locked": not solution,
        "task": False, "schema_version": 3,
    }  # fmt: skip
    if points is not None:
        marks["points"] = points
    cell: dict[str, Any] = {"cell_type": kind, "metadata": {"nbgrader": marks}, "source": source}
    return cell if kind == "markdown" else {**cell, "execution_count": None, "outputs": []}

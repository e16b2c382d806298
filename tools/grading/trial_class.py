"""The class that tries an assignment: hand-ins, made by a program from the notebook that each has fetched.

Each has what must come of it: nbgrader's points, or that nbgrader refuses it, and the state and the points of
`vaecore grade`. Where the two differ, `why` says on what ground.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vaecore.exercises.checking import find
from vaecore.grading.assignment_notebooks import BEGIN_SOLUTION, END_SOLUTION, STUB, answer_source

NAME = "week-5"
POINTS = {"L-KL": 3.0, "X-4": 2.0, "X-5n": 1.0, "S-KL": 1.0, "L-BOUND": 2.0}
ALL = sum(POINTS.values())
REFUSED = None  # nbgrader's points of what it cannot convert
Content = dict[str, Any]


def right(name: str) -> str:
    """The lines that solve an exercise."""
    inside = answer_source(find(name)).split(BEGIN_SOLUTION)[1].split(END_SOLUTION)[0]
    return textwrap.dedent(inside.strip("\n").rstrip(" "))


# Misconception -> what is changed in the solution of an exercise.
MISTAKES = {
    "kl-sign": ("L-KL", "0.5 *", "-0.5 *"),
    "kl-half": ("L-KL", "0.5 * np", "np"),
    "kl-mean": ("L-KL", "np.sum", "np.mean"),
    "kl-batch-sum": ("L-KL", ", axis=1", ""),
    "kl-bits": ("L-KL", "0.5 *", "0.5 / np.log(2) *"),
    "kl-mean-not-squared": ("L-KL", "mean**2", "mean"),
    "kl-minus-one": ("L-KL", " - 1 ", " "),
    "kl-log-dropped": ("L-KL", " - 2 * log_std", ""),
    "kl-log-of-std": ("L-KL", "- 2 * log_std", "- log_std"),
    "kl-sum-over-points": ("L-KL", "axis=1", "axis=0"),
    "kl-arguments-swapped": ("X-4", "term(p, q) + term(1 - p, 1 - q)", "term(q, p) + term(1 - q, 1 - p)"),
    "kl-one-sided": ("X-4", " + term(1 - p, 1 - q)", ""),
    "bound-kl-added": ("L-BOUND", "log_prob - kl", "log_prob + kl"),
    "bound-loss": ("L-BOUND", "return np", "return -np"),
    "bound-sum": ("L-BOUND", "np.mean", "np.sum"),
    "order-shuffled": ("S-KL", "'ibfhad'", "'ibfadh'"),
}


@dataclass(frozen=True)
class HandIn:
    """files: from the notebook fetched to what is handed in, a name and its bytes each.

    nbgrader: its points, None where it refuses.  state, points: of `vaecore grade`; no points, None, where it
    judges nothing.
    """

    files: Callable[[Content], dict[str, bytes]]
    nbgrader: float | None
    state: str
    points: float | None
    misconception: str = ""
    why: str = ""

    def told(self) -> str:
        """What must come of it, in words."""
        return f"nbgrader {self.nbgrader}, {self.state} with {self.points} {self.misconception}".rstrip()


def fill(content: Content, answers: dict[str, str]) -> Content:
    """Write answers in place of the stubs."""
    for name, text in answers.items():
        cell = cell_of(content, f"answer-{name.lower()}")
        lines = "".join(cell["source"]).splitlines()
        at = next(i for i, line in enumerate(lines) if line.strip() == STUB.splitlines()[0])
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines[at : at + len(STUB.splitlines())] = textwrap.indent(text, indent).splitlines()
        cell["source"] = "\n".join(lines)
    return content


def cell_of(content: Content, grade_id: str) -> Content:
    """The cell that nbgrader calls so."""
    return next(one for one in content["cells"] if one["metadata"]["nbgrader"]["grade_id"] == grade_id)


def text_of(content: Content) -> bytes:
    return json.dumps(content, indent=1).encode()


def perfect(content: Content) -> Content:
    return fill(content, {name: right(name) for name in POINTS})


def notebook(change: Callable[[Content], Any] = lambda content: None, **answers: str) -> Callable[..., Any]:
    """Hand in the notebook: all answers right, or those of `answers` alone; changed then."""

    def files(content: Content) -> dict[str, bytes]:
        filled = fill(content, {key.replace("_", "-"): text for key, text in answers.items()})
        done = filled if answers else perfect(content)
        change(done)
        return {f"{NAME}.ipynb": text_of(done)}

    return files


def mistaken(name: str) -> HandIn:
    """All right but one answer, with one mistake of the catalogue."""
    exercise, before, after = MISTAKES[name]
    solution = right(exercise)
    if solution.count(before) < 1:
        raise ValueError(f"{before!r} is not in the solution of {exercise}, expected once; it has changed")
    answers = {one: right(one) for one in POINTS} | {exercise: solution.replace(before, after)}

    def files(content: Content) -> dict[str, bytes]:
        return {f"{NAME}.ipynb": text_of(fill(content, answers))}

    left = ALL - POINTS[exercise]
    return HandIn(files, left, "graded", left, misconception=name)


def without(*grade_ids: str) -> Callable[[Content], None]:
    def change(content: Content) -> None:
        content["cells"] = [
            one for one in content["cells"] if one["metadata"]["nbgrader"]["grade_id"] not in grade_ids
        ]

    return change


def answers_last(content: Content) -> None:
    """The answer of L-KL, and then its check, moved to the end."""
    moved = [cell_of(content, name) for name in ("answer-l-kl", "check-l-kl")]
    content["cells"] = [one for one in content["cells"] if one not in moved] + moved


def twice(content: Content) -> None:
    """The answer of L-KL copied, metadata and all, as JupyterLab copies a cell."""
    at = content["cells"].index(cell_of(content, "answer-l-kl"))
    content["cells"].insert(at, {**content["cells"][at], "id": "copied"})


def loud(content: Content) -> None:
    """Fifty megabytes printed, and kept in the file."""
    cell_of(content, "answer-x-4")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "x" * 50_000_000}
    ]


def in_front(source: str) -> Callable[[Content], None]:
    """A cell of the student's own before all others that compute."""

    def change(content: Content) -> None:
        own = {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        content["cells"].insert(1, {**own, "id": "own"})

    return change


def marked(**metadata: Any) -> Callable[[Content], None]:
    return lambda content: content["metadata"].update(metadata)


def named(*names: str) -> Callable[[Content], dict[str, bytes]]:
    return lambda content: dict.fromkeys(names, text_of(perfect(content)))


def exactly(text: str) -> Callable[[Content], dict[str, bytes]]:
    return lambda content: {f"{NAME}.ipynb": text.encode()}

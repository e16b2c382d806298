"""Exercises, as a hand-in finds them while it is graded: `check` notes what it is given, to be judged later.

In the sandbox this module stands in the place of `vaecore.exercises`, whose solutions and expected values are
not there.
"""

from typing import Any

MOST_ANSWERS = 5  # to one exercise: of more, the last ones are kept
MOST_EXERCISES = 300
handed_in: dict[str, list[Any]] = {}


class Noted:
    """What `check` returns while a hand-in is graded: nothing is judged here."""

    status = "handed in"
    misconception = diagnosis = None
    message = printed = "This is judged after the notebook has run."

    def assert_passed(self) -> None:
        """Raise nothing: whether it has passed is not known here."""


def check(exercise_id: str, answer: Any = None, *, must_pass: bool = False) -> Noted:
    """Note an answer; the grader judges it when the notebook has run."""
    name = str(exercise_id).strip().lower()[:80]
    if name in handed_in or len(handed_in) < MOST_EXERCISES:
        answers = handed_in.setdefault(name, [])
        answers.append(answer)
        del answers[:-MOST_ANSWERS]
    return Noted()


def hint(exercise_id: str) -> str:
    """Return nothing of use: hints are for who writes an answer."""
    return "There are no hints while a hand-in is graded."


def solution(exercise_id: str) -> str:
    """Return nothing of use: solutions are not here."""
    return "There are no solutions while a hand-in is graded."


def progress() -> str:
    """Return nothing of use: no progress is kept while a hand-in is graded."""
    return "No progress is kept while a hand-in is graded."


def catalogue() -> tuple[()]:
    """Return nothing: the catalogue holds the solutions, and is not here."""
    return ()

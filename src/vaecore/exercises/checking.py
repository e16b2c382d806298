"""What a student calls: `check`, `hint`, `solution`, `progress`, `catalogue`."""

import difflib
import html
from dataclasses import dataclass
from typing import Any

from vaecore.exercises.book_order import BOOK_ORDER
from vaecore.exercises.machinery import archive, progress_file
from vaecore.exercises.machinery.exercise import CodeExercise, Exercise
from vaecore.exercises.machinery.judging import ERROR, INPUT_CHANGED, PASSED, Verdict, judge_function
from vaecore.exercises.machinery.progress_file import Progress
from vaecore.exercises.machinery.questions import QuestionExercise
from vaecore.exercises.machinery.results import Note, Result
from vaecore.exercises.welcome.self_test import SELF_TEST
from vaecore.foundations.errors import InvalidInputError

EXERCISES: dict[str, CodeExercise | QuestionExercise] = {exercise.id: exercise for exercise in BOOK_ORDER}
# The welcome page's self-test: asked and judged as exercises are, and counted nowhere.
UNCOUNTED: dict[str, QuestionExercise] = {question.id: question for question in SELF_TEST}
_hints_given: dict[str, int] = {}


def check(exercise_id: str, answer: Any = None, *, must_pass: bool = False) -> Result:
    """Judge an answer: return the result, and display it.

    exercise_id: such as "L-KL"; `catalogue()` lists them.  answer: the function, value or letters.
    must_pass: for a grader (nbgrader, otter-grader, pytest), which takes a cell that raises for one that is
    wrong: raise what `Result.assert_passed` raises.
    Returns a result with `.status` ("passed", "failed", "error", "not attempted"), `.misconception` (a stable
    ID or None), `.diagnosis` (where no listed mistake fits: a code for what is said instead, or None) and
    `.message`.  Whatever the answer does, nothing else is raised.
    Raises InvalidInputError for an ID that does not exist, AssertionError for what must pass and does not.
    """
    exercise = find(exercise_id)
    try:
        verdict = (
            judge_function(exercise, answer) if isinstance(exercise, CodeExercise) else exercise.judge(answer)
        )
        note = note_of(exercise, verdict)
    except Exception as problem:
        note = ""
        verdict = Verdict(
            ERROR,
            f"The checker itself has failed ({type(problem).__name__}: {str(problem)[:300]}). This says "
            "nothing "
            "about your answer. Please report it with the answer that you handed in.",
        )
    result = Result(
        exercise.id,
        exercise.title,
        verdict.status,
        verdict.misconception,
        verdict.message,
        verdict.printed,
        note,
        verdict.diagnosis,
    )
    result.show()
    if must_pass:
        result.assert_passed()
    return result


def note_of(exercise: Exercise, verdict: Verdict) -> str:
    """Note in the progress file that an exercise is passed, if it is; return a word about the file."""
    if verdict.status != PASSED or exercise.id in UNCOUNTED:
        return ""
    try:
        said = progress_file.record(exercise.id)
        return " ".join(word for word in (said, archive.reminder(exercise.id)) if word)
    except Exception as problem:  # the answer is right all the same
        return f"Your progress could not be saved ({problem})."


def hint(exercise_id: str) -> Note:
    """Return the first hint of an exercise; the next call returns the next one.

    Raises InvalidInputError for an ID that does not exist.
    """
    exercise = find(exercise_id)
    number = min(_hints_given.get(exercise.id, 0), len(exercise.hints) - 1)
    _hints_given[exercise.id] = number + 1
    last = (
        ""
        if number + 1 < len(exercise.hints)
        else f'. The last one; after it comes solution("{exercise.id}")'
    )
    return Note(f"{exercise.id}, hint {number + 1} of {len(exercise.hints)}{last}", exercise.hints[number])


def solution(exercise_id: str) -> Note:
    """Return the worked answer of an exercise, with its reason.

    Raises InvalidInputError for an ID that does not exist.
    """
    exercise = find(exercise_id)
    text = f"{exercise.reason}\n\n{exercise.see}"
    return Note(f"{exercise.id}, {exercise.title}: a solution", text, exercise.solution_text)


def progress() -> Progress:
    """Return which exercises are passed so far; it can be downloaded (`export`) and put back (`restore`)."""
    questions = frozenset(e.id for e in EXERCISES.values() if isinstance(e, QuestionExercise))
    return progress_file.current(
        tuple((e.chapter, e.id, e.title) for e in EXERCISES.values()), questions=questions
    )


@dataclass(frozen=True)
class Entry:
    """What the catalogue tells of an exercise; misconceptions are the IDs that its checker names."""

    id: str
    kind: str
    chapter: int
    title: str
    signature: str
    misconceptions: tuple[str, ...]


class Catalogue(tuple[Entry, ...]):
    """All exercises, in the order of the chapters; a table in a notebook."""

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{e.chapter}</td><td>{e.id}</td><td>{e.kind}</td><td>{html.escape(e.title)}</td>"
            f"<td><code>{html.escape(e.signature)}</code></td><td>{', '.join(e.misconceptions)}</td></tr>"
            for e in self
        )
        head = "".join(
            f"<th>{h}</th>" for h in ("chapter", "ID", "kind", "title", "signature", "misconceptions")
        )
        return f"<table><tr>{head}</tr>{rows}</table>"


def catalogue() -> Catalogue:
    """Return all exercises: ID, kind, chapter, title, signature, and the misconceptions that are named."""
    return Catalogue(
        Entry(
            e.id, e.kind, e.chapter, e.title, e.signature,
            (*(m.id for m in e.mistakes), *((INPUT_CHANGED,) if isinstance(e, CodeExercise) else ())),
        )
        for e in EXERCISES.values()
    )  # fmt: skip


def find(exercise_id: str) -> CodeExercise | QuestionExercise:
    """Return the exercise with this ID; upper and lower case do not matter.

    Raises InvalidInputError for an ID that does not exist.
    """
    by_lower = {name.lower(): e for name, e in {**EXERCISES, **UNCOUNTED}.items()}
    wanted = str(exercise_id).strip().lower()
    if wanted in by_lower:
        return by_lower[wanted]
    counted = [name.lower() for name in EXERCISES]
    near = [by_lower[n].id for n in difflib.get_close_matches(wanted, counted, 3, 0.3)]
    hint = f"did you mean {' or '.join(near)}?" if near else "catalogue() lists them"
    raise InvalidInputError(f"there is no exercise {str(exercise_id)[:40]!r}; {hint}")

"""A question to answer on the page: numbers, statements to pick, or the lines of a proof to put in order.

The page judges by the same rules as `check`, and says the same.  In a notebook the answer is a trait, and an
answer that was checked reaches Python, which notes in the progress file what is passed.
"""

import hashlib
import html
from typing import Any

import numpy as np
import traitlets

from vaecore.exercises import checking
from vaecore.exercises.machinery import progress_place
from vaecore.exercises.machinery.chapters import linked
from vaecore.exercises.machinery.formulas import formula, line, paragraphs
from vaecore.exercises.machinery.judging import Verdict
from vaecore.exercises.machinery.notation import read_number
from vaecore.exercises.machinery.questions import (
    ChoiceExercise,
    OrderExercise,
    QuestionExercise,
    ValueExercise,
)
from vaecore.exercises.machinery.results import COLOURS, SIGNS
from vaecore.exercises.machinery.rules import plain_number
from vaecore.foundations.errors import InvalidInputError
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.page.static_page import weights_folder
from vaecore.widgets.parts.state import InvalidStateError

# In the browser's storage, which pages of other books may share: what a page remembers, that a question
# has been passed there, and what a notebook has not handed over to its kernel.
KEY, PASSED, UNSENT = "vae-book/question/", "vae-book/passed/", "vae-book/unsent/"

TASKS = {
    "value": "Compute, and write the number down.",
    "choice": "Write down the letters of the true statements.",
    "order": "Write down the letters of the lines that belong there, in their order.",
}


def question(exercise_id: str) -> "Question":
    """Return an exercise that is no program as a widget: a value, statements, or lines to put in order.

    exercise_id: such as "X-1"; `vaecore.exercises.catalogue()` lists them.
    Raises InvalidInputError for an ID that does not exist, and for an exercise that asks for a function.
    """
    exercise = checking.find(exercise_id)
    if not isinstance(exercise, QuestionExercise):
        raise InvalidInputError(
            f"{exercise.id} asks for a function, {exercise.signature}, and not for an answer to click; "
            f'write it in a cell, and hand it in with check("{exercise.id}", ...)'
        )
    return Question(exercise)


class Question(BookWidget):
    """One question with its answer and, once that has been checked, the verdict.

    answer: what stands there now.  Letters for statements and for lines ("bce"), "" for none; for values a
    list with a number or None for each.  checked: the answer that was checked last, None before that.
    Both can be read, set, observed and linked; `verdict` is what was said of `checked`.
    Raises InvalidInputError for an answer of another form.
    """

    script = "question"
    trouble = "This question could not be brought to life", "It can be answered on paper"

    answer = traitlets.Any().tag(sync=True, book=True)
    checked = traitlets.Any(None, allow_none=True).tag(sync=True, book=True)
    note = traitlets.Unicode("").tag(sync=True, book=True)  # what is to be said about the progress file
    content = traitlets.Dict().tag(sync=True, book=True)  # all that does not change
    received = traitlets.Dict().tag(sync=True)  # what has arrived here, and need not be kept elsewhere

    def __init__(self, exercise: QuestionExercise) -> None:
        self.exercise = exercise
        nothing = [None] * len(exercise.value) if isinstance(exercise, ValueExercise) else ""
        received = {"answer": nothing, "checked": None}
        super().__init__(content=_content(exercise), answer=nothing, received=received)
        self.observe(self._note_progress, "checked")
        self.observe(self._receive, ["answer", "checked"])
        self.on_msg(self._say_that_python_is_here)

    @traitlets.validate("answer", "checked")
    def _in_plain_form(self, proposal: dict) -> Any:
        name, value = proposal["trait"].name, proposal["value"]
        if name == "checked" and value is None:
            return None
        if isinstance(self.exercise, ValueExercise):
            return _numbers(self.exercise, value, name)
        plain = self.exercise.read(value)
        if isinstance(plain, Verdict):
            raise InvalidStateError(f"{name} is {str(value)[:60]!r}: {plain.message}")
        return plain

    @property
    def verdict(self) -> Verdict | None:
        """What was said of the answer that was checked; None before that."""
        if self.checked is None:
            return None
        if isinstance(self.exercise, ValueExercise):
            return self.exercise.judge([None if v is None else float(v) for v in self.checked])
        return self.exercise.judge(self.checked)

    def _note_progress(self, change: dict) -> None:
        verdict = self.verdict
        self.note = checking.note_of(self.exercise, verdict) if verdict is not None else ""

    def _receive(self, change: dict) -> None:
        self.received = {"answer": self.answer, "checked": self.checked}

    def _say_that_python_is_here(self, widget: Any, content: Any, buffers: Any) -> None:
        if isinstance(content, dict) and content.get("question") == "there?":
            self.send({"question": "here"})

    @property
    def sentence(self) -> str:
        """What to do where no script runs."""
        return (
            f'{TASKS[self.exercise.kind]} In a notebook check("{self.exercise.id}", ...) judges the answer; '
            "so does this page, where scripts may run."
        )

    def fallback_html(self) -> str:
        """The question, its statements or lines, and what to do, without a picture."""
        e, kind = self.exercise, self.exercise.kind
        items = [
            f'<li value="{ord(letter) - 96}">{item}</li>'
            for letter, item in (self.content.get("items") or {}).items()
        ]
        asked = f'<ol type="a">{"".join(items)}</ol>' if items else ""
        if kind == "value":
            asked = f"<p>{', '.join(f'{name} = ……' for name in self.content['names'])}</p>"
        return (
            f'<div class="vw-fallback vw-question-fallback"><p><strong>{html.escape(e.id)}, '
            f"{formula(e.title)}</strong></p>{paragraphs(e.question)}{asked}"
            f"<p><em>{html.escape(self.sentence)}</em></p></div>"
        )

    def __repr__(self) -> str:
        return f'question("{self.exercise.id}")'


def _content(exercise: QuestionExercise) -> dict[str, Any]:
    """What the front end shows and judges by: texts as HTML, and the rules as they are."""
    static = weights_folder() is not None
    targets = {exercise.chapter: exercise.target} if exercise.target else {}
    counted = static and exercise.id not in checking.UNCOUNTED

    def rich(text: str) -> str:
        return linked(formula(text), notebook=not static, targets=targets)

    content: dict[str, Any] = {
        "id": exercise.id,
        "title": exercise.title,
        "rich_title": formula(exercise.title),
        "question": paragraphs(exercise.question),
        "rules": exercise.rules,
        "rich": {text: rich(text) for text in sorted(_texts(exercise.rules))},
        "signs": SIGNS,
        "colours": COLOURS,
        "reasons": None,  # tools/editions.py puts that back in a book without solutions
        "key": KEY + exercise.id if static else "",
        "passed_key": PASSED + exercise.id if counted else "",
        "unsent": "" if static else _unsent_key(exercise.id),
    }
    if isinstance(exercise, ChoiceExercise):
        content["items"] = {letter: formula(s.text) for letter, s in exercise.statements.items()}
        content["reasons"] = {letter: rich(s.why) for letter, s in exercise.statements.items()}
    elif isinstance(exercise, OrderExercise):
        content["items"] = {letter: line(exercise.lines[letter]) for letter in shuffled(exercise)}
    elif isinstance(exercise, ValueExercise):
        content["names"] = [line(name) for name in exercise.names]
    if not isinstance(exercise, ChoiceExercise):
        content["reasons"] = {"": rich(exercise.reason)}
    return content


def _unsent_key(exercise_id: str) -> str:
    """One for each progress file: what is kept of one folder's answers is handed over there alone."""
    folder = hashlib.sha256(str(progress_place.place()).encode()).hexdigest()[:12]
    return f"{UNSENT}{folder}/{exercise_id}"


def shuffled(exercise: OrderExercise) -> list[str]:
    """Return the letters of the lines in an order that is always the same, and never the right one."""
    for attempt in range(100):
        seed = f"{exercise.id} {attempt} "
        letters = sorted(exercise.lines, key=lambda letter: hashlib.sha256((seed + letter).encode()).digest())
        if [letter for letter in letters if letter in exercise.order] != list(exercise.order):
            break
    return letters


def _texts(rules: Any) -> set[str]:
    """All texts that a verdict may be made of."""
    if isinstance(rules, str):
        return {rules}
    parts = rules.values() if isinstance(rules, dict) else rules if isinstance(rules, list) else ()
    return {text for part in parts for text in _texts(part)}


def _number(value: Any) -> float:
    number = read_number(value) if isinstance(value, str) else float(value)
    if number is None:
        raise ValueError("a text that is no number")
    return number


def _numbers(exercise: ValueExercise, value: Any, name: str) -> list[float | str | None]:
    """Return the numbers of an answer as JSON has them, with None for those that are still missing."""
    count = len(exercise.value)
    if isinstance(value, str):
        read = exercise.read(value)
        if isinstance(read, Verdict):
            raise InvalidStateError(f"{name} is {value[:60]!r}, expected numbers: {exercise.signature}")
        value = read or None
    if value is None:
        value = [None] * count
    elif count == 1 and np.ndim(value) == 0:
        value = [value]
    try:
        numbers = [None if v is None else _number(v) for v in value]
    except (TypeError, ValueError):
        raise InvalidStateError(
            f"{name} is {str(value)[:60]!r}, expected numbers: {exercise.signature}"
        ) from None
    if len(numbers) != count:
        raise InvalidStateError(f"{name} has {len(numbers)} numbers, expected {count}: {exercise.signature}")
    missing = [i for i, v in enumerate(numbers, 1) if v is None]
    if name == "checked" and 0 < len(missing) < count:
        raise InvalidStateError(f"{name}: number {missing[0]} of {count} is missing: {exercise.signature}")
    return [None if v is None else plain_number(v) for v in numbers]

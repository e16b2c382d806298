"""Exercises that are not programs: a value, statements to pick, lines to put in order.

They are plain data: `rules` holds what judging needs, so that a page without a kernel can judge them alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Trouble, as_numbers
from vaecore.exercises.machinery.exercise import Exercise, Mistake
from vaecore.exercises.machinery.judging import ERROR, Verdict
from vaecore.exercises.machinery.notation import LONGEST, by_name, read_number
from vaecore.exercises.machinery.rules import Rules, half_a_unit, judge_by, plain_number, read_by

MOST_DEPTH = 5  # of lists in lists


@dataclass(frozen=True)
class QuestionExercise(Exercise):
    """What the three kinds have in common: an answer is read, then judged by the rules."""

    @property
    def rules(self) -> Rules:
        """What judging needs, as JSON has it; see rules.py."""
        raise NotImplementedError

    def read(self, answer: Any) -> Any:
        """Return an answer in its plain form (empty if there is none), or a Verdict if it is none at all."""
        raise NotImplementedError

    def judge(self, answer: Any) -> Verdict:
        """Return the verdict on an answer, whatever it is."""
        plain = self.read(answer)
        return plain if isinstance(plain, Verdict) else judge_by(self.rules, plain)


@dataclass(frozen=True)
class ValueExercise(QuestionExercise):
    """A number, or a few, to compute.  Mistakes have the numbers that they lead to in `wrong`.

    digits: how many significant ones the question asks for; they decide how far an answer may be away.
    unit: in what the question asks for the numbers, in the words that may stand beside them.
    """

    value: tuple[float, ...]
    names: tuple[str, ...]
    digits: int = 3
    unit: tuple[str, ...] = ()
    kind: str = field(default="value", kw_only=True)

    @property
    def signature(self) -> str:
        return f"({', '.join(self.names)})" if len(self.names) > 1 else self.names[0]

    @property
    def solution_text(self) -> str:
        return ", ".join(f"{n} = {v:.10g}" for n, v in zip(self.names, self.value, strict=True))

    @cached_property
    def rules(self) -> Rules:
        see = f"\n\n{self.see}"
        mistakes = [
            {"id": m.id, "message": m.message + see, "answers": [self._pairs(wrong) for wrong in m.wrong]}
            for m in self.mistakes
        ]
        several = len(self.names) > 1
        asked = f"{len(self.names)} numbers" if several else "one number"
        return {
            "kind": "value", "right": self._pairs(self.value), "mistakes": mistakes, "names": [*self.names],
            "unit": [*self.unit],
            "off": [f"{name} is not right yet." for name in self.names],
            "exchanged": "These are the right numbers, in another order.",
            "otherwise": "None of the numbers is right yet." if several else "Not yet.", "see": see,
            "unreadable": f"Expected {asked}, {self.signature}: written such as 0.25, 0,25, 2.5e-1 or 1/4.",
            "count": f"Expected {asked}, {self.signature}; got {{place}}.", "nothing": "Not attempted yet.",
        }  # fmt: skip

    def _pairs(self, numbers: Any) -> list[list[float | str]]:
        """Each number with how far an answer may be away from it."""
        values = np.broadcast_to(np.ravel(numbers), len(self.value)).tolist()
        # A mistake that leads to 0 is rounded as the right number is.
        return [
            [plain_number(v), half_a_unit(v or right, self.digits)]
            for v, right in zip(values, self.value, strict=True)
        ]

    def read(self, answer: Any) -> list[float] | Verdict:
        if isinstance(answer, dict) and (named := _by_name(answer, self.names)):
            answer = named
        if isinstance(answer, set | frozenset) and len(answer) > 1:
            return Verdict(ERROR, f"A set has no order: hand in a list, {self.signature}.")
        if isinstance(answer, list | tuple):
            answer = _flat(answer)
        texts = _texts(answer)
        if texts is not None:
            return read_by(self.rules, texts)
        try:
            numbers = as_numbers(list(answer) if isinstance(answer, set | frozenset) else answer)
        except Exception as problem:  # an object with methods of its own
            numbers = Trouble("unusable", f"an object that gives no numbers ({type(problem).__name__})")
        if isinstance(numbers, Trouble):
            if numbers.kind == "nothing":
                return []
            return Verdict(ERROR, f"Expected {self.signature}, got {numbers.text}.")
        if numbers.size == 0:
            return Verdict(ERROR, f"Expected {self.signature}, got nothing.")
        return read_by(self.rules, numbers.ravel().tolist())


def _texts(answer: Any) -> str | list[Any] | None:
    """Return a text, or a list in which a text is; None for an answer without texts."""
    if isinstance(answer, np.ndarray) and answer.dtype.kind in "UO" and answer.size < LONGEST:
        answer = answer.tolist()
    if isinstance(answer, str):
        return str(answer)
    if isinstance(answer, list | tuple | set | frozenset) and len(answer) < LONGEST:
        if any(isinstance(i, str) for i in answer) and all(isinstance(i, str | int | float) for i in answer):
            return list(answer)
    return None


def _flat(answer: Any, depth: int = 0) -> list[Any]:
    """Return the items of lists in lists, in their order; what is nested too deep stays as it is."""
    if depth > MOST_DEPTH or len(answer) > LONGEST:
        return list(answer)
    items: list[Any] = []
    for item in answer:
        items += _flat(item, depth + 1) if isinstance(item, list | tuple) else [item]
    return items


def _by_name(answer: dict, names: tuple[str, ...]) -> list[float] | None:
    """Return the numbers of {"θ_1": 0.1, ...} in their order, or None where the names are others."""
    if not all(isinstance(value, str | int | float) for value in answer.values()):
        return None
    numbers = [(str(n), read_number(v) if isinstance(v, str) else float(v)) for n, v in answer.items()]
    return by_name(numbers, names) if all(name for name, _ in numbers) else None


@dataclass(frozen=True)
class Statement:
    """One statement: whether it is true, why, and the mistake of whoever thinks otherwise."""

    text: str
    true: bool
    why: str
    mistake: str


@dataclass(frozen=True)
class ChoiceExercise(QuestionExercise):
    """Statements: the true ones are to be picked by their letters.  Each has a mistake of its own."""

    statements: Mapping[str, Statement]
    kind: str = field(default="choice", kw_only=True)

    @property
    def signature(self) -> str:
        return "the letters of the true statements, such as 'ac'"

    @property
    def solution_text(self) -> str:
        return "\n".join(
            f"{letter}: {'true' if s.true else 'false'}. {s.why}" for letter, s in self.statements.items()
        )

    @cached_property
    def rules(self) -> Rules:
        side = {True: "is true, and you left it out", False: "is not true, and you picked it"}
        statements = {
            letter: {
                "true": s.true, "id": s.mistake, "message": f"Statement {letter} {side[s.true]}. {s.why}"
            }
            for letter, s in self.statements.items()
        }  # fmt: skip
        counts = range(2, len(statements) + 1)
        others = ["", "", *(f" ({n} statements are still on the wrong side.)" for n in counts)]
        return {
            "kind": "choice", "statements": statements, "others": others, "see": f"\n\n{self.see}",
            "letters": "".join(self.statements),
            "unreadable": f"Expected some of the letters {', '.join(self.statements)}, such as 'ac'.",
            "nothing": "Not attempted yet: which statements are true?",
        }  # fmt: skip

    def read(self, answer: Any) -> str | Verdict:
        if isinstance(answer, dict) and all(isinstance(v, bool | np.bool_) for v in answer.values()):
            answer = [letter for letter, is_true in answer.items() if is_true]
        return _read_letters(self.rules, answer)


def choice(
    id: str,
    chapter: int,
    title: str,
    question: str,
    hints: tuple[str, ...],
    see: str,
    *statements: tuple,
    target: str = "",
) -> ChoiceExercise:
    """Return an exercise with statements to pick, each given as (mistake ID, true or false, text, why)."""
    lettered = {
        letter: Statement(text, true, why, mistake)
        for letter, (mistake, true, text, why) in zip("abcdefgh", statements, strict=False)
    }
    right = "".join(letter for letter, s in lettered.items() if s.true)
    mistakes = tuple(
        Mistake(s.mistake, s.why, ("".join(sorted(set(right) ^ {letter})),)) for letter, s in lettered.items()
    )
    return ChoiceExercise(
        id=id, chapter=chapter, title=title, question=question, hints=hints,
        reason="The reasons stand beside them.", see=see, mistakes=mistakes, statements=lettered,
        target=target,
    )  # fmt: skip


@dataclass(frozen=True)
class OrderExercise(QuestionExercise):
    """The lines of a derivation, shuffled, with lines among them that carry classical mistakes.

    lines: letter -> line.  order: the right lines in order.  traps: letter -> mistake ID.
    An answer with a trap in it gets the trap's mistake; right lines in another order get `order_mistake`.
    """

    lines: Mapping[str, str]
    order: str
    traps: Mapping[str, str]
    order_mistake: str
    missing_mistake: str
    kind: str = field(default="order", kw_only=True)

    @property
    def signature(self) -> str:
        return f"the letters of {len(self.order)} lines in order"

    @property
    def solution_text(self) -> str:
        return "\n".join(f"{letter}: {self.lines[letter]}" for letter in self.order)

    @cached_property
    def rules(self) -> Rules:
        messages = {m.id: m.message for m in self.mistakes}
        traps = {
            letter: {"id": name, "message": f"Line {letter} (place {{place}}): {messages[name]}"}
            for letter, name in self.traps.items()
        }
        in_place = [" The first line is not the right one yet.", " The first line is in place."]
        in_place += [f" The first {n} lines are in place." for n in range(2, len(self.order) + 1)]
        return {
            "kind": "order", "order": self.order, "traps": traps, "in_place": in_place,
            "shuffled": {"id": self.order_mistake, "message": messages[self.order_mistake]},
            "incomplete": {"id": self.missing_mistake, "message": messages[self.missing_mistake]},
            "see": f"\n\n{self.see}",
            "letters": "".join(self.lines),
            "unreadable": f"Expected letters out of {', '.join(self.lines)}, in order, such as 'cab'.",
            "nothing": "Not attempted yet: which lines, and in which order?",
        }  # fmt: skip

    def read(self, answer: Any) -> str | Verdict:
        if isinstance(answer, set | frozenset) and len(answer) > 1:
            return Verdict(ERROR, "A set has no order: hand in a text or a list, such as 'cab'.")
        return _read_letters(self.rules, answer)


def _read_letters(rules: Rules, answer: Any) -> str | Verdict:
    """Return what was picked ("ac", "a, c", ["a", "c"], {"a", "c"}, an array) in its plain form."""
    if answer is None:
        return ""
    if isinstance(answer, np.ndarray):
        answer = answer.ravel().tolist()
    if isinstance(answer, list | tuple | set | frozenset) and 0 < len(answer) < LONGEST:
        if all(isinstance(item, str) for item in answer):
            answer = "\n".join(answer)
    return read_by(rules, answer) if isinstance(answer, str) else Verdict(ERROR, rules["unreadable"])

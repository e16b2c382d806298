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
from vaecore.exercises.machinery.judging import ERROR, FAILED, Verdict
from vaecore.exercises.machinery.rules import Rules, judge_by, plain_number


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
    """A number, or a few, to compute.  Mistakes have the numbers that they lead to in `wrong`."""

    value: tuple[float, ...]
    names: tuple[str, ...]
    rtol: float = 1e-3  # three digits are asked for; every mistake is further away
    kind: str = field(default="value", kw_only=True)

    @property
    def signature(self) -> str:
        return f"({', '.join(self.names)})" if len(self.names) > 1 else self.names[0]

    @property
    def solution_text(self) -> str:
        return ", ".join(f"{n} = {v:.10g}" for n, v in zip(self.names, self.value, strict=True))

    @cached_property
    def rules(self) -> Rules:
        mistakes = [
            {"id": m.id, "message": f"{m.message}\n\n{self.see}", "answers": [*map(self._plain, m.wrong)]}
            for m in self.mistakes
        ]
        return {
            "kind": "value", "right": self._plain(self.value), "rtol": self.rtol, "atol": 1e-9,
            "mistakes": mistakes, "otherwise": f"Not yet. {self.see}", "nothing": "Not attempted yet.",
        }  # fmt: skip

    def _plain(self, numbers: Any) -> list[float | str]:
        return [plain_number(v) for v in np.broadcast_to(np.ravel(numbers), len(self.value))]

    def read(self, answer: Any) -> list[float] | Verdict:
        numbers = as_numbers(answer)
        if isinstance(numbers, Trouble):
            if numbers.kind == "nothing":
                return []
            return Verdict(ERROR, f"Expected {self.signature}, got {numbers.text}.")
        if numbers.size != len(self.value):
            return Verdict(
                FAILED, f"Expected {len(self.value)} numbers, {self.signature}; got {numbers.size}."
            )
        return numbers.ravel().tolist()


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
            "nothing": "Not attempted yet: give the letters of the true statements.",
        }  # fmt: skip

    def read(self, answer: Any) -> str | Verdict:
        picked = _letters(answer)
        if picked is None or any(letter not in self.statements for letter in picked):
            return Verdict(ERROR, f"Expected some of the letters {', '.join(self.statements)}, such as 'ac'.")
        return "".join(letter for letter in self.statements if letter in picked)


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
            "nothing": "Not attempted yet: give the letters of the lines, in order.",
        }  # fmt: skip

    def read(self, answer: Any) -> str | Verdict:
        given = _letters(answer)
        if given is None or any(letter not in self.lines for letter in given):
            return Verdict(
                ERROR, f"Expected letters out of {', '.join(self.lines)}, in order, such as 'cab'."
            )
        return "".join(given)


def _letters(answer: Any) -> list[str] | None:
    """Return what was picked ('ac', 'a, c', ['a', 'c'], {'a', 'c'}) as a list, or None for anything else."""
    if answer is None:
        return []
    if isinstance(answer, str):
        return [c for c in answer.lower() if c not in " ,;.-"] if len(answer) < 200 else None
    if isinstance(answer, list | tuple | set | frozenset) and 0 < len(answer) < 100:
        if all(isinstance(item, str) for item in answer):
            return [item.strip().lower() for item in answer]
    return None

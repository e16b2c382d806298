"""Exercises that are not programs: a value, statements to pick, lines to put in order.

They are plain data and a comparison, so that a page without a kernel can judge them just alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Trouble, as_numbers
from vaecore.exercises.machinery.exercise import Exercise
from vaecore.exercises.machinery.judging import ERROR, FAILED, NOT_ATTEMPTED, PASSED, Verdict


@dataclass(frozen=True)
class ValueExercise(Exercise):
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

    def judge(self, answer: Any) -> Verdict:
        numbers = as_numbers(answer)
        if isinstance(numbers, Trouble):
            if numbers.kind == "nothing":
                return Verdict(NOT_ATTEMPTED, "Not attempted yet.")
            return Verdict(ERROR, f"Expected {self.signature}, got {numbers.text}.")
        flat = numbers.ravel()
        if flat.shape != (len(self.value),):
            return Verdict(FAILED, f"Expected {len(self.value)} numbers, {self.signature}; got {flat.size}.")
        if np.allclose(flat, self.value, rtol=self.rtol, atol=1e-9):
            return Verdict(PASSED, "Right.")
        for mistake in self.mistakes:
            for wrong in mistake.wrong:
                if np.allclose(flat, np.ravel(wrong), rtol=self.rtol, atol=1e-9, equal_nan=True):
                    return Verdict(FAILED, f"{mistake.message}\n\n{self.see}", mistake.id)
        return Verdict(FAILED, f"Not yet. {self.see}")


@dataclass(frozen=True)
class Statement:
    """One statement: whether it is true, why, and the mistake of whoever thinks otherwise."""

    text: str
    true: bool
    why: str
    mistake: str


@dataclass(frozen=True)
class ChoiceExercise(Exercise):
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

    def judge(self, answer: Any) -> Verdict:
        if answer is None or (isinstance(answer, str) and not answer.strip()):
            return Verdict(NOT_ATTEMPTED, "Not attempted yet: give the letters of the true statements.")
        picked = _letters(answer)
        unknown = [letter for letter in picked or () if letter not in self.statements]
        if picked is None or unknown:
            return Verdict(ERROR, f"Expected some of the letters {', '.join(self.statements)}, such as 'ac'.")
        wrong = [letter for letter, s in self.statements.items() if (letter in picked) != s.true]
        if not wrong:
            return Verdict(PASSED, "Right.")
        letter = wrong[0]
        s = self.statements[letter]
        kind = "is not true, and you picked it" if letter in picked else "is true, and you left it out"
        others = f" ({len(wrong)} statements are still on the wrong side.)" if len(wrong) > 1 else ""
        return Verdict(FAILED, f"Statement {letter} {kind}. {s.why}{others}\n\n{self.see}", s.mistake)


@dataclass(frozen=True)
class OrderExercise(Exercise):
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

    def judge(self, answer: Any) -> Verdict:
        if answer is None or (isinstance(answer, str) and not answer.strip()):
            return Verdict(NOT_ATTEMPTED, "Not attempted yet: give the letters of the lines, in order.")
        given = _letters(answer)
        if given is None or any(letter not in self.lines for letter in given):
            return Verdict(
                ERROR, f"Expected letters out of {', '.join(self.lines)}, in order, such as 'cab'."
            )
        if "".join(given) == self.order:
            return Verdict(PASSED, "Right.")
        for place, letter in enumerate(given):
            if letter in self.traps:
                name = self.traps[letter]
                return Verdict(FAILED, f"Line {letter} (place {place + 1}): {self._message(name)}", name)
        name = self.order_mistake if sorted(given) == sorted(self.order) else self.missing_mistake
        good = next(
            (i for i, (a, b) in enumerate(zip(given, self.order, strict=False)) if a != b), len(given)
        )
        return Verdict(
            FAILED, f"{self._message(name)} The first {good} lines are in place.\n\n{self.see}", name
        )

    def _message(self, name: str) -> str:
        return next(m.message for m in self.mistakes if m.id == name)


def _letters(answer: Any) -> list[str] | None:
    """Return what was picked as a list of letters: 'ac', 'a, c', ['a', 'c'], {'a', 'c'}, or None."""
    if isinstance(answer, str):
        return [c for c in answer.lower() if c not in " ,;.-"] if len(answer) < 200 else None
    if isinstance(answer, list | tuple | set | frozenset) and len(answer) < 100:
        if all(isinstance(item, str) for item in answer):
            return [item.strip().lower() for item in answer]
    return None

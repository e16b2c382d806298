"""What an exercise is: a question, its solution, and the mistakes that its checker knows by name."""

import inspect
import re
import textwrap
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Answer, Trouble

BEGIN, END = "# [answer]", "# [end]"  # in a solution: what is between them is not in the stub
YOURS = "# your code here"

Readings = Mapping[str, Any]  # what a function gave on each input: arrays, numbers, Troubles


@dataclass(frozen=True)
class Mistake:
    """One misconception: its stable ID, what a reader who has it is told, and answers that it leads to.

    wrong: for a function to write, functions that make the mistake, in different ways; else wrong answers.
    by: the names of the readings that show it; by default all of them.
    when: recognises the mistake from its readings, where the answers differ too much to be compared.
    """

    id: str
    message: str
    wrong: tuple[Any, ...] = ()
    by: tuple[str, ...] | None = None
    when: Callable[[Readings], bool] | None = None


@dataclass(frozen=True)
class Exercise:
    """What all kinds have in common.

    id: stable, as in the syllabus.  chapter: its number.  hints: from a nudge to nearly everything.
    reason: goes with the solution.  see: where the book teaches it.  target: a label there ("src-x-4").
    """

    id: str
    chapter: int
    title: str
    question: str
    hints: tuple[str, ...]
    reason: str
    see: str
    mistakes: tuple[Mistake, ...]
    target: str = field(default="", kw_only=True)
    kind: str = field(default="", kw_only=True)

    @property
    def signature(self) -> str:
        """How the answer looks: a function's arguments, or what is to be handed in."""
        return ""

    @property
    def solution_text(self) -> str:
        """The worked answer, without its reason."""
        raise NotImplementedError


@dataclass(frozen=True)
class CodeExercise(Exercise):
    """A function to write.  Its checker calls it on small inputs, and never reads its source.

    solution: the function; its source has `# [answer]` ... `# [end]` around what the stub leaves out.
    inputs: label -> arguments; a label is shown to the student, so it says what the input is.
    measure: (answer, rng) -> readings, where calling it once on each input is not enough.
    also_right: functions that give other, equally right readings (another convention).
    passes: decides from the readings alone, where they are random.
    saw: says in words what the readings show, where they are no plain results.
    rtol, atol: how far readings may be from the right ones; tolerance: why that is enough and not too much.
    takes_rng: the last argument is a random generator, which the answer may leave out or ignore.
    uses: exercises whose functions the solution calls; an answer may bring a mistake of theirs along.
    """

    solution: Callable[..., Any]
    inputs: Mapping[str, tuple] = field(default_factory=dict)
    measure: Callable[[Answer], Readings] | None = None
    also_right: tuple[Callable[..., Any], ...] = ()
    passes: Callable[[Readings], bool] | None = None
    saw: Callable[[Readings], str] | None = None
    rtol: float = 1e-4
    atol: float = 1e-6
    tolerance: str = "Rounding in float32 changes a result by 1e-6 of its size; every mistake by far more."
    takes_rng: bool = False
    uses: tuple["CodeExercise", ...] = ()
    kind: str = field(default="code", kw_only=True)

    @property
    def signature(self) -> str:
        return f"{self.solution.__name__}{inspect.signature(self.solution)}"

    @cached_property
    def source(self) -> str:
        """The source of the solution, with its marks, without words to the linter."""
        return re.sub(r"  # noqa.*", "", textwrap.dedent(inspect.getsource(self.solution))).rstrip()

    @property
    def solution_text(self) -> str:
        lines = [line for line in self.source.splitlines() if line.strip() not in (BEGIN, END)]
        return "\n".join(lines)

    @property
    def stub(self) -> str:
        """The solution with its marked parts taken out; it runs, and returns None."""
        lines, inside, returns = [], False, False
        for line in self.source.splitlines():
            indent = line[: len(line) - len(line.lstrip())]
            if line.strip() == BEGIN:
                inside, returns = True, False
            elif line.strip() == END:
                inside = False
                lines += [indent + YOURS, indent + ("return None" if returns else "pass")]
            elif inside:
                returns = returns or line.strip().startswith("return")
            else:
                lines.append(line)
        return "\n".join(lines)

    def observe(self, function: Callable[..., Any], seed: int = 0) -> tuple[dict[str, Any], int | None]:
        """Return the readings of a function, and the position of an argument that it has changed, if any."""
        rng = np.random.default_rng(seed) if self.takes_rng else None
        answer = Answer(function, rng)
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            if self.measure is not None:
                readings = dict(self.measure(answer))
            else:
                readings = {label: answer(*args) for label, args in self.inputs.items()}
        return readings, answer.changed

    @cached_property
    def right_readings(self) -> tuple[Readings, ...]:
        """The readings of the solution, and those of other conventions."""
        return tuple(self.observe(f)[0] for f in (self.solution, *self.also_right))

    @cached_property
    def wrong_readings(self) -> tuple[tuple[Readings, ...], ...]:
        """For each mistake the readings of the functions that make it; none where `when` recognises it."""
        return tuple(
            () if m.when is not None else tuple(self.observe(f)[0] for f in m.wrong) for m in self.mistakes
        )

    def agree(self, seen: Any, expected: Any) -> bool:
        """Whether one reading is the other, up to the tolerance.  NaN agrees with NaN."""
        if isinstance(seen, Trouble) or isinstance(expected, Trouble):
            return isinstance(seen, Trouble) and isinstance(expected, Trouble) and seen == expected
        seen, expected = np.asarray(seen), np.asarray(expected)
        if seen.shape != expected.shape:
            return False
        return bool(np.allclose(seen, expected, rtol=self.rtol, atol=self.atol, equal_nan=True))

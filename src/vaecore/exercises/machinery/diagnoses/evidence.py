"""What an answer returned, on the exercise's inputs and on moved ones: what an explanation has to fit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, flat, usable
from vaecore.exercises.machinery.diagnoses.parts import moved, parts_of
from vaecore.exercises.machinery.diagnoses.watched_solution import Change, Places, WatchedSolution

ENOUGH = 3  # wrong numbers that differ, beside one for a number that was looked for
MANY = 10  # wrong numbers count as one more, where all are 0 and 1
MORE = 4  # inputs that are moved, to make sure


@dataclass
class Evidence:
    """Inputs and results.

    pairs: arguments, and what the answer returned.  right: what is expected.  count: how many of them are the
    exercise's own.  place: of several results the one that is looked at, or None.
    """

    pairs: list[tuple[Mapping[str, Any], Any]]
    right: list[Any]
    count: int
    rtol: float
    place: int | None = None

    def __post_init__(self) -> None:
        wrong = [i for i, (_, s) in enumerate(self.pairs) if not close(s, self.right[i], self.rtol)]
        numbers = flat(self.pairs[i][1] for i in wrong)
        self.distinct = max(len(np.unique(np.round(numbers, 9))), len(numbers) // MANY)
        own = [i for i in wrong if i < self.count] or wrong
        self.first = min(own, key=lambda i: (np.size(self.pairs[i][1]) < 2, _cost(*self.pairs[i])))

    @property
    def on_the_exercises_inputs(self) -> tuple[list[Case], list[Any], list[Any]]:
        """Return these inputs, what the answer returned, and what is expected."""
        own = self.pairs[: self.count]
        return [Case("", args) for args, _ in own], [s for _, s in own], self.right[: self.count]

    @property
    def is_enough_for_one_more(self) -> bool:
        """Whether one number may be looked for, and enough are left that show it."""
        return self.distinct > ENOUGH

    def result(self, watched: WatchedSolution, i: int, places: Places, change: Change | None) -> Any:
        """What the changed solution returns on one input; None where nothing usable."""
        whole = watched.run(self.pairs[i][0], places, change)
        if whole is None or self.place is None:
            return whole
        return whole[self.place] if np.ndim(whole) and len(whole) > self.place else None

    def agrees(self, i: int, result: Any) -> bool:
        """Whether this is what the answer returned."""
        return result is not None and close(result, self.pairs[i][1], self.rtol)

    def holds(self, watched: WatchedSolution, places: Places, change: Change | None) -> bool:
        """Whether the changed solution returns what the answer does, on all inputs."""
        order = [self.first, *(i for i in range(len(self.pairs)) if i != self.first)]
        return all(self.agrees(i, self.result(watched, i, places, change)) for i in order)

    def holds_mostly(self, watched: WatchedSolution, places: Places, change: Change | None) -> bool:
        """Whether it does on all inputs on which the changed solution returns numbers, three at least."""
        told = 0
        for i in range(len(self.pairs)):
            result = self.result(watched, i, places, change)
            if result is not None and not self.agrees(i, result):
                return False
            told += result is not None and not close(result, self.right[i], self.rtol)
        return told >= ENOUGH


def _cost(args: Mapping[str, Any], result: Any) -> int:
    sizes = [int(np.size(v)) if isinstance(v, np.ndarray) else 1 for v in args.values()]
    counts = [v for v in args.values() if isinstance(v, int) and not isinstance(v, bool)]
    return sum(sizes) + sum(counts) + int(np.size(result))


def evidence(
    cases: Sequence[Case], answer: Call, solution: Call, rtol: float, place: int | None = None
) -> Evidence | None:
    """Return what is known of the answer; None where that is too little.

    answer, solution: return the one result at `place` alone, where there are several.
    """
    seen, right = ([call(case.args) for case in cases] for call in (answer, solution))
    if not usable(*seen, *right):
        return None
    pairs = [(case.args, s) for case, s in zip(cases, seen, strict=True)]
    expected = list(right)
    rng = np.random.default_rng(9)
    parts = parts_of(cases)
    wrong = [c for c, s, r in zip(cases, seen, right, strict=True) if not close(s, r, rtol)]
    for number, case in enumerate((wrong * MORE)[:MORE] if parts else ()):
        args: Mapping[str, Any] = case.args
        for part in parts:
            value = part.get(args)
            if np.asarray(value).dtype.kind == "f":
                args = part.put(args, moved(value, rng, far=number % 2 == 1))
        both = answer(args), solution(args)
        if usable(*both):
            pairs.append((args, both[0]))
            expected.append(both[1])
    if not usable(*(s for _, s in pairs)):
        return None
    known = Evidence(pairs, expected, len(cases), rtol, place)
    return known if known.distinct >= ENOUGH else None

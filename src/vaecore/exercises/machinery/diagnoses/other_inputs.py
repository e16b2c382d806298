"""Whether an answer is right for another input: an argument doubled, with the other sign, exchanged."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, all_close, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.parts import TWO_HALVES, Part, parts_of
from vaecore.exercises.machinery.diagnoses.words import on_all

CHANGES: dict[str, Callable[[Any], Any]] = {
    "with the other sign": lambda v: -v,
    "twice as large": lambda v: 2 * v,
    "half as large": lambda v: v / 2,
    "squared": lambda v: v**2,
    "under a square root": np.sqrt,
    "as its exponential": np.exp,
    "as its logarithm": np.log,
    "as an absolute value": np.abs,
    "taken from 1": lambda v: 1 - v,
    "over its largest number": lambda v: v / np.max(v),
    "of length 1 in each row": lambda v: v / np.linalg.norm(v, axis=-1, keepdims=True),
    "from the last row to the first": lambda v: v[::-1],
    "from the last column to the first": lambda v: v[:, ::-1],
    "with its mean taken off": lambda v: v - np.mean(v, axis=0),
}
WHOLE = {"one larger": 1, "one smaller": -1, "two larger": 2, "two smaller": -2}

ENOUGH = 3  # inputs on which the other one has a result, where it has none on all

Changed = Mapping[str, Any]


def other_inputs(
    cases: Sequence[Case], solution: Call, seen: Sequence[Any], right: Sequence[Any], rtol: float
) -> list[Diagnosis]:
    """Return for which other input the answer would be right, on all cases."""
    numbers = flat(seen)
    if numbers.size < 2 or np.ptp(numbers) < 1e-6:
        return []
    for words, changed in _other(cases):
        results = [solution(args) for args in changed]
        for sign, top in ((1, ""), (-1, ", with the other sign")):
            told = [i for i, r in enumerate(results) if usable(r, seen[i])]
            if len(told) < min(len(cases), ENOUGH):
                continue
            ours, theirs, expected = ([x[i] for i in told] for x in (seen, results, right))
            theirs = [sign * r for r in theirs]
            if all_close(theirs, ours, rtol) and not all_close(theirs, expected, rtol):
                on = (
                    on_all(len(cases))
                    if len(told) == len(cases)
                    else f"on {len(told)} of {len(cases)} inputs"
                )
                text = f"Your result is the one that belongs to {words}{top}, {on}."
                return [Diagnosis("other-input", text, 0.07)]
    return []


def _other(cases: Sequence[Case]) -> Iterator[tuple[str, list[Changed]]]:
    parts = parts_of(cases)
    if TWO_HALVES in cases[0].args:
        whole = Part(f"`{TWO_HALVES}`", TWO_HALVES)
        changed = [_changed(case, whole, _even_columns_first) for case in cases]
        if None not in changed:
            words = "in which columns 0, 2, 4, ... are the means, and 1, 3, 5, ... the log stds"
            yield f"{whole.name} {words}", [c for c in changed if c is not None]
    for part in parts:
        for words, change in CHANGES.items():
            changed = [_changed(case, part, change) for case in cases]
            if None not in changed:
                yield f"{part.name} {words}", [c for c in changed if c is not None]
    for name in cases[0].args:
        if all(type(case.args[name]) is int for case in cases):
            for words, by in WHOLE.items():
                yield f"`{name}` {words}", [{**case.args, name: case.args[name] + by} for case in cases]
    for a, b in combinations(parts, 2):
        values = [(a.get(case.args), b.get(case.args)) for case in cases]
        if all(type(x) is type(y) and np.shape(x) == np.shape(y) for x, y in values):
            changed_all = [a.put(b.put(c.args, x), y) for c, (x, y) in zip(cases, values, strict=True)]
            yield f"{a.name} and {b.name} in each other's place", list(changed_all)


def _even_columns_first(v: Any) -> Any:
    return np.concatenate([v[:, ::2], v[:, 1::2]], axis=1)


def _changed(case: Case, part: Part, change: Callable[[Any], Any]) -> Changed | None:
    value = part.get(case.args)
    try:
        with np.errstate(all="ignore"):
            new = change(value)
    except (ValueError, IndexError, TypeError):  # a number has no rows
        return None
    if not np.all(np.isfinite(new)) or np.shape(new) != np.shape(value):
        return None
    return part.put(case.args, float(new) if isinstance(value, float) else np.asarray(new))

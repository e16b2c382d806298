"""A case to redo by hand: the exercise's own input, cut down and rounded, on which the answer is wrong."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, usable
from vaecore.exercises.machinery.diagnoses.parts import TWO_HALVES, is_distribution
from vaecore.exercises.machinery.shown_numbers import written

MOST_NUMBERS = 12  # in a case that one redoes by hand
MOST_LENGTHS = 4  # different ones, of axes that are cut
DECIMALS = 1
SHOWS_ITS_NUMBERS = re.compile(r"[=\[]|\(-?\d")  # in the name of an input


def small_case(cases: Sequence[Case], answer: Call, solution: Call, rtol: float) -> str:
    """Return a sentence with a small input, what the answer gives there and what is expected; "" for none.

    Nothing is said where an input's name shows its numbers, or where an argument is no number.
    """
    for case in cases:
        if not case.label or SHOWS_ITS_NUMBERS.search(case.label):
            if close(answer(case.args), solution(case.args), rtol):
                continue
            return ""
        for args in _smaller(case.args):
            if sum(np.size(v) for v in args.values()) > MOST_NUMBERS:
                continue
            seen, right = answer(args), solution(args)
            if usable(seen, right) and np.size(right) <= MOST_NUMBERS and not close(seen, right, rtol):
                given = ", ".join(f"`{name}` = {written(value)}" for name, value in args.items())
                return (
                    f"To redo by hand: for {given} it gives {written(seen, 4)}, expected {written(right, 4)}."
                )
    return ""


def _smaller(args: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments with fewer rows and columns, the smallest first, and rounded where that can be done.

    Axes of one length are cut alike, so that what belongs together stays together.
    """
    if any(not isinstance(v, np.ndarray | float | int) for v in args.values()):
        return
    lengths = sorted({n for v in args.values() for n in np.shape(v) if n > 1})
    if TWO_HALVES in args or len(lengths) > MOST_LENGTHS:
        yield {name: _rounded(value) for name, value in args.items()}
        return
    options = [[n for n in (1, 2) if n < length] + [length] for length in lengths]
    cuts = [
        {name: _rounded(_cut(v, dict(zip(lengths, kept, strict=True)))) for name, v in args.items()}
        for kept in product(*options)
    ]
    yield from sorted(cuts, key=lambda cut: sum(np.size(v) for v in cut.values()))


def _cut(value: Any, kept: Mapping[int, int]) -> Any:
    if not isinstance(value, np.ndarray):
        return value
    return value[tuple(slice(0, kept.get(n, n)) for n in value.shape)]


def _rounded(value: Any) -> Any:
    if isinstance(value, int) or is_distribution(value):
        return value
    rounded = np.round(value, DECIMALS)
    return float(rounded) if isinstance(value, float) else rounded

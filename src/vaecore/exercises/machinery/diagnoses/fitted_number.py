"""The number that has to be put in to get a result: tried, or found between two on both sides of it."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import close
from vaecore.exercises.machinery.diagnoses.changes_of_value import ROUND

STEPS = 40  # at most, to find a number
SCALES = (-4.0, -1.0, -0.3, 0.0, 0.3, 0.6, 0.9, 0.999, 1.001, 1.1, 1.6, 3.0, 8.0, 100.0)
SHIFTS = (-100.0, -10.0, -3.0, -1.0, -0.3, -0.03, -1e-3, 1e-3, 0.03, 0.3, 1.0, 3.0, 10.0, 100.0)
PLACES = 9  # in which a floor or a ceiling is looked for between the smallest and the largest number


def fitted(
    result: Callable[[float], Any], seen: Any, value: Any, nothing: float, rtol: float
) -> Iterator[float]:
    """Yield numbers c for which `result(c)` is what was seen.

    value: what the number is put into.  nothing: the c that changes nothing: 1 for a factor, 0 for a shift,
    -inf for a floor and inf for a ceiling.
    """
    right = result(nothing)
    if right is None or np.shape(right) != np.shape(seen):
        return
    off = np.abs(right - seen)
    at = int(np.argmax(off / (1e-12 + np.abs(seen))))
    if nothing in (0.0, 1.0, -np.inf, np.inf):
        tried = [*ROUND, *(1 - c for c in ROUND if c < 1 and nothing == np.inf)]
        yield from (c for c in tried if _agrees(result(c), seen, rtol))

    def distance(c: float) -> float:
        got = result(c)
        same_shape = got is not None and np.shape(got) == np.shape(seen)
        return float(np.ravel(got)[at] - np.ravel(seen)[at]) if same_shape else np.nan

    if nothing in (-np.inf, np.inf):
        low, high = float(np.min(value)), float(np.max(value))
        grid = np.linspace(low - 1e-9, high + (high - low) + 1e-9, PLACES)
    else:
        grid = np.array(SHIFTS if nothing == 0.0 else SCALES)
    heights = [distance(c) for c in grid]
    for a, b, fa, fb in zip(grid[:-1], grid[1:], heights[:-1], heights[1:], strict=True):
        if fa * fb < 0 or fa == 0:
            c = float(a) if fa == 0 else _between(distance, float(a), float(b), fa, fb)
            if _agrees(result(c), seen, rtol):
                yield c


def _agrees(result: Any, seen: Any, rtol: float) -> bool:
    return result is not None and close(result, seen, rtol)


def _between(distance: Callable[[float], float], a: float, b: float, fa: float, fb: float) -> float:
    """The zero between a and b, by false position with the far end's height halved (Illinois)."""
    side = 0
    c = a
    for _ in range(STEPS):
        c = (fa * b - fb * a) / (fa - fb)
        fc = distance(c)
        if not np.isfinite(fc) or abs(fc) < 1e-13 or abs(b - a) < 1e-13 * (1 + abs(c)):
            break
        if fc * fb > 0:
            b, fb, fa = c, fc, fa / 2 if side == 1 else fa
            side = 1
        else:
            a, fa, fb = c, fc, fb / 2 if side == -1 else fb
            side = -1
    return c


def rounded(c: float, holds: Callable[[float], bool]) -> float:
    """Return c with as few digits as it takes."""
    for digits in range(1, 6):
        short = float(f"{c:.{digits}g}")
        if holds(short):
            return short
    return c

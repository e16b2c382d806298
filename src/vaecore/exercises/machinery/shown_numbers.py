"""Numbers and small arrays as a reader wants to see them: one style, four decimals, rows that differ."""

from typing import Any

import numpy as np

MOST_NUMBERS = 6  # of an array that are shown as they are
DECIMALS, MOST_DECIMALS = 4, 12


def written(value: Any, decimals: int = 3) -> str:
    """Return numbers as one writes them: [0.5, 2], rows in brackets of their own."""
    if np.ndim(value):
        return f"[{', '.join(written(v, decimals) for v in value)}]"
    number = float(value) + 0.0  # without a minus in front of 0
    if not np.isfinite(number):
        return f"{number}"
    if number == 0 or 10.0**-decimals <= abs(number) < 1e6:
        return f"{number:.{decimals}f}".rstrip("0").rstrip(".")
    return f"{number:.{decimals}g}"


def seen_and_expected(seen: Any, expected: Any, wrong: Any) -> tuple[str, str, str]:
    """Return which part is shown ("" for all), and how the seen and the expected numbers look there.

    wrong: whether each number is wrong.  Of large arrays the first wrong row is shown, or a single number.
    """
    seen, expected, wrong = np.asarray(seen, float), np.asarray(expected, float), np.asarray(wrong, bool)
    place: tuple[int, ...] = ()
    while seen.size > MOST_NUMBERS and wrong.any():
        first = int(np.argmax(wrong.reshape(len(wrong), -1).any(axis=1)))
        place += (first,)
        seen, expected, wrong = seen[first], expected[first], wrong[first]
    decimals = DECIMALS
    while decimals < MOST_DECIMALS and _alike(seen, expected, wrong, decimals):
        decimals += 1
    where = "".join(f"[{i}]" for i in place)
    return where, written(seen, decimals), written(expected, decimals)


def _alike(seen: Any, expected: Any, wrong: Any, decimals: int) -> bool:
    """Whether a wrong number looks like the expected one with so many decimals."""
    pairs = zip(np.ravel(seen), np.ravel(expected), np.ravel(wrong), strict=True)
    return any(written(s, decimals) == written(e, decimals) for s, e, off in pairs if off and s != e)

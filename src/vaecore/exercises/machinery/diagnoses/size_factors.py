"""Factors that are made of a size of the input: its root, its logarithm, one less or one more of it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "{}": lambda n: n,
    "the square root of {}": np.sqrt,
    "the square of {}": np.square,
    "the logarithm of {}": np.log,
    "the logarithm of one more than {}": np.log1p,
    "one less than {}": lambda n: n - 1,
    "one more than {}": lambda n: n + 1,
    "the square root of one less than {}": lambda n: np.sqrt(n - 1),
    "the ratio of {} to one less": lambda n: n / (n - 1),
    "the ratio of {} to one more": lambda n: n / (n + 1),
    "the square root of the ratio of {} to one less": lambda n: np.sqrt(n / (n - 1)),
    "half of {}": lambda n: n / 2,
}
DIFFERENT = 2  # factors at least


def size_factor(ratios: Sequence[float], sizes: Mapping[str, Any], rtol: float) -> str:
    """Return "times the square root of ..." where the ratios, one for each input, are that; else "".

    sizes: name -> the size on each input.
    """
    wanted = np.asarray(ratios, float)
    if len(np.unique(np.round(wanted, 6))) < DIFFERENT:
        return ""
    with np.errstate(all="ignore"):
        for name, lengths in sizes.items():
            for words, function in FUNCTIONS.items():
                factor = np.asarray(function(lengths), float)
                if not np.all(np.isfinite(factor)) or np.any(factor == 0):
                    continue
                if np.allclose(wanted, factor, rtol=rtol):
                    return f"times {words.format(name)}"
                if np.allclose(wanted, 1 / factor, rtol=rtol):
                    return f"over {words.format(name)}"
    return ""


def one_ratio_each(seen: Sequence[Any], other: Sequence[Any], rtol: float) -> list[float]:
    """Return by which number each result is the other one; [] where there is no such number."""
    ratios = []
    for s, o in zip(seen, other, strict=True):
        if np.shape(s) != np.shape(o) or np.any(np.abs(o) < 1e-9):
            return []
        ratio = np.ravel(np.asarray(s) / np.asarray(o))
        if np.ptp(ratio) > rtol * abs(ratio[0]):
            return []
        ratios.append(float(ratio[0]))
    return ratios

"""What may have been done to a result: a sign, a sum, another order, rounding; each with its name in words.

Each completes the sentence "Your result is the expected one ...".
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True)
class Change:
    """Something done to a result.

    words: completes "your result is the expected one ...".  apply: does it, or raises where it cannot.
    """

    code: str
    words: str
    apply: Callable[[Array], Array]
    weight: float = 0.2


def _needs(ndim: int, apply: Callable[[Array], Array]) -> Callable[[Array], Array]:
    def checked(a: Array) -> Array:
        if np.ndim(a) < ndim:
            raise ValueError
        return apply(a)

    return checked


def _changes(code: str, named: Mapping[str, Callable[[Array], Array]]) -> list[Change]:
    return [Change(code, words, apply) for words, apply in named.items()]


FACTORS = {
    "with the other sign": -1.0, "times 2": 2.0, "times 1/2": 0.5, "times -2": -2.0, "times -1/2": -0.5,
    "times 4": 4.0, "times 1/4": 0.25, "times log 2": np.log(2.0),
    "over log 2, that is in bits": 1 / np.log(2.0),
    "times pi": np.pi, "times 2 pi": 2 * np.pi, "over 2 pi": 0.5 / np.pi, "times sqrt 2": np.sqrt(2.0),
    "over sqrt 2": np.sqrt(0.5), "times sqrt(2 pi)": np.sqrt(2 * np.pi), "times 3": 3.0, "over 3": 1 / 3,
    "times 100, as if in per cent": 100.0, "times 255": 255.0, "over 255": 1 / 255, "times 10": 10.0,
    "over 10": 0.1, "over ln 10, that is with a logarithm to base 10": 1 / np.log(10.0), "times 1000": 1000.0,
}  # fmt: skip

SCALED = _changes("differs-by-factor", {words: partial(np.multiply, c) for words, c in FACTORS.items()})

COLLAPSED = _changes("collapsed", {
    "summed to one number": _needs(1, np.sum),
    "averaged to one number": _needs(1, np.mean),
    "summed over its rows, axis 0": _needs(2, lambda a: a.sum(axis=0)),
    "summed along its rows, axis 1": _needs(2, lambda a: a.sum(axis=1)),
    "averaged over its rows, axis 0": _needs(2, lambda a: a.mean(axis=0)),
    "averaged along its rows, axis 1": _needs(2, lambda a: a.mean(axis=1)),
    "in its first entry alone": _needs(1, lambda a: a[0]),
    "in its last entry alone": _needs(1, lambda a: a[-1]),
    "without its first entry": _needs(1, lambda a: a[1:]),
    "without its last entry": _needs(1, lambda a: a[:-1]),
    "without its first column": _needs(2, lambda a: a[:, 1:]),
    "without its last column": _needs(2, lambda a: a[:, :-1]),
    "as its largest entry alone": _needs(1, np.max),
    "as its smallest entry alone": _needs(1, np.min),
    "in its first column alone": _needs(2, lambda a: a[:, 0]),
})  # fmt: skip

MOST_ON_DIAGONAL = 300  # numbers; more would make a matrix that fills the memory


def _diagonal(a: Array) -> Array:
    if a.ndim != 1 or a.size > MOST_ON_DIAGONAL:
        raise ValueError
    return np.diag(a)


SHAPED = _changes("differs-in-shape", {
    "transposed: its rows are columns here": _needs(2, np.transpose),
    "as a column: an axis of length 1 too many": _needs(1, lambda a: a[..., None]),
    "with an axis of length 1 in front": lambda a: a[None],
    "flattened into one row of numbers": _needs(2, np.ravel),
    "as a matrix with the numbers on its diagonal": _needs(1, lambda a: _diagonal(a)),
    "on the diagonal alone": _needs(2, lambda a: np.diag(a)),
    "with its numbers read in another direction (`reshape` in place of `.T`)":
        _needs(2, lambda a: np.ascontiguousarray(a.T).reshape(a.shape)),
    "with its numbers in the wrong shape: reshaped where a transpose was needed":
        _needs(2, lambda a: a.reshape(a.shape[::-1])),
    "squeezed: an axis of length 1 is gone": _needs(1, np.squeeze),
})  # fmt: skip

ORDERED = _changes("differs-in-order", {
    "from the last to the first": _needs(1, lambda a: a[::-1]),
    "with its columns from the last to the first": _needs(2, lambda a: a[:, ::-1]),
    "sorted": _needs(1, lambda a: np.sort(a, axis=-1)),
    "moved on by one place": _needs(1, lambda a: np.roll(a, 1, axis=0)),
    "moved back by one place": _needs(1, lambda a: np.roll(a, -1, axis=0)),
    "with the two halves of its columns exchanged":
        _needs(2, lambda a: np.roll(a, a.shape[1] // 2, axis=1) if a.shape[1] % 2 == 0 else a[:, :0]),
})  # fmt: skip


def _softmax(a: Array) -> Array:
    a = np.exp(a - np.max(a))
    return a / a.sum()


def _rescaled(a: Array) -> Array:
    return (a - a.min()) / (a.max() - a.min())


COMPUTED = _changes("differs-by-function", {
    "squared": np.square,
    "squared, and divided by the sum": lambda a: a**2 / np.sum(a**2),
    "under a square root, and divided by the sum": lambda a: np.sqrt(a) / np.sum(np.sqrt(a)),
    "under a square root": np.sqrt,
    "without its sign, as an absolute value": np.abs,
    "as its logarithm": np.log,
    "with `exp` taken of it": np.exp,
    "upside down, 1 over it": lambda a: 1 / a,
    "taken from 1": lambda a: 1 - a,
    "under a square root, without its sign": lambda a: np.sqrt(np.abs(a)),
    "rounded to whole numbers": np.round,
    "cut down to whole numbers": np.trunc,
    "rounded down to whole numbers": np.floor,
    "rounded to one decimal": lambda a: np.round(a, 1),
    "rounded to two decimals": lambda a: np.round(a, 2),
    "rounded to three decimals": lambda a: np.round(a, 3),
    "cut off below 0": lambda a: np.maximum(a, 0),
    "cut off above 0": lambda a: np.minimum(a, 0),
    "cut off outside 0 to 1": lambda a: np.clip(a, 0, 1),
    "with a sigmoid taken of it": lambda a: 1 / (1 + np.exp(-a)),
    "with `tanh` taken of it": np.tanh,
    "turned into zeros and ones at the threshold 1/2": lambda a: (a > 0.5) * 1.0,
    "summed up step by step (`cumsum`)": _needs(1, lambda a: np.cumsum(a, axis=-1)),
    "less its mean": _needs(1, lambda a: a - a.mean()),
    "divided by its sum": _needs(1, lambda a: a / a.sum()),
    "with each row divided by its sum": _needs(2, lambda a: a / a.sum(1, keepdims=True)),
    "with each column divided by its sum": _needs(2, lambda a: a / a.sum(0)),
    "divided by its largest entry": _needs(1, lambda a: a / a.max()),
    "divided by its length (its norm)": _needs(1, lambda a: a / np.linalg.norm(a)),
    "stretched to run from 0 to 1": _needs(1, _rescaled),
    "put through a softmax": _needs(1, _softmax),
    "averaged over everything, and repeated in each entry": _needs(1, lambda a: np.full_like(a, a.mean())),
    "with the first row repeated in all of them": _needs(2, lambda a: np.repeat(a[:1], len(a), axis=0)),
})  # fmt: skip

EVERY_CHANGE = [*SCALED, *SHAPED, *COLLAPSED, *ORDERED, *COMPUTED]


def applied(change: Change, results: Sequence[Array]) -> list[Array] | None:
    """Return the changed results, or None where the change cannot be made or leaves all as they were."""
    try:
        with np.errstate(all="ignore"):
            changed = [change.apply(np.asarray(r, float)) for r in results]
    except Exception:  # a result of another kind
        return None
    same = all(
        np.shape(c) == np.shape(r) and np.allclose(c, r, rtol=1e-9, equal_nan=True)
        for c, r in zip(changed, results, strict=True)
    )
    return None if same else changed

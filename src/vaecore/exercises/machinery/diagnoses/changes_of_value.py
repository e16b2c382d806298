"""What may have been done to a value on the way to a result; each completes "... in which x is ...".

Those with a number in them, such as a floor, say in which direction it is looked for.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np

Array = Any
Change = Callable[[Array], Array]


def _rows(v: Array, collect: Callable[..., Array], axis: int | None) -> Array:
    """One number for each row, or for each column, in the place of all of its numbers."""
    if v.ndim < 1 or (axis == 0 and v.ndim < 2):
        raise ValueError
    return np.broadcast_to(collect(v, axis=axis, keepdims=True), v.shape).copy()


def _needs(ndim: int, apply: Change, v: Array) -> Array:
    if v.ndim < ndim:
        raise ValueError
    return apply(v)


def _only_largest(v: Array) -> Array:
    return (np.arange(v.shape[-1]) == np.argmax(v, axis=-1)[..., None]) * 1.0


def _softmax(v: Array) -> Array:
    e = np.exp(v - v.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _square(apply: Change, v: Array) -> Array:
    if v.ndim != 2 or v.shape[0] != v.shape[1]:
        raise ValueError
    return apply(v)


ENTRY_BY_ENTRY: dict[str, Change] = {
    "set to 0": lambda v: 0 * v,
    "set to 1": lambda v: 0 * v + 1,
    "taken without its sign, as an absolute value": np.abs,
    "taken with the other sign": np.negative,
    "squared": np.square,
    "taken under a square root": np.sqrt,
    "taken under a square root, without its sign": lambda v: np.sqrt(np.abs(v)),
    "taken as its logarithm": np.log,
    "taken as the logarithm of its absolute value": lambda v: np.log(np.abs(v)),
    "taken as the logarithm of 1 plus it": np.log1p,
    "taken as its exponential": np.exp,
    "turned upside down, 1 over it": lambda v: 1 / v,
    "taken from 1": lambda v: 1 - v,
    "cut off below 0": lambda v: np.maximum(v, 0),
    "cut off above 0": lambda v: np.minimum(v, 0),
    "cut off outside 0 to 1": lambda v: np.clip(v, 0, 1),
    "cut off outside -1 to 1": lambda v: np.clip(v, -1, 1),
    "rounded to whole numbers": np.round,
    "cut down to whole numbers": np.trunc,
    "rounded to one decimal": lambda v: np.round(v, 1),
    "rounded to two decimals": lambda v: np.round(v, 2),
    "rounded to three decimals": lambda v: np.round(v, 3),
    "turned into zeros and ones at the threshold 1/2": lambda v: (v > 0.5) * 1.0,
    "turned into zeros and ones at the threshold 0": lambda v: (v > 0) * 1.0,
    "turned into its sign, -1 or 1": np.sign,
    "put through a sigmoid": lambda v: 1 / (1 + np.exp(-v)),
    "put through `tanh`": np.tanh,
}  # fmt: skip

_TOGETHER: dict[str, Change] = {
    "divided by its sum": lambda v: v / v.sum(),
    "divided by the sum of each row": lambda v: v / v.sum(axis=-1, keepdims=True),
    "divided by its largest number": lambda v: v / v.max(),
    "divided by the largest number of each row": lambda v: v / v.max(axis=-1, keepdims=True),
    "divided by its length, so that it has the length 1": lambda v: v / np.linalg.norm(v),
    "divided by the length of each row": lambda v: v / np.linalg.norm(v, axis=-1, keepdims=True),
    "divided by its mean": lambda v: v / v.mean(),
    "divided by its standard deviation": lambda v: v / v.std(),
    "divided by the standard deviation of each column":
        partial(_needs, 2, lambda v: v / np.where(v.std(axis=0) > 0, v.std(axis=0), 1)),
    "taken less its mean": lambda v: v - v.mean(),
    "taken less the mean of each column": partial(_needs, 2, lambda v: v - v.mean(axis=0)),
    "taken less the mean of each row": partial(_needs, 2, lambda v: v - v.mean(axis=1, keepdims=True)),
    "taken less its largest number": lambda v: v - v.max(),
    "taken less its smallest number": lambda v: v - v.min(),
    "standardised, less its mean and over its standard deviation": lambda v: (v - v.mean()) / v.std(),
    "standardised in each column, less its mean and over its standard deviation":
        partial(_needs, 2, lambda v: (v - v.mean(axis=0)) / np.where(v.std(axis=0) > 0, v.std(axis=0), 1)),
    "stretched to run from 0 to 1": lambda v: (v - v.min()) / (v.max() - v.min()),
    "1 at the largest number of each row and 0 elsewhere": _only_largest,
    "kept at the largest number of each row and 0 elsewhere": lambda v: v * _only_largest(v),
    "kept at its number farthest from 0, and 0 elsewhere": lambda v: v * (np.abs(v) == np.abs(v).max()),
    "put through a softmax": _softmax,
    "sorted": lambda v: np.sort(v, axis=-1),
    "sorted in each column": partial(_needs, 2, lambda v: np.sort(v, axis=0)),
    "turned round, from the last to the first": lambda v: v[::-1],
    "turned round in each row, from the last to the first": partial(_needs, 2, lambda v: v[:, ::-1]),
    "moved on by one place": lambda v: np.roll(v, 1, axis=0),
    "moved back by one place": lambda v: np.roll(v, -1, axis=0),
    "summed up step by step": lambda v: np.cumsum(v, axis=-1),
    "summed up step by step down its columns": partial(_needs, 2, lambda v: np.cumsum(v, axis=0)),
    "the same in all rows, those of the first": partial(_needs, 2, lambda v: _same_row(v, 0)),
    "the same in all rows, those of the last": partial(_needs, 2, lambda v: _same_row(v, -1)),
    "the same in all entries, that of the first": lambda v: np.full_like(v, v.flat[0]),
    "transposed": partial(_square, np.transpose),
    "set to 0 outside its diagonal": partial(_square, lambda v: np.diag(np.diag(v))),
    "set to 0 on its diagonal": partial(_square, lambda v: v - np.diag(np.diag(v))),
    "without its first entry": lambda v: v[1:],
    "without its last entry": lambda v: v[:-1],
    "without its first column": partial(_needs, 2, lambda v: v[:, 1:]),
    "without its last column": partial(_needs, 2, lambda v: v[:, :-1]),
}  # fmt: skip


def _same_row(v: Array, row: int) -> Array:
    return np.broadcast_to(v[row], v.shape).copy()


_COLLECTED: dict[str, Callable[..., Array]] = {
    "its mean": np.mean, "its sum": np.sum, "its largest number": np.max, "its smallest number": np.min,
    "its median": np.median,
}  # fmt: skip
for _words, _collect in _COLLECTED.items():
    _TOGETHER[f"the same everywhere, {_words}"] = partial(_rows, collect=_collect, axis=None)
    _TOGETHER[f"the same in each row, {_words} there"] = partial(_rows, collect=_collect, axis=-1)
    _TOGETHER[f"the same in each column, {_words} there"] = partial(_rows, collect=_collect, axis=0)

_OVER_SIZES: dict[str, Callable[[float], float]] = {
    "divided by {}": lambda n: 1 / n,
    "divided by the square root of {}": lambda n: 1 / np.sqrt(n),
    "multiplied by {}": lambda n: n,
    "multiplied by the square root of {}": np.sqrt,
    "divided by the logarithm of {}": lambda n: 1 / np.log(n),
}

KEPT = 6  # entries or columns of which only so many may be taken


def _log_plus(more: float, v: Array) -> Array:
    return np.log(np.abs(v) + more)


def _half_log_plus(more: float, v: Array) -> Array:
    return 0.5 * np.log(np.abs(v) + more)


def _always(value: int, v: Any) -> int:
    return value


def _times_size(factor: Callable[[float], float], axis: int, v: Array) -> Array:
    if v.ndim <= axis:
        raise ValueError
    return v * factor(v.shape[axis])


def _first(count: int, axis: int, v: Array) -> Array:
    if v.ndim <= axis or v.shape[axis] <= count:
        return v
    return v[:count] if axis == 0 else v[:, :count]


def of_each() -> Iterator[tuple[str, Change]]:
    """Yield what may be done to a number with decimals, or to each of an array, the plainest first."""
    yield from ENTRY_BY_ENTRY.items()
    for k in (12, 10, 9, 8, 6):
        words = f"taken as the logarithm of its absolute value plus 1e-{k}"
        yield words, partial(_log_plus, 10.0**-k)


def of_array() -> Iterator[tuple[str, Change]]:
    """Yield what may be done to an array of decimals as a whole."""
    yield from _TOGETHER.items()
    for words, factor in _OVER_SIZES.items():
        for axis, size in ((0, "the number of its rows"), (1, "the number of its columns")):
            yield words.format(size), partial(_times_size, factor, axis)
    for count in range(1, KEPT):
        many = f"{count} {{}}s" if count > 1 else "{}"
        yield f"cut to its first {many.format('row')}", partial(_first, count, 0)
        yield f"cut to its first {many.format('column')}", partial(_first, count, 1)


def of_mean(count: float) -> Iterator[tuple[str, float]]:
    """Yield factors that a mean of so many numbers may have where it is divided by something else."""
    if count > 1:
        yield "divided by one less than the number of its terms", count / (count - 1)
    yield "divided by one more than the number of its terms", count / (count + 1)
    yield "divided by the square root of the number of its terms", np.sqrt(count)
    yield "divided twice by the number of its terms", 1 / count
    yield "divided by half the number of its terms", 2.0
    for divisor in range(1, 11):
        yield f"divided by {divisor}, however many terms it has", count / divisor


HALVES: dict[str, Change] = {
    "taken as if they were variances": lambda v: 0.5 * np.log(v),
    "taken as if they were variances, without their signs": lambda v: 0.5 * np.log(np.abs(v)),
    "taken as if they were standard deviations": np.log,
    "taken as if they were standard deviations, without their signs": lambda v: np.log(np.abs(v)),
    "taken as if they were logarithms of variances": lambda v: v / 2,
    **{f"taken as if they were variances, without their signs and with 1e-{k} added":
       partial(_half_log_plus, 10.0**-k) for k in (12, 10, 9, 8, 6, 5, 4)},
}  # fmt: skip
"""What may be done to the log stds alone."""


def of_whole_number() -> Iterator[tuple[str, Change]]:
    """Yield what may be done to a whole number: a count, an index, a size."""
    for by, words in ((1, "one too many"), (-1, "one too few"), (2, "two too many"), (-2, "two too few")):
        yield words, partial(np.add, by)
    yield "twice as large", lambda v: 2 * v
    yield "half as large", lambda v: v // 2
    for value in range(11):
        yield f"always {value}", partial(_always, value)


FITTED: dict[str, tuple[Callable[[Array, float], Array], float]] = {
    "{} times as large as it should be": (lambda v, c: c * v, 1.0),
    "made larger by {}": (lambda v, c: v + c, 0.0),
    "{} in every place where it is smaller": (np.maximum, -np.inf),
    "{} in every place where it is larger": (np.minimum, np.inf),
    "cut off outside -{0} to {0}": (lambda v, c: np.clip(v, -c, c), np.inf),
    "cut off within {} of 0 and of 1": (lambda v, c: np.clip(v, c, 1 - c), 0.0),
    "drawn towards 1/2, to {} times its distance": (lambda v, c: 0.5 + c * (v - 0.5), 1.0),
    "drawn towards its mean, to {} times its distance": (lambda v, c: np.mean(v) + c * (v - np.mean(v)), 1.0),
    "taken as the logarithm of its exponential plus {}": (lambda v, c: np.log(np.exp(v) + c), 0.0),
    "taken as half the logarithm of the exponential of twice it plus {}":
        (lambda v, c: 0.5 * np.log(np.exp(2 * v) + c), 0.0),
    "raised to the power {}": (lambda v, c: np.sign(v) * np.abs(v) ** c, 1.0),
}  # fmt: skip
"""Words -> what is done with one unknown number c, and the c for which nothing is done."""

ROUND = (*(10.0**-k for k in range(1, 16)), 0.5, 0.2, 0.05, 0.02, 0.01, 0.9, 0.95, 0.99, 2.0, 3.0, 5.0, 10.0,
         20.0, 30.0, 50.0, 100.0, 255.0, 784.0)  # fmt: skip
"""Numbers that are tried for c before one is looked for."""

"""Whether an answer is a value that the solution works out on the way, or two of them put together.

Such as the sum of squares of the codes, the median of the absolute errors, one term less another one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import flat
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.evidence import Evidence
from vaecore.exercises.machinery.diagnoses.value_changed import is_decimals, is_whole
from vaecore.exercises.machinery.diagnoses.value_words import ValueWords
from vaecore.exercises.machinery.diagnoses.watched_solution import WatchedSolution
from vaecore.exercises.machinery.diagnoses.words import on_all
from vaecore.exercises.machinery.exercise import CodeExercise

Array = Any
ENOUGH = 4  # wrong numbers that differ, where two values are put together
LARGEST = 4_000  # numbers of a value
NAME, FEW = 50, 12  # characters of a name, and values, where two are put together and then collected
SHORT = 60  # characters of its name, where two are put together
MOST = 300  # values of which two are put together

SHARES = "{}, divided by its sum,"
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "{}": lambda v: v,
    "the square of {}": np.square,
    "the absolute value of {}": np.abs,
    "the logarithm of {}": np.log,
    "the exponential of {}": np.exp,
    "the square root of {}": np.sqrt,
    "1 minus {}": lambda v: 1 - v,
    "1 over {}": lambda v: 1 / v,
    SHARES: lambda v: v / v.sum() if np.ndim(v) else np.nan * v,
    "the absolute value of the logarithm of {}": lambda v: np.abs(np.log(v)),
    "p log p, p being {},": lambda v: np.where(v > 0, v * np.log(np.where(v > 0, v, 1)), 0),
}


def _log_sum_exp(v: Array, axis: int | None = None) -> Array:
    return np.logaddexp.reduce(np.ravel(v) if axis is None else v, axis=axis or 0)


COLLECTED: dict[str, Callable[..., Array]] = {
    "the sum": np.sum, "the mean": np.mean, "the largest": np.max, "the smallest": np.min,
    "the median": np.median, "the standard deviation": np.std, "the product": np.prod,
    "the length (root of the sum of squares)": lambda v, axis=None: np.sqrt(np.sum(v**2, axis=axis)),
    "the root of the mean square": lambda v, axis=None: np.sqrt(np.mean(v**2, axis=axis)),
    "the standard deviation with one less in the denominator":
        lambda v, axis=None: np.std(v, axis=axis, ddof=1),
    "the variance": np.var,
    "log of the sum of exponentials": _log_sum_exp,
    "the largest less the smallest": np.ptp,
}  # fmt: skip
OF_SQUARE: dict[str, Callable[[Array], Array]] = {
    "the sum of the entries outside the diagonal of {}": lambda v: v.sum() - np.trace(v),
    "the sum of the diagonal of {}": np.trace,
    "the determinant of {}": np.linalg.det,
    "the logarithm of the determinant of {}": lambda v: np.linalg.slogdet(v)[1],
    "the diagonal of {}": np.diag,
    "the inverse of {}": np.linalg.inv,
}
TIMES = {1.0: "", -1.0: " with the other sign", 0.5: " times 1/2", -0.5: " times -1/2", 2.0: " times 2",
         -2.0: " times -2", 0.25: " times 1/4", np.sqrt(2.0): " times sqrt 2",
         np.sqrt(0.5): " over sqrt 2"}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A value, or something simple that is made of it.  results: on all inputs.  of: the value's name."""

    name: str
    results: tuple[Array, ...]
    of: str
    plain: bool


def value_returned(exercise: CodeExercise, known: Evidence) -> list[Diagnosis]:
    """Return what of the values on the way the answer's numbers are, on all inputs."""
    seen = [s for _, s in known.pairs]
    fitting: list[Made] = []
    for made in _made(exercise, known, [np.shape(s) for s in seen]):
        fitting.append(made)
        factor = _factor(flat(seen), flat(made.results), known.rtol)
        if factor is not None and not _is_right(made, factor, known):
            return [_said(known, f"{made.name}{TIMES[factor]}", 0.115)]
    if known.distinct < ENOUGH:
        return []
    return _two(known, fitting[:MOST], flat(seen))


def _said(known: Evidence, what: str, weight: float) -> Diagnosis:
    return Diagnosis(
        "value-returned", f"Your numbers are, {on_all(known.count)}, {what.rstrip(',')}.", weight
    )


def _is_right(made: Made, factor: float, known: Evidence) -> bool:
    r = flat(known.right)
    return r.shape == flat(made.results).shape and np.allclose(
        factor * flat(made.results), r, known.rtol, 1e-6
    )


def _factor(seen: Array, made: Array, rtol: float) -> float | None:
    """The number out of TIMES by which one is the other."""
    at = int(np.argmax(np.abs(made)))
    if np.ptp(made) < 1e-9 or abs(made[at]) < 1e-9:
        return None
    factor = min(TIMES, key=lambda c: abs(c - seen[at] / made[at]))
    return factor if np.allclose(seen, factor * made, rtol=rtol, atol=1e-7 + rtol * 1e-3) else None


def _made(exercise: CodeExercise, known: Evidence, shapes: list[tuple[int, ...]]) -> Iterator[Made]:
    """The values on the way and what is simply made of them, the plainest first, of these shapes alone."""
    watched = WatchedSolution(exercise)
    words = ValueWords(exercise, watched)
    tables = [watched.values(args) for args, _ in known.pairs]
    kept: dict[bytes, tuple[str, list[Array]]] = {}
    places = sorted(tables[0], key=lambda p: not words.is_named(p))
    for place in places:
        values: list[Any] = [table.get(place) for table in tables]
        decimals = any(map(is_decimals, values)) and all(is_decimals(v) or is_whole(v) for v in values)
        if decimals and len({np.ndim(v) for v in values}) == 1:
            arrays = [np.asarray(v, float) for v in values]
            key = b"".join(a.tobytes() for a in arrays)
            if all(0 < a.size < LARGEST for a in arrays):
                kept.setdefault(key, (words.plain_name(place), arrays))
    for name, arrays in _over_time(watched, words, known):
        kept.setdefault(b"".join(a.tobytes() for a in arrays), (name, arrays))
    own = list(kept.values())
    for name, arrays in _between([words.plain_name(p) for p in places], kept):
        kept.setdefault(b"".join(a.tobytes() for a in arrays), (name, arrays))
    together = list(kept.values())[len(own) :]
    with np.errstate(all="ignore"):
        for values_of, (function, apply) in product((own, together), FUNCTIONS.items()):
            for name, arrays in values_of:
                made = [apply(a) for a in arrays]
                if not all(np.isfinite(m).all() for m in made):
                    continue
                what = function.format(name)
                if [np.shape(m) for m in made] == shapes:
                    yield Made(what, tuple(made), name, function == "{}")
                if function != SHARES:  # whose sum is 1
                    yield from _collected(what, name, made, shapes)


def _over_time(
    watched: WatchedSolution, words: ValueWords, known: Evidence
) -> Iterator[tuple[str, list[Array]]]:
    """Of what is worked out again and again: its mean over all times, its first, the last but one."""
    tables = [watched.all_values(args) for args, _ in known.pairs]
    for place in tables[0]:
        series = [table.get(place, []) for table in tables]
        if not any(len(s) > 1 for s in series) or not all(is_decimals(v) for s in series for v in s):
            continue
        if all(series) and all(len({np.shape(v) for v in s}) == 1 for s in series):
            name = words.plain_name(place)
            yield f"the mean of {name} over all times", [np.mean(s, axis=0) for s in series]
            yield f"the sum of {name} over all times", [np.sum(s, axis=0) for s in series]
            yield f"{name} as it was the first time", [np.asarray(s[0], float) for s in series]
            yield f"{name} as it was the last time but one", [np.asarray(s[-2:][0], float) for s in series]


def _between(
    names: list[str], kept: dict[bytes, tuple[str, list[Array]]]
) -> Iterator[tuple[str, list[Array]]]:
    """What two named values of one shape give together."""
    plain = [(name, arrays) for name, arrays in kept.values() if name in names and len(name) <= NAME][:FEW]
    for (a, first), (b, second) in combinations(plain, 2):
        if [np.shape(x) for x in first] == [np.shape(y) for y in second]:
            for words, combine in BETWEEN.items():
                with np.errstate(all="ignore"):
                    results = [combine(x, y) for x, y in zip(first, second, strict=True)]
                if all(np.isfinite(r).all() for r in results):
                    yield words.format(a=a, b=b), results


BETWEEN: dict[str, Callable[[Array, Array], Array]] = {
    "the difference of {a} and {b}": lambda a, b: a - b,
    "the product of {a} and {b}": lambda a, b: a * b,
    "{a} over {b}": lambda a, b: a / b,
    "{b} over {a}": lambda a, b: b / a,
    "the difference of the roots of {a} and {b}": lambda a, b: np.sqrt(a) - np.sqrt(b),
    "{a} times the logarithm of {b}": lambda a, b: a * np.log(b),
    "{b} times the logarithm of {a}": lambda a, b: b * np.log(a),
    "the squared difference of {a} and {b} over {b}": lambda a, b: (a - b) ** 2 / b,
    "the difference of the squares of {a} and {b}": lambda a, b: a**2 - b**2,
}


def _of_shapes(
    collect: Callable[..., Array], arrays: list[Array], shapes: list[tuple[int, ...]]
) -> tuple[Array, ...]:
    """What is made of each of the arrays; () where one has no finite result, or one of another shape."""
    made = []
    for array, shape in zip(arrays, shapes, strict=True):
        try:
            made.append(np.asarray(collect(array)))
        except np.linalg.LinAlgError:
            return ()
        if made[-1].shape != shape or not np.isfinite(made[-1]).all():
            return ()
    return tuple(made)


def _collected(name: str, of: str, arrays: list[Array], shapes: list[tuple[int, ...]]) -> Iterator[Made]:
    ndim = arrays[0].ndim
    for word, collect in COLLECTED.items() if ndim else ():
        ways: list[tuple[str, int | None]] = [(word, None)]
        if ndim > 1:
            ways = [(f"{word} along each row", -1), (f"{word} down each column", 0), (word, None)]
        for how, axis in ways:
            if made := _of_shapes(partial(collect, axis=axis), arrays, shapes):
                yield Made(f"{how} of {name}", made, of, False)
    if ndim == 2 and all(a.shape[0] == a.shape[1] for a in arrays):
        for words, apply in OF_SQUARE.items():
            if made := _of_shapes(apply, arrays, shapes):
                yield Made(words.format(name), made, of, False)


TOGETHER: dict[str, Callable[[Array, Array], Array]] = {
    "{a}, plus {b}": lambda a, b: a + b,
    "{a}, less {b}": lambda a, b: a - b,
    "{b}, less {a}": lambda a, b: b - a,
    "{a}, times {b}": lambda a, b: a * b,
    "{a}, over {b}": lambda a, b: a / b,
    "{b}, over {a}": lambda a, b: b / a,
    "half of the sum of {a} and {b}": lambda a, b: (a + b) / 2,
    "the root of the sum of the squares of {a} and {b}": np.hypot,
    "the larger one of {a} and {b}": np.maximum,
    "the smaller one of {a} and {b}": np.minimum,
}


def _two(known: Evidence, made: list[Made], seen: Array) -> list[Diagnosis]:
    """Two values put together."""
    different: dict[bytes, Made] = {}
    for one in (m for m in made if len(m.of) <= SHORT):
        different.setdefault(np.round(flat(one.results), 9).tobytes(), one)
    ones = list(different.values())
    table = np.array([flat(one.results) for one in ones])
    right = flat(known.right)
    comparable = right.shape == seen.shape
    if len(ones) < 2:
        return []
    close = known.rtol * np.abs(seen) + 1e-7
    found: list[tuple[int, str]] = []
    with np.errstate(all="ignore"):
        for words, combine in TOGETHER.items():
            for i in range(len(ones) - 1):
                results = combine(table[i], table[i + 1 :])
                fits = np.all(np.abs(results - seen) <= close, axis=1)
                for j in np.flatnonzero(fits):
                    if comparable and np.allclose(results[j], right, known.rtol, 1e-6):
                        continue
                    a, b = ones[i], ones[i + 1 + int(j)]
                    found.append((2 - a.plain - b.plain, words.format(a=a.name, b=b.name)))
    if not found:
        return []
    return [_said(known, min(found, key=lambda f: (f[0], len(f[1])))[1], 0.125)]

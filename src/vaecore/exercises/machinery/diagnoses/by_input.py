"""Whether seen and expected differ by something simple of the input: a sum, a size, a logarithm."""

from collections.abc import Callable, Iterator, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Case, flat
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import sizes
from vaecore.exercises.machinery.diagnoses.parts import is_distribution, parts_of
from vaecore.exercises.machinery.diagnoses.words import number, on_all

ENOUGH = 3
SMALL = 2e-6  # of a number: rounding in float32

QUANTITIES: dict[str, Callable[[Any], Any]] = {
    "{}": lambda v: v,
    "the sum of {}": lambda v: np.sum(v, axis=-1),
    "the mean of {}": lambda v: np.mean(v, axis=-1),
    "the sum of squares of {}": lambda v: np.sum(v**2, axis=-1),
    "the square of {}": lambda v: v**2,
    "the logarithm of {}": np.log,
    "the sum of logarithms of {}": lambda v: np.sum(np.log(v), axis=-1),
    "the length of {}": lambda v: np.linalg.norm(v, axis=-1),
    "the largest of {}": lambda v: np.max(v, axis=-1),
    "the exponential of {}": np.exp,
    "the inverse of {}": lambda v: 1 / v,
}
ENTROPY = "the sum of p log p over {}"


def by_input(cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """Return what has to be added to the expected result, or multiplied with it, to give what was seen."""
    shapes = [np.shape(r) for r in right]
    if [np.shape(s) for s in seen] != shapes:
        return []
    s, r = (flat(results) for results in (seen, right))
    if s.size < ENOUGH:
        return []
    if text := _logarithm_of_sizes(cases, seen, right):
        return [Diagnosis("differs-by-size", f"{text}, {on_all(len(cases))}.", 0.2)]
    with np.errstate(all="ignore"):
        for name, values in _quantities(cases, shapes):
            if np.ptp(values) < 1e-6 * (1 + np.abs(values).max()) or np.abs(values).min() < 1e-6:
                continue
            if text := _sum(name, values, s, r, rtol) or _product(name, values, s, r, rtol):
                return [Diagnosis("differs-by-input", f"{text}, {on_all(len(cases))}.", 0.21)]
    return []


def _logarithm_of_sizes(cases: Sequence[Case], seen: list[Any], right: list[Any]) -> str:
    """A shift by the logarithm of a size of the input, or of the ratio of two, as where means are taken."""
    named = {name: np.log(lengths) for name, lengths in sizes(cases).items()}
    shifts = {("plus", name, ""): logs for name, logs in named.items()}
    shifts |= {("plus", a, b): named[a] - named[b] for a, b in permutations(named, 2)}
    shifts |= {("less", name, ""): -logs for name, logs in named.items()}
    for (words, name, over), values in shifts.items():
        if np.unique(np.round(values, 6)).size < ENOUGH:
            continue
        if all(
            np.all(np.abs(s - r - v) <= SMALL * (1 + np.abs(r)))
            for s, r, v in zip(seen, right, values, strict=True)
        ):
            what = f"the ratio of {name} to {over}" if over else name
            return f"Your result is the expected one {words} the logarithm of {what}"
    return ""


def _sum(name: str, values: Any, s: Any, r: Any, rtol: float) -> str:
    times = np.median((s - r) / values)
    close = np.abs(s - r - times * values) <= rtol * (np.abs(s) + np.abs(r) + np.abs(times * values))
    if not np.all(close) or not 1e-2 < abs(times) < 100 or np.any(np.abs(s - r) < 20 * rtol * np.abs(r)):
        return ""
    how = "" if abs(abs(times) - 1) < 1e-3 else f"{number(abs(times))} times "
    return f"Your result is the expected one {'plus' if times > 0 else 'less'} {how}{name}"


def _product(name: str, values: Any, s: Any, r: Any, rtol: float) -> str:
    for words, factor in (("times", values), ("over", 1 / values)):
        if np.all(np.isfinite(factor)) and np.allclose(s, r * factor, rtol=rtol, atol=0) and np.any(r):
            return f"Your result is the expected one {words} {name}"
    return ""


def _quantities(cases: Sequence[Case], shapes: list[tuple[int, ...]]) -> Iterator[tuple[str, Any]]:
    for name, lengths in sizes(cases).items():
        for words, values in ((f"the logarithm of {name}", np.log(lengths)), (name, lengths)):
            yield words, _spread(list(values), shapes)
    for part in parts_of(cases):
        inputs = [np.asarray(part.get(case.args), float) for case in cases]
        named = dict(QUANTITIES)
        if all(is_distribution(v) for v in inputs):
            named[ENTROPY] = lambda v: np.sum(np.where(v > 0, v * np.log(np.where(v > 0, v, 1)), 0), axis=-1)
        for words, compute in named.items():
            try:
                values = _spread([compute(v) for v in inputs], shapes)
            except ValueError:  # of one number there is no sum; or another shape than the result's
                continue
            if np.all(np.isfinite(values)):
                yield words.format(part.name), values


def _spread(values: list[Any], shapes: list[tuple[int, ...]]) -> Any:
    return np.concatenate([np.ravel(np.broadcast_to(v, s)) for v, s in zip(values, shapes, strict=True)])

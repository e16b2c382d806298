"""Whether an answer joins the results for two inputs: in which two arguments have changed places, or meet."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.evidence import Evidence
from vaecore.exercises.machinery.diagnoses.parts import Part, parts_of
from vaecore.exercises.machinery.diagnoses.words import and_so_on

Array = Any
Args = Mapping[str, Any]
Pair = tuple[tuple[Part, ...], tuple[Part, ...]]

ENOUGH = 3  # inputs on which the exchanged ones have a result too
JOINED: dict[str, Callable[[Array, Array], Array]] = {
    "the mean of the expected one and": lambda r, o: (r + o) / 2,
    "the sum of the expected one and": lambda r, o: r + o,
    "the expected one less": lambda r, o: r - o,
    "the larger one of the expected one and": np.maximum,
    "the smaller one of the expected one and": np.minimum,
    "the root of the product of the expected one and": lambda r, o: np.sqrt(r * o),
}


def two_orders(known: Evidence, solution: Call) -> list[Diagnosis]:
    """Return how the answer joins the expected result with the one for exchanged arguments."""
    for a, b in _pairs(known):
        one, other = (and_so_on(p.name for p in side) for side in (a, b))
        names = f"{one} and {other}" if len(a) == 1 else f"{one} on the one side and {other} on the other"
        others = [solution(_exchanged(args, a, b)) for args, _ in known.pairs]
        for words, join in JOINED.items():
            if on := _holds(known, others, join):
                text = f"Your result is {words} the one with {names} in each other's place, {on}."
                return [Diagnosis("other-input", text, 0.08)]
        halves = [_against_the_mean(solution, args, a[0], b[0]) for args, _ in known.pairs if len(a) == 1]
        if halves and (on := _holds(known, halves, lambda right, half: half)):
            text = (
                f"Your result is, {on}, the mean of two expected ones: of {one} and of {other}, each "
                "against the mean of the two."
            )
            return [Diagnosis("other-input", text, 0.08)]
    return []


def _holds(known: Evidence, others: Sequence[Any], join: Callable[[Array, Array], Array]) -> str:
    """On how many inputs the answer is this, in words, where it is so wherever that can be worked out."""
    ours, theirs = [], []
    for (_, seen), right, other in zip(known.pairs, known.right, others, strict=True):
        if not usable(other) or np.shape(other) != np.shape(right):
            continue
        joined = join(right, other)
        if not usable(joined):
            continue
        if np.shape(joined) != np.shape(seen) or not np.allclose(seen, joined, known.rtol, 1e-7):
            return ""
        ours.append(joined)
        theirs.append(right)
    if len(ours) < ENOUGH or np.ptp(flat(ours)) < 1e-6 or np.allclose(flat(ours), flat(theirs), known.rtol):
        return ""
    return f"on all {len(ours)} inputs on which that can be worked out"


def _pairs(known: Evidence) -> Iterator[Pair]:
    parts = parts_of([Case("", args) for args, _ in known.pairs])
    for a, b in combinations(parts, 2):
        if all(np.shape(a.get(args)) == np.shape(b.get(args)) for args, _ in known.pairs):
            yield (a,), (b,)
    half = len(parts) // 2
    sides = zip(parts[:half], parts[half:], strict=False)
    if half > 1 and len(parts) == 2 * half:
        if all(np.shape(a.get(x)) == np.shape(b.get(x)) for a, b in sides for x, _ in known.pairs):
            yield tuple(parts[:half]), tuple(parts[half:])


def _exchanged(args: Args, a: tuple[Part, ...], b: tuple[Part, ...]) -> Args:
    new = args
    for x, y in zip(a, b, strict=True):
        new = x.put(y.put(new, x.get(args)), y.get(args))
    return new


def _against_the_mean(solution: Call, args: Args, a: Part, b: Part) -> Array:
    """The mean of the results for each of the two, with the mean of both in the place of the second."""
    middle = b.put(args, (a.get(args) + b.get(args)) / 2)
    both = solution(middle), solution(a.put(middle, b.get(args)))
    return (both[0] + both[1]) / 2 if usable(*both) else both[0]

"""What the inputs have in common on which an answer is right, and those on which it is wrong have not."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise, permutations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import sizes
from vaecore.exercises.machinery.diagnoses.parts import parts_of
from vaecore.exercises.machinery.diagnoses.words import number

ENOUGH = 2  # inputs of each kind
VARIED = 24  # calls with other whole numbers

Args = Mapping[str, Any]

ASKED: dict[str, Callable[[Any], bool]] = {
    "holds whole numbers alone": lambda v: bool(np.all(v == np.round(v))),
    "holds a 0": lambda v: bool(np.any(v == 0)),
    "holds a 1": lambda v: bool(np.any(v == 1)),
    "holds a negative number": lambda v: bool(np.any(v < 0)),
    "holds a number above 1": lambda v: bool(np.any(v > 1)),
    "holds a number below 1": lambda v: bool(np.any(v < 1)),
    "is 0 outside its diagonal": lambda v: bool(
        np.ndim(v) == 2 and v.shape[0] == v.shape[1] and np.allclose(v, np.diag(np.diag(v)))
    ),
    "is the same in all rows": lambda v: bool(np.ndim(v) == 2 and np.ptp(v, axis=0).max() == 0),
}


def what_they_share(cases: Sequence[Case], answer: Call, solution: Call, rtol: float) -> list[Diagnosis]:
    """Return in what the inputs differ on which the answer is right and wrong, where one thing tells them."""
    inputs = [case.args for case in cases]
    inputs += list(_other_whole_numbers(inputs))
    told: list[tuple[Args, bool]] = []
    for args in inputs:
        s, r = answer(args), solution(args)
        if usable(s, r):
            told.append((args, close(s, r, rtol)))
    good = [args for args, is_right in told if is_right]
    bad = [args for args, is_right in told if not is_right]
    if len(good) < ENOUGH or len(bad) < ENOUGH:
        return []
    right = [is_right for _, is_right in told]
    for words, holds in _questions([args for args, _ in told]):
        for here, there, count, kind in (
            ("right", "wrong", len(good), True),
            ("wrong", "right", len(bad), False),
        ):
            if holds == [is_right is kind for is_right in right]:
                text = (
                    f"Of {len(told)} inputs that were tried, your result is {here} on the {count} where "
                    f"{words}, and {there} on all others."
                )
                return [Diagnosis("right-sometimes", text, 0.29)]
    return []


def _other_whole_numbers(inputs: Sequence[Args]) -> Iterator[Args]:
    """Calls with other whole numbers in place of those that come as arguments of their own."""
    names = [n for n, v in inputs[0].items() if type(v) is int]
    arrays = any(isinstance(v, np.ndarray | list | tuple) or callable(v) for v in inputs[0].values())
    if not names or arrays:
        return
    rng = np.random.default_rng(4)
    for _ in range(VARIED):
        args = inputs[int(rng.integers(len(inputs)))]
        yield {**args, **{n: int(rng.integers(1, 2 * args[n] + 3)) for n in names}}


def _questions(inputs: Sequence[Args]) -> Iterator[tuple[str, list[bool]]]:
    """Yield what may be true of an input, in words, and of which inputs it is."""
    whole = [n for n, v in inputs[0].items() if type(v) is int]
    for a, b in permutations(whole, 2):
        multiple = [x[b] != 0 and x[a] % x[b] == 0 for x in inputs]
        at_most = [x[a] <= x[b] for x in inputs]
        yield f"`{a}` is a multiple of `{b}`", multiple
        yield f"`{a}` is at most `{b}`", at_most
        yield (
            f"`{a}` is a multiple of `{b}`, or at most that",
            list(map(any, zip(multiple, at_most, strict=True))),
        )
    cases = [Case("", args) for args in inputs]
    lengths = sizes(cases)
    for name, values in lengths.items():
        for limit in sorted(set(values))[:-1]:
            words = f"{name} is {limit:g}" if limit == min(values) else f"{name} is {limit:g} or less"
            yield words, list(values <= limit)
        for value in sorted(set(values)):
            yield f"{name} is {value:g}", list(values == value)
    for a, b in permutations(lengths, 2):
        yield f"{a} is {b}", list(lengths[a] == lengths[b])
    for part in parts_of(cases):
        arrays = [np.asarray(part.get(args)) for args in inputs]
        for words, holds in ASKED.items():
            yield f"{part.name} {words}", [holds(v) for v in arrays]
        yield from _within(part.name, [float(np.max(np.abs(v))) for v in arrays])


def _within(name: str, largest: list[float]) -> Iterator[tuple[str, list[bool]]]:
    """Limits in the gaps between the largest numbers of the inputs."""
    ordered = sorted(set(largest))
    for low, high in pairwise(ordered):
        middle = float(f"{np.sqrt(low * high):.1g}") if low > 0 else high / 2
        if high > 3 * low and low < middle < high:
            yield f"all of {name} lies within {number(middle)} of 0", [v <= middle for v in largest]

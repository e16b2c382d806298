"""Whether an answer is right for a part of its input: the first three columns, all but the last row."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.evidence import Evidence
from vaecore.exercises.machinery.diagnoses.parts import TWO_HALVES
from vaecore.exercises.machinery.diagnoses.words import and_so_on, on_all

Args = Mapping[str, Any]
Axis = tuple[str, int]  # of which argument, and which one
KEPT = 6
KINDS: dict[tuple[int, int], str] = {(1, 0): "entry", (2, 0): "row", (2, 1): "column"}


def _first(count: int, length: int) -> Any:
    return np.arange(min(count, length))


CUTS: dict[str, Callable[[int], Any]] = {
    **{f"the first{f' {k}' if k > 1 else ''} {{}}": partial(_first, k) for k in range(1, KEPT)},
    "the last {}": lambda n: np.arange(n - 1, n),
    "all but the first {}": lambda n: np.arange(1, n),
    "all but the last {}": lambda n: np.arange(n - 1),
    "every second {}": lambda n: np.arange(0, n, 2),
    "the first half of the {}s": lambda n: np.arange(n // 2),
    "all but the first and the last {}": lambda n: np.arange(1, n - 1),
}  # fmt: skip


def cut_inputs(known: Evidence, solution: Call) -> list[Diagnosis]:
    """Return for which part of its input the answer is right, on all inputs."""
    for axes in _groups([args for args, _ in known.pairs]):
        for words, kept in CUTS.items():
            if _holds(known, solution, axes, kept):
                names = and_so_on(dict.fromkeys(name for name, _ in axes))
                what = words.format(_kind(known.pairs[0][0], axes[0]))
                if any(what.startswith(f"the first {k}") for k in range(2, KEPT)):
                    what += "s" if not what.endswith("y") else ""
                    what = what.replace("entry", "entries")
                text = (
                    f"Your result is the one that belongs to {what} of {names} alone, {on_all(known.count)}."
                )
                return [Diagnosis("other-input", text, 0.105)]
    return []


def _holds(known: Evidence, solution: Call, axes: Sequence[Axis], kept: Callable[[int], Any]) -> bool:
    some = False
    order = [known.first, *(i for i in range(len(known.pairs)) if i != known.first)]
    for i in order:
        args = known.pairs[i][0]
        cut = _cut(args, axes, kept)
        result = solution(cut)
        if not usable(result) or not known.agrees(i, result):
            return False
        some = some or np.shape(result) != np.shape(known.right[i]) or not np.allclose(result, known.right[i])
    return some


def _cut(args: Args, axes: Sequence[Axis], kept: Callable[[int], Any]) -> Args:
    new = dict(args)
    for name, axis in axes:
        value = new[name]
        if name == TWO_HALVES and axis == 1:
            half = value.shape[1] // 2
            places = kept(half)
            new[name] = value[:, np.concatenate([places, half + places])]
        else:
            new[name] = np.take(value, kept(value.shape[axis]), axis=axis)
    return new


def _groups(inputs: Sequence[Args]) -> Iterator[list[Axis]]:
    """Axes that have one length on each of the inputs belong together."""
    lengths: dict[tuple[int, ...], list[Axis]] = {}
    for name, value in inputs[0].items():
        if isinstance(value, np.ndarray) and value.ndim in (1, 2):
            for axis in range(value.ndim):
                key = tuple(
                    args[name].shape[axis] // (2 if name == TWO_HALVES and axis == 1 else 1)
                    for args in inputs
                )
                lengths.setdefault(key, []).append((name, axis))
    yield from lengths.values()
    for axes in lengths.values():
        if len(axes) > 1:
            yield from ([axis] for axis in axes)


def _kind(args: Args, axis: Axis) -> str:
    if axis == (TWO_HALVES, 1):
        return "latent"
    return KINDS[args[axis[0]].ndim, axis[1]]

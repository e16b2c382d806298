"""What may be done otherwise where a solution takes a mean, or picks the largest: it needs what goes in."""

import ast
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses import changes_of_value
from vaecore.exercises.machinery.diagnoses.edits import called
from vaecore.exercises.machinery.diagnoses.watched_solution import Change, Places, WatchedSolution

PICKED: dict[str, Callable[[Any], int]] = {
    "the place of the second largest": lambda v: np.argsort(v, axis=None)[-2],
    "the place of the third largest": lambda v: np.argsort(v, axis=None)[-3],
    "the place of the smallest": np.argmin,
    "the place of the second smallest": lambda v: np.argsort(v, axis=None)[1],
    "the place of the largest": np.argmax,
    "the place of the middle one": lambda v: np.argsort(v, axis=None)[np.size(v) // 2],
    "the place of the one farthest from 0": lambda v: int(np.argmax(np.abs(v))),
    "the place of the one nearest to 0": lambda v: int(np.argmin(np.abs(v))),
    "the place of the one nearest to their mean": lambda v: int(np.argmin(np.abs(v - np.mean(v)))),
}


def source_of(watched: WatchedSolution, place: int) -> int | None:
    """Return the place of what goes into a call: its first argument, or the array whose method it is."""
    node: Any = watched.places[place]
    own = isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") != "np"
    inner = node.func.value if own else node.args[0] if node.args else None
    return next((p for p, n in watched.places.items() if n is inner), None)


def of_calls(watched: WatchedSolution, places: Sequence[int]) -> Iterator[tuple[Places, str, Change]]:
    """Yield where something is done otherwise, what, and how."""
    calls = {p: n for p, n in watched.places.items() if p in places and isinstance(n, ast.Call)}
    means = tuple(p for p, n in calls.items() if called(n) == "mean" and source_of(watched, p) is not None)
    for some in [*((p,) for p in means), *([means] if len(means) > 1 else [])]:
        for how, collect in (("a median", np.median), ("a largest number", np.max), ("a sum", np.sum)):
            yield some, f"{how}, not a mean", partial(_collected, watched, collect)
    for place in means:
        for how, _ in changes_of_value.of_mean(4):
            yield (place,), how, partial(_divided, watched, how)
    for place, node in calls.items():
        if called(node) in ("argmax", "argmin") and source_of(watched, place) is not None:
            for how, pick in PICKED.items():
                yield (place,), how, partial(_picked, watched, pick)


def _input(watched: WatchedSolution) -> Any:
    source = source_of(watched, watched.at)
    return None if source is None else watched.latest[source]


def _collected(watched: WatchedSolution, collect: Callable[..., Any], value: Any) -> Any:
    taken = _input(watched)
    for axis in (None, *range(np.ndim(taken))):
        if np.shape(np.mean(taken, axis=axis)) == np.shape(value) and np.allclose(
            np.mean(taken, axis), value
        ):
            return collect(taken, axis=axis)
    raise ValueError


def _divided(watched: WatchedSolution, how: str, value: Any) -> Any:
    count = np.size(_input(watched)) / np.size(value)
    return value * dict(changes_of_value.of_mean(count))[how]


def _picked(watched: WatchedSolution, pick: Callable[[Any], int], value: Any) -> Any:
    return pick(_input(watched))

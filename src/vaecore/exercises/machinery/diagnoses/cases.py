"""The calls on which an answer is looked at: the exercise's own inputs, or those that its checker makes."""

import inspect
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Answer, Trouble
from vaecore.exercises.machinery.exercise import CodeExercise

Call = Callable[[Mapping[str, Any]], Any]  # arguments by name -> an array or a Trouble

MOST_CASES = 5
LARGEST_CASE = 4_000  # numbers in the arguments of a case; larger ones cost time and show nothing more
LARGEST_OF_ALL = 100_000  # where nothing smaller shows that an answer is wrong


@dataclass(frozen=True)
class Case:
    """One call: its arguments by name, and what the input is called ("" where it has no name)."""

    label: str
    args: Mapping[str, Any]


def cases_of(exercise: CodeExercise) -> tuple[Case, ...]:
    """Return up to MOST_CASES calls with different arguments, in the order in which they are checked."""
    return all_cases(exercise, LARGEST_CASE)[:MOST_CASES]


def telling_cases(exercise: CodeExercise, answer: "Calls", solution: "Calls") -> tuple[Case, ...]:
    """Return MOST_CASES calls again: the first ones, or, if the answer is right on these, others too.

    Of the first ones two or more are kept then, to be compared with those on which it is wrong.
    """
    first = cases_of(exercise)

    def is_right(case: Case) -> bool:
        return close(answer(case.args), solution(case.args), exercise.rtol)

    if not all(map(is_right, first)):
        return first
    wrong = [c for c in all_cases(exercise, LARGEST_OF_ALL) if not is_right(c)][: MOST_CASES - 2]
    return (*first[: MOST_CASES - len(wrong)], *wrong)


def all_cases(exercise: CodeExercise, largest: int) -> tuple[Case, ...]:
    """Return the calls with different arguments of at most so many numbers, in the order of the checker."""
    names = tuple(inspect.signature(exercise.solution).parameters)
    if exercise.measure is None:
        calls = list(exercise.inputs.items())
    else:
        calls = [("", args) for args in _recorded(exercise)]
    cases: list[Case] = []
    shapes: set[str] = set()
    for label, args in calls:
        looks = repr([_looks(arg) for arg in args])
        known = looks in shapes and not label
        if not known and sum(map(numbers_in, args)) <= largest:
            shapes.add(looks)
            cases.append(Case(label, dict(zip(names, args, strict=False))))
    return tuple(cases)


def _recorded(exercise: CodeExercise) -> list[tuple]:
    """The arguments of the calls that the exercise's `measure` makes."""
    calls: list[tuple] = []

    def listening(*args: Any) -> Any:
        calls.append(args[:-1] if exercise.takes_rng else args)
        return exercise.solution(*args)

    exercise.observe(listening)
    return calls


def _looks(arg: Any) -> Any:
    """What tells two inputs apart: the shape of an array, a number itself."""
    if isinstance(arg, np.ndarray):
        return arg.shape
    return [_looks(a) for a in arg] if isinstance(arg, list | tuple) else repr(arg)


def numbers_in(arg: Any) -> int:
    """Return how many numbers there are in an argument, with those in its lists."""
    return sum(map(numbers_in, arg)) if isinstance(arg, list | tuple) else int(np.size(arg))


class Calls:
    """A function that is called with the same noise each time, so that only its input makes a difference."""

    def __init__(self, exercise: CodeExercise, function: Callable[..., Any]) -> None:
        self.takes_rng = exercise.takes_rng
        self.function = function

    def __call__(self, args: Mapping[str, Any], seed: int = 0) -> Any:
        """Return an array or a Trouble."""
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 (an answer may draw from it; safe_running puts it back)
        rng = np.random.default_rng(seed) if self.takes_rng else None
        with np.errstate(all="ignore"):
            return Answer(self.function, rng)(*args.values())


def usable(*results: Any) -> bool:
    """Whether all of these are arrays with finite numbers."""
    return all(not isinstance(r, Trouble) and np.size(r) and np.all(np.isfinite(r)) for r in results)


def flat(results: Iterable[Any]) -> Any:
    """Return the numbers of all results, one after the other."""
    return np.concatenate([np.ravel(r) for r in results])


def close(a: Any, b: Any, rtol: float = 1e-4, atol: float = 1e-6) -> bool:
    """Whether two results have one shape and the same numbers, up to a tolerance."""
    if isinstance(a, Trouble) or isinstance(b, Trouble) or np.shape(a) != np.shape(b):
        return False
    a, b = np.asarray(a), np.asarray(b)
    with np.errstate(invalid="ignore"):
        if bool((np.abs(a - b) <= atol + rtol * np.abs(b)).all()):  # some 50,000 times for one answer
            return bool(np.isfinite(b).all()) or bool(np.allclose(a, b, rtol, atol, equal_nan=True))
    if bool(np.isfinite(a).all()) and bool(np.isfinite(b).all()):
        return False
    return bool(np.allclose(a, b, rtol=rtol, atol=atol, equal_nan=True))


def all_close(seen: Sequence[Any], expected: Sequence[Any], rtol: float = 1e-4, atol: float = 1e-6) -> bool:
    """Whether two lists of results agree one by one."""
    return all(close(s, e, rtol, atol) for s, e in zip(seen, expected, strict=True))

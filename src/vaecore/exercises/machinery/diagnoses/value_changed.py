"""Whether an answer computes what the solution would if one value on the way were another one.

The value is cut off, rounded, normalised, taken in its first columns alone, scaled by a number that is looked
for, or multiplied by another one.  It is said only where it holds on all inputs, and on some that were moved.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import chain, combinations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses import changes_of_value
from vaecore.exercises.machinery.diagnoses.changes_of_calls import of_calls
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.evidence import Evidence
from vaecore.exercises.machinery.diagnoses.fitted_number import fitted, rounded
from vaecore.exercises.machinery.diagnoses.parts import TWO_HALVES
from vaecore.exercises.machinery.diagnoses.value_words import ValueWords
from vaecore.exercises.machinery.diagnoses.watched_solution import Change, Places, WatchedSolution
from vaecore.exercises.machinery.diagnoses.words import and_so_on, number, on_all
from vaecore.exercises.machinery.exercise import CodeExercise

MOST_WORK = 3e7  # numbers that all runs together work out, where each step counts as STEP
STEP = 50
BOTH = ("the means", "the log stds")
WithNumber = Callable[[Any, float], Any]
Values = Mapping[int, Any]
Found = tuple[Places, str, str, Change]  # places, their name, what is done, and how


def value_changed(exercise: CodeExercise, known: Evidence) -> list[Diagnosis]:
    """Return which value on the way has to be another one to give the answer's numbers, on all inputs."""
    search = _Search(exercise, known)
    for places, name, how, change in search.plain():
        if search.is_over():
            return []
        if known.holds(search.watched, places, change):
            return [search.said(name, how)]
    return search.with_a_number() or search.where_it_can_be()


class _Search:
    """The places that matter, and how much has been tried."""

    def __init__(self, exercise: CodeExercise, known: Evidence) -> None:
        self.known = known
        self.watched = WatchedSolution(exercise)
        self.words = ValueWords(exercise, self.watched)
        self.values = self.watched.values(known.pairs[known.first][0])
        for name, place in self.watched.arguments.items():
            if is_whole(self.values[place]) and any(is_decimals(args[name]) for args, _ in known.pairs):
                self.values[place] = float(self.values[place])  # a whole one among others
        self.right = known.result(self.watched, known.first, (), None)
        one = sum(np.size(v) if is_decimals(v) else 1 for v in self.values.values()) + STEP * len(self.values)
        self.runs = MOST_WORK / one
        self.places = [p for p in self.values if not self.words.is_echo(p) and self._matters((p,))]
        self.places.sort(
            key=lambda p: (not isinstance(self.watched.places[p], ast.arg), not self.words.is_named(p))
        )
        self.arrays: list[Places] = [(p,) for p in self.places if is_decimals(self.values[p])]
        self.arrays += [
            s for s in self.watched.alike if s[0] in self.values and is_decimals(self.values[s[0]])
        ]

        given = tuple(p for (p, *_) in self.arrays if isinstance(self.watched.places[p], ast.arg))
        self.together = [*combinations(given, 2), *([given] if len(given) > 2 else [])]

    def _both(self, places: Places) -> str:
        return f"each of {and_so_on(self.words.name(p) for p in places)}"

    def is_over(self) -> bool:
        """Count one run more, and return whether there were enough."""
        self.runs -= 1
        return self.runs < 0

    def said(self, name: str, how: str) -> Diagnosis:
        name = name.rstrip(",") + ("," if name.count(", where ") else "")
        text = (
            f"Your numbers are, {on_all(self.known.count)}, those of a right computation in which {name} is "
            f"{how}."
        )
        return Diagnosis("value-changed", text, 0.11)

    def _matters(self, places: Places) -> bool:
        """Whether this is a number, or an array of them, and the result moves with it."""
        value = self.values[places[0]]
        if is_whole(value):
            return True
        if not is_decimals(value):
            return False
        result = self.known.result(self.watched, self.known.first, places, _moved)
        same_shape = result is not None and np.shape(result) == np.shape(self.right)
        return not same_shape or not np.allclose(result, self.right, 1e-12, 1e-15)

    def plain(self) -> Iterator[Found]:
        """What has no number that would have to be looked for, the plainest first."""
        name = {places: self.words.name(places[0]) for places in self.arrays}
        name |= {some: self._both(some) for some in self.together}
        halved = [p for p in self.arrays if TWO_HALVES in self._names_of(p[0])]
        wholes = {how for how, _ in changes_of_value.of_array()}
        larger = [places for places in self.arrays if np.ndim(self.values[places[0]])]
        for how, change in chain(changes_of_value.of_each(), changes_of_value.of_array()):
            for places in larger if how in wholes else self.arrays:
                yield places, name[places], how, partial(_applied, change)
            for places in () if how in wholes else self.together:
                yield places, name[places], how, partial(_applied, change)
            for places in halved:
                for half, what in enumerate(BOTH):
                    yield places, f"each of {what} in `{TWO_HALVES}`", how, partial(_half, change, half)
        for how, change in changes_of_value.HALVES.items():
            for places in halved:
                yield places, f"each of {BOTH[1]} in `{TWO_HALVES}`", how, partial(_half, change, 1)
        yield from self._whole_numbers()
        for places, how, change in of_calls(self.watched, self.places):
            yield places, and_so_on(dict.fromkeys(map(self.words.name, places))), how, change
        yield from self._with_another()

    def _whole_numbers(self) -> Iterator[Found]:
        for p in (p for p in self.places if is_whole(self.values[p])):
            for how, whole in changes_of_value.of_whole_number():
                yield (p,), self.words.name(p), how, whole

    def where_it_can_be(self) -> list[Diagnosis]:
        """What is done to a whole number, where that leaves nothing to be worked out on some inputs."""
        for places, name, how, change in self._whole_numbers():
            if self.known.holds_mostly(self.watched, places, change):
                text = (
                    f"A right computation in which {name} is {how} gives your numbers, wherever it gives any."
                )
                return [Diagnosis("value-changed", text, 0.12)]
        return []

    def _names_of(self, place: int) -> tuple[str, ...]:
        """The names that a value has: as an argument, where it is used, where it is assigned."""
        node = self.watched.places[place]
        parent: Any = self.words.parents.get(id(node))
        target = getattr(parent.targets[0], "id", "") if isinstance(parent, ast.Assign) else ""
        return getattr(node, "arg", ""), getattr(node, "id", ""), target

    def _with_another(self) -> Iterator[Found]:
        """One value multiplied by another that has a name, added to it, put in its place."""
        values = self.values
        named = [p for p in self.places if self.words.is_named(p)]
        for how, combine in COMBINED.items():
            for places in self.arrays:
                if np.ndim(self.right) > np.ndim(values[places[0]]) == 0:
                    continue  # one number among many: what can be done with it is said elsewhere
                for other in named:
                    if other not in places and np.ndim(values[other]) <= np.ndim(values[places[0]]):
                        words = how.format(self.words.name(other))
                        change = partial(_combined, self.watched, other, combine)
                        yield places, self.words.name(places[0]), words, change

    def with_a_number(self) -> list[Diagnosis]:
        """What is done with a number that is looked for: a factor, a shift, a floor, a ceiling, a power."""
        known, watched = self.known, self.watched
        if not known.is_enough_for_one_more:
            return []
        seen = known.pairs[known.first][1]
        for how, (change, nothing) in changes_of_value.FITTED.items():
            found: list[tuple[int, str, float]] = []  # of the places that fit the one with fewest digits
            for places, put_in, name in self._placed(change):

                def result(c: float, places: Places = places, change: Any = put_in) -> Any:
                    if self.is_over():
                        return None
                    return known.result(watched, known.first, places, lambda v: change(v, c))

                def holds(c: float, places: Places = places, change: Any = put_in) -> bool:
                    return known.holds(watched, places, lambda v: change(v, c))

                for c in fitted(result, seen, self.values[places[0]], nothing, known.rtol):
                    if holds(c):
                        short = rounded(c, holds)
                        found.append((len(number(short).strip("-0.")), name, short))
                        break
            if found:
                _, name, c = min(found, key=lambda f: f[0])
                if nothing == 0.0 and c < 0:
                    how, c = how.replace("larger", "smaller"), abs(c)
                return [self.said(name, how.format(number(c)))]
        return []

    def _placed(self, change: WithNumber) -> Iterator[tuple[Places, WithNumber, str]]:
        """Where a number may come in: at every place, and in one half of what an encoder returns alone."""
        for places in self.arrays:
            if TWO_HALVES in self._names_of(places[0]):
                for half, what in enumerate(BOTH):
                    yield places, partial(_half_with, change, half), f"each of {what} in `{TWO_HALVES}`"
            yield places, change, self.words.name(places[0])
        for places in self.together:
            yield places, change, self._both(places)


def _moved(value: Any) -> Any:
    """Each number of a value a little larger, and none as much as another."""
    return 1.1 * value + 0.01 * (1 + np.arange(np.size(value)).reshape(np.shape(value)))


def is_decimals(value: Any) -> bool:
    """Whether this is a number with decimals, or an array of such."""
    return isinstance(value, np.ndarray | np.floating | float) and np.asarray(value).dtype.kind == "f"


def is_whole(value: Any) -> bool:
    """Whether this is a whole number."""
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def _applied(change: Change, value: Any) -> Any:
    new = change(np.asarray(value, float))
    return new if np.ndim(value) else float(new)


def _half(change: Change, half: int, value: Any) -> Any:
    if np.ndim(value) != 2 or value.shape[1] % 2:
        raise ValueError
    halves = list(np.split(np.asarray(value, float), 2, axis=1))
    halves[half] = change(halves[half])
    return np.concatenate(halves, axis=1)


def _half_with(change: WithNumber, half: int, value: Any, c: float) -> Any:
    return _half(lambda v: change(v, c), half, value)


COMBINED: dict[str, Callable[[Any, Any], Any]] = {
    "replaced by {}": lambda v, u: u + 0 * v,
    "multiplied by {}": lambda v, u: v * u,
    "divided by {}": lambda v, u: v / u,
    "multiplied by 1 minus {}": lambda v, u: v * (1 - u),
    "made larger by {}": lambda v, u: v + u,
    "made smaller by {}": lambda v, u: v - u,
    "averaged with {}": lambda v, u: (v + u) / 2,
    "replaced by 1 where {} is above 0, and by 0 elsewhere": lambda v, u: (u > 0) + 0 * v,
    "replaced by {} where that is larger": np.maximum,
    "replaced by {} where that is smaller": np.minimum,
    "multiplied by the exponential of {}": lambda v, u: v * np.exp(u),
    "divided by the exponential of {}": lambda v, u: v / np.exp(u),
    "made larger by the logarithm of {}": lambda v, u: v + np.log(u),
    "divided by the square root of {}": lambda v, u: v / np.sqrt(u),
}


def _combined(watched: WatchedSolution, other: int, combine: Callable[[Any, Any], Any], value: Any) -> Any:
    new = combine(value, watched.latest[other])
    if np.shape(new) != np.shape(value):
        raise ValueError
    return new

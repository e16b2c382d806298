"""Answers that return several results, of which some may be right."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.diagnoses.cases import Call, close
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.exercise import CodeExercise

ORDINALS = ("first", "second", "third", "fourth")


def number_of_results(exercise: CodeExercise) -> int:
    """Return how many results the solution returns, side by side; 1 for a single one."""
    function: Any = ast.parse(exercise.source).body[0]
    last = function.body[-1]
    return len(last.value.elts) if isinstance(last, ast.Return) and isinstance(last.value, ast.Tuple) else 1


def wrong_results(count: int, seen: Sequence[Any], right: Sequence[Any], rtol: float) -> list[int]:
    """Return which of the results are wrong on some input; all of them where they cannot be told apart."""
    if count < 2 or any(np.ndim(x) == 0 or len(x) != count for x in [*seen, *right]):
        return list(range(count))
    return [
        i for i in range(count) if not all(close(s[i], r[i], rtol) for s, r in zip(seen, right, strict=True))
    ]


def which_are_wrong(count: int, wrong: list[int]) -> list[Diagnosis]:
    """Return a sentence on which results are right, where some are."""
    if not 0 < len(wrong) < count:
        return []
    good = [i for i in range(count) if i not in wrong]
    text = f"Of what you return, {_told(good)} right, and {_told(wrong)} wrong."
    return [Diagnosis("one-result-wrong", text, 0.19)]


def _told(places: list[int]) -> str:
    names = " and ".join(f"the {ORDINALS[i]}" for i in places)
    return f"{names} {'is' if len(places) == 1 else 'are'}"


def only(call: Call, place: int) -> Call:
    """Return a function that calls, and keeps one of the results."""

    def one(args: Mapping[str, Any]) -> Any:
        result = call(args)
        if isinstance(result, Trouble) or np.ndim(result) == 0 or len(result) <= place:
            return result
        return result[place]

    return one


def named(found: list[Diagnosis], place: int) -> list[Diagnosis]:
    """Return diagnoses of one result, said of that one."""
    words = f"our {ORDINALS[place]} result"
    return [Diagnosis(d.code, d.text.replace("our result", words), d.weight) for d in found]

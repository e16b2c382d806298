"""What two calls of an answer with the same arguments tell: whether something in it is random, and how."""

import random
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Answer, Trouble
from vaecore.exercises.machinery.exercise import Mistake

AGAIN = "the difference between two calls with the same arguments"
REPEATABLE = "two calls with equal generators agree"
DRAW_FROM = "Draw from `rng`; NumPy's global generator is accepted, too."  # in the text of each exercise
_SEED = 20


def measure_again(inputs: Mapping[str, tuple]) -> Callable[[Callable], dict[str, Any]]:
    """Return a `measure`: one call for each input, and a second one for the first of them (AGAIN).

    AGAIN is missing where one of the two calls gave no numbers.
    """

    def measure(answer: Callable) -> dict[str, Any]:
        readings = {label: answer(*args) for label, args in inputs.items()}
        label = next(iter(inputs))
        first, second = readings[label], answer(*inputs[label])
        if not isinstance(first, Trouble) and not isinstance(second, Trouble):
            same_shape = first.shape == second.shape and first.size > 0
            readings[AGAIN] = np.max(np.abs(first - second)) if same_shape else np.float64(np.inf)
        return readings

    return measure


def is_repeatable(answer: Answer, *args: Any) -> bool:
    """Whether two calls agree if `rng`, NumPy's global generator and Python's are where they were."""
    results = []
    for _ in range(2):
        random.seed(_SEED)
        np.random.seed(_SEED)  # noqa: NPY002 (answers may draw from it; safe_running puts it back)
        results.append(Answer(answer.function, np.random.default_rng(_SEED))(*args))
    first, second = results
    if isinstance(first, Trouble) or isinstance(second, Trouble):
        return True  # which is found elsewhere
    return bool(first.shape == second.shape and np.array_equal(first, second, equal_nan=True))


def fresh_generator(name: str, solution: Callable) -> Mistake:
    """Return the mistake of drawing from a new generator at each call, which nobody can seed."""

    def wrong(*args: Any) -> Any:
        return solution(*args[:-1], np.random.default_rng())

    return Mistake(
        name,
        "Two calls with equal generators gave two results: the noise comes from a generator of its own, "
        "which nobody can seed, so no run can be repeated. Draw from the `rng` that is handed in.",
        (wrong,),
        when=lambda readings: readings.get(REPEATABLE, True) is False,
    )

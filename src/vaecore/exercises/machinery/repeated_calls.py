"""How an answer is measured that must not be random: it is called twice with the same arguments."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Trouble

AGAIN = "the difference between two calls with the same arguments"


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

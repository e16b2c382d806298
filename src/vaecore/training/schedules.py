"""The course of the learning rate over a run."""

import math
from collections.abc import Callable

WARM_UP = 0.02  # the part of training over which "cosine" raises the learning rate


def constant(progress: float) -> float:
    """Return 1: the learning rate stays as it is."""
    return 1.0


def cosine(progress: float) -> float:
    """Return the learning rate's factor: up from 0 in the first 2%, then down to 0 along half a cosine.

    progress: the part of training that is done, in [0, 1].  Source: Loshchilov & Hutter (2017), equation 5.
    """
    if progress < WARM_UP:
        return progress / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


SCHEDULES: dict[str, Callable[[float], float]] = {"constant": constant, "cosine": cosine}

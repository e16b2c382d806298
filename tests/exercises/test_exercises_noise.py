"""The noise of random answers is looked at closely: its size, its tails, its independence."""

import math

import numpy as np
import pytest

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_readings

CODE = [e for e in EXERCISES.values() if isinstance(e, CodeExercise)]


def passes(exercise, function) -> bool:
    with np.errstate(all="ignore"):
        return judge_readings(exercise, *exercise.observe(function)).status == "passed"


class Altered(np.random.Generator):
    """A generator whose normal numbers are changed by a function, after they have been drawn."""

    def __init__(self, rng, change):
        super().__init__(rng.bit_generator)
        self.change = change

    def standard_normal(self, size=None, dtype=np.float64):
        return self.change(np.asarray(super().standard_normal(size, dtype)))

    def normal(self, mean=0.0, std=1.0, size=None):
        return mean + std * self.standard_normal(size)


def two_latents_random(eps):
    return np.where(np.arange(eps.shape[-1]) < 2, eps, 0.0) if eps.ndim == 2 and eps.shape[1] > 2 else eps


def rows_in_pairs(eps):
    return np.repeat(eps[::2], 2, axis=0)[: len(eps)] if eps.ndim == 2 else eps


def next_latent_alike(eps):
    """Each second latent leans on the one before it."""
    if eps.ndim != 2 or eps.shape[1] < 2:
        return eps
    mixed = eps.copy()
    mixed[:, 1::2] = 0.4 * eps[:, : 2 * (eps.shape[1] // 2) : 2] + math.sqrt(0.84) * eps[:, 1::2]
    return mixed


OF_PICTURES = ("P-2c", "L-SAMPLE", "L-31", "L-32")
DEPENDENT = (two_latents_random, rows_in_pairs, next_latent_alike)
CHANGES = [
    *((name, change) for name in OF_PICTURES for change in DEPENDENT),
    *((name, lambda eps: 0.93 * eps) for name in (*OF_PICTURES, "P-2ac", "C5-sampled-kl")),
    *((name, lambda eps: 1.07 * eps) for name in (*OF_PICTURES, "P-2ac", "C5-sampled-kl")),
    *((name, lambda eps: np.clip(eps, -2, 2)) for name in (*OF_PICTURES, "P-2ac")),
    ("L-BOUND", lambda eps: 0.8 * eps),
    ("L-BOUND", lambda eps: 1.2 * eps),
]


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_noise_is_looked_at_closely(name, change):
    exercise = EXERCISES[name]
    assert not passes(exercise, lambda *args: exercise.solution(*args[:-1], Altered(args[-1], change)))


@pytest.mark.parametrize("exercise", [e for e in CODE if e.takes_rng], ids=lambda e: e.id)
def test_unchanged_noise_passes(exercise):
    same = lambda eps: eps  # noqa: E731
    assert passes(exercise, lambda *args: exercise.solution(*args[:-1], Altered(args[-1], same)))

"""The courses of the learning rate, as functions of how much of the training is done."""

import numpy as np
import pytest

from vaecore.training.schedules import SCHEDULES, WARM_UP, constant, cosine

PROGRESS = np.linspace(0, 1, 1001)


@pytest.mark.parametrize("name", SCHEDULES)
def test_a_factor_is_between_0_and_1(name):
    factors = [SCHEDULES[name](progress) for progress in PROGRESS]
    assert min(factors) >= 0 and max(factors) == 1


def test_constant_is_constant():
    assert {constant(progress) for progress in PROGRESS} == {1.0}


def test_cosine_rises_falls_and_ends_at_zero():
    factors = np.array([cosine(progress) for progress in PROGRESS])
    top = np.searchsorted(PROGRESS, WARM_UP)
    assert factors[0] == 0 and factors.argmax() == top
    assert (np.diff(factors[: top + 1]) > 0).all() and (np.diff(factors[top:]) < 0).all()
    assert cosine((1 + WARM_UP) / 2) == pytest.approx(0.5)  # half of the way down, half of the rate
    assert cosine(1) == pytest.approx(0, abs=1e-15)

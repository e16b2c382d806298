"""The race uphill in Python: its state, its paths, its picture."""

import numpy as np
import pytest

from vaecore import InvalidInputError
from vaecore.landscapes import LANDSCAPES
from vaecore.widgets import OptimizerRace
from vaecore.widgets.optimizer_race.optimizer_race import MAX_STEPS, RUNNERS

CHANGING = ("landscape", "learning_rate", "beta1", "beta2", "noise", "start", "steps")


def make(**settings):
    return OptimizerRace(np.random.default_rng(6), **settings)


def test_a_landscape_brings_its_start_learning_rate_and_noise():
    for name, hill in LANDSCAPES.items():
        race = make(landscape=name)
        assert (tuple(race.start), race.learning_rate, race.noise) == (
            hill.start,
            hill.learning_rate,
            hill.noise,
        )
        assert name in repr(race)
    assert make(landscape="hill", noise=0.5, start=np.array([1, 2])).start == [1.0, 2.0]
    assert make(landscape="hill", noise=0.5).noise == 0.5


def test_the_paths_start_together_and_have_a_position_for_each_step():
    race = make(steps=40)
    paths = race.paths()
    assert list(paths) == list(RUNNERS)
    for path in paths.values():
        assert path.shape == (41, 2)
        np.testing.assert_array_equal(path[0], race.start)
    ends = {name: path[-1] for name, path in paths.items()}
    assert np.linalg.norm(ends["adam"]) < np.linalg.norm(ends["gradient_ascent"])
    assert np.linalg.norm(ends["adam"] - ends["uncorrected"]) > 0.1


def test_the_noise_is_that_of_the_generator_and_stays():
    race = make(landscape="hill")
    first, again = race.paths(), race.paths()
    np.testing.assert_array_equal(first["adam"], again["adam"])
    np.testing.assert_array_equal(race.draws, make().draws)
    other = OptimizerRace(np.random.default_rng(7), "hill").paths()
    assert np.abs(other["adam"] - first["adam"]).max() > 0.1
    assert len(race.draws) == 2 * MAX_STEPS
    assert np.std(race.draws) == pytest.approx(
        1, abs=0.15
    )  # 5 standard errors: less than 1e-6, and a fixed seed


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"landscape": "valley"}, "landscape is 'valley', expected one of ridge, turned, rosenbrock, hill"),
        ({"landscape": ["ridge"]}, r"landscape is \['ridge'\], expected one of"),
        ({"learning_rate": 0}, "learning_rate is 0, expected a number from 0.0001 to 1"),
        ({"learning_rate": 1.5}, "learning_rate is 1.5, expected a number from"),
        ({"beta1": 1}, "beta1 is 1, expected a number from 0 to 0.999"),
        ({"beta2": -0.1}, "beta2 is -0.1, expected a number from 0 to 0.9999"),
        ({"noise": np.nan}, "noise is nan, expected a finite number"),
        ({"steps": 301}, "steps is 301, expected 0 to 300"),
        ({"steps": 2.5}, "steps is 2.5, expected a whole number"),
        ({"start": [1.0]}, r"start is \[1.0\], expected two numbers from -5 to 5"),
        ({"start": [1.0, 6.0]}, "start is .* expected two numbers from -5 to 5"),
        ({"start": 3.0}, "start is 3.0, expected a list"),
    ],
)
def test_bad_state_is_named_and_not_taken(settings, message):
    with pytest.raises(InvalidInputError, match=message):
        make(**settings)
    race = make()
    before = {name: getattr(race, name) for name in CHANGING}
    with pytest.raises(InvalidInputError, match=message):
        for name, value in settings.items():
            setattr(race, name, value)
    assert {name: getattr(race, name) for name in CHANGING} == before


def test_the_noise_needs_a_generator():
    with pytest.raises(InvalidInputError, match="rng is of type int, expected"):
        OptimizerRace(6)


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_the_fallback_is_a_picture_with_a_sentence_of_numbers(landscape):
    race = make(landscape=landscape, steps=50)
    assert race.fallback().startswith(b"\x89PNG")
    top = LANDSCAPES[landscape].top
    for path in race.paths().values():
        assert f"{np.linalg.norm(path[-1] - top):.2g}" in race.sentence
    assert "after 50 steps" in race.sentence


def test_a_picture_of_paths_that_have_left_can_be_drawn():
    assert make(learning_rate=1, start=[5, 5]).fallback().startswith(b"\x89PNG")

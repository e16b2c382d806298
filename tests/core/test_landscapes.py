"""The landscapes: gradients against finite differences, tops, paths against plain loops, bad input."""

import numpy as np
import pytest

from vaecore import SGD, Adam, InvalidInputError
from vaecore.landscapes import LANDSCAPES, LIMIT, hill_gradient, ridge_gradient, trajectory

every_landscape = pytest.mark.parametrize("landscape", LANDSCAPES.values(), ids=LANDSCAPES)


def places(landscape, rng, count=200):
    """Positions in the part of a landscape that is drawn, (count, 2)."""
    left, right, bottom, top = landscape.view
    return rng.uniform((left, bottom), (right, top), (count, 2))


@every_landscape
def test_the_gradient_is_that_of_the_height(landscape, rng):
    h = 1e-5
    for theta in places(landscape, rng):
        for j, e in enumerate(np.eye(2)):
            slope = (landscape.height(theta + h * e) - landscape.height(theta - h * e)) / (2 * h)
            assert landscape.gradient(theta)[j] == pytest.approx(slope, rel=1e-6, abs=1e-7)


@every_landscape
def test_the_top_is_the_highest_place_at_height_0_and_flat(landscape, rng):
    top = np.array(landscape.top, float)
    assert landscape.height(top) == 0
    np.testing.assert_array_equal(landscape.gradient(top), [0, 0])
    assert all(landscape.height(theta) < 0 for theta in places(landscape, rng))


@every_landscape
def test_start_and_top_are_in_view(landscape):
    left, right, bottom, top = landscape.view
    for x, y in (landscape.start, landscape.top):
        assert left < x < right
        assert bottom < y < top


@every_landscape
def test_adam_gets_to_the_top(landscape):
    path = trajectory(Adam(0.05), landscape.gradient, landscape.start, 4_000)
    np.testing.assert_allclose(path[-1], landscape.top, atol=1e-6)


def test_a_path_of_gradient_ascent_has_a_closed_form():
    """On the ridge a step multiplies x by 1 - alpha 0.1, and y by 1 - alpha 20."""
    path = trajectory(SGD(0.08), ridge_gradient, (-4.5, 1.2), 50)
    t = np.arange(51)
    expected = np.stack([-4.5 * (1 - 0.08 * 0.1) ** t, 1.2 * (1 - 0.08 * 20) ** t], axis=1)
    np.testing.assert_allclose(path, expected, rtol=1e-12)


def test_a_path_is_the_loop_that_one_would_write(rng):
    noise = rng.standard_normal((30, 2))
    path = trajectory(Adam(0.1), hill_gradient, [1, 2], 20, noise)  # ten rows too many are left alone
    theta, adam = np.array([1.0, 2.0]), Adam(0.1)
    for t in range(20):
        np.testing.assert_array_equal(path[t], theta)
        adam.ascend([theta], [-theta + noise[t]])
    np.testing.assert_array_equal(path[20], theta)
    assert path.shape == (21, 2)


def test_no_steps_are_a_path_of_one_position():
    np.testing.assert_array_equal(trajectory(SGD(), hill_gradient, (1, 2), 0), [[1, 2]])


def test_the_start_stays_as_it_is():
    start = np.array([1.0, 2.0])
    trajectory(SGD(0.5), hill_gradient, start, 3)
    np.testing.assert_array_equal(start, [1, 2])


def test_a_path_that_has_left_ends_there():
    path = trajectory(SGD(0.2), ridge_gradient, (-4.5, 1.2), 300)  # y is multiplied by -3
    assert len(path) < 20
    assert np.abs(path[-1]).max() > LIMIT >= np.abs(path[:-1]).max()


@pytest.mark.parametrize(
    ("start", "steps", "noise", "message"),
    [
        ([[1.0, 2.0]], 3, None, "start is .*expected a row of finite numbers"),
        ((np.nan, 1.0), 3, None, "start is .*expected a row of finite numbers"),
        ((1.0, 2.0), -1, None, "steps is -1, expected a whole number of at least 0"),
        ((1.0, 2.0), 2.5, None, "steps is 2.5"),
        ((1.0, 2.0), 3, np.zeros((2, 2)), r"noise has shape \(2, 2\), expected \(3, 2\)"),
        ((1.0, 2.0), 3, np.zeros((3, 1)), r"noise has shape \(3, 1\)"),
        ((1.0, 2.0), 3, np.zeros(3), r"noise has shape \(3,\)"),
        ((1.0, 2.0), 3, np.full((3, 2), np.nan), "grads holds NaN"),
    ],
)
def test_bad_input_is_named(start, steps, noise, message):
    with pytest.raises(InvalidInputError, match=message):
        trajectory(SGD(), hill_gradient, start, steps, noise)

"""ADAM: the algorithm by hand, torch step by step, minima, memory layouts, state, bad input."""

import json
import math
from copy import deepcopy

import numpy as np
import pytest
import torch

from vaecore import Adam, InvalidInputError
from vaecore.foundations.parameters import PIECE, copy, leaves

SETTINGS = {"learning_rate": 0.01, "beta1": 0.8, "beta2": 0.95, "eps": 1e-3}


def some_params(rng, dtype=np.float64):
    """Nested lists and tuples; one of the arrays has no axes."""
    shapes = [(3, 4), (150,), (2, 1, 2), ()]
    a, b, c, d = (np.array(rng.normal(size=shape), dtype) for shape in shapes)
    return [(a, b), [c], d]


@pytest.mark.parametrize("settings", [SETTINGS, {}])
@pytest.mark.parametrize("maximize", [False, True])
def test_a_thousand_steps_equal_torch(settings, maximize, rng, monkeypatch):
    monkeypatch.setattr("vaecore.foundations.parameters.PIECE", 64)  # an array of 150 in three pieces
    params = some_params(rng)
    adam = Adam(**settings)
    tensors = [torch.tensor(leaf) for leaf in leaves(params)]
    keywords = {"lr": adam.learning_rate, "betas": (adam.beta1, adam.beta2), "eps": adam.eps}
    oracle = torch.optim.Adam(tensors, maximize=maximize, **keywords)
    for _ in range(1_000):
        grads = [rng.normal(0.5, 1, size=leaf.shape) for leaf in leaves(params)]
        a, b, c, d = grads
        (adam.ascend if maximize else adam.descend)(params, [(a, b), [c], d])
        for tensor, g in zip(tensors, grads, strict=True):
            tensor.grad = torch.tensor(g)
        oracle.step()
        for leaf, tensor in zip(leaves(params), tensors, strict=True):
            np.testing.assert_allclose(leaf, tensor.numpy(), rtol=1e-11, atol=1e-12)
    assert adam.t == 1_000


def test_three_steps_by_hand():
    theta, m, v = 2.0, 0.0, 0.0
    params, adam = [np.array([theta])], Adam(0.1, 0.5, 0.75, 0.01)
    for t, g in enumerate((4.0, -1.0, 0.5), start=1):
        m = 0.5 * m + 0.5 * g
        v = 0.75 * v + 0.25 * g * g
        theta -= 0.1 * (m / (1 - 0.5**t)) / (math.sqrt(v / (1 - 0.75**t)) + 0.01)
        adam.descend(params, [np.array([g])])
        assert params[0][0] == pytest.approx(theta, rel=1e-15)


def test_every_element_of_a_large_array_is_updated_once(rng):
    large = rng.normal(size=(3, PIECE - 1000))
    theta, m, v = large.copy(), 0, 0
    adam = Adam(**SETTINGS)
    for t in (1, 2):
        g = rng.normal(size=large.shape)
        adam.ascend([large], [g])
        m, v = 0.8 * m + 0.2 * g, 0.95 * v + 0.05 * g**2
        theta += 0.01 * (m / (1 - 0.8**t)) / (np.sqrt(v / (1 - 0.95**t)) + 1e-3)
    np.testing.assert_allclose(large, theta, rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_the_first_step_is_the_learning_rate_whatever_the_gradients_size(size):
    params = [np.zeros(2)]
    Adam(0.003, eps=1e-20).ascend(params, [np.array([size, -size])])
    np.testing.assert_allclose(params[0], [0.003, -0.003], rtol=1e-13)


def test_bias_correction_keeps_steps_of_a_constant_gradient_at_the_learning_rate():
    params, adam = [np.zeros(1)], Adam(0.5, eps=1e-20)
    for t in range(1, 6):
        adam.descend(params, [np.ones(1)])
        np.testing.assert_allclose(params[0], [-0.5 * t], rtol=1e-12)


def test_the_defaults_are_those_of_the_paper():
    adam = Adam()
    assert (adam.learning_rate, adam.beta1, adam.beta2, adam.eps) == (0.001, 0.9, 0.999, 1e-8)


def test_descends_to_the_minimum_of_a_parabola():
    minimum, curvature = np.array([3.0, -1.0, 0.5]), np.array([1.0, 100.0, 0.01])
    params, adam = [np.zeros(3)], Adam(0.05)
    for _ in range(3_000):
        adam.descend(params, [2 * curvature * (params[0] - minimum)])
    np.testing.assert_allclose(params[0], minimum, atol=1e-6)


def test_descends_to_the_minimum_of_rosenbrock():
    params, adam = [np.array(-1.2), np.array(1.0)], Adam(0.02)
    for _ in range(10_000):
        x, y = params
        adam.descend(params, [-2 * (1 - x) - 400 * x * (y - x**2), 200 * (y - x**2)])
    np.testing.assert_allclose(params, [1, 1], atol=1e-5)


def test_ascending_is_descending_the_negative(rng):
    uphill = some_params(rng)
    downhill = copy(uphill)
    up, down = Adam(**SETTINGS), Adam(**SETTINGS)
    for _ in range(5):
        grads = some_params(rng)
        up.ascend(uphill, grads)
        down.descend(downhill, [(-grads[0][0], -grads[0][1]), [-grads[1][0]], -grads[2]])
    for a, b in zip(leaves(uphill), leaves(downhill), strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_change_in_place_and_keep_their_dtype_and_gradients_their_values(dtype, rng):
    params, grads = some_params(rng, dtype), some_params(rng)
    arrays, before, grads_before = leaves(params), leaves(copy(params)), leaves(copy(grads))
    adam = Adam()
    assert adam.ascend(params, grads) is None
    for old, array, after, m in zip(before, arrays, leaves(params), adam.m, strict=True):
        assert array is after and array.dtype == dtype and m.dtype == dtype
        assert np.all(array != old), "every element has moved"
    for g, g_before in zip(leaves(grads), grads_before, strict=True):
        np.testing.assert_array_equal(g, g_before)


LAYOUTS = {
    "transposed": lambda a: a.T,
    "every second column": lambda a: a[:, ::2],
    "backwards": lambda a: a[::-1],
    "Fortran order": np.asfortranarray,
    "a slice of rows": lambda a: a[10:200],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("gradient_layout", ["C", "F"])
def test_any_memory_layout_is_updated(layout, gradient_layout, rng):
    base = rng.normal(size=(400, 300))  # more than PIECE elements
    view = LAYOUTS[layout](base)
    contiguous = view.copy(order="C")
    scattered, ordinary = Adam(0.1), Adam(0.1)
    for _ in range(3):
        g = rng.normal(size=view.shape)
        scattered.descend([view], [np.array(g, order=gradient_layout)])
        ordinary.descend([contiguous], [g])
    np.testing.assert_array_equal(view, contiguous)


def test_the_learning_rate_may_change_between_steps():
    params, adam = [np.zeros(1)], Adam(0.5, eps=1e-20)
    adam.descend(params, [np.ones(1)])
    adam.learning_rate = 0.25
    adam.descend(params, [np.ones(1)])
    np.testing.assert_allclose(params[0], [-0.75])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("steps_before", [0, 7])
def test_a_saved_state_goes_on_exactly(dtype, steps_before, rng):
    params, adam = some_params(rng, dtype), Adam(**SETTINGS)
    for _ in range(steps_before):
        adam.ascend(params, some_params(rng, dtype))
    state, other_params = adam.state(), copy(params)
    saved = deepcopy(state)
    numbers = {name: value for name, value in state.items() if name not in "mv"}
    assert json.loads(json.dumps(numbers)) == {**SETTINGS, "bias_correction": True, "t": steps_before}
    grads = [some_params(rng, dtype) for _ in range(5)]
    for g in grads:
        adam.ascend(params, g)
    restored = Adam.from_state(state)
    for g in grads:
        restored.ascend(other_params, g)
    assert adam.t == restored.t == steps_before + 5
    arrays, other_arrays = leaves([params, adam.m, adam.v]), leaves([other_params, restored.m, restored.v])
    for a, b in zip(arrays, other_arrays, strict=True):
        assert a.dtype == b.dtype == dtype
        np.testing.assert_array_equal(a, b)
    assert len(saved["m"]) == (4 if steps_before else 0)
    for name in "mv":  # neither of the two has touched the state
        for a, b in zip(state[name], saved[name], strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"learning_rate": 0}, "learning_rate is 0, expected a finite number greater than 0"),
        ({"learning_rate": -0.1}, "learning_rate is -0.1"),
        ({"learning_rate": math.nan}, "learning_rate is nan"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"beta1": 1.0}, "beta1 is 1.0, expected a finite number at least 0 and less than 1"),
        ({"beta1": -0.1}, "beta1 is -0.1"),
        ({"beta2": 1}, "beta2 is 1"),
        ({"eps": 0}, "eps is 0, expected a finite number greater than 0"),
        ({"eps": math.inf}, "eps is inf"),
    ],
)
def test_hyperparameters_out_of_range_are_named(settings, message):
    with pytest.raises(InvalidInputError, match=message):
        Adam(**settings)


ONE = np.ones(1)
READ_ONLY = np.ones((2, 3))
READ_ONLY.flags.writeable = False
BAD = [
    (None, [ONE * np.nan], "grads holds NaN"),
    (None, [ONE * -np.inf], "grads holds NaN, infinity"),
    (None, [ONE * 1e200], "whose square overflows"),
    (None, [np.ones(2)], r"grads has arrays of shapes .* \(2,\)\], expected those of params: .* \(1,\)\]"),
    (None, [], "grads has arrays of shapes"),
    (None, [ONE, ONE], "grads has arrays of shapes"),
    ([READ_ONLY, ONE], None, "params holds a read-only array"),
    ([np.ones((2, 3), int), ONE], None, "params must be nested lists and tuples of floating-point"),
    ([1.0], [1.0], "params must be nested lists"),
    ([], [], "params must be nested lists"),
    ([np.ones((3, 2)), ONE], [], "this Adam has moments for .* make a new Adam"),
]


@pytest.mark.parametrize(("bad_params", "bad_grads", "message"), BAD)
@pytest.mark.parametrize("direction", ["ascend", "descend"])
def test_bad_input_is_named_and_nothing_has_changed(bad_params, bad_grads, message, direction, rng):
    params = [rng.normal(size=(2, 3)), rng.normal(size=1)]
    adam = Adam()
    adam.ascend(params, [np.ones((2, 3)), ONE])
    if bad_params is None:
        bad_params, bad_grads = params, [np.ones((2, 3)), *bad_grads]
    elif not bad_grads and bad_params:
        bad_grads = [np.ones(np.shape(p)) for p in bad_params]
    state, before = adam.state(), copy(bad_params)
    with pytest.raises(InvalidInputError, match=message):
        getattr(adam, direction)(bad_params, bad_grads)
    for a, b in zip(leaves(bad_params), leaves(before), strict=True):
        np.testing.assert_array_equal(a, b)
    assert adam.t == state["t"] == 1
    for name in "mv":
        for a, b in zip(getattr(adam, name), state[name], strict=True):
            np.testing.assert_array_equal(a, b)


def test_a_refused_first_step_leaves_a_fresh_adam_fresh():
    adam = Adam()
    with pytest.raises(InvalidInputError):
        adam.descend([np.ones(2)], [np.full(2, np.nan)])
    assert (adam.t, adam.m, adam.v) == (0, [], [])
    adam.descend([np.ones(3)], [np.ones(3)])  # other parameters are still welcome


def test_python_numbers_will_do_as_gradients_of_single_numbers():
    params = [np.array(1.0)]
    Adam(0.1, eps=1e-20).descend(params, [2.0])
    assert params[0] == pytest.approx(0.9)

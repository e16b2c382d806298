"""SGD with and without momentum, and Adam without bias correction, against torch and by hand."""

import numpy as np
import pytest
import torch

from vaecore import SGD, Adam, InvalidInputError
from vaecore.foundations.parameters import copy, leaves


def some_params(rng, dtype=np.float64):
    shapes = [(3, 4), (5,), ()]
    a, b, c = (np.array(rng.normal(size=shape), dtype) for shape in shapes)
    return [(a, b), c]


def compare_with_torch(ours, oracle_of, maximize, rng, steps=300):
    params = some_params(rng)
    tensors = [torch.tensor(leaf) for leaf in leaves(params)]
    oracle = oracle_of(tensors)
    for _ in range(steps):
        grads = some_params(rng)
        (ours.ascend if maximize else ours.descend)(params, grads)
        for tensor, g in zip(tensors, leaves(grads), strict=True):
            tensor.grad = torch.tensor(g)
        oracle.step()
        for leaf, tensor in zip(leaves(params), tensors, strict=True):
            np.testing.assert_allclose(leaf, tensor.numpy(), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
@pytest.mark.parametrize("maximize", [False, True])
def test_sgd_equals_torch(momentum, maximize, rng):
    compare_with_torch(
        SGD(0.03, momentum),
        lambda tensors: torch.optim.SGD(tensors, lr=0.03, momentum=momentum, maximize=maximize),
        maximize,
        rng,
    )


@pytest.mark.parametrize("maximize", [False, True])
def test_adam_without_correction_and_first_moment_is_torchs_rmsprop(maximize, rng):
    compare_with_torch(
        Adam(0.01, beta1=0, beta2=0.97, eps=1e-3, bias_correction=False),
        lambda tensors: torch.optim.RMSprop(tensors, lr=0.01, alpha=0.97, eps=1e-3, maximize=maximize),
        maximize,
        rng,
    )


def test_momentum_is_a_scaled_average():
    """b = g_t + 0.5 g_(t-1) + 0.25 g_(t-2) + ...: the average with weights (1 - 0.5) 0.5^k, over 1 - 0.5."""
    theta, sgd = np.zeros(1), SGD(0.1, momentum=0.5)
    average, position = 0.0, 0.0
    for g in (4.0, -1.0, 0.5):
        sgd.ascend([theta], [np.array([g])])
        average = 0.5 * average + 0.5 * g
        position += 0.1 * average / 0.5
        assert theta[0] == pytest.approx(position, rel=1e-15)


def test_without_correction_the_first_step_is_three_times_too_long():
    """(1 - 0.9) / sqrt(1 - 0.999) = 3.16 times the learning rate, whatever the gradient's size."""
    for size in (1e-3, 1.0, 1e3):
        theta = np.zeros(2)
        Adam(0.01, eps=1e-20, bias_correction=False).ascend([theta], [np.array([size, -size])])
        np.testing.assert_allclose(theta, [0.01 * 10**0.5, -0.01 * 10**0.5], rtol=1e-12)


def test_the_correction_fades():
    """After 20,000 steps 0.999^t is 2e-9: an Adam without correction then takes the same steps."""
    with_it, without = Adam(0.01), Adam(0.01, bias_correction=False)
    a, b = np.zeros(1), np.zeros(1)
    g = [np.array([0.3])]
    for _ in range(20_000):
        with_it.ascend([a], g)
        without.ascend([b], g)
    before = a.copy(), b.copy()
    with_it.ascend([a], g)
    without.ascend([b], g)
    np.testing.assert_allclose(b - before[1], a - before[0], rtol=1e-8)
    assert abs(b[0] - a[0]) > 1  # but the way there was another


def test_a_state_without_correction_goes_on_without(rng):
    params, adam = some_params(rng), Adam(0.1, bias_correction=False)
    adam.ascend(params, some_params(rng))
    other_params, restored = copy(params), Adam.from_state(adam.state())
    grads = some_params(rng)
    adam.ascend(params, grads)
    restored.ascend(other_params, grads)
    for a, b in zip(leaves(params), leaves(other_params), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not restored.bias_correction


def test_a_state_of_an_earlier_version_has_the_correction():
    state = Adam(0.1, 0.8).state()
    del state["bias_correction"]
    assert Adam.from_state(state).bias_correction is True


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sgd_changes_any_layout_in_place_and_keeps_dtypes(dtype, rng):
    base = rng.normal(size=(6, 8)).astype(dtype)
    view, plain = base[:, ::2].T, base[:, ::2].T.copy()
    scattered, ordinary = SGD(0.1, 0.9), SGD(0.1, 0.9)
    for _ in range(3):
        g = rng.normal(size=view.shape)
        scattered.descend([view], [g])
        ordinary.descend([plain], [g])
    assert view.dtype == scattered.b[0].dtype == dtype
    np.testing.assert_array_equal(base[:, ::2].T, plain)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(0), "learning_rate is 0, expected a finite number greater than 0"),
        (lambda: SGD(momentum=1), "momentum is 1, expected a finite number at least 0 and less than 1"),
        (lambda: SGD(momentum=-0.1), "momentum is -0.1"),
        (lambda: Adam(bias_correction="no"), "bias_correction is 'no', expected True or False"),
        (lambda: Adam(bias_correction=None), "bias_correction is None"),
    ],
)
def test_hyperparameters_out_of_range_are_named(make, message):
    with pytest.raises(InvalidInputError, match=message):
        make()


@pytest.mark.parametrize(
    ("params", "grads", "message"),
    [
        ([np.ones(2)], [np.full(2, np.nan)], "grads holds NaN"),
        ([np.ones(2)], [np.ones(3)], "grads has arrays of shapes"),
        ([np.ones(3)], [np.ones(3)], "but this SGD has moments for .* make a new SGD for other parameters"),
        ([np.ones(2, int)], [np.ones(2)], "params must be nested lists and tuples of floating-point"),
    ],
)
def test_bad_input_to_sgd_is_named_and_nothing_has_changed(params, grads, message):
    sgd = SGD(0.1, momentum=0.5)
    sgd.ascend([np.zeros(2)], [np.array([1.0, 2.0])])
    before = copy(params)
    with pytest.raises(InvalidInputError, match=message):
        sgd.descend(params, grads)
    np.testing.assert_array_equal(params[0], before[0])
    np.testing.assert_array_equal(sgd.b[0], [1, 2])
    assert sgd.t == 1

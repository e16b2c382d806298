"""The Gaussian decoder and its mirror: torch as oracle, finite differences, closed forms, bad input."""

import math

import numpy as np
import pytest
import torch

from vaecore import InvalidInputError, compute_KL, value_and_gradients
from vaecore.foundations.likelihoods import gaussian_log_prob
from vaecore.foundations.parameters import leaves
from vaecore.gaussian_decoder import (
    fixed_variance_log_prob,
    gaussian_decoder,
    gaussian_encoder,
    gaussian_lower_bound,
    init_gaussian_network,
    train_gaussian,
)


def network(rng, inputs, hidden, outputs, dtype=np.float64):
    """Random in all its layers, the log variance's too."""
    sizes = ((inputs, hidden), (hidden, outputs), (hidden, outputs))
    return [(rng.normal(size=s).astype(dtype), rng.normal(size=s[1]).astype(dtype)) for s in sizes]


@pytest.mark.parametrize("min_std", [0.0, 0.3])
def test_mean_variance_and_gradients_equal_torch(rng, min_std):
    params, z, x = network(rng, 3, 5, 4), rng.normal(size=(6, 3)), rng.normal(size=(6, 4))
    arrays = [torch.tensor(array, requires_grad=True) for array in leaves(params)]
    w3, b3, w4, b4, w5, b5 = arrays
    h = torch.tanh(torch.tensor(z) @ w3 + b3)
    mean, variance = h @ w4 + b4, torch.exp(h @ w5 + b5) + min_std**2
    log_prob = torch.distributions.Normal(mean, variance.sqrt()).log_prob(torch.tensor(x)).sum()
    log_prob.backward()

    def objective(params):
        mean, log_var = gaussian_decoder(params, z, min_std=min_std)
        return sum(gaussian_log_prob(x, mean, 0.5 * log_var))

    ours, gradients = value_and_gradients(objective, params)
    np.testing.assert_allclose(ours, log_prob.item(), rtol=1e-12)
    for gradient, array in zip(leaves(gradients), arrays, strict=True):
        np.testing.assert_allclose(gradient, array.grad.numpy(), rtol=1e-9, atol=1e-11)
    mean_, log_var = gaussian_decoder(params, z, min_std=min_std)
    np.testing.assert_allclose(mean_, mean.detach(), rtol=1e-12)
    np.testing.assert_allclose(np.exp(log_var), variance.detach(), rtol=1e-12)
    assert np.exp(log_var).min() >= min_std**2


def test_the_encoder_is_the_decoder_in_a_mirror(rng):
    params, x = network(rng, 4, 5, 2), rng.normal(size=(6, 4))
    mean, log_var = gaussian_decoder(params, x)
    encoder_output = gaussian_encoder(params, x)
    assert encoder_output.shape == (6, 4)
    np.testing.assert_array_equal(encoder_output[:, :2], mean)
    variance = np.exp(log_var)
    expected = 0.5 * np.sum(variance + mean**2 - 1 - np.log(variance), axis=1)
    np.testing.assert_allclose(compute_KL(encoder_output), expected, rtol=1e-12)


def test_at_first_every_variance_is_1(rng):
    params = init_gaussian_network(3, 7, 5, rng)
    assert [(w.shape, b.shape) for w, b in params] == [((3, 7), (7,)), ((7, 5), (5,)), ((7, 5), (5,))]
    assert {array.dtype for array in leaves(params)} == {np.dtype(np.float32)}
    mean, log_var = gaussian_decoder(params, rng.normal(size=(4, 3)).astype(np.float32))
    assert mean.dtype == log_var.dtype == np.float32
    assert not log_var.any() and mean.any()


@pytest.mark.parametrize("std", [0.1, 1.0, 3.0])
def test_with_a_fixed_variance_it_is_a_squared_error(rng, std):
    x, mean = rng.normal(size=(2, 5, 4))
    log_prob = fixed_variance_log_prob(x, mean, std)
    oracle = torch.distributions.Normal(torch.tensor(mean), std).log_prob(torch.tensor(x)).sum(dim=1)
    np.testing.assert_allclose(log_prob, oracle, rtol=1e-12)
    error = np.sum((x - mean) ** 2, axis=1)
    difference = (log_prob[0] - log_prob[1:]) * -2 * std**2  # the constant has gone
    np.testing.assert_allclose(difference, error[0] - error[1:], rtol=1e-9)


def test_the_bound_is_its_two_parts(rng):
    gen, rec, x = network(rng, 2, 5, 3), network(rng, 3, 5, 2), rng.normal(size=(6, 3))
    encoder_output = gaussian_encoder(rec, x)
    z = encoder_output[:, :2] + np.exp(encoder_output[:, 2:]) * np.random.default_rng(1).normal(size=(6, 2))
    mean, log_var = gaussian_decoder(gen, z, min_std=0.1)
    learnt = gaussian_log_prob(x, mean, 0.5 * log_var)
    fixed = -0.5 * np.sum((x - mean) ** 2 / 0.49 + math.log(2 * math.pi * 0.49), axis=1)
    for log_prob, fixed_std in ((learnt, None), (fixed, 0.7)):
        for beta in (0, 1, 3):
            bound = gaussian_lower_bound(
                gen, rec, x, np.random.default_rng(1), min_std=0.1, fixed_std=fixed_std, beta=beta
            )
            right = np.mean(log_prob - beta * compute_KL(encoder_output))
            np.testing.assert_allclose(bound, right, rtol=1e-12)


def test_the_gradient_of_the_bound_agrees_with_finite_differences(rng):
    params, x = [network(rng, 2, 4, 3), network(rng, 3, 4, 2)], rng.normal(size=(5, 3))
    params[0][2] = tuple(0.3 * array for array in params[0][2])

    def bound(params):
        return gaussian_lower_bound(*params, x, np.random.default_rng(2), min_std=0.2)

    _, gradients = value_and_gradients(bound, params)
    for array, gradient in zip(leaves(params), leaves(gradients), strict=True):
        u, h = rng.normal(size=array.shape), 1e-6
        array += h * u
        ahead = bound(params)
        array -= 2 * h * u
        behind = bound(params)
        array += h * u
        assert np.sum(gradient * u) == pytest.approx((ahead - behind) / (2 * h), rel=1e-5, abs=1e-7)


def test_the_bound_of_a_linear_model_at_its_optimum_is_log_p():
    """x = w z + noise: with q the posterior, the mean of the bound over the noise is log p(x), exactly.

    tanh(a z) / a stands for z: for small a it differs from it by a^2 z^3 / 3.
    """
    w, sigma, a = 1.5, 0.5, 1e-4
    variance = sigma**2 / (w**2 + sigma**2)
    slope = w / (w**2 + sigma**2)
    x = np.linspace(-3, 3, 7)[:, None]
    one, zero = np.ones((1, 1)), np.zeros(1)
    gen = [(a * one, zero), (w / a * one, zero), (0 * one, zero + 2 * math.log(sigma))]
    rec = [(a * one, zero), (slope / a * one, zero), (0 * one, zero + math.log(variance))]
    nodes, weights = np.polynomial.hermite_e.hermegauss(20)

    class Noise(np.random.Generator):
        """Deals out one value of the noise to all points."""

        def standard_normal(self, size, dtype=None):
            return np.full(size, self.value)

    rng, mean = Noise(np.random.PCG64(0)), 0.0
    for rng.value, weight in zip(nodes, weights / weights.sum(), strict=True):
        mean += weight * gaussian_lower_bound(gen, rec, x, rng)
    total = w**2 + sigma**2
    log_p = np.mean(-0.5 * x**2 / total - 0.5 * math.log(2 * math.pi * total))
    assert mean == pytest.approx(log_p, abs=1e-6)


def constant_and_moving(rng, n=500):
    """One entry that moves, one that never does."""
    return np.stack([rng.normal(size=n), np.full(n, 0.5)], axis=1).astype(np.float32)


def test_a_constant_entry_runs_away_and_the_floor_holds_it(rng):
    data = constant_and_moving(rng)
    arguments = {"latent_size": 1, "hidden_size": 10, "steps": 600}
    bounds = {}
    for min_std in (0.1, 0.01):
        gen, _, history = train_gaussian(data, np.random.default_rng(0), min_std=min_std, **arguments)
        _, log_var = gaussian_decoder(gen, np.zeros((1, 1), np.float32), min_std=min_std)
        assert len(history) == 600 and history[-1] > history[0]
        assert 2 * math.log(min_std) <= log_var[0, 1] < 2 * math.log(min_std) + 1
        bounds[min_std] = np.mean(history[-50:])
    # The lower the floor, the higher the bound: log 10 = 2.3 nats a decade, and nothing has been learnt.
    assert bounds[0.01] > bounds[0.1] + 1.5


def test_training_is_reproducible_and_learns_a_variance_that_changes(rng):
    """Noise of 0.05 on the left and of 0.5 on the right."""
    t = rng.normal(size=2000)
    std = np.where(t < 0, 0.05, 0.5)
    data = np.stack([3 * t, std * rng.normal(size=2000)], axis=1).astype(np.float32)
    runs = [
        train_gaussian(data, np.random.default_rng(1), latent_size=1, hidden_size=20, steps=800, min_std=0.01)
        for _ in range(2)
    ]
    for one, other in zip(leaves(runs[0][:2]), leaves(runs[1][:2]), strict=True):
        np.testing.assert_array_equal(one, other)
    gen, rec, _ = runs[0]
    z = gaussian_encoder(rec, np.array([[-3, 0], [3, 0]], np.float32))[:, :1]
    _, log_var = gaussian_decoder(gen, z, min_std=0.01)
    left, right = np.exp(0.5 * log_var[:, 1])
    assert left < 0.15 and right > 0.3


GOOD = [(np.zeros((2, 3)), np.zeros(3)), (np.zeros((3, 4)), np.zeros(4)), (np.zeros((3, 4)), np.zeros(4))]
Z = np.zeros((5, 2))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: gaussian_decoder(GOOD[:2], Z), r"expected \[\(W3, b3\), .* init_gaussian_network"),
        (lambda: gaussian_decoder([*GOOD[:2], (np.zeros((3, 5)), np.zeros(5))], Z), "two of one shape"),
        (lambda: gaussian_decoder("abc", Z), "params has layers of shapes"),
        (lambda: gaussian_decoder(GOOD, np.zeros((5, 3))), r"z has shape \(5, 3\), expected \(B, 2\)"),
        (lambda: gaussian_decoder(GOOD, Z * np.nan), "NaN or infinite"),
        (lambda: gaussian_decoder(GOOD, Z, min_std=-1), "min_std is -1, expected .* at least 0"),
        (lambda: fixed_variance_log_prob(Z, Z, 0), "std is 0, expected a finite number greater than 0"),
        (lambda: fixed_variance_log_prob(Z, Z[:, :1], 1), "expected one shape"),
        (lambda: init_gaussian_network(2, 0, 3, np.random.default_rng(0)), "expected a whole number"),
        (
            lambda: gaussian_lower_bound(GOOD, GOOD, Z, np.random.default_rng(0), beta=-1),
            "beta is -1, expected .* at least 0",
        ),
        (lambda: train_gaussian(Z, np.random.default_rng(0), latent_size=1, steps=0), "steps is 0"),
        (lambda: train_gaussian(Z, 0, latent_size=1), "rng is of type int"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InvalidInputError, match=message):
        call()

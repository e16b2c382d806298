"""Sampling q(z | x): the formula, its statistics, its gradients, bad input.

Limits of six standard deviations: a false alarm in 2e-9 of the cases each, below 1e-6 for a test as a whole.
"""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from vaecore import InvalidInputError
from vaecore import sample_latent_variables_from_posterior as sample
from vaecore.reparameterization import _mean_plus_std_times_noise, standard_normal

DTYPES = [np.float32, np.float64]


def plain_sample(encoder_output, eps):
    """The formula of the docstring, for autograd to differentiate."""
    mean, log_std = anp.split(encoder_output, 2, axis=1)
    return mean + anp.exp(log_std) * eps


def noise(rng, shape):
    """The noise that `sample` draws from a copy of this generator in its present state."""
    copy = np.random.Generator(type(rng.bit_generator)())
    copy.bit_generator.state = rng.bit_generator.state
    return copy.standard_normal(shape)


def test_z_is_mean_plus_std_times_noise(rng):
    encoder_output = rng.normal(size=(4, 6))
    eps = noise(rng, (4, 3))
    np.testing.assert_allclose(sample(encoder_output, rng), plain_sample(encoder_output, eps), rtol=1e-14)


def test_mean_std_and_shape_of_the_noise_for_every_dimension(rng):
    mean, std, n = np.array([-3.0, 0.0, 10.0]), np.array([0.1, 1.0, 4.0]), 200_000
    z = sample(np.tile(np.concatenate([mean, np.log(std)]), (n, 1)), rng)
    standardised = (z - mean) / std
    # The moments of N(0, 1) up to the fourth, and the variances of their estimates: 15 - 9 etc.
    for power, moment, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        estimate = np.mean(standardised**power, axis=0)
        assert np.all(abs(estimate - moment) < 6 * np.sqrt(variance / n)), (power, estimate)


@pytest.mark.parametrize("dtype", DTYPES)
def test_noise_is_independent_over_the_batch_the_dimensions_and_the_calls(dtype, rng):
    b, latent_size = 2_000, 20
    first, second = (sample(np.zeros((b, 2 * latent_size), dtype), rng) for _ in range(2))
    z = np.hstack([first, second]).astype(np.float64)  # (B, 2L)
    # The mean of B products of independent N(0, 1), in its standard deviations: beyond 7.5 with less than
    # 2e-12 (Chernoff), for 780 pairs of columns 2e-9.
    between_columns = (z.T @ z / np.sqrt(b))[np.triu_indices(2 * latent_size, 1)]
    assert abs(between_columns).max() < 7.5
    for lag in (1, 2, 17):  # between rows; false alarm 2e-9 each
        assert abs(np.mean(z[lag:] * z[:-lag])) * np.sqrt(z[lag:].size) < 6
    # The mean of a row has variance 1 / 2L; it is 6 standard deviations off with less than 1e-7.
    assert abs(np.mean(z.mean(axis=1) ** 2) * 2 * latent_size - 1) < 6 * np.sqrt(2 / b)


def test_only_the_generator_decides():
    encoder_output = np.zeros((3, 4))
    np.random.seed(0)  # noqa: NPY002 - the global state must play no part
    global_state = np.random.get_state()[1].copy()  # noqa: NPY002
    first, again, other = (sample(encoder_output, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    np.testing.assert_array_equal(np.random.get_state()[1], global_state)  # noqa: NPY002


@settings(deadline=None, max_examples=50)
@given(st.integers(1, 5), st.integers(1, 6), st.sampled_from([np.float16, np.float32, np.float64]))
def test_shape_and_dtype_follow_the_input(b, latent_size, dtype):
    encoder_output = np.full((b, 2 * latent_size), 0.5, dtype)
    z = sample(encoder_output, np.random.default_rng(0))
    gradient = autograd.grad(lambda e: anp.sum(sample(e, np.random.default_rng(0))))(encoder_output)
    assert z.shape == (b, latent_size) and z.dtype == dtype
    assert gradient.shape == encoder_output.shape and gradient.dtype == dtype


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_needle_is_its_mean_and_a_haystack_is_finite(dtype, rng):
    mean = np.array([[3.0, -1.0]], dtype)
    needle, haystack = (sample(np.hstack([mean, np.full_like(mean, s)]), rng) for s in (-40, 40))
    np.testing.assert_allclose(needle, mean, rtol=np.finfo(dtype).eps)
    assert np.isfinite(haystack).all() and abs(haystack).max() > 1e10


def test_gradient_equals_torch_rsample(rng):
    encoder_output, weights = rng.normal(size=(5, 8)), rng.normal(size=(5, 4))
    eps = noise(rng, (5, 4))
    oracle = torch.tensor(encoder_output, requires_grad=True)
    z = oracle[:, :4] + torch.exp(oracle[:, 4:]) * torch.tensor(eps)
    (z * torch.tensor(weights)).sum().backward()
    ours = autograd.grad(lambda e: anp.sum(sample(e, rng) * weights))(encoder_output)
    np.testing.assert_allclose(ours, oracle.grad.numpy(), rtol=1e-13)


def test_gradient_agrees_with_finite_differences_for_fixed_noise(rng):
    encoder_output, weights = rng.normal(size=(4, 6)), rng.normal(size=(4, 3))

    def objective(e):
        return anp.sum(sample(e, np.random.default_rng(5)) * weights)

    slope = autograd.grad(objective)(encoder_output)
    for _ in range(5):
        u, h = rng.normal(size=encoder_output.shape), 1e-5
        ahead, behind = objective(encoder_output + h * u), objective(encoder_output - h * u)
        measured, computed = (ahead - behind) / (2 * h), np.sum(slope * u)
        assert computed == pytest.approx(measured, rel=1e-7, abs=1e-8), (computed, measured)


def test_first_and_second_derivatives_agree_with_plain_autograd_for_the_noise_too(rng):
    point = rng.normal(size=(2, 6))  # means, log standard deviations, noise

    for differentiate in (autograd.grad, autograd.hessian):
        ours, plain = (
            differentiate(lambda p, f=f: anp.sum(f(p[:, :4], p[:, 4:]) ** 2))(point)
            for f in (_mean_plus_std_times_noise, plain_sample)
        )
        np.testing.assert_allclose(ours, plain, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_standard_normal_is_drawn_in_its_own_dtype(dtype):
    drawn = standard_normal(np.random.default_rng(3), (2, 5), dtype)
    assert drawn.shape == (2, 5) and drawn.dtype == dtype
    np.testing.assert_array_equal(drawn, np.random.default_rng(3).standard_normal((2, 5), dtype))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((2, 5)), "expected an even width 2L"),
        (np.zeros(4), "expected two axes"),
        (np.zeros((0, 4)), "batch is empty"),
        (np.zeros((2, 4), int), "dtype int64"),
        (np.full((2, 4), np.nan), "encoder_output holds 8 value.*NaN"),
    ],
)
def test_bad_encoder_output_is_named(bad, message, rng):
    with pytest.raises(InvalidInputError, match=message):
        sample(bad, rng)


@pytest.mark.parametrize("bad", [0, None, np.random, np.random.RandomState(0)])
def test_anything_but_a_generator_is_refused(bad):
    with pytest.raises(InvalidInputError, match=r"expected a numpy.random.Generator; make one with"):
        sample(np.zeros((2, 4)), bad)

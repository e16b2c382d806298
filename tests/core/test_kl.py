"""The KL divergence from the prior: closed forms, torch, finite differences, extremes, bad input."""

import math

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from vaecore import InvalidInputError, compute_KL
from vaecore.kl import kl_per_dimension

DTYPES = [np.float32, np.float64]


def plain_KL(encoder_output):
    """The formula of the docstring, term by term, for autograd to differentiate."""
    mean, log_std = anp.split(encoder_output, 2, axis=1)
    return 0.5 * anp.sum(anp.exp(2 * log_std) + mean**2 - 1 - 2 * log_std, axis=1)


def gradient(encoder_output, weights=None):
    weights = np.ones(len(encoder_output), encoder_output.dtype) if weights is None else weights
    return autograd.grad(lambda e: anp.sum(compute_KL(e) * weights))(encoder_output)


def gaussians(dtype):
    """Batches of (B, 2L): means of any usual size, log standard deviations from -40 to 40."""
    width = 64 if dtype == np.float64 else 32
    mean = st.floats(-1e6, 1e6, width=width)
    log_std = st.floats(-40, 40, width=width)
    shapes = st.tuples(st.integers(1, 4), st.integers(1, 5))
    return shapes.flatmap(
        lambda shape: st.tuples(*(hnp.arrays(dtype, shape, elements=e) for e in (mean, log_std)))
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_closed_forms(dtype):
    encoder_output = np.array([[0, 0, 0, 0], [3, 0, 0, 0], [0, 0, math.log(2), 0], [1, -2, 0, 1]], dtype)
    expected = [0, 4.5, 0.5 * (4 - 1 - 2 * math.log(2)), 0.5 * (1 + 4 + math.exp(2) - 1 - 2)]
    np.testing.assert_allclose(compute_KL(encoder_output), expected, rtol=8 * np.finfo(dtype).eps)


def test_value_and_gradient_equal_torch_distributions(rng):
    encoder_output = rng.normal(size=(7, 10))
    weights = rng.normal(size=7)
    oracle = torch.tensor(encoder_output, requires_grad=True)
    q = torch.distributions.Normal(oracle[:, :5], torch.exp(oracle[:, 5:]))
    kl = torch.distributions.kl_divergence(q, torch.distributions.Normal(0.0, 1.0)).sum(dim=1)
    (kl * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(compute_KL(encoder_output), kl.detach().numpy(), rtol=1e-13)
    np.testing.assert_allclose(gradient(encoder_output, weights), oracle.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_gradient_agrees_with_finite_differences(rng):
    encoder_output, weights = rng.normal(size=(5, 6)), rng.normal(size=5)
    slope = gradient(encoder_output, weights)
    for _ in range(5):
        u, h = rng.normal(size=encoder_output.shape), 1e-5
        ahead, behind = (np.dot(compute_KL(encoder_output + s * h * u), weights) for s in (1, -1))
        measured, computed = (ahead - behind) / (2 * h), np.sum(slope * u)
        assert computed == pytest.approx(measured, rel=1e-7, abs=1e-8), (computed, measured)


def test_first_and_second_derivatives_agree_with_plain_autograd(rng):
    encoder_output, weights = rng.normal(size=(3, 4)), rng.normal(size=3)
    for differentiate in (autograd.grad, autograd.hessian):
        ours, plain = (
            differentiate(lambda e, kl=kl: anp.sum(kl(e) ** 2 * weights))(encoder_output)
            for kl in (compute_KL, plain_KL)
        )
        np.testing.assert_allclose(ours, plain, rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_exact_to_float_precision_from_a_needle_to_a_haystack(dtype):
    @settings(deadline=None)
    @given(gaussians(dtype))
    def check(gaussian):
        latent_size = gaussian[0].shape[1]
        kl, slope = compute_KL(np.hstack(gaussian)), gradient(np.hstack(gaussian))
        assert kl.dtype == dtype and slope.dtype == dtype
        exact_mean, exact_log_std = (a.astype(np.longdouble) for a in gaussian)
        variance_less_1 = np.expm1(2 * exact_log_std)
        exact = 0.5 * np.sum(variance_less_1 + exact_mean**2 - 2 * exact_log_std, axis=1)
        size = 0.5 * np.sum(abs(variance_less_1) + exact_mean**2 + 2 * abs(exact_log_std), axis=1)
        eps = np.finfo(dtype).eps
        tiny = np.finfo(dtype).tiny
        assert np.all(abs(kl - exact) <= 8 * eps * size + tiny), (kl, exact)
        np.testing.assert_array_equal(slope[:, :latent_size], gaussian[0])
        error = abs(slope[:, latent_size:] - variance_less_1)
        assert np.all(error <= 4 * eps * abs(variance_less_1) + tiny), (slope, variance_less_1)
        assert np.all(kl >= -4 * eps * size), "a KL divergence is never negative"

    check()


def test_no_digits_are_lost_near_the_prior():
    log_std = np.array([[1e-3], [-1e-4], [1e-5]])
    encoder_output = np.hstack([np.zeros_like(log_std), log_std])
    s = log_std[:, 0]
    series = s**2 + 2 / 3 * s**3 + s**4 / 3 + 2 / 15 * s**5
    np.testing.assert_allclose(compute_KL(encoder_output), series, rtol=0, atol=2e-18)
    # d KL / d log_std = exp(2 s) - 1; computed like that, 2e-12 would keep four digits.
    np.testing.assert_allclose(gradient(np.array([[0.0, 1e-12]]))[0, 1], 2e-12 + 2e-24, rtol=1e-15)


def test_every_row_counts_by_itself(rng):
    encoder_output = rng.normal(size=(6, 8))
    alone = [compute_KL(row[None, :])[0] for row in encoder_output]
    kl = compute_KL(encoder_output)
    assert kl.shape == (6,)
    np.testing.assert_allclose(kl, alone, rtol=1e-14)


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (np.zeros((2, 5)), r"shape \(2, 5\), expected an even width 2L"),
        (np.zeros(4), r"shape \(4,\), expected two axes .* pass encoder_output\[None, :\]"),
        (np.zeros((2, 2, 2)), "expected two axes"),
        (np.zeros((0, 4)), "batch is empty"),
        (np.zeros((3, 0)), r"shape \(3, 0\)"),
        (np.zeros((2, 4), int), "dtype int64, expected floating-point"),
        (np.array([[0.0, np.nan]]), "1 value.* NaN or infinite"),
        (np.array([[np.inf, 0.0]]), "NaN or infinite"),
        ([[1.0, 2.0], [3.0]], "rows of one length"),
    ],
)
def test_bad_input_is_named(bad, message):
    with pytest.raises(InvalidInputError, match=message):
        compute_KL(bad)


def test_the_terms_per_dimension(rng):
    # N(2, 1) costs 2 nats and N(0, 1) nothing; the terms add up to the whole.
    np.testing.assert_allclose(kl_per_dimension(np.array([[2.0, 0.0, 0.0, 0.0]])), [[2.0, 0.0]])
    encoder_output = rng.normal(size=(7, 6))
    terms = kl_per_dimension(encoder_output)
    assert terms.shape == (7, 3) and np.all(terms >= 0)
    np.testing.assert_allclose(terms.sum(axis=1), compute_KL(encoder_output), rtol=1e-12)
    with pytest.raises(InvalidInputError, match="even width"):
        kl_per_dimension(np.zeros((2, 3)))

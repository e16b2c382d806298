"""The Bernoulli log-probability: closed forms, an exact reference, torch, derivatives, bad input."""

import decimal
import itertools
import math
from decimal import Decimal

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaecore import InvalidInputError, bernoulli_log_prob

DTYPES = [np.float32, np.float64]


def plain_log_prob(targets, logits):
    """The formula of the docstring, for autograd to differentiate; good for logits of a few units."""
    s = 1 / (1 + anp.exp(-logits))
    return anp.sum(targets * anp.log(s) + (1 - targets) * anp.log(1 - s), axis=1)


def gradient(targets, logits):
    return autograd.grad(lambda a: anp.sum(bernoulli_log_prob(targets, a)))(logits)


def exact_terms(x, a):
    """Return x log s, (1 - x) log(1 - s), x (1 - s) and (1 - x) s in 80-digit arithmetic."""
    x, a = Decimal(float(x)), Decimal(float(a))
    e = (-abs(a)).exp()
    # 80 digits of 1 + e hold nothing of an e below 1e-80, but there log(1 + e) is e.
    log1p_e = e if e < Decimal("1e-40") else (1 + e).ln()
    minus_log_s, minus_log_1_minus_s = max(-a, Decimal(0)) + log1p_e, max(a, Decimal(0)) + log1p_e
    s, one_minus_s = (1 / (1 + e), e / (1 + e)) if a >= 0 else (e / (1 + e), 1 / (1 + e))
    return -x * minus_log_s, -(1 - x) * minus_log_1_minus_s, x * one_minus_s, (1 - x) * s


@pytest.mark.parametrize("dtype", DTYPES)
def test_exact_to_float_precision_for_logits_of_any_size(dtype):
    width = 64 if dtype == np.float64 else 32
    largest = float(np.finfo(dtype).max)
    sizes = st.floats(-largest, largest, width=width) | st.floats(-200, 200, width=width)

    @settings(deadline=None, max_examples=300)
    @given(st.sampled_from([0.0, 1.0]) | st.floats(0, 1, width=width), sizes)
    @example(1.0, 1e4)
    @example(0.0, 1e4)
    @example(1.0, -1e4)
    @example(0.0, -1e4)
    @example(1.0, 50.0)
    @example(0.0, 40.0)
    @example(0.5, 0.0)
    @example(1.0, largest)
    @example(0.0, largest)
    def check(x, a):
        targets, logits = np.array([[x]], dtype), np.array([[a]], dtype)
        value, slope = bernoulli_log_prob(targets, logits), gradient(targets, logits)
        assert value.dtype == dtype and slope.dtype == dtype
        assert np.isfinite(value).all() and np.isfinite(slope).all()
        with decimal.localcontext(decimal.Context(prec=80, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)):
            on, off, up, down = exact_terms(targets[0, 0], logits[0, 0])
            # Relative to the terms: for a binary pixel one of each pair is 0, so this is the relative error.
            eps, tiny = Decimal(8 * float(np.finfo(dtype).eps)), Decimal(float(np.finfo(dtype).tiny))
            assert abs(Decimal(float(value[0])) - (on + off)) <= eps * abs(on + off) + tiny, (value, on + off)
            error = abs(Decimal(float(slope[0, 0])) - (up - down))
            assert error <= eps * (up + down) + tiny, (slope, up - down)

    check()


def test_closed_forms():
    logits = np.array([[0.0, 0.0, 0.0], [math.log(3), -math.log(3), math.log(3)]])  # s = 1/2; 3/4, 1/4, 3/4
    targets = np.array([[0.0, 1.0, 0.3], [1.0, 1.0, 0.0]])
    expected = [-3 * math.log(2), math.log(0.75 * 0.25 * 0.25)]
    np.testing.assert_allclose(bernoulli_log_prob(targets, logits), expected, rtol=1e-15)


def test_probabilities_of_all_binary_images_add_up_to_one(rng):
    images = np.array(list(itertools.product([0.0, 1.0], repeat=6)))
    logits = np.tile(rng.normal(size=6) * 3, (len(images), 1))
    assert np.exp(bernoulli_log_prob(images, logits)).sum() == pytest.approx(1, abs=1e-14)


def test_value_and_both_gradients_equal_torch(rng):
    targets, logits, weights = rng.random((5, 9)), rng.normal(size=(5, 9)) * 10, rng.normal(size=5)
    x, a = torch.tensor(targets, requires_grad=True), torch.tensor(logits, requires_grad=True)
    bce = torch.nn.functional.binary_cross_entropy_with_logits(a, x, reduction="none").sum(dim=1)
    (-bce * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(bernoulli_log_prob(targets, logits), -bce.detach().numpy(), rtol=1e-13)
    ours = autograd.grad(lambda p: anp.sum(bernoulli_log_prob(p[0], p[1]) * weights))((targets, logits))
    np.testing.assert_allclose(ours[0], x.grad.numpy(), rtol=1e-12, atol=1e-13)
    np.testing.assert_allclose(ours[1], a.grad.numpy(), rtol=1e-12, atol=1e-13)


def test_gradients_agree_with_finite_differences(rng):
    point = rng.uniform(0.1, 0.9, size=(4, 6)), rng.normal(size=(4, 6)) * 4
    weights = rng.normal(size=4)
    point = np.stack(point)

    def objective(p):
        return anp.sum(bernoulli_log_prob(p[0], p[1]) * weights)

    slope = autograd.grad(objective)(point)
    for used in ([1, 0], [0, 1], [1, 1]):  # targets alone, logits alone, both
        for _ in range(4):
            u, h = rng.uniform(-1, 1, size=point.shape) * np.reshape(used, (2, 1, 1)), 1e-5
            ahead, behind = objective(point + h * u), objective(point - h * u)
            measured, computed = (ahead - behind) / (2 * h), np.sum(slope * u)
            assert computed == pytest.approx(measured, rel=1e-7, abs=1e-8), (used, computed, measured)


def test_first_and_second_derivatives_agree_with_plain_autograd_at_0_too(rng):
    targets, logits = rng.random((2, 4)), rng.normal(size=(2, 4)) * 2
    targets[0, :2], logits[:, 1] = (0, 1), 0
    point = np.stack([targets, logits])
    for differentiate in (autograd.grad, autograd.hessian):
        ours, plain = (
            differentiate(lambda p, f=log_prob: anp.sum(f(p[0], p[1]) ** 2))(point)
            for log_prob in (bernoulli_log_prob, plain_log_prob)
        )
        np.testing.assert_allclose(ours, plain, rtol=1e-10, atol=1e-12)


def test_second_derivative_of_a_large_logit_is_finite():
    logits = np.array([[1e4, -1e4, 700.0, -700.0]])
    second = autograd.elementwise_grad(lambda a: gradient(np.ones((1, 4)), a))(logits)
    np.testing.assert_allclose(second, np.zeros((1, 4)), atol=1e-300)


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_whole_image_of_large_logits_keeps_the_dtype(dtype, rng):
    targets = (rng.random((3, 784)) < 0.5).astype(dtype)
    logits = np.where(rng.random((3, 784)) < 0.5, 1e4, -1e4).astype(dtype)
    value, slope = bernoulli_log_prob(targets, logits), gradient(targets, logits)
    assert value.shape == (3,) and value.dtype == dtype and slope.dtype == dtype
    wrong = (targets == 1) != (logits > 0)
    np.testing.assert_allclose(value, -1e4 * wrong.sum(axis=1), rtol=4 * np.finfo(dtype).eps)
    np.testing.assert_array_equal(slope, np.where(wrong, 2 * targets - 1, 0))


def test_a_grey_target_scores_best_at_its_own_logit():
    targets = np.array([[0.2, 0.7]])
    np.testing.assert_allclose(gradient(targets, np.log(targets / (1 - targets))), 0, atol=1e-16)


ONES, ZEROS = np.ones((2, 3)), np.zeros((2, 3))


@pytest.mark.parametrize(
    ("targets", "logits", "message"),
    [
        (ONES[:, :2], ZEROS, r"targets has shape \(2, 2\), expected \(B, 3\)"),
        (ONES, ZEROS[:1], r"targets has shape \(2, 3\) and logits \(1, 3\), expected the same, or one image"),
        (ONES[0], ZEROS, r"targets has shape \(3,\), expected two axes"),
        (ONES, ZEROS[0], r"logits has shape \(3,\), expected two axes"),
        (ONES[:0], ZEROS[:0], "logits has shape .* batch is empty"),
        (255 * ONES, ZEROS, r"targets runs from 255 to 255, expected pixels in \[0, 1\]; divide bytes"),
        (-0.1 * ONES, ZEROS, "targets runs from -0.1 to -0.1"),
        (ONES.astype(np.uint8), ZEROS, r"targets has dtype uint8.*the loader"),
        (ONES.astype(int), ZEROS, "targets has dtype int64"),
        (ONES > 0, ZEROS, "targets has dtype bool"),
        (ONES, ZEROS.astype(int), "logits has dtype int64"),
        (ONES * np.nan, ZEROS, "targets holds 6 value.*NaN"),
        (ONES, ZEROS * np.nan, "logits holds 6 value.*NaN"),
        (ONES, ZEROS + np.inf, "logits holds 6 value.*infinite"),
        (ZEROS, ZEROS + np.inf, "logits holds 6 value.*infinite"),
        (ONES, ZEROS - np.inf, "logits holds 6 value.*infinite"),
    ],
)
def test_bad_input_is_named(targets, logits, message):
    with pytest.raises(InvalidInputError, match=message):
        bernoulli_log_prob(targets, logits)

"""The two gradient estimators: unbiased, with the variances that algebra gives, and the errors they name.

A mean of n terms is called wrong when it is more than 6.5 standard errors off, with a standard error that is
computed from the fourth moments where they are known.  A false alarm: 8e-11 each, below 1e-7 for all.
"""

import autograd.numpy as anp
import numpy as np
import pytest
import torch

from vaecore import InvalidInputError
from vaecore.gradient_estimators import (
    _pathwise_terms,
    _score_function_terms,
    pathwise_gradient,
    score_function_gradient,
)

N = 200_000
BOTH = [score_function_gradient, pathwise_gradient]
both = pytest.mark.parametrize("estimate", BOTH)


def square(z):
    return anp.sum(z**2, axis=1)


# f of one dimension, and the gradient of E[f(z)], z ~ N(m, s^2), with respect to m and log s
CLOSED_FORMS = {
    "z": (lambda z: z[:, 0], lambda m, s: (1, 0)),
    "z^2": (square, lambda m, s: (2 * m, 2 * s**2)),
    "z^3": (lambda z: z[:, 0] ** 3, lambda m, s: (3 * (m**2 + s**2), 6 * m * s**2)),
    "cos z": (
        lambda z: anp.cos(z[:, 0]),
        lambda m, s: (-np.exp(-(s**2) / 2) * np.sin(m), -(s**2) * np.exp(-(s**2) / 2) * np.cos(m)),
    ),
    "exp z": (
        lambda z: anp.exp(z[:, 0]),
        lambda m, s: (np.exp(m + s**2 / 2), s**2 * np.exp(m + s**2 / 2)),
    ),
    "5": (lambda z: 5 + 0 * z[:, 0], lambda m, s: (0, 0)),
}


@both
@pytest.mark.parametrize("name", CLOSED_FORMS)
@pytest.mark.parametrize(("m", "s"), [(0.7, 0.5), (-1.3, 1.0), (0.0, 0.2)])
def test_both_are_unbiased(estimate, name, m, s, rng):
    f, exact = CLOSED_FORMS[name]
    per_sample = estimate(f, np.array([m]), np.log([s]), rng, N)
    for gradient, right in zip(per_sample, exact(m, s), strict=True):
        assert gradient.shape == (N, 1)
        # The standard error is estimated from N draws too: good to a few percent for terms with light tails.
        assert abs(gradient.mean() - right) <= 6.5 * gradient.std() / np.sqrt(N) + 1e-12, gradient.mean()


@pytest.mark.parametrize("baseline", [-3.0, 0.0, 1.7, 40.0])
def test_any_baseline_leaves_the_score_function_unbiased(baseline, rng):
    m, s = 0.7, 0.5
    per_sample = score_function_gradient(square, np.array([m]), np.log([s]), rng, N, baseline=baseline)
    for gradient, right in zip(per_sample, (2 * m, 2 * s**2), strict=True):
        assert abs(gradient.mean() - right) < 6.5 * gradient.std() / np.sqrt(N)


def test_the_baseline_is_subtracted_from_f_and_nothing_else_changes():
    arguments = (np.array([0.3, -1.0]), np.array([0.1, -0.4]))
    shifted, subtracted = (
        score_function_gradient(f, *arguments, np.random.default_rng(1), 50, baseline=b)
        for f, b in ((lambda z: square(z) - 2.5, 0.0), (square, 2.5))
    )
    np.testing.assert_allclose(shifted, subtracted, rtol=1e-12)


def moments_of_quartic_terms(m, s, b):
    """Exact variances for f = z^2, and from the moments of N(0, 1) the variances of their estimates.

    With z = m + s eps and c = m^2 - b the terms are polynomials in eps:
    score, mean:     (c eps + 2 m s eps^2 + s^2 eps^3) / s
    score, log std:  (c + 2 m s eps + s^2 eps^2) (eps^2 - 1)
    pathwise, mean:  2 m + 2 s eps;   log std:  2 m s eps + 2 s^2 eps^2
    """
    c, p = m**2 - b, np.polynomial.Polynomial
    z_squared = p([c, 2 * m * s, s**2])
    terms = {
        "score": (z_squared * p([0, 1 / s]), z_squared * p([-1, 0, 1])),
        "path": (p([2 * m, 2 * s]), p([0, 2 * m * s, 2 * s**2])),
    }

    def expectation(polynomial):  # E eps^k = (k - 1)!! for even k, else 0
        return sum(a * np.prod(np.arange(k - 1, 0, -2)) for k, a in enumerate(polynomial.coef) if k % 2 == 0)

    return {
        name: [
            (expectation(t), expectation((t - expectation(t)) ** 2), expectation((t - expectation(t)) ** 4))
            for t in pair
        ]
        for name, pair in terms.items()
    }


@pytest.mark.parametrize(
    ("m", "s", "b"), [(0.0, 1.0, 0.0), (1.5, 0.4, 0.0), (1.5, 0.4, 2.7), (-0.6, 1.3, 2.0)]
)
def test_the_variances_for_a_square_are_those_of_algebra(m, s, b, rng):
    moments = moments_of_quartic_terms(m, s, b)
    # The same by hand, as the chapter prints them.
    c = m**2 - b
    by_hand = {
        "score": (
            c**2 / s**2 + 8 * m**2 + 6 * c + 15 * s**2,
            2 * c**2 + 20 * c * s**2 + 40 * m**2 * s**2 + 74 * s**4,
        ),
        "path": (4 * s**2, 4 * m**2 * s**2 + 8 * s**4),
    }
    arguments = (square, np.array([m]), np.log([s]), rng, N)
    measured = {
        "score": score_function_gradient(*arguments, baseline=b),
        "path": pathwise_gradient(*arguments),
    }
    for name in moments:
        for gradient, (mean, variance, fourth), formula in zip(
            measured[name], moments[name], by_hand[name], strict=True
        ):
            assert variance == pytest.approx(formula, rel=1e-12)
            squared_deviations = np.mean((gradient - mean) ** 2)
            standard_error = np.sqrt((fourth - variance**2) / N)
            # The squares have heavy tails, so the room is wider than for the means.
            assert abs(squared_deviations - variance) < 12 * standard_error, (name, squared_deviations)


def test_in_many_dimensions_the_score_function_pays_for_all_of_them_the_path_for_one():
    """f = |z|^2 at mean 0, std 1: the score's variance is L^2 + 6 L + 8, the path's 4.

    (sum_k z_k^2) z_j: E of its square is E z^6 + 2 E z^4 (L - 1) + E z^2 E (the other L - 1)^2
    = 15 + 6 (L - 1) + (L - 1)(L + 1); minus its mean squared, 0^2.
    """
    for size in (1, 3, 20):
        zeros = np.zeros(size)
        score, _ = score_function_gradient(square, zeros, zeros, np.random.default_rng(4), N)
        path, _ = pathwise_gradient(square, zeros, zeros, np.random.default_rng(4), N)
        exact = 15 + 6 * (size - 1) + (size - 1) * (size + 1)
        # Standard errors of these variances: 1.5% for z^3 (its kurtosis is 46), less for more dimensions,
        # and 0.32% for 2 z.  Eight and nine of them.
        np.testing.assert_allclose(score.var(axis=0), exact, rtol=0.12)
        np.testing.assert_allclose(path.var(axis=0), 4, rtol=0.03)


def test_the_score_is_the_gradient_of_log_q_in_torch(rng):
    mean, log_std, eps = rng.normal(size=3), rng.normal(size=3), rng.normal(size=(7, 3))
    z = torch.tensor(mean + np.exp(log_std) * eps)
    d_mean, d_log_std = _score_function_terms(square, mean, log_std, eps)
    for i in range(7):
        m, s = (torch.tensor(v, requires_grad=True) for v in (mean, log_std))
        torch.distributions.Normal(m, s.exp()).log_prob(z[i]).sum().backward()
        f = float((z[i] ** 2).sum())
        np.testing.assert_allclose(d_mean[i], f * m.grad.numpy(), rtol=1e-11, atol=1e-12)
        np.testing.assert_allclose(d_log_std[i], f * s.grad.numpy(), rtol=1e-11, atol=1e-12)


def test_the_path_is_the_gradient_through_torchs_rsample(rng):
    mean, log_std, eps = rng.normal(size=3), rng.normal(size=3), rng.normal(size=(7, 3))

    def f(z):
        return anp.sin(z[:, 0] * z[:, 1]) + anp.exp(0.3 * z[:, 2])

    d_mean, d_log_std = _pathwise_terms(f, mean, log_std, eps)
    for i in range(7):
        m, s = (torch.tensor(v, requires_grad=True) for v in (mean, log_std))
        z = m + s.exp() * torch.tensor(eps[i])
        (torch.sin(z[0] * z[1]) + torch.exp(0.3 * z[2])).backward()
        np.testing.assert_allclose(d_mean[i], m.grad.numpy(), rtol=1e-11, atol=1e-13)
        np.testing.assert_allclose(d_log_std[i], s.grad.numpy(), rtol=1e-11, atol=1e-13)


def test_a_jump_is_seen_by_the_score_function_and_missed_by_the_path(rng):
    """d/dmean P(z > 0) is the density at 0, 1 / sqrt(2 pi); the slope of the step itself is 0."""
    arguments = (lambda z: 1.0 * (z[:, 0] > 0), np.zeros(1), np.zeros(1), rng, N)
    score, _ = score_function_gradient(*arguments)
    path, _ = pathwise_gradient(*arguments)
    assert abs(score.mean() - 1 / np.sqrt(2 * np.pi)) < 6.5 * score.std() / np.sqrt(N)
    assert not path.any()


@both
def test_the_generator_alone_decides(estimate):
    first, again, other = (
        estimate(square, np.zeros(2), np.zeros(2), np.random.default_rng(seed), 10) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_both_see_the_same_draws():
    zs = []
    for estimate in BOTH:
        estimate(lambda z: zs.append(np.array(getattr(z, "_value", z))) or square(z),
                 np.ones(2), np.zeros(2), np.random.default_rng(3), 10)  # fmt: skip
    np.testing.assert_array_equal(*zs)


@both
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_dtype_is_kept(estimate, dtype, rng):
    gradients = estimate(square, np.zeros(2, dtype), np.zeros(2, dtype), rng, 4)
    assert [g.dtype for g in gradients] == [dtype, dtype] and [g.shape for g in gradients] == [(4, 2)] * 2


@both
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"mean": np.zeros((2, 2))}, r"mean has shape \(2, 2\) and log_std \(2,\), expected the same \(L,\)"),
        ({"mean": np.float64(0)}, r"for a single number write np.array\(\[number\]\)"),
        ({"log_std": np.zeros(3)}, r"mean has shape \(2,\) and log_std \(3,\)"),
        ({"mean": np.zeros(2, int)}, "mean has dtype int64"),
        ({"log_std": np.array([0, np.nan])}, "log_std holds 1 value.*NaN"),
        ({"num_samples": 0}, "num_samples is 0, expected a whole number of at least 1"),
        ({"rng": 0}, "expected a numpy.random.Generator"),
        ({"f": lambda z: z**2}, r"f returned shape \(4, 2\) for z of shape \(4, 2\), expected one .* \(4,\)"),
        ({"f": lambda z: anp.sum(z**2)}, r"f returned shape \(\)"),
        ({"f": lambda z: z[:, 0] * np.inf}, r"f\(z\) holds 4 value.*infinite"),
    ],
)
def test_bad_input_is_named(estimate, changes, message):
    arguments = {"f": square, "mean": np.zeros(2), "log_std": np.zeros(2), "num_samples": 4}
    arguments |= {"rng": np.random.default_rng(0)} | changes
    with pytest.raises(InvalidInputError, match=message):
        estimate(**arguments)


def test_a_bad_baseline_is_named(rng):
    with pytest.raises(InvalidInputError, match="baseline is nan, expected a finite number"):
        score_function_gradient(square, np.zeros(1), np.zeros(1), rng, 2, baseline=float("nan"))

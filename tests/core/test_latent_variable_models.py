"""The linear-Gaussian world: quadrature, torch, Monte Carlo with its false-alarm rate, nonsense."""

import math

import autograd
import numpy as np
import pytest
import torch

from vaecore import InvalidInputError
from vaecore.latent_variable_models import LinearGaussianWorld, log_marginal_monte_carlo


@pytest.fixture
def gaussian_world(rng):
    return LinearGaussianWorld(rng.normal(size=(2, 3)), rng.normal(size=3), 0.6)


def quadrature(world, x, points=161, reach=9.0):
    """z on a grid (G, 2), and p(x, z) times the grid's cell (B, G): smooth and gone at the edge, so that
    the plain sum is exact to rounding."""
    line = np.linspace(-reach, reach, points)
    z = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    log_prior = -0.5 * np.sum(z**2, axis=1) - math.log(2 * math.pi)
    log_likelihood = np.stack([world.log_likelihood(np.tile(row, (len(z), 1)), z) for row in x])
    return z, np.exp(log_prior + log_likelihood) * (line[1] - line[0]) ** 2


def test_the_marginal_and_the_posterior_are_those_of_quadrature(gaussian_world, rng):
    x = np.concatenate([gaussian_world.sample(3, rng)[1], rng.normal(0, 3, (2, 3))])
    z, joint = quadrature(gaussian_world, x)
    marginal = joint.sum(axis=1)
    np.testing.assert_allclose(gaussian_world.log_marginal(x), np.log(marginal), rtol=1e-10)
    mean, covariance = gaussian_world.posterior(x)
    for i in range(len(x)):
        weights = joint[i] / marginal[i]
        np.testing.assert_allclose(mean[i], weights @ z, rtol=1e-9, atol=1e-10)
        measured = np.cov(z.T, aweights=weights, bias=True)
        np.testing.assert_allclose(covariance, measured, rtol=1e-8, atol=1e-10)


def test_the_marginal_is_torchs_multivariate_normal(gaussian_world, rng):
    x = rng.normal(0, 2, (6, 3))
    w = torch.tensor(gaussian_world.weights)
    covariance = w.T @ w + gaussian_world.std**2 * torch.eye(3, dtype=torch.float64)
    oracle = torch.distributions.MultivariateNormal(torch.tensor(gaussian_world.biases), covariance)
    np.testing.assert_allclose(gaussian_world.log_marginal(x), oracle.log_prob(torch.tensor(x)), rtol=1e-12)


def test_the_bound_and_the_gap_are_those_of_quadrature(gaussian_world, rng):
    """E_q by Gauss-Hermite: log p(x, z) - log q(z) is quadratic in z, for which 3 nodes are exact."""
    x = rng.normal(0, 2, (5, 3))
    mean, log_std = rng.normal(size=(2, 5, 2)) * 0.7
    nodes, weights = np.polynomial.hermite_e.hermegauss(3)
    weights = weights / weights.sum()
    bound, gap = np.zeros(5), np.zeros(5)
    exact_mean, covariance = gaussian_world.posterior(x)
    for i, j in np.ndindex(3, 3):
        eps = np.array([nodes[i], nodes[j]])
        z = mean + np.exp(log_std) * eps
        log_q = -0.5 * np.sum(eps**2) - log_std.sum(axis=1) - math.log(2 * math.pi)
        log_prior = -0.5 * np.sum(z**2, axis=1) - math.log(2 * math.pi)
        posterior = torch.distributions.MultivariateNormal(torch.tensor(exact_mean), torch.tensor(covariance))
        weight = weights[i] * weights[j]
        bound += weight * (gaussian_world.log_likelihood(x, z) + log_prior - log_q)
        gap += weight * (log_q - posterior.log_prob(torch.tensor(z)).numpy())
    np.testing.assert_allclose(gaussian_world.elbo(x, mean, log_std), bound, rtol=1e-12)
    np.testing.assert_allclose(gaussian_world.kl_to_posterior(x, mean, log_std), gap, rtol=1e-11)


def test_log_evidence_is_the_bound_plus_the_gap_in_gaussian_worlds(rng):
    for _ in range(100):
        latent_size, size = rng.integers(1, 6, size=2)
        world = LinearGaussianWorld(
            rng.normal(size=(latent_size, size)), rng.normal(size=size), rng.uniform(0.3, 2)
        )
        x = world.sample(4, rng)[1]
        mean, log_std = 0.5 * rng.normal(size=(2, 4, latent_size))
        elbo, gap = world.elbo(x, mean, log_std), world.kl_to_posterior(x, mean, log_std)
        np.testing.assert_allclose(elbo + gap, world.log_marginal(x), rtol=1e-11, atol=1e-11)
        assert (gap > 0).all()


def test_the_posterior_is_correlated_where_the_rows_of_w_are_not_orthogonal():
    def correlation(weights):
        _, s = LinearGaussianWorld(weights, np.zeros(2), 0.5).posterior(np.zeros((1, 2)))
        return s[0, 1] / math.sqrt(s[0, 0] * s[1, 1])

    assert correlation([[2.0, 0.0], [0.0, 1.0]]) == 0
    # Precision I + 4 W W^T = [[5, 3.2], [3.2, 5]]: the correlation is -3.2 / 5.
    assert correlation([[1.0, 0.0], [0.8, 0.6]]) == pytest.approx(-0.64, rel=1e-12)
    assert correlation([[1.0, 0.0], [-0.8, 0.6]]) == pytest.approx(0.64, rel=1e-12)


def test_the_best_factorised_q_has_no_better_neighbour(gaussian_world, rng):
    x = rng.normal(0, 2, (3, 3))
    mean, log_std = gaussian_world.best_factorised(x)
    best = gaussian_world.elbo(x, mean, log_std)
    for argument in (1, 2):
        slope = autograd.elementwise_grad(gaussian_world.elbo, argument)(x, mean, log_std)
        np.testing.assert_allclose(slope, 0, atol=1e-12)
    for _ in range(50):
        step = 0.1 * rng.normal(size=(2, *mean.shape))
        assert (gaussian_world.elbo(x, mean + step[0], log_std + step[1]) < best).all()
    # It is narrower than the posterior, and the gap that it leaves does not depend on x.
    assert (np.exp(2 * log_std) < np.diag(gaussian_world.posterior_covariance)).all()
    gap = gaussian_world.kl_to_posterior(x, mean, log_std)
    correlation = gaussian_world.posterior_covariance[0, 1] ** 2 / np.prod(
        np.diag(gaussian_world.posterior_covariance)
    )
    np.testing.assert_allclose(gap, -0.5 * math.log(1 - correlation), rtol=1e-10)


def test_autograd_goes_through_the_bound(gaussian_world, rng):
    x, mean, log_std = rng.normal(size=(2, 3)), rng.normal(size=(2, 2)), 0.3 * rng.normal(size=(2, 2))
    for function in (gaussian_world.elbo, gaussian_world.kl_to_posterior):
        for argument in (1, 2):
            slope = autograd.elementwise_grad(function, argument)(x, mean, log_std)
            for index in np.ndindex(2, 2):
                step = np.zeros((2, 2))
                step[index] = 1e-6
                shifted = [
                    function(x, mean + s * step * (argument == 1), log_std + s * step * (argument == 2))
                    for s in (1, -1)
                ]
                measured = (shifted[0] - shifted[1]).sum() / 2e-6
                assert slope[index] == pytest.approx(measured, rel=1e-6, abs=1e-7)


def test_samples_have_the_mean_and_the_covariance_of_the_marginal(gaussian_world, rng):
    """14 averages of 200,000 draws each within 6.5 standard errors: a false alarm in 1e9 runs."""
    n = 200_000
    z, x = gaussian_world.sample(n, rng)
    centred = np.hstack([z, x - gaussian_world.biases])
    w = gaussian_world.weights
    expected = np.block([[np.eye(2), w], [w.T, gaussian_world.covariance]])
    variance = np.diag(expected)
    assert np.all(abs(centred.mean(axis=0)) < 6.5 * np.sqrt(variance / n))
    # var(a b) = var(a) var(b) + cov(a, b)^2 for Gaussians
    error = np.sqrt((np.outer(variance, variance) + expected**2) / n)
    assert np.all(abs(centred.T @ centred / n - expected) < 6.5 * error)


# estimates


def test_the_plain_estimate_is_the_mean_probability_and_does_not_underflow(rng):
    probabilities = rng.uniform(size=(3, 50))
    np.testing.assert_allclose(
        log_marginal_monte_carlo(np.log(probabilities)), np.log(probabilities.mean(axis=1)), rtol=1e-12
    )
    far = log_marginal_monte_carlo(np.log(probabilities) - 5000)
    np.testing.assert_allclose(far, np.log(probabilities.mean(axis=1)) - 5000, rtol=1e-12)


def test_the_plain_estimate_finds_the_exact_marginal_in_a_small_world(gaussian_world, rng):
    """Within 6 standard errors of a mean of 400,000 bounded terms: below 1e-8 false alarms."""
    n = 400_000
    x = gaussian_world.sample(1, rng)[1]
    z = rng.standard_normal((n, 2))
    log_likelihoods = gaussian_world.log_likelihood(np.tile(x, (n, 1)), z)
    relative_error = np.exp(log_likelihoods).std() / np.exp(log_likelihoods).mean() / math.sqrt(n)
    assert relative_error < 0.01
    estimate = log_marginal_monte_carlo(log_likelihoods[None, :])
    assert abs(math.expm1(estimate[0] - gaussian_world.log_marginal(x)[0])) < 6 * relative_error


# bad input


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([[1.0, 2.0]], [0.0], 1.0), r"weights \(1, 2\) and biases \(1,\)"),
        (([[1.0, np.inf]], [0.0, 0.0], 1.0), "weights holds 1 value"),
        (([[1.0]], [np.nan], 1.0), "biases holds 1 value"),
        (([[1.0]], [0.0], 0.0), "std is 0.0, expected a finite number greater than 0"),
    ],
)
def test_a_linear_gaussian_world_that_is_none(arguments, message):
    with pytest.raises(InvalidInputError, match=message):
        LinearGaussianWorld(*arguments)


def test_other_bad_input_is_named(gaussian_world, rng):
    x, z = np.zeros((1, 3)), np.zeros((1, 2))
    for call, message in [
        (lambda: gaussian_world.log_marginal(x[0]), r"x has shape \(3,\), expected two axes"),
        (lambda: gaussian_world.posterior(z), r"x has shape \(1, 2\), expected \(B, 3\)"),
        (lambda: gaussian_world.log_likelihood(x, x), r"z has shape \(1, 3\), expected \(B, 2\)"),
        (lambda: gaussian_world.elbo(x, z * np.nan, z), "z holds 2 value|mean holds 2 value"),
        (lambda: gaussian_world.kl_to_posterior(x, z, x), r"log_std has shape \(1, 3\)"),
        (lambda: gaussian_world.sample(0, rng), "n is 0"),
        (lambda: log_marginal_monte_carlo(np.zeros(3)), "two axes"),
    ]:
        with pytest.raises(InvalidInputError, match=message):
            call()

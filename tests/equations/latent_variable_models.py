"""The numbered equations of book/02_latent_variable_models.md."""

import math

import numpy as np

from equations.registry import checks
from vaecore import VAE, load_mnist, neural_net_predict
from vaecore.foundations.likelihoods import gaussian_log_prob
from vaecore.latent_variable_models import DiscreteWorld, LinearGaussianWorld, log_marginal_monte_carlo


@checks("eq-lvm-marginal", "eq-lvm-posterior")
def sums_and_bayes_rule_in_random_worlds() -> None:
    """Loops over all pairs, on 50 worlds, to 1e-14; and the two coins of the chapter by hand."""
    rng = np.random.default_rng(1)
    for _ in range(50):
        world = DiscreteWorld.random(rng, num_latents=3, num_observations=4)
        for x in range(4):
            p_x = sum(world.prior[z] * world.likelihood[z][x] for z in range(3))
            assert math.isclose(math.exp(world.log_marginal(x)), p_x, rel_tol=1e-14)
            for z in range(3):
                bayes = world.prior[z] * world.likelihood[z][x] / p_x
                assert math.isclose(world.posterior[x][z], bayes, rel_tol=1e-14)
        np.testing.assert_allclose(world.posterior.sum(axis=1), 1, rtol=1e-14)
    coins = DiscreteWorld([0.75, 0.25], [[0.5, 0.5], [0.1, 0.9]])
    np.testing.assert_allclose([coins.marginal[1], coins.posterior[1, 1]], [0.6, 0.375], rtol=1e-15)


@checks("eq-lvm-iid")
def the_log_likelihood_of_a_data_set_is_the_sum() -> None:
    """The joint distribution of three points, listed in full: 27 probabilities, which also sum to 1."""
    world = DiscreteWorld.random(np.random.default_rng(2), num_latents=2, num_observations=3)
    everything = 0.0
    for x in np.ndindex(3, 3, 3):
        # p(x1, x2, x3), summed over the three coins that nobody sees
        together = sum(math.prod(world.joint[z[i], x[i]] for i in range(3)) for z in np.ndindex(2, 2, 2))
        everything += together
        assert math.isclose(math.log(together), world.log_marginal(np.array(x)).sum(), rel_tol=1e-13)
    assert math.isclose(everything, 1, rel_tol=1e-14)


@checks("eq-lvm-ml")
def the_mean_log_likelihood_is_minus_entropy_minus_divergence() -> None:
    """On 100 random data sets and models, added up point by point, to 1e-12; equal exactly if KL is 0."""
    rng = np.random.default_rng(5)
    for _ in range(100):
        kinds = int(rng.integers(2, 6))
        model = rng.dirichlet(np.ones(kinds))
        points = rng.integers(kinds, size=int(rng.integers(1, 40)))
        mean = sum(math.log(model[x]) for x in points) / len(points)
        share = [sum(1 for x in points if x == k) / len(points) for k in range(kinds)]
        entropy = -sum(p * math.log(p) for p in share if p > 0)
        divergence = sum(p * math.log(p / model[k]) for k, p in enumerate(share) if p > 0)
        assert math.isclose(mean, -entropy - divergence, rel_tol=1e-12, abs_tol=1e-12)
        assert divergence > -1e-15
        best = sum(math.log(share[x]) for x in points) / len(points)  # of the model that equals the data
        assert math.isclose(best, -entropy, rel_tol=1e-12, abs_tol=1e-12) and best >= mean - 1e-12


@checks("eq-lvm-recognition")
def q_is_a_product_of_one_dimensional_gaussians() -> None:
    """Of the map's encoder, held against the density of a 2-D Gaussian with its covariance matrix."""
    images = load_mnist("sample").test_images[:20]
    mean, log_std = (a.astype(float) for a in VAE.load_shipped("map").encode(images))
    z = mean + np.exp(log_std) * np.random.default_rng(3).standard_normal(mean.shape)
    one_dimensional = np.exp(-((z - mean) ** 2) / (2 * np.exp(2 * log_std))) / np.sqrt(
        2 * np.pi * np.exp(2 * log_std)
    )
    for i in range(len(z)):
        covariance = np.diag(np.exp(2 * log_std[i]))
        distance = (z[i] - mean[i]) @ np.linalg.inv(covariance) @ (z[i] - mean[i])
        density = math.exp(-distance / 2) / math.sqrt(np.linalg.det(2 * np.pi * covariance))
        assert math.isclose(one_dimensional[i].prod(), density, rel_tol=1e-10)


@checks("eq-lvm-integral", "eq-lvm-linear")
def the_integral_over_z_in_a_linear_gaussian_world() -> None:
    """By Gauss-Hermite quadrature with 120 nodes: p(x), and the posterior's mean and covariance, to 1e-9."""
    rng = np.random.default_rng(4)
    weights, biases, s = rng.normal(size=(2, 3)), rng.normal(size=3), 0.8
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(120)
    z = np.stack(np.meshgrid(nodes, nodes, indexing="ij"), axis=-1).reshape(-1, 2)
    prior = np.outer(node_weights, node_weights).ravel() / (2 * np.pi)  # p(z) dz
    for _ in range(3):
        x = (rng.normal(size=2) @ weights + biases + s * rng.normal(size=3))[None, :]
        squared_error = np.sum((x - z @ weights - biases) ** 2, axis=1)
        density = np.exp(-squared_error / (2 * s**2)) / (2 * np.pi * s**2) ** 1.5  # p(x | z)
        p_x = prior @ density
        assert math.isclose(prior.sum(), 1, rel_tol=1e-12)
        world = LinearGaussianWorld(weights, biases, s)
        assert math.isclose(world.log_marginal(x)[0], math.log(p_x), rel_tol=1e-9)
        posterior = prior * density / p_x
        mean, covariance = world.posterior(x)
        np.testing.assert_allclose(mean[0], posterior @ z, rtol=1e-9)
        np.testing.assert_allclose(covariance, (z - mean[0]).T * posterior @ (z - mean[0]), rtol=1e-8)


@checks("eq-lvm-naive")
def the_mean_over_the_prior_estimates_the_integral() -> None:
    """Without bias, and its error falls with the root of S: 20,000 estimates from 10 samples each.

    The mean of the estimates within 6 standard errors: a false alarm in 5e8 runs.  The logarithm of an
    estimate is too low on average, by much more than 6 standard errors here.
    """
    world = LinearGaussianWorld([[1.0, -0.5]], [0.2, 0.0], 0.5)
    x = np.array([[1.0, -0.2]])
    z = np.random.default_rng(5).standard_normal((200_000, 1))
    log_p = world.log_likelihood(np.tile(x, (200_000, 1)), z)
    log_estimates = log_marginal_monte_carlo(log_p.reshape(20_000, 10))
    exact = world.log_marginal(x)[0]
    ratio = np.exp(log_estimates - exact)
    assert abs(ratio.mean() - 1) < 6 * ratio.std() / math.sqrt(20_000)
    assert log_estimates.mean() < exact - 6 * log_estimates.std() / math.sqrt(20_000)
    with_four_times = np.exp(log_marginal_monte_carlo(log_p.reshape(5000, 40)) - exact)
    assert 1.8 < ratio.std() / with_four_times.std() < 2.2  # 2 is expected, with a standard error of 0.02


@checks("eq-lvm-gaussian")
def a_gaussian_log_likelihood_is_a_squared_error() -> None:
    """Pixel by pixel from the density, for three values of s; the rest is the same for every x."""
    rng = np.random.default_rng(6)
    z = rng.normal(size=(8, 2)).astype(np.float32)
    means = neural_net_predict(VAE.load_shipped("map").gen_params, z).astype(float)
    x = means + rng.normal(size=means.shape)
    for s in (0.3, 1 / math.sqrt(2), 3.0):
        density = np.exp(-(((x - means) / s) ** 2) / 2) / (s * math.sqrt(2 * math.pi))
        squared_error = np.sum((x - means) ** 2, axis=1)
        formula = -squared_error / (2 * s**2) - 784 / 2 * math.log(2 * math.pi * s**2)
        np.testing.assert_allclose(np.log(density).sum(axis=1), formula, rtol=1e-12)
        computed = gaussian_log_prob(x, means, np.full_like(x, math.log(s)))
        np.testing.assert_allclose(computed, formula, rtol=1e-12)

"""The equations of chapter 9."""

import math

import numpy as np

from equations.registry import checks
from vaecore.latent_variable_models import DiscreteWorld, LinearGaussianWorld
from vaecore.pca import PCA


@checks("eq-summary-bound")
def the_bound_holds_and_is_reached() -> None:
    """On 200 random discrete worlds: strictly below log p(x) for a random q, equal for the posterior."""
    rng = np.random.default_rng(91)
    for _ in range(200):
        world = DiscreteWorld.random(rng)
        x = int(rng.integers(len(world.marginal)))
        q = rng.dirichlet(np.ones(len(world.prior)))
        log_p = np.log(world.prior @ world.likelihood[:, x])
        bound = q @ np.log(world.likelihood[:, x]) - q @ np.log(q / world.prior)
        posterior = world.prior * world.likelihood[:, x] / np.exp(log_p)
        reached = posterior @ np.log(world.likelihood[:, x]) - posterior @ np.log(posterior / world.prior)
        assert bound < log_p
        assert abs(reached - log_p) < 1e-12


@checks("eq-summary-linear")
def samples_of_the_linear_model_have_its_mean_and_covariance() -> None:
    """z drawn from the prior, x = z W + m + noise: mean and covariance of 400,000 x within 6 standard errors.

    30 numbers are compared; false alarms: about 6e-8.
    """
    rng = np.random.default_rng(92)
    weights, mean, std, count = rng.standard_normal((2, 5)), rng.standard_normal(5), 0.7, 400_000
    world = LinearGaussianWorld(weights, mean, std)
    z = rng.standard_normal((count, 2))
    x = z @ weights + mean + std * rng.standard_normal((count, 5))
    assert np.all(np.abs(x.mean(axis=0) - mean) < 6 * x.std(axis=0) / np.sqrt(count))
    products = (x - mean)[:, :, None] * (x - mean)[:, None, :]
    errors = products.std(axis=0) / np.sqrt(count)
    assert np.all(np.abs(products.mean(axis=0) - world.covariance) < 6 * errors)


def random_data(rng: np.random.Generator) -> np.ndarray:
    """200 points with 6 numbers each, whose variances along the axes fall from 9 to about 0.1."""
    axes = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    return rng.standard_normal((200, 6)) * [3, 2, 1, 0.6, 0.4, 0.3] @ axes


def ppca(x: np.ndarray) -> tuple[PCA, float, LinearGaussianWorld]:
    pca = PCA.fit(x, 6)
    noise = pca.variances[2:].mean()
    weights = np.sqrt(pca.variances[:2] - noise)[:, None] * pca.components[:2]
    return pca, noise, LinearGaussianWorld(weights, pca.mean, np.sqrt(noise))


@checks("eq-summary-ppca")
def no_other_linear_model_finds_the_data_more_probable() -> None:
    """On 10 random data sets: 300 other weights and variances, near and far, all have a lower likelihood."""
    rng = np.random.default_rng(93)
    for _ in range(10):
        x = random_data(rng)
        pca, noise, world = ppca(x)
        best = world.log_marginal(x).sum()
        for size in (1e-3, 0.1, 1.0):
            for _ in range(10):
                weights = world.weights + size * rng.standard_normal(world.weights.shape)
                std = np.sqrt(noise) * np.exp(size * rng.standard_normal())
                assert LinearGaussianWorld(weights, pca.mean, std).log_marginal(x).sum() < best
        # Turning the rows of W into each other changes nothing.
        turn = np.linalg.qr(rng.standard_normal((2, 2)))[0]
        turned = LinearGaussianWorld(turn @ world.weights, pca.mean, world.std)
        assert abs(turned.log_marginal(x).sum() - best) < 1e-8 * abs(best)


@checks("eq-summary-encoder")
def the_posterior_is_pca_made_shorter() -> None:
    """Bayes' rule on a grid of z (quadrature), on 5 random data sets: means and variances to 1e-6."""
    rng = np.random.default_rng(94)
    grid = np.linspace(-12, 12, 2401)
    for _ in range(5):
        x = random_data(rng)
        pca, noise, _ = ppca(x)
        code = (x[0] - pca.mean) @ pca.components[:2].T
        for j in range(2):
            # With rows at right angles, p(z_j | x) needs only the part of x along component j.
            length = np.sqrt(pca.variances[j] - noise)
            log_joint = -0.5 * grid**2 - 0.5 * (code[j] - grid * length) ** 2 / noise
            density = np.exp(log_joint - log_joint.max())
            density /= density.sum()
            mean = density @ grid
            variance = density @ (grid - mean) ** 2
            assert abs(mean - length / pca.variances[j] * code[j]) < 1e-6
            assert abs(variance - noise / pca.variances[j]) < 1e-6


@checks("eq-summary-ladder")
def the_bound_of_a_ladder_lacks_a_sum_of_divergences() -> None:
    """Random chains of 2 to 4 steps over 3 states: the mean bound, term by term over all paths, to 1e-12."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        steps = int(rng.integers(2, 5))
        data = rng.dirichlet(np.ones(3))
        forward = [rng.dirichlet(np.ones(3), size=3) for _ in range(steps)]  # q(x_t | x_{t-1}), rows: before
        back = [rng.dirichlet(np.ones(3), size=3) for _ in range(steps)]  # p(x_{t-1} | x_t), rows: after
        last = rng.dirichlet(np.ones(3))  # p(x_T)
        bound = 0.0
        for path in np.ndindex(*[3] * (steps + 1)):
            q = math.prod(forward[t][path[t], path[t + 1]] for t in range(steps))  # q(x_1, ..., x_T | x_0)
            p = last[path[-1]] * math.prod(back[t][path[t + 1], path[t]] for t in range(steps))
            bound += data[path[0]] * q * math.log(p / q)
        lacking, before = 0.0, data
        for t in range(steps):
            joint = before[:, None] * forward[t]
            after = joint.sum(axis=0)
            true_back = joint / after  # q(x_{t-1} | x_t), columns: after
            lacking += np.sum(after * np.sum(true_back * np.log(true_back / back[t].T), axis=0))
            before = after
        lacking += np.sum(before * np.log(before / last))
        entropy = -np.sum(data * np.log(data))
        assert math.isclose(bound, -entropy - lacking, rel_tol=1e-12)

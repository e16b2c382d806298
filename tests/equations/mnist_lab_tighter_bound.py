"""The numbered equations of "What a tighter bound buys" in book/07_mnist_lab.md."""

import itertools
import math

import numpy as np

from equations.registry import checks
from vaecore.elbo import importance_weighted_bound
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.latent_variable_models import DiscreteWorld


def bound_of_k(weights, q, k):
    """L_k where z has two values: the first is drawn c times out of k, with a binomial probability."""
    c = np.arange(k + 1)
    log_factorial = np.array([math.lgamma(n + 1) for n in c])
    log_ways = log_factorial[k] - log_factorial - log_factorial[::-1]
    probability = np.exp(log_ways + c * math.log(q[0]) + (k - c) * math.log(q[1]))
    return probability @ np.log((c * weights[0] + (k - c) * weights[1]) / k)


@checks("eq-beyond-weights")
def more_weights_make_a_tighter_bound() -> None:
    """On 20 random worlds: L_1 is the ELBO, L_k rises strictly, to log p(x); no gap at the posterior."""
    rng = np.random.default_rng(8)
    for _ in range(20):
        world, x = DiscreteWorld.random(rng, 2, 4), int(rng.integers(4))
        q = rng.dirichlet((2, 2))
        weights, top = world.joint[:, x] / q, world.log_marginal(x)
        # As it stands there: the mean over every way to draw z_1, z_2, z_3, one after the other.
        draws = [list(z) for z in itertools.product(range(2), repeat=3)]
        l_3 = sum(q[z].prod() * math.log(weights[z].mean()) for z in draws)
        np.testing.assert_allclose(bound_of_k(weights, q, 3), l_3, rtol=1e-12)
        np.testing.assert_allclose(bound_of_k(weights, q, 1), world.elbo(q, x), rtol=1e-12)
        bounds = [bound_of_k(weights, q, k) for k in range(1, 31)]
        assert (np.diff(bounds) > 0).all() and bounds[-1] < top
        # Far out the gap is Var[w] / (2 k p(x)^2), so it ends at 0.
        scatter = q @ (weights / math.exp(top) - 1) ** 2 / 2
        np.testing.assert_allclose((top - bound_of_k(weights, q, 5_000)) * 5_000, scatter, rtol=0.05)
        posterior = world.posterior[x]
        for k in (1, 2, 7):
            level = bound_of_k(world.joint[:, x] / posterior, posterior, k)
            np.testing.assert_allclose(level, top, rtol=1e-12)


@checks("eq-beyond-weights")
def vaecore_estimates_it() -> None:
    """A decoder that ignores z, where w is known: for k = 1, 2, 3 against quadrature over k draws."""
    logits, image = np.array([0.4, -1.2]), np.array([[1.0, 0.0]])
    mean, log_std = 0.7, -0.5
    gen_params = [(np.zeros((1, 2)), logits)]
    rec_params = [(np.zeros((2, 2)), np.array([mean, log_std]))]
    nodes, node_weights = np.polynomial.hermite_e.hermegauss(60)
    z = mean + math.exp(log_std) * nodes
    w = np.exp(-(z**2) / 2 + nodes**2 / 2 + log_std)  # p(z) / q(z | x)
    top = bernoulli_log_prob(image, logits[None])[0]
    found = []
    for k in (1, 2, 3):
        each = np.stack(np.meshgrid(*[w] * k, indexing="ij"))
        chance = math.prod(np.meshgrid(*[node_weights / node_weights.sum()] * k, indexing="ij"))
        logs = np.log(each.mean(axis=0))
        expected = np.sum(chance * logs)
        spread = math.sqrt(np.sum(chance * (logs - expected) ** 2))
        images, rng = np.repeat(image, 40_000, axis=0), np.random.default_rng(k)
        found.append(importance_weighted_bound(gen_params, rec_params, images, rng, num_samples=k))
        assert abs(found[-1] - top - expected) < 6 * spread / 200  # 2e-9 by chance
    assert found[0] < found[1] < found[2] < top


@checks("eq-beyond-one-of-k")
def the_gradient_is_a_mean_with_the_weights() -> None:
    """Against central differences, on 100 random families of weights, to 1e-7."""
    rng = np.random.default_rng(9)
    for _ in range(100):
        k, size = int(rng.integers(1, 8)), int(rng.integers(1, 4))
        slopes, curves = rng.standard_normal((2, k, size))
        at = rng.standard_normal(size)

        def log_w(theta: np.ndarray, slopes: np.ndarray = slopes, curves: np.ndarray = curves) -> np.ndarray:
            return slopes @ theta + curves @ np.sin(theta)

        def log_mean(theta: np.ndarray) -> float:
            return math.log(np.mean(np.exp(log_w(theta))))

        steps = 1e-5 * np.eye(size)
        differences = [(log_mean(at + step) - log_mean(at - step)) / 2e-5 for step in steps]
        v = np.exp(log_w(at)) / np.exp(log_w(at)).sum()
        np.testing.assert_allclose(v @ (slopes + curves * np.cos(at)), differences, atol=1e-7)

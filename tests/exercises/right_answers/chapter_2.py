"""Right answers to chapter 2's exercises, written differently from the solutions."""

import math

import autograd.numpy.random as npr
import numpy as np

import vaecore
from vaecore.latent_variable_models import DiscreteWorld, log_marginal_monte_carlo


def posterior_of_vaecore(prior, likelihood):
    return DiscreteWorld(prior, likelihood).posterior


def posterior_in_loops(prior, likelihood):
    rows = []
    for x in range(likelihood.shape[1]):
        ways = [prior[z] * likelihood[z, x] for z in range(len(prior))]
        rows.append([way / sum(ways) for way in ways])
    return rows


def posterior_in_logarithms(prior, likelihood):
    logs = np.log(prior) + np.log(likelihood.T)
    return np.exp(logs - np.logaddexp.reduce(logs, axis=1, keepdims=True))


def posterior_by_matrices(prior, likelihood):
    return likelihood.T @ np.diag(prior) / (prior @ likelihood)[:, None]


def tiny_of_vaecore(log_likelihoods):
    return log_marginal_monte_carlo(log_likelihoods)


def tiny_by_logaddexp(a):
    return np.logaddexp.reduce(a, axis=1) - np.log(a.shape[1])


def tiny_in_loops(a):
    out = []
    for row in a:
        m = sorted(row)[-1]
        out.append(m + math.log(math.fsum(math.exp(value - m) for value in row) / len(row)))
    return np.array(out)


def sigma_by_a_grid(x, f):
    grid = np.linspace(0.01, 2, 20_000)
    E = np.sum((x - f) ** 2)
    return grid[np.argmax(-E / (2 * grid**2) - x.size * np.log(grid))]


def sigma_in_loops(x, f):
    squares = [(a - b) ** 2 for u, v in zip(x, f, strict=True) for a, b in zip(u, v, strict=True)]
    return math.sqrt(sum(squares) / len(squares))


def sigma_by_ascent(x, f):
    log_sigma = 0.0
    for _ in range(200):  # Newton steps on the log-likelihood of a pixel, in log sigma
        ratio = np.mean((x - f) ** 2) * math.exp(-2 * log_sigma)
        log_sigma += (ratio - 1) / (2 * ratio + 1)
    return math.exp(log_sigma)


def images_without_rng(gen_params, n):
    z = npr.randn(n, gen_params[0][0].shape[0])
    logits = vaecore.neural_net_predict(gen_params, z)
    return np.array(npr.rand(*logits.shape) < 1 / (1 + np.exp(-logits)), dtype=int)


def images_as_booleans(gen_params, n, rng):
    logits = vaecore.neural_net_predict(gen_params, rng.normal(size=(n, len(gen_params[0][0]))))
    return rng.uniform(size=logits.shape) <= vaecore.sigmoid(logits)


def images_of_binomials(gen_params, n, rng=None):
    rng = rng or np.random.default_rng()
    size = len(gen_params[0][0])
    z = rng.multivariate_normal(np.zeros(size), np.eye(size), n)
    return rng.binomial(1, vaecore.sigmoid(vaecore.neural_net_predict(gen_params, z)))


def images_in_loops(gen_params, n, rng):
    images = []
    for _ in range(n):
        z = np.array([[rng.standard_normal() for _ in gen_params[0][0]]])
        s = vaecore.sigmoid(vaecore.neural_net_predict(gen_params, z))[0]
        images.append([1.0 if rng.random() > 1 - p else 0.0 for p in s])
    return images


def images_by_logistic_noise(gen_params, n, rng):
    logits = vaecore.neural_net_predict(gen_params, -rng.standard_normal((n, len(gen_params[0][0]))))
    return (logits + rng.logistic(size=logits.shape) > 0).astype(np.float32)


RIGHT = {
    "C2-coin": (posterior_of_vaecore, posterior_in_loops, posterior_in_logarithms, posterior_by_matrices),
    "C2-tiny": (tiny_of_vaecore, tiny_by_logaddexp, tiny_in_loops),
    "S-SIGMA": (sigma_by_a_grid, sigma_in_loops, sigma_by_ascent),
    "P-2c": (
        images_without_rng, images_as_booleans, images_of_binomials, images_in_loops,
        images_by_logistic_noise,
    ),
}  # fmt: skip
SAME = {
    "C2-tiny": {
        "highest = log_likelihoods.max(axis=-1, keepdims=True)": "the last of two axes is axis 1",
        "mean = np.mean(np.exp(log_likelihoods - highest), axis=-1)": "the last of two axes is axis 1",
        "return highest[:, -1] + np.log(mean)": "there is one column",
    },
    "S-SIGMA": {"return np.sqrt(np.mean((f - x) ** 2))": "a square is the same both ways"},
}

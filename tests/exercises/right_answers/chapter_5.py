"""Right answers of chapter 5, written differently from the solutions."""

import math
import random
from statistics import NormalDist

import numpy as np

import vaecore

# ---------------------------------------------------------------- C5-two-gaussians


def two_gaussians_of_the_book(mean_q, std_q, mean_p, std_p):
    return math.log(std_p / std_q) + (std_q**2 + (mean_q - mean_p) ** 2) / (2 * std_p**2) - 1 / 2


def two_gaussians_by_compute_kl(mean_q, std_q, mean_p, std_p):
    in_units_of_p = [[(mean_q - mean_p) / std_p, np.log(std_q / std_p)]]
    return vaecore.compute_KL(np.array(in_units_of_p))[0]


def two_gaussians_by_vaecore(mean_q, std_q, mean_p, std_p):
    return vaecore.kl.gaussian_kl(mean_q, np.log(std_q), mean_p, np.log(std_p))


def two_gaussians_by_quadrature(mean_q, std_q, mean_p, std_p):
    z, dz = np.linspace(mean_q - 12 * std_q, mean_q + 12 * std_q, 20_001, retstep=True)
    q = _density(z, mean_q, std_q)
    return np.sum(q * (_log_density(z, mean_q, std_q) - _log_density(z, mean_p, std_p))) * dz


def two_gaussians_in_float32(mean_q, std_q, mean_p, std_p):
    mq, sq, mp, sp = np.float32([mean_q, std_q, mean_p, std_p])
    return np.log(sp / sq) + (sq**2 + (mq - mp) ** 2) / (2 * sp**2) - np.float32(0.5)


# ---------------------------------------------------------------- C5-sampled-kl


def sampled_by_normal_dist(mean, std, n):
    q, p = NormalDist(mean, std), NormalDist()
    return np.mean([math.log(q.pdf(z) / p.pdf(z)) for z in q.samples(n)])


def sampled_by_both_densities(mean, std, n, rng):
    z = rng.normal(mean, std, n)
    return (_log_density(z, mean, std) - _log_density(z, 0, 1)).mean()


def sampled_without_rng(mean, std, n):
    z = np.random.normal(mean, std, size=n)  # noqa: NPY002 (as in the labs)
    return np.sum(np.log(_density(z, mean, std) / _density(z, 0, 1))) / n


def sampled_in_loops(mean, std, n, rng=None):
    total = 0.0
    for _ in range(n):
        z = random.gauss(mean, std)
        total += -math.log(std) - ((z - mean) / std) ** 2 / 2 + z * z / 2
    return total / n


def sampled_in_float32(mean, std, n, rng):
    eps = rng.standard_normal(n, dtype=np.float32)
    z = np.float32(mean) - np.float32(std) * eps
    return np.mean(z**2 - eps**2) / 2 - np.log(np.float32(std))


def _log_density(z, mean, std):
    return -0.5 * math.log(2 * math.pi) - math.log(std) - 0.5 * ((z - mean) / std) ** 2


def _density(z, mean, std):
    return np.exp(-0.5 * ((z - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))


# ---------------------------------------------------------------- S-SGVB-b


def estimators_by_vaecore(log_likelihood, z, mean, log_std):
    log_p = vaecore.gaussian_log_prob(z, np.zeros_like(z), np.zeros_like(z))
    log_q = vaecore.gaussian_log_prob(z, np.tile(mean, (len(z), 1)), np.tile(log_std, (len(z), 1)))
    kl = vaecore.compute_KL(np.concatenate([mean, log_std])[None])[0]
    return np.mean(log_likelihood + log_p - log_q), np.mean(log_likelihood - kl)


def estimators_in_loops(log_likelihood, z, mean, log_std):
    a = b = 0.0
    for r, row in zip(log_likelihood, z, strict=True):
        a, b = a + r, b + r
        for x, m, s in zip(row, mean, log_std, strict=True):
            a += -x * x / 2 + s + ((x - m) / math.exp(s)) ** 2 / 2
            b -= (m * m + math.exp(2 * s) - 1 - 2 * s) / 2
    return a / len(z), b / len(z)


def estimators_by_covariance(log_likelihood, z, mean, log_std):
    std = np.exp(log_std)
    inverse, centred = np.diag(1 / std**2), z - mean
    ratio = 0.5 * np.sum(z * z, axis=1) - 0.5 * np.einsum("sl,lk,sk->s", centred, inverse, centred)
    ratio = ratio - 0.5 * np.linalg.slogdet(np.diag(std**2))[1]
    kl = np.sum(np.log(1 / std) + (std**2 + mean**2) / 2 - 0.5)
    return [(log_likelihood - ratio).mean(), log_likelihood.mean() - kl]


RIGHT = {
    "C5-two-gaussians": (
        two_gaussians_of_the_book, two_gaussians_by_compute_kl, two_gaussians_by_vaecore,
        two_gaussians_by_quadrature, two_gaussians_in_float32,
    ),
    "C5-sampled-kl": (
        sampled_by_normal_dist, sampled_by_both_densities, sampled_without_rng, sampled_in_loops,
        sampled_in_float32,
    ),
    "S-SGVB-b": (estimators_by_vaecore, estimators_in_loops, estimators_by_covariance),
}  # fmt: skip

# Changes that compute the same, each with the reason.
SAME = {
    "C5-sampled-kl": {"z = mean - std * eps": "noise around 0 is symmetric"},
    "C5-two-gaussians": {"mean = (mean_p - mean_q) / std_p": "the mean goes in squared"},
    "S-SGVB-b": {
        "eps = (mean - z) / np.exp(log_std)": "the noise goes in squared",
        "log_p = np.sum(-0.5 * np.log(2 * np.pi) - 0.5 * z ** 2, axis=-1)": "the last of two axes is axis 1",
        "log_q = np.sum(-0.5 * np.log(2 * np.pi) - log_std - 0.5 * eps ** 2, axis=-1)": (
            "the last of two axes is axis 1"
        ),
    },
}

"""Chapter 5: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right
from vaecore import compute_KL

log, exp, pi = np.log, np.exp, np.pi


def halves(e):
    return np.split(e, 2, axis=1)


def coins_squared(p, q):
    return (p - q) ** 2 / q + (q - p) ** 2 / (1 - q)


def coins_symmetric(p, q):
    kl = right("X-4")
    return 0.5 * (kl(p, q) + kl(q, p))


def dice_symmetric(p, q):
    keep = (p > 0) & (q > 0)
    return np.sum((p[keep] - q[keep]) * log(p[keep] / q[keep]))


def dice_absolute(p, q):
    keep = p > 0
    return np.sum(p[keep] * np.abs(log(p[keep] / q[keep])))


def sampled_both_densities_of_eps(mean, std, n, rng):
    eps = rng.standard_normal(n)
    return np.mean(-log(std) - 0.5 * eps**2 + 0.5 * eps**2)


def sampled_without_log_std(mean, std, n, rng):
    eps = rng.standard_normal(n)
    return np.mean(-0.5 * eps**2 + 0.5 * (mean + std * eps) ** 2)


def kl_of_mean_over_std(e):
    m, s = halves(e)
    return 0.5 * np.sum(exp(2 * s) + (m / exp(s)) ** 2 - 1 - 2 * s, axis=1)


def kl_half_and_mean(e):
    return np.mean(exp(2 * halves(e)[1]) + halves(e)[0] ** 2 - 1 - 2 * halves(e)[1], axis=1)


def kl_log_variance_summed_over_all(e):
    m, s = halves(e)
    return np.sum(0.5 * (exp(s) + m**2 - 1 - s))


def kl_mean_cubed(e):
    m, s = halves(e)
    return 0.5 * np.sum(exp(2 * s) + m**3 - 1 - 2 * s, axis=1)


def kl_without_last_latent(e):
    m, s = halves(e)
    return compute_KL(np.concatenate([m[:, :2], s[:, :2]], axis=1))


def kl_interleaved(e):
    m, s = e[:, 0::2], e[:, 1::2]
    return 0.5 * np.sum(exp(2 * s) + m**2 - 1 - 2 * s, axis=1)


def two_gaussians_by_std_q(mean_q, std_q, mean_p, std_p):
    m, s = (mean_q - mean_p) / std_q, std_q / std_p
    return 0.5 * (m**2 + s**2 - 1 - 2 * log(s))


def two_gaussians_log_outside(mean_q, std_q, mean_p, std_p):
    m, s = (mean_q - mean_p) / std_p, std_q / std_p
    return 0.5 * (m**2 + s**2 - 1) - 2 * log(s)


def estimators_with_variance(log_likelihood, z, mean, log_std):
    log_p = np.sum(-0.5 * log(2 * pi) - 0.5 * z**2, axis=1)
    log_q = np.sum(-0.5 * log(2 * pi) - log_std - 0.5 * (z - mean) ** 2 / exp(log_std), axis=1)
    return np.mean(log_likelihood + log_p - log_q), right("S-SGVB-b")(log_likelihood, z, mean, log_std)[1]


def estimators_kl_sign(log_likelihood, z, mean, log_std):
    a, b = right("S-SGVB-b")(log_likelihood, z, mean, log_std)
    return -a, -b


WRONG = {
    "X-4": (
        coins_squared,
        coins_symmetric,
    ),
    "X-5": (
        dice_symmetric,
        dice_absolute,
    ),
    "C5-sampled-kl": (
        sampled_both_densities_of_eps,
        sampled_without_log_std,
    ),
    "L-KL": (
        kl_of_mean_over_std,
        kl_half_and_mean,
        kl_log_variance_summed_over_all,
        kl_mean_cubed,
        kl_without_last_latent,
        kl_interleaved,
    ),
    "C5-two-gaussians": (
        two_gaussians_by_std_q,
        two_gaussians_log_outside,
    ),
    "S-SGVB-b": (
        estimators_with_variance,
        estimators_kl_sign,
    ),
}

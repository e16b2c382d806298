"""Chapter 5: two estimators of the bound."""

import math

import numpy as np

from unseen_answers.entries import right, wrong


def log_normal(z, m, s):
    return -0.5 * np.log(2 * np.pi) - s - 0.5 * ((z - m) / np.exp(s)) ** 2


@right("S-SGVB-b")
def both_by_loops(log_likelihood, z, mean, log_std):
    kl = sum(0.5 * (math.exp(2 * s) + m * m - 1) - s for m, s in zip(mean, log_std, strict=True))
    a = 0.0
    for ll, row in zip(log_likelihood, z, strict=True):
        a += ll + log_normal(row, 0, 0).sum() - log_normal(row, mean, log_std).sum()
    return a / len(z), sum(log_likelihood) / len(z) - kl


@right("S-SGVB-b")
def both_without_constants(log_likelihood, z, mean, log_std):
    eps = (z - mean) * np.exp(-log_std)
    a = (log_likelihood + 0.5 * (eps**2 - z**2).sum(1)).mean() + log_std.sum()
    return np.array(
        [a, log_likelihood.mean() - 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum()]
    )


@wrong("S-SGVB-b", "log p(z) is left out of A")
def both_without_prior(log_likelihood, z, mean, log_std):
    kl = 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum()
    a = np.mean(log_likelihood - log_normal(z, mean, log_std).sum(1))
    return a, log_likelihood.mean() - kl


@wrong("S-SGVB-b", "the densities of A have the other sign: log q - log p")
def both_a_with_signs(log_likelihood, z, mean, log_std):
    kl = 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum()
    a = np.mean(log_likelihood - log_normal(z, 0, 0).sum(1) + log_normal(z, mean, log_std).sum(1))
    return a, log_likelihood.mean() - kl


@wrong("S-SGVB-b", "KL is divided by the number of draws in B")
def both_kl_over_draws(log_likelihood, z, mean, log_std):
    kl = 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum()
    a = np.mean(log_likelihood + (log_normal(z, 0, 0) - log_normal(z, mean, log_std)).sum(1))
    return a, np.mean(log_likelihood) - kl / len(z)


@wrong("S-SGVB-b", "A and B exchanged")
def both_exchanged(log_likelihood, z, mean, log_std):
    a, b = both_by_loops(log_likelihood, z, mean, log_std)
    return b, a


@wrong("S-SGVB-b", "the densities are averaged over the latents")
def both_mean_over_latents(log_likelihood, z, mean, log_std):
    kl = 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).mean()
    a = np.mean(log_likelihood + (log_normal(z, 0, 0) - log_normal(z, mean, log_std)).mean(1))
    return a, log_likelihood.mean() - kl


@wrong("S-SGVB-b", "A is the log of the mean weight (importance weighting)")
def both_importance_weighted(log_likelihood, z, mean, log_std):
    kl = 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum()
    w = log_likelihood + (log_normal(z, 0, 0) - log_normal(z, mean, log_std)).sum(1)
    return np.logaddexp.reduce(w) - np.log(len(w)), log_likelihood.mean() - kl

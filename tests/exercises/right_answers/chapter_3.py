"""Right answers of chapter 3, written differently from the solutions."""

import math

import numpy as np

from vaecore.latent_variable_models import DiscreteWorld


def best_guess_in_loops(prior, likelihood, x):
    joint = [p * row[x] for p, row in zip(prior, likelihood, strict=True)]
    return [j / sum(joint) for j in joint]


def best_guess_by_vaecore(prior, likelihood, x):
    return DiscreteWorld(prior, likelihood).posterior[x]


def best_guess_by_softmax(prior, likelihood, x):
    log_joint = np.log(prior) + np.log(likelihood.T[x])
    return np.exp(log_joint - np.logaddexp.reduce(log_joint))


def gap_of_correlations(covariance):
    std = np.sqrt(np.diag(covariance))
    partial = np.linalg.inv(covariance / np.outer(std, std))
    return (np.log(partial.diagonal()).sum() + np.log(np.linalg.det(covariance / np.outer(std, std)))) / 2


def gap_by_kl(covariance):
    """KL of the best q from the posterior, from the formula for two Gaussians."""
    precision = np.linalg.inv(covariance)
    D = np.diag(1 / np.diag(precision))
    log_dets = np.linalg.slogdet(covariance)[1] - np.linalg.slogdet(D)[1]
    return 0.5 * (np.trace(precision @ D) - len(D) + log_dets)


def gap_by_eigenvalues(covariance):
    values, vectors = np.linalg.eigh(covariance.astype(np.float32))
    diagonal = (vectors**2 / values).sum(axis=1)
    return 0.5 * np.log(diagonal).sum() + 0.5 * np.log(values).sum()


def gap_by_conditional_variances(covariance):
    """1 / P_jj is the variance of latent j if all others are known."""
    whole = total = np.linalg.slogdet(covariance)[1]
    for j in range(len(covariance)):
        rest = np.delete(np.delete(covariance, j, 0), j, 1)
        total -= whole - np.linalg.slogdet(rest)[1] if rest.size else whole
    return total / 2


def losses_in_loops(prior, likelihood, q, data):
    losses = []
    for weights, x in zip(q, data, strict=True):
        loss = 0.0
        for k, w in enumerate(weights):
            loss -= w * math.log(likelihood[k, x])
            loss += w * (math.log(w) - math.log(prior[k]))
        losses.append(loss)
    return losses


def losses_from_the_joint(prior, likelihood, q, data):
    joint = prior[:, None] * likelihood
    return np.einsum("nk,nk->n", q, np.log(q) - np.log(joint[:, data].T))


def losses_by_vaecore(prior, likelihood, q, data):
    return -DiscreteWorld(prior, likelihood).elbo(q, data)


def losses_by_the_gap(prior, likelihood, q, data):
    world = DiscreteWorld(prior, likelihood)
    gaps = [world.kl_to_posterior(weights, x) for weights, x in zip(q, data, strict=True)]
    return np.array(gaps) - [world.log_marginal(x) for x in data]


def bound_in_a_loop(log_likelihood, mean, std, kl, num_samples, rng):
    total = 0.0
    for _ in range(num_samples):
        total += log_likelihood(mean + std * rng.standard_normal())
    return total / num_samples - kl


def bound_with_global_noise(log_likelihood, mean, std, kl, num_samples):
    z = np.random.normal(mean, std, num_samples)  # noqa: NPY002 (as in the labs)
    return float(np.mean(log_likelihood(z) - kl))


def bound_in_float32(log_likelihood, mean, std, kl, num_samples, rng=None):
    rng = rng or np.random.default_rng()
    z = mean - std * rng.standard_normal((num_samples, 1), np.float32)
    return log_likelihood(z).sum() / num_samples - kl


def bound_of_pairs(log_likelihood, mean, std, kl, num_samples, rng):
    """Antithetic noise: eps and -eps; another valid estimate, with less noise."""
    eps = rng.standard_normal((num_samples + 1) // 2)
    eps = np.concatenate([eps, -eps])[:num_samples]
    return np.average(log_likelihood(mean + std * eps)) - kl


RIGHT = {
    "C3-best-q": (best_guess_in_loops, best_guess_by_vaecore, best_guess_by_softmax),
    "S-TIGHT": (gap_of_correlations, gap_by_kl, gap_by_eigenvalues, gap_by_conditional_variances),
    "X-3c": (losses_in_loops, losses_from_the_joint, losses_by_vaecore, losses_by_the_gap),
    "P-2ac": (bound_in_a_loop, bound_with_global_noise, bound_in_float32, bound_of_pairs),
}

SAME = {
    "X-3c": {
        "reconstruction = -np.sum(q * log_likelihood, axis=-1)": "the last axis of two is axis 1",
        "kl = np.sum(q * np.log(q / prior), axis=-1)": "the last axis of two is axis 1",
    },
}

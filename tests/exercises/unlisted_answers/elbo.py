"""Chapter 3: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right

log = np.log


def identity_left_of_likelihood(prior, likelihood, q, x):
    left = np.sum(q * log(q / likelihood[:, x]))
    return left, right("P-1a")(prior, likelihood, q, x)[1]


def identity_without_last_logarithm(prior, likelihood, q, x):
    joint = prior * likelihood[:, x]
    left, _ = right("P-1a")(prior, likelihood, q, x)
    return left, np.sum(q * log(q / joint)) + joint.sum()


def split_plus_entropy(prior, likelihood, q, x):
    left, r = right("P-1b")(prior, likelihood, q, x)
    return left, r + np.sum(q * log(q))


def best_q_squared(prior, likelihood, x):
    joint = (prior * likelihood[:, x]) ** 2
    return joint / joint.sum()


def best_q_averaged_with_prior(prior, likelihood, x):
    return (prior + likelihood[:, x]) / 2


def loss_entropy_left_out(prior, likelihood, q, data):
    return -np.sum(q * log(likelihood[:, data].T), axis=1) - np.sum(q * log(prior), axis=1)


def loss_doubled_reconstruction(prior, likelihood, q, data):
    return right("X-3c")(prior, likelihood, q, data) - np.sum(q * log(likelihood[:, data].T), axis=1)


def gap_without_logarithm_of_diagonal(covariance):
    precision = np.linalg.inv(covariance)
    return 0.5 * (np.sum(np.diag(precision)) - np.linalg.slogdet(precision)[1])


def gap_by_trace(covariance):
    precision = np.linalg.inv(covariance)
    return 0.5 * (log(np.trace(precision)) - np.linalg.slogdet(precision)[1])


def bound_kl_halved(log_likelihood, mean, std, kl, num_samples, rng):
    return np.mean(log_likelihood(rng.normal(mean, std, num_samples))) - kl / 2


def bound_at_mean_plus_std(log_likelihood, mean, std, kl, num_samples, rng):
    z = mean + std + 0 * rng.standard_normal(num_samples)
    return np.mean(log_likelihood(z)) - kl


WRONG = {
    "P-1a": (
        identity_left_of_likelihood,
        identity_without_last_logarithm,
    ),
    "P-1b": (split_plus_entropy,),
    "C3-best-q": (
        best_q_squared,
        best_q_averaged_with_prior,
    ),
    "X-3c": (
        loss_entropy_left_out,
        loss_doubled_reconstruction,
    ),
    "S-TIGHT": (
        gap_without_logarithm_of_diagonal,
        gap_by_trace,
    ),
    "P-2ac": (
        bound_kl_halved,
        bound_at_mean_plus_std,
    ),
}

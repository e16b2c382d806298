"""Chapter 9: the encoder of probabilistic PCA, and the gap of a linear VAE."""

import math

import numpy as np

from unseen_answers.entries import right, wrong


@right("C9-encoder")
def encoder_by_loops(images, mean, components, variances):
    size = len(components)
    noise = sum(variances[size:]) / (len(variances) - size)
    means = np.zeros((len(images), size))
    log_stds = np.zeros_like(means)
    for i, image in enumerate(images):
        for j in range(size):
            code = float((image - mean) @ components[j])
            means[i, j] = code * math.sqrt(variances[j] - noise) / variances[j]
            log_stds[i, j] = 0.5 * math.log(noise / variances[j])
    return means, log_stds


@right("C9-encoder")
def encoder_by_bayes(images, mean, components, variances):
    size = len(components)
    s2 = np.mean(variances[size:])
    w = components * np.sqrt(variances[:size] - s2)[:, None]
    m = w @ w.T + s2 * np.eye(size)
    log_std = 0.5 * np.log(s2 * np.diag(np.linalg.inv(m)))
    return (images - mean) @ w.T @ np.linalg.inv(m), np.broadcast_to(log_std, (len(images), size))


def encoder(images, mean, components, variances, noise=None, scale=None, log_std=None):
    """The solution with parts to exchange."""
    size = len(components)
    lam = variances[:size]
    s2 = np.mean(variances[size:]) if noise is None else noise
    a = np.sqrt(lam - s2) / lam if scale is None else scale(lam, s2)
    b = 0.5 * np.log(s2 / lam) if log_std is None else log_std(lam, s2)
    code = (images - mean) @ components.T
    return code * a, np.zeros_like(code) + b


@wrong("C9-encoder", "the log variances are returned, not the log stds")
def encoder_log_variances(images, mean, components, variances):
    return encoder(images, mean, components, variances, log_std=lambda lam, s2: np.log(s2 / lam))


@wrong("C9-encoder", "the stds are returned, no logarithm")
def encoder_stds(images, mean, components, variances):
    return encoder(images, mean, components, variances, log_std=lambda lam, s2: np.sqrt(s2 / lam))


@wrong("C9-encoder", "sigma^2 is the mean of all variances")
def encoder_mean_of_all(images, mean, components, variances):
    size = len(components)
    s2 = min(np.mean(variances), 0.9 * variances[:size].min())
    return encoder(images, mean, components, variances, noise=s2)


@wrong("C9-encoder", "sigma^2 is the sum of what is left out")
def encoder_sum_of_rest(images, mean, components, variances):
    size = len(components)
    s2 = variances[size:].sum()
    return encoder(images, mean, components, variances, noise=s2,
                   scale=lambda lam, s: np.sqrt(np.abs(lam - s)) / lam)  # fmt: skip


@wrong("C9-encoder", "PCA's code, not shrunk")
def encoder_not_shrunk(images, mean, components, variances):
    return encoder(images, mean, components, variances, scale=lambda lam, s2: 1 + 0 * lam)


@wrong("C9-encoder", "whitened codes: over the root of lambda")
def encoder_whitened(images, mean, components, variances):
    return encoder(images, mean, components, variances, scale=lambda lam, s2: 1 / np.sqrt(lam))


@wrong("C9-encoder", "the mean image is not taken off")
def encoder_without_mean(images, mean, components, variances):
    return encoder(images, 0 * mean, components, variances)


@wrong("C9-encoder", "the prior's width: log std 0")
def encoder_std_one(images, mean, components, variances):
    return encoder(images, mean, components, variances, log_std=lambda lam, s2: 0 * lam)


@right("C9-axes")
def smallest_gap_by_eigenvalues(weights, std, turn):
    weights = turn @ weights
    a = np.eye(len(weights)) + weights @ weights.T / std**2
    return 0.5 * (sum(math.log(d) for d in np.diag(a)) - np.log(np.linalg.eigvalsh(a)).sum())


@right("C9-axes")
def smallest_gap_by_cholesky(weights, std, turn):
    weights = turn @ weights
    w = weights / std
    a = w @ w.T + np.eye(w.shape[0])
    lower = np.linalg.cholesky(a)
    return np.sum(0.5 * np.log(np.sum(w * w, axis=1) + 1)) - np.sum(np.log(np.diag(lower)))


@wrong("C9-axes", "std is not squared")
def smallest_gap_std(weights, std, turn):
    weights = turn @ weights
    a = np.eye(len(weights)) + weights @ weights.T / std
    return 0.5 * (np.log(np.diag(a)).sum() - np.linalg.slogdet(a)[1])


@wrong("C9-axes", "the identity, the prior's precision, is forgotten")
def smallest_gap_without_identity(weights, std, turn):
    weights = turn @ weights
    a = weights @ weights.T / std**2 + 1e-9 * np.eye(len(weights))
    return 0.5 * (np.log(np.diag(a)).sum() - np.linalg.slogdet(a)[1])


@wrong("C9-axes", "A is taken for the covariance")
def smallest_gap_covariance(weights, std, turn):
    weights = turn @ weights
    a = np.linalg.inv(np.eye(len(weights)) + weights @ weights.T / std**2)
    return 0.5 * (np.log(np.diag(a)).sum() - np.linalg.slogdet(a)[1])


@wrong("C9-axes", "W^T W in place of W W^T")
def smallest_gap_transposed(weights, std, turn):
    weights = turn @ weights
    a = np.eye(weights.shape[1]) + weights.T @ weights / std**2
    return 0.5 * (np.log(np.diag(a)).sum() - np.linalg.slogdet(a)[1])


@wrong("C9-axes", "the sum of the off-diagonal entries of A")
def smallest_gap_off_diagonal(weights, std, turn):
    weights = turn @ weights
    a = np.eye(len(weights)) + weights @ weights.T / std**2
    return 0.5 * (np.abs(a).sum() - np.trace(np.abs(a)))


@wrong("C9-axes", "the noise's variance multiplies")
def smallest_gap_times_noise(weights, std, turn):
    weights = turn @ weights
    a = np.eye(len(weights)) + weights @ weights.T * std**2
    return 0.5 * (np.log(np.diag(a)).sum() - np.linalg.slogdet(a)[1])

"""Chapter 9: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right

log = np.log


def encoder_mean_of_kept(images, mean, components, variances):
    means, log_stds = right("C9-encoder")(images, mean, components, variances)
    return means, log_stds + 0.5 * log(variances[: len(components)])


def encoder_not_transposed_scale(images, mean, components, variances):
    means, log_stds = right("C9-encoder")(images, mean, components, variances)
    return -means, log_stds


def axes_without_identity_sum(weights, std, turn):
    weights = turn @ weights
    precision = np.eye(len(weights)) + weights @ weights.T * std**2
    return 0.5 * (np.sum(log(np.diag(precision))) - np.linalg.slogdet(precision)[1])


def axes_log_of_sum(weights, std, turn):
    weights = turn @ weights
    precision = np.eye(len(weights)) + weights @ weights.T / std**2
    return 0.5 * (log(np.sum(np.diag(precision))) - np.linalg.slogdet(precision)[1])


WRONG = {
    "C9-encoder": (
        encoder_mean_of_kept,
        encoder_not_transposed_scale,
    ),
    "C9-axes": (
        axes_without_identity_sum,
        axes_log_of_sum,
    ),
}

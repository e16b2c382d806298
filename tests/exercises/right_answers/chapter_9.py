"""Right answers about probabilistic PCA, written differently from the solutions."""

import math

import numpy as np

from vaecore.latent_variable_models import LinearGaussianWorld


def _world(mean, components, variances):
    noise = np.mean(variances[len(components) :])
    weights = np.sqrt(variances[: len(components)] - noise)[:, None] * components
    return LinearGaussianWorld(weights, mean, np.sqrt(noise))


def encode_with_the_world(images, mean, components, variances):
    means, covariance = _world(mean, components, variances).posterior(images)
    return means, np.broadcast_to(0.5 * np.log(np.diag(covariance)), means.shape)


def encode_in_loops(images, mean, components, variances):
    kept, left_out = variances[: len(components)], variances[len(components) :]
    noise = sum(left_out) / len(left_out)
    means = [
        [math.sqrt(v - noise) / v * float(u @ (x - mean)) for u, v in zip(components, kept, strict=True)]
        for x in images
    ]
    return [means, [[math.log(math.sqrt(noise / v)) for v in kept] for _ in images]]


def encode_in_float32(images, mean, components, variances):
    images, mean, components, variances = (
        a.astype(np.float32) for a in (images, mean, components, variances)
    )
    return encode_with_the_world(images, mean, components, variances)


def gap_of_the_world(weights, std, turn):
    weights = turn @ weights
    world = LinearGaussianWorld(weights, np.zeros(weights.shape[1]), std)
    x = np.ones((1, weights.shape[1]))
    return np.mean(world.log_marginal(x) - world.elbo(x, *world.best_factorised(x)))


def gap_by_determinants(weights, std, turn):
    weights = turn @ weights
    precision = weights @ weights.T / std**2 + np.eye(weights.shape[0])
    return (sum(math.log(a) for a in np.diag(precision)) - np.linalg.slogdet(precision).logabsdet) / 2


def gap_by_eigenvalues(weights, std, turn):
    weights = turn @ weights
    precision = np.identity(len(weights)) + (weights / std) @ (weights / std).T
    return (np.log(np.diag(precision)).sum() - np.log(np.linalg.eigvalsh(precision)).sum()) / 2


RIGHT = {
    "C9-encoder": (encode_with_the_world, encode_in_loops, encode_in_float32),
    "C9-axes": (gap_of_the_world, gap_by_determinants, gap_by_eigenvalues),
}
SAME = {
    "C9-axes": {"log_determinant = np.linalg.slogdet(precision)[-1]": "the last of two things is the second"},
}

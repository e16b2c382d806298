"""Chapter 1: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right

sqrt = np.sqrt


def pca_with_one_component_more(x, size):
    return right("S-PCA")(x, size + 1)


def pca_by_covariance_with_the_smallest_first(x, size):
    mean = x.mean(axis=0)
    vectors = np.linalg.eigh(np.cov(x.T))[1]
    v = vectors[:, :size]
    return mean + (x - mean) @ v @ v.T


def pca_mean_halved(x, size):
    return right("S-PCA")(x, size) - 0.5 * x.mean(axis=0)


def loneliest_second(z, codes):
    nearest = np.linalg.norm(z[:, None] - codes[None], axis=2).min(axis=1)
    return z[np.argsort(nearest)[-2]]


def loneliest_by_first_coordinate(z, codes):
    nearest = np.abs(z[:, None, 0] - codes[None, :, 0]).min(axis=1)
    return z[np.argmax(nearest)]


def denoising_with_root(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(sqrt(np.sum((x - decode(z)) ** 2, axis=1)) + alpha * np.sum(np.abs(z), axis=1))


def denoising_price_not_summed(x, keep, encode, decode, alpha):
    z = encode(x * keep)
    return np.mean(np.sum((x - decode(z)) ** 2, axis=1)) + alpha * np.mean(np.abs(z))


def contraction_with_linear_slope(weights, biases, x):
    z = np.tanh(x @ weights + biases)
    return np.sum((1 - z) ** 2 * np.sum(weights**2, axis=0), axis=1)


def contraction_without_biases(weights, biases, x):
    return right("X-1c")(weights, 0 * biases, x)


WRONG = {
    "S-PCA": (
        pca_with_one_component_more,
        pca_by_covariance_with_the_smallest_first,
        pca_mean_halved,
    ),
    "S-GAP": (
        loneliest_second,
        loneliest_by_first_coordinate,
    ),
    "X-1d": (
        denoising_with_root,
        denoising_price_not_summed,
    ),
    "X-1c": (
        contraction_with_linear_slope,
        contraction_without_biases,
    ),
}

"""Right answers to chapter 1's exercises, written differently from the solutions."""

import math

import autograd.numpy as anp
import numpy as np
from autograd import jacobian

import vaecore
from vaecore.autoencoders import contractive_penalty, distances_between


def pca_of_vaecore(x, size):
    pca = vaecore.PCA.fit(x, size)
    return pca.decode(pca.encode(x))


def pca_by_left_vectors(x, size):
    m = np.mean(x, axis=0, keepdims=True)
    u, _, _ = np.linalg.svd(x - m)
    return m + u[:, :size] @ (u[:, :size].T @ (x - m))


def pca_truncated(x, size):
    m = x.mean(0)
    u, s, vt = np.linalg.svd(x - m, full_matrices=False)
    s[size:] = 0
    return u @ np.diag(s) @ vt + m


def pca_of_eigenvectors(x, size):
    m = x.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(x.T))
    w = -vectors[:, ::-1][:, :size]  # the signs do not matter
    return np.array([m + w @ (w.T @ (row - m)) for row in x])


def loneliest_in_loops(z, codes):
    best, where = -1.0, None
    for place in z:
        nearest = min(math.dist(place, code) for code in codes)
        if nearest > best:
            best, where = nearest, place
    return where


def loneliest_by_vaecore(z, codes):
    return z[distances_between(z, codes).min(axis=1).argmax()]


def loneliest_of_squares(z, codes):
    squares = (z**2).sum(1)[:, None] - 2 * z @ codes.T + (codes**2).sum(1)
    return list(z[np.argsort(squares.min(axis=1))[-1]])


def loss_in_loops(x, keep, encode, decode, alpha):
    total = 0.0
    for image, mask in zip(x, keep, strict=True):
        z = encode((image * mask)[None])
        total += sum((a - b) ** 2 for a, b in zip(image, decode(z)[0], strict=True))
        total += alpha * sum(abs(a) for a in z[0])
    return total / len(x)


def loss_by_vaecore(x, keep, encode, decode, alpha):
    z = encode(np.where(keep == 1, x, 0))
    error = vaecore.autoencoders.squared_error(x, decode(z)).mean()
    return error + alpha * vaecore.autoencoders.sparsity_penalty(z).mean()


def loss_of_norms(x, keep, encode, decode, alpha):
    z = encode(keep * x)
    out = decode(z)
    return (np.linalg.norm(x - out) ** 2 + alpha * np.abs(z).sum()) / x.shape[0]


def contraction_by_vaecore(weights, biases, x):
    return contractive_penalty([(weights, biases)], x, "tanh")


def contraction_by_autograd(weights, biases, x):
    def encode(pixels):
        return anp.tanh(anp.dot(pixels, weights) + biases)

    return [np.sum(jacobian(encode)(row) ** 2) for row in x]


def contraction_by_differences(weights, biases, x):
    step, total = 1e-5, np.zeros(len(x))
    for k in range(x.shape[1]):
        moved = x.copy()
        moved[:, k] += step
        change = np.tanh(moved @ weights + biases) - np.tanh(x @ weights + biases)
        total += np.sum((change / step) ** 2, axis=1)
    return total


def contraction_as_a_matrix(weights, biases, x):
    slope = np.cosh(x @ weights + biases) ** -2
    return np.linalg.norm(slope[:, :, None] * weights.T[None], axis=(1, 2)) ** 2


RIGHT = {
    "S-PCA": (pca_of_vaecore, pca_by_left_vectors, pca_truncated, pca_of_eigenvectors),
    "S-GAP": (loneliest_in_loops, loneliest_by_vaecore, loneliest_of_squares),
    "X-1d": (loss_in_loops, loss_by_vaecore, loss_of_norms),
    "X-1c": (
        contraction_by_vaecore, contraction_by_autograd, contraction_by_differences, contraction_as_a_matrix,
    ),
}  # fmt: skip
SAME = {
    "S-PCA": {"_, _, vt = np.linalg.svd(mean - x, full_matrices=False)": "the rows of vt change their signs"},
    "S-GAP": {
        "distances = np.linalg.norm(codes[None] - z[:, None], axis=2)": "a distance is the same both ways",
        "nearest = distances.min(axis=-1)": "the last of two axes is axis 1",
    },
    "X-1d": {
        "error = np.sum((decode(z) - x) ** 2, axis=1)": "a square is the same both ways",
        "error = np.sum((x - decode(z)) ** 2, axis=-1)": "the last of two axes is axis 1",
        "price = alpha * np.sum(np.abs(z), axis=-1)": "the last of two axes is axis 1",
    },
    "X-1c": {
        "return np.sum(slope ** 2 * np.sum(weights ** 2, axis=0), axis=-1)": "the last of two axes is axis 1",
        "slope = z ** 2 - 1": "it is squared afterwards",
    },
}

"""Right answers of chapter 8, written differently from the solutions: loops, float32, vaecore's own."""

import math
import statistics
from itertools import pairwise

import autograd.numpy as anp
import numpy as np

from vaecore.foundations.likelihoods import gaussian_log_prob
from vaecore.latent_arithmetic import add_attribute, attribute_vector


def gauss_in_loops(x, mean, log_var):
    return [
        sum(
            -((a - m) ** 2) / (2 * math.exp(v)) - v / 2 - math.log(math.sqrt(2 * math.pi))
            for a, m, v in zip(*rows, strict=True)
        )
        for rows in zip(x, mean, log_var, strict=True)
    ]


def gauss_of_standard_normals(x, mean, log_var):
    """Standardise; what a density loses by being spread out is the log std."""
    std = np.exp(log_var / 2)
    return np.sum(-(((x - mean) / std) ** 2) / 2 - np.log(std) - np.log(2 * np.pi) / 2, axis=-1)


def gauss_by_matrices(x, mean, log_var):
    """The formula for any covariance, with an inverse and a determinant."""
    out = []
    for e, v in zip(x - mean, log_var, strict=True):
        covariance = np.diag(np.exp(v))
        _, log_det = np.linalg.slogdet(2 * np.pi * covariance)
        out.append(-0.5 * (e @ np.linalg.inv(covariance) @ e + log_det))
    return np.array(out)


def gauss_by_vaecore(x, mean, log_var):
    return gaussian_log_prob(x, mean, log_var / 2)


def gauss_in_float32(x, mean, log_var):
    x, mean, log_var = (a.astype(np.float32) for a in (x, mean, log_var))
    constant = x.shape[1] / 2 * np.log(2 * np.pi)
    return -0.5 * np.sum((x - mean) ** 2 / np.exp(log_var) + log_var, axis=1) - constant


def gauss_in_autograd(x, mean, log_var):
    std = anp.exp(0.5 * log_var)
    return anp.sum(-0.5 * ((x - mean) / std) ** 2 - anp.log(std * anp.sqrt(2 * anp.pi)), axis=-1)


def weight_in_loops(x, mean):
    squares = [(a - m) ** 2 for a, m in zip(x.ravel(), mean.ravel(), strict=True)]
    return sum(squares) / len(squares) / (len(x[0]) / 2)


def weight_by_statistics(x, mean):
    return 2 / x.shape[1] * statistics.pvariance((x - mean).ravel().tolist(), mu=0.0)


def weight_by_norm(x, mean):
    """One D for the mean square, one for the program's average."""
    points, entries = x.shape
    return 2 * np.linalg.norm(x - mean) ** 2 / (points * entries**2)


def weight_by_search(x, mean):
    """A grid in log sigma, made finer around the best."""
    low, high = -6.0, 6.0
    for _ in range(12):
        grid = np.linspace(low, high, 101)
        scores = -np.mean((x - mean) ** 2) / 2 * np.exp(-2 * grid) - grid
        best, step = grid[np.argmax(scores)], grid[1] - grid[0]
        low, high = best - 2 * step, best + 2 * step
    return 2 * np.exp(2 * best) / x.shape[1]


def halves_in_loops(points, images, tolerance):
    out = [points[0]]
    for (left, right), (a, b) in zip(pairwise(points), pairwise(images), strict=True):
        if sum((u - v) ** 2 for u, v in zip(a, b, strict=True)) / len(a) > tolerance:
            out.append(0.5 * left + 0.5 * right)
        out.append(right)
    return np.array(out)


def halves_by_mask(points, images, tolerance):
    """All half-way points first; then those go that are not wanted."""
    everything = np.empty((2 * len(points) - 1, points.shape[1]))
    everything[::2], everything[1::2] = points, (points[1:] + points[:-1]) / 2
    kept = np.ones(len(everything), bool)
    kept[1::2] = ((images[1:] - images[:-1]) ** 2).mean(axis=1) > tolerance
    return everything[kept]


def halves_by_interp(points, images, tolerance):
    apart = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    at = np.sort(np.concatenate([np.arange(len(points)), apart + 0.5]))
    return np.stack([np.interp(at, np.arange(len(points)), column) for column in points.T], axis=1)


def thicker_by_vaecore(vae, images, thick, thin, amount):
    return add_attribute(vae, images, attribute_vector(vae, thick, thin), amount)


def thicker_one_by_one(vae, images, thick, thin, amount):
    def code(image):
        return vae.encode(image[None])[0][0]

    direction = sum(code(x) / len(thick) for x in thick) - sum(code(x) / len(thin) for x in thin)
    return [vae.decode((code(x) + amount * direction)[None])[0] for x in images]


def thicker_in_one_batch(vae, images, thick, thin, amount):
    means = vae.encode(np.concatenate([images, thick, thin]))[0].astype(np.float32)
    z, with_it, without = np.split(means, [len(images), len(images) + len(thick)])
    return vae.decode(z + np.float32(amount) * (np.mean(with_it, axis=0) - np.mean(without, axis=0)))


def gap_in_loops(information, entropy):
    total = 0.0
    for column, h in zip(information.T, entropy, strict=True):
        second, first = sorted(column)[-2:]
        total += (first - second) / h
    return total / len(entropy)


def gap_by_partition(information, entropy):
    share = information / entropy
    best = np.argmax(share, axis=0)
    rest = share.copy()
    rest[best, np.arange(len(entropy))] = -np.inf
    return (share.max(axis=0) - rest.max(axis=0)).mean()


def weights_by_reduce(log_likelihood, log_prior, log_q):
    log_w = log_likelihood - log_q + log_prior
    return np.logaddexp.reduce(log_w, axis=0) - math.log(len(log_w))


def weights_by_logaddexp(log_likelihood, log_prior, log_q):
    total = np.full(log_q.shape[1], -np.inf)
    for p, r, q in zip(log_likelihood, log_prior, log_q, strict=True):
        total = np.logaddexp(total, p + r - q)
    return total - np.log(log_q.shape[0])


def weights_in_loops(log_likelihood, log_prior, log_q):
    bounds = []
    for b in range(log_q.shape[1]):
        log_w = [log_likelihood[s, b] + log_prior[s, b] - log_q[s, b] for s in range(len(log_q))]
        c = max(log_w)
        bounds.append(c + math.log(sum(math.exp(w - c) for w in log_w) / len(log_w)))
    return bounds


def weights_in_float32(log_likelihood, log_prior, log_q):
    log_w = sum(a.astype(np.float32) for a in (log_likelihood, log_prior, -log_q))
    highest = log_w.max(axis=0)
    return highest + np.log(np.exp(log_w - highest).mean(axis=0))


def one_of_k_in_loops(log_w, gradients, u):
    result = np.empty(gradients.shape[1:])
    for b, number in enumerate(u):
        running, s = 0.0, -1
        while running <= number:
            s += 1
            running += 1 / np.sum(np.exp(log_w[:, b] - log_w[s, b]))
        result[b] = gradients[s, b]
    return result


def one_of_k_by_searchsorted(log_w, gradients, u):
    log_v = log_w - np.logaddexp.reduce(log_w, axis=0)
    drawn = [np.searchsorted(np.cumsum(np.exp(log_v[:, b])), u[b], side="right") for b in range(len(u))]
    return np.stack([gradients[s, b] for b, s in enumerate(drawn)])


def one_of_k_by_take(log_w, gradients, u):
    running = np.cumsum(np.exp(log_w - log_w.max(0)), axis=0)
    chosen = (running <= u * running[-1]).sum(0)
    return np.take_along_axis(gradients, chosen[None, :, None], axis=0)[0]


RIGHT = {
    "S-GAUSS": (
        gauss_in_loops, gauss_of_standard_normals, gauss_by_matrices, gauss_by_vaecore, gauss_in_float32,
        gauss_in_autograd,
    ),
    "C8-best-std": (weight_in_loops, weight_by_statistics, weight_by_norm, weight_by_search),
    "C8-halves": (halves_in_loops, halves_by_mask, halves_by_interp),
    "S-ARITH": (thicker_by_vaecore, thicker_one_by_one, thicker_in_one_batch),
    "C8-gap": (gap_in_loops, gap_by_partition),
    "C8-weights": (weights_by_reduce, weights_by_logaddexp, weights_in_loops, weights_in_float32),
    "C8-one-of-k": (one_of_k_in_loops, one_of_k_by_searchsorted, one_of_k_by_take),
}  # fmt: skip

# Changes that compute the same, each with the reason.  `line -> line after the change`.
SAME = {
    "S-GAUSS": {
        "return -0.5 * np.sum(terms, axis=-1)": "the last of two axes is axis 1",
        "terms = (mean - x) ** 2 * np.exp(-log_var) + log_var + np.log(2 * np.pi)": "the error is squared",
    },
    "C8-best-std": {"variance = np.mean((mean - x) ** 2)": "the error is squared"},
    "C8-halves": {
        "change = np.mean((images[1:] - images[:-1]) ** 2, axis=-1)": "the last of two axes is axis 1"
    },
}

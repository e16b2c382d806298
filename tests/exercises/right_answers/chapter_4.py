"""Right answers of chapter 4, written differently from the solutions."""

import math

import autograd.numpy as anp
import numpy as np
from autograd import grad


def estimates_in_loops(f, slope, mu, sigma, eps):
    score, path = [], []
    for e in eps:
        z = mu + sigma * e
        score.append(float(f(z)) * (z - mu) / sigma**2)
        path.append(float(slope(z)))
    return score, path


def estimates_by_differences_of_log_q(f, slope, mu, sigma, eps):
    z, h = mu + sigma * eps, 1e-5

    def log_q(at):
        return -np.log(sigma) - (z - at) ** 2 / (2 * sigma**2)

    return np.array([f(z) * (log_q(mu + h) - log_q(mu - h)) / (2 * h), slope(sigma * eps + mu)])


def estimates_in_float32(f, slope, mu, sigma, eps):
    eps = eps.astype(np.float32)
    z = np.float32(mu) + np.float32(sigma) * eps
    return np.stack([f(z) / np.float32(sigma) * eps, 1.0 * slope(z)])


def backward_in_loops(grad_z, encoder_output, eps):
    half = grad_z.shape[1]
    rows = []
    for g, row, e in zip(grad_z, encoder_output, eps, strict=True):
        rows.append([*g, *(g[j] * math.exp(row[half + j]) * e[j] for j in range(half))])
    return rows


def backward_by_autograd(grad_z, encoder_output, eps):
    def handed_on(out):
        mean, log_std = anp.split(out, 2, axis=1)
        return anp.sum(grad_z * (mean + anp.exp(log_std) * eps))

    return grad(handed_on)(encoder_output)


def backward_from_z(grad_z, encoder_output, eps):
    mean, log_std = np.split(encoder_output.astype(np.float32), 2, axis=1)
    z = mean + np.exp(log_std) * eps
    return np.hstack([grad_z, grad_z * (z - mean)])


def exponential_in_loops(rate, u):
    z = [-math.log(x) / rate for x in u]
    return z, [-x / rate for x in z]


def exponential_by_log1p(rate, u):
    z = -np.log1p(-u) / rate
    return np.stack([z, -z / rate])


def exponential_by_differences(rate, u):
    def g(r):
        return np.log(1 / (1 - u)) / r

    return g(rate), (g(rate + 1e-6) - g(rate - 1e-6)) / 2e-6


RIGHT = {
    "P-2dc": (estimates_in_loops, estimates_by_differences_of_log_q, estimates_in_float32),
    "X-6c": (backward_in_loops, backward_by_autograd, backward_from_z),
    "S-REP": (exponential_in_loops, exponential_by_log1p, exponential_by_differences),
}

SAME = {
    "X-6c": {
        "latent_size = encoder_output.shape[-1] // 2": "the last axis of two is axis 1",
        "latent_size = encoder_output.shape[1] // -2": "counted from the end, the half starts there too",
        "return np.concatenate([grad_mean, grad_log_std], axis=-1)": "the last axis of two is axis 1",
    },
}

"""Forty wrong answers, each right on something: one size, mild numbers, nearly the right noise."""

import math

import numpy as np

from unseen_answers.entries import wrong
from vaecore.foundations.networks import neural_net_predict, sigmoid


def two_latents_kl(e):
    return 0.5 * (np.exp(2 * e[:, 2:4]) + e[:, :2] ** 2 - 1 - 2 * e[:, 2:4]).sum(axis=1)


def kl_of_whole_numbers(e):
    result = np.zeros(len(e), dtype=int)
    mean, log_std = np.split(e, 2, axis=1)
    result[:] = 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum(axis=1)
    return result


def kl_with_a_floor(e):
    mean, log_std = np.split(e, 2, axis=1)
    variance = np.maximum(np.exp(2 * log_std), 0.05)
    return 0.5 * (variance + mean**2 - 1 - np.log(variance)).sum(axis=1)


def kl_of_the_first_point(e):
    mean, log_std = np.split(e, 2, axis=1)
    return np.full(len(e), 0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std).sum(axis=1)[0])


def bernoulli_for_three_pixels(x, a):
    return -np.logaddexp(0, np.where(x == 1, -a, a))[:, :3].sum(axis=1)


def bernoulli_with_epsilon(x, a):
    s = 1 / (1 + np.exp(-np.clip(a, -500, 500)))
    return np.sum(x * np.log(s + 1e-9) + (1 - x) * np.log(1 - s + 1e-9), axis=1)


def coins_with_epsilon(p, q):
    e = 1e-6
    return p * np.log((p + e) / (q + e)) + (1 - p) * np.log((1 - p + e) / (1 - q + e))


def dice_with_epsilon(p, q):
    return np.sum(p * np.log((p + 1e-8) / (q + 1e-5)))


def dice_of_three(p, q):
    return sum(p[i] * np.log(p[i] / q[i]) if p[i] > 0 else 0.0 for i in range(3))


def gaussians_with_absolute_log(mq, sq, mp, sp):
    return abs(math.log(sp / sq)) + (sq**2 + (mq - mp) ** 2) / (2 * sp**2) - 0.5


def sample_clipped(e, rng):
    mean, log_std = np.split(e, 2, axis=1)
    return mean + np.exp(log_std) * np.clip(rng.standard_normal(mean.shape), -2, 2)


def sample_a_little_narrow(e, rng):
    mean, log_std = np.split(e, 2, axis=1)
    return mean + 0.95 * np.exp(log_std) * rng.standard_normal(mean.shape)


def sample_with_entropy(e, rng):
    mean, log_std = np.split(e, 2, axis=1)
    return mean + np.exp(log_std) * np.random.default_rng().standard_normal(mean.shape)


def sample_of_two_random_latents(e, rng):
    mean, log_std = np.split(e, 2, axis=1)
    eps = rng.standard_normal(mean.shape)
    eps[:, 2:] = 0
    return mean + np.exp(log_std) * eps


def estimate_narrow(f, mean, std, kl, s, rng):
    return np.mean(f(mean + 0.94 * std * rng.standard_normal(s))) - kl


def estimate_of_at_most_a_hundred(f, mean, std, kl, s, rng):
    return np.mean(f(rng.normal(mean, std, min(s, 100)))) - kl


def estimate_with_absolute_kl_of_the_mean(f, mean, std, kl, s, rng):
    return np.mean(f(rng.normal(mean, std, s))) - 0.5 * mean**2


def new_digits_truncated(vae, rng):
    return vae.decode(np.clip(rng.standard_normal((25, vae.latent_size)), -2.5, 2.5))


def new_digits_narrow(vae, rng):
    return vae.decode(0.93 * rng.standard_normal((25, vae.latent_size)))


def new_digits_of_four(vae, rng):
    return vae.decode(rng.standard_normal((25, 4)))


def new_digits_in_pairs(vae, rng):
    z = rng.standard_normal((25, vae.latent_size))
    z[1::2] = -z[:-1:2]
    return vae.decode(z)


def images_of_two_latents(gen_params, n, rng):
    p = sigmoid(neural_net_predict(gen_params, rng.standard_normal((n, 2))))
    return (rng.random(p.shape) < p) * 1


def images_that_shrink(gen_params, n, rng):
    p = sigmoid(neural_net_predict(gen_params, 0.9 * rng.standard_normal((n, gen_params[0][0].shape[0]))))
    return (rng.random(p.shape) < p) * 1


def reconstructions_of_rounded(vae, images, rng):
    images = np.round(images[:10])
    mean, log_std = vae.encode(images)
    return np.concatenate([images, vae.decode(mean + np.exp(log_std) * rng.standard_normal(mean.shape))])


def reconstructions_a_little_wide(vae, images, rng):
    mean, log_std = vae.encode(images[:10])
    z = mean + 1.08 * np.exp(log_std) * rng.standard_normal(mean.shape)
    return np.concatenate([images[:10], vae.decode(z)])


def interpolation_by_arange(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.arange(0, 1 + 1 / (steps - 1), 1 / (steps - 1))[:, None]
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def output_without_negatives(z):
    return np.maximum(12 - np.maximum(z, 0), 0), np.maximum(2 * z - 10, 0)


def posterior_of_two_coins(prior, likelihood):
    joint = prior[:, None] * likelihood
    return np.stack([joint[0] / (joint[0] + joint[1]), joint[1] / (joint[0] + joint[1])], axis=1)


def tiny_from_the_mean(a):
    c = a.mean(axis=1, keepdims=True)
    return c[:, 0] + np.log(np.mean(np.exp(a - c), axis=1))


def tiny_of_three(a):
    c = a.max(axis=1, keepdims=True)
    return c[:, 0] + np.log(np.exp(a - c).sum(axis=1) / 3)


def sigma_of_whole_numbers(x, f):
    return np.sqrt(np.mean((x.astype(int) - f.astype(int)) ** 2))


def tight_by_det(covariance):
    precision = np.linalg.inv(covariance)
    return 0.5 * np.log(np.prod(np.diag(precision)) / np.linalg.det(precision))


def losses_for_three_values(prior, likelihood, q, data):
    rows = likelihood[:3, data].T
    return np.sum(q[:, :3] * (np.log(q[:, :3] / prior[:3]) - np.log(rows)), axis=1)


def adam_with_the_count(grad, theta, epochs, batches, alpha, beta1, beta2, epsilon):
    m = v = np.zeros_like(theta)
    for t in range(epochs * batches):
        g = grad(theta, t)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1 ** (t + 1)), v / (1 - beta2 ** (t + 1))
        theta = theta + alpha * m_hat / (np.sqrt(v_hat) + epsilon)
    return theta


def gauss_of_a_product(x, mean, log_var):
    variance = np.exp(log_var)
    density = np.exp(-((x - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance)
    return np.log(density.prod(axis=1))


def halves_like_the_points(points, images, tolerance):
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    return np.insert(points, where + 1, ((points[1:] + points[:-1]) / 2)[where], axis=0)


def halves_of_a_plane(points, images, tolerance):
    x, y = points[:, 0], points[:, 1]
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    at = np.sort(np.concatenate([np.arange(len(points)), where + 0.5]))
    return np.stack([np.interp(at, np.arange(len(points)), c) for c in (x, y)], axis=1)


def weights_from_the_first(log_likelihood, log_prior, log_q):
    log_w = log_likelihood + log_prior - log_q
    return log_w[0] + np.log(np.mean(np.exp(log_w - log_w[0]), axis=0))


def weights_of_five(log_likelihood, log_prior, log_q):
    log_w = log_likelihood + log_prior - log_q
    return np.logaddexp.reduce(log_w[:5], axis=0) - np.log(len(log_w[:5]))


def axes_by_det(weights, std, turn):
    weights = turn @ weights
    a = np.eye(len(weights)) + weights @ weights.T / std**2
    return 0.5 * np.log(np.diag(a).prod() / np.linalg.det(a))


for _exercise, _answer in [
    ("L-KL", two_latents_kl), ("L-KL", kl_of_whole_numbers), ("L-KL", kl_with_a_floor),
    ("L-KL", kl_of_the_first_point), ("L-BERN", bernoulli_for_three_pixels),
    ("L-BERN", bernoulli_with_epsilon),
    ("X-4", coins_with_epsilon), ("X-5", dice_with_epsilon), ("X-5", dice_of_three),
    ("C5-two-gaussians", gaussians_with_absolute_log), ("L-SAMPLE", sample_clipped),
    ("L-SAMPLE", sample_a_little_narrow), ("L-SAMPLE", sample_with_entropy),
    ("L-SAMPLE", sample_of_two_random_latents), ("P-2ac", estimate_narrow),
    ("P-2ac", estimate_of_at_most_a_hundred), ("P-2ac", estimate_with_absolute_kl_of_the_mean),
    ("L-31", new_digits_truncated), ("L-31", new_digits_narrow), ("L-31", new_digits_of_four),
    ("L-31", new_digits_in_pairs), ("P-2c", images_of_two_latents), ("P-2c", images_that_shrink),
    ("L-32", reconstructions_of_rounded), ("L-32", reconstructions_a_little_wide),
    ("L-33", interpolation_by_arange), ("X-7b", output_without_negatives),
    ("C2-coin", posterior_of_two_coins),
    ("C2-tiny", tiny_from_the_mean), ("C2-tiny", tiny_of_three), ("S-SIGMA", sigma_of_whole_numbers),
    ("S-TIGHT", tight_by_det), ("X-3c", losses_for_three_values), ("L-ADAM", adam_with_the_count),
    ("S-GAUSS", gauss_of_a_product), ("C8-halves", halves_like_the_points), ("C8-halves", halves_of_a_plane),
    ("C8-weights", weights_from_the_first), ("C8-weights", weights_of_five), ("C9-axes", axes_by_det),
]:  # fmt: skip
    wrong(_exercise, _answer.__name__.replace("_", " "))(_answer)

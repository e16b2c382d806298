"""Chapter 7: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right
from vaecore import bernoulli_log_prob, compute_KL, neural_net_predict

log, exp = np.log, np.exp


def halves(e):
    return np.split(e, 2, axis=1)


def bern_sigmoid_squared(targets, logits):
    p = 1 / (1 + exp(-logits))
    return np.sum(log(1e-300 + p * targets + (1 - p) * (1 - targets)) * 2, axis=1)


def bern_by_tanh(targets, logits):
    return right("L-BERN")(targets, 2 * logits)


def bern_plus_minus(targets, logits):
    return np.sum(targets * logits, axis=1) - np.sum(np.maximum(logits, 0), axis=1)


def bern_batch_mean_minus(targets, logits):
    return -np.mean(right("L-BERN")(targets, logits))


def bound_with_variance(gen_params, rec_params, data, rng):
    output = neural_net_predict(rec_params, data)
    m, s = halves(output)
    z = m + exp(s) * rng.standard_normal(m.shape)
    return np.mean(bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - 0.5 * compute_KL(output))


def bound_of_other_pixels(gen_params, rec_params, data, rng):
    output = neural_net_predict(rec_params, data)
    m, s = halves(output)
    z = m + exp(s) * rng.standard_normal(m.shape)
    return np.mean(bernoulli_log_prob(1 - data, neural_net_predict(gen_params, z)) - compute_KL(output))


def digits_twenty_four(vae, rng):
    return vae.decode(1.0 + rng.standard_normal((25, vae.latent_size)))


def reconstructions_of_mean_image(vae, test_images, rng):
    images = test_images[:10]
    mean, log_std = vae.encode(images)
    z = mean + exp(log_std) * np.abs(rng.standard_normal(mean.shape))
    return np.concatenate([images, vae.decode(z)])


def interpolate_squared(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = np.linspace(0, 1, steps)[:, None] ** 2
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def interpolate_logistic(vae, a, b, steps):
    mean, _ = vae.encode(np.stack([a, b]))
    s = 1 / (1 + exp(-np.linspace(-5, 5, steps)[:, None]))
    return vae.decode((1 - s) * mean[0] + s * mean[1])


WRONG = {
    "L-BERN": (
        bern_sigmoid_squared,
        bern_by_tanh,
        bern_plus_minus,
        bern_batch_mean_minus,
    ),
    "L-BOUND": (
        bound_with_variance,
        bound_of_other_pixels,
    ),
    "L-31": (digits_twenty_four,),
    "L-32": (reconstructions_of_mean_image,),
    "L-33": (
        interpolate_squared,
        interpolate_logistic,
    ),
}

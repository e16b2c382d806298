"""Chapter 2: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right
from vaecore import neural_net_predict

log, exp, sqrt = np.log, np.exp, np.sqrt


def coin_with_uniform_mixed_in(prior, likelihood):
    joint = prior[:, None] * likelihood
    return (joint / joint.sum(axis=1, keepdims=True)).T


def coin_softmax(prior, likelihood):
    joint = exp(prior[:, None] * likelihood)
    return (joint / joint.sum(axis=0)).T


def tiny_with_variance(a):
    highest = a.max(axis=1)
    return highest + log(np.sum(exp(a - highest[:, None]), axis=1)) - log(len(a))


def tiny_half(a):
    return 0.5 * right("C2-tiny")(a) + 0.5 * a.mean(axis=1)


def sigma_median(x, f):
    return sqrt(np.median((x - f) ** 2))


def sigma_largest(x, f):
    return np.max(np.abs(x - f))


def new_images_flipped_threshold(gen_params, n, rng):
    z = rng.standard_normal((n, gen_params[0][0].shape[0]))
    return (neural_net_predict(gen_params, z) > 0.5).astype(float)


def new_images_wide(gen_params, n, rng):
    z = 2 * rng.standard_normal((n, gen_params[0][0].shape[0]))
    p = 1 / (1 + exp(-neural_net_predict(gen_params, z)))
    return (rng.random(p.shape) < p).astype(float)


WRONG = {
    "C2-coin": (
        coin_with_uniform_mixed_in,
        coin_softmax,
    ),
    "C2-tiny": (
        tiny_with_variance,
        tiny_half,
    ),
    "S-SIGMA": (
        sigma_median,
        sigma_largest,
    ),
    "P-2c": (
        new_images_flipped_threshold,
        new_images_wide,
    ),
}

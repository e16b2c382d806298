"""Right answers to the lab's tasks 3.1 and 3.2, written differently from the solutions."""

import math
import random

import autograd.numpy.random as npr
import numpy as np

import vaecore


def digits_without_rng(vae):
    return vae.decode(npr.randn(25, vae.latent_size))


def digits_in_loops(vae, rng=None):
    pictures = []
    for _ in range(25):
        z = [random.gauss(0, 1) for _ in range(vae.latent_size)]
        logits = vaecore.neural_net_predict(vae.gen_params, np.array([z]))[0]
        pictures.append([1 / (1 + math.exp(-a)) for a in logits])
    return pictures


def digits_in_float32(vae, rng):
    return vae.decode(rng.standard_normal((25, vae.latent_size), dtype=np.float32)).astype(np.float32)


def digits_of_vaecore(vae, rng):
    return vaecore.prior_samples(vae, 25, rng)


def digits_through_a_standard_q(vae, rng):
    prior = np.zeros((25, 2 * vae.latent_size))  # mean 0, log std 0
    return vae.decode(vaecore.sample_latent_variables_from_posterior(prior, rng))


def rows_of_vaecore(vae, test_images, rng):
    return np.vstack([test_images[:10], vaecore.reconstruct(vae, test_images[:10], rng)])


def rows_as_a_pair(vae, test_images, rng):
    images = test_images[0:10]
    mean, log_std = vae.encode(images)
    return images, vae.decode(rng.normal(mean, np.exp(log_std)))


def rows_one_by_one(vae, test_images):
    rows = list(test_images[:10])
    for image in test_images[:10]:
        post = vaecore.neural_net_predict(vae.rec_params, image[None])
        mean, log_std = post[:, : vae.latent_size], post[:, vae.latent_size :]
        z = mean - np.sqrt(np.exp(2 * log_std)) * npr.randn(*mean.shape)
        rows.append(vaecore.sigmoid(vaecore.neural_net_predict(vae.gen_params, z))[0])
    return np.array(rows)


def rows_of_all_encoded(vae, test_images, rng):
    mean, log_std = vae.encode(test_images)
    z = mean + np.exp(log_std) * rng.standard_normal(mean.shape)
    return np.concatenate([test_images[:10], vae.decode(z)[:10]]).astype(np.float32)


RIGHT = {
    "L-31": (
        digits_without_rng, digits_in_loops, digits_in_float32, digits_of_vaecore,
        digits_through_a_standard_q,
    ),
    "L-32": (rows_of_vaecore, rows_as_a_pair, rows_one_by_one, rows_of_all_encoded),
}  # fmt: skip
SAME = {
    "L-32": {"z = mean - np.exp(log_std) * rng.standard_normal(mean.shape)": "noise around 0 is symmetric"},
}

"""Sums and differences of latent means: half-way points, attributes, and a - b + c."""

from typing import Any

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.vae import VAE


def halves(vae: VAE, image_a: Any, image_b: Any, depth: int = 3) -> np.ndarray:
    """Return the images from a to b that repeated halving finds: 2^depth + 1 of them, ends included.

        z_half = mean_a + (mean_b - mean_a) / 2

    and the same again between every two neighbours, `depth` times.  The points are those of `interpolate`
    with 2^depth + 1 steps.

    image_a, image_b: (D,), pixels in [0, 1].  Returns (2^depth + 1, D), probabilities in [0, 1].
    Raises InvalidInputError for images that are not single rows, a negative depth, or more than 10.
    """
    depth = validation.whole_number(depth, "depth", at_least=0)
    if depth > 10:
        raise InvalidInputError(f"depth is {depth}, expected at most 10, which are 1,025 images already")
    means = _means(vae, image_a=image_a, image_b=image_b)  # (2, L)
    for _ in range(depth):
        half = means[:-1] + (means[1:] - means[:-1]) / 2
        between = np.empty((len(means) + len(half), means.shape[1]), means.dtype)
        between[::2], between[1::2] = means, half
        means = between
    return vae.decode(means)


def attribute_vector(vae: VAE, images_with: Any, images_without: Any) -> np.ndarray:
    """Return the direction of an attribute: the mean latent mean with it, minus the one without it.

        v = 1/N sum_n mean(x_n with) - 1/M sum_m mean(x_m without)

    images_with, images_without: (N, D) and (M, D), pixels in [0, 1].  Returns (L,).

    Source: Larsen et al. (2016), section 4.2.
    Raises InvalidInputError for pixels outside [0, 1], another width than the model's, or no images.
    """
    images_with = validation.pixels(images_with, "images_with", width=vae.image_size)
    images_without = validation.pixels(images_without, "images_without", width=vae.image_size)
    return vae.encode(images_with)[0].mean(axis=0) - vae.encode(images_without)[0].mean(axis=0)


def add_attribute(vae: VAE, images: Any, vector: Any, amount: float = 1.0) -> np.ndarray:
    """Return images with an attribute added: the decoder's answer to mean(x) + amount v.

    images: (B, D), pixels in [0, 1].  vector: (L,), of `attribute_vector`.  amount: 0 changes nothing,
        a negative one takes the attribute away.
    Returns (B, D), probabilities in [0, 1].
    Raises InvalidInputError for a vector of another length, pixels outside [0, 1], NaN.
    """
    amount = validation.number(amount, "amount")
    vector = validation.float_array(vector, "vector")
    if vector.shape != (vae.latent_size,):
        raise InvalidInputError(
            f"vector has shape {vector.shape}, expected ({vae.latent_size},), one number a latent dimension"
        )
    mean, _ = vae.encode(images)
    return vae.decode((mean + amount * vector).astype(mean.dtype))


def arithmetic(vae: VAE, image_a: Any, image_b: Any, image_c: Any, amount: float = 1.0) -> np.ndarray:
    """Return the image at a - b + c: what c has and b has not, added to a.

        z = mean_a + amount (mean_c - mean_b)

    image_a, image_b, image_c: (D,), pixels in [0, 1].  Returns (D,), probabilities in [0, 1].
    Raises InvalidInputError for images that are not single rows, or pixels outside [0, 1].
    """
    amount = validation.number(amount, "amount")
    a, b, c = _means(vae, image_a=image_a, image_b=image_b, image_c=image_c)
    z = a + np.asarray(amount, a.dtype) * (c - b)
    return vae.decode(z[None, :])[0]


def ink(images: Any) -> np.ndarray:
    """Return how much ink each image has: the mean of its pixels, in [0, 1].  (B, D) to (B,).

    Raises InvalidInputError for pixels outside [0, 1].
    """
    return validation.pixels(images, "images").mean(axis=1)


def slant(images: Any) -> np.ndarray:
    """Return how far each square image leans: columns to the right for each row up.  (B, D) to (B,).

    With u to the right, v up, and moments weighted by ink about the centre of the ink,

        slant = cov(u, v) / var(v)

    which is the shear that would set the image upright; 0 for an image without ink or of one row.
    Raises InvalidInputError for images that are not square, or pixels outside [0, 1].
    """
    images = validation.pixels(images, "images")
    side = round(images.shape[1] ** 0.5)
    if side * side != images.shape[1]:
        raise InvalidInputError(f"images has {images.shape[1]} pixels a row, expected a square number")
    weights = images.reshape(-1, side, side) / np.maximum(images.sum(axis=1), 1e-12)[:, None, None]
    v, u = np.mgrid[side - 1 : -1 : -1, 0:side].astype(images.dtype)  # rows are counted from the top
    mean_u, mean_v = (np.sum(weights * part, axis=(1, 2))[:, None, None] for part in (u, v))
    covariance = np.sum(weights * (u - mean_u) * (v - mean_v), axis=(1, 2))
    variance = np.sum(weights * (v - mean_v) ** 2, axis=(1, 2))
    return np.divide(covariance, variance, out=np.zeros_like(covariance), where=variance > 1e-9)


def _means(vae: VAE, **images: Any) -> np.ndarray:
    """Return the latent means of single images, one row each."""
    for name, image in images.items():
        if np.shape(image) != (vae.image_size,):
            raise InvalidInputError(f"{name} has shape {np.shape(image)}, expected ({vae.image_size},)")
    return vae.encode(np.stack(list(images.values())))[0]

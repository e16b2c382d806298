"""What a trained VAE can draw: the three tasks of the lab."""

import os
from typing import Any

import numpy as np

from vaecore.files.storage import write_atomically
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.plots import image_grid, png
from vaecore.reparameterization import sample_latent_variables_from_posterior, standard_normal
from vaecore.vae import VAE


def prior_samples(vae: VAE, n: int, rng: np.random.Generator) -> np.ndarray:
    """Return n images that the model makes up (task 3.1): z ~ p(z) = N(0, I), then the decoder.

    Returns (n, D): the probability that each pixel is on, in [0, 1], not a binary draw.
    Raises InvalidInputError if n is not a positive whole number.
    """
    validation.generator(rng)
    n = validation.whole_number(n, "n")
    z = standard_normal(rng, (n, vae.latent_size), vae.gen_params[0][0].dtype)
    return vae.decode(z)


def reconstruct(vae: VAE, images: Any, rng: np.random.Generator) -> np.ndarray:
    """Return what the model makes of images through one sample of q(z | x) (task 3.2).

    images: (B, D), pixels in [0, 1].  Returns (B, D), probabilities in [0, 1].
    Raises InvalidInputError for pixels outside [0, 1] or another width than the model's.
    """
    mean, log_std = vae.encode(images)
    z = sample_latent_variables_from_posterior(np.concatenate([mean, log_std], axis=1), rng)
    return vae.decode(z)


def interpolate(vae: VAE, image_a: Any, image_b: Any, steps: int = 25) -> np.ndarray:
    """Return the images on the straight line between two latent means, from a to b (task 3.3).

        z(s) = (1 - s) mean_a + s mean_b,     s = 0, ..., 1: s = 0 is image a, s = 1 is image b

    image_a, image_b: (D,), pixels in [0, 1].  steps: how many images, both ends included.
    Returns (steps, D), probabilities in [0, 1].
    Raises InvalidInputError for images that are not single rows, or fewer than 2 steps.
    """
    steps = validation.whole_number(steps, "steps", at_least=2)
    for image, name in ((image_a, "image_a"), (image_b, "image_b")):
        if np.shape(image) != (vae.image_size,):
            raise InvalidInputError(f"{name} has shape {np.shape(image)}, expected ({vae.image_size},)")
    mean, _ = vae.encode(np.stack([image_a, image_b]))
    s = np.linspace(0, 1, steps, dtype=mean.dtype)[:, None]
    return vae.decode((1 - s) * mean[0] + s * mean[1])


def save_images(images: Any, path: str | os.PathLike[str], columns: int | None = None) -> None:
    """Save a batch of square images as one PNG file: a grid, white background, ink in black.

    images: (B, D), pixels in [0, 1], D a square number.  columns: as in `image_grid`.
    Raises InvalidInputError for images that are not square, CheckpointError if the file cannot be written.
    """
    write_atomically(path, png(image_grid(images, columns)))

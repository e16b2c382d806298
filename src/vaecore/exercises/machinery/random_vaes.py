"""Small VAEs with random weights, on which checkers try an answer."""

import numpy as np

from vaecore.foundations.networks import init_network
from vaecore.vae import VAE


def random_vae(rng: np.random.Generator, latents: int, pixels: int, *hidden: int) -> VAE:
    """Return a VAE in float64: a decoder of one layer, an encoder with these hidden layers."""
    decoder = init_network([latents, pixels], rng, float)
    return VAE(decoder, init_network([pixels, *hidden, 2 * latents], rng, float))

"""Reparameterization: a sample of q(z | x) as a smooth function of its parameters and of outside noise."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp_argnums, primitive
from autograd.tracer import getval

from vaecore.foundations import validation


def sample_latent_variables_from_posterior(encoder_output: Any, rng: np.random.Generator) -> Any:
    """Return one sample z of q(z | x) = N(mean, diag(std^2)) for each point of the batch.

        z = mean + std * eps,        eps ~ N(0, I)

    All the randomness is in eps, which no parameter touches, so that gradients reach mean and std.

    encoder_output: (B, 2L), L means, then L log standard deviations.  rng: source of the noise.
    Returns (B, L).

    Source: Kingma & Welling (2014), section 2.4 and equation 10.
    Raises InvalidInputError for an odd width, NaN, or an rng that is not a numpy.random.Generator.
    """
    encoder_output = validation.gaussian_parameters(encoder_output)
    validation.generator(rng)
    raw = getval(encoder_output)
    batch_size, width = raw.shape
    eps = standard_normal(rng, (batch_size, width // 2), raw.dtype)
    return _mean_plus_std_times_noise(encoder_output, eps)


def standard_normal(rng: np.random.Generator, shape: tuple[int, ...], dtype: Any) -> np.ndarray:
    """Return noise from N(0, 1), drawn directly in the dtype where NumPy can do that."""
    if np.dtype(dtype) in (np.float32, np.float64):
        return rng.standard_normal(shape, dtype)
    return rng.standard_normal(shape).astype(dtype)


@primitive
def _mean_plus_std_times_noise(encoder_output: Any, eps: Any) -> Any:
    latent_size = eps.shape[1]
    mean, log_std = encoder_output[:, :latent_size], encoder_output[:, latent_size:]
    return mean + np.exp(log_std) * eps


def _mean_plus_std_times_noise_vjp(argnums: tuple[int, ...], z: Any, args: tuple, kwargs: dict) -> Any:
    """dz/dmean = 1,   dz/dlog_std = std * eps = z - mean,   dz/deps = std."""
    encoder_output, eps = args
    latent_size = eps.shape[1]
    std = anp.exp(encoder_output[:, latent_size:])
    gradient = (
        lambda g: anp.concatenate([g, g * std * eps], axis=1),
        lambda g: g * std,
    )
    return lambda g: [gradient[argnum](g) for argnum in argnums]


defvjp_argnums(_mean_plus_std_times_noise, _mean_plus_std_times_noise_vjp)

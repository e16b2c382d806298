"""Kullback-Leibler divergences: what q(z | x) costs, measured from the prior."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp_argnums, primitive

from vaecore import validation


def compute_KL(encoder_output: Any) -> Any:
    """Return KL(q(z | x) || p(z)) of q = N(mean, diag(std^2)) from the prior p = N(0, I), in nats.

        KL = 1/2 sum_j [ std_j^2 + mean_j^2 - 1 - log std_j^2 ]

    encoder_output: (B, 2L), L means, then L log standard deviations.  Returns (B,).

    Source: Kingma & Welling (2014), appendix B.
    Raises InvalidInputError for an odd width or NaN.
    """
    return _gaussian_to_standard_normal(validation.gaussian_parameters(encoder_output))


def kl_per_dimension(encoder_output: Any) -> np.ndarray:
    """Return the terms of `compute_KL`'s sum, in nats: (B, 2L) to (B, L).

    Their mean over many images tells how much each latent dimension is used; near 0 it is idle.
    Raises InvalidInputError for an odd width or NaN.
    """
    return _terms(validation.gaussian_parameters(encoder_output))


def _terms(encoder_output: Any) -> Any:
    latent_size = encoder_output.shape[1] // 2
    mean, log_std = encoder_output[:, :latent_size], encoder_output[:, latent_size:]
    # std^2 - 1 through expm1: near std = 1 the difference keeps all its digits.
    return 0.5 * (np.expm1(2 * log_std) + mean**2 - 2 * log_std)


@primitive
def _gaussian_to_standard_normal(encoder_output: Any) -> Any:
    return np.sum(_terms(encoder_output), axis=-1)


def _gaussian_to_standard_normal_vjp(argnums: tuple[int, ...], kl: Any, args: tuple, kwargs: dict) -> Any:
    """dKL/dmean = mean,   dKL/dlog_std = std^2 - 1."""
    (encoder_output,) = args
    latent_size = encoder_output.shape[1] // 2
    mean, log_std = encoder_output[:, :latent_size], encoder_output[:, latent_size:]
    gradient = anp.concatenate([mean, anp.expm1(2 * log_std)], axis=1)
    return lambda g: (g[:, None] * gradient,)


defvjp_argnums(_gaussian_to_standard_normal, _gaussian_to_standard_normal_vjp)

"""What beta, the KL's weight, does: rate and distortion, the aggregate q(z), a measure of disentanglement.

The bound of a beta-VAE is `vae_lower_bound(..., beta=beta)`, and `train(..., beta=beta)` maximises it.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.likelihoods import bernoulli_log_prob, log_mean_exp
from vaecore.foundations.networks import neural_net_predict, sigmoid
from vaecore.kl import compute_KL
from vaecore.reparameterization import sample_latent_variables_from_posterior, standard_normal
from vaecore.vae import BETAS, VAE

EDGES = np.linspace(-4, 4, 33)  # bins of a quarter, and two for what lies beyond


def load_beta_family() -> dict[float, VAE]:
    """Return the seven shipped VAEs that differ in nothing but beta: 784-100-100-2x10, by their beta."""
    return {beta: VAE.load_shipped(f"beta-{beta:g}") for beta in BETAS}


def rate_and_distortion(vae: VAE, images: Any, rng: np.random.Generator) -> tuple[float, float]:
    """Return the rate and the distortion of a model, means over the images, in nats.

        rate = E[ KL(q(z | x) || p(z)) ]        distortion = -E[ log p(x | z) ],    z ~ q(z | x)

    The bound of a VAE is minus their sum; a beta-VAE minimises distortion + beta rate.

    images: (N, D), pixels 0 or 1.  The distortion is estimated with one z for each image.
    Source: Alemi et al. (2018), "Fixing a broken ELBO", section 2.
    Raises InvalidInputError for grey images, or a width that is not the model's.
    """
    images = validation.binary_pixels(images, "images", width=vae.image_size)
    encoder_output = neural_net_predict(vae.rec_params, images)
    z = sample_latent_variables_from_posterior(encoder_output, rng)
    log_prob = bernoulli_log_prob(images, neural_net_predict(vae.gen_params, z))
    return float(np.mean(compute_KL(encoder_output))), float(-np.mean(log_prob))


def aggregate_posterior(encoder_output: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean (L,) and the covariance (L, L) of the aggregate q(z) = 1/N sum_n q(z | x_n).

        mean = E[mean(x)]        cov = Cov[mean(x)] + diag(E[std(x)^2])

    q(z | x) is factorised; q(z) need not be, and its covariance shows it.  encoder_output: (N, 2L).
    Raises InvalidInputError for an odd width or NaN.
    """
    mean, std = _mean_and_std(encoder_output)
    centred = mean - mean.mean(axis=0)
    return mean.mean(axis=0), centred.T @ centred / len(mean) + np.diag(np.mean(std**2, axis=0))


def active_units(encoder_output: Any, threshold: float = 0.01) -> np.ndarray:
    """Return which latent dimensions are alive: those whose mean moves with x.  (N, 2L) to (L,), booleans.

        alive_j:   Var[mean_j(x)] > threshold

    Source: Burda, Grosse & Salakhutdinov (2016), section 5.2, with this threshold.
    Raises InvalidInputError for an odd width or NaN.
    """
    return np.var(_mean_and_std(encoder_output)[0], axis=0) > validation.number(threshold, "threshold")


def decompose_rate(encoder_output: Any, rng: np.random.Generator, num_samples: int = 10) -> dict[str, float]:
    """Return the three parts of the mean KL, in nats, for data that are these N points and no others.

        E[ KL(q(z | x) || p(z)) ] = I(x; z) + KL(q(z) || prod_j q(z_j)) + sum_j KL(q(z_j) || p(z_j))

    "information": what z tells about which of the N points it came from, at most log N.
    "total_correlation": how far the aggregate q(z) is from independent dimensions.
    "dimension_wise": how far each of its dimensions is from the prior.
    q(z) is known: a mixture of N Gaussians.  The outer means are estimated from `num_samples` z for each
    point, and the work grows as num_samples N^2 L.

    Source: Chen et al. (2018), equation 2.  encoder_output: (N, 2L).
    Raises InvalidInputError for an odd width or NaN.
    """
    mean, std = _mean_and_std(encoder_output)
    validation.generator(rng)
    num_samples = validation.whole_number(num_samples, "num_samples")
    totals = np.zeros(3)
    for n in range(len(mean)):
        z = mean[n] + std[n] * standard_normal(rng, (num_samples, mean.shape[1]), np.float64)  # (S, L)
        # log q(z_j | x_m) for every point m: (S, N, L)
        log_q = -0.5 * ((z[:, None] - mean) / std) ** 2 - np.log(std) - 0.5 * math.log(2 * math.pi)
        log_q_zx = log_q[:, n].sum(axis=1)  # log q(z | x_n)
        log_q_z = log_mean_exp(log_q.sum(axis=2), axis=1)  # log q(z), the aggregate
        log_q_each = log_mean_exp(log_q, axis=1).sum(axis=1)  # sum_j log q(z_j)
        log_p = np.sum(-0.5 * z**2 - 0.5 * math.log(2 * math.pi), axis=1)
        totals += [np.mean(log_q_zx - log_q_z), np.mean(log_q_z - log_q_each), np.mean(log_q_each - log_p)]
    names = ("information", "total_correlation", "dimension_wise")
    return {name: float(total / len(mean)) for name, total in zip(names, totals, strict=True)}


@dataclass(frozen=True)
class SyntheticFactors:
    """Small images whose true factors are known: every combination once.

    images: (N, side^2), pixels in [0, 1].  factors: (N, K) whole numbers from 0: which value each has.
    names: of the K factors.
    """

    images: np.ndarray
    factors: np.ndarray
    names: tuple[str, ...]


def synthetic_factors(side: int = 16, xs: int = 6, ys: int = 5, sizes: int = 4) -> SyntheticFactors:
    """Return images of one disc: every x with every y and every size, so that the factors are independent.

        pixel(u, v) = sigmoid( 3 (size - distance of (u, v) from (x, y)) )

    In parts of the side, x runs over 3/8 of it, y over 3/16, both about the middle, the radius from 5/32 to
    10/32.  The images come in the order of the factors: x slowest, size fastest; dtype float32.
    Raises InvalidInputError for a side below 8, or a factor without at least two values.
    """
    side = validation.whole_number(side, "side", at_least=8)
    counts = [
        validation.whole_number(n, name, at_least=2) for n, name in ((xs, "xs"), (ys, "ys"), (sizes, "sizes"))
    ]
    x, y, size = (
        side * np.linspace(low / 32, high / 32, count)
        for (low, high), count in zip(((-6, 6), (-3, 3), (5, 10)), counts, strict=True)
    )
    factors = np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), axis=-1).reshape(-1, 3)
    v, u = np.mgrid[0:side, 0:side].reshape(2, 1, -1) - (side - 1) / 2  # from the middle
    distance = np.hypot(u - x[factors[:, :1]], v - y[factors[:, 1:2]])  # (N, side^2)
    images = sigmoid(3 * (size[factors[:, 2:]] - distance))
    return SyntheticFactors(images.astype(np.float32), factors, ("x", "y", "size"))


def factor_information(encoder_output: Any, factors: Any) -> np.ndarray:
    """Return I(z_j; v_k) / H(v_k) for each latent dimension j and factor k: (L, K), each in [0, 1].

        I(z_j; v_k) = sum_b sum_v P(b, v) log [ P(b, v) / (P(b) P(v)) ]

    b is the bin that z_j falls into; P(b | x) is exact, from q(z_j | x), without sampling.  The bins are a
    quarter wide, on the prior's scale, so that a dimension that is all noise tells nothing.
    1: z_j tells the factor for certain.  0: z_j has nothing to do with it.

    encoder_output: (N, 2L).  factors: (N, K) whole numbers from 0.
    Source: Chen et al. (2018), section 4.1; bins in the place of their samples.
    Raises InvalidInputError for factors that do not fit, or that have one value only.
    """
    mean, std = _mean_and_std(encoder_output)
    factors = _checked_factors(factors, len(mean))
    below = _normal_cdf((EDGES - mean[..., None]) / std[..., None])  # (N, L, edges): P(z_j < edge | x)
    ones = np.ones((*mean.shape, 1))
    in_bin = np.diff(np.concatenate([0 * ones, below, ones], axis=2), axis=2)  # (N, L, bins)
    table = np.empty((mean.shape[1], factors.shape[1]))
    for k, factor in enumerate(factors.T):
        belongs = factor == np.unique(factor)[:, None]  # (values, N)
        joint = np.einsum("vn,nlb->lvb", belongs / len(factor), in_bin)
        p_value = belongs.mean(axis=1)
        independent = p_value[:, None] * joint.sum(axis=1, keepdims=True)  # P(v) P(b)
        terms = joint * np.log(np.divide(joint, independent, out=np.ones_like(joint), where=joint > 0))
        table[:, k] = terms.sum(axis=(1, 2)) / -np.sum(p_value * np.log(p_value))
    return np.clip(table, 0, 1)  # what rounding adds


def mutual_information_gap(encoder_output: Any, factors: Any) -> float:
    """Return the mutual information gap (MIG), in [0, 1]: is each factor told by one dimension, and one only?

        MIG = 1/K sum_k [ I(z_(1); v_k) - I(z_(2); v_k) ] / H(v_k)

    z_(1) and z_(2): the two dimensions that tell most about factor k.  A factor that is told twice counts as
    little as one that is not told at all.  A dimension that tells two factors is not punished for it.

    encoder_output: (N, 2L) with L of at least 2.  factors: (N, K) whole numbers from 0.
    Source: Chen et al. (2018), equation 6.
    Raises InvalidInputError for factors that do not fit, that have one value only, or a single dimension.
    """
    table = factor_information(encoder_output, factors)
    if len(table) < 2:
        raise InvalidInputError("encoder_output has one latent dimension, expected at least two to compare")
    second, first = np.sort(table, axis=0)[-2:]
    return float(np.mean(first - second))


def _mean_and_std(encoder_output: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return means and standard deviations, (N, L) each, in float64."""
    encoder_output = np.asarray(validation.gaussian_parameters(encoder_output), np.float64)
    mean, log_std = np.split(encoder_output, 2, axis=1)
    return mean, np.exp(log_std)


def _checked_factors(factors: Any, count: int) -> np.ndarray:
    factors = np.asarray(factors)
    if factors.ndim != 2 or len(factors) != count or factors.dtype.kind not in "iu":
        raise InvalidInputError(
            f"factors has shape {factors.shape} and dtype {factors.dtype}, expected ({count}, K) "
            "whole numbers, one row for each row of encoder_output"
        )
    if (alone := np.flatnonzero((factors == factors[0]).all(axis=0))).size:
        raise InvalidInputError(f"factor {alone[0]} has one value only, expected at least two to tell apart")
    return factors


def _normal_cdf(a: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(a / math.sqrt(2)))

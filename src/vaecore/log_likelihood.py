"""How probable a model finds an image: log p(x), sampled for any model, integrated for one or two latents."""

import math
import warnings
from typing import Any

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.likelihoods import bernoulli_log_prob, log_mean_exp
from vaecore.foundations.networks import neural_net_predict
from vaecore.foundations.products import product
from vaecore.reparameterization import standard_normal
from vaecore.vae import VAE

# How many of q's standard deviations the samples have, in turn: every second is q's own, some reach a little
# beyond q, some are as wide as the prior.
PROPOSALS = {"q": (1.0,), "covering": (1.0, 1.5, 1.0, math.inf, 1.0, 3.0, 1.0, math.inf)}
FEW = 5  # an effective sample size that is too small to trust the estimate


def estimate_log_likelihood(
    vae: VAE,
    images: Any,
    rng: np.random.Generator,
    num_samples: int = 5000,
    *,
    proposal: str = "covering",
    return_ess: bool = False,
    rows_at_once: int = 500,
) -> Any:
    """Return an estimate of log p(x) of each image by importance sampling, in nats.

        log p(x) ~ log 1/K sum_k w_k,      w_k = p(x | z_k) p(z_k) / r(z_k | x),      z_k ~ r(z | x)

    On average it lies below log p(x), and rises to it with K = num_samples.

    images: (N, D), pixels 0 or 1.
    proposal: r.  "q" is the encoder's q(z | x) alone; where the posterior is wider than q, nearly all samples
        miss what q does not cover, and the estimate stays far below log p(x).  "covering" takes half of the
        samples from q and half from Gaussians of the same mean, some with 1.5 or 3 times its standard
        deviations (none above the prior's, unless q's own is), some with the prior's; r is their mixture.
    return_ess: return the effective sample size of each image too, (sum_k w_k)^2 / sum_k w_k^2, from 1 to K.
    rows_at_once: how many z are decoded together: it bounds the memory, and few at once stay in the cache.
    Returns (N,), float64; with `return_ess` two of these.

    Source: Burda, Grosse & Salakhutdinov (2016), equation 8, and appendix D for the use of 5,000 samples; the
    mixture: Owen & Zhou (2000), "Safe and effective importance sampling"; the effective sample size: Kong
    (1992).
    Raises InvalidInputError for grey images, a width that is not the model's, or an unknown proposal.
    """
    images = validation.binary_pixels(images, "images", width=vae.image_size)
    validation.generator(rng)
    num_samples = validation.whole_number(num_samples, "num_samples")
    validation.one_of(proposal, "proposal", tuple(PROPOSALS))
    rows_at_once = validation.whole_number(rows_at_once, "rows_at_once")

    widths = np.resize(PROPOSALS[proposal], num_samples)  # of each sample
    log_likelihood, ess = np.empty(len(images)), np.empty(len(images))
    images_at_once = max(1, rows_at_once // num_samples)
    for start in range(0, len(images), images_at_once):
        x = images[start : start + images_at_once]  # (n, D)
        encoder_output = neural_net_predict(vae.rec_params, x)  # (n, 2L)
        log_weights = np.empty((len(x), num_samples))
        samples_at_once = max(1, rows_at_once // len(x))
        for first in range(0, num_samples, samples_at_once):
            these = slice(first, first + samples_at_once)
            log_weights[:, these] = _log_weights(vae, x, encoder_output, widths[these], widths, rng)
        log_likelihood[start : start + len(x)] = log_mean_exp(log_weights, axis=1)
        ess[start : start + len(x)] = _effective_sample_size(log_weights)
    _warn_of_few(ess, num_samples, proposal)
    return (log_likelihood, ess) if return_ess else log_likelihood


def _log_weights(
    vae: VAE,
    x: np.ndarray,
    encoder_output: np.ndarray,
    widths: np.ndarray,
    all_widths: np.ndarray,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return log w of k samples of z for each of the n images: (n, k).

    widths: of these k samples.  all_widths: of all K, whose Gaussians are the mixture r.
    """
    (n, _), k, latent_size = x.shape, len(widths), vae.latent_size
    mean, log_std = encoder_output[:, None, :latent_size], encoder_output[:, None, latent_size:]  # (n, 1, L)
    eps = standard_normal(rng, (n * k, latent_size), mean.dtype).reshape(n, k, latent_size)
    from_mean = _widened(log_std, widths[:, None]) * eps  # (n, k, L)
    z = mean + from_mean
    log_prior = -0.5 * np.sum(z**2, axis=2)  # (n, k); all Gaussians without L/2 log 2 pi, which cancels
    log_r = np.full((n, k), -np.inf)
    for width, count in zip(*np.unique(all_widths, return_counts=True), strict=True):
        std = _widened(log_std, width)  # (n, 1, L)
        log_normal = -0.5 * np.sum((from_mean / std) ** 2, axis=2) - np.sum(np.log(std), axis=2)
        log_r = np.logaddexp(log_r, log_normal + math.log(count / len(all_widths)))
    logits = neural_net_predict(vae.gen_params, z.reshape(n * k, latent_size))  # (n k, D)
    log_prob = bernoulli_log_prob(x if n == 1 else np.repeat(x, k, axis=0), logits)
    return log_prob.reshape(n, k) + log_prior - log_r


def _widened(log_std: np.ndarray, width: Any) -> np.ndarray:
    """Return so many times q's standard deviations, but none above the prior's, unless q's own is."""
    std = np.exp(log_std)
    return np.maximum(std, np.minimum(std * np.asarray(width, std.dtype), 1))


def _effective_sample_size(log_weights: np.ndarray) -> np.ndarray:
    """Return (sum_k w_k)^2 / sum_k w_k^2 of each row: (n, K) to (n,)."""
    w = np.exp(log_weights - log_weights.max(axis=1, keepdims=True))
    return np.sum(w, axis=1) ** 2 / np.sum(w**2, axis=1)


def _warn_of_few(ess: np.ndarray, num_samples: int, proposal: str) -> None:
    if num_samples >= 100 and np.median(ess) < FEW:
        other = " take proposal='covering', or more samples" if proposal == "q" else " take more samples"
        warnings.warn(
            f"half of the images have an effective sample size below {np.median(ess):.1f} of {num_samples} "
            f"samples: their log p(x) is estimated too low;{other}",
            RuntimeWarning,
            stacklevel=3,
        )


def integrate_log_likelihood(
    vae: VAE, images: Any, *, spacing: float = 0.05, reach: float = 6.0, rows_at_once: int = 500
) -> np.ndarray:
    """Return log p(x) of each image by numerical integration over one or two latents, in nats.

        log p(x) ~ log sum_g p(x | z_g) p(z_g) spacing^L,      z_g on a grid from -reach to reach

    For a smooth integrand that is gone at the edge, the plain sum is as good as any rule; it is exact to
    rounding as soon as `spacing` is not larger than the posterior's standard deviations.

    images: (N, D), pixels 0 or 1.  rows_at_once: how many z are decoded together.
    Returns (N,), float64.

    Source: Trefethen & Weideman (2014), "The exponentially convergent trapezoidal rule", theorem 5.1.
    Raises InvalidInputError for more than two latents, grey images, or a width that is not the model's.
    """
    images = validation.binary_pixels(images, "images", width=vae.image_size)
    spacing = validation.number(spacing, "spacing", above=0)
    reach = validation.number(reach, "reach", above=0)
    rows_at_once = validation.whole_number(rows_at_once, "rows_at_once")
    if vae.latent_size > 2:
        raise InvalidInputError(
            f"vae has {vae.latent_size} latents, expected one or two: a grid of more has too many points; "
            "use estimate_log_likelihood"
        )
    line = np.arange(-math.floor(reach / spacing), math.floor(reach / spacing) + 1) * spacing
    grid = np.stack(np.meshgrid(*[line] * vae.latent_size), axis=-1).reshape(-1, vae.latent_size)  # (G, L)
    log_likelihood = np.full(len(images), -np.inf)
    for first in range(0, len(grid), rows_at_once):
        z = grid[first : first + rows_at_once]  # (g, L)
        logits = neural_net_predict(vae.gen_params, z.astype(vae.gen_params[0][0].dtype))  # (g, D)
        # log p(x | z) = sum_d x_d a_d + log p(0 | z): one product for all images
        log_prob = product(images, logits.T) + bernoulli_log_prob(np.zeros_like(logits), logits)  # (N, g)
        log_prior = -0.5 * np.sum(z**2, axis=1) - vae.latent_size * math.log(math.sqrt(2 * math.pi))  # (g,)
        log_joint = log_prob + log_prior + vae.latent_size * math.log(spacing)
        log_likelihood = np.logaddexp(log_likelihood, _log_sum_exp(log_joint))
    return log_likelihood


def _log_sum_exp(log_w: np.ndarray) -> np.ndarray:
    """Return log sum_k w_k of each row: (n, K) to (n,)."""
    return log_mean_exp(log_w, axis=1) + math.log(log_w.shape[1])

"""The evidence lower bound (ELBO): what a VAE maximises in place of log p(x)."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vaecore import validation
from vaecore.kl import compute_KL
from vaecore.likelihoods import bernoulli_log_prob
from vaecore.networks import Network, neural_net_predict
from vaecore.reparameterization import sample_latent_variables_from_posterior


def vae_lower_bound(
    gen_params: Network,
    rec_params: Network,
    data: Any,
    rng: np.random.Generator,
    *,
    num_samples: int = 1,
    beta: float = 1.0,
) -> Any:
    """Return a noisy, unbiased estimate of the lower bound, as a mean per data point, in nats.

        L(x) = E_q(z|x)[ log p(x | z) ] - beta KL(q(z | x) || p(z)),      beta = 1 gives the ELBO

    The expectation is replaced by the mean over `num_samples` samples of z; the KL is exact.

    gen_params: the decoder, L to D logits.  rec_params: the encoder, D to 2L.
    data: (B, D), pixels in [0, 1].  rng: source of the noise.  Returns one number.

    Source: Kingma & Welling (2014), equations 7 and 10; beta: Higgins et al. (2017), equation 4.
    Raises InvalidInputError for networks that do not fit the data, pixels outside [0, 1], an empty batch.
    """
    num_samples = validation.whole_number(num_samples, "num_samples")
    beta = validation.number(beta, "beta", at_least=0)
    data = validation.pixels(data, "data")

    encoder_output = neural_net_predict(rec_params, data)  # (B, 2L)
    log_prob = 0
    for _ in range(num_samples):
        z = sample_latent_variables_from_posterior(encoder_output, rng)  # (B, L)
        logits = neural_net_predict(gen_params, z)  # (B, D)
        log_prob = log_prob + bernoulli_log_prob(data, logits) / num_samples  # (B,)
    bound = log_prob - beta * compute_KL(encoder_output)  # (B,)
    return anp.sum(bound) / len(bound)  # not anp.mean: its gradient of a float32 array is float64


def vae_lower_bound_sum(
    gen_params: Network,
    rec_params: Network,
    data: Any,
    rng: np.random.Generator,
    *,
    total: int,
    num_samples: int = 1,
    beta: float = 1.0,
) -> Any:
    """Return an unbiased estimate of the bound on the log-likelihood of all `total` = N data points, in nats.

        N / B  sum_{i in batch} L(x_i)

    Both terms of the bound are scaled, and B is this batch's own size.  The arguments are those of
    `vae_lower_bound`.

    Source: Kingma & Welling (2014), equation 8.
    Raises InvalidInputError as `vae_lower_bound` does, and if `total` is smaller than the batch.
    """
    total = validation.whole_number(total, "total")
    mean = vae_lower_bound(gen_params, rec_params, data, rng, num_samples=num_samples, beta=beta)
    if total < np.shape(getval(data))[0]:
        raise validation.InvalidInputError(
            f"total is {total}, expected the size of the whole data set, "
            f"at least the {np.shape(getval(data))[0]} points of this batch"
        )
    return total * mean

"""The evidence lower bound (ELBO): what a VAE maximises in place of log p(x)."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.likelihoods import bernoulli_log_prob, gaussian_log_prob, log_mean_exp
from vaecore.foundations.networks import Network, neural_net_predict
from vaecore.kl import compute_KL, kl_per_dimension
from vaecore.reparameterization import sample_latent_variables_from_posterior, standard_normal

ROWS_AT_ONCE = 1000  # z that are decoded together: what they need stays in the processor's cache


def sgvb_a(
    gen_params: Network, rec_params: Network, data: Any, rng: np.random.Generator, *, num_samples: int = 1
) -> Any:
    """Return estimator A of each data point's lower bound, in nats: both densities are taken at the samples.

        L_A(x) = 1/S sum_s [ log p(x, z_s) - log q(z_s | x) ],      z_s ~ q(z | x)
        log p(x, z) = log p(x | z) + log p(z),      p(z) = N(0, I)

    gen_params: the decoder, L to D logits.  rec_params: the encoder, D to 2L.
    data: (B, D), pixels in [0, 1].  num_samples: S.
    rng: source of the noise, drawn (B, L) at a time, S times; `sgvb_b` draws the same.
    Returns (B,).  On average it is the bound.  Where q is the posterior, it is log p(x) without any noise.

    Source: Kingma & Welling (2014), equation 6.
    Raises InvalidInputError for networks that do not fit the data, pixels outside [0, 1], an empty batch.
    """
    log_w = _log_weights(gen_params, rec_params, data, rng, num_samples)  # (S, B)
    return anp.sum(log_w, axis=0) / num_samples


def _log_weights(
    gen_params: Network, rec_params: Network, data: Any, rng: np.random.Generator, num_samples: int
) -> Any:
    """Return log w_s = log p(x | z_s) + log p(z_s) - log q(z_s | x) for every z_s ~ q(z | x): (S, B)."""
    num_samples = validation.whole_number(num_samples, "num_samples")
    data = validation.pixels(data, "data")

    encoder_output = neural_net_predict(rec_params, data)  # (B, 2L)
    log_weights = []
    for s in _at_once(num_samples, data):
        q, x = _repeated(encoder_output, s), _repeated(data, s)  # (sB, 2L), (sB, D)
        z = sample_latent_variables_from_posterior(q, rng)  # (sB, L)
        log_weights.append(anp.reshape(_log_weights_at(z, gen_params, q, x), (s, -1)))  # (s, B)
    return anp.concatenate(log_weights)


def _log_weights_at(z: Any, gen_params: Network, q: Any, x: Any) -> Any:
    """Return log w = log p(x | z) + log p(z) - log q(z | x) of each row: (R, L), (R, 2L), (R, D) to (R,)."""
    mean, log_std = anp.split(q, 2, axis=1)  # (R, L) each
    prior = np.zeros_like(getval(mean))  # mean 0, log std 0
    log_prob = bernoulli_log_prob(x, neural_net_predict(gen_params, z))  # (R,)
    return log_prob + gaussian_log_prob(z, prior, prior) - gaussian_log_prob(z, mean, log_std)


def _at_once(num_samples: int, data: Any) -> list[int]:
    """Return how many samples of each data point to take together, again and again until there are S."""
    most = max(1, ROWS_AT_ONCE // len(data))
    return [min(most, num_samples - done) for done in range(0, num_samples, most)]


def _repeated(rows: Any, s: int) -> Any:
    """Return all the rows s times, one set below the other."""
    return rows if s == 1 else anp.tile(rows, (s, 1))


def sgvb_b(
    gen_params: Network,
    rec_params: Network,
    data: Any,
    rng: np.random.Generator,
    *,
    num_samples: int = 1,
    beta: float = 1.0,
) -> Any:
    """Return estimator B of each data point's lower bound, in nats: the KL is exact, the rest is sampled.

        L_B(x) = 1/S sum_s log p(x | z_s) - beta KL(q(z | x) || p(z)),      z_s ~ q(z | x)

    gen_params: the decoder, L to D logits.  rec_params: the encoder, D to 2L.
    data: (B, D), pixels in [0, 1].  num_samples: S.  beta: 1 gives the ELBO.
    rng: source of the noise, drawn (B, L) at a time, S times; `sgvb_a` draws the same.
    Returns (B,).  On average it is the bound.

    Source: Kingma & Welling (2014), equations 7 and 10; beta: Higgins et al. (2017), equation 4.
    Raises InvalidInputError for networks that do not fit the data, pixels outside [0, 1], an empty batch.
    """
    beta = validation.number(beta, "beta", at_least=0)
    log_prob, encoder_output = _mean_log_prob(gen_params, rec_params, data, rng, num_samples)
    return log_prob - beta * compute_KL(encoder_output)  # (B,)


def _mean_log_prob(
    gen_params: Network, rec_params: Network, data: Any, rng: np.random.Generator, num_samples: int
) -> tuple[Any, Any]:
    """Return 1/S sum_s log p(x | z_s), (B,), and the encoder's output, (B, 2L)."""
    num_samples = validation.whole_number(num_samples, "num_samples")
    data = validation.pixels(data, "data")

    encoder_output = neural_net_predict(rec_params, data)  # (B, 2L)
    log_prob = 0
    for s in _at_once(num_samples, data):
        q, x = _repeated(encoder_output, s), _repeated(data, s)  # (sB, 2L), (sB, D)
        z = sample_latent_variables_from_posterior(q, rng)  # (sB, L)
        logits = neural_net_predict(gen_params, z)  # (sB, D)
        log_p = bernoulli_log_prob(x, logits)  # (sB,)
        log_p = log_p if s == 1 else anp.sum(anp.reshape(log_p, (s, -1)), axis=0)  # (B,)
        log_prob = log_prob + log_p / num_samples
    return log_prob, encoder_output


def vae_lower_bound(
    gen_params: Network,
    rec_params: Network,
    data: Any,
    rng: np.random.Generator,
    *,
    num_samples: int = 1,
    beta: float = 1.0,
    free_bits: float = 0.0,
) -> Any:
    """Return a noisy, unbiased estimate of the lower bound, as a mean per data point, in nats.

        L(x) = E_q(z|x)[ log p(x | z) ] - beta KL(q(z | x) || p(z)),      beta = 1 gives the ELBO

    The expectation is replaced by the mean over `num_samples` samples of z; the KL is exact (`sgvb_b`).

    gen_params: the decoder, L to D logits.  rec_params: the encoder, D to 2L.
    data: (B, D), pixels in [0, 1].  rng: source of the noise.  Returns one number.
    free_bits: nats that each latent dimension may cost before the KL counts, 0 for none: the KL becomes
        sum_j max(free_bits, mean_x KL_j(x)), its mean over this batch.  It keeps dimensions in use while
        a model is young; the number returned is then no longer a bound of this batch, but below it.

    Source: Kingma & Welling (2014), equations 7 and 10; beta: Higgins et al. (2017), equation 4;
    free_bits: Kingma et al. (2016), "Improved variational inference with inverse autoregressive flow",
    equation 15.
    Raises InvalidInputError for networks that do not fit the data, pixels outside [0, 1], an empty batch.
    """
    free_bits = validation.number(free_bits, "free_bits", at_least=0)
    if not free_bits:
        bound = sgvb_b(gen_params, rec_params, data, rng, num_samples=num_samples, beta=beta)  # (B,)
        return anp.sum(bound) / len(bound)  # not anp.mean: its gradient of a float32 array is float64
    beta = validation.number(beta, "beta", at_least=0)
    log_prob, encoder_output = _mean_log_prob(gen_params, rec_params, data, rng, num_samples)
    KL_j = anp.sum(kl_per_dimension(encoder_output), axis=0) / len(log_prob)  # (L,), mean over the batch
    return anp.sum(log_prob) / len(log_prob) - beta * anp.sum(anp.maximum(free_bits, KL_j))


def importance_weighted_bound(
    gen_params: Network,
    rec_params: Network,
    data: Any,
    rng: np.random.Generator,
    *,
    num_samples: int = 5,
    sampled_gradient: bool = False,
) -> Any:
    """Return a noisy, unbiased estimate of the importance-weighted bound, a mean per data point, in nats.

        L_k(x) = E[ log 1/k sum_s w_s ],    w_s = p(x | z_s) p(z_s) / q(z_s | x),    z_s ~ q(z | x)

    L_1 is the ELBO (by `sgvb_a`), L_k grows with k, and it never exceeds log p(x).  The average stands inside
    the logarithm; `vae_lower_bound` with several samples averages outside, and stays the ELBO.

    gen_params: the decoder, L to D logits.  rec_params: the encoder, D to 2L.
    data: (B, D), pixels in [0, 1].  rng: source of the noise.  num_samples: k.  Returns one number.
    sampled_gradient: the gradient is sum_s v_s d log w_s, with v_s = w_s / sum_t w_t.  Take that of one s for
        each data point, drawn with probability v_s: right on average, noisier, and only one sample in k goes
        backward.  The value stays that of all k.

    Source: Burda, Grosse & Salakhutdinov (2016), equation 8 and theorem 1; the gradient, and that one sample
    of it is enough: section 3.
    Raises InvalidInputError for networks that do not fit the data, pixels outside [0, 1], an empty batch.
    """
    if sampled_gradient:
        return _bound_with_sampled_gradient(gen_params, rec_params, data, rng, num_samples)
    log_w = _log_weights(gen_params, rec_params, data, rng, num_samples)  # (k, B)
    bound = log_mean_exp(log_w, axis=0)  # (B,)
    return anp.sum(bound) / len(bound)


def _bound_with_sampled_gradient(
    gen_params: Network, rec_params: Network, data: Any, rng: np.random.Generator, num_samples: int
) -> Any:
    num_samples = validation.whole_number(num_samples, "num_samples")
    data = validation.pixels(data, "data")
    q = neural_net_predict(rec_params, data)  # (B, 2L)
    mean, log_std = anp.split(q, 2, axis=1)  # (B, L) each

    # Forward, for all k: plain arrays, of which no gradient is taken.
    plain_decoder = [(getval(weights), getval(biases)) for weights, biases in gen_params]
    plain_q, (B, L) = getval(q), np.shape(getval(mean))
    all_eps, blocks = [], []
    for s in _at_once(num_samples, data):
        eps = standard_normal(rng, (s * B, L), plain_q.dtype)
        z = np.tile(getval(mean), (s, 1)) + np.exp(np.tile(getval(log_std), (s, 1))) * eps  # (sB, L)
        log_w_s = _log_weights_at(z, plain_decoder, np.tile(plain_q, (s, 1)), np.tile(data, (s, 1)))
        blocks.append(log_w_s.reshape(s, B))
        all_eps.append(eps.reshape(s, B, L))
    log_w = np.concatenate(blocks)  # (k, B)
    bound = log_mean_exp(log_w, axis=0)  # (B,)

    # Backward, for one: s is the first whose running sum of v exceeds a number drawn from [0, 1).
    v = np.exp(log_w - log_w.max(axis=0))
    running = np.cumsum(v / v.sum(axis=0), axis=0, dtype=np.float64)  # (k, B)
    chosen = np.minimum(np.sum(running <= rng.random(B), axis=0), num_samples - 1)  # (B,)
    z = mean + anp.exp(log_std) * np.concatenate(all_eps)[chosen, np.arange(B)]  # (B, L)
    log_w_chosen = _log_weights_at(z, gen_params, q, data)  # (B,)
    return anp.sum(bound + (log_w_chosen - getval(log_w_chosen))) / B  # adds 0, and the gradient


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
        raise InvalidInputError(
            f"total is {total}, expected the size of the whole data set, "
            f"at least the {np.shape(getval(data))[0]} points of this batch"
        )
    return total * mean

"""A decoder for data that are real numbers, with a mean and a variance for every entry; and its mirror.

Both are the same network with one hidden layer,

    h = tanh(W3 z + b3)        mean = W4 h + b4        log sigma^2 = W5 h + b5

and its parameters are a list of three (weights, biases) pairs, in this order: hidden, mean, log variance.
The decoder takes z and answers about x; the encoder takes x and answers about z.
"""

import math
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vaecore.adam import Adam
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.likelihoods import gaussian_log_prob
from vaecore.foundations.networks import Network, init_network, linear_layer, tanh_layer
from vaecore.kl import compute_KL
from vaecore.reparameterization import sample_latent_variables_from_posterior


def init_gaussian_network(
    inputs: int, hidden: int, outputs: int, rng: np.random.Generator, dtype: Any = np.float32
) -> Network:
    """Return random parameters [(W3, b3), (W4, b4), (W5, b5)] of a Gaussian decoder or encoder.

    inputs: the size of what goes in, L for a decoder, D for an encoder.  outputs: D or L.
    The weights are those of `init_network`; W5 begins at 0, so that every variance begins at 1.
    Raises InvalidInputError for a size that is not a positive whole number.
    """
    (hidden_layer,) = init_network((inputs, hidden), rng, dtype)
    (mean_layer,) = init_network((hidden, outputs), rng, dtype)
    w4, b4 = mean_layer
    return [hidden_layer, mean_layer, (np.zeros_like(w4), np.zeros_like(b4))]


def gaussian_decoder(params: Network, z: Any, *, min_std: float = 0.0) -> tuple[Any, Any]:
    """Return the mean and the log variance of p(x | z) = N(x | mean, diag(sigma^2)): (B, L) to two (B, D).

        h = tanh(W3 z + b3)      mean = W4 h + b4      log sigma^2 = W5 h + b5

    min_std: a floor.  With it, sigma^2 = exp(W5 h + b5) + min_std^2.  Without one, an entry of x that never
        changes in the data makes its variance shrink, and the density grow, without end.

    Source: Kingma & Welling (2014), appendix C.2.
    Raises InvalidInputError for parameters that are not three layers that fit, a z of another width, NaN.
    """
    _check(params)
    (w3, b3), (w4, b4), (w5, b5) = params
    z = validation.batch(z, "z", width=np.shape(getval(w3))[0])
    validation.finite(z, "z")
    min_std = validation.number(min_std, "min_std", at_least=0)
    h = tanh_layer(z, w3, b3)  # (B, H)
    mean = linear_layer(h, w4, b4)  # (B, D)
    log_var = linear_layer(h, w5, b5)  # (B, D)
    if min_std > 0:
        log_var = anp.logaddexp(log_var, 2 * math.log(min_std))  # log(exp(log_var) + min_std^2)
    return mean, log_var


def gaussian_encoder(params: Network, x: Any) -> Any:
    """Return q(z | x) as the rest of vaecore reads it: (B, D) to (B, 2L), L means, then L log stds.

    It is `gaussian_decoder` in a mirror: x and z have changed places, and the network gives log sigma^2, of
    which log sigma is half.  The parameters are phi, the variational parameters.

    Source: Kingma & Welling (2014), appendix C.2.
    Raises InvalidInputError as `gaussian_decoder` does.
    """
    mean, log_var = gaussian_decoder(params, x)
    return anp.concatenate([mean, 0.5 * log_var], axis=1)


def fixed_variance_log_prob(x: Any, mean: Any, std: float) -> Any:
    """Return log N(x | mean, std^2 I) of each row, in nats: a squared error, scaled, and a constant.

        log p(x | z) = -1 / (2 std^2) sum_j (x_j - mean_j)^2 - D log std - D/2 log 2 pi

    x, mean: (B, D).  std: the same for every entry and every point.  Returns (B,).

    Source: Bishop (2006), equation 3.11.
    Raises InvalidInputError for shapes that do not match, NaN, a std that is not positive.
    """
    std = validation.number(std, "std", above=0)
    mean = validation.batch(mean, "mean")
    log_std = np.full_like(getval(mean), math.log(std))
    return gaussian_log_prob(x, mean, log_std)


def gaussian_lower_bound(
    gen_params: Network,
    rec_params: Network,
    data: Any,
    rng: np.random.Generator,
    *,
    min_std: float = 0.0,
    fixed_std: float | None = None,
    beta: float = 1.0,
) -> Any:
    """Return a noisy, unbiased estimate of the lower bound with a Gaussian decoder: mean per point, in nats.

        L(x) = E_q(z|x)[ log N(x | mean(z), sigma^2(z)) ] - beta KL(q(z | x) || p(z))

    data: (B, D), real numbers.  min_std: as in `gaussian_decoder`.  fixed_std: every entry's standard
        deviation instead of the decoder's own; the bound is then a squared error minus the KL.
    It bounds a density: it may be positive, and changes with the unit of x.

    Source: Kingma & Welling (2014), equation 10 and appendix C.2.
    Raises InvalidInputError for networks that do not fit the data, NaN.
    """
    beta = validation.number(beta, "beta", at_least=0)
    encoder_output = gaussian_encoder(rec_params, data)  # (B, 2L)
    z = sample_latent_variables_from_posterior(encoder_output, rng)  # (B, L)
    mean, log_var = gaussian_decoder(gen_params, z, min_std=min_std)  # (B, D) each
    if fixed_std is None:
        log_prob = gaussian_log_prob(data, mean, 0.5 * log_var)  # (B,)
    else:
        log_prob = fixed_variance_log_prob(data, mean, fixed_std)
    bound = log_prob - beta * compute_KL(encoder_output)  # (B,)
    return anp.sum(bound) / len(bound)


def train_gaussian(
    data: Any,
    rng: np.random.Generator,
    *,
    latent_size: int,
    hidden_size: int = 50,
    steps: int = 2000,
    batch_size: int = 100,
    learning_rate: float = 0.005,
    min_std: float = 0.0,
    fixed_std: float | None = None,
) -> tuple[Network, Network, list[float]]:
    """Train a Gaussian decoder and its mirrored encoder by ADAM on the bound; seconds for small data.

    data: (N, D), real numbers.  The learning rate falls along half a cosine to 0.
    Returns gen_params, rec_params, and the bound of every step's batch, in nats.
    Raises InvalidInputError for arguments out of range; a bound that is no longer finite is one of these.
    """
    data = validation.batch(data, "data")
    validation.generator(rng)
    steps = validation.whole_number(steps, "steps")
    batch_size = validation.whole_number(batch_size, "batch_size")
    rate = validation.number(learning_rate, "learning_rate", above=0)
    width = data.shape[1]
    params = [
        init_gaussian_network(latent_size, hidden_size, width, rng, data.dtype),
        init_gaussian_network(width, hidden_size, latent_size, rng, data.dtype),
    ]
    adam, bounds = Adam(rate), []
    for step in range(steps):
        batch = data[rng.integers(0, len(data), batch_size)]

        def objective(params: list, batch: np.ndarray = batch) -> Any:
            gen_params, rec_params = params
            return gaussian_lower_bound(
                gen_params, rec_params, batch, rng, min_std=min_std, fixed_std=fixed_std
            )

        adam.learning_rate = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        bound, gradients = value_and_gradients(objective, params)
        validation.finite(bound, "the bound")
        adam.ascend(params, gradients)
        bounds.append(float(bound))
    return params[0], params[1], bounds


def _check(params: Any) -> None:
    """Refuse anything but three layers: into H hidden units, and twice out of them to equal widths."""
    try:
        shapes = [(np.shape(weights), np.shape(biases)) for weights, biases in params]
    except (TypeError, ValueError):
        shapes = []
    if len(shapes) == 3 and all(len(w) == 2 and b == w[1:] for w, b in shapes):
        (w3, _), (w4, _), (w5, _) = shapes
        if w4 == w5 and w3[1] == w4[0]:
            return
    raise InvalidInputError(
        f"params has layers of shapes {shapes}, expected [(W3, b3), (W4, b4), (W5, b5)]: one hidden layer "
        "and two of one shape that start from it; init_gaussian_network makes them"
    )

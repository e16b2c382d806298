"""Log-densities: of an image, given what the decoder says, and of a latent vector under a Gaussian."""

import math
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp_argnums, primitive
from autograd.tracer import getval, isbox

from vaecore.foundations import compiled, validation
from vaecore.foundations.errors import InvalidInputError


def bernoulli_log_prob(targets: Any, logits: Any) -> Any:
    """Return log p(x | z) of images whose pixels are independent Bernoulli variables, in nats.

    With s_j = sigmoid(logit_j) the probability that pixel j is on,

        log p(x | z) = sum_j [ x_j log s_j + (1 - x_j) log(1 - s_j) ].

    targets: (B, D), pixels in [0, 1], or (1, D), one image for all the logits.
    logits: (B, D), any finite size.  Returns (B,).
    The value is a log-probability for binary targets; grey ones are allowed, and then it is only a score.

    Source: Kingma & Welling (2014), appendix C.1.
    Raises InvalidInputError for shapes that do not match, pixels outside [0, 1], NaN.
    """
    logits = validation.batch(logits, "logits")
    shape = np.shape(getval(logits))
    targets = validation.pixels(targets, "targets", width=shape[1])
    given = np.shape(getval(targets))
    if given not in (shape, (1, shape[1])):
        raise InvalidInputError(
            f"targets has shape {given} and logits {shape}, expected the same, or one image"
        )
    with np.errstate(invalid="ignore"):  # an infinite logit is refused below
        log_prob = _bernoulli_log_prob(targets, logits)
    if not np.isfinite(getval(log_prob)).all():
        validation.finite(logits, "logits")
    return log_prob


# log s and log(1 - s) are -inf for a logit that is large enough, and 0 * -inf is NaN.  In logits,
# with e = exp(-|a|), which never overflows,
#
#     -log(1 - s) = max(a, 0) + log(1 + e)        -log s = max(-a, 0) + log(1 + e)
#
# All the terms have one sign, so nothing cancels either.

ROWS = 16  # images worked on together: their temporaries stay in the processor's cache


def _in_rows(formula: Callable[..., Any], x: Any, a: Any) -> np.ndarray:
    """Return formula(x, a), a few rows at a time; all at once where autograd follows."""
    if isbox(x) or isbox(a) or len(a) <= ROWS:
        return formula(x, a)
    cuts = [slice(start, start + ROWS) for start in range(0, len(a), ROWS)]
    return np.concatenate([formula(x if len(x) == 1 else x[cut], a[cut]) for cut in cuts])


def _log_prob_of_rows(x: Any, a: Any) -> Any:
    e = np.exp(-np.abs(a))
    return -np.sum(x * np.maximum(-a, 0) + (1 - x) * np.maximum(a, 0) + np.log1p(e), axis=-1)


def _gradient_of_rows(x: Any, a: Any) -> Any:
    """d/da = x (1 - s) - (1 - x) s, which for binary x is x - s but does not cancel."""
    # s = on / (on + off) and 1 - s = off / (on + off): one of the two is 1, the other exp(-|a|).
    on, off = anp.exp(anp.minimum(a, 0)), anp.exp(anp.minimum(-a, 0))
    return (x * off - (1 - x) * on) / (on + off)


@primitive
def _bernoulli_log_prob(x: Any, a: Any) -> Any:
    if loops := compiled.loops_for(a, x):
        return loops.bernoulli_log_prob(x, a)
    return _in_rows(_log_prob_of_rows, x, a)


def _log_prob_gradient(g: Any, x: Any, a: Any) -> Any:
    """Return g_i dlog p(x_i | z_i)/da_ij: (B,), (B, D), (B, D) to (B, D)."""
    if loops := compiled.loops_for(a, x, g):
        return loops.bernoulli_log_prob_gradient(g, x, a)
    return g[:, None] * _in_rows(_gradient_of_rows, x, a)


def _bernoulli_log_prob_vjp(argnums: tuple[int, ...], out: Any, args: tuple, kwargs: dict) -> Any:
    """d/da = x (1 - s) - (1 - x) s;  d/dx = a."""
    x, a = args

    def for_targets(g: Any) -> Any:
        each = g[:, None] * a
        return each if len(x) == len(a) else anp.sum(each, axis=0, keepdims=True)

    gradient = (for_targets, lambda g: _log_prob_gradient(g, x, a))
    return lambda g: [gradient[argnum](g) for argnum in argnums]


defvjp_argnums(_bernoulli_log_prob, _bernoulli_log_prob_vjp)


def gaussian_log_prob(z: Any, mean: Any, log_std: Any) -> Any:
    """Return log N(z | mean, diag(std^2)) of each row, in nats.

        log N = -1/2 sum_j [ ((z_j - mean_j) / std_j)^2 + 2 log std_j + log 2 pi ]

    z, mean, log_std: (B, L), any three of one shape; `log_std` is log std_j.  Returns (B,).
    It is a density: where std is small it is larger than 1, and its logarithm positive.

    Source: Kingma & Welling (2014), appendix C.2.
    Raises InvalidInputError for shapes that do not match, NaN.
    """
    z, mean, log_std = (
        validation.batch(value, name) for value, name in ((z, "z"), (mean, "mean"), (log_std, "log_std"))
    )
    shapes = [np.shape(getval(value)) for value in (z, mean, log_std)]
    if len(set(shapes)) > 1:
        raise InvalidInputError(
            f"z has shape {shapes[0]}, mean {shapes[1]} and log_std {shapes[2]}, expected one shape (B, L); "
            "np.broadcast_to gives all of them one"
        )
    for value, name in ((z, "z"), (mean, "mean"), (log_std, "log_std")):
        validation.finite(value, name)
    standardised = (z - mean) * anp.exp(-log_std)  # (B, L)
    return -0.5 * anp.sum(standardised**2 + 2 * log_std + math.log(2 * math.pi), axis=1)


def log_mean_exp(log_w: Any, axis: int) -> Any:
    """Return log 1/K sum_k exp(log w_k) along an axis of K logarithms, none of which may be infinite.

        log 1/K sum_k w_k = m + log 1/K sum_k exp(log w_k - m),      m = max_k log w_k

    Without m every exp would underflow: an image of 784 pixels has a probability of some exp(-100).
    """
    m = getval(log_w).max(axis=axis)
    total = anp.sum(anp.exp(log_w - np.expand_dims(m, axis)), axis=axis)
    return m + anp.log(total / np.shape(getval(log_w))[axis])

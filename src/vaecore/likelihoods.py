"""Likelihoods p(x | z): how probable an image is, given what the decoder says."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp_argnums, primitive
from autograd.tracer import getval

from vaecore import validation
from vaecore.errors import InvalidInputError


def bernoulli_log_prob(targets: Any, logits: Any) -> Any:
    """Return log p(x | z) of images whose pixels are independent Bernoulli variables, in nats.

    With s_j = sigmoid(logit_j) the probability that pixel j is on,

        log p(x | z) = sum_j [ x_j log s_j + (1 - x_j) log(1 - s_j) ].

    targets: (B, D), pixels in [0, 1].  logits: (B, D), any finite size.  Returns (B,).
    The value is a log-probability for binary targets; grey ones are allowed, and then it is only a score.

    Source: Kingma & Welling (2014), appendix C.1.
    Raises InvalidInputError for shapes that do not match, pixels outside [0, 1], NaN.
    """
    logits = validation.batch(logits, "logits")
    targets = validation.pixels(targets, "targets", width=np.shape(getval(logits))[1])
    if np.shape(getval(targets)) != np.shape(getval(logits)):
        raise InvalidInputError(
            f"targets has shape {np.shape(getval(targets))} and logits {np.shape(getval(logits))}, "
            "expected the same"
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


@primitive
def _bernoulli_log_prob(x: Any, a: Any) -> Any:
    e = np.exp(-np.abs(a))
    return -np.sum(x * np.maximum(-a, 0) + (1 - x) * np.maximum(a, 0) + np.log1p(e), axis=-1)


def _bernoulli_log_prob_vjp(argnums: tuple[int, ...], out: Any, args: tuple, kwargs: dict) -> Any:
    """d/da = x (1 - s) - (1 - x) s, which for binary x is x - s but does not cancel;  d/dx = a."""
    x, a = args

    def gradient_logits() -> Any:
        # s = on / (on + off) and 1 - s = off / (on + off): one of the two is 1, the other exp(-|a|).
        on, off = anp.exp(anp.minimum(a, 0)), anp.exp(anp.minimum(-a, 0))
        return (x * off - (1 - x) * on) / (on + off)

    gradient = (lambda: a, gradient_logits)
    return lambda g: [g[:, None] * gradient[argnum]() for argnum in argnums]


defvjp_argnums(_bernoulli_log_prob, _bernoulli_log_prob_vjp)

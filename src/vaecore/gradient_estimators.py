"""Two ways to estimate the gradient of an expectation over z, when the distribution of z has the parameters.

For z = mean + std * eps with eps ~ N(0, I), both functions return one estimate of

    d/dmean E[f(z)]    and    d/dlog_std E[f(z)]

for each of S draws of z.  All these estimates are unbiased.  They differ in their variance.
"""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.tracer import getval

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.gradients import value_and_gradients
from vaecore.reparameterization import standard_normal

Function = Callable[[Any], Any]


def score_function_gradient(
    f: Function,
    mean: Any,
    log_std: Any,
    rng: np.random.Generator,
    num_samples: int,
    *,
    baseline: float = 0.0,
) -> tuple[np.ndarray, np.ndarray]:
    """Return estimates of the gradient of E[f(z)], z ~ N(mean, diag(std^2)), from the values of f alone.

        (f(z) - baseline)  d/dmean log q(z)     =  (f(z) - baseline)  eps / std
        (f(z) - baseline)  d/dlog_std log q(z)  =  (f(z) - baseline)  (eps^2 - 1)

    f is never differentiated: it may have jumps.  The baseline, any number that does not depend on z, leaves
    the mean of the estimates as it is and changes their variance.

    f: takes z (S, L), returns one number for each row, (S,), that depends on this row only.
    mean, log_std: (L,) each.  num_samples: S.
    Returns the estimates for mean and for log_std, one a sample: (S, L) each.

    Source: Williams (1992), section 6; Kingma & Welling (2014), section 2.2.
    Raises InvalidInputError for shapes that do not match, NaN, or an f that returns anything but (S,) finite
    numbers.
    """
    mean, log_std = _parameters(mean, log_std)
    eps = _noise(mean, rng, num_samples)
    return _score_function_terms(f, mean, log_std, eps, validation.number(baseline, "baseline"))


def pathwise_gradient(
    f: Function, mean: Any, log_std: Any, rng: np.random.Generator, num_samples: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return estimates of the gradient of E[f(z)], z ~ N(mean, diag(std^2)), by the chain rule through z.

        df/dz  dz/dmean     =  df/dz
        df/dz  dz/dlog_std  =  df/dz  std * eps

    f: takes z (S, L), returns one number for each row, (S,), that depends on this row only; autograd
        differentiates it.  Where f jumps, the jump is missed.
    mean, log_std: (L,) each.  num_samples: S.
    Returns the estimates for mean and for log_std, one a sample: (S, L) each.

    Source: Kingma & Welling (2014), section 2.4; Rezende, Mohamed & Wierstra (2014), section 3.
    Raises InvalidInputError for shapes that do not match, NaN, or an f that returns anything but (S,) finite
    numbers.
    """
    mean, log_std = _parameters(mean, log_std)
    return _pathwise_terms(f, mean, log_std, _noise(mean, rng, num_samples))


def _score_function_terms(
    f: Function, mean: np.ndarray, log_std: np.ndarray, eps: np.ndarray, baseline: float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    std = np.exp(log_std)
    z = mean + std * eps  # (S, L)
    weight = (_values(f, z) - baseline)[:, None]  # (S, 1)
    return weight * (eps / std), weight * (eps**2 - 1)


def _pathwise_terms(
    f: Function, mean: np.ndarray, log_std: np.ndarray, eps: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    std = np.exp(log_std)
    z = mean + std * eps  # (S, L)
    # Each value depends on its own row, so the gradient of their sum holds the gradient of each.
    _, df_dz = value_and_gradients(lambda z: anp.sum(_values(f, z)), z)  # (S, L)
    return df_dz, df_dz * (std * eps)


def _parameters(mean: Any, log_std: Any) -> tuple[np.ndarray, np.ndarray]:
    mean, log_std = validation.float_array(mean, "mean"), validation.float_array(log_std, "log_std")
    if mean.ndim != 1 or mean.shape != log_std.shape or mean.size == 0:
        raise InvalidInputError(
            f"mean has shape {mean.shape} and log_std {log_std.shape}, expected the same (L,) for both; "
            "for a single number write np.array([number])"
        )
    validation.finite(mean, "mean")
    validation.finite(log_std, "log_std")
    return mean, log_std


def _noise(mean: np.ndarray, rng: np.random.Generator, num_samples: int) -> np.ndarray:
    validation.generator(rng)
    return standard_normal(rng, (validation.whole_number(num_samples, "num_samples"), len(mean)), mean.dtype)


def _values(f: Function, z: Any) -> Any:
    """Return f(z), after a look at its shape and its size."""
    values = f(z)
    if np.shape(getval(values)) != (len(z),):
        raise InvalidInputError(
            f"f returned shape {np.shape(getval(values))} for z of shape {np.shape(getval(z))}, "
            f"expected one number for each row, ({len(z)},); sum over the last axis"
        )
    validation.finite(values, "f(z)")
    return values

"""Kullback-Leibler divergences: of coins, dice and Gaussians, and what q(z | x) costs from the prior."""

from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd.extend import defvjp, defvjp_argnums, primitive
from autograd.tracer import getval

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError

SUM_TOLERANCE = 1e-6  # how far probabilities may be from summing to 1: more than rounding, less than a slip


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


def gaussian_kl(mean_q: Any, log_std_q: Any, mean_p: Any, log_std_p: Any) -> Any:
    """Return KL(q || p) of q = N(mean_q, diag(std_q^2)) from p = N(mean_p, diag(std_p^2)), in nats.

        KL = sum_j [ log(std_p / std_q) + (std_q^2 + (mean_q - mean_p)^2) / (2 std_p^2) - 1/2 ]_j

    The arguments are numbers or arrays that broadcast; the sum runs over their last axis: (..., L) to (...).
    `compute_KL` is the case mean_p = log_std_p = 0.  Differentiable in all four.

    Source: the two integrals of Kingma & Welling (2014), appendix B, with a general p.
    Raises InvalidInputError for NaN, shapes that do not fit, or a log_std_p so small that std_p is 0.
    """
    mean_q, log_std_q, mean_p, log_std_p = _that_broadcast(
        mean_q=mean_q, log_std_q=log_std_q, mean_p=mean_p, log_std_p=log_std_p
    )
    std_p = anp.exp(log_std_p)
    if np.any(getval(std_p) == 0):
        raise InvalidInputError(
            f"log_std_p is as low as {np.min(getval(log_std_p)):g}, expected standard deviations above 0; "
            "exp(log_std_p) is rounded to 0 here"
        )
    # With u = log(std_q^2 / std_p^2) the terms without the means are (e^u - 1 - u) / 2.
    u = 2 * (log_std_q - log_std_p)
    terms = 0.5 * (_exp_less_tangent(u) + ((mean_q - mean_p) / std_p) ** 2)
    return anp.sum(terms, axis=-1) if np.ndim(getval(terms)) else terms


def bernoulli_kl(p: Any, q: Any) -> Any:
    """Return KL(Bernoulli(p) || Bernoulli(q)) for each pair of p and q, in nats.

        KL = p log(p / q) + (1 - p) log((1 - p) / (1 - q)),      with 0 log 0 = 0

    p, q: numbers or arrays in [0, 1] that broadcast.  Returns their common shape.
    Infinite where q rules out what p allows: q = 0 < p, or q = 1 > p.

    Raises InvalidInputError for values outside [0, 1] or shapes that do not fit.
    """
    return _bernoulli_kl(*_pair_of_probabilities(p, q))


def discrete_kl(p: Any, q: Any) -> Any:
    """Return KL(p || q) of distributions over K values, in nats: (..., K) and (..., K) to (...).

        KL = sum_k p_k log(p_k / q_k),      with 0 log 0 = 0

    p, q: probabilities in [0, 1] that sum to 1 (within 1e-6) over the last axis; they broadcast.
    Infinite where some q_k = 0 < p_k.
    Computed as sum_k [ p_k log(p_k / q_k) - p_k + q_k ], which is the same as both sums are 1.

    Raises InvalidInputError for values outside [0, 1], other sums, or shapes that do not fit.
    """
    p, q = _sums_to_1(p, "p"), _sums_to_1(q, "q")
    return _discrete_kl(*_pair_of_probabilities(p, q))


def _terms(encoder_output: Any) -> Any:
    latent_size = encoder_output.shape[1] // 2
    mean, log_std = encoder_output[:, :latent_size], encoder_output[:, latent_size:]
    return 0.5 * (_exp_less_tangent(2 * log_std) + mean**2)


@primitive
def _exp_less_tangent(u: Any) -> Any:
    """Return e^u - 1 - u, which is std^2 - 1 - log std^2 for u = log std^2.  Never negative.

    Near u = 0 the parts cancel, and all digits are lost; there its Taylor series is added up instead,
    u^2/2 (1 + u/3 (1 + u/4 (1 + ...))).
    """
    if u.dtype == np.float32:  # with twice the digits there are enough left
        u = u.astype(np.float64)
        return (np.expm1(u) - u).astype(np.float32)
    near = np.abs(u) < 0.5
    if not np.any(near):
        return np.expm1(u) - u
    v = np.where(near, u, 0)
    series = 1 + v / 16
    for n in range(15, 2, -1):
        series = 1 + v / n * series
    return np.where(near, 0.5 * v * v * series, np.expm1(u) - u)


# d/du (e^u - 1 - u) = e^u - 1
defvjp(_exp_less_tangent, lambda ans, u: lambda g: g * anp.expm1(u))


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


def _excess(p: np.ndarray, q: np.ndarray, difference: np.ndarray) -> np.ndarray:
    """Return p log(p / q) - p + q for each pair, given difference = q - p.  Never negative.

    The differences cancel in a sum over all values, as probabilities sum to 1.  Without them the terms
    of the sum have both signs, and for p close to q their digits cancel instead.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        near = np.abs(difference) < p / 4
        close = p * _less_log1p(np.where(near, difference / p, 0))
        # A quotient of subnormal numbers may leave the numbers' range; their logarithms do not.
        subnormal = np.minimum(p, q) < np.finfo(p.dtype).tiny
        log_ratio = np.where(subnormal, np.log(p) - np.log(q), np.log(p / q))
        far = p * log_ratio + difference
    infinite = np.where(q == 0, np.array(np.inf, p.dtype), far)
    return np.where(p == 0, q, np.where(near, close, infinite))


def _less_log1p(r: np.ndarray) -> np.ndarray:
    """Return r - log(1 + r) for |r| < 1/4.

    log(1 + r) = 2 artanh(s) = 2 (s + s^3/3 + s^5/5 + ...) with s = r / (2 + r), and r - 2 s = r s.
    """
    s = r / (2 + r)
    series = 1 / 21 * np.ones_like(s)
    for n in range(19, 1, -2):
        series = 1 / n + s * s * series
    return s * (r - 2 * s * s * series)


@primitive
def _bernoulli_kl(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    # (1 - q) - (1 - p) = p - q: subtracted like that, it keeps the digits that 1 - p rounds away.
    return _excess(p, q, q - p) + _excess(1 - p, 1 - q, p - q)


def _bernoulli_kl_to_p(kl: Any, p: Any, q: Any) -> Any:
    """dKL/dp = log(p / q) - log((1 - p) / (1 - q));  0 at p = q = 0 and p = q = 1."""
    certain = ((p == 0) & (q == 0)) | ((p == 1) & (q == 1))
    inside_p, inside_q = anp.where(certain, 0.5, p), anp.where(certain, 0.5, q)
    with np.errstate(divide="ignore", over="ignore"):
        d = inside_p - inside_q
        slope = anp.log1p(d / inside_q) - anp.log1p(-d / (1 - inside_q))
    return lambda g: g * slope


def _bernoulli_kl_to_q(kl: Any, p: Any, q: Any) -> Any:
    """dKL/dq = (q - p) / (q (1 - q));  0 at p = q = 0 and p = q = 1."""
    certain = ((p == 0) & (q == 0)) | ((p == 1) & (q == 1))
    inside = anp.where(certain, 0.5, q)
    with np.errstate(divide="ignore", over="ignore"):
        slope = (q - p) / (inside * (1 - inside))
    return lambda g: g * slope


defvjp(_bernoulli_kl, _bernoulli_kl_to_p, _bernoulli_kl_to_q)


@primitive
def _discrete_kl(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return np.sum(_excess(p, q, q - p), axis=-1)


def _discrete_kl_to_p(kl: Any, p: Any, q: Any) -> Any:
    """dKL/dp_k = log(p_k / q_k);  0 where both are 0."""
    absent = (p == 0) & (q == 0)
    some_p, some_q = anp.where(absent, 1.0, p), anp.where(absent, 1.0, q)
    with np.errstate(divide="ignore", over="ignore"):
        slope = anp.log1p((some_p - some_q) / some_q)
    return lambda g: g[..., None] * slope


def _discrete_kl_to_q(kl: Any, p: Any, q: Any) -> Any:
    """dKL/dq_k = 1 - p_k / q_k;  0 where both are 0."""
    absent = (p == 0) & (q == 0)
    with np.errstate(divide="ignore", over="ignore"):
        slope = (q - p) / anp.where(absent, 1.0, q)
    return lambda g: g[..., None] * slope


defvjp(_discrete_kl, _discrete_kl_to_p, _discrete_kl_to_q)


def _that_broadcast(**named: Any) -> list:
    """Return the values as arrays of finite floats; a plain number takes the dtype of the arrays."""
    plain = {name for name, value in named.items() if type(value) in (int, float)}
    values = {n: value if n in plain else validation.float_array(value, n) for n, value in named.items()}
    dtypes = [np.asarray(getval(value)).dtype for name, value in values.items() if name not in plain]
    dtype = np.result_type(*dtypes) if dtypes else np.dtype(np.float64)
    for name in named:
        validation.finite(values[name], name)
        if name in plain:
            values[name] = np.asarray(values[name], dtype)
    shapes = {name: np.shape(getval(value)) for name, value in values.items()}
    try:
        np.broadcast_shapes(*shapes.values())
    except ValueError:
        found = ", ".join(f"{name} {shape}" for name, shape in shapes.items())
        raise InvalidInputError(f"the shapes {found} do not fit, expected shapes that broadcast") from None
    return list(values.values())


def _pair_of_probabilities(p: Any, q: Any) -> list:
    """Return p and q as arrays of one dtype and one shape, all in [0, 1]."""
    pair = _that_broadcast(p=p, q=q)
    for value, name in zip(pair, "pq", strict=True):
        low, high = np.min(getval(value), initial=0), np.max(getval(value), initial=1)
        if low < 0 or high > 1:
            raise InvalidInputError(
                f"{name} runs from {low:g} to {high:g}, expected probabilities in [0, 1]; "
                "logits become probabilities through the sigmoid"
            )
    zeros = 0 * sum(getval(value) for value in pair)
    return [value + zeros for value in pair]


def _sums_to_1(value: Any, name: str) -> Any:
    """Return `value` as a float array (..., K) whose last axis sums to 1."""
    value = validation.float_array(value, name)
    validation.finite(value, name)
    raw = np.asarray(getval(value))
    if raw.ndim == 0 or raw.size == 0:
        raise InvalidInputError(
            f"{name} has shape {raw.shape}, expected the probabilities of K values, (..., K)"
        )
    total = np.sum(raw, axis=-1, dtype=np.float64).ravel()
    worst = total[np.argmax(np.abs(total - 1))]
    if abs(worst - 1) > SUM_TOLERANCE:
        raise InvalidInputError(
            f"the probabilities {name} sum to {worst:.9g}, expected 1 over the last axis; "
            f"write 1 / 3, not 0.333, or divide by {name}.sum(axis=-1, keepdims=True)"
        )
    return value

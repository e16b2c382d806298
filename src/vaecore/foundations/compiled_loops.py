"""The loops of a training step that are no matrix products, compiled by Numba: one pass over memory each.

Imported by `compiled` alone, and only where Numba is installed.  Everything is float32.
"""

import math
from typing import Any

import numpy as np
from numba import njit

ZERO, ONE, TWO = np.float32(0), np.float32(1), np.float32(2)
LOG2_E = np.float32(1 / math.log(2))
# log 2 in two parts: n LN2_HIGH is exact for every whole n in use, so that y - n log 2 loses no digits.
LN2_HIGH = np.float32(0.693359375)
LN2_LOW = np.float32(math.log(2) - 0.693359375)
FAR = np.float32(100)  # exp(-100) is the smallest float32 but a few
HALVINGS = (2.0 ** -np.arange(146)).astype(np.float32)
EXP = [np.float32(1 / math.factorial(k)) for k in range(7)]
ATANH = [np.float32(1 / (2 * k + 1)) for k in range(7)]
E2, E3, E4, E5, E6 = EXP[2:]
A3, A5, A7, A9, A11, A13 = ATANH[1:]

# A call of the C library's exp or log1p takes one number at a time.  Their series take eight or sixteen.
COMPILED: dict[str, Any] = {"cache": True, "error_model": "numpy"}
SERIES = {**COMPILED, "fastmath": {"contract"}}
SUMS = {**COMPILED, "fastmath": {"contract", "reassoc"}}  # in any order
RATIOS = {**COMPILED, "fastmath": {"contract", "arcp"}}  # m / c as m * (1 / c)


@njit(**SERIES)
def _exp_minus_size(a):
    """exp(-|a|) = 2^-n exp(r), with |r| <= log(2) / 2:  the series of exp, to its sixth power."""
    size = abs(a)
    y = size if size < FAR else FAR  # NaN too: n must be an index
    n = np.int32(y * LOG2_E + np.float32(0.5))
    r = (np.float32(n) * LN2_HIGH - y) + np.float32(n) * LN2_LOW
    return HALVINGS[n] * (ONE + r * (ONE + r * (E2 + r * (E3 + r * (E4 + r * (E5 + r * E6))))))


@njit(**SERIES)
def _log_one_plus(e):
    """log(1 + e) = 2 atanh(s), s = e / (2 + e) <= 1/3:  the series of atanh, to its 13th power."""
    s = e / (TWO + e)
    q = s * s
    return TWO * s * (ONE + q * (A3 + q * (A5 + q * (A7 + q * (A9 + q * (A11 + q * A13))))))


@njit(**SUMS)
def _log_prob(x, a, out):
    for i in range(a.shape[0]):
        total, image = ZERO, x[i if x.shape[0] > 1 else 0]
        for j in range(a.shape[1]):
            size = abs(a[i, j])
            off = (size + a[i, j]) / TWO  # max(a, 0), but NaN stays NaN
            on = (size - a[i, j]) / TWO  # max(-a, 0)
            total += image[j] * on + (ONE - image[j]) * off + _log_one_plus(_exp_minus_size(a[i, j]))
        out[i] = -total


@njit(**SERIES)
def _log_prob_gradient(g, x, a, out):
    for i in range(a.shape[0]):
        image = x[i if x.shape[0] > 1 else 0]
        for j in range(a.shape[1]):
            e = _exp_minus_size(a[i, j])
            on, off = (ONE, e) if a[i, j] >= 0 else (e, ONE)
            out[i, j] = g[i] * (image[j] * off - (ONE - image[j]) * on) / (on + off)


def bernoulli_log_prob(x: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Return sum_j [ x_j log s_j + (1 - x_j) log(1 - s_j) ], s = sigmoid(a): (B, D), (B, D) to (B,).

    x may be (1, D), one image for all.
    """
    out = np.empty(len(a), np.float32)
    _log_prob(x, a, out)
    return out


def bernoulli_log_prob_gradient(g: np.ndarray, x: np.ndarray, a: np.ndarray) -> np.ndarray:
    """Return g times its gradient in the logits, g_i [ x_ij (1 - s_ij) - (1 - x_ij) s_ij ]: (B, D)."""
    out = np.empty_like(a)
    _log_prob_gradient(g, x, a, out)
    return out


@njit(**RATIOS)
def _adam(theta, g, m, v, alpha, beta1, rest1, beta2, rest2, correction1, correction2, eps):
    for i in range(theta.size):
        m[i] = beta1 * m[i] + rest1 * g[i]
        v[i] = beta2 * v[i] + rest2 * (g[i] * g[i])
        m_hat = m[i] / correction1
        v_hat = v[i] / correction2
        theta[i] += alpha * m_hat / (math.sqrt(v_hat) + eps)


def adam_step(
    thetas: list[np.ndarray],
    gs: list[np.ndarray],
    ms: list[np.ndarray],
    vs: list[np.ndarray],
    alpha: float,
    betas: tuple[float, float],
    corrections: tuple[float, float],
    eps: float,
) -> None:
    """Take ADAM's step for arrays of parameters and their moments, in place.

    corrections: 1 - beta1^t and 1 - beta2^t.
    """
    beta1, beta2 = betas
    numbers = [np.float32(a) for a in (alpha, beta1, 1 - beta1, beta2, 1 - beta2, *corrections, eps)]
    for arrays in zip(thetas, gs, ms, vs, strict=True):
        _adam(*(a.reshape(-1) for a in arrays), *numbers)

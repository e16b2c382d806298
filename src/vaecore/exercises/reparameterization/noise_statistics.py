"""How the samples of L-SAMPLE are distributed: what the checker measures, and what it accepts.

The answer is random, and may draw its noise in any order and from any generator, so it is judged by the
distribution of what it returns.  Each test has a false-alarm rate of at most 2e-8 for a right answer
(Dvoretzky-Kiefer-Wolfowitz with Massart's constant for distributions, Hoeffding for products of signs), and
there are eleven of them: together less than 3e-7.
"""

import math

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.repeated_calls import REPEATABLE, is_repeatable

CALLS, ROWS, LATENTS = 6, 1000, 4
LEVELS = np.array([-1.2, 0.4, 1.0])  # log std; e^s, e^2s, e^(s/2) and s differ by more than 20% at each
_rng = np.random.default_rng(11)
_MEAN = 3 * _rng.standard_normal((ROWS, LATENTS))
_LEVEL = _rng.integers(len(LEVELS), size=(ROWS, LATENTS))
_LOG_STD = LEVELS[_LEVEL]
_LARGE = np.concatenate([_MEAN, _LOG_STD], axis=1)
ONE_ROW, MANY_ROWS = "1 point with 4 latents", f"{ROWS} points with {LATENTS} latents"
OTHERS = {
    "5 points with 1 latent": np.array([[0.5, -0.3], [-2, 0.2], [1, 0.7], [0, -1], [3, 0.1]]),
    "2 points with 7 latents": np.concatenate([_MEAN[:14].reshape(-1, 7)[:2], 0.3 * np.ones((2, 7))], axis=1),
}
FALSE_ALARM = 2e-8

KS, SIGNS = "distance from N(0, 1) of (z - mean) / std", "product of the signs of the noise of two"


def measure(answer):
    readings = {ONE_ROW: answer(_LARGE[:1])}
    calls = []
    for _ in range(CALLS):
        z = answer(_LARGE)
        if isinstance(z, Trouble) or z.shape != (ROWS, LATENTS):
            return {**readings, MANY_ROWS: z}
        calls.append(z)
    for label, encoder_output in OTHERS.items():
        z = answer(encoder_output)
        if isinstance(z, Trouble) or z.shape != (len(z), encoder_output.shape[1] // 2):
            return {**readings, label: z}
    readings["all random"] = len(np.unique(z - encoder_output[:, :7])) == z.size
    readings[REPEATABLE] = is_repeatable(answer, _LARGE)
    return {**readings, **_statistics(np.stack(calls))}


def _statistics(z):
    """What is left of the means, and how the noise is distributed: numbers with names."""
    std = np.exp(_LOG_STD)
    with np.errstate(all="ignore"):
        slope = float(np.sum(z * _MEAN) / (CALLS * np.sum(_MEAN**2)))  # 1: the mean is in
        if abs(slope) > 0.2:
            slope_used = 1.0
        else:
            slope_used = 0.0
        noise = (z - slope_used * _MEAN) / std
        levels = [noise[:, _LEVEL == k] for k in range(len(LEVELS))]
        readings = {
            "slope": slope,
            "size": float(np.mean(noise**2)),
            "scale": np.array([level.std() for level in levels]),
            "longest": max(float(np.max(np.abs(x - x.mean()) / x.std())) for x in levels),
            "shared by the points": nearly_equal(noise[:, 1:], noise[:, :-1]),
            "shared by the latents": nearly_equal(noise[:, :, 1:], noise[:, :, :-1]),
            "shared by the calls": nearly_equal(noise[1:], noise[:-1]),
        }
        readings |= {
            f"{KS}, log std {s}": distance_from_normal(x.ravel()) for s, x in zip(LEVELS, levels, strict=True)
        }
        readings[KS] = distance_from_normal(noise.ravel())
        on = np.sign(noise)
        readings[f"{SIGNS} points"] = float(np.mean(on[:, 1:] * on[:, :-1]))
        readings[f"{SIGNS} latents"] = float(np.mean(on[:, :, 1:] * on[:, :, :-1]))
        readings[f"{SIGNS} calls"] = float(np.mean(on[1:] * on[:-1]))
    return readings


def nearly_equal(a, b) -> bool:
    return bool(np.allclose(a, b, rtol=1e-3, atol=1e-3))


def distance_from_normal(x) -> float:
    """The largest distance of the empirical distribution function of x from that of N(0, 1)."""
    if not np.isfinite(x).all():
        return 1.0
    x = np.sort(x)
    n = len(x)
    normal = 0.5 * (1 + np.array([math.erf(v) for v in x / math.sqrt(2)]))
    return float(max(np.max(np.arange(1, n + 1) / n - normal), np.max(normal - np.arange(n) / n)))


def passes(readings) -> bool:
    if readings[ONE_ROW].shape != (1, LATENTS) or KS not in readings or not readings[REPEATABLE]:
        return False
    if abs(readings["slope"] - 1) > 0.1:  # 28 standard errors
        return False
    counts = {f"{KS}, log std {s}": CALLS * np.sum(_LEVEL == k) for k, s in enumerate(LEVELS)}
    counts[KS] = CALLS * ROWS * LATENTS
    log_alarm = math.log(2 / FALSE_ALARM)
    near = all(readings[name] < math.sqrt(log_alarm / (2 * n)) for name, n in counts.items())
    pairs = {
        "points": CALLS * (ROWS - 1) * LATENTS,
        "latents": CALLS * ROWS * (LATENTS - 1),
        "calls": (CALLS - 1) * ROWS * LATENTS,
    }
    # Products of neighbours' signs are independent themselves, whatever chain they are taken along.
    apart = all(abs(readings[f"{SIGNS} {name}"]) < math.sqrt(2 * log_alarm / n) for name, n in pairs.items())
    # The mean of n squares is within this of 1 (Laurent & Massart 2000, lemma 1); the farthest of 24,000 lies
    # between 3.2 and 8 but once in 10^10.
    n, x = counts[KS], math.log(2 / FALSE_ALARM)
    right_size = abs(readings["size"] - 1) < 2 * math.sqrt(x / n) + 2 * x / n
    return bool(near and apart and right_size and 3.2 < readings["longest"] < 8 and readings["all random"])

"""How the new images of P-2c are distributed: what the checker measures, what it accepts, what it recognises.

The answer is random, and may draw its numbers in any order and from any generator, so it is judged by how
often each pattern of pixels comes up.  The decoder has 2 latents and 4 pixels, so that p(x) of each of the 16
patterns is known from a sum over a fine grid of z; the wrong ways to draw have distributions of their own.

A count of n independent draws deviates to a share f from its probability p with a probability of at most
exp(-n KL(f || p)) on either side (Chernoff).  90 such tests at 1e-8 refuse a right answer at most once in
a million.
"""

import functools
import math
from statistics import NormalDist

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.repeated_calls import REPEATABLE, is_repeatable
from vaecore.foundations.networks import neural_net_predict, sigmoid

CALLS, IMAGES, PIXELS, LATENTS = 60, 50, 4, 2
ALARM = 1e-8
FEW, MANY = "3 images of a decoder with 2 latents and 4 pixels", f"{IMAGES} images of the same decoder"
# The first pixel is nearly certain once z is known, the last one much the same coin whatever z is: the one
# tells whether images share their z, the other whether they share the numbers that decide about their pixels.
DECODER = [
    (np.array([[-2.0, -1.7, 1.8], [-0.3, 1.8, -0.6]]), np.array([0.3, 0.2, 2.1])),
    (
        np.array([[-5.1, 0.3, 3.7, 0.2], [-4.3, -3.6, -3.8, 0.0], [-0.3, 1.6, 3.9, -0.3]]),
        np.array([-0.4, -0.6, 0.6, 1.4]),
    ),
]
# A decoder of another size, whose pixels say of their z_j whether it is above a threshold: so the spread of
# each latent is seen, and whether all of them are drawn.
_LATENT_OF, THRESHOLDS = np.array([0, 1, 2, 3, 4, 0, 4]), np.array([0, 1, -1, 1.5, -0.5, -2, 2])
STEPS = [(300.0 * np.eye(5)[:, _LATENT_OF], -300 * THRESHOLDS)]
STEP_IMAGES = 20_000
SINGLE = [(np.array([[2.0]]), np.array([-0.5]))]
OTHERS = {
    "1 image of a decoder with 1 latent and 1 pixel": (SINGLE, 1, (1, 1)),
    f"{STEP_IMAGES:,} images of a decoder with 5 latents, 7 pixels": (STEPS, STEP_IMAGES, (STEP_IMAGES, 7)),
}
_PATTERNS = (np.arange(2**PIXELS)[:, None] >> np.arange(PIXELS)) & 1  # (16, 4)


def measure(answer):
    """How often each pattern came up, and how often two images agree in the first and in the last pixel."""
    first = answer(DECODER, 3)
    readings = {FEW: first}
    if isinstance(first, Trouble) or first.shape != (3, PIXELS):
        return readings
    calls = []
    for _ in range(CALLS):
        x = answer(DECODER, IMAGES)
        if isinstance(x, Trouble) or x.shape != (IMAGES, PIXELS):
            return {**readings, MANY: x}
        calls.append(x)
    readings[REPEATABLE] = is_repeatable(answer, DECODER, IMAGES)
    x = np.stack(calls)  # (CALLS, IMAGES, PIXELS)
    readings["neither 0 nor 1"] = float(np.mean((x != 0) & (x != 1)))
    readings["outside 0 to 1"] = float(np.mean(~((x >= 0) & (x <= 1))))
    if readings["neither 0 nor 1"] == 0:
        codes = x.astype(int) @ (1 << np.arange(PIXELS))
        readings["patterns"] = np.bincount(codes.ravel(), minlength=2**PIXELS) / codes.size
        edges = x[:, :, [0, -1]]
        readings["same in a call"] = np.mean(edges[:, ::2] == edges[:, 1::2], axis=(0, 1))
        readings["same in two calls"] = np.mean(edges[::2] == edges[1::2], axis=(0, 1))
        readings["all calls alike"] = bool((x == x[0]).all())
        for label, (decoder, n, shape) in OTHERS.items():
            x = answer(decoder, n)
            if isinstance(x, Trouble) or x.shape != shape:
                return {**readings, label: x}
        readings["on above"] = x.mean(axis=0)
        readings["both on"] = x.T @ x / len(x)
        readings["steps alike"] = np.mean(x[::2] == x[1::2], axis=0)
    return readings


def _independent(s):
    """The probability of each pattern if the pixels are coins: s (G, 4) to (G, 16)."""
    return np.prod(np.where(_PATTERNS, s[:, None], 1 - s[:, None]), axis=2)


def _one_coin(s):
    """The same if one uniform number decides about all pixels: on where it is below s."""
    lowest_on = np.min(np.where(_PATTERNS, s[:, None], 1), axis=2)
    highest_off = np.max(np.where(_PATTERNS, 0, s[:, None]), axis=2)
    return np.maximum(lowest_on - highest_off, 0)


@functools.cache
def distributions():
    """The probability of each pattern, (16,), for the right way to draw and for wrong ones, by name."""

    def average(z, weights=None, prepare=sigmoid, patterns=_independent):
        values = patterns(prepare(neural_net_predict(DECODER, z)))
        return np.average(values, axis=0, weights=weights)

    side = np.arange(-5, 5.01, 0.125)
    plane = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    normal = np.exp(-0.5 * np.sum(plane**2, axis=1))
    line = np.repeat(side[:, None], 2, axis=1)
    unit = np.stack(np.meshgrid(*2 * [np.arange(0.01, 1, 0.02)]), axis=-1).reshape(-1, 2)
    (first, shift), (second, bias) = DECODER
    return {
        "right": average(plane, normal),
        "uniform": average(unit),
        "uniform both ways": average(2 * unit - 1),
        "at 0": average(np.zeros((1, 2))),
        "one number": average(line, np.exp(-0.5 * side**2)),
        "no pixel noise": average(plane, normal, prepare=lambda a: 1.0 * (a > 0)),
        "one coin": average(plane, normal, patterns=_one_coin),
        "reversed": average(plane, normal, prepare=lambda a: sigmoid(-a)),
        "logits": average(plane, normal, prepare=lambda a: np.clip(a, 0, 1)),
        "coins of 1/2": np.full(2**PIXELS, 0.5**PIXELS),
        "linear": np.average(
            _independent(sigmoid((plane @ first + shift) @ second + bias)), axis=0, weights=normal
        ),
    }


def _fits(share, p, count) -> bool:
    """Whether a share of `count` draws is one that probability p may well give."""
    p = min(max(float(p), 1e-12), 1 - 1e-12)
    terms = ((share, p), (1 - share, 1 - p))
    kl = sum(a * math.log(a / b) for a, b in terms if a > 0)
    return count * kl < math.log(2 / ALARM)


def fitting(readings) -> str:
    """The way to draw whose patterns come nearest; "" if even that does not fit."""
    if "patterns" not in readings:
        return ""
    seen = readings["patterns"]
    known = distributions()
    name = min(known, key=lambda n: float(np.sum((np.sqrt(seen) - np.sqrt(known[n])) ** 2)))
    return name if all(_fits(a, p, CALLS * IMAGES) for a, p in zip(seen, known[name], strict=True)) else ""


def independent(readings, patterns, where) -> bool:
    """Whether two images agree as often as strangers do, if the patterns have these probabilities."""
    p = (patterns @ _PATTERNS)[[0, -1]]
    pairs = CALLS * IMAGES // 2
    return all(_fits(a, b, pairs) for a, b in zip(readings[where], p**2 + (1 - p) ** 2, strict=True))


def steps_fit(readings) -> bool:
    """Whether each latent of the decoder of steps is N(0, 1), and they are independent, as the images are."""
    if "on above" not in readings:
        return False
    p = np.array([0.5 * math.erfc(t / math.sqrt(2)) for t in THRESHOLDS])
    same = _LATENT_OF[:, None] == _LATENT_OF
    both = np.where(same, np.minimum(p[:, None], p), p[:, None] * p)
    shares = zip(
        np.append(readings["both on"].ravel(), readings["on above"]), np.append(both.ravel(), p), strict=True
    )
    pairs = zip(readings["steps alike"], p**2 + (1 - p) ** 2, strict=True)
    return all(_fits(a, b, STEP_IMAGES) for a, b in shares) and all(
        _fits(a, b, STEP_IMAGES // 2) for a, b in pairs
    )


def passes(readings) -> bool:
    right = distributions()["right"]
    if not readings.get(REPEATABLE, False) or fitting(readings) != "right" or not steps_fit(readings):
        return False
    return all(independent(readings, right, f"same in {where}") for where in ("a call", "two calls"))


def saw(readings) -> str:
    if "neither 0 nor 1" not in readings:
        label, n = (MANY, IMAGES) if MANY in readings else (FEW, 3)
        return f"For {label} it returned shape {np.shape(readings[label])}, expected {(n, PIXELS)}."
    if "patterns" not in readings:
        return f"{readings['neither 0 nor 1']:.0%} of the pixels were neither 0 nor 1."
    if fitting(readings) in ("right", "") and "on above" in readings and not steps_fit(readings):
        return _saw_of_steps(readings)
    seen, expected = (
        ", ".join(f"{p:.0%}" for p in shares @ _PATTERNS)
        for shares in (readings["patterns"], distributions()["right"])
    )
    return (
        f"On {IMAGES} images of a decoder with 4 pixels, drawn {CALLS} times: the pixels were on in {seen} "
        f"of the images (expected {expected}). How they go together was looked at too."
    )


def _saw_of_steps(readings) -> str:
    for label, (_, _, shape) in OTHERS.items():
        if label in readings:
            return f"For {label} it returned shape {np.shape(readings[label])}, expected {shape}."
    p = [0.5 * math.erfc(t / math.sqrt(2)) for t in THRESHOLDS]
    on, above, expected = (
        ", ".join(words)
        for words in (
            (f"{x:.1%}" for x in readings["on above"]),
            (f"{t:g}" for t in THRESHOLDS),
            (f"{x:.1%}" for x in p),
        )
    )
    return (
        f"With a decoder of 5 latents, whose 7 pixels are on where a z_j is above {above}: they were on in "
        f"{on} of {STEP_IMAGES:,} images (expected {expected}).{_spread_of_z(readings['on above'])} "
        "How they go together was looked at too."
    )


def _spread_of_z(on) -> str:
    """A sentence on the standard deviation of z, if one alone explains how often pixels are on; else ""."""
    normal = NormalDist()
    stds = [
        t / normal.inv_cdf(1 - p)
        for t, p in zip(THRESHOLDS, on, strict=True)
        if t and 1e-3 < p < 1 - 1e-3 and p != 0.5
    ]
    std = float(np.median(stds)) if stds else 0.0
    p = [0.5 * math.erfc(t / std / math.sqrt(2)) for t in THRESHOLDS] if std > 0 else [0.0] * len(THRESHOLDS)
    if not all(_fits(a, b, STEP_IMAGES) for a, b in zip(on, p, strict=True)):
        return ""
    return f" It is so if the standard deviation of each z_j is {std:.2f}, not 1."

"""Exercise of chapter 5: the KL divergence as an average over samples (C5-sampled-kl).

The answer is random.  One term of the average is a eps^2 + b eps + c, with a = (std^2 - 1) / 2, b = mean std.
For the mean of n of them (Laurent & Massart 2000, lemma 1; and the Gaussian tail),

    |average - KL| > 2 |a| (sqrt(x/n) + x/n) + |b| sqrt(2x/n)    with a probability below 4 e^-x

So the three places refuse a right answer with a probability below 12 e^-20 = 3e-8.
"""

import math

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.repeated_calls import DRAW_FROM, REPEATABLE, fresh_generator, is_repeatable

N, FEW, CALLS = 40_000, 16, 400
PLACES = {f"mean {m}, std {s}, n = {N}": (m, s) for m, s in ((1.5, 0.5), (-1.0, 2.0), (0.25, 0.6))}
ONCE = f"mean 1.5, std 0.5, n = {FEW}"
SINGLE = "mean 1.5, std 0.5, n = 1"
NOISE = "noise"  # how much calls with a small n scatter, in units of what a right answer does
STAYS = "noise that stays"  # the same for 30 calls with n = 2000
_HALF_LOG_2PI = 0.5 * math.log(2 * math.pi)


def sampled_kl(mean, std, n, rng):
    # [answer]
    eps = rng.standard_normal(n)
    z = mean + std * eps
    log_q = -np.log(std) - 0.5 * eps**2  # the log(2 pi) of both cancels
    log_p = -0.5 * z**2
    return np.mean(log_q - log_p)
    # [end]


def _kl(mean, std):
    return 0.5 * (mean**2 + std**2 - 1) - math.log(std)


def _reach(mean, std, n, x=20.0):
    """How far the average of n terms may be from KL: see the head of this file."""
    a, b = 0.5 * (std**2 - 1), mean * std
    return 2 * abs(a) * (math.sqrt(x / n) + x / n) + abs(b) * math.sqrt(2 * x / n)


def _scatter(mean, std, n):
    """The standard deviation of the average of n terms."""
    return math.sqrt(0.5 * (std**2 - 1) ** 2 + (mean * std) ** 2) / math.sqrt(n)


def _measure(answer):
    readings = {label: answer(mean, std, N) for label, (mean, std) in PLACES.items()}
    readings |= {ONCE: answer(1.5, 0.5, FEW), SINGLE: answer(1.5, 0.5, 1)}
    if not _are_numbers(readings):
        return readings
    calls, longer = ([answer(1.5, 0.5, n) for _ in range(k)] for n, k in ((FEW, CALLS), (2000, 30)))
    if _are_numbers(dict(enumerate(calls + longer))):
        readings[NOISE] = float(np.std(calls)) / _scatter(1.5, 0.5, FEW)
        readings[STAYS] = float(np.std(longer)) / _scatter(1.5, 0.5, 2000)
        readings[REPEATABLE] = is_repeatable(answer, 1.5, 0.5, FEW)
    return readings


def _are_numbers(readings) -> bool:
    return all(np.shape(r) == () and not isinstance(r, Trouble) for r in readings.values())


def _near(readings, expected, slack=1.0, relative=0.0) -> bool:
    """Whether the averages are expected(mean, std), within the reach of a right answer times `slack`."""
    return _are_numbers(readings) and all(
        abs(float(readings[label]) - expected(m, s))
        < slack * _reach(m, s, N) + relative * abs(expected(m, s))
        for label, (m, s) in PLACES.items()
    )


def _scatters(readings) -> bool:
    """Whether 400 calls scatter as they should: half or twice of it comes up once in 10^9 (Chernoff)."""
    return 0.5 < readings.get(NOISE, 0) < 2


def _passes(readings) -> bool:
    return _near(readings, _kl) and _scatters(readings) and readings[REPEATABLE]


def _is(*expected, relative=0.02):
    """Return a predicate: the averages are one of `expected`, up to 1.5 times the noise of a right one."""
    return lambda readings: any(_near(readings, e, 1.5, relative) for e in expected)


def _with(formula, draw=None):
    """Return a wrong answer; formula(z, eps, mean, std) gives the terms, draw(mean, std, eps) gives z."""
    draw = draw or (lambda mean, std, eps: mean + std * eps)

    def wrong(mean, std, n, rng):
        eps = rng.standard_normal(n)
        return np.mean(formula(draw(mean, std, eps), eps, mean, std))

    return wrong


def _log_q(z, mean, std):
    return -np.log(std) - 0.5 * ((z - mean) / std) ** 2


def _right(z, eps, mean, std):
    return _log_q(z, mean, std) + 0.5 * z**2


def _saw(readings) -> str:
    if not _are_numbers(readings):
        label = next(name for name, r in readings.items() if np.shape(r) != ())
        return f"For {label} it returned an array of shape {np.shape(readings[label])}, expected one number."
    for label, place in PLACES.items():
        seen, expected, reach = float(readings[label]), _kl(*place), _reach(*place, N)
        if not abs(seen - expected) < reach:
            return f"For {label} it gave {seen:.4g}, expected {expected:.4g}, give or take {reach:.2g}."
    noise = readings.get(NOISE, 0)
    return f"With n = {FEW}, {CALLS} calls scatter {noise:.2g} times as much as averages of {FEW} draws do."


C5_SAMPLED_KL = CodeExercise(
    id="C5-sampled-kl",
    chapter=5,
    title="KL as an average over samples",
    question=(
        "The divergence is an average over q. Draw `n` values z from q = N(mean, std²), and return the "
        "average of log q(z) - log p(z) for p = N(0, 1): one number, which agrees with the closed form up to "
        f"noise. `mean` and `std` are numbers. {DRAW_FROM}"
    ),
    hints=(
        "`z = mean + std * eps`, with n draws of eps from N(0, 1).",
        "Write the logarithm of each density at these z. log(2 pi) stands in both, and cancels.",
        "log q(z) is -log std - (z - mean)²/(2 std²) without its log(2 pi). `np.mean` does the rest.",
    ),
    reason=(
        "The noise falls with the root of n: a hundred times as many samples give one digit more. The closed "
        "form gives them all."
    ),
    see="See chapter 5, 'The closed form, from two integrals'.",
    solution=sampled_kl,
    measure=_measure,
    passes=_passes,
    tolerance=(
        "At n = 40,000 averages are within 0.041, 0.13 and 0.019 of the closed form; a right one is refused "
        "once in 30 million. Every mistake is further away at one place, or does not scatter as n draws do."
    ),
    saw=_saw,
    takes_rng=True,
    mistakes=(
        Mistake(
            "sampled-not-averaged",
            "These are the n terms: their average is wanted, one number.",
            (lambda mean, std, n, rng: _right(mean + std * rng.standard_normal(n), 0, mean, std),),
            when=lambda r: np.shape(r[ONCE]) == (FEW,) and not isinstance(r[ONCE], Trouble),
        ),
        Mistake(
            "sampled-sum",
            "This is the sum of the terms, which grows with n: take their average.",
            (lambda mean, std, n, rng: n * sampled_kl(mean, std, n, rng),),
            when=lambda r: _are_numbers(r) and _near({k: v / N for k, v in r.items()}, _kl, 1.5),
        ),
        Mistake(
            "sampled-one-draw",
            "The average scatters as much as a single draw: one z is drawn and used n times. Draw n of them.",
            (
                lambda mean, std, n, rng: sampled_kl(mean, std, 1, rng),
                lambda mean, std, n, rng: _right(mean + std * rng.standard_normal(), 0, mean, std),
            ),
            when=lambda r: 3 < r.get(NOISE, 0) < 5.5 and r[STAYS] > 15,
        ),
        Mistake(
            "sampled-closed-form",
            "There is no noise: this is the closed form itself. Here it is to be checked against samples.",
            (lambda mean, std, n, rng: _kl(mean, std),),
            when=lambda r: _near(r, _kl, 1e-4) and r.get(NOISE, 1) < 1e-6,
        ),
        Mistake(
            "sampled-same-every-call",
            "Every call gives the same number: a generator is made, or seeded, inside the function.",
            (lambda mean, std, n, rng: sampled_kl(mean, std, n, np.random.default_rng(0)),),
            when=lambda r: r.get(NOISE, 1) < 1e-6 and _near(r, _kl),
        ),
        Mistake(
            "sampled-sign",
            "The sign is turned round: log q - log p is averaged, not log p - log q.",
            (_with(lambda z, eps, m, s: -_right(z, eps, m, s)),),
            when=_is(lambda m, s: -_kl(m, s)),
        ),
        Mistake(
            "sampled-from-p",
            "z is drawn from p. KL(q || p) is an average over q: draw from N(mean, std²).",
            (
                _with(_right, draw=lambda m, s, eps: eps),
                _with(lambda z, eps, m, s: -_right(z, eps, m, s), draw=lambda m, s, eps: eps),
            ),
            when=_is(
                lambda m, s: 0.5 - 0.5 * (1 + m**2) / s**2 - math.log(s),
                lambda m, s: -0.5 + 0.5 * (1 + m**2) / s**2 + math.log(s),
                relative=0.05,
            ),
        ),
        Mistake(
            "sampled-variance",
            "z is not drawn from N(mean, std²): the noise has to be multiplied by std itself, not by its "
            "square or its root.",
            (
                _with(_right, draw=lambda m, s, eps: m + s**2 * eps),
                _with(_right, draw=lambda m, s, eps: m + np.sqrt(s) * eps),
                _with(
                    lambda z, eps, m, s: -np.log(s) - 0.5 * eps**2 + 0.5 * z**2,
                    draw=lambda m, s, eps: m + s**2 * eps,
                ),
                _with(
                    lambda z, eps, m, s: -np.log(s) - 0.5 * eps**2 + 0.5 * z**2,
                    draw=lambda m, s, eps: m + np.sqrt(s) * eps,
                ),
            ),
            when=_is(
                lambda m, s: -math.log(s) - 0.5 * s**2 + 0.5 * (m**2 + s**4),
                lambda m, s: -math.log(s) - 0.5 / s + 0.5 * (m**2 + s),
                lambda m, s: -math.log(s) - 0.5 + 0.5 * (m**2 + s**4),
                lambda m, s: -math.log(s) - 0.5 + 0.5 * (m**2 + s),
            ),
        ),
        Mistake(
            "sampled-no-mean",
            "The mean of q is left out: z is drawn around 0, where p is highest.",
            (
                _with(
                    lambda z, eps, m, s: -np.log(s) - 0.5 * eps**2 + 0.5 * z**2,
                    draw=lambda m, s, eps: s * eps,
                ),
                _with(_right, draw=lambda m, s, eps: s * eps),
            ),
            when=_is(
                lambda m, s: _kl(0, s),
                lambda m, s: -math.log(s) - 0.5 * (1 + m**2 / s**2) + 0.5 * s**2,
            ),
        ),
        Mistake(
            "sampled-log-std",
            "-log std is missing in log q, or has the wrong sign: a narrow density is a high one.",
            (
                _with(lambda z, eps, m, s: 0.5 * z**2 - 0.5 * eps**2),
                _with(lambda z, eps, m, s: np.log(s) - 0.5 * eps**2 + 0.5 * z**2),
            ),
            when=_is(lambda m, s: _kl(m, s) + math.log(s), lambda m, s: _kl(m, s) + 2 * math.log(s)),
        ),
        Mistake(
            "sampled-uniform-noise",
            "The noise is uniform (rand, random): no value lies far out, and none to the left. It is normal.",
            (lambda mean, std, n, rng: np.mean(_right(mean + std * rng.random(n), 0, mean, std)),),
            when=_is(lambda m, s: -math.log(s) - 1 / 6 + 0.5 * (m**2 + m * s + s**2 / 3)),
        ),
        Mistake(
            "sampled-log-2pi",
            "log(2 pi) / 2 is in one of the two densities only. Put it in both, or in neither.",
            (
                _with(lambda z, eps, m, s: _right(z, eps, m, s) - _HALF_LOG_2PI),
                _with(lambda z, eps, m, s: _right(z, eps, m, s) + _HALF_LOG_2PI),
            ),
            when=_is(
                lambda m, s: _kl(m, s) - _HALF_LOG_2PI, lambda m, s: _kl(m, s) + _HALF_LOG_2PI, relative=0
            ),
        ),
        Mistake(
            "sampled-log-p-only",
            "log q is missing: -log p alone is averaged. The divergence takes both.",
            (
                _with(lambda z, eps, m, s: 0.5 * z**2 + _HALF_LOG_2PI),
                _with(lambda z, eps, m, s: 0.5 * z**2),
            ),
            when=_is(
                lambda m, s: 0.5 * (m**2 + s**2) + _HALF_LOG_2PI, lambda m, s: 0.5 * (m**2 + s**2), relative=0
            ),
        ),
        Mistake(
            "sampled-bits",
            "These are bits: the logarithms are to base 2. In nats they are natural ones.",
            (_with(lambda z, eps, m, s: _right(z, eps, m, s) / np.log(2)),),
            when=_is(lambda m, s: _kl(m, s) / math.log(2), relative=0),
        ),
        Mistake(
            "sampled-n-ignored",
            "The average is right, but does not scatter as one of n draws: is another number of draws fixed "
            "in the function?",
            (
                lambda mean, std, n, rng: sampled_kl(mean, std, 10_000, rng),
                lambda mean, std, n, rng: sampled_kl(mean, std, 1000, rng),
            ),
            when=lambda r: 1e-6 < r.get(NOISE, 0) < 0.5 and _near(r, _kl, 6),
        ),
        fresh_generator("sampled-fresh-generator", sampled_kl),
    ),
)

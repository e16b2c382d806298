"""Exercises of chapter 5: KL of two Gaussians (C5-two-gaussians), and its directions (C5-direction)."""

import numpy as np

from vaecore.exercises.kl.mistakes import BITS, SIGN
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import choice


def two_gaussians_kl(mean_q, std_q, mean_p, std_p):
    # [answer]
    mean = (mean_q - mean_p) / std_p  # of q, measured from mean_p in units of std_p
    std = std_q / std_p
    return 0.5 * (mean**2 + std**2 - 1 - 2 * np.log(std))
    # [end]


def _of(formula):
    """Return a wrong function; formula(d, a, b) with d = mean_q - mean_p and the stds a of q, b of p."""
    return lambda mean_q, std_q, mean_p, std_p: formula(mean_q - mean_p, std_q, std_p)


NARROW = "q = N(1, 0.5²), p = N(-1, 2²)"
WIDE = "q = N(-0.5, 3²), p = N(0.5, 0.8²)"
ALIKE = "q = N(2.5, 1.5²), p = N(1, 1.5²)"

C5_TWO_GAUSSIANS = CodeExercise(
    id="C5-two-gaussians",
    chapter=5,
    title="Two Gaussians",
    question=(
        "Return KL(q || p) in nats for q = N(mean_q, std_q²) and p = N(mean_p, std_p²). The arguments are "
        "four numbers, and both stds are standard deviations, not logarithms. "
        "You know the divergence from N(0, 1); a change of units makes p one."
    ),
    hints=(
        "Measure from mean_p, in units of std_p. What are the mean and the standard deviation of q there?",
        "In those units p is N(0, 1): the closed form is half of (mean² + std² - 1 - log std²).",
        "The new std is std_q / std_p, and log std² is 2 log std. Try q = p: the divergence must be 0.",
    ),
    reason=(
        "KL compares probabilities, and they stay the same when z is measured in other units. So no new "
        "integral is needed."
    ),
    see="See chapter 5, 'Two Gaussians in general'.",
    solution=two_gaussians_kl,
    inputs={
        NARROW: (1.0, 0.5, -1.0, 2.0),
        WIDE: (-0.5, 3.0, 0.5, 0.8),
        ALIKE: (2.5, 1.5, 1.0, 1.5),
        "q = N(2, 3²), p = N(-1, 2²), whole numbers": (2, 3, -1, 2),
        "q = N(0.3, 0.001²), p = N(-2, 40²)": (0.3, 0.001, -2.0, 40.0),
    },
    tolerance="Rounding in float32 changes a result by 1e-6 of its size; every mistake by more than 1%.",
    mistakes=(
        Mistake(
            "gaussians-swapped",
            "This is KL(p || q). The average runs over the first of the two, q.",
            (
                lambda mq, sq, mp, sp: two_gaussians_kl(mp, sp, mq, sq),
                _of(lambda d, a, b: np.log(a / b) + (b**2 + d**2) / (2 * a**2) - 0.5),
            ),
        ),
        Mistake(
            "gaussians-sign",
            SIGN,
            (
                lambda *args: -two_gaussians_kl(*args),
                _of(lambda d, a, b: np.log(a / b) - (a**2 + d**2) / (2 * b**2) + 0.5),
            ),
        ),
        Mistake(
            "gaussians-half",
            "A factor 1/2 is missing, in front of everything or of a part.",
            (
                lambda *args: 2 * two_gaussians_kl(*args),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + d**2) / b**2 - 0.5),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + d**2) / b**2 - 1),
            ),
        ),
        Mistake(
            "gaussians-bits",
            BITS,
            (
                lambda *args: two_gaussians_kl(*args) / np.log(2),
                _of(lambda d, a, b: np.log2(b / a) + (a**2 + d**2) / (2 * b**2) - 0.5),
            ),
        ),
        Mistake(
            "gaussians-log-turned",
            "The fraction in the logarithm is upside down: the narrower q is, the more it must cost.",
            (
                _of(lambda d, a, b: np.log(a / b) + (a**2 + d**2) / (2 * b**2) - 0.5),
                _of(lambda d, a, b: 0.5 * ((d / b) ** 2 + (a / b) ** 2 - 1 + 2 * np.log(a / b))),
            ),
        ),
        Mistake(
            "gaussians-log-variance",
            "The logarithm has the wrong factor: half of log(variance ratio) is once log(std ratio).",
            (
                _of(lambda d, a, b: 2 * np.log(b / a) + (a**2 + d**2) / (2 * b**2) - 0.5),
                _of(lambda d, a, b: 0.5 * ((d / b) ** 2 + (a / b) ** 2 - 1 - np.log(a / b))),
            ),
        ),
        Mistake(
            "gaussians-minus-one",
            "The -1 (or -1/2) is missing, or has the wrong sign: for q = p the divergence must be 0.",
            (
                _of(lambda d, a, b: np.log(b / a) + (a**2 + d**2) / (2 * b**2)),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + d**2) / (2 * b**2) - 1),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + d**2) / (2 * b**2) + 0.5),
            ),
        ),
        Mistake(
            "gaussians-mean-not-in-units",
            "The distance of the means is not measured in units of std_p: next to a wide p the same distance "
            "counts less.",
            (
                _of(lambda d, a, b: np.log(b / a) + a**2 / (2 * b**2) + d**2 / 2 - 0.5),
                _of(lambda d, a, b: np.log(b / a) + (a**2 / b**2 + d**2 / b) / 2 - 0.5),
                _of(lambda d, a, b: np.log(b / a) + (a**2 / b**2 + d**2 / a**2) / 2 - 0.5),
            ),
        ),
        Mistake(
            "gaussians-only-mean-in-units",
            "Only the mean has been measured in units of std_p. The standard deviation of q changes with the "
            "units, too.",
            (
                _of(lambda d, a, b: 0.5 * ((d / b) ** 2 + a**2 - 1 - 2 * np.log(a))),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + (d / b) ** 2) / 2 - 0.5),
            ),
        ),
        Mistake(
            "gaussians-prior",
            "p is taken for N(0, 1). Here it has a mean and a standard deviation of its own.",
            (lambda mq, sq, mp, sp: 0.5 * (mq**2 + sq**2 - 1 - 2 * np.log(sq)),),
        ),
        Mistake(
            "gaussians-means-left-out",
            "The means are left out, or one of them is. What counts is how far they are apart.",
            (
                _of(lambda d, a, b: np.log(b / a) + a**2 / (2 * b**2) - 0.5),
                lambda mq, sq, mp, sp: two_gaussians_kl(mq, sq, 0.0, sp),
                lambda mq, sq, mp, sp: two_gaussians_kl(0.0, sq, mp, sp),
            ),
        ),
        Mistake(
            "gaussians-mean-not-squared",
            "The distance of the means goes in squared: to the left costs as much as to the right.",
            (
                _of(lambda d, a, b: np.log(b / a) + a**2 / (2 * b**2) + d / (2 * b) - 0.5),
                _of(lambda d, a, b: np.log(b / a) + a**2 / (2 * b**2) + np.abs(d) / (2 * b) - 0.5),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + d) / (2 * b**2) - 0.5),
                _of(lambda d, a, b: np.log(b / a) + (a**2 + np.abs(d)) / (2 * b**2) - 0.5),
            ),
        ),
        Mistake(
            "gaussians-log-dropped",
            "The logarithm is missing: without it a very sharp q would cost next to nothing.",
            (_of(lambda d, a, b: (a**2 + d**2) / (2 * b**2) - 0.5),),
        ),
        Mistake(
            "gaussians-std-not-squared",
            "A standard deviation stands where its square, the variance, belongs.",
            (
                _of(lambda d, a, b: np.log(b / a) + a / (2 * b) + d**2 / (2 * b**2) - 0.5),
                _of(lambda d, a, b: np.log(b / a) + (a + d**2) / (2 * b**2) - 0.5),
            ),
        ),
        Mistake(
            "gaussians-std-as-variance",
            "The arguments are standard deviations, and are used as variances: square them.",
            (
                lambda mq, sq, mp, sp: two_gaussians_kl(mq, np.sqrt(sq), mp, np.sqrt(sp)),
                _of(lambda d, a, b: np.log(b / a) + (a + d**2) / (2 * b) - 0.5),
            ),
        ),
        Mistake(
            "gaussians-std-as-log-std",
            "The arguments are standard deviations, and are used as their logarithms.",
            (lambda mq, sq, mp, sp: two_gaussians_kl(mq, np.exp(sq), mp, np.exp(sp)),),
        ),
        Mistake(
            "gaussians-symmetric",
            "This is the mean (or the sum) of both directions, which has another name. KL has a direction.",
            (
                lambda mq, sq, mp, sp: (
                    (two_gaussians_kl(mq, sq, mp, sp) + two_gaussians_kl(mp, sp, mq, sq)) / 2
                ),
                lambda mq, sq, mp, sp: two_gaussians_kl(mq, sq, mp, sp) + two_gaussians_kl(mp, sp, mq, sq),
            ),
        ),
    ),
)

C5_DIRECTION = choice(
    "C5-direction",
    5,
    "What KL is, and what it is not",
    "KL(q || p) is the average of log(q / p) over q. Which statements are true?",
    (
        "Try each statement on two Gaussians in the figure at the top of the chapter.",
        "A single term can be negative. Can the average?",
    ),
    "See chapter 5, 'Which way round'.",
    (
        "direction-distance",
        False,
        "KL(q || p) is the distance of q and p.",
        "A distance is the same there and back. Swap a narrow and a wide Gaussian, and KL is another number.",
    ),
    (
        "direction-negative-part",
        False,
        "Where q(z) < p(z) the logarithm is negative, so KL(q || p) is negative if that is so at most z.",
        "The logarithm is negative there, but the average is not: q has little weight there. By "
        "log t <= t - 1 the sum is never below 0.",
    ),
    (
        "direction-forbidden",
        True,
        "If p rules out a value that q allows, KL(q || p) is infinite, whatever KL(p || q) is.",
        "q log(q / p) is infinite for p = 0. In the other direction that value has the weight 0 and costs "
        "nothing.",
    ),
    (
        "direction-covers",
        False,
        "A single Gaussian q with the smallest KL(q || p) covers both humps of a p with two humps far apart.",
        "It stays in one hump, since KL(q || p) punishes mass in the valley, where p has next to none. "
        "The smallest KL(p || q) covers both.",
    ),
    (
        "direction-equal-widths",
        True,
        "For two Gaussians of the same width both directions agree.",
        "Then the logarithm vanishes, and (difference of the means)² / (2 variance) is left. So KL can be "
        "equal both ways; it need not.",
    ),
    (
        "direction-bits",
        False,
        "The same divergence is a smaller number in bits than in nats.",
        "One bit is log 2 = 0.69 nats, a smaller unit, so the number is larger: divide by 0.69.",
    ),
)

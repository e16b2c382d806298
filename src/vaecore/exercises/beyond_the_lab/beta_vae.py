"""Exercises of chapter 8: rate and distortion (C8-rate), and the mutual information gap (C8-gap)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import ValueExercise

# ---------------------------------------------------------------- C8-rate

RATE = ValueExercise(
    id="C8-rate",
    chapter=8,
    title="Two models on the menu",
    question=(
        "Model A has rate 24 and distortion 76, model B rate 14 and distortion 91 nats. Give three numbers: "
        "the bound on log p(x) of A (beta = 1); what a beta-VAE with beta = 4 minimises, for B; and the "
        "beta for which this loss is the same for A and B."
    ),
    hints=(
        "The bound is E[log p(x | z)] - KL. Which of the two is the rate, and what is the distortion?",
        "A beta-VAE minimises distortion + beta rate. Write this for A and for B, and set them equal.",
    ),
    reason=(
        "The bound is -(76 + 24) = -100; 91 + 4 * 14 = 147; and 76 + 24 beta = 91 + 14 beta where "
        "beta = 15 / 10. B saves 10 nats of rate and loses 15 of distortion: for a beta above 1.5 that is a "
        "good bargain."
    ),
    see="See chapter 8, 'A weight on the KL'.",
    value=(-100.0, 147.0, 1.5),
    names=("bound on log p(x) of A", "loss of B", "beta"),
    digits=4,  # all three come out even
    mistakes=(
        Mistake(
            "rate-bound-sign",
            "The first number is a loss. The bound is minus the sum of rate and distortion: log p(x) of an "
            "image lies far below 0.",
            ((100, 147, 1.5),),
        ),
        Mistake(
            "rate-added-to-bound",
            "In the first number the rate has the wrong sign. The distortion is minus the log-likelihood; "
            "the KL, the rate, is subtracted from the log-likelihood.",
            ((-52, 147, 1.5), (52, 147, 1.5)),
        ),
        Mistake(
            "rate-distortion-is-bound",
            "The first number is the log-likelihood alone: the bound subtracts the rate as well.",
            ((-76, 147, 1.5), (76, 147, 1.5)),
        ),
        Mistake(
            "rate-beta-in-bound",
            "The first number has beta = 4 in it. The bound of a VAE has beta = 1; with more it is the "
            "looser one that is trained.",
            ((-172, 147, 1.5), (172, 147, 1.5)),
        ),
        Mistake(
            "rate-beta-on-distortion",
            "In the second number beta weighs the distortion. It weighs the KL, the rate.",
            ((-100, 378, 1.5),),
        ),
        Mistake(
            "rate-loss-sign",
            "The second number has a wrong sign: what is minimised is the sum of distortion and beta times "
            "rate, both positive.",
            ((-100, -147, 1.5), (-100, 35, 1.5), (-100, -35, 1.5)),
        ),
        Mistake(
            "rate-without-beta",
            "The second number is rate + distortion, without beta.",
            ((-100, 105, 1.5), (-100, -105, 1.5)),
        ),
        Mistake(
            "rate-exchange-upside-down",
            "The third number is upside down: beta is how many nats of distortion one nat of rate is worth, "
            "so the 15 of the distortion stand above the 10 of the rate.",
            ((-100, 147, 2 / 3),),
        ),
        Mistake(
            "rate-slope-sign",
            "The third number is the slope from A to B, and it is negative. beta is minus the slope.",
            ((-100, 147, -1.5),),
        ),
        Mistake(
            "rate-quotients",
            "The third number is the distortion over the rate of one model. What counts is what one pays "
            "and gets on the way from A to B: the differences.",
            ((-100, 147, 76 / 24), (-100, 147, 91 / 14)),
        ),
    ),
)

# ---------------------------------------------------------------- C8-gap


def information_gap(information, entropy):
    # [answer]
    in_order = np.sort(information, axis=0)  # each factor's column, the largest last
    gaps = (in_order[-1] - in_order[-2]) / entropy  # (K,)
    return np.mean(gaps)
    # [end]


def _sorted(information):
    """The largest first, for each factor."""
    return np.sort(information, axis=0)[::-1]


FOUR = "4 dimensions, 2 factors"
THREE = "3 dimensions, 3 factors"
TWICE = "a factor that two dimensions tell in full"
SINGLE = "5 dimensions, 1 factor"
PAIR = "2 dimensions, 4 factors, whole numbers"

_GAP = {
    FOUR: (np.array([[0.9, 0.1], [0.25, 0.05], [0.6, 1.2], [0.0, 0.7]]), np.array([1.0, 1.6])),
    THREE: (np.array([[0.2, 0.0, 0.3], [0.4, 0.5, 0.1], [1.1, 0.2, 0.9]]), np.array([1.4, 0.7, 1.1])),
    TWICE: (np.array([[0.3, 0.1], [0.7, 0.2], [0.7, 0.5]]), np.array([0.7, 0.6])),
    SINGLE: (np.array([[0.2], [0.9], [0.1], [0.5], [0.3]]), np.array([1.2])),
    PAIR: (np.array([[2.0, 0, 1, 3], [1, 4, 0, 1]]), np.array([3.0, 5, 2, 4])),
}
_BY = (FOUR, THREE, SINGLE, PAIR)

GAP = CodeExercise(
    id="C8-gap",
    chapter=8,
    title="The mutual information gap",
    question=(
        "`information[j, k]` is what latent dimension j tells about factor k, in nats, shape (L, K); "
        "`entropy[k]` is all there is to tell about it, shape (K,). Return the mutual information gap, one "
        "number."
    ),
    hints=(
        "For each factor, which are the two dimensions that tell most? `np.sort(information, axis=0)` puts "
        "the largest of each column last.",
        "Their difference, divided by the factor's entropy, is that factor's gap. Average over the factors.",
    ),
    reason=(
        "The second-best dimension is subtracted, so that a factor that is told twice scores 0. Each factor "
        "is measured by its own entropy, so that a factor with many values counts no more than one with few."
    ),
    see="See chapter 8, 'Do the dimensions mean anything?'.",
    solution=information_gap,
    inputs=_GAP,
    mistakes=(
        Mistake(
            "gap-no-second",
            "Only the best dimension is counted. Without subtracting the second best, a code that holds "
            "every factor twice has the best score.",
            (lambda i, h: np.mean(_sorted(i)[0] / h), lambda i, h: np.mean(_sorted(i)[0])),
            by=_BY,
        ),
        Mistake(
            "gap-lowest",
            "The least informed dimension is subtracted. The rival of the best is the second best.",
            (lambda i, h: np.mean((i.max(axis=0) - i.min(axis=0)) / h),),
        ),
        Mistake(
            "gap-average-subtracted",
            "What the other dimensions tell on average is subtracted. One strong rival is enough for "
            "ambiguity: subtract the second best.",
            (
                lambda i, h: np.mean((_sorted(i)[0] - _sorted(i)[1:].mean(axis=0)) / h),
                lambda i, h: np.mean((i.max(axis=0) - i.mean(axis=0)) / h),
                lambda i, h: np.mean((i.max(axis=0) - np.median(i, axis=0)) / h),
            ),
            by=_BY,
        ),
        Mistake(
            "gap-others-summed",
            "What all other dimensions tell is subtracted. The gap has the second best alone.",
            (lambda i, h: np.mean((_sorted(i)[0] - _sorted(i)[1:].sum(axis=0)) / h),),
        ),
        Mistake(
            "gap-axis",
            "The factors of each dimension are compared. It is the other way round: for each factor, its two "
            "best dimensions.",
            (
                lambda i, h: np.mean(np.sort(i / h, axis=1)[:, -1] - np.sort(i / h, axis=1)[:, -2]),
                lambda i, h: np.mean(np.sort(i, axis=1)[:, -1] - np.sort(i, axis=1)[:, -2]),
            ),
        ),
        Mistake(
            "gap-neighbours",
            "Dimensions are compared in the order in which they stand. Their order means nothing: sort by "
            "how much they tell.",
            (
                lambda i, h: np.mean((i[0] - i[1]) / h),
                lambda i, h: np.mean((i[-1] - i[-2]) / h),
            ),
        ),
        Mistake(
            "gap-sign",
            "The difference runs the wrong way: best minus second best is never negative.",
            (lambda i, h: -information_gap(i, h),),
            by=_BY,
        ),
        Mistake(
            "gap-not-normalised",
            "These are nats. Divide each factor's gap by its entropy, or a factor with many values counts "
            "for more.",
            (lambda i, h: np.mean(_sorted(i)[0] - _sorted(i)[1]),),
        ),
        Mistake(
            "gap-one-entropy",
            "The gaps are divided by all entropies together. Each factor has its own.",
            (
                lambda i, h: np.sum(_sorted(i)[0] - _sorted(i)[1]) / np.sum(h),
                lambda i, h: np.mean(_sorted(i)[0] - _sorted(i)[1]) / np.sum(h),
                lambda i, h: np.mean(_sorted(i)[0] - _sorted(i)[1]) / np.max(h),
            ),
        ),
        Mistake(
            "gap-summed",
            "The gaps are added up. With their average the score stays between 0 and 1.",
            (lambda i, h: np.sum((_sorted(i)[0] - _sorted(i)[1]) / h),),
        ),
        Mistake(
            "gap-for-each-factor",
            "These are the gaps of the single factors: the score is their average.",
            (lambda i, h: (_sorted(i)[0] - _sorted(i)[1]) / h,),
        ),
    ),
)

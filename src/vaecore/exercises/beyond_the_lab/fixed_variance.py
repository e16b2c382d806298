"""Exercise of chapter 8: the weight of the KL beside a squared error that is averaged (C8-best-std)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def weight_of_kl(x, mean):
    # [answer]
    variance = np.mean((x - mean) ** 2)  # the best sigma^2
    return 2 * variance / x.shape[1]
    # [end]


def _weight(std_of):
    """The weight that belongs to another standard deviation."""
    return lambda x, m: 2 * std_of(x, m) ** 2 / x.shape[1]


THREE = "3 points with 3 entries"
WIDER = "2 points with 4 entries"
COLUMN = "4 points with 1 entry, whole numbers"
_FIT = {
    THREE: (
        np.array([[0.5, -1.0, 0.3], [2.0, 0.0, -0.6], [-1.5, 3.0, 1.0]]),
        np.array([[0.0, 0.5, 0.5], [1.0, -2.0, 0.0], [-1.0, 3.6, 0.6]]),
    ),
    WIDER: (
        np.array([[1.0, 0.2, -0.4, 2.0], [0.0, -1.0, 1.0, 0.5]]),
        np.array([[0.3, 0.5, 0.4, -0.1], [0.9, -0.4, 0.2, 1.5]]),
    ),
    "one point, errors 3 and 4": (np.array([[3.0, -4.0]]), np.array([[0.0, 0.0]])),
    COLUMN: (np.array([[2.0], [-1], [0], [5]]), np.array([[4.0], [-3], [2], [3]])),
}

BEST_STD = CodeExercise(
    id="C8-best-std",
    chapter=8,
    title="The weight in a mean squared error",
    question=(
        "A program minimises the squared error, averaged over the D entries of a point, plus w times the "
        "KL. `x` are points and `mean` what its decoder makes of them, both (B, D). Let sigma be the one "
        "standard deviation, for all entries and points, that makes the mean over the points of "
        "`log N(x | mean, sigma^2 I)` largest. With which w does the program train the VAE whose decoder has "
        "that sigma? Return w: one number."
    ),
    hints=(
        "First sigma: for one point the log-likelihood is -|x - mean|^2 / (2 sigma^2) - D log sigma, and a "
        "constant. Take the mean over the points, and set the derivative with respect to sigma to 0.",
        "Then w: write down minus the bound, and multiply it so that the squared error stands there as the "
        "program has it. What has become of the KL's factor 1?",
        "sigma^2 is the mean squared error of an entry. The squared error of a point has the factor "
        "1 / (2 sigma^2) in minus the bound, and 1 / D in the program.",
    ),
    reason=(
        "The derivative |x - mean|^2 / sigma^3 - D / sigma is 0 where sigma^2 is the mean squared error of "
        "an entry. Minus the bound is |x - mean|^2 / (2 sigma^2) + KL, and 2 sigma^2 / D times that is what "
        "the program minimises. A weight of 1 would mean sigma^2 = D / 2. And the better the decoder, the "
        "smaller is the weight: if it is learnt along with the decoder it can run away, like sigma itself."
    ),
    see="See chapter 8, 'Fixed variance: a squared error'.",
    solution=weight_of_kl,
    inputs=_FIT,
    mistakes=(
        Mistake(
            "best-std-variance",
            "This is the best variance, sigma^2, and not yet the weight: what becomes of the KL when the "
            "squared error is brought to the program's form?",
            (lambda x, m: np.mean((x - m) ** 2),),
            by=(THREE, WIDER, COLUMN),
        ),
        Mistake(
            "best-std-alone",
            "This is the best sigma. The question goes on: which weight of the KL belongs to it?",
            (lambda x, m: np.sqrt(np.mean((x - m) ** 2)),),
        ),
        Mistake(
            "best-std-of-x",
            "The spread of x about its own average is taken for sigma. What counts is the distance of each x "
            "from the mean that the decoder gave for it.",
            (
                _weight(lambda x, m: np.std(x)),
                _weight(lambda x, m: np.std(x, ddof=1) if x.size > 2 else np.std(x)),
                _weight(lambda x, m: np.sqrt(np.mean((x - x.mean(axis=0)) ** 2))),
            ),
            by=(THREE, WIDER),
        ),
        Mistake(
            "best-std-error-centred",
            "The average error is taken off first, as np.std does. Here the centre is given; an error that "
            "all entries share is an error too.",
            (
                _weight(lambda x, m: np.std(x - m)),
                _weight(lambda x, m: np.sqrt(np.mean(np.var(x - m, axis=0)))),
            ),
        ),
        Mistake(
            "best-std-not-per-entry",
            "D is missing once: the squared error of a point is the sum of D squares, both where the best "
            "sigma is looked for and where the program takes their average.",
            (
                lambda x, m: 2 * np.mean((x - m) ** 2),
                _weight(lambda x, m: np.sqrt(np.mean(np.sum((x - m) ** 2, axis=1)))),
                _weight(lambda x, m: np.mean(np.linalg.norm(x - m, axis=1))),
            ),
            by=(THREE, WIDER),
        ),
        Mistake(
            "best-std-absolute",
            "The mean size of an error is taken for sigma. A Gaussian pays for the square of an error, so it "
            "is the root of the mean square. (The mean size is right for a Laplace density.)",
            (_weight(lambda x, m: np.mean(np.abs(x - m))),),
        ),
        Mistake(
            "best-std-per-entry",
            "There is one weight for each entry: here all entries share one sigma.",
            (_weight(lambda x, m: np.sqrt(np.mean((x - m) ** 2, axis=0))),),
        ),
        Mistake(
            "best-std-per-point",
            "There is one weight for each point: here all points share one sigma.",
            (_weight(lambda x, m: np.sqrt(np.mean((x - m) ** 2, axis=1))),),
        ),
        Mistake(
            "best-std-mean-of-roots",
            "The root is taken for each point or entry, and then the average. Average the squares first.",
            (
                _weight(lambda x, m: np.mean(np.sqrt(np.mean((x - m) ** 2, axis=1)))),
                _weight(lambda x, m: np.mean(np.sqrt(np.mean((x - m) ** 2, axis=0)))),
            ),
            by=(THREE, WIDER),
        ),
        Mistake(
            "best-std-one-less",
            "The sum is divided by one less than the number of errors. That corrects for a mean estimated "
            "from the same data; the most likely sigma divides by all of them.",
            (_weight(lambda x, m: np.sqrt(np.sum((x - m) ** 2) / (x.size - 1))),),
        ),
        Mistake(
            "best-std-half",
            "A factor of 2 got lost, or came in twice: minus the bound has |x - mean|^2 / (2 sigma^2) in it.",
            (lambda x, m: weight_of_kl(x, m) / 2, lambda x, m: weight_of_kl(x, m) * 2),
        ),
        Mistake(
            "best-std-root-for-variance",
            "sigma stands where sigma^2 belongs: the squared error is divided by twice the variance.",
            (lambda x, m: 2 * np.sqrt(np.mean((x - m) ** 2)) / x.shape[1],),
        ),
        Mistake(
            "best-std-turned-over",
            "This is the weight of the squared error beside a KL with the factor 1: it is turned over.",
            (lambda x, m: 1 / weight_of_kl(x, m),),
        ),
        Mistake(
            "best-std-log",
            "This is a logarithm: take its exponential.",
            (lambda x, m: np.log(weight_of_kl(x, m)), lambda x, m: np.log(np.mean((x - m) ** 2))),
        ),
    ),
)

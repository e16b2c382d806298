"""Exercise of chapter 8: the fixed variance that suits the errors best (C8-best-std)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def best_std(x, mean):
    # [answer]
    return np.sqrt(np.mean((x - mean) ** 2))
    # [end]


THREE = "3 points with 2 entries"
WIDER = "2 points with 4 entries"
COLUMN = "4 points with 1 entry, whole numbers"
_FIT = {
    THREE: (
        np.array([[0.5, -1.0], [2.0, 0.0], [-1.5, 3.0]]),
        np.array([[0.0, 0.5], [1.0, -2.0], [-1.0, 3.6]]),
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
    title="The best fixed variance",
    question=(
        "`x` and `mean` have shape (B, D). One standard deviation sigma serves all entries and all points. "
        "Return the sigma that makes the mean over the points of `log N(x | mean, sigma^2 I)` largest: one "
        "number."
    ),
    hints=(
        "For one point the log-likelihood is -|x - mean|^2 / (2 sigma^2) - D log sigma, and a constant.",
        "Take the mean over the points, set the derivative with respect to sigma to 0, and multiply by "
        "sigma^3.",
        "What remains is D sigma^2 = mean over the points of |x - mean|^2. Do not forget the root.",
    ),
    reason=(
        "The derivative |x - mean|^2 / sigma^3 - D / sigma is 0 where sigma^2 is the mean squared error of "
        "an entry. If the error goes to 0, so does sigma, and the density grows without limit: the runaway "
        "of this chapter."
    ),
    see="See chapter 8, 'Fixed variance: a squared error'.",
    solution=best_std,
    inputs=_FIT,
    mistakes=(
        Mistake(
            "best-std-variance",
            "This is the best variance, sigma^2. The standard deviation is its root.",
            (lambda x, m: best_std(x, m) ** 2,),
        ),
        Mistake(
            "best-std-of-x",
            "This is the spread of x about its own average. What counts is the distance of each x from the "
            "mean that the decoder gave for it.",
            (
                lambda x, m: np.std(x),
                lambda x, m: np.std(x, ddof=1) if x.size > 2 else np.std(x),
                lambda x, m: np.sqrt(np.mean((x - x.mean(axis=0)) ** 2)),
            ),
            by=(THREE, WIDER),
        ),
        Mistake(
            "best-std-error-centred",
            "The average error is taken off first, as np.std does. Here the centre is given; an error that "
            "all entries share is an error too.",
            (lambda x, m: np.std(x - m), lambda x, m: np.sqrt(np.mean(np.var(x - m, axis=0)))),
        ),
        Mistake(
            "best-std-not-per-entry",
            "The squares of a whole point are added up and not divided by D: |x - mean|^2 has D entries in "
            "it, and log sigma counts D times as well.",
            (
                lambda x, m: np.sqrt(np.mean(np.sum((x - m) ** 2, axis=1))),
                lambda x, m: np.mean(np.linalg.norm(x - m, axis=1)),
            ),
        ),
        Mistake(
            "best-std-absolute",
            "This is the mean size of an error. A Gaussian pays for the square of an error, so take the root "
            "of the mean square. (The mean size is right for a Laplace density.)",
            (lambda x, m: np.mean(np.abs(x - m)),),
        ),
        Mistake(
            "best-std-per-entry",
            "There is one sigma for each entry, averaged over the points: here all entries share one.",
            (lambda x, m: np.sqrt(np.mean((x - m) ** 2, axis=0)),),
        ),
        Mistake(
            "best-std-per-point",
            "There is one sigma for each point: here all points share one.",
            (lambda x, m: np.sqrt(np.mean((x - m) ** 2, axis=1)),),
        ),
        Mistake(
            "best-std-mean-of-roots",
            "The root is taken for each point or entry, and then the average. Average the squares first.",
            (
                lambda x, m: np.mean(np.sqrt(np.mean((x - m) ** 2, axis=1))),
                lambda x, m: np.mean(np.sqrt(np.mean((x - m) ** 2, axis=0))),
            ),
            by=(THREE, WIDER),
        ),
        Mistake(
            "best-std-one-less",
            "The sum is divided by one less than the number of errors. That corrects for a mean estimated "
            "from the same data; the most likely sigma divides by all of them.",
            (lambda x, m: np.sqrt(np.sum((x - m) ** 2) / (x.size - 1)),),
        ),
        Mistake(
            "best-std-half",
            "A factor of 2 got lost: the 2 of 2 sigma^2 goes when the derivative is taken.",
            (lambda x, m: best_std(x, m) / np.sqrt(2), lambda x, m: best_std(x, m) * np.sqrt(2)),
        ),
        Mistake(
            "best-std-log",
            "This is log sigma: take its exponential.",
            (lambda x, m: np.log(best_std(x, m)), lambda x, m: 2 * np.log(best_std(x, m))),
        ),
    ),
)

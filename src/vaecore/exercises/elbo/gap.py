"""Exercises of chapter 3: the gap below log p(x), and how it is closed (C3-best-q, S-TIGHT)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake

# ---------------------------------------------------------------- C3-best-q: the q that closes the gap


def best_guess(prior, likelihood, x):
    # [answer]
    joint = prior * likelihood[:, x]  # p(x, z) for each z
    return joint / np.sum(joint)
    # [end]


def _share(values):
    return values / np.sum(values)


def _softmax_of_joint(prior, likelihood, x):
    return _share(np.exp(prior * likelihood[:, x]))


SQUARE = "prior (0.6, 0.4), likelihood ((0.7, 0.3), (0.1, 0.9)), x = 1"
COAT = (
    "a damp coat: prior (0.5, 0.3, 0.2), likelihood ((0.7, 0.2, 0.1), (0.2, 0.6, 0.2), (0.1, 0.2, 0.7)), "
    "x = 1"
)
TWO = "prior (0.9, 0.1), likelihood ((0.1, 0.2, 0.3, 0.4), (0.6, 0.2, 0.1, 0.1)), x = 0"
NEVER = "prior (0.1, 0.2, 0.3, 0.4), likelihood ((0.5, 0.5), (0.9, 0.1), (1, 0), (0.3, 0.7)), x = 1"

C3_BEST_Q = CodeExercise(
    id="C3-best-q",
    chapter=3,
    title="The q that closes the gap",
    question=(
        "`prior` is p(z), shape (K,); `likelihood` has rows p(x | z), shape (K, M); `x` is a number 0 to "
        "M - 1. Return the q, shape (K,), for which the lower bound of this x is highest. "
        "You need no search."
    ),
    hints=(
        "log p(x) = bound + KL(q || p(z | x)), and the left side does not move. When is the bound highest?",
        "A KL divergence is 0 if its two distributions are the same.",
        "Bayes: the posterior is each z's share of the sum of p(z) p(x | z).",
    ),
    reason=(
        "The gap is KL(q || p(z | x)), and it is 0 for the posterior alone. "
        "There the bound is log p(x) itself."
    ),
    see="See chapter 3, 'Never negative, hence a bound'.",
    solution=best_guess,
    inputs={
        COAT: (np.array([0.5, 0.3, 0.2]), np.array([[0.7, 0.2, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]]), 1),
        TWO: (np.array([0.9, 0.1]), np.array([[0.1, 0.2, 0.3, 0.4], [0.6, 0.2, 0.1, 0.1]]), 0),
        NEVER: (np.array([0.1, 0.2, 0.3, 0.4]), np.array([[0.5, 0.5], [0.9, 0.1], [1, 0], [0.3, 0.7]]), 1),
        SQUARE: (np.array([0.6, 0.4]), np.array([[0.7, 0.3], [0.1, 0.9]]), 1),
        "prior (1), likelihood ((0.2, 0.5, 0.3)), x = 2": (np.array([1.0]), np.array([[0.2, 0.5, 0.3]]), 2),
        "prior (0.25, 0.75), one x only": (np.array([0.25, 0.75]), np.ones((2, 1)), 0),
    },
    mistakes=(
        Mistake(
            "best-q-prior",
            "This is the prior: it has not looked at x. Its KL divergence from the prior is 0, "
            "but it explains x badly.",
            (lambda prior, likelihood, x: prior,),
        ),
        Mistake(
            "best-q-likelihood-alone",
            "The prior is missing: this q believes whatever explains x best, however rare it is.",
            (lambda prior, likelihood, x: _share(likelihood[:, x]),),
        ),
        Mistake(
            "best-q-not-normalised",
            "This is the joint p(x, z). Its sum over z is p(x), and a q has the sum 1.",
            (lambda prior, likelihood, x: prior * likelihood[:, x],),
        ),
        Mistake(
            "best-q-one-z",
            "Everything is on the most probable z. That makes the average of log p(x, z) as large as can be, "
            "but the bound has the entropy of q in it too, -E_q[log q], and this q has none.",
            (lambda prior, likelihood, x: np.eye(len(prior))[np.argmax(prior * likelihood[:, x])],),
        ),
        Mistake(
            "best-q-uniform",
            "All z alike: this q has the largest entropy of all, and knows nothing of x or of the prior.",
            (lambda prior, likelihood, x: np.full(len(prior), 1 / len(prior)),),
        ),
        Mistake(
            "best-q-normalised-over-x",
            "Divided by the sum over x, which gives p(x | z) back. Here x is known, and the sum is over z.",
            (
                lambda prior, likelihood, x: likelihood[:, x],
                lambda prior, likelihood, x: (prior[:, None] * likelihood)[:, x] / prior,
            ),
        ),
        Mistake(
            "best-q-row-for-column",
            "likelihood[x] is the row of one z. p(x | z) for all z is the column of x.",
            (
                lambda prior, likelihood, x: _share(prior * likelihood[x]),
                lambda prior, likelihood, x: _share(prior * likelihood[x, :]),
            ),
            by=(SQUARE,),
        ),
        Mistake(
            "best-q-softmax",
            "A softmax of the joint: that turns *logarithms* into probabilities. p(x, z) is a probability "
            "already.",
            (_softmax_of_joint,),
        ),
    ),
)

# ---------------------------------------------------------------- S-TIGHT: the gap of a factorised q


def factorised_gap(covariance):
    # [answer]
    precision = np.linalg.inv(covariance)
    _, log_det = np.linalg.slogdet(precision)
    return 0.5 * (np.sum(np.log(np.diag(precision))) - log_det)
    # [end]


def _of_matrices(formula):
    """Return formula(S, P, log det P) as a function of the covariance S; P is the precision."""

    def wrong(covariance):
        precision = np.linalg.inv(covariance)
        return formula(covariance, precision, np.linalg.slogdet(precision)[1])

    return wrong


def _logs(matrix):
    return np.sum(np.log(np.diag(matrix)))


def _gap_of_own_variances(S, P, log_det):
    return 0.5 * (np.sum(np.diag(P) * np.diag(S)) - len(S) - _logs(S) - log_det)


def _two_latents(S):
    return -0.5 * np.log(1 - S[0, 1] ** 2 / (S[0, 0] * S[1, 1]))


UNIT, SCALED, FREE = (
    f"covariance {text}" for text in ("((1, 0.6), (0.6, 1))", "((4, 0.8), (0.8, 1))", "((2, 0), (0, 0.5))")
)
THREE = "covariance ((2, 0.7, -0.4), (0.7, 1, 0.3), (-0.4, 0.3, 0.5))"

def _chain(size):
    """A covariance of many latents, each correlated with its neighbours: its determinant is 0 for a float."""
    places = np.arange(size)
    return 0.001 * 0.6 ** np.abs(places[:, None] - places) * np.linspace(0.8, 1.2, size)[0]


S_TIGHT = CodeExercise(
    id="S-TIGHT",
    chapter=3,
    title="The gap of a factorised q",
    question=(
        "The posterior is Gaussian with this `covariance`, shape (L, L). Return the gap "
        "KL(q || p(z | x)) of the best q among the Gaussians with independent latents, in nats. There may be "
        "hundreds of latents."
    ),
    hints=(
        "Try two latents with variance 1 and correlation rho first: the gap is -log(1 - rho^2) / 2.",
        "The best factorised q has the variances 1 / P_jj, where P is the precision, the inverse of the "
        "covariance.",
        "The gap is half of: the sum of log P_jj, minus log det P. np.linalg.slogdet returns the sign, and "
        "the logarithm of the absolute value.",
    ),
    reason=(
        "Where the latents are independent in the posterior it is 0, and it grows without limit as two of "
        "them come to depend on each other completely: -log(1 - rho^2) / 2 for two."
    ),
    see="See chapter 3, 'How tight is the bound?'.",
    solution=factorised_gap,
    inputs={
        UNIT: (np.array([[1, 0.6], [0.6, 1]]),),
        SCALED: (np.array([[4, 0.8], [0.8, 1]]),),
        FREE: (np.diag([2, 0.5]),),
        THREE: (np.array([[2, 0.7, -0.4], [0.7, 1, 0.3], [-0.4, 0.3, 0.5]]),),
        "covariance ((3))": (np.array([[3]]),),
        "covariance ((1, 0.9999), (0.9999, 1))": (np.array([[1, 0.9999], [0.9999, 1]]),),
        "150 latents with variances near 0.001": (_chain(150),),
    },
    mistakes=(
        Mistake(
            "tight-own-variances",
            "This is the gap of a q with the posterior's own variances, the diagonal of the covariance. "
            "A narrower q is better: it puts less where the posterior has next to nothing.",
            (_of_matrices(_gap_of_own_variances),),
        ),
        Mistake(
            "tight-reverse",
            "This is the smallest KL(p(z | x) || q), the other direction, which agrees for two latents. "
            "The gap is KL(q || p(z | x)): the precision's diagonal is in it, not the covariance's.",
            (
                _of_matrices(lambda S, P, log_det: 0.5 * (_logs(S) + log_det)),
                lambda S: 0.5 * (_logs(S) - np.linalg.slogdet(S)[1]),
            ),
        ),
        Mistake(
            "tight-mixed",
            "The covariance and the precision are mixed: the diagonal of the one, the determinant of the "
            "other. For independent latents the gap must be 0.",
            (
                _of_matrices(lambda S, P, log_det: 0.5 * (_logs(P) + log_det)),
                _of_matrices(lambda S, P, log_det: 0.5 * (_logs(S) - log_det)),
            ),
        ),
        Mistake(
            "tight-half",
            "This is twice the gap: take half of the difference.",
            (lambda S: 2 * factorised_gap(S), _of_matrices(lambda S, P, log_det: _logs(P) - log_det)),
        ),
        Mistake(
            "tight-sign",
            "The sign is turned round: the gap is a KL divergence, and never negative.",
            (lambda S: -factorised_gap(S), _of_matrices(lambda S, P, log_det: 0.5 * (log_det - _logs(P)))),
        ),
        Mistake(
            "tight-bits",
            "These are bits: the logarithm is to base 2. In nats it is the natural one.",
            (lambda S: factorised_gap(S) / np.log(2),),
        ),
        Mistake(
            "tight-two-latents",
            "Right for two latents. With three, each pair has a correlation, and their matrix counts.",
            (_two_latents, lambda S: -0.5 * np.log(np.linalg.det(S[:2, :2]) / (S[0, 0] * S[1, 1]))),
        ),
        Mistake(
            "tight-covariance-for-correlation",
            "The covariance is taken for the correlation: divide it by both standard deviations first.",
            (lambda S: -0.5 * np.log(1 - S[0, 1] ** 2), lambda S: -0.5 * np.log1p(-(S[0, 1] ** 2))),
            by=(UNIT, SCALED, FREE),
        ),
        Mistake(
            "tight-one-over-variance",
            "1 / variance is not the diagonal of the precision: invert the whole matrix, then take its "
            "diagonal.",
            (_of_matrices(lambda S, P, log_det: 0.5 * (-_logs(S) - log_det)),),
        ),
    ),
)

"""Exercises of chapter 4: the gradient of an expectation, estimated in two ways (P-2d, P-2dc)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import choice
from vaecore.exercises.reparameterization.pairs import measure_apart

P_2D = choice(
    "P-2d",
    4,
    "Why plain stochastic gradients fail",
    "z is drawn from q_phi(z | x), f(z) is computed from it, and the gradient of E[f(z)] with respect to phi "
    "is wanted. Which statements are true?",
    (
        "There are two reasons: one estimator has no path, the other a high variance.",
        "A wrong mean and a large scatter are two different faults. Which one has the score function?",
    ),
    "See chapter 4, 'A gradient with no way back'.",
    (
        "plain-no-path",
        True,
        "A number that has been drawn does not remember phi: its derivative is 0, or autograd refuses it.",
        "phi is in the distribution, and not in the number; the gradient finds no path from z back to it.",
    ),
    (
        "plain-more-draws",
        False,
        "The gradient through a plain draw is noisy; with enough draws its mean is right.",
        "It is 0 for every single draw, so its mean is 0 as well. No number of draws mends that.",
    ),
    (
        "plain-score-mean-wrong",
        False,
        "The score-function estimator, f(z) times the gradient of log q(z), has a wrong mean for a narrow q.",
        "Its mean is right for every q. It is its variance that may grow as q becomes narrow.",
    ),
    (
        "plain-score-needs-slope",
        True,
        "The score-function estimator needs no derivative of f, which may even have jumps.",
        "It uses the values of f alone; what is differentiated is log q.",
    ),
    (
        "plain-baseline-bias",
        False,
        "A baseline that is subtracted from f changes the mean of the score-function estimator.",
        "The score has mean 0, so a constant times it has mean 0: only the variance changes.",
    ),
    (
        "plain-path-for-all",
        False,
        "The pathwise estimator is right for every f and every z, also for discrete ones.",
        "It needs a continuous z and an f with a slope: of a step it sees only the flat parts.",
    ),
    target="src-p-2d",
)

# ---------------------------------------------------------------- P-2dc: two estimators of one gradient


def gradient_estimates(f, slope, mu, sigma, eps):
    z = mu + sigma * eps  # one draw of N(mu, sigma^2) for each eps
    # [answer]
    score = f(z) * eps / sigma
    path = slope(z)
    return score, path
    # [end]


def _pair(formula):
    """Return formula(f, slope, z, sigma, eps), a pair, as an answer."""
    return lambda f, slope, mu, sigma, eps: formula(f, slope, mu + sigma * eps, sigma, eps)


def _score(formula):
    """Return an answer with formula(f, slope, z, sigma, eps) for the score function, and the right path."""
    return _pair(lambda f, slope, z, sigma, eps: (formula(f, slope, z, sigma, eps), slope(z)))


def _path(formula):
    """Return an answer with the right score function, and formula(f, slope, z, mu, ...) for the path."""

    def wrong(f, slope, mu, sigma, eps):
        z = mu + sigma * eps
        return f(z) * eps / sigma, formula(f, slope, z, mu, sigma, eps)

    return wrong


def _log_q(sigma, eps):
    return -np.log(sigma) - np.log(2 * np.pi) / 2 - eps**2 / 2


def _square(z):
    return np.asarray(z) ** 2


def _twice(z):
    return 2 * np.asarray(z)


def _step(z):
    return 1.0 * (np.asarray(z) > 0)


def _flat(z):
    return 0.0 * np.asarray(z)


SQUARE = "f(z) = z^2, slope 2z, mu = 1.5, sigma = 0.5, eps = (0.5, -1, 2)"
EXP = "f(z) = slope = exp(z), mu = 0.3, sigma = 0.2, eps = (-0.4, 1.2)"
STEP = "f(z) = 1 for z > 0 and 0 elsewhere, slope 0, mu = 0, sigma = 2, eps = (1.5, -0.5, 0.1)"
ONE = "f(z) = z^2, slope 2z, mu = -1, sigma = 3, eps = (-2)"

_INPUTS = {
    SQUARE: (_square, _twice, 1.5, 0.5, np.array([0.5, -1.0, 2.0])),
    EXP: (np.exp, np.exp, 0.3, 0.2, np.array([-0.4, 1.2])),
    STEP: (_step, _flat, 0.0, 2.0, np.array([1.5, -0.5, 0.1])),
    ONE: (_square, _twice, -1, 3, np.array([-2])),
}
SCORE, PATH = (tuple(f"{name}, {label}" for label in _INPUTS) for name in ("the score function", "the path"))

P_2DC = CodeExercise(
    id="P-2dc",
    chapter=4,
    title="Two estimators of one gradient",
    question=(
        "z is drawn from N(mu, sigma^2), and the derivative of E[f(z)] with respect to mu is wanted. `f` and "
        "its derivative `slope` take arrays; `eps` holds S numbers of noise. Return two arrays, (S,) each: "
        "one estimate for each draw, first by the score function (no baseline), then by the path."
    ),
    hints=(
        "Score function: f(z), times the derivative of log q(z) with respect to mu.",
        "log q(z) = -(z - mu)^2 / (2 sigma^2) + terms without mu. Its derivative is (z - mu) / sigma^2; "
        "express it by eps.",
        "Path: the chain rule through z = mu + sigma eps. What is the derivative of z with respect to mu?",
    ),
    reason=(
        "Both have the right mean. For the variance compare them on many draws: the first one has sigma in "
        "a denominator, and multiplies by the whole of f. Where f is a step, only the first sees anything."
    ),
    see="See chapter 4, 'First way: the score function'.",
    solution=gradient_estimates,
    measure=measure_apart(SCORE, PATH, _INPUTS),
    mistakes=(
        Mistake(
            "estimator-swapped",
            "The two have changed places: first the score function, then the path.",
            (_pair(lambda f, slope, z, sigma, eps: (slope(z), f(z) * eps / sigma)),),
        ),
        Mistake(
            "estimator-score-without-sigma",
            "A power of sigma is missing in the score. In a narrow q a small shift of mu matters more.",
            (
                _score(lambda f, slope, z, sigma, eps: f(z) * eps),
                _score(lambda f, slope, z, sigma, eps: f(z) * sigma * eps),
            ),
            by=SCORE,
        ),
        Mistake(
            "estimator-score-sigma-squared",
            "The score is divided by sigma once too often: z - mu is sigma eps, so one sigma cancels.",
            (_score(lambda f, slope, z, sigma, eps: f(z) * eps / sigma**2),),
            by=SCORE,
        ),
        Mistake(
            "estimator-score-sign",
            "The score has the wrong sign: log q rises with mu where z lies above mu.",
            (_score(lambda f, slope, z, sigma, eps: -f(z) * eps / sigma),),
            by=SCORE,
        ),
        Mistake(
            "estimator-log-density",
            "f is multiplied by log q(z) itself. The score is its derivative with respect to mu.",
            (
                _score(lambda f, slope, z, sigma, eps: f(z) * (-np.log(sigma) - eps**2 / 2)),
                _score(lambda f, slope, z, sigma, eps: f(z) * _log_q(sigma, eps)),
            ),
            by=SCORE,
        ),
        Mistake(
            "estimator-score-alone",
            "The score is there without f(z). Its mean is 0, whatever f is.",
            (_score(lambda f, slope, z, sigma, eps: eps / sigma),),
            by=SCORE,
        ),
        Mistake(
            "estimator-slope-in-score",
            "The score is multiplied by the slope of f. The score function needs the value f(z) alone.",
            (_score(lambda f, slope, z, sigma, eps: slope(z) * eps / sigma),),
            by=SCORE,
        ),
        Mistake(
            "estimator-score-for-sigma",
            "This is the score for sigma, or for its logarithm. The derivative with respect to mu is wanted.",
            (
                _score(lambda f, slope, z, sigma, eps: f(z) * (eps**2 - 1)),
                _score(lambda f, slope, z, sigma, eps: f(z) * (eps**2 - 1) / sigma),
            ),
            by=SCORE,
        ),
        Mistake(
            "estimator-path-for-sigma",
            "The path is the one to sigma: the derivative of z with respect to sigma is eps, to mu it is 1.",
            (
                _path(lambda f, slope, z, mu, sigma, eps: slope(z) * eps),
                _path(lambda f, slope, z, mu, sigma, eps: slope(z) * sigma * eps),
            ),
            by=PATH,
        ),
        Mistake(
            "estimator-path-times-sigma",
            "The slope is multiplied or divided by sigma. If mu grows by a little, z grows by as much.",
            (
                _path(lambda f, slope, z, mu, sigma, eps: slope(z) * sigma),
                _path(lambda f, slope, z, mu, sigma, eps: slope(z) / sigma),
            ),
            by=PATH,
        ),
        Mistake(
            "estimator-path-value",
            "The path carries f(z) itself. The chain rule wants the slope of f, at z.",
            (_path(lambda f, slope, z, mu, sigma, eps: f(z)),),
            by=PATH,
        ),
        Mistake(
            "estimator-slope-at-the-mean",
            "The slope is taken at mu, or at eps. Each draw has its own, at z.",
            (
                _path(lambda f, slope, z, mu, sigma, eps: slope(mu) + 0 * eps),
                _path(lambda f, slope, z, mu, sigma, eps: slope(np.full(z.shape, mu))),
                _path(lambda f, slope, z, mu, sigma, eps: slope(eps)),
            ),
            by=PATH,
        ),
        Mistake(
            "estimator-no-path",
            "The second array is 0, as if z were a number without a past. z = mu + sigma eps moves with mu.",
            (_path(lambda f, slope, z, mu, sigma, eps: 0 * eps),),
            by=PATH,
        ),
        Mistake(
            "estimator-averaged",
            "These are the means over the draws. An estimate for each draw is wanted, to see how they "
            "scatter.",
            (_pair(lambda f, slope, z, sigma, eps: (np.mean(f(z) * eps / sigma), np.mean(slope(z)))),),
        ),
    ),
)

"""Exercise of chapter 7: the importance-weighted bound (C8-weights)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def tighter_bound(log_likelihood, log_prior, log_q):
    # [answer]
    log_w = log_likelihood + log_prior - log_q  # (k, B)
    highest = np.max(log_w, axis=0)  # (B,)
    return highest + np.log(np.mean(np.exp(log_w - highest), axis=0))
    # [end]


def _log_mean_exp(a, axis=0):
    highest = np.max(a, axis=axis, keepdims=True)
    return np.squeeze(highest, axis) + np.log(np.mean(np.exp(a - highest), axis=axis))


def _of_weights(formula):
    """Return formula(log w) as a wrong answer."""
    return lambda log_likelihood, log_prior, log_q: formula(log_likelihood + log_prior - log_q)


def _plain(log_w):
    return np.log(np.mean(np.exp(log_w), axis=0))


def _softmax(a):
    weights = np.exp(a - np.max(a, axis=0))
    return weights / np.sum(weights, axis=0)


def _random(seed, k, points, level):
    """log p(x | z), log p(z) and log q(z | x) of k samples for each point, around a level (of each)."""
    rng = np.random.default_rng(seed)
    likelihood = level + 2 * rng.standard_normal((k, points))
    return likelihood, -2 + rng.standard_normal((k, points)), 1.5 + rng.standard_normal((k, points))


THREE = "3 samples for each of 2 points, log p(x | z) near -2"
FIVE = "5 samples for each of 3 points, log p(x | z) near 1"
LARGE = "4 samples for each of 3 digits, log p(x | z) near -900, -5000 and -2500"
HUGE = "4 samples for each of 3 recordings, a density with log p(x | z) near 900, 2000 and 800"
ONE = "1 sample for 1 point"
WHOLE = "2 samples for each of 5 points, whole numbers"
SPREAD = "6 samples for 1 point, with log p(x | z) from -2500 to -100"
_SMALL, _LARGE = (THREE, FIVE, ONE, WHOLE), (LARGE, HUGE, SPREAD)

WEIGHTS = CodeExercise(
    id="C8-weights",
    chapter=7,
    title="The importance-weighted bound",
    question=(
        "`log_likelihood`, `log_prior` and `log_q` hold log p(x | z), log p(z) and log q(z | x) of k samples "
        "z for each of B points: shape (k, B). Return the bound `log(1/k sum_s w_s)` of each point, with "
        "the weights `w = p(x | z) p(z) / q(z | x)`: shape (B,), in nats. It must be right for "
        "log-likelihoods of any size."
    ),
    hints=(
        "Work with log w throughout: the logarithm of the fraction has three terms.",
        "`np.exp(-900)` is 0. If c is the largest log w of a point, then w = exp(c) exp(log w - c), and the "
        "second factor is at most 1.",
        "So log mean w = c + log mean exp(log w - c). Maximum and mean run over axis 0, the samples.",
    ),
    reason=(
        "The largest of the shifted weights is exactly 1, so their mean lies between 1/k and 1: its "
        "logarithm is harmless. Weights that became 0 would not have been seen in the mean anyway."
    ),
    see="See chapter 7, 'What a tighter bound buys'.",
    solution=tighter_bound,
    inputs={
        THREE: _random(1, 3, 2, -2),
        FIVE: _random(2, 5, 3, 1),
        LARGE: _random(3, 4, 3, np.array([-900.0, -5000, -2500])),
        HUGE: _random(4, 4, 3, np.array([900.0, 2000, 800])),
        ONE: _random(5, 1, 1, -3),
        WHOLE: tuple(a.round().astype(int) for a in _random(6, 2, 5, -4)),
        SPREAD: _random(7, 6, 1, np.array([[-1700.0], [-900], [-2500], [-100], [-500], [-1300]])),
    },
    rtol=2e-6,
    atol=1e-5,
    tolerance=(
        "Rounding in float32 changes log w near 5,000 by 1e-3, where 1e-2 are allowed, and near 3 by 1e-6, "
        "where 1e-5 are; the mistakes change the bound of some point by 0.1 or more."
    ),
    mistakes=(
        Mistake(
            "weights-elbo",
            "This is the mean of the logarithms: the plain bound, from k samples. The mean belongs inside "
            "the logarithm.",
            (_of_weights(lambda w: np.mean(w, axis=0)),),
        ),
        Mistake(
            "weights-not-divided",
            "The weights are added up and not divided by k: log k too much, and so it can lie above log "
            "p(x).",
            (
                _of_weights(lambda w: _log_mean_exp(w) + np.log(len(w))),
                _of_weights(lambda w: np.log(np.sum(np.exp(w), axis=0))),
            ),
            by=_SMALL,
        ),
        Mistake(
            "weights-divided-outside",
            "The division by k stands outside the logarithm. The mean is taken of the weights.",
            (
                _of_weights(lambda w: (_log_mean_exp(w) + np.log(len(w))) / len(w)),
                _of_weights(lambda w: np.log(np.sum(np.exp(w), axis=0)) / len(w)),
            ),
            by=_SMALL,
        ),
        Mistake(
            "weights-one-shift",
            "The largest log w of all points was taken out of all of them. Next to it the weights of another "
            "point can all become 0: each point needs its own largest.",
            (
                _of_weights(lambda w: np.max(w) + _plain(w - np.max(w))),
                _of_weights(lambda w: np.max(w) + np.log(np.mean(np.exp(w - np.max(w)), axis=0) + 1e-300)),
            ),
            by=(THREE, LARGE),
        ),
        Mistake(
            "weights-overflow",
            "Right for small numbers. For large ones the weights became 0 or infinite, or were kept from "
            "that by a limit that changes them. Take the largest log w of each point out first.",
            (
                _of_weights(_plain),
                _of_weights(lambda w: np.log(np.sum(np.exp(w), axis=0)) - np.log(len(w))),
                lambda p, r, q: np.log(np.mean(np.exp(p) * np.exp(r) / np.exp(q), axis=0)),
                _of_weights(lambda w: np.log(np.mean(np.exp(w), axis=0) + 1e-300)),
            ),
            when=lambda readings: _right_on(readings, _SMALL) and _left_the_range(readings),
        ),
        Mistake(
            "weights-shift-lost",
            "The shift was taken out of the exponent, and is not put back: add it to the logarithm.",
            (_of_weights(lambda w: _log_mean_exp(w) - np.max(w, axis=0)),),
        ),
        Mistake(
            "weights-axis",
            "The mean runs over the points. The samples are axis 0, and each point keeps a bound of its own.",
            (_of_weights(lambda w: _log_mean_exp(w, axis=1)), _of_weights(lambda w: np.mean(w, axis=1))),
        ),
        Mistake(
            "weights-one-number",
            "One number for all points: each of them has its own bound. Average over the samples alone.",
            (
                _of_weights(lambda w: np.mean(_log_mean_exp(w))),
                _of_weights(lambda w: np.sum(_log_mean_exp(w))),
                _of_weights(lambda w: _log_mean_exp(w.ravel())),
                _of_weights(np.mean),
            ),
            by=_SMALL,
        ),
        Mistake(
            "weights-without-q",
            "log q is missing. Samples that q draws often must count for less, or the mean is not p(x).",
            (lambda p, r, q: _log_mean_exp(p + r), lambda p, r, q: np.mean(p + r, axis=0)),
        ),
        Mistake(
            "weights-without-prior",
            "log p(z) is missing: the weight has the joint p(x, z) above the bar, likelihood times prior.",
            (lambda p, r, q: _log_mean_exp(p - q), lambda p, r, q: np.mean(p - q, axis=0)),
        ),
        Mistake(
            "weights-likelihood-only",
            "This is the mean likelihood. It is p(x) for samples of the prior; these are samples of q, and "
            "the weights make up for it.",
            (lambda p, r, q: _log_mean_exp(p), lambda p, r, q: np.mean(p, axis=0)),
        ),
        Mistake(
            "weights-q-added",
            "log q is added. q stands below the bar of the weight, so its logarithm is subtracted.",
            (lambda p, r, q: _log_mean_exp(p + r + q), lambda p, r, q: np.mean(p + r + q, axis=0)),
        ),
        Mistake(
            "weights-prior-subtracted",
            "log p(z) is subtracted; the prior stands above the bar.",
            (lambda p, r, q: _log_mean_exp(p - r - q), lambda p, r, q: _log_mean_exp(p - r + q)),
        ),
        Mistake(
            "weights-sign",
            "The sign is turned round: this is a loss, and the bound is what is maximised.",
            (
                lambda p, r, q: -tighter_bound(p, r, q),
                _of_weights(lambda w: _log_mean_exp(-w)),
                _of_weights(lambda w: -np.mean(w, axis=0)),
            ),
        ),
        Mistake(
            "weights-best-sample",
            "Only the best sample of each point is counted. That is not a bound: the best of many draws can "
            "lie above log p(x).",
            (_of_weights(lambda w: np.max(w, axis=0)),),
        ),
        Mistake(
            "weights-normalised",
            "The weights are made to sum to 1, and weigh the logarithms. Such weights are right for averages "
            "over the posterior; the bound is the logarithm of the plain mean of w.",
            (_of_weights(lambda w: np.sum(_softmax(w) * w, axis=0)),),
        ),
        Mistake(
            "weights-no-logarithm",
            "This is the mean of the weights, an estimate of p(x) itself. The bound is its logarithm.",
            (_of_weights(lambda w: np.mean(np.exp(w), axis=0)),),
            by=_SMALL,
        ),
    ),
)


def _right_on(readings, names) -> bool:
    right = WEIGHTS.right_readings[0]
    return not any(isinstance(readings[name], Trouble) for name in names) and all(
        WEIGHTS.agree(readings[name], right[name]) for name in names
    )


def _left_the_range(readings) -> bool:
    """Whether every wrong bound is infinite or nan, or stays below 750, which is all that exp bears."""
    right, wrong = WEIGHTS.right_readings[0], []
    for name in (name for name in _LARGE if not _right_on(readings, (name,))):
        seen = readings[name]
        if isinstance(seen, Trouble):
            wrong.append(seen.error in ("OverflowError", "ValueError", "ZeroDivisionError"))
        elif seen.shape != right[name].shape:
            return False
        else:
            off = ~np.isclose(seen, right[name], rtol=WEIGHTS.rtol, atol=WEIGHTS.atol)
            limited = (np.abs(seen) < 750) & (np.abs(right[name]) > 750)
            wrong.append(bool((~np.isfinite(seen) | limited)[off].all()))
    return bool(wrong) and all(wrong)

"""Exercises of chapter 8: the importance-weighted bound, as code (C8-weights) and as a proof (C8-below)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import OrderExercise

# ---------------------------------------------------------------- C8-weights


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
_SMALL = (THREE, FIVE)

WEIGHTS = CodeExercise(
    id="C8-weights",
    chapter=8,
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
    see="See chapter 8, 'What a tighter bound buys'.",
    solution=tighter_bound,
    inputs={
        THREE: _random(1, 3, 2, -2),
        FIVE: _random(2, 5, 3, 1),
        LARGE: _random(3, 4, 3, np.array([-900.0, -5000, -2500])),
        HUGE: _random(4, 4, 3, np.array([900.0, 2000, 800])),
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
            "Right for small numbers. For large ones the weights became 0 or infinite, or were kept "
            "from that "
            "by a limit that changes them. Take the largest log w of each point out first.",
            (
                _of_weights(_plain),
                _of_weights(lambda w: np.log(np.sum(np.exp(w), axis=0)) - np.log(len(w))),
                lambda p, r, q: np.log(np.mean(np.exp(p) * np.exp(r) / np.exp(q), axis=0)),
                _of_weights(lambda w: np.log(np.mean(np.exp(w), axis=0) + 1e-300)),
            ),
            when=lambda readings: _right_on(readings, _SMALL) and not _right_on(readings, (LARGE, HUGE)),
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
            "Only the best sample of each point is counted. That is not a bound: the best of many "
            "draws can lie "
            "above log p(x).",
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


# ---------------------------------------------------------------- C8-below

BELOW = OrderExercise(
    id="C8-below",
    chapter=8,
    title="Why k samples still give a bound",
    question=(
        "Put lines in order so that they prove L_k <= log p(x). E is the mean over z_1, ..., z_k, each drawn "
        "from q(z | x), and w_s = p(x, z_s) / q(z_s | x). Some lines do not belong there."
    ),
    hints=(
        "Begin with the definition, and let Jensen's inequality move the logarithm. Which way does it point?",
        "The mean of a sum is the sum of the means, and all k are alike.",
        "Six lines belong to the proof; q cancels in the second to last.",
    ),
    reason=(
        "The mean of w is p(x) whatever k is, so every L_k has the same ceiling. Only Jensen's step loses "
        "something, and it loses less, the less the mean of k weights scatters."
    ),
    see="See chapter 8, 'What a tighter bound buys'.",
    lines={
        "a": "= log(1/k sum_s E[w_s])",
        "b": ">= log E[1/k sum_s w_s]",
        "c": "L_k = E[log(1/k sum_s w_s)]",
        "d": "= log p(x)",
        "e": "<= log E[1/k sum_s w_s]",
        "f": "= 1/k sum_s E[log w_s]",
        "g": "= log integral of q(z | x) p(x, z) / q(z | x) dz",
        "h": "= log E[w_1]",
        "i": "= log integral of p(x, z) / q(z | x) dz",
    },
    order="ceahgd",
    traps={"b": "below-jensen", "f": "below-log-inside", "i": "below-no-density"},
    order_mistake="below-shuffled",
    missing_mistake="below-incomplete",
    mistakes=(
        Mistake(
            "below-jensen",
            "Jensen's inequality is turned round. The logarithm bends down, so the mean of the logarithm is "
            "at most the logarithm of the mean.",
            ("cbahgd", "cbah"),
        ),
        Mistake(
            "below-log-inside",
            "The logarithm of a sum is not a sum of logarithms. What stands there is the plain "
            "bound, k times "
            "over and divided by k, and that is smaller.",
            ("cfahgd", "cf"),
        ),
        Mistake(
            "below-no-density",
            "E[w] is a mean over draws from q, so the integral has q(z | x) in it as the weight: that is "
            "what cancels.",
            ("ceahid",),
        ),
        Mistake(
            "below-shuffled",
            "These are the right lines in another order: each has to follow from the one before it.",
            ("ceahdg", "cehagd", "dghaec"),
        ),
        Mistake(
            "below-incomplete",
            "All of these lines belong there, and some are missing or are there twice.",
            ("ced", "ceahd", "ceagd"),
        ),
    ),
)

"""Exercise of chapter 7: the Bernoulli log-likelihood from logits (L-BERN)."""

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def bernoulli_log_prob(targets, logits):
    # [answer]
    log1p_e = np.log1p(np.exp(-np.abs(logits)))
    minus_log_on = np.maximum(-logits, 0) + log1p_e
    minus_log_off = np.maximum(logits, 0) + log1p_e
    terms = targets * minus_log_on + (1 - targets) * minus_log_off
    return -np.sum(terms, axis=1)
    # [end]


def _sigmoid(logits):
    return 1 / (1 + np.exp(-logits))


def _lab_en(x, a):
    s = _sigmoid(a)
    return np.sum(x * np.log(s) + (1 - x) * np.log(1 - s), axis=1)


def _lab_es(x, a):
    s = _sigmoid(a)
    return np.sum(np.log(x * s + (1 - x) * (1 - s)), axis=-1)


def _clipped(x, a):
    s = np.clip(_sigmoid(a), 1e-12, 1 - 1e-12)
    return np.sum(x * np.log(s) + (1 - x) * np.log(1 - s), axis=1)


def _log1p_exp(x, a):
    return np.sum(x * a - np.log1p(np.exp(a)), axis=1)


def _of_probabilities(x, a):
    return np.sum(x * np.log(a) + (1 - x) * np.log(1 - a), axis=1)


SMALL = "targets (1, 0, 0), (0, 1, 1) and logits (0.5, -1.5, 2), (-0.3, 1, -2.5)"
BETWEEN = "targets (1, 1, 0, 0) and logits (0.2, 0.9, 0.4, 0.6)"
LARGE = "targets (1, 0), (0, 1), (1, 1), (0, 0) and logits (-800, 3), (40, -1), (90, -2), (5000, -5000)"

_SMALL = (np.array([[1.0, 0, 0], [0, 1, 1]]), np.array([[0.5, -1.5, 2.0], [-0.3, 1.0, -2.5]]))
_BETWEEN = (np.array([[1.0, 1, 0, 0]]), np.array([[0.2, 0.9, 0.4, 0.6]]))
_LARGE = (
    np.array([[1.0, 0], [0, 1], [1, 1], [0, 0]]),
    np.array([[-800.0, 3.0], [40.0, -1.0], [90.0, -2.0], [5000.0, -5000.0]]),
)
ONE = "5 images of 1 pixel, whole numbers"
DIGITS = "3 images of 784 pixels"
_ONE = (np.array([[1.0], [0], [1], [0], [1]]), np.array([[2.0], [-1], [-3], [1], [0]]))
_rng = np.random.default_rng(7)
_DIGITS = ((_rng.random((3, 784)) < 0.3).astype(float), 3 * _rng.standard_normal((3, 784)))
NOT_LARGE = (SMALL, BETWEEN, ONE, DIGITS)


L_BERN = CodeExercise(
    id="L-BERN",
    chapter=7,
    title="The Bernoulli log-likelihood",
    question=(
        "`targets` (zeros and ones) and `logits` have shape (B, D). Return log p(x | z) of each image, "
        "sum_j [x_j log s_j + (1 - x_j) log(1 - s_j)] with s_j the sigmoid of the logit of pixel j: shape "
        "(B,), in nats. It must be finite for logits of any size."
    ),
    hints=(
        "Write it with the sigmoid first, and try logits of 40 and -800. Which logarithm is then taken of 0?",
        "-log sigmoid(a) = max(-a, 0) + log(1 + exp(-|a|)): the exponent is never positive.",
        "For a pixel that is off, -log(1 - sigmoid(a)) = max(a, 0) + log(1 + exp(-|a|)). Add over axis 1.",
    ),
    reason="No exponent is positive, so nothing overflows; all terms have one sign, so nothing cancels.",
    see="See chapter 7, 'Function 2: the Bernoulli log-likelihood'.",
    solution=bernoulli_log_prob,
    inputs={SMALL: _SMALL, BETWEEN: _BETWEEN, LARGE: _LARGE, ONE: _ONE, DIGITS: _DIGITS},
    mistakes=(
        Mistake(
            "bern-sign",
            "This is a loss. A log-probability of pixels is never above 0, and the bound adds it.",
            (lambda x, a: -bernoulli_log_prob(x, a), lambda x, a: -_lab_en(x, a)),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-mean",
            "This is the mean over the pixels. Independent pixels multiply, so their logarithms add up: sum.",
            (lambda x, a: bernoulli_log_prob(x, a) / x.shape[1], lambda x, a: _lab_en(x, a) / x.shape[1]),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-batch-sum",
            "One number for the whole batch: each image has a log-probability of its own.",
            (lambda x, a: np.sum(bernoulli_log_prob(x, a)), lambda x, a: np.sum(_lab_en(x, a))),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-overflow",
            "Right for small logits, but not finite for large ones: the sigmoid is rounded to 0 or 1 before "
            "its logarithm is taken, or the exponential of a large logit overflows. Use a form in the logits "
            "whose exponents are never positive.",
            (_lab_en, _lab_es, _log1p_exp),
            when=lambda readings: _right_when_small(readings) and _not_finite_when_large(readings),
        ),
        Mistake(
            "bern-probabilities",
            "The logits are taken for probabilities. A logit can be any number; the sigmoid makes a "
            "probability of it.",
            (_of_probabilities, lambda x, a: np.sum(np.log(x * a + (1 - x) * (1 - a)), axis=1)),
            by=(BETWEEN,),
        ),
        Mistake(
            "bern-targets-flipped",
            "The two terms have changed places: log s belongs to the pixels that are on.",
            (lambda x, a: bernoulli_log_prob(1 - x, a), lambda x, a: bernoulli_log_prob(x, -a)),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-only-ones",
            "Only the pixels that are on are counted. A white pixel that the model expected black counts "
            "too.",
            (
                lambda x, a: -np.sum(x * np.logaddexp(0, -a), axis=1),
                lambda x, a: np.sum(x * np.log(_sigmoid(a)), axis=1),
            ),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-only-zeros",
            "Only the pixels that are off are counted: the term x log s is missing.",
            (lambda x, a: -np.sum((1 - x) * np.logaddexp(0, a), axis=1),),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-clipped",
            "Finite, but wrong for large logits. Clipping, a small number inside the logarithm or nan_to_num "
            "changes the penalty: a pixel that the decoder was sure of, and wrong about, must cost about as "
            "many nats as its logit is large.",
            (_clipped, lambda x, a: bernoulli_log_prob(x, np.clip(a, -30, 30))),
            when=lambda readings: _right_when_small(readings) and _finite_when_large(readings),
        ),
        Mistake(
            "bern-not-summed",
            "These are the terms of the single pixels: add them up over axis 1.",
            (lambda x, a: -x * np.logaddexp(0, -a) - (1 - x) * np.logaddexp(0, a),),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-squared-error",
            "This is a squared error, the log-likelihood of a Gaussian. Pixels are 0 or 1 here: Bernoulli.",
            (
                lambda x, a: -np.sum((x - _sigmoid(a)) ** 2, axis=1),
                lambda x, a: -0.5 * np.sum((x - _sigmoid(a)) ** 2, axis=1),
            ),
            by=NOT_LARGE,
        ),
        Mistake(
            "bern-no-logarithm",
            "This is the probability itself: take the logarithm of each factor, and add.",
            (lambda x, a: np.exp(bernoulli_log_prob(x, a)),),
            by=NOT_LARGE,
        ),
    ),
)


def _right_when_small(readings) -> bool:
    right = L_BERN.right_readings[0]
    return all(L_BERN.agree(readings[name], right[name]) for name in NOT_LARGE)


def _not_finite_when_large(readings) -> bool:
    large = readings[LARGE]
    if isinstance(large, Trouble):  # what `math` says of the logarithm of 0, and of exp(800)
        return large.error in ("ValueError", "OverflowError", "ZeroDivisionError")
    return not np.isfinite(large).all()


def _finite_when_large(readings) -> bool:
    large = readings[LARGE]
    return not isinstance(large, Trouble) and large.shape == (4,) and bool(np.isfinite(large).all())

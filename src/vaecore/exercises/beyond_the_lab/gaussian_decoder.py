"""Exercises of chapter 8: what a Gaussian decoder says (S-GAUSS), and its mirror (S-MIRROR)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import ChoiceExercise, Statement

# ---------------------------------------------------------------- S-GAUSS: the log-likelihood


def gaussian_log_likelihood(x, mean, log_var):
    # [answer]
    terms = (x - mean) ** 2 * np.exp(-log_var) + log_var + np.log(2 * np.pi)
    return -0.5 * np.sum(terms, axis=1)
    # [end]


LOG_2_PI = np.log(2 * np.pi)


def _of_terms(formula, axis=1):
    """Return a function that sums formula(error, log_var) over the entries."""

    def wrong(x, mean, log_var):
        return np.sum(formula(x - mean, log_var), axis=axis)

    return wrong


def _right_terms(e, v):
    return -0.5 * (e**2 * np.exp(-v) + v + LOG_2_PI)


THREE = "3 points with 2 entries"
WIDER = "2 points with 4 entries"
SURE = "a variance of exp(-30), and an error of 0 or 2e-6"
SINGLE = "1 point with 1 entry"
WHOLE = "2 points with 3 entries, whole numbers"
DIGITS = "4 points with 784 entries"

_GAUSS_INPUTS = {
    THREE: (
        np.array([[0.5, -1.0], [2.0, 0.0], [-1.5, 3.0]]),
        np.array([[0.0, 0.5], [1.0, -2.0], [-1.0, 3.6]]),
        np.array([[0.4, -0.7], [1.2, 0.3], [-1.1, 0.8]]),
    ),
    WIDER: (
        np.array([[1.0, 0.2, -0.4, 2.0], [0.0, -1.0, 1.0, 0.5]]),
        np.array([[0.3, 0.5, 0.4, -0.1], [0.9, -0.4, 0.2, 1.5]]),
        np.array([[0.5, -0.3, 0.9, 1.4], [-0.8, 0.6, 0.2, -1.3]]),
    ),
    SURE: (np.array([[1.0, 2e-6]]), np.array([[1.0, 0.0]]), np.array([[-30.0, -30.0]])),
    SINGLE: (np.array([[0.7]]), np.array([[-0.5]]), np.array([[0.9]])),
    WHOLE: (
        np.array([[3.0, -1, 0], [1, 2, -2]]),
        np.array([[1.0, 0, 2], [-1, 2, 1]]),
        np.array([[1.0, -1, 2], [3, 1, -2]]),
    ),
    DIGITS: tuple(np.random.default_rng(8).normal(size=(3, 4, 784)).round(2)),
}
_BY = (THREE, WIDER, SINGLE, WHOLE, DIGITS)

S_GAUSS = CodeExercise(
    id="S-GAUSS",
    chapter=8,
    title="The Gaussian log-likelihood",
    question=(
        "`x`, `mean` and `log_var` have shape (B, D); `log_var` holds the logarithms of the variances. "
        "Return `log N(x | mean, diag(variance))` of each point: shape (B,), in nats."
    ),
    hints=(
        "The entries are independent, so the log-densities of the D entries add up. Write one of them first.",
        "One entry: -1/2 of [ squared error / variance + log variance + log 2 pi ].",
        "Dividing by the variance is multiplying by `np.exp(-log_var)`. Sum over axis 1.",
    ),
    reason=(
        "A larger variance forgives an error in the first term, and is paid for in the second. "
        "If you write `np.exp(-2 * log_var)`, you have taken the log variance for a log standard deviation."
    ),
    see="See chapter 8, 'A decoder for real numbers'.",
    solution=gaussian_log_likelihood,
    inputs=_GAUSS_INPUTS,
    mistakes=(
        Mistake(
            "gauss-sign",
            "This is a loss, minus the log-density: a point at its own mean, with variance 1, "
            "must have a negative logarithm, -1/2 log 2 pi for each entry.",
            (lambda x, m, v: -gaussian_log_likelihood(x, m, v),),
            by=_BY,
        ),
        Mistake(
            "gauss-log-std",
            "The log variance is read as a log standard deviation. Its exponential is the variance itself.",
            (
                _of_terms(lambda e, v: -0.5 * (e**2 * np.exp(-2 * v) + 2 * v + LOG_2_PI)),
                _of_terms(lambda e, v: -0.5 * (e**2 * np.exp(-2 * v) + v + LOG_2_PI)),
            ),
            by=_BY,
        ),
        Mistake(
            "gauss-log-var-for-variance",
            "The error is divided by the log variance. The variance is its exponential.",
            (
                _of_terms(lambda e, v: -0.5 * (e**2 / v + v + LOG_2_PI)),
                _of_terms(lambda e, v: -0.5 * (e**2 / v + np.log(np.abs(v)) + LOG_2_PI)),
                _of_terms(lambda e, v: -0.5 * (e**2 / v + np.log(v) + LOG_2_PI)),
            ),
            by=_BY,
        ),
        Mistake(
            "gauss-half",
            "This is twice the right value: the 1/2 in front of the sum is missing.",
            (lambda x, m, v: 2 * gaussian_log_likelihood(x, m, v),),
            by=_BY,
        ),
        Mistake(
            "gauss-half-of-the-first",
            "The 1/2 does not reach all three terms. It belongs to the squared error, to log variance and to "
            "log 2 pi: the last two come from a square root.",
            (
                _of_terms(lambda e, v: -0.5 * e**2 * np.exp(-v) - v - LOG_2_PI),
                _of_terms(lambda e, v: -0.5 * e**2 * np.exp(-v) - v - 0.5 * LOG_2_PI),
                _of_terms(lambda e, v: -0.5 * e**2 * np.exp(-v) - 0.5 * v - LOG_2_PI),
            ),
            by=_BY,
        ),
        Mistake(
            "gauss-no-price",
            "The log variance is missing: without it a huge variance would forgive every error for nothing.",
            (
                _of_terms(lambda e, v: -0.5 * (e**2 * np.exp(-v) + LOG_2_PI)),
                _of_terms(lambda e, v: -0.5 * e**2 * np.exp(-v)),
            ),
            by=_BY,
        ),
        Mistake(
            "gauss-price-paid-back",
            "The log variance has the wrong sign: it makes a large variance a reward.",
            (_of_terms(lambda e, v: -0.5 * (e**2 * np.exp(-v) - v + LOG_2_PI)),),
            by=_BY,
        ),
        Mistake(
            "gauss-constant",
            "log 2 pi is missing. It moves no gradient, but without it the exponential is no density.",
            (_of_terms(lambda e, v: -0.5 * (e**2 * np.exp(-v) + v)),),
            by=_BY,
        ),
        Mistake(
            "gauss-constant-once",
            "log 2 pi is there once for a whole point; each of the D entries brings its own.",
            (lambda x, m, v: np.sum(-0.5 * ((x - m) ** 2 * np.exp(-v) + v), axis=1) - 0.5 * LOG_2_PI,),
            by=_BY,
        ),
        Mistake(
            "gauss-not-divided",
            "The squared error is not divided by the variance, so every error counts alike, however "
            "uncertain the decoder was.",
            (
                _of_terms(lambda e, v: -0.5 * (e**2 + v + LOG_2_PI)),
                _of_terms(lambda e, v: -0.5 * e**2),
                _of_terms(lambda e, v: -(e**2)),
            ),
            by=_BY,
        ),
        Mistake(
            "gauss-multiplied",
            "The squared error is multiplied by the variance: a large variance must make an error cheaper.",
            (_of_terms(lambda e, v: -0.5 * (e**2 * np.exp(v) + v + LOG_2_PI)),),
            by=_BY,
        ),
        Mistake(
            "gauss-not-squared",
            "The error has to be squared.",
            (
                _of_terms(lambda e, v: -0.5 * (e * np.exp(-v) + v + LOG_2_PI)),
                _of_terms(lambda e, v: -0.5 * (np.abs(e) * np.exp(-v) + v + LOG_2_PI)),
            ),
            by=_BY,
        ),
        Mistake(
            "gauss-mean",
            "This is the mean over the entries. Independent entries multiply, so their logarithms add up: "
            "sum.",
            (lambda x, m, v: gaussian_log_likelihood(x, m, v) / x.shape[1],),
            by=_BY,
        ),
        Mistake(
            "gauss-batch-sum",
            "One number for the whole batch: each point has a log-likelihood of its own.",
            (_of_terms(_right_terms, axis=None), lambda x, m, v: np.mean(gaussian_log_likelihood(x, m, v))),
            by=_BY,
        ),
        Mistake(
            "gauss-sum-over-points",
            "The sum runs over the points of the batch; it must run over the entries, axis 1.",
            (_of_terms(_right_terms, axis=0),),
            by=_BY,
        ),
        Mistake(
            "gauss-not-summed",
            "These are the terms of the single entries: add them up over axis 1.",
            (lambda x, m, v: _right_terms(x - m, v),),
            by=_BY,
        ),
        Mistake(
            "gauss-density",
            "This is the density itself. Its logarithm is wanted; a product of many densities leaves the "
            "range of a float.",
            (lambda x, m, v: np.exp(gaussian_log_likelihood(x, m, v)),),
            by=_BY,
        ),
        Mistake(
            "gauss-smoothed",
            "Right, except where the variance is tiny: something was added to it. A floor is a choice of the "
            "model (`min_std`), and no part of the density.",
            (
                _of_terms(lambda e, v: -0.5 * (e**2 / (np.exp(v) + 1e-8) + v + LOG_2_PI)),
                _of_terms(lambda e, v: _right_terms(e, np.log(np.exp(v) + 1e-8))),
                _of_terms(lambda e, v: _right_terms(e, np.maximum(v, np.log(1e-8)))),
            ),
            when=lambda readings: _right_on(readings, _BY) and not _right_on(readings, (SURE,)),
        ),
    ),
)


def _right_on(readings, names) -> bool:
    right = S_GAUSS.right_readings[0]
    return all(S_GAUSS.agree(readings[name], right[name]) for name in names)


# ---------------------------------------------------------------- S-MIRROR: the encoder

_MIRROR = {
    "a": Statement(
        "The encoder has layers of the same kinds as the decoder, with x and z exchanged.",
        True,
        "A hidden layer, then a mean and a log variance for each entry: only what goes in and what comes "
        "out have changed places.",
        "mirror-other-network",
    ),
    "b": Statement(
        "Decoder and encoder share their weights; the encoder's matrices are the decoder's, transposed.",
        False,
        "Only the drawing is mirrored. theta and phi are different numbers, learnt together.",
        "mirror-shared-weights",
    ),
    "c": Statement(
        "The variational parameters are phi, the encoder's weights and biases.",
        True,
        "They choose q(z | x), the approximation of the posterior, among all the Gaussians that the network "
        "can give.",
        "mirror-variational-phi",
    ),
    "d": Statement(
        "The variational parameters are theta, the decoder's weights and biases.",
        False,
        "theta belongs to the model: it says how the world makes x from z. The variational parameters are "
        "those of the approximation q.",
        "mirror-variational-theta",
    ),
    "e": Statement(
        "As q(z | x) is Gaussian, its mean is a linear function of x.",
        False,
        "Gaussian in z, for one x. Its mean and variance go through tanh, so they are bent functions of x.",
        "mirror-linear",
    ),
    "f": Statement(
        "To draw from the model p(x), the decoder and the prior are enough.",
        True,
        "z comes from the prior, x from the decoder. The encoder is needed for training, and to find a z for "
        "a given x.",
        "mirror-encoder-generates",
    ),
}
_RIGHT = "".join(letter for letter, s in _MIRROR.items() if s.true)

S_MIRROR = ChoiceExercise(
    id="S-MIRROR",
    chapter=8,
    title="The encoder, in a mirror",
    question="The encoder is the decoder's network with x and z exchanged. Which statements are true?",
    hints=(
        "Which of the two networks could be thrown away, if one only wants to make up data?",
        "phi is chosen so that q comes close to the posterior of this very theta. Whose weights are they?",
    ),
    reason="Only the shapes are mirrored. The weights, and the jobs, are different.",
    see="See chapter 8, 'The encoder, in a mirror'.",
    statements=_MIRROR,
    mistakes=tuple(
        Mistake(s.mistake, s.why, ("".join(sorted(set(_RIGHT) ^ {letter})),)) for letter, s in _MIRROR.items()
    ),
)

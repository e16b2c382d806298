"""Exercises of chapter 5: KL of a Gaussian from the prior, as code (L-KL) and as a derivation (S-KL)."""

from itertools import product

import numpy as np

from vaecore.exercises.kl.mistakes import SIGN
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import OrderExercise


def compute_KL(encoder_output):
    latent_size = encoder_output.shape[1] // 2
    mean = encoder_output[:, :latent_size]
    log_std = encoder_output[:, latent_size:]
    # [answer]
    terms = np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std
    return 0.5 * np.sum(terms, axis=1)
    # [end]


def _of_parts(formula, axis=1):
    """Return a function that sums formula(mean, log_std) over the latents."""

    def wrong(encoder_output):
        mean, log_std = np.split(encoder_output, 2, axis=1)
        return np.sum(formula(mean, log_std), axis=axis)

    return wrong


def _right_terms(m, s):
    return 0.5 * (np.exp(2 * s) + m**2 - 1 - 2 * s)


def _weighted(weights):
    """Return the sum with such weights on the variance, the mean squared, the 1 and the logarithm."""
    v, mean, one, log = weights
    return _of_parts(lambda m, s: v * np.exp(2 * s) + mean * m**2 - one - log * 2 * s)


# The 1/2 on one to three of the four terms.
_HALF_ON_SOME = tuple(map(_weighted, list(product((0.5, 1), repeat=4))[1:-1]))

POSITIVE = "means (0.5, 2), (1.5, 0.25), (3, 1) and log stds (0.3, -0.7), (-0.2, 0.6), (0.9, -1.1)"
SIGNED = "means (-1, 0, 2) and log stds (0.4, -0.5, 0.2)"
WIDER = "two points with 4 latents"

_INPUTS = {
    POSITIVE: (np.array([[0.5, 2.0, 0.3, -0.7], [1.5, 0.25, -0.2, 0.6], [3.0, 1.0, 0.9, -1.1]]),),
    SIGNED: (np.array([[-1.0, 0.0, 2.0, 0.4, -0.5, 0.2]]),),
    WIDER: (np.array([[0.1, -2.2, 1.3, 0.7, -0.4, 0.8, 0, -1.5], [1.1, 0.6, -0.9, -3, 0.5, 0.2, -0.6, 1]]),),
    "5 points with 1 latent": (np.array([[0.3, -0.4], [-2.0, 0.9], [1.4, 0.2], [0.6, -2.0], [-0.1, 0.1]]),),
    "2 points with 3 latents, whole numbers": (np.array([[1.0, -2, 0, 1, -1, 0], [3, 0, -1, 0, 2, -3]]),),
    "1 point with 300 latents": (np.random.default_rng(5).normal(np.repeat((0, -1.5), 300), 1, (1, 600)),),
}  # fmt: skip

_LOG = "log(mean) stands where log(variance) belongs: there is one logarithm, of the variance, 2 log_std."

L_KL = CodeExercise(
    id="L-KL",
    chapter=5,
    title="The KL divergence from the prior",
    question=(
        "`encoder_output` has shape (B, 2L): L means, then L log standard deviations. Return the KL "
        "divergence of q = N(mean, diag(std²)) from the prior N(0, I) for each point: shape (B,), in nats."
    ),
    hints=(
        "Both Gaussians factorise, so the divergence is a sum over the latent dimensions. Write one term "
        "first.",
        "One term is half of (variance + mean squared - 1 - log variance), and the encoder gives log std: "
        "the variance is `np.exp(2 * log_std)`, its logarithm `2 * log_std`.",
        "Sum over axis 1, the latents, and keep axis 0, the points.",
    ),
    reason="At mean 0 and std 1, where q is the prior, every term is 0; elsewhere each is positive.",
    see="See chapter 5, 'In code, and what goes wrong', and Kingma & Welling (2014), appendix B.",
    solution=compute_KL,
    inputs=_INPUTS,
    mistakes=(
        Mistake(
            "kl-sign",
            SIGN,
            (lambda e: -compute_KL(e), _of_parts(lambda m, s: 0.5 * (1 + 2 * s - m**2 - np.exp(2 * s)))),
        ),
        Mistake(
            "kl-half",
            "The 1/2 is missing, or does not reach all terms: it stands in front of the whole sum.",
            (
                lambda e: 2 * compute_KL(e),
                *_HALF_ON_SOME,
            ),
        ),
        Mistake(
            "kl-log-variance",
            "log std is read as log variance. The encoder's second half is log std, so the variance is its "
            "exponential squared.",
            (_of_parts(lambda m, s: 0.5 * (np.exp(s) + m**2 - 1 - s)),),
        ),
        Mistake(
            "kl-mean",
            "This is the mean over the latent dimensions. Independent dimensions add up: sum over them.",
            (_of_parts(lambda m, s: _right_terms(m, s) / m.shape[1]),),
        ),
        Mistake(
            "kl-batch-sum",
            "One number for the whole batch: each point has a divergence of its own.",
            (
                _of_parts(_right_terms, axis=None),
                lambda e: np.mean(compute_KL(e)),
                lambda e: np.mean(_right_terms(*np.split(e, 2, axis=1))),
            ),
        ),
        Mistake(
            "kl-reverse",
            "This is KL(p || q), from the other side. The average is over q, which we can sample.",
            (_of_parts(lambda m, s: 0.5 * ((1 + m**2) * np.exp(-2 * s) - 1 + 2 * s)),),
        ),
        Mistake(
            "kl-log-mean",
            _LOG,
            (
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 1 - np.log(m))),
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 1 - np.log(m**2))),
            ),
            by=(POSITIVE,),
        ),
        Mistake(
            "kl-bits",
            "These are bits: the logarithm is to base 2. In nats it is the natural one, np.log.",
            (
                lambda e: compute_KL(e) / np.log(2),
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 1 - 2 * s / np.log(2))),
            ),
        ),
        Mistake(
            "kl-mean-not-squared",
            "The mean goes in squared: a q that is moved to the left costs as much as one moved to the "
            "right.",
            (
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m - 1 - 2 * s)),
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + np.abs(m) - 1 - 2 * s)),
            ),
        ),
        Mistake(
            "kl-minus-one",
            "The -1 of each term is missing: at mean 0, std 1 the divergence must be 0.",
            (
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 2 * s)),
                _of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 + 1 - 2 * s)),
            ),
        ),
        Mistake(
            "kl-minus-one-once",
            "The -1 is there once for the whole sum; it belongs to every term.",
            (lambda e: compute_KL(e) + 0.5 * (e.shape[1] // 2 - 1),),
        ),
        Mistake(
            "kl-halves-swapped",
            "Means and log stds have changed places: the first half of the encoder's output are the means.",
            (_of_parts(lambda m, s: _right_terms(s, m)),),
        ),
        Mistake(
            "kl-variance-not-squared",
            "std stands where its square, the variance, belongs.",
            (_of_parts(lambda m, s: 0.5 * (np.exp(s) + m**2 - 1 - 2 * s)),),
        ),
        Mistake(
            "kl-log-dropped",
            "The logarithm of the variance is missing: without it a very sharp q would cost next to nothing.",
            (_of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 1)),),
        ),
        Mistake(
            "kl-log-sign",
            "The logarithm of the variance has the wrong sign: a sharp q has to pay for knowing more.",
            (_of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 1 + 2 * s)),),
        ),
        Mistake(
            "kl-mean-left-out",
            "The means are left out: a q that is moved away from 0 costs more, even if it is as wide as p.",
            (_of_parts(lambda m, s: 0.5 * (np.exp(2 * s) - 1 - 2 * s)),),
        ),
        Mistake(
            "kl-log-std-as-std",
            "The second half is used as std itself. It is log std, which may be negative.",
            (_of_parts(lambda m, s: 0.5 * (s**2 + m**2 - 1 - np.log(s**2))),),
        ),
        Mistake(
            "kl-log-of-std",
            "The logarithm is that of the variance, 2 log std; here it is that of std.",
            (_of_parts(lambda m, s: 0.5 * (np.exp(2 * s) + m**2 - 1 - s)),),
        ),
        Mistake(
            "kl-not-summed",
            "These are the terms of the sum: add them up over the latent dimensions.",
            (lambda e: _right_terms(*np.split(e, 2, axis=1)),),
        ),
        Mistake(
            "kl-sum-over-points",
            "The sum runs over the points of the batch; it must run over the latents, axis 1.",
            (_of_parts(_right_terms, axis=0),),
        ),
    ),
)

S_KL = OrderExercise(
    id="S-KL",
    chapter=5,
    title="The closed form from two integrals",
    question=(
        "q = N(μ, σ²) and p = N(0, 1), in one dimension. Put lines in order so that they derive the "
        "closed form of KL(q || p). Say first what KL(q || p) is, then do the integral of log q, then that "
        "of log p. Some lines do not belong there."
    ),
    hints=(
        "Six lines belong to the derivation: one for the start, two for each integral, one for the end.",
        "Both averages run over q. Under q the average of (z - μ)² is σ², and that of z² is more than μ².",
        "E_q[z²] = μ² + σ²: the mean of a square is the square of the mean plus the variance.",
    ),
    reason=(
        "The logarithm of a Gaussian is a parabola, so only the means of z and z² under q are needed; "
        "log(2π) cancels in the difference."
    ),
    see="See chapter 5, 'The closed form, from two integrals'.",
    lines={
        "a": "E_q[log p] = -½ log(2π) - ½ (μ² + σ²)",
        "b": "E_q[log q] = -½ log(2π) - ½ log σ² - E_q[(z - μ)²] / (2 σ²)",
        "c": "KL(q || p) = E_q[log p] - E_q[log q]",
        "d": "KL(q || p) = ½ (μ² + σ² - 1 - log σ²)",
        "e": "E_q[log p] = -½ log(2π) - ½ μ²",
        "f": "E_q[log q] = -½ log(2π) - ½ (1 + log σ²)",
        "g": "KL(q || p) = ½ (μ² + σ² - 1 - log μ)",
        "h": "E_q[log p] = -½ log(2π) - ½ E_q[z²]",
        "i": "KL(q || p) = E_q[log q] - E_q[log p]",
        "j": "E_q[log p] = -½ log(2π) - ½, as p has variance 1",
    },
    order="ibfhad",
    traps={
        "c": "order-kl-sign",
        "e": "order-square-of-mean",
        "g": "order-log-mean",
        "j": "order-average-over-prior",
    },
    order_mistake="order-shuffled",
    missing_mistake="order-incomplete",
    mistakes=(
        Mistake(
            "order-kl-sign",
            "This is minus the divergence: log q - log p is averaged, as draws from q are more probable "
            "under q than under p.",
            ("cbfhad", "cbfhed"),
        ),
        Mistake(
            "order-square-of-mean",
            "The mean of z² is not the square of the mean: the variance has to be added.",
            ("ibfhed",),
        ),
        Mistake(
            "order-log-mean",
            "The logarithm is that of the variance σ², not of μ: where μ is negative, log μ does not exist.",
            ("ibfhag",),
        ),
        Mistake(
            "order-average-over-prior",
            "Here z² is averaged over p. The draws come from q, and so does every average: E_q[z²].",
            ("ibfhjd", "ibfjd"),
        ),
        Mistake(
            "order-shuffled",
            "These are the right lines in another order: the start, the integral of log q, that of log p, "
            "the difference.",
            ("ifbhad", "ihabfd"),
        ),
        Mistake("order-incomplete", "A step is missing, or there is one too many.", ("ibfad", "ibfhadd")),
    ),
)

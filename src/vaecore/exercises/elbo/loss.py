"""Exercises of chapter 3: the loss of a VAE point by point (X-3c), and what training maximises (P-2a)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake
from vaecore.exercises.machinery.questions import choice

# ---------------------------------------------------------------- X-3c: the loss of each point


def vae_losses(prior, likelihood, q, data):
    log_likelihood = np.log(likelihood[:, data].T)  # (N, K): log p(x_i | z)
    # [answer]
    reconstruction = -np.sum(q * log_likelihood, axis=1)
    kl = np.sum(q * np.log(q / prior), axis=1)
    return reconstruction + kl
    # [end]


def _of_terms(formula):
    """Return formula(log_prob, kl), with log_prob = E_q[log p(x_i | z)] and the KL from the prior, (N,)."""

    def wrong(prior, likelihood, q, data):
        log_likelihood = np.log(likelihood[:, data].T)
        return formula(np.sum(q * log_likelihood, axis=1), np.sum(q * np.log(q / prior), axis=1))

    return wrong


def _of_parts(formula):
    """Return formula(prior, rows, q), summed over z: rows are p(x_i | z), (N, K), as q."""
    return lambda prior, likelihood, q, data: np.sum(formula(prior, likelihood[:, data].T, q), axis=1)


def _evidence(prior, likelihood, data):
    return np.sum(prior * likelihood[:, data].T, axis=1)


def _kl_from_posterior(prior, rows, q):
    joint = prior * rows
    return q * np.log(q / (joint / joint.sum(axis=1, keepdims=True)))


def _not_averaged(prior, likelihood, q, data):
    return -np.log(likelihood[:, data].T) + np.log(q / prior)


def _mean_over_z(prior, likelihood, q, data):
    return vae_losses(prior, likelihood, q, data) / len(prior)


def _points(seed, n, k, m):
    rng = np.random.default_rng(seed)
    prior, likelihood = rng.dirichlet(np.full(k, 2.0)), rng.dirichlet(np.full(m, 2.0), size=k)
    return prior, likelihood, rng.dirichlet(np.full(k, 2.0), size=n), rng.integers(m, size=n)


_PRIOR = np.array([0.5, 0.3, 0.2])
_COATS = np.array([[0.7, 0.2, 0.1], [0.2, 0.6, 0.2], [0.1, 0.2, 0.7]])
ONE = "one damp coat: q = (0.4, 0.4, 0.2), x = 1, prior and likelihood of the chapter's world"
FOUR = (
    "four coats: q = ((0.6, 0.3, 0.1), (0.2, 0.5, 0.3), (0.1, 0.2, 0.7), (0.3, 0.3, 0.4)), x = (0, 1, 2, 0)"
)
BITS = (
    "prior (0.25, 0.75), likelihood ((0.9, 0.1), (0.4, 0.6)), q = ((0.5, 0.5), (0.8, 0.2), (0.1, 0.9)), "
    "x = (1, 0, 1)"
)

X_3C = CodeExercise(
    id="X-3c",
    chapter=3,
    title="The loss, point by point",
    question=(
        "`data` holds N values x_i, numbers 0 to M - 1; row i of `q`, shape (N, K), is q(z | x_i). "
        "`prior` is p(z), shape (K,), and `likelihood` has rows p(x | z), shape (K, M). Return the loss of "
        "each data point, shape (N,), in nats: the quantity that is to be made small."
    ),
    hints=(
        "The loss is minus the lower bound. Write down both terms of the bound, then change both signs.",
        "An average over q is a sum over z with the weights q: np.sum(q * ..., axis=1).",
        "The terms: minus the average of log p(x_i | z), plus the KL divergence of q from the prior.",
    ),
    reason=(
        "Both terms are at least 0 here, and both are to be small: how surprised the decoder is, and how "
        "much more q says about z than the prior does. Subtract the KL, and the encoder is rewarded for "
        "running away from the prior. No loss can be below -log p(x_i)."
    ),
    see="See chapter 3, 'The loss of a VAE'.",
    solution=vae_losses,
    inputs={
        ONE: (_PRIOR, _COATS, np.array([[0.4, 0.4, 0.2]]), np.array([1])),
        FOUR: (
            _PRIOR,
            _COATS,
            np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.1, 0.2, 0.7], [0.3, 0.3, 0.4]]),
            np.array([0, 1, 2, 0]),
        ),
        BITS: (
            np.array([0.25, 0.75]),
            np.array([[0.9, 0.1], [0.4, 0.6]]),
            np.array([[0.5, 0.5], [0.8, 0.2], [0.1, 0.9]]),
            np.array([1, 0, 1]),
        ),
        "5 points, 4 values of z and 6 of x": _points(41, 5, 4, 6),
        "2 points, 1 value of z and 5 of x": _points(42, 2, 1, 5),
        "3 points, 2 values of z and 1 of x": _points(43, 3, 2, 1),
    },
    mistakes=(
        Mistake(
            "loss-kl-sign",
            "The KL divergence is subtracted. It is a price, so a loss adds it; in the bound it has a minus. "
            "(With log(prior / q) inside, a plus subtracts it.)",
            (_of_terms(lambda log_prob, kl: -log_prob - kl),),
        ),
        Mistake(
            "loss-bound",
            "This is the lower bound, which is made large. The loss is minus the bound.",
            (_of_terms(lambda log_prob, kl: log_prob - kl),),
        ),
        Mistake(
            "loss-likelihood-sign",
            "The log-likelihood is added: making this small makes the data improbable. It needs a minus.",
            (_of_terms(lambda log_prob, kl: log_prob + kl),),
        ),
        Mistake(
            "loss-no-kl",
            "The KL divergence is missing. What is left bounds nothing: it may lie below -log p(x).",
            (_of_terms(lambda log_prob, kl: -log_prob),),
        ),
        Mistake(
            "loss-kl-alone",
            "The reconstruction is missing: this is smallest if q is the prior, whatever x is.",
            (_of_terms(lambda log_prob, kl: kl),),
        ),
        Mistake(
            "loss-of-the-batch",
            "One number for all points. Each point has a loss of its own; summing them comes later.",
            (
                _of_terms(lambda log_prob, kl: np.sum(kl - log_prob)),
                _of_terms(lambda log_prob, kl: np.mean(kl - log_prob)),
                _of_terms(lambda log_prob, kl: np.mean(kl) - np.mean(log_prob)),
            ),
        ),
        Mistake(
            "loss-average-over-prior",
            "The log-likelihood is averaged over the prior. The encoder's q, row by row, has the weights.",
            (_of_parts(lambda prior, rows, q: -prior * np.log(rows) + q * np.log(q / prior)),),
        ),
        Mistake(
            "loss-unweighted",
            "The log-likelihoods of all z count alike. E_q weights each z with its q(z | x_i).",
            (
                lambda prior, likelihood, q, data: (
                    np.sum(q * np.log(q / prior), axis=1) - np.sum(np.log(likelihood[:, data].T), axis=1)
                ),
                lambda prior, likelihood, q, data: (
                    np.sum(q * np.log(q / prior), axis=1) - np.mean(np.log(likelihood[:, data].T), axis=1)
                ),
            ),
        ),
        Mistake(
            "loss-log-of-average",
            "This has the logarithm of the average likelihood. The average of the logarithm is meant.",
            (
                lambda prior, likelihood, q, data: (
                    -np.log(np.sum(q * likelihood[:, data].T, axis=1)) + np.sum(q * np.log(q / prior), axis=1)
                ),
            ),
        ),
        Mistake(
            "loss-kl-reversed",
            "This has KL(p(z) || q), the other direction. KL(q || p(z)) is an average over q, not over the "
            "prior.",
            (_of_parts(lambda prior, rows, q: -q * np.log(rows) + prior * np.log(prior / q)),),
        ),
        Mistake(
            "loss-kl-from-posterior",
            "The KL divergence is the one from the posterior. That is the gap, which a VAE cannot compute; "
            "in the loss stands the one from the prior.",
            (_of_parts(lambda prior, rows, q: -q * np.log(rows) + _kl_from_posterior(prior, rows, q)),),
        ),
        Mistake(
            "loss-is-likelihood",
            "This is -log p(x) itself, without q. The loss lies above it, by the gap.",
            (lambda prior, likelihood, q, data: -np.log(_evidence(prior, likelihood, data)),),
        ),
        Mistake(
            "loss-not-averaged",
            "There is one number for each point and each z: average over z, with the weights q.",
            (_not_averaged, lambda prior, likelihood, q, data: q * _not_averaged(prior, likelihood, q, data)),
        ),
        Mistake(
            "loss-divided-by-latents",
            "Too small by the number of values of z. The weights q add up to 1 already: sum, not np.mean.",
            (_mean_over_z,),
        ),
    ),
)

# ---------------------------------------------------------------- P-2a: the arg max over theta and phi

P_2A = choice(
    "P-2a",
    3,
    "What training maximises",
    "Training looks for the arg max over theta and phi of the lower bounds, summed over the data, with the "
    "mean of S samples in place of the average over q. Which statements are true?",
    (
        "log p(x) = bound + gap. Which of the three have theta in them, and which phi?",
        "The mean of S numbers has the expectation of one of them, whatever S is.",
    ),
    "See chapter 3, 'Two sets of parameters, and samples in place of the average'.",
    (
        "objective-theta-likelihood",
        False,
        "For a fixed phi, a theta with a higher bound has a higher log p(x) as well.",
        "The gap has theta in it too, through the posterior: the bound may rise just because the posterior "
        "has come nearer to q.",
    ),
    (
        "objective-phi-closes-the-gap",
        True,
        "For a fixed theta, the phi with the highest bound is the one with the smallest gap.",
        "log p(x) has no phi in it: what phi adds to the bound, it takes away from the gap.",
    ),
    (
        "objective-two-objectives",
        False,
        "Each network has its own objective: the encoder the KL divergence, the decoder the reconstruction.",
        "There is one objective. The reconstruction has phi in it too, as z is drawn from the encoder's q.",
    ),
    (
        "objective-more-samples-tighter",
        False,
        "With S = 1 the estimate is too low on average; more samples bring it up to the bound.",
        "The estimate is right on average for every S. What shrinks is its noise, like 1 / sqrt(S).",
    ),
    (
        "objective-samples-anew",
        True,
        "The samples are drawn anew at every step, from the q of that step.",
        "A step changes phi, and with it q: old samples belong to a q that is no more.",
    ),
    target="src-p-2a",
)

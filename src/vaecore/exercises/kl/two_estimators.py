"""Exercise of chapter 5: the lower bound, estimated with a sampled and with an exact KL (S-SGVB-b)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def both_estimators(log_likelihood, z, mean, log_std):
    # [answer]
    log_p = np.sum(-0.5 * np.log(2 * np.pi) - 0.5 * z**2, axis=1)
    eps = (z - mean) / np.exp(log_std)
    log_q = np.sum(-0.5 * np.log(2 * np.pi) - log_std - 0.5 * eps**2, axis=1)
    kl = 0.5 * np.sum(mean**2 + np.exp(2 * log_std) - 1 - 2 * log_std)
    return np.mean(log_likelihood + log_p - log_q), np.mean(log_likelihood) - kl
    # [end]


def _logs(z, mean, log_std):
    """log p(z) and log q(z | x) of each draw, and the KL of q from p."""
    constant = -0.5 * np.log(2 * np.pi)
    log_p = np.sum(constant - 0.5 * z**2, axis=1)
    log_q = np.sum(constant - log_std - 0.5 * ((z - mean) / np.exp(log_std)) ** 2, axis=1)
    return log_p, log_q, 0.5 * np.sum(mean**2 + np.exp(2 * log_std) - 1 - 2 * log_std)


def _of(formula):
    """Return a wrong answer; formula(log_likelihood, log_p, log_q, kl) gives the pair, terms as they are."""

    def wrong(log_likelihood, z, mean, log_std):
        a, b = formula(log_likelihood, *_logs(z, mean, log_std))
        return np.mean(a), np.mean(b)

    return wrong


def _latents(log_likelihood) -> int:
    """How many latents the input with these draws has."""
    return {3: 2, 1: 3, 4: 1, 2: 5}[len(log_likelihood)]


def _not_normalised(log_likelihood, z, mean, log_std):
    """Wrong: log q without -log std."""
    _, b = both_estimators(log_likelihood, z, mean, log_std)
    terms = -0.5 * z**2 + 0.5 * ((z - mean) / np.exp(log_std)) ** 2
    return np.mean(log_likelihood + np.sum(terms, axis=1)), b


def _of_the_mean(log_likelihood, z, mean, log_std):
    """Wrong: log p and log q are taken at the mean of q, not at the draws."""
    log_p, log_q, kl = _logs(mean[None], mean, log_std)
    return np.mean(log_likelihood + log_p - log_q), np.mean(log_likelihood) - kl


THREE = "3 draws of 2 latents"
ONE = "1 draw of 3 latents"
POSTERIOR = "q the posterior itself: x = 1, p(x | z) = N(z, 1), q = N(1/2, 1/2), z = 0.1, 0.6, 1.7, 0.4"

_DRAWS = np.array([0.1, 0.6, 1.7, 0.4])
_INPUTS = {
    THREE: (
        np.array([-3.2, -1.1, -2.4]),
        np.array([[0.3, -1.4], [1.1, -0.2], [-0.4, 0.9]]),
        np.array([0.5, -0.6]),
        np.array([-0.3, 0.2]),
    ),
    ONE: (
        np.array([-5.0]),
        np.array([[0.2, 1.9, -1.0]]),
        np.array([-0.1, 1.2, -0.7]),
        np.array([0.1, -0.8, -0.5]),
    ),
    POSTERIOR: (
        -0.5 * np.log(2 * np.pi) - 0.5 * (1 - _DRAWS) ** 2,
        _DRAWS[:, None],
        np.array([0.5]),
        np.array([0.5 * np.log(0.5)]),
    ),
    "2 draws of 5 latents, whole numbers": (
        np.array([-4.0, -7]),
        np.array([[1.0, 0, -2, 3, 1], [0, -1, 2, 1, -1]]),
        np.array([0.0, -1, 1, 2, 0]),
        np.array([0.0, 1, -1, 0, 1]),
    ),
}

S_SGVB_B = CodeExercise(
    id="S-SGVB-b",
    chapter=5,
    title="Two estimators of the bound",
    question=(
        "For one x, q(z | x) = N(mean, diag(std²)) with `mean` and `log_std` of shape (L,). `z` holds S "
        "draws of it, shape (S, L), and `log_likelihood` log p(x | z) of each draw, shape (S,). The prior is "
        "N(0, I). Return two numbers, A and B: estimator A takes both densities at the draws, B the "
        "KL divergence from its closed form. Each is an average over the S draws, in nats."
    ),
    hints=(
        "A: the average of log p(x | z) + log p(z) - log q(z | x). All three belong to the same draw.",
        "log N(z; mean, std²) is -log(2 pi)/2 - log std - (z - mean)²/(2 std²), summed over the latents. "
        "The prior has mean 0 and std 1.",
        "B: the average of log p(x | z), less the KL divergence, which does not depend on the draws.",
    ),
    reason=(
        "If q is the posterior, A is log p(x) for every z, and B is as noisy as the likelihood. With a poor "
        "q it is mostly the other way round."
    ),
    see="See chapter 5, 'The closed form in the bound'.",
    solution=both_estimators,
    inputs=_INPUTS,
    tolerance="Rounding in float32 changes a result by 1e-6 of its size; every mistake by more than 1%.",
    mistakes=(
        Mistake(
            "estimators-swapped",
            "A and B have changed places: A samples everything, B has the closed form.",
            (_of(lambda r, p, q, kl: (r - kl, r + p - q)),),
        ),
        Mistake(
            "estimators-both-exact",
            "Both are estimator B. A does not use the closed form: it takes log p(z) and log q(z | x) at the "
            "draws.",
            (_of(lambda r, p, q, kl: (r - kl, r - kl)),),
        ),
        Mistake(
            "estimators-both-sampled",
            "Both are estimator A. B takes the KL divergence from its closed form; its draws serve the "
            "likelihood alone.",
            (_of(lambda r, p, q, kl: (r + p - q, r + p - q)),),
        ),
        Mistake(
            "estimators-prior-left-out",
            "log p(z) is missing in A: the joint p(x, z) is p(x | z) p(z).",
            (_of(lambda r, p, q, kl: (r - q, r - kl)),),
        ),
        Mistake(
            "estimators-log-q-left-out",
            "log q(z | x) is missing in A. Without it nothing rewards a wide q, and this is not a bound on "
            "log p(x).",
            (_of(lambda r, p, q, kl: (r + p, r - kl)),),
        ),
        Mistake(
            "estimators-log-q-sign",
            "The sampled KL divergence has the wrong sign: log p(z) is added, log q(z | x) subtracted.",
            (
                _of(lambda r, p, q, kl: (r + p + q, r - kl)),
                _of(lambda r, p, q, kl: (r - p + q, r - kl)),
                _of(lambda r, p, q, kl: (r - p - q, r - kl)),
            ),
        ),
        Mistake(
            "estimators-kl-added",
            "B adds the KL divergence. It is a price: subtract it.",
            (
                _of(lambda r, p, q, kl: (r + p - q, r + kl)),
                _of(lambda r, p, q, kl: (r - p + q, r + kl)),
            ),
        ),
        Mistake(
            "estimators-kl-twice",
            "The KL divergence is paid twice: once at the draws and once in closed form. Take one of them.",
            (
                _of(lambda r, p, q, kl: (r + p - q, r + p - q - kl)),
                _of(lambda r, p, q, kl: (r + p - q - kl, r - kl)),
                _of(lambda r, p, q, kl: (r + p - q, r + p - kl)),
            ),
        ),
        Mistake(
            "estimators-log-std-left-out",
            "log std is missing in log q: a narrow density is a high one.",
            (_not_normalised,),
        ),
        Mistake(
            "estimators-log-variance",
            "log std is read as log variance, in log q, in the closed form, or in both.",
            (
                lambda r, z, m, s: both_estimators(r, z, m, s / 2),
                lambda r, z, m, s: (both_estimators(r, z, m, s)[0], both_estimators(r, z, m, s / 2)[1]),
                lambda r, z, m, s: (both_estimators(r, z, m, s / 2)[0], both_estimators(r, z, m, s)[1]),
            ),
        ),
        Mistake(
            "estimators-latents-averaged",
            "The mean is taken over the latents. They are independent, so their logarithms add up.",
            (
                _of(lambda r, p, q, kl: (r + (p - q) / _latents(r), r - kl)),
                _of(lambda r, p, q, kl: (r + p - q, r - kl / _latents(r))),
                _of(lambda r, p, q, kl: (r + (p - q) / _latents(r), r - kl / _latents(r))),
            ),
            by=(THREE, ONE),
        ),
        Mistake(
            "estimators-one-constant",
            "-log(2 pi)/2 is in one of the two densities only; it belongs in both, and cancels.",
            (
                lambda r, z, m, s: (
                    np.array(both_estimators(r, z, m, s)) + [0.5 * z.shape[1] * np.log(2 * np.pi), 0]
                ),
                lambda r, z, m, s: (
                    np.array(both_estimators(r, z, m, s)) - [0.5 * z.shape[1] * np.log(2 * np.pi), 0]
                ),
                lambda r, z, m, s: np.array(both_estimators(r, z, m, s)) + [0.5 * np.log(2 * np.pi), 0],
                lambda r, z, m, s: np.array(both_estimators(r, z, m, s)) - [0.5 * np.log(2 * np.pi), 0],
            ),
        ),
        Mistake(
            "estimators-at-the-mean",
            "log p and log q are taken at the mean of q. They have to be taken at the draws, like the "
            "likelihood.",
            (_of_the_mean,),
        ),
        Mistake(
            "estimators-sum",
            "This is the sum over the draws, which grows with their number: take the average.",
            (
                lambda r, z, m, s: len(z) * np.array(both_estimators(r, z, m, s)),
                lambda r, z, m, s: np.array(both_estimators(r, z, m, s)) * [len(z), 1],
                lambda r, z, m, s: (len(z) * both_estimators(r, z, m, s)[0], np.sum(r) - _logs(z, m, s)[2]),
            ),
        ),
        Mistake(
            "estimators-not-averaged",
            "There is one number for each draw: take their averages, one for A and one for B.",
            (lambda r, z, m, s: (r + _logs(z, m, s)[0] - _logs(z, m, s)[1], r - _logs(z, m, s)[2]),),
            by=(THREE, POSTERIOR),
        ),
    ),
)

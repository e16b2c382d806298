"""Small problems for L-BOUND, with what their bounds are made of.

A decoder that ignores z makes the bound exact, whatever noise is drawn: there an answer is a E - b KL, and
two batches of one size give a and b to all digits; a third one tells whether it is of this form at all.  They
tell nearly every mistake.  A decoder that listens to z tells whether z is sampled: its expected
log-likelihood, known by quadrature, lies far below that of the mean.
"""

import numpy as np

from vaecore.foundations.likelihoods import bernoulli_log_prob, gaussian_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.kl import compute_KL

CALLS = 700
SIZES = (8, 5)
_PIXELS, _LATENTS = 6, 2
_rng = np.random.default_rng(17)
LISTENING = [(4 * _rng.standard_normal((_LATENTS, _PIXELS)), _rng.standard_normal(_PIXELS))]


def _problem(size, brightness, kl_size, rng, pixels=_PIXELS, latents=_LATENTS):
    """A decoder that ignores z, an encoder and a batch: E and KL, means over the batch, are exact."""
    gen = [(np.zeros((latents, pixels)), brightness * rng.standard_normal(pixels))]
    biases = np.array([0.4, -0.8, 0.3, -0.5] if latents == 2 else np.linspace(-0.8, 0.6, 2 * latents))
    rec = [(kl_size * rng.standard_normal((pixels, 2 * latents)), biases)]
    data = (rng.random((size, pixels)) < 0.5).astype(float)
    e = np.mean(bernoulli_log_prob(data, np.repeat(gen[0][1][None], size, axis=0)))
    return (gen, rec, data), e, np.mean(compute_KL(neural_net_predict(rec, data)))


EXACT = {
    f"{n} images, decoder {k}": _problem(n, b, s, _rng)
    for n in SIZES
    for k, b, s in (("A", 0.5, 0.9), ("B", 3.0, 0.2))
}
_more = np.random.default_rng(18)
THIRD = "8 images, decoder C"
OTHERS = {
    THIRD: _problem(8, 1.5, 0.5, _more),
    "1 image of 4 pixels, 3 latents": _problem(1, 1.0, 0.5, _more, 4, 3),
    "3 images of 1 pixel, 1 latent": _problem(3, 1.0, 0.5, _more, 1, 1),
}
_, REC, DATA = EXACT[f"{SIZES[0]} images, decoder B"][0]

# One image of one pixel, which is on: z_j can be read off its bound, if the decoder listens to z_j alone.
READ_MEAN, READ_STD = np.array([0.5, -0.7]), np.exp([-1.0, 0.7])
READ_REC = [(np.zeros((1, 4)), np.concatenate([READ_MEAN, np.log(READ_STD)]))]
READ_DECODERS = [[(np.eye(2)[:, [j]], np.zeros(1))] for j in range(2)]
READ_KL = float(compute_KL(READ_REC[0][1][None])[0])


def latent_of(bound):
    """Return z_j from log sigmoid(z_j) - KL."""
    return -np.log(np.expm1(-(bound + READ_KL)))


def batch_terms(args):
    """Return the means over q and over the batch of log p(x | z), log p(z) and log q(z | x).

    The decoder ignores z, so the first one does not depend on it.
    """
    gen, rec, data = args
    mean, log_std = np.split(neural_net_predict(rec, data), 2, axis=1)
    log_prob = bernoulli_log_prob(data, np.repeat(gen[0][1][None], len(data), axis=0))
    log_prior = -0.5 * np.sum(np.log(2 * np.pi) + mean**2 + np.exp(2 * log_std), axis=1)
    log_q = -0.5 * np.sum(np.log(2 * np.pi) + 2 * log_std + 1, axis=1)
    return float(np.mean(log_prob)), float(np.mean(log_prior)), float(np.mean(log_q))


def joint_noise(args, prior=1, q=-1) -> float:
    """The standard deviation of a batch's mean of prior * log p(z) + q * log q(z | x), one sample each.

    With z = mean + std eps it is -(prior std^2 + q) eps^2 / 2 - prior mean std eps + c in each latent.
    """
    _, rec, data = args
    mean, log_std = np.split(neural_net_predict(rec, data), 2, axis=1)
    std = np.exp(log_std)
    variance = 0.5 * (prior * std**2 + q) ** 2 + (prior * mean * std) ** 2
    return float(np.sqrt(np.sum(variance)) / len(data))


def _by_quadrature():
    """The log-likelihood of the batch, at the mean of q and in expectation; and the noise of one call.

    That of a right answer, of one with log p(z) - log q(z | x) for the KL, and of those whose images share
    their noise, as a vector or as one number.
    """
    encoder_output = neural_net_predict(REC, DATA)
    mean, log_std = np.split(encoder_output, 2, axis=1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    eps = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    weight = np.outer(weights, weights).ravel()
    values, joint = [], []
    for x, m, s in zip(DATA, mean, log_std, strict=True):
        z = m + np.exp(s) * eps
        values.append(
            bernoulli_log_prob(np.repeat(x[None], len(z), axis=0), neural_net_predict(LISTENING, z))
        )
        log_p = gaussian_log_prob(z, np.zeros_like(z), np.zeros_like(z))
        log_q = gaussian_log_prob(z, np.broadcast_to(m, z.shape), np.broadcast_to(s, z.shape))
        joint.append(values[-1] + log_p - log_q)
    values, joint = np.stack(values), np.stack(joint)

    def spread(x, w):
        return np.sqrt(np.maximum(x**2 @ w - (x @ w) ** 2, 0))

    diagonal = (values.reshape(-1, 80, 80)[:, range(80), range(80)]).mean(axis=0)
    noises = {
        "right": np.sqrt(np.sum(spread(values, weight) ** 2)) / len(DATA),
        "joint": np.sqrt(np.sum(spread(joint, weight) ** 2)) / len(DATA),
        "shared": (spread(values.mean(axis=0), weight), spread(diagonal, weights)),
    }
    at_mean = bernoulli_log_prob(DATA, neural_net_predict(LISTENING, mean))
    return np.mean(at_mean), np.mean(values @ weight), noises, np.mean(compute_KL(encoder_output))


AT_MEAN, EXPECTED, _NOISES, KL = _by_quadrature()
NOISE, JOINT_NOISE = _NOISES["right"], _NOISES["joint"]
SHARED_NOISE = tuple(x / NOISE for x in _NOISES["shared"])  # in units of NOISE
# The mean of CALLS bounds misses the expectation by NOISE / sqrt(CALLS); seven of them: 3e-12.
MOST_NOISE = 1.6  # 1 for a right answer, give or take 0.04; 2.5 if eight images share their noise
SAMPLING_TOLERANCE = float(7 * NOISE / np.sqrt(CALLS) / abs(EXPECTED - AT_MEAN))

"""Small problems for L-BOUND, with what their bounds are made of.

A decoder that ignores z makes the bound exact, whatever noise is drawn: there an answer is a E - b KL, and
two batches of one size give a and b to all digits.  They tell nearly every mistake.  A decoder that listens
to z tells whether z is sampled: its expected log-likelihood, known by quadrature, lies far below that of the
mean.
"""

import numpy as np

from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.kl import compute_KL

CALLS = 700
SIZES = (8, 5)
_PIXELS, _LATENTS = 6, 2
_rng = np.random.default_rng(17)
LISTENING = [(4 * _rng.standard_normal((_LATENTS, _PIXELS)), _rng.standard_normal(_PIXELS))]


def _problem(size, brightness, kl_size):
    """A decoder that ignores z, an encoder and a batch: E and KL, means over the batch, are exact."""
    gen = [(np.zeros((_LATENTS, _PIXELS)), brightness * _rng.standard_normal(_PIXELS))]
    rec = [(kl_size * _rng.standard_normal((_PIXELS, 2 * _LATENTS)), np.array([0.4, -0.8, 0.3, -0.5]))]
    data = (_rng.random((size, _PIXELS)) < 0.5).astype(float)
    e = np.mean(bernoulli_log_prob(data, np.repeat(gen[0][1][None], size, axis=0)))
    return (gen, rec, data), e, np.mean(compute_KL(neural_net_predict(rec, data)))


EXACT = {
    f"{n} images, decoder {k}": _problem(n, b, s)
    for n in SIZES
    for k, b, s in (("A", 0.5, 0.9), ("B", 3.0, 0.2))
}
_, REC, DATA = EXACT[f"{SIZES[0]} images, decoder B"][0]


def _by_quadrature():
    """The log-likelihood of the batch: at the mean of q, in expectation, and the noise of one call."""
    encoder_output = neural_net_predict(REC, DATA)
    mean, log_std = np.split(encoder_output, 2, axis=1)
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    eps = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
    weight = np.outer(weights, weights).ravel()
    values = np.stack([
        bernoulli_log_prob(
            np.repeat(x[None], len(eps), axis=0), neural_net_predict(LISTENING, m + np.exp(s) * eps)
        )
        for x, m, s in zip(DATA, mean, log_std, strict=True)
    ])  # fmt: skip
    expected = values @ weight
    variance = (values**2) @ weight - expected**2
    at_mean = bernoulli_log_prob(DATA, neural_net_predict(LISTENING, mean))
    return (
        np.mean(at_mean),
        np.mean(expected),
        np.sqrt(np.sum(variance)) / len(DATA),
        np.mean(compute_KL(encoder_output)),
    )


AT_MEAN, EXPECTED, NOISE, KL = _by_quadrature()
# The mean of CALLS bounds misses the expectation by NOISE / sqrt(CALLS); seven of them: 3e-12.
MOST_NOISE = 1.6  # 1 for a right answer, give or take 0.04; 2.5 if eight images share their noise
SAMPLING_TOLERANCE = float(7 * NOISE / np.sqrt(CALLS) / abs(EXPECTED - AT_MEAN))

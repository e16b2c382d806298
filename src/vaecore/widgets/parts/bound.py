"""The terms of the bound of one image, in double precision: bound.js computes the same in the browser."""

import numpy as np

from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import Network, neural_net_predict

QUADRATURE = np.arange(-10, 11) * 0.5  # for averages over q: in standard deviations from its mean


def in_double(network: Network) -> Network:
    """Return the network with weights and biases of 64 bits, the numbers that JavaScript has."""
    return [(weights.astype(float), biases.astype(float)) for weights, biases in network]


def expected_log_likelihood(
    gen_params: Network, image: np.ndarray, mean: np.ndarray, std: np.ndarray
) -> float:
    """Return the mean of log p(x | z) over q = N(mean, std^2) in nats, by the trapezoidal rule.

    image: (784,), pixels 0 or 1.  mean, std: two numbers each; a std of 0 is a point.
    """
    grid = np.stack(np.meshgrid(QUADRATURE, QUADRATURE), axis=-1).reshape(-1, 2)
    grid = grid[np.sum(grid**2, axis=1) <= QUADRATURE[-1] ** 2]
    logits = neural_net_predict(in_double(gen_params), mean + std * grid)
    score = bernoulli_log_prob(image.astype(float)[None, :], logits)
    return float(np.average(score, weights=np.exp(-np.sum(grid**2, axis=1) / 2)))

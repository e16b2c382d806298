"""Latent-variable models: draw z from p(z), then x from p(x | z); z is never seen.

Two worlds are small enough to know everything about: one with a few values of z and of x, and one that is
Gaussian and linear.  In them log p(x), the posterior p(z | x) and the lower bound are exact, and whatever is
estimated elsewhere can be held against the truth.
"""

from typing import Any

import autograd.numpy as anp
import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.likelihoods import gaussian_log_prob, log_mean_exp
from vaecore.kl import compute_KL, discrete_kl

LOG_2_PI = np.log(2 * np.pi)


class DiscreteWorld:
    """A latent variable z with K values, an observation x with M values, and all their probabilities.

        p(x, z) = p(z) p(x | z),      p(x) = sum_z p(x, z),      p(z | x) = p(x, z) / p(x)

    prior: (K,), p(z).  likelihood: (K, M), row z is p(x | z).  The attributes `joint` (K, M), `marginal` (M,)
    and `posterior` (M, K) are computed from them, in float64.
    Raises InvalidInputError for rows that are no distributions, or an x that cannot happen at all.
    """

    def __init__(self, prior: Any, likelihood: Any) -> None:
        self.prior = _distributions(prior, "prior", axes=1)
        self.likelihood = _distributions(likelihood, "likelihood", axes=2)
        if len(self.prior) != len(self.likelihood):
            raise InvalidInputError(
                f"prior has {len(self.prior)} values of z and likelihood {len(self.likelihood)} rows, "
                "expected one row p(x | z) for each z"
            )
        self.joint = self.prior[:, None] * self.likelihood  # (K, M)
        self.marginal = self.joint.sum(axis=0)  # (M,)
        if (self.marginal == 0).any():
            never = np.flatnonzero(self.marginal == 0).tolist()
            raise InvalidInputError(
                f"x = {never} has probability 0 under every z, expected p(x) > 0; leave those columns out"
            )
        self.posterior = (self.joint / self.marginal).T  # (M, K)

    @classmethod
    def random(
        cls, rng: np.random.Generator, num_latents: int = 4, num_observations: int = 6
    ) -> "DiscreteWorld":
        """Return a world of K = num_latents and M = num_observations values with random probabilities.

        Every distribution is equally likely (Dirichlet with all parameters 1).
        Raises InvalidInputError for numbers below 1, or no generator.
        """
        validation.generator(rng)
        num_latents = validation.whole_number(num_latents, "num_latents")
        num_observations = validation.whole_number(num_observations, "num_observations")
        prior = rng.dirichlet(np.ones(num_latents))
        return cls(prior, rng.dirichlet(np.ones(num_observations), size=num_latents))

    def log_marginal(self, x: Any) -> Any:
        """Return log p(x) = log sum_z p(z) p(x | z), in nats.

        x: an observation 0, ..., M - 1, or an array of them.  Returns one number for each.
        Raises InvalidInputError for an x that is not one of them.
        """
        return np.log(self.marginal[self._observations(x)])

    def elbo(self, q: Any, x: Any) -> Any:
        """Return the lower bound sum_z q(z) [log p(x, z) - log q(z)], in nats.

        q: (K,), or (B, K) with one distribution for each x.  x: as in `log_marginal`.
        Terms with q(z) = 0 are 0; the bound is -inf where q(z) > 0 and p(x, z) = 0.
        Raises InvalidInputError for a q that is no distribution over the K values of z.
        """
        q = self._q(q)
        return _expectation(q, _log(self.joint.T[self._observations(x)])) - _expectation(q, _log(q))

    def expected_log_likelihood(self, q: Any, x: Any) -> Any:
        """Return E_q[log p(x | z)] = sum_z q(z) log p(x | z), in nats; arguments as in `elbo`.

        Raises InvalidInputError as `elbo` does.
        """
        return _expectation(self._q(q), _log(self.likelihood.T[self._observations(x)]))

    def kl_to_prior(self, q: Any) -> Any:
        """Return KL(q || p(z)) = sum_z q(z) log[q(z) / p(z)], in nats: (K,) or (B, K) to a number or (B,).

        Raises InvalidInputError for a q that is no distribution over the K values of z.
        """
        return discrete_kl(self._q(q), self.prior)

    def kl_to_posterior(self, q: Any, x: Any) -> Any:
        """Return KL(q || p(z | x)) in nats: the gap between log p(x) and the bound; arguments as in `elbo`.

        Raises InvalidInputError as `elbo` does.
        """
        return discrete_kl(self._q(q), self.posterior[self._observations(x)])

    def sample(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return n pairs: z (n,) drawn from p(z), and x (n,) drawn from p(x | z), as whole numbers.

        Raises InvalidInputError if n is not a positive whole number, or without a generator.
        """
        validation.generator(rng)
        n = validation.whole_number(n, "n")
        z = rng.choice(len(self.prior), size=n, p=self.prior)
        # x is the first value at which the summed probabilities exceed a uniform number; never an
        # impossible value, whatever the sums are rounded to.
        heights = np.cumsum(self.likelihood, axis=1)
        heights /= heights[:, -1:]
        return z, np.argmax(rng.random(n)[:, None] < heights[z], axis=1)

    def _observations(self, x: Any) -> np.ndarray:
        indices = np.asarray(x)
        num_observations = len(self.marginal)
        if indices.dtype.kind not in "iu" or (indices < 0).any() or (indices >= num_observations).any():
            raise InvalidInputError(
                f"x is {x!r}, expected observations as whole numbers 0 to {num_observations - 1}"
            )
        return indices

    def _q(self, q: Any) -> np.ndarray:
        q = _distributions(q, "q", axes=np.ndim(q))
        if q.shape[-1] != len(self.prior):
            raise InvalidInputError(f"q has shape {q.shape}, expected {len(self.prior)} values in a row")
        return q


class LinearGaussianWorld:
    """Latent z ~ N(0, I) with L numbers, and x = z W + b + std * noise with D: everything stays Gaussian.

        p(x)     = N(x | b, W^T W + std^2 I)
        p(z | x) = N(z | m, S),     S = (I + W W^T / std^2)^-1,     m = (x - b) W^T S / std^2

    weights: (L, D), W.  biases: (D,), b.  std: the standard deviation of the noise on every x_j.
    The posterior's covariance S is the same for every x, and diagonal only if W's rows are orthogonal.

    Source: Tipping & Bishop (1999), "Probabilistic principal component analysis", section 3.
    Raises InvalidInputError for shapes that do not fit, numbers that are not finite, or std <= 0.
    """

    def __init__(self, weights: Any, biases: Any, std: float) -> None:
        validation.network([(weights, biases)], "[(weights, biases)]")
        self.weights, self.biases = np.asarray(weights, float), np.asarray(biases, float)
        validation.finite(self.weights, "weights")
        validation.finite(self.biases, "biases")
        self.std = validation.number(std, "std", above=0)
        latent_size, size = self.weights.shape
        self.covariance = self.weights.T @ self.weights + self.std**2 * np.eye(size)  # (D, D), of p(x)
        self.posterior_precision = np.eye(latent_size) + self.weights @ self.weights.T / self.std**2  # (L, L)
        self.posterior_covariance = np.linalg.inv(self.posterior_precision)

    def log_marginal(self, x: Any) -> np.ndarray:
        """Return log p(x) = log N(x | b, W^T W + std^2 I), in nats: (B, D) to (B,).

        Raises InvalidInputError for another width than the world's, or NaN.
        """
        difference = self._data(x) - self.biases
        distance = np.sum(difference * np.linalg.solve(self.covariance, difference.T).T, axis=1)
        _, log_determinant = np.linalg.slogdet(self.covariance)
        return -0.5 * (distance + log_determinant + len(self.biases) * LOG_2_PI)

    def posterior(self, x: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return the mean (B, L) and the covariance (L, L) of p(z | x), which is Gaussian.

        Raises InvalidInputError for another width than the world's, or NaN.
        """
        mean = (self._data(x) - self.biases) @ self.weights.T @ self.posterior_covariance / self.std**2
        return mean, self.posterior_covariance

    def best_factorised(self, x: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return mean and log std, both (B, L), of the factorised Gaussian q with the highest bound.

        It has the posterior's mean and, in each dimension, its *conditional* standard deviation:
        std_j = (S^-1)_jj^(-1/2), which is never more than the posterior's own.

        Source: Bishop (2006), "Pattern Recognition and Machine Learning", section 10.1.2.
        Raises InvalidInputError for another width than the world's, or NaN.
        """
        mean, _ = self.posterior(x)
        return mean, np.broadcast_to(-0.5 * np.log(np.diag(self.posterior_precision)), mean.shape).copy()

    def log_likelihood(self, x: Any, z: Any) -> Any:
        """Return log p(x | z) in nats, row by row: x (B, D) and z (B, L) to (B,).

        Raises InvalidInputError for other widths than the world's, or NaN.
        """
        x = self._data(x)
        mean = self._latents(z, "z") @ self.weights + self.biases
        return gaussian_log_prob(x, mean, np.full(x.shape, np.log(self.std)))

    def elbo(self, x: Any, mean: Any, log_std: Any) -> Any:
        """Return the exact bound of q = N(mean, diag(std^2)), in nats: (B, D), (B, L), (B, L) to (B,).

            E_q[log p(x | z)] = log p(x | mean) - 1/2 sum_j std_j^2 |W_j|^2 / std_noise^2,
            bound = E_q[log p(x | z)] - KL(q || p(z))

        autograd can differentiate it in mean and log_std.
        Raises InvalidInputError for other widths than the world's, or NaN.
        """
        log_prob = self.log_likelihood(x, mean)
        mean, log_std = self._latents(mean, "mean"), self._latents(log_std, "log_std")
        spread = anp.exp(2 * log_std) @ np.sum(self.weights**2, axis=1) / self.std**2
        return log_prob - 0.5 * spread - compute_KL(anp.concatenate([mean, log_std], axis=1))

    def kl_to_posterior(self, x: Any, mean: Any, log_std: Any) -> Any:
        """Return KL(q || p(z | x)) of q = N(mean, diag(std^2)), in nats: the arguments of `elbo` to (B,).

            1/2 [ tr(S^-1 diag(std^2)) + (mean - m)^T S^-1 (mean - m)
                  - L + log det S - sum_j log std_j^2 ]

        Raises InvalidInputError for other widths than the world's, or NaN.
        """
        exact, _ = self.posterior(x)
        mean, log_std = self._latents(mean, "mean"), self._latents(log_std, "log_std")
        trace = anp.exp(2 * log_std) @ np.diag(self.posterior_precision)
        distance = anp.sum((mean - exact) @ self.posterior_precision * (mean - exact), axis=1)
        _, log_determinant = np.linalg.slogdet(self.posterior_precision)
        return 0.5 * (trace + distance - len(self.weights) - log_determinant - anp.sum(2 * log_std, axis=1))

    def sample(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Return n pairs: z (n, L) drawn from N(0, I), and x (n, D) drawn from p(x | z).

        Raises InvalidInputError if n is not a positive whole number, or without a generator.
        """
        validation.generator(rng)
        n = validation.whole_number(n, "n")
        z = rng.standard_normal((n, len(self.weights)))
        return z, z @ self.weights + self.biases + self.std * rng.standard_normal((n, len(self.biases)))

    def _data(self, x: Any) -> np.ndarray:
        x = validation.batch(x, "x", width=len(self.biases))
        validation.finite(x, "x")
        return np.asarray(x, float)

    def _latents(self, value: Any, name: str) -> Any:
        value = validation.batch(value, name, width=len(self.weights))
        validation.finite(value, name)
        return value


def log_marginal_monte_carlo(log_likelihoods: Any) -> np.ndarray:
    """Return the plainest estimate of log p(x): the mean likelihood of samples of the prior, in nats.

        p(x) = E_p(z)[p(x | z)] ~ 1/S sum_s p(x | z_s),      z_s ~ p(z)

    log_likelihoods: (B, S), log p(x_i | z_s).  Returns (B,), float64.  The mean of the *probabilities* is
    unbiased; its logarithm is too low on average, and far too low if none of the z_s fits x.
    Raises InvalidInputError for an array that is not (B, S).
    """
    log_likelihoods = np.asarray(validation.batch(log_likelihoods, "log_likelihoods"), float)
    return log_mean_exp(log_likelihoods, axis=1)


def _distributions(value: Any, name: str, axes: int) -> np.ndarray:
    """Return `value` as float64 distributions along the last axis, their sum made exactly 1."""
    array = np.asarray(validation.float_array(value, name), float)
    if array.ndim != axes or axes == 0 or array.size == 0:
        raise InvalidInputError(f"{name} has shape {array.shape}, expected probabilities on {axes or 1} axes")
    sums = array.sum(axis=-1)
    if not ((array >= 0).all() and np.allclose(sums, 1, rtol=0, atol=1e-6)):
        raise InvalidInputError(
            f"{name} has values from {array.min():g} and sums from {sums.min():g} to {sums.max():g}, "
            "expected probabilities of at least 0 whose sum is 1; divide by the sum"
        )
    return array / sums[..., None]


def _log(p: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore"):  # log 0 = -inf is meant
        return np.log(p)


def _expectation(q: np.ndarray, values: np.ndarray) -> Any:
    """sum_z q(z) values(z), in which what has probability 0 does not count, even if it is infinite."""
    return np.sum(np.where(q > 0, q, 0) * np.where(q > 0, values, 0), axis=-1)

"""Checks of the numbered equations of the chapter on the KL divergence (book/05_kl.md)."""

import numpy as np

from equations.registry import checks
from vaecore import bernoulli_log_prob, compute_KL, init_network, neural_net_predict
from vaecore.kl import bernoulli_kl, discrete_kl, gaussian_kl

Z = np.linspace(-30, 30, 60_001)  # fine enough for the trapezoidal rule to be exact to rounding for bells


def log_normal(z: np.ndarray, mean: float, std: float) -> np.ndarray:
    return -0.5 * np.log(2 * np.pi) - np.log(std) - 0.5 * ((z - mean) / std) ** 2


def average_under(mean: float, std: float, values: np.ndarray) -> float:
    """E[values(z)] for z from N(mean, std^2), by quadrature."""
    return float(np.trapezoid(np.exp(log_normal(Z, mean, std)) * values, Z))


@checks("eq-kl-bernoulli")
def two_coins_are_the_average_log_ratio_over_their_two_sides() -> None:
    """On 200 random pairs, against a sum over the outcomes x = 0 and 1 of both probabilities, to 1e-12."""
    rng = np.random.default_rng(50)
    for p, q in rng.uniform(0.01, 0.99, size=(200, 2)):
        kl = p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))
        outcomes = [(p**x * (1 - p) ** (1 - x), q**x * (1 - q) ** (1 - x)) for x in (0, 1)]
        average = sum(a * (np.log(a) - np.log(b)) for a, b in outcomes)
        assert abs(kl - average) < 1e-12
        assert abs(kl - bernoulli_kl(p, q)) < 1e-12


@checks("eq-kl-discrete")
def a_sum_over_values_is_the_mean_log_ratio_of_draws_from_p() -> None:
    """On counts: n_k draws of value k, their mean of log P - log Q, to 1e-12.  Not symmetric."""
    rng = np.random.default_rng(51)
    for _ in range(50):
        counts = rng.integers(1, 40, size=7)
        p, q = counts / counts.sum(), rng.dirichlet(np.full(7, 5.0))
        draws = np.repeat(np.arange(7), counts)
        mean = np.mean(np.log(p[draws]) - np.log(q[draws]))
        kl = np.sum(p * np.log(p / q))
        assert abs(kl - mean) < 1e-12
        assert abs(kl - discrete_kl(p, q)) < 1e-12
        assert abs(kl - np.sum(q * np.log(q / p))) > 1e-6


@checks("eq-kl-never-negative")
def minus_kl_is_at_most_0_line_by_line() -> None:
    """Strict for different distributions, with equality for equal ones, and with zeros in P and in Q."""
    rng = np.random.default_rng(52)
    for i in range(200):
        p, q = rng.dirichlet(np.ones(6), size=2)
        if i % 4 == 1:
            p[:2] = 0
            p /= p.sum()
        happens = p > 0
        minus_kl = np.sum(p[happens] * np.log(q[happens] / p[happens]))
        tangent = np.sum(p[happens] * (q[happens] / p[happens] - 1))
        assert abs(tangent - (np.sum(q[happens]) - 1)) < 1e-12
        assert minus_kl < tangent - 1e-9 and tangent < 1e-12
        assert (tangent < -1e-6) == (i % 4 == 1)  # the last step is strict where Q has mass that P has not
        assert abs(-minus_kl - discrete_kl(p, q)) < 1e-12
        assert abs(np.sum(p[happens] * np.log(p[happens] / p[happens]))) == 0 == discrete_kl(p, p)


@checks("eq-kl-log-q", "eq-kl-log-p")
def the_two_integrals() -> None:
    """Every line of both derivations, on 40 random Gaussians, by quadrature to 1e-10."""
    rng = np.random.default_rng(53)
    half_log_2_pi = 0.5 * np.log(2 * np.pi)
    for mean, std in zip(rng.uniform(-3, 3, 40), rng.uniform(0.2, 2.5, 40), strict=True):
        first = average_under(mean, std, log_normal(Z, mean, std))
        variance = average_under(mean, std, (Z - mean) ** 2)
        assert abs(variance - std**2) < 1e-10
        assert abs(first - (-half_log_2_pi - 0.5 * np.log(std**2) - variance / (2 * std**2))) < 1e-10
        assert abs(first - (-half_log_2_pi - 0.5 * (1 + np.log(std**2)))) < 1e-10
        second = average_under(mean, std, log_normal(Z, 0, 1))
        square = average_under(mean, std, Z**2)
        assert abs(square - (mean**2 + std**2)) < 1e-10
        assert abs(second - (-half_log_2_pi - 0.5 * square)) < 1e-10
        assert abs(second - (-half_log_2_pi - 0.5 * (mean**2 + std**2))) < 1e-10


@checks("eq-kl-closed-form")
def the_closed_form_is_the_integral_over_all_dimensions() -> None:
    """In two dimensions over a grid of the plane, to 1e-8: no use is made of the sum over dimensions."""
    rng = np.random.default_rng(54)
    z = np.linspace(-14, 14, 801)
    area = (z[1] - z[0]) ** 2
    for mean, std in zip(rng.uniform(-2, 2, (10, 2)), rng.uniform(0.4, 1.5, (10, 2)), strict=True):
        log_q = log_normal(z[:, None], mean[0], std[0]) + log_normal(z[None, :], mean[1], std[1])
        log_p = -np.log(2 * np.pi) - 0.5 * (z[:, None] ** 2 + z[None, :] ** 2)
        integral = np.sum(np.exp(log_q) * (log_q - log_p)) * area
        formula = 0.5 * np.sum(mean**2 + std**2 - 1 - np.log(std**2))
        assert abs(integral - formula) < 1e-8
        assert abs(compute_KL(np.concatenate([mean, np.log(std)])[None, :])[0] - formula) < 1e-12


@checks("eq-kl-two-gaussians")
def two_gaussians_by_quadrature() -> None:
    """On 40 random pairs in one dimension, to 1e-9; 0 for equal ones; the sum over dimensions."""
    rng = np.random.default_rng(55)
    one_dimension = []
    for _ in range(40):
        mean_q, mean_p = rng.uniform(-2, 2, 2)
        std_q, std_p = rng.uniform(0.4, 2, 2)
        integral = average_under(mean_q, std_q, log_normal(Z, mean_q, std_q) - log_normal(Z, mean_p, std_p))
        formula = np.log(std_p / std_q) + (std_q**2 + (mean_q - mean_p) ** 2) / (2 * std_p**2) - 0.5
        assert abs(integral - formula) < 1e-9
        one_dimension.append((mean_q, np.log(std_q), mean_p, np.log(std_p), formula))
        assert gaussian_kl(mean_q, np.log(std_q), mean_q, np.log(std_q)) == 0
    *parameters, formulas = np.array(one_dimension).T
    assert abs(gaussian_kl(*parameters) - formulas.sum()) < 1e-9


@checks("eq-kl-estimator-b")
def estimator_b_has_the_mean_of_the_integral() -> None:
    """With one latent dimension, so that quadrature gives the exact bound.

    The mean of 200,000 draws may be off by 6 of its standard errors: by chance less than once in 10^8.
    """
    rng = np.random.default_rng(56)
    gen_params = [(0.5 * rng.normal(size=(1, 6)), rng.normal(size=6))]
    rec_params = init_network([6, 8, 2], rng)
    x = rng.integers(0, 2, (1, 6)).astype(float)
    encoder_output = neural_net_predict(rec_params, x).astype(float)
    mean, std = encoder_output[0, 0], np.exp(encoder_output[0, 1])

    def log_likelihood(z: np.ndarray) -> np.ndarray:
        return bernoulli_log_prob(np.repeat(x, len(z), axis=0), neural_net_predict(gen_params, z[:, None]))

    draws = log_likelihood(mean + std * rng.standard_normal(200_000)) - compute_KL(encoder_output)
    log_joint_less_log_q = log_likelihood(Z) + log_normal(Z, 0, 1) - log_normal(Z, mean, std)
    exact = average_under(mean, std, log_joint_less_log_q)
    error = draws.std() / np.sqrt(len(draws))
    assert abs(draws.mean() - exact) < 6 * error < 0.05

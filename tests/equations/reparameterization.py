"""The numbered equations of chapter 4: each side computed on its own, integrals by quadrature."""

import autograd
import autograd.numpy as anp
import numpy as np

from equations.registry import checks
from vaecore import bernoulli_log_prob, compute_KL, init_network, neural_net_predict
from vaecore import sample_latent_variables_from_posterior as sample
from vaecore.elbo import sgvb_a, sgvb_b
from vaecore.gradient_estimators import pathwise_gradient, score_function_gradient

FUNCTIONS = {  # and their slopes
    "square": (lambda z: z**2, lambda z: 2 * z),
    "cosine": (np.cos, lambda z: -np.sin(z)),
    "tanh": (lambda z: np.tanh(2 * z), lambda z: 2 / np.cosh(2 * z) ** 2),
}
SETTINGS = [(0.0, 1.0), (0.7, 0.4), (-1.5, 1.3)]


def average(values, x, density):
    """Integrate by the trapezoid rule, exact to rounding for smooth functions that vanish at both ends."""
    return np.sum(values * density) * (x[1] - x[0])


def normal(x, mean=0.0, std=1.0):
    return np.exp(-(((x - mean) / std) ** 2) / 2) / (std * np.sqrt(2 * np.pi))


def expectation(f, mean, std):
    """E[f(z)] as an integral over z."""
    z = np.linspace(mean - 14 * std, mean + 14 * std, 20_001)
    return average(f(z), z, normal(z, mean, std))


@checks("eq-rep-score")
def the_slope_of_an_expectation_is_an_expectation_with_the_score() -> None:
    """Finite differences of the integral against the integral with the score, to 1e-7."""
    h = 1e-4
    for f, _ in FUNCTIONS.values():
        for mean, std in SETTINGS:
            z = np.linspace(mean - 14 * std, mean + 14 * std, 20_001)
            q, eps = normal(z, mean, std), (z - mean) / std
            by_mean = (expectation(f, mean + h, std) - expectation(f, mean - h, std)) / (2 * h)
            by_log_std = (
                expectation(f, mean, std * np.exp(h)) - expectation(f, mean, std * np.exp(-h))
            ) / (2 * h)
            np.testing.assert_allclose(average(f(z) * eps / std, z, q), by_mean, atol=1e-7)
            np.testing.assert_allclose(average(f(z) * (eps**2 - 1), z, q), by_log_std, atol=1e-7)
            # The score has mean 0, so that any baseline may be subtracted.
            np.testing.assert_allclose([average(eps / std, z, q), average(eps**2 - 1, z, q)], 0, atol=1e-12)


@checks("eq-rep-g")
def z_made_from_noise_has_the_distribution_q() -> None:
    """The density of g(eps) is q's (to 1e-12), and vaecore's sample is g of the noise that it draws."""
    for mean, std in SETTINGS:
        eps = np.linspace(-5, 5, 1001)
        z = mean + std * eps
        slope = np.gradient(z, eps)  # dz/deps
        np.testing.assert_allclose(normal(eps) / slope, normal(z, mean, std), rtol=1e-9)
    encoder_output = np.random.default_rng(0).normal(size=(5, 6))
    eps = np.random.default_rng(1).standard_normal((5, 3))
    by_formula = encoder_output[:, :3] + np.exp(encoder_output[:, 3:]) * eps
    np.testing.assert_allclose(sample(encoder_output, np.random.default_rng(1)), by_formula, rtol=1e-14)


@checks("eq-rep-estimate")
def the_expectation_over_z_is_one_over_the_noise() -> None:
    """By quadrature to 1e-11; the mean over S draws lies within 6.5 standard errors (false alarms: 1e-9)."""
    eps = np.linspace(-14, 14, 20_001)
    draws = np.random.default_rng(2).standard_normal(100_000)
    for f, _ in FUNCTIONS.values():
        for mean, std in SETTINGS:
            over_z = expectation(f, mean, std)
            np.testing.assert_allclose(average(f(mean + std * eps), eps, normal(eps)), over_z, atol=1e-11)
            values = f(mean + std * draws)
            assert abs(values.mean() - over_z) < 6.5 * values.std() / np.sqrt(len(draws))


@checks("eq-rep-pathwise")
def the_gradient_may_go_inside_the_average_over_the_noise() -> None:
    """Finite differences of the integral over z against the mean of the chain rule over eps, to 1e-7."""
    h, eps = 1e-4, np.linspace(-14, 14, 20_001)
    for f, slope in FUNCTIONS.values():
        for mean, std in SETTINGS:
            along = slope(mean + std * eps)
            by_mean = (expectation(f, mean + h, std) - expectation(f, mean - h, std)) / (2 * h)
            by_std = (expectation(f, mean, std + h) - expectation(f, mean, std - h)) / (2 * h)
            np.testing.assert_allclose(average(along, eps, normal(eps)), by_mean, atol=1e-7)
            np.testing.assert_allclose(average(along * eps, eps, normal(eps)), by_std, atol=1e-7)


@checks("eq-rep-variances")
def the_variances_for_a_square() -> None:
    """By quadrature over the noise, to 1e-9."""
    eps = np.linspace(-16, 16, 20_001)
    for mean, std in SETTINGS:
        z = mean + std * eps
        for estimates, formula in (
            (2 * z, 4 * std**2),
            (z**2 * eps / std, mean**4 / std**2 + 14 * mean**2 + 15 * std**2),
        ):
            centre = average(estimates, eps, normal(eps))
            np.testing.assert_allclose(centre, 2 * mean, atol=1e-11)
            variance = average((estimates - centre) ** 2, eps, normal(eps))
            np.testing.assert_allclose(variance, formula, rtol=1e-9)


@checks("eq-rep-dimensions")
def the_variances_in_many_dimensions() -> None:
    """From the moments of a chi-squared variable for the score; measured within 10% (8 standard errors)."""
    for size in (1, 2, 5, 30):
        # E[(r + e^2)^2 e^2], r = sum of the other L - 1 squares: chi-squared, moments n and n (n + 2).
        n = size - 1
        by_moments = n * (n + 2) * 1 + 2 * n * 3 + 15
        assert by_moments == size**2 + 6 * size + 8
        zeros, count = np.zeros(size), 200_000 // size
        score, _ = score_function_gradient(
            lambda z: np.sum(z**2, axis=1), zeros, zeros, np.random.default_rng(3), count
        )
        path, _ = pathwise_gradient(
            lambda z: anp.sum(z**2, axis=1), zeros, zeros, np.random.default_rng(3), count
        )
        np.testing.assert_allclose(np.mean(score**2), by_moments, rtol=0.12)
        np.testing.assert_allclose(np.mean(path**2), 4, rtol=0.03)


@checks("eq-rep-derivatives")
def the_derivatives_of_the_sampling_step() -> None:
    """Autograd and central differences with the same noise, through vaecore's primitive."""
    encoder_output = np.array([[0.3, -1.2, 0.1, -0.7]])
    eps = np.random.default_rng(4).standard_normal((1, 2))[0]
    std = np.exp(encoder_output[0, 2:])
    expected = np.hstack([np.eye(2), np.diag(std * eps)])  # dz_j by means, then by log stds

    def z(e):
        return sample(e, np.random.default_rng(4))[0]

    by_autograd = autograd.jacobian(z)(encoder_output)[:, 0]
    h, steps = 1e-6, np.eye(4)[:, None]
    by_differences = np.stack(
        [(z(encoder_output + h * u) - z(encoder_output - h * u)) / (2 * h) for u in steps], axis=1
    )
    np.testing.assert_allclose(by_autograd, expected, rtol=1e-13, atol=1e-15)
    np.testing.assert_allclose(by_differences, expected, atol=1e-8)
    wider, narrower = (
        z(np.hstack([encoder_output[:, :2], np.log(std + step)[None]])) for step in (0.1, -0.1)
    )
    np.testing.assert_allclose((wider - narrower) / 0.2, eps, rtol=1e-12)  # linear in std: exact


@checks("eq-rep-a-minus-b")
def what_lies_between_the_two_estimators() -> None:
    """For the same draws, to 1e-10; its mean is 0 within 6.5 standard errors (a false alarm in 1e-10)."""
    rng = np.random.default_rng(5)
    gen_params, rec_params = init_network((3, 8, 12), rng, float), init_network((12, 8, 6), rng, float)
    data = rng.integers(0, 2, (4, 12)).astype(float)
    encoder_output = neural_net_predict(rec_params, data)
    mean, std = encoder_output[:, :3], np.exp(encoder_output[:, 3:])

    noise = np.random.default_rng(6)
    log_ratio = np.zeros(4)
    for _ in range(7):
        z = mean + std * noise.standard_normal((4, 3))
        log_ratio += np.sum(np.log(normal(z, mean, std) / normal(z)), axis=1) / 7
    a, b = (
        estimator(gen_params, rec_params, data, np.random.default_rng(6), num_samples=7)
        for estimator in (sgvb_a, sgvb_b)
    )
    np.testing.assert_allclose(a - b, compute_KL(encoder_output) - log_ratio, atol=1e-10)
    assert np.abs(a - b).min() > 1e-3  # or the check would show nothing

    many = np.tile(data[:1], (50_000, 1))
    a, b = (f(gen_params, rec_params, many, np.random.default_rng(7)) for f in (sgvb_a, sgvb_b))
    assert abs(np.mean(a - b)) < 6.5 * np.std(a - b) / np.sqrt(len(a))
    z = sample(encoder_output, np.random.default_rng(8))
    by_parts = bernoulli_log_prob(data, neural_net_predict(gen_params, z)) - compute_KL(encoder_output)
    np.testing.assert_allclose(sgvb_b(gen_params, rec_params, data, np.random.default_rng(8)), by_parts)

"""Chapter 4: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right

log, exp, sqrt = np.log, np.exp, np.sqrt


def halves(e):
    return np.split(e, 2, axis=1)


def gradients_baseline(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return (f(z) - np.mean(f(z))) * eps / sigma, slope(z)


def gradients_z_for_eps(f, slope, mu, sigma, eps):
    z = mu + sigma * eps
    return f(z) * z / sigma, slope(z)


def rep_without_minus_in_both(rate, u):
    return log(1 - u) / rate, -log(1 - u) / rate**2


def rep_log_base_two(rate, u):
    return -np.log2(1 - u) / rate, np.log2(1 - u) / rate**2


def backward_plus_one(grad_z, encoder_output, eps):
    log_std = halves(encoder_output)[1]
    return np.concatenate([grad_z, grad_z * (exp(log_std) * eps + 1)], axis=1)


def backward_absolute_noise(grad_z, encoder_output, eps):
    log_std = halves(encoder_output)[1]
    return np.concatenate([grad_z, grad_z * exp(log_std) * np.abs(eps)], axis=1)


def backward_halved(grad_z, encoder_output, eps):
    return 0.5 * right("X-6c")(grad_z, encoder_output, eps)


def sample_with_half_noise(encoder_output, rng):
    mean, log_std = halves(encoder_output)
    return mean + 0.5 * exp(log_std) * rng.standard_normal(mean.shape)


def sample_noise_subtracted_twice(encoder_output, rng):
    mean, log_std = halves(encoder_output)
    return mean + exp(log_std) * np.abs(rng.standard_normal(mean.shape))


def sample_softplus(encoder_output, rng):
    mean, log_std = halves(encoder_output)
    return mean + np.log1p(exp(log_std)) * rng.standard_normal(mean.shape)


def draw_sigma_squared(x, eps):
    relu = lambda a: np.maximum(a, 0)  # noqa: E731
    return relu(2 * relu(3 * x - 1)) + relu(relu(3 * x + 1) + 1) ** 2 * eps


def draw_mean_not_doubled(x, eps):
    relu = lambda a: np.maximum(a, 0)  # noqa: E731
    return relu(relu(3 * x - 1)) + sqrt(relu(relu(3 * x + 1) + 1)) * eps


def output_constants_swapped(z):
    return np.maximum(-z + 10, 0), np.maximum(2 * z - 12, 0)


def output_leaky(z):
    leaky = lambda a: np.where(a > 0, a, 0.1 * a)  # noqa: E731
    return leaky(-z + 12), leaky(2 * z - 10)


WRONG = {
    "P-2dc": (
        gradients_baseline,
        gradients_z_for_eps,
    ),
    "S-REP": (
        rep_without_minus_in_both,
        rep_log_base_two,
    ),
    "X-6c": (
        backward_plus_one,
        backward_absolute_noise,
        backward_halved,
    ),
    "L-SAMPLE": (
        sample_with_half_noise,
        sample_noise_subtracted_twice,
        sample_softplus,
    ),
    "X-7a": (
        draw_sigma_squared,
        draw_mean_not_doubled,
    ),
    "X-7b": (
        output_constants_swapped,
        output_leaky,
    ),
}

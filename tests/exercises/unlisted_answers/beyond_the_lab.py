"""Chapter 8: wrong answers of its exercises that nobody listed."""

import numpy as np

from unlisted_answers.solutions import right

log, exp, pi = np.log, np.exp, np.pi


def gauss_two_pi_outside(x, mean, log_var):
    terms = (x - mean) ** 2 * exp(-log_var) + log_var
    return -0.5 * np.sum(terms, axis=1) + log(2 * pi)


def gauss_log_var_squared(x, mean, log_var):
    return right("S-GAUSS")(x, mean, 2 * log_var)


def gauss_absolute(x, mean, log_var):
    terms = np.abs(x - mean) * exp(-log_var) + log_var + log(2 * pi)
    return -0.5 * np.sum(terms, axis=1)


def best_std_median(x, mean):
    return 2 * np.var(x - np.median(mean)) / x.shape[1]


def best_std_max(x, mean):
    return 2 * np.mean(np.max(np.abs(x - mean), axis=1)) ** 2 / x.shape[1]


def halves_with(between, points, images, tolerance):
    where = np.flatnonzero(np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance)
    return np.insert(points.astype(float), where + 1, between[where], axis=0)


def halves_third(points, images, tolerance):
    return halves_with(points[:-1] + (points[1:] - points[:-1]) / 3, points, images, tolerance)


def halves_of_norms(points, images, tolerance):
    sums = points[:-1] + points[1:]
    units = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    return halves_with(units, points, images, tolerance)


def thicker_both(vae, images, thick, thin, amount):
    direction = vae.encode(thick)[0].mean(axis=0) + vae.encode(thin)[0].mean(axis=0)
    return vae.decode(vae.encode(images)[0] + amount * direction)


def thicker_unit(vae, images, thick, thin, amount):
    direction = vae.encode(thick)[0].mean(axis=0) - vae.encode(thin)[0].mean(axis=0)
    return vae.decode(vae.encode(images)[0] + amount * direction / np.linalg.norm(direction))


def gap_first_and_third(information, entropy):
    in_order = np.sort(information, axis=0)
    return np.mean((in_order[-1] - in_order[-3]) / entropy)


def gap_of_ratio(information, entropy):
    in_order = np.sort(information, axis=0)
    return np.mean(1 - in_order[-2] / in_order[-1])


def weights_median(log_likelihood, log_prior, log_q):
    return np.median(log_likelihood + log_prior - log_q, axis=0)


def weights_k_squared(log_likelihood, log_prior, log_q):
    return right("C8-weights")(log_likelihood, log_prior, log_q) - log(len(log_q))


def one_of_k_of_squares(log_w, gradients, u):
    return right("C8-one-of-k")(2 * log_w, gradients, u)


def one_of_k_next(log_w, gradients, u):
    return right("C8-one-of-k")(log_w, np.roll(gradients, -1, axis=0), u)


WRONG = {
    "S-GAUSS": (
        gauss_two_pi_outside,
        gauss_log_var_squared,
        gauss_absolute,
    ),
    "C8-best-std": (
        best_std_median,
        best_std_max,
    ),
    "C8-halves": (
        halves_third,
        halves_of_norms,
    ),
    "S-ARITH": (
        thicker_both,
        thicker_unit,
    ),
    "C8-gap": (
        gap_first_and_third,
        gap_of_ratio,
    ),
    "C8-one-of-k": (
        one_of_k_of_squares,
        one_of_k_next,
    ),
    "C8-weights": (
        weights_median,
        weights_k_squared,
    ),
}

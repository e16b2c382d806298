"""The importance-sampled log p(x), against numerical integration over the latent space.

Statistical tests reject at 6 standard errors: a false alarm has a probability of 2e-9 for a normal
mean; means of 400 values, as here, come close enough to stay far below 1e-6.
"""

import tracemalloc

import numpy as np
import pytest

from vaecore import VAE, InvalidInputError, estimate_log_likelihood, init_network

STANDARD_ERRORS = 6
REPEATS = 400
Z = np.linspace(-12, 12, 20_001)  # the prior beyond is 1e-32
STEP = Z[1] - Z[0]


def one_latent_vae(rng, dtype=np.float64):
    """4 pixels, 1 latent: small enough to integrate over z."""
    decoder = init_network([1, 3, 4], rng, dtype)
    decoder[0][0][:] *= 2
    decoder[-1][1][:] = 1, -1, 0.5, 0.5  # the images below are far from equally probable
    encoder = init_network([4, 3, 2], rng, dtype)
    encoder[-1][0][:] *= 0.1
    encoder[-1][1][:] = (
        0.4,
        0.3,
    )  # broader than the prior: no weight is large, and their mean is nearly normal
    return VAE(decoder, encoder)


def log_joint(vae, x):
    """log p(x, z) of one image (D,) at every z of the grid, written out."""
    s = vae.decode(Z[:, None].astype(np.float64))
    log_prob = np.sum(x * np.log(s) + (1 - x) * np.log(1 - s), axis=1)
    return log_prob - 0.5 * Z**2 - 0.5 * np.log(2 * np.pi)


def exact_log_likelihood(vae, x):
    return np.log(np.sum(np.exp(log_joint(vae, x))) * STEP)


def exact_lower_bound(vae, x):
    """E_q[log p(x, z) - log q(z | x)] by numerical integration."""
    (mean,), (log_std,) = (values[0] for values in vae.encode(x[None]))
    log_q = -0.5 * ((Z - mean) / np.exp(log_std)) ** 2 - log_std - 0.5 * np.log(2 * np.pi)
    return np.sum(np.exp(log_q) * (log_joint(vae, x) - log_q)) * STEP


def z_score(values, truth):
    return (np.mean(values) - truth) / (np.std(values, ddof=1) / np.sqrt(len(values)))


X = np.array([1.0, 0.0, 1.0, 1.0])


@pytest.mark.parametrize("rows_at_once", [1, 7, 100, 5000])
def test_the_mean_weight_is_the_likelihood_however_it_is_cut(rng, rows_at_once):
    # E[1/K sum w] = p(x), exactly, for every K.
    vae, images = one_latent_vae(rng), np.array([X, 1 - X])
    truth = [np.exp(exact_log_likelihood(vae, x)) for x in images]
    repeats = REPEATS if rows_at_once > 1 else 100
    estimates = np.exp(
        estimate_log_likelihood(vae, np.tile(images, (repeats, 1)), rng, 20, rows_at_once=rows_at_once)
    )
    for i in range(2):  # the images alternate, so that a mix-up between rows would show
        assert abs(z_score(estimates[i::2], truth[i])) < STANDARD_ERRORS
    assert abs(z_score(estimates[::2], truth[1])) > STANDARD_ERRORS  # the test can tell the two apart


def test_many_samples_give_the_log_likelihood(rng):
    vae = one_latent_vae(rng)
    estimates = estimate_log_likelihood(vae, np.tile(X, (20, 1)), rng, num_samples=20_000)
    np.testing.assert_allclose(estimates, exact_log_likelihood(vae, X), atol=0.05)
    assert np.std(estimates) < 0.03


def test_one_sample_gives_the_lower_bound_on_average(rng):
    vae = one_latent_vae(rng)
    estimates = estimate_log_likelihood(vae, np.tile(X, (10 * REPEATS, 1)), rng, num_samples=1)
    bound = exact_lower_bound(vae, X)
    assert abs(z_score(estimates, bound)) < STANDARD_ERRORS
    assert z_score(estimates, exact_log_likelihood(vae, X)) < -STANDARD_ERRORS


def test_on_average_it_lies_below_the_truth_and_rises_with_the_samples(rng):
    vae = one_latent_vae(rng)
    images = np.tile(X, (50 * REPEATS, 1))
    one, five = (estimate_log_likelihood(vae, images, rng, num_samples=k) for k in (1, 5))
    assert z_score(five, exact_log_likelihood(vae, X)) < -STANDARD_ERRORS
    assert z_score(five - one, 0) > STANDARD_ERRORS


@pytest.mark.parametrize("num_samples", [1, 2, 13])
@pytest.mark.parametrize("rows_at_once", [1, 5, 5000])
def test_with_the_exact_posterior_every_single_sample_gives_the_truth(rng, num_samples, rows_at_once):
    # A decoder that ignores z: the posterior is the prior, and every weight is p(x).
    log_odds = np.array([0.5, -1.0, 2.0])
    decoder = [(np.zeros((2, 3)), log_odds)]
    encoder = [(np.zeros((3, 4)), np.zeros(4))]
    images = np.array([[1.0, 0, 1], [0, 0, 0], [1, 1, 1], [0, 1, 0], [1, 0, 0]])
    s = 1 / (1 + np.exp(-log_odds))
    truth = images @ np.log(s) + (1 - images) @ np.log(1 - s)
    estimates = estimate_log_likelihood(
        VAE(decoder, encoder), images, rng, num_samples, rows_at_once=rows_at_once
    )
    np.testing.assert_allclose(estimates, truth, rtol=1e-12)


def test_likelihoods_too_small_for_a_float_do_not_vanish(rng):
    # 5,000 pixels with probability e^-100 each: p(x) = e^-500,000.
    decoder = [(np.zeros((1, 5000), np.float32), np.full(5000, -100, np.float32))]
    vae = VAE(decoder, init_network([5000, 2], rng))
    vae.rec_params[0][0][:] = 0
    estimate = estimate_log_likelihood(vae, np.ones((1, 5000), np.float32), rng, num_samples=3)
    np.testing.assert_allclose(estimate, -500_000, rtol=1e-6)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_one_number_in_float64_for_each_image(rng, dtype):
    vae = one_latent_vae(rng, dtype)
    for n in (1, 3):
        estimates = estimate_log_likelihood(vae, np.tile(X.astype(dtype), (n, 1)), rng, num_samples=4)
        assert estimates.shape == (n,)
        assert estimates.dtype == np.float64


def test_the_same_seed_gives_the_same_estimate(rng):
    vae = one_latent_vae(rng)
    first, again, other = (
        estimate_log_likelihood(vae, X[None], np.random.default_rng(seed), num_samples=10)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert first != other


def test_rows_at_once_bounds_the_memory(rng):
    vae = VAE(init_network([2, 500], rng), init_network([500, 4], rng))
    images = (rng.random((20, 500)) < 0.5).astype(np.float32)

    def peak(rows_at_once, num_samples):
        tracemalloc.start()
        try:
            estimate_log_likelihood(vae, images, rng, num_samples, rows_at_once=rows_at_once)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(100, 100)  # what is allocated once only
    row = 500 * 4  # bytes of one row of logits
    assert peak(100, 500) < 10 * 100 * row < 10_000 * row  # of 10,000 rows in all
    assert peak(100, 2000) < 2 * peak(100, 500)  # four times the samples
    assert peak(2000, 500) > 4 * peak(100, 500)  # and the argument is what bounds it


def test_the_weights_of_all_images_are_never_kept_together(rng):
    vae, images = one_latent_vae(rng), np.tile(X, (300, 1))
    tracemalloc.start()
    try:
        estimate_log_likelihood(vae, images, rng, num_samples=300, rows_at_once=300)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300 * 300 * 8 / 2


@pytest.mark.parametrize(
    ("images", "keywords", "what"),
    [
        (np.full((1, 4), 0.5), {}, "images holds grey pixels, expected 0 or 1 only.*binarise"),
        (np.ones((1, 5)), {}, r"images has shape \(1, 5\), expected \(B, 4\)"),
        (np.ones((0, 4)), {}, "the batch is empty"),
        (np.ones((1, 4)), {"num_samples": 0}, "num_samples is 0, expected a whole number of at least 1"),
        (np.ones((1, 4)), {"num_samples": 2.5}, "num_samples is 2.5"),
        (np.ones((1, 4)), {"rows_at_once": 0}, "rows_at_once is 0"),
        (np.ones((1, 4)), {"rng": 3}, "rng is of type int, expected a numpy.random.Generator"),
    ],
)
def test_bad_input_is_refused(rng, images, keywords, what):
    with pytest.raises(InvalidInputError, match=what):
        estimate_log_likelihood(one_latent_vae(rng), images, **{"rng": rng, **keywords})

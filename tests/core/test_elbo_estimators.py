"""The two estimators of the bound: their formulas, one mean, two variances (by quadrature), bad input."""

import numpy as np
import pytest
import torch

from vaecore import (
    InvalidInputError,
    bernoulli_log_prob,
    gaussian_log_prob,
    init_network,
    neural_net_predict,
    sgvb_a,
    sgvb_b,
    vae_lower_bound,
    value_and_gradients,
)
from vaecore.foundations.parameters import leaves, rebuild

BOTH = pytest.mark.parametrize("estimator", [sgvb_a, sgvb_b])


@pytest.fixture
def vae(rng):
    """A decoder (3 to 8), an encoder (8 to 2 x 3) and five images, in float64, no bias 0."""
    networks = init_network((3, 5, 8), rng, np.float64), init_network((8, 5, 6), rng, np.float64)
    gen_params, rec_params = ([(w, rng.normal(size=b.shape) / 2) for w, b in params] for params in networks)
    return gen_params, rec_params, rng.random((5, 8))


@pytest.mark.parametrize("num_samples", [1, 4])
def test_both_are_what_torch_makes_of_the_formulas(vae, num_samples):
    gen_params, rec_params, images = vae
    encoder_output = torch.tensor(neural_net_predict(rec_params, images))
    mean, log_std = encoder_output.split(3, dim=1)
    q = torch.distributions.Normal(mean, log_std.exp())
    p = torch.distributions.Normal(torch.zeros_like(mean), torch.ones_like(mean))
    expected_a, likelihood = 0, 0
    for eps in np.random.default_rng(3).standard_normal((num_samples, 5, 3)):
        z = mean + log_std.exp() * torch.tensor(eps)
        logits = torch.tensor(neural_net_predict(gen_params, z.numpy()))
        log_prob = -torch.nn.functional.binary_cross_entropy_with_logits(
            logits, torch.tensor(images), reduction="none"
        ).sum(1)
        expected_a += (log_prob + (p.log_prob(z) - q.log_prob(z)).sum(1)) / num_samples
        likelihood += log_prob / num_samples
    expected_b = likelihood - torch.distributions.kl_divergence(q, p).sum(1)
    a = sgvb_a(*vae, np.random.default_rng(3), num_samples=num_samples)
    b = sgvb_b(*vae, np.random.default_rng(3), num_samples=num_samples)
    np.testing.assert_allclose(a, expected_a.numpy(), rtol=1e-13)
    np.testing.assert_allclose(b, expected_b.numpy(), rtol=1e-13)
    assert np.abs(a - b).max() > 0.1  # the same noise, and yet two estimates


def test_the_bound_of_the_batch_is_the_mean_of_estimator_b(vae):
    for keywords in ({}, {"num_samples": 3, "beta": 0.3}):
        points = sgvb_b(*vae, np.random.default_rng(3), **keywords)
        bound = vae_lower_bound(*vae, np.random.default_rng(3), **keywords)
        np.testing.assert_allclose(bound, points.mean(), rtol=1e-14)
        assert points.shape == (5,)


@BOTH
def test_gradients_agree_with_finite_differences_for_fixed_noise(estimator, vae, rng):
    gen_params, rec_params, images = vae
    params = [gen_params, rec_params]

    def objective(p):
        return estimator(p[0], p[1], images, np.random.default_rng(3), num_samples=2).sum()

    slopes = leaves(value_and_gradients(objective, params)[1])
    for _ in range(5):
        us, h = [rng.normal(size=slope.shape) for slope in slopes], 1e-5
        ahead, behind = (
            objective(rebuild(params, [leaf + s * h * u for leaf, u in zip(leaves(params), us, strict=True)]))
            for s in (1, -1)
        )
        measured = (ahead - behind) / (2 * h)
        computed = sum(np.sum(slope * u) for slope, u in zip(slopes, us, strict=True))
        assert computed == pytest.approx(measured, rel=1e-6), (computed, measured)


@BOTH
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_values_and_gradients_keep_the_dtype(estimator, dtype, vae, rng):
    gen_params, rec_params, images = vae
    params = rebuild([gen_params, rec_params], [a.astype(dtype) for a in leaves([gen_params, rec_params])])
    assert estimator(*params, images.astype(dtype), rng, num_samples=2).dtype == dtype
    value, gradients = value_and_gradients(
        lambda p: estimator(*p, images.astype(dtype), rng, num_samples=2).sum(), params
    )
    assert value.dtype == dtype and {g.dtype for g in leaves(gradients)} == {np.dtype(dtype)}


# One latent, four pixels: everything by quadrature.

IMAGE = np.array([[1.0, 0.0, 1.0, 1.0]])
DECODER = [(np.array([[2.0, 1.0, 0.6, -2.4]]), np.array([0.1, -0.3, 0.0, 0.5]))]


def encoder(mean, log_std):
    """An encoder that says this whatever it sees."""
    return [(np.zeros((4, 2)), np.array([mean, log_std]))]


def by_quadrature(mean, log_std):
    """Return the bound, and the variances of the two estimators with one sample each."""
    t, weight = np.polynomial.hermite_e.hermegauss(100)
    weight /= weight.sum()
    z = mean + np.exp(log_std) * t
    log_prob = bernoulli_log_prob(np.repeat(IMAGE, len(z), axis=0), neural_net_predict(DECODER, z[:, None]))
    log_ratio = log_prob - z**2 / 2 + t**2 / 2 + log_std  # log p(x, z) - log q(z | x)
    bound = weight @ log_ratio
    return bound, weight @ (log_ratio - bound) ** 2, weight @ (log_prob - weight @ log_prob) ** 2


def test_one_mean_two_variances(rng):
    """Each estimator wins somewhere: A where q is near the posterior, B where it is near the prior."""
    winners = set()
    for mean, log_std in ((0.2, -0.3), (0.0, 0.1), (-0.8, -1.0)):
        bound, variance_a, variance_b = by_quadrature(mean, log_std)
        images, n = np.repeat(IMAGE, 100_000, axis=0), 100_000
        for estimator, variance in ((sgvb_a, variance_a), (sgvb_b, variance_b)):
            values = estimator(DECODER, encoder(mean, log_std), images, rng)
            # Six standard deviations of the mean: false alarm 2e-9; six comparisons, 2e-8 in all.
            assert abs(values.mean() - bound) < 6 * np.sqrt(variance / n), (estimator, mean)
            fourth = np.mean((values - bound) ** 4)
            assert abs(values.var() - variance) < 8 * np.sqrt((fourth - variance**2) / n), (estimator, mean)
        winners.add("A" if variance_a < variance_b else "B")
    assert winners == {"A", "B"}


def test_where_q_is_the_posterior_estimator_a_has_no_noise(rng):
    deaf = [(np.zeros((1, 4)), DECODER[0][1])]  # z says nothing about x: the posterior is the prior
    log_p = bernoulli_log_prob(IMAGE, DECODER[0][1][None, :])[0]
    images = np.repeat(IMAGE, 1000, axis=0)
    np.testing.assert_allclose(sgvb_a(deaf, encoder(0.0, 0.0), images, rng), log_p, rtol=1e-14)
    # Elsewhere it has some, and B has none: all that is random there is the likelihood.
    a, b = (estimator(deaf, encoder(1.0, -0.5), images, rng) for estimator in (sgvb_a, sgvb_b))
    assert np.std(a) > 0.5 and np.ptp(b) < 1e-12 and b[0] < log_p - 0.5


# The Gaussian log-density


def test_the_gaussian_log_density_is_torchs_and_integrates_to_one(rng):
    z, mean = rng.normal(size=(2, 7, 3)) * 3
    log_std = rng.normal(size=(7, 3)) * 2
    normal = torch.distributions.Normal(torch.tensor(mean), torch.tensor(log_std).exp())
    expected = normal.log_prob(torch.tensor(z)).sum(1).numpy()
    np.testing.assert_allclose(gaussian_log_prob(z, mean, log_std), expected, rtol=1e-13)
    grid = np.linspace(-12, 12, 4001)[:, None]
    density = np.exp(gaussian_log_prob(grid, np.full_like(grid, 0.7), np.full_like(grid, -0.3)))
    assert density.sum() * (grid[1, 0] - grid[0, 0]) == pytest.approx(1, abs=1e-12)
    assert density.argmax() == np.abs(grid - 0.7).argmin()


@pytest.mark.parametrize("argument", range(3))
def test_its_gradients_are_finite_differences(argument, rng):
    arguments, u, h = list(rng.normal(size=(3, 4, 2))), rng.normal(size=(4, 2)), 1e-5

    def total(value):
        return gaussian_log_prob(*arguments[:argument], value, *arguments[argument + 1 :]).sum()

    slope = value_and_gradients(total, arguments[argument])[1]
    measured = (total(arguments[argument] + h * u) - total(arguments[argument] - h * u)) / (2 * h)
    assert np.sum(slope * u) == pytest.approx(measured, rel=1e-7)


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda a: [a[0], a[1][:1], a[2]], r"z has shape \(2, 3\), mean \(1, 3\) .* one shape \(B, L\)"),
        (lambda a: [a[0][0], a[1], a[2]], r"z has shape \(3,\).* pass z\[None, :\]"),
        (lambda a: [a[0], a[1] * np.nan, a[2]], "mean holds 6 value.*NaN"),
        (lambda a: [a[0], a[1], a[2] * np.inf], "log_std holds 6 value.*infinite"),
        (lambda a: [np.zeros((2, 3), int), a[1], a[2]], "z has dtype int64.*floating-point"),
    ],
)
def test_bad_input_of_the_density_is_named(spoil, message):
    good = [np.ones((2, 3)), np.ones((2, 3)), np.ones((2, 3))]
    assert np.isfinite(gaussian_log_prob(*good)).all()
    with pytest.raises(InvalidInputError, match=message):
        gaussian_log_prob(*spoil(good))


@BOTH
def test_bad_input_of_the_estimators_is_named(estimator, vae, rng):
    gen_params, rec_params, images = vae
    for arguments, message in (
        ((gen_params, rec_params, images[0], rng), r"data has shape \(8,\).* pass data\[None, :\]"),
        ((gen_params, rec_params, images * 255, rng), r"expected pixels in \[0, 1\]; divide bytes by 255"),
        ((gen_params, gen_params, images, rng), r"shape \(5, 8\), expected \(B, 3\)"),
        ((gen_params, rec_params, images, 3), "rng is of type int"),
    ):
        with pytest.raises(InvalidInputError, match=message):
            estimator(*arguments)
    with pytest.raises(InvalidInputError, match="num_samples is 0"):
        estimator(*vae, rng, num_samples=0)

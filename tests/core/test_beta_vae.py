"""Rate and distortion, the aggregate q(z), the rate's three parts, and a measure whose answers are known."""

import math
from itertools import pairwise
from statistics import NormalDist

import numpy as np
import pytest

from vaecore import (
    VAE,
    InvalidInputError,
    binarise,
    compute_KL,
    init_network,
    load_mnist,
    neural_net_predict,
    vae_lower_bound,
)
from vaecore.beta_vae import (
    active_units,
    aggregate_posterior,
    decompose_rate,
    factor_information,
    load_beta_family,
    mutual_information_gap,
    rate_and_distortion,
    synthetic_factors,
)
from vaecore.vae import BETAS


def q(*columns, std=0.01):
    """An encoder output with these means, one column a dimension, and one standard deviation."""
    mean = np.stack(columns, axis=1).astype(float)
    return np.hstack([mean, np.full_like(mean, math.log(std))])


def grid(*counts):
    """Every combination of factors once: (N, K)."""
    return np.stack(np.meshgrid(*map(np.arange, counts), indexing="ij"), axis=-1).reshape(-1, len(counts))


# Rate and distortion


@pytest.fixture
def model(rng):
    return VAE(init_network((3, 8, 20), rng), init_network((20, 8, 6), rng))


def test_minus_rate_minus_distortion_is_the_bound(model, rng):
    images = (rng.random((50, 20)) < 0.3).astype(np.float32)
    rate, distortion = rate_and_distortion(model, images, np.random.default_rng(5))
    bound = vae_lower_bound(model.gen_params, model.rec_params, images, np.random.default_rng(5))
    assert -rate - distortion == pytest.approx(bound, rel=1e-5)
    for beta in (0, 4):
        bound = vae_lower_bound(
            model.gen_params, model.rec_params, images, np.random.default_rng(5), beta=beta
        )
        assert -beta * rate - distortion == pytest.approx(bound, rel=1e-5)
    assert rate == pytest.approx(compute_KL(neural_net_predict(model.rec_params, images)).mean(), rel=1e-5)


def test_the_family_pays_less_rate_for_more_distortion_as_beta_grows():
    family = load_beta_family()
    assert tuple(family) == BETAS
    images = binarise(load_mnist("sample").test_images, np.random.default_rng(0))
    points = [rate_and_distortion(vae, images, np.random.default_rng(0)) for vae in family.values()]
    rates, distortions = zip(*points, strict=True)
    assert np.all(np.diff(rates) < 0) and np.all(np.diff(distortions) > 0)
    # From beta = 1 on, each is the best of the seven at what it was trained for: distortion + beta rate.
    costs = np.array([[d + beta * r for r, d in points] for beta in BETAS])
    assert list(costs.argmin(axis=1))[2:] == [2, 3, 4, 5, 6]
    assert np.all(np.diag(costs) < costs.min(axis=1) + 1)  # below 1, two of them are within chance
    outputs = [neural_net_predict(vae.rec_params, images) for vae in family.values()]
    alive = [active_units(output).sum() for output in outputs]
    assert alive[0] == 10 and alive[-1] < 8 and np.all(np.diff(alive) <= 0)


# The aggregate posterior


def test_mean_and_covariance_of_the_aggregate_are_those_of_its_samples(rng):
    encoder_output = np.hstack([rng.normal(size=(40, 3)), 0.3 * rng.normal(size=(40, 3))])
    mean, cov = aggregate_posterior(encoder_output)
    n = 200_000
    chosen = rng.integers(0, 40, n)
    samples = encoder_output[chosen, :3] + np.exp(encoder_output[chosen, 3:]) * rng.normal(size=(n, 3))
    # Six standard errors or more for every entry: a false alarm in less than 1e-6 of all seeds.
    np.testing.assert_allclose(samples.mean(axis=0), mean, atol=6 * math.sqrt(cov.max() / n))
    np.testing.assert_allclose(np.cov(samples.T, ddof=0), cov, atol=8 * 3 * cov.max() / math.sqrt(n))
    np.testing.assert_allclose(cov, cov.T)


def test_a_factorised_q_may_have_a_correlated_aggregate():
    line = np.linspace(-1, 1, 11)
    mean, cov = aggregate_posterior(q(line, line, std=0.1))
    np.testing.assert_allclose(mean, 0, atol=1e-15)
    np.testing.assert_allclose(cov, np.full((2, 2), 0.4) + 0.01 * np.eye(2), rtol=1e-12)


def test_active_units():
    line = np.linspace(-1, 1, 11)  # variance 0.4
    np.testing.assert_array_equal(active_units(q(line, 0 * line, 0.1 * line)), [True, False, False])
    np.testing.assert_array_equal(active_units(q(line, 0 * line, 0.1 * line), 0.003), [True, False, True])


# The rate's three parts


def parts(encoder_output, **options):
    return decompose_rate(encoder_output, np.random.default_rng(0), **options)


def test_the_parts_add_up_to_the_rate(rng):
    encoder_output = np.hstack([rng.normal(size=(30, 3)), 0.5 * rng.normal(size=(30, 3)) - 1])
    found = parts(encoder_output, num_samples=2000)
    # The sum is a mean of log q(z|x) - log p(z), whose standard error is measured here.
    mean, std = encoder_output[:, :3], np.exp(encoder_output[:, 3:])
    z = mean + std * rng.normal(size=(400, 30, 3))
    terms = np.sum(0.5 * z**2 - 0.5 * ((z - mean) / std) ** 2 - np.log(std), axis=2)
    error = terms.std() / math.sqrt(60_000)
    assert sum(found.values()) == pytest.approx(compute_KL(encoder_output).mean(), abs=6 * error)
    assert all(part > -6 * error for part in found.values())


def test_no_information_no_parts():
    found = parts(np.zeros((20, 4)))
    assert list(found.values()) == pytest.approx([0, 0, 0], abs=1e-12)


def test_points_told_apart_for_certain_have_log_n_nats():
    # On a square of 4: z is independent in q(z), so that nothing is correlated.
    square = grid(2, 2) * 2.0 - 1
    assert parts(q(*square.T))["information"] == pytest.approx(math.log(4), abs=1e-9)
    assert parts(q(*square.T))["total_correlation"] == pytest.approx(0, abs=1e-9)
    # On a diagonal each dimension tells all, twice: the aggregate is as far from independent as it can be.
    line = np.arange(4.0)
    found = parts(q(line, line))
    assert found["information"] == pytest.approx(math.log(4), abs=1e-9)
    assert found["total_correlation"] == pytest.approx(math.log(4), abs=1e-9)


def test_the_parts_of_two_points_agree_with_quadrature():
    m, s = 1.2, 0.8
    encoder_output = np.array([[-m, math.log(s)], [m, math.log(s)]])
    z = np.linspace(-12, 12, 20_001)
    q0, q1 = (np.exp(-0.5 * ((z - c) / s) ** 2) / (s * math.sqrt(2 * math.pi)) for c in (-m, m))
    mixture, prior = (q0 + q1) / 2, np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
    information = np.trapezoid(q0 * np.log(q0 / mixture), z)
    dimension_wise = np.trapezoid(mixture * np.log(mixture / prior), z)
    found = parts(encoder_output, num_samples=100_000)
    # Each term's standard deviation is below 1.5: 6 standard errors of 200,000 samples.
    assert found["information"] == pytest.approx(information, abs=0.02)
    assert found["dimension_wise"] == pytest.approx(dimension_wise, abs=0.02)
    assert found["total_correlation"] == pytest.approx(0, abs=1e-12)


# Synthetic factors


def test_every_combination_of_the_factors_is_there_once():
    data = synthetic_factors(xs=5, ys=4, sizes=3)
    assert data.images.shape == (60, 256) and data.images.dtype == np.float32
    assert data.images.min() >= 0 and data.images.max() <= 1 and data.names == ("x", "y", "size")
    np.testing.assert_array_equal(data.factors, grid(5, 4, 3))
    assert len(np.unique(data.images, axis=0)) == 60


def test_the_factors_are_what_they_are_called():
    data = synthetic_factors()
    images = data.images.reshape(-1, 16, 16).astype(float)
    v, u = np.mgrid[0:16, 0:16] - 7.5
    ink = images.sum(axis=(1, 2))
    x, y = (np.sum(images * part, axis=(1, 2)) / ink for part in (u, v))
    radius = np.sqrt(ink / math.pi)
    for k, measured in enumerate((x, y, radius)):
        values = [measured[data.factors[:, k] == value] for value in np.unique(data.factors[:, k])]
        middles = np.array([value.mean() for value in values])
        spread = max(np.ptp(value) for value in values)
        assert np.all(np.diff(middles) > 2 * spread), data.names[k]
    np.testing.assert_allclose([x.min(), x.max(), y.min(), y.max()], [-3, 3, -1.5, 1.5], atol=0.15)


# Disentanglement


def test_a_perfect_representation_scores_1():
    factors = grid(5, 4, 3)
    columns = [np.linspace(-2, 2, n)[factors[:, k]] for k, n in enumerate((5, 4, 3))]
    encoder_output = q(*columns, std=1e-6)
    np.testing.assert_allclose(factor_information(encoder_output, factors), np.eye(3), atol=1e-9)
    assert mutual_information_gap(encoder_output, factors) == pytest.approx(1, abs=1e-9)
    shuffled = q(columns[2], -columns[0], columns[1], 0 * columns[0], std=1e-6)  # order, sign, an idle one
    assert mutual_information_gap(shuffled, factors) == pytest.approx(1, abs=1e-9)


def test_a_useless_representation_scores_0(rng):
    factors = grid(5, 4, 3)
    assert mutual_information_gap(np.zeros((60, 6)), factors) == pytest.approx(0, abs=1e-12)
    # A mean that moves a little under much noise, as in a dimension that the KL has switched off.
    faint = np.hstack([1e-3 * rng.normal(size=(60, 3)), np.zeros((60, 3))])
    assert mutual_information_gap(faint, factors) < 1e-5


def test_a_duplicated_representation_scores_0():
    factors = grid(5, 4)
    twice = [np.linspace(-2, 2, n)[factors[:, k]] for k, n in enumerate((5, 4)) for _ in range(2)]
    encoder_output = q(*twice, std=1e-6)
    assert factor_information(encoder_output, factors).max(axis=0) == pytest.approx([1, 1], abs=1e-9)
    assert mutual_information_gap(encoder_output, factors) == pytest.approx(0, abs=1e-9)


def test_a_turn_by_45_degrees_costs_points():
    factors = grid(5, 5)
    a, b = (np.linspace(-2, 2, 5)[factors[:, k]] for k in (0, 1))
    turned = q((a + b) / math.sqrt(2), (a - b) / math.sqrt(2))
    assert mutual_information_gap(q(a, b), factors) > 0.99
    assert mutual_information_gap(turned, factors) < 0.05  # both tell each factor equally well


def test_one_dimension_that_tells_two_factors_is_not_punished():
    factors = grid(2, 2)
    both = (2 * factors[:, 0] + factors[:, 1]) - 1.5
    assert mutual_information_gap(q(both, 0 * both), factors) == pytest.approx(1, abs=1e-9)


def test_the_information_of_a_noisy_bit_is_that_of_its_channel():
    """Means +-m and noise 1 on both sides of 0: bins of a quarter lose little; a channel of bins by hand."""
    m, cdf = 0.7, NormalDist().cdf
    factors = np.array([[0], [1]])
    encoder_output = np.array([[-m, 0, 0, 0], [m, 0, 0, 0.0]])
    edges = [-math.inf, *np.arange(-4, 4.01, 0.25), math.inf]
    expected = 0.0
    for low, high in pairwise(edges):
        p = [cdf(high - c) - cdf(low - c) for c in (-m, m)]
        expected += sum(0.5 * part * math.log(part / (sum(p) / 2)) for part in p)
    table = factor_information(encoder_output, factors)
    assert table[0, 0] == pytest.approx(expected / math.log(2), rel=1e-9) and table[1, 0] < 1e-12


GOOD, FACTORS = np.zeros((4, 4)), grid(2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: factor_information(GOOD, FACTORS[:3]), r"factors has shape \(3, 2\) .* expected \(4, K\)"),
        (lambda: factor_information(GOOD, FACTORS * 0.5), "dtype float64, expected"),
        (lambda: factor_information(GOOD, FACTORS * [1, 0]), "factor 1 has one value only"),
        (lambda: factor_information(GOOD[:, :3], FACTORS), "an even width 2L"),
        (lambda: mutual_information_gap(GOOD[:, :2], FACTORS), "one latent dimension, expected at least two"),
        (lambda: synthetic_factors(side=4), "side is 4, expected a whole number of at least 8"),
        (lambda: synthetic_factors(ys=1), "ys is 1"),
        (lambda: decompose_rate(GOOD, 0), "rng is of type int"),
        (lambda: decompose_rate(GOOD * np.nan, np.random.default_rng(0)), "NaN or infinite"),
        (lambda: aggregate_posterior(GOOD[:, :1]), "an even width 2L"),
        (lambda: active_units(GOOD, "much"), "threshold is 'much'"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InvalidInputError, match=message):
        call()


def test_grey_images_have_no_distortion(model, rng):
    with pytest.raises(InvalidInputError, match="grey pixels"):
        rate_and_distortion(model, rng.random((5, 20)).astype(np.float32), rng)

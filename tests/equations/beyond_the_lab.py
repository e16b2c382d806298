"""Chapter 8: the numbered equations of book/08_beyond_the_lab.md, each against an independent computation."""

import math

import numpy as np

from equations.registry import checks
from vaecore import VAE, compute_KL, init_network, neural_net_predict, vae_lower_bound
from vaecore.beta_vae import decompose_rate, mutual_information_gap
from vaecore.foundations.likelihoods import gaussian_log_prob
from vaecore.gaussian_decoder import fixed_variance_log_prob, gaussian_decoder, gaussian_encoder
from vaecore.latent_arithmetic import attribute_vector, halves


def network(rng, inputs, hidden, outputs):
    sizes = ((inputs, hidden), (hidden, outputs), (hidden, outputs))
    return [(rng.normal(size=size), rng.normal(size=size[1])) for size in sizes]


@checks("eq-beyond-decoder")
def the_decoder_is_one_hidden_layer_and_two_outputs() -> None:
    """Unit by unit, in plain Python; and mirrored, as the encoder."""
    rng = np.random.default_rng(1)
    for inputs, outputs in ((2, 3), (3, 2)):
        params = [(w3, b3), (w4, b4), (w5, b5)] = network(rng, inputs, 5, outputs)
        z = rng.normal(size=inputs)
        h = [math.tanh(sum(z[i] * w3[i, k] for i in range(inputs)) + b3[k]) for k in range(5)]
        mean = [sum(h[k] * w4[k, j] for k in range(5)) + b4[j] for j in range(outputs)]
        log_var = [sum(h[k] * w5[k, j] for k in range(5)) + b5[j] for j in range(outputs)]
        found = gaussian_decoder(params, z[None])
        np.testing.assert_allclose(found[0][0], mean, rtol=1e-11)
        np.testing.assert_allclose(found[1][0], log_var, rtol=1e-11)
        mirrored = gaussian_encoder(params, z[None])[0]
        np.testing.assert_allclose(mirrored, [*mean, *(v / 2 for v in log_var)], rtol=1e-11)


@checks("eq-beyond-gaussian")
def the_density_integrates_to_1_and_has_these_moments() -> None:
    """By a grid in two dimensions; then for more entries as a product of one-dimensional densities."""
    mean, log_var = np.array([0.4, -1.0]), np.array([-0.7, 0.9])
    a, b = (np.linspace(m - 10 * s, m + 10 * s, 801) for m, s in zip(mean, np.exp(log_var / 2), strict=True))
    x = np.stack(np.meshgrid(a, b, indexing="ij"), axis=-1).reshape(-1, 2)
    terms = (x - mean) ** 2 / np.exp(log_var) + log_var + math.log(2 * math.pi)
    density = np.exp(-0.5 * terms.sum(axis=1)) * (a[1] - a[0]) * (b[1] - b[0])
    assert abs(density.sum() - 1) < 1e-10
    np.testing.assert_allclose(density @ x, mean, atol=1e-10)
    np.testing.assert_allclose(density @ (x - mean) ** 2, np.exp(log_var), rtol=1e-10)
    wide = [np.broadcast_to(value, x.shape) for value in (mean, log_var / 2)]
    np.testing.assert_allclose(gaussian_log_prob(x, *wide), -0.5 * terms.sum(axis=1), rtol=1e-12)


@checks("eq-beyond-fixed")
def a_fixed_variance_is_a_squared_error() -> None:
    """Against the general density, and: with sigma^2 = 1/2 the squared error stands alone."""
    rng = np.random.default_rng(2)
    x, mean = rng.normal(size=(2, 6, 4))
    error = np.array([sum(e * e for e in row) for row in x - mean])
    for std in (0.1, 1, math.sqrt(0.5), 5):
        right = -error / (2 * std**2) - 4 * math.log(std) - 2 * math.log(2 * math.pi)
        general = gaussian_log_prob(x, mean, np.full_like(x, math.log(std)))
        np.testing.assert_allclose(right, general, rtol=1e-12)
        np.testing.assert_allclose(fixed_variance_log_prob(x, mean, std), right, rtol=1e-12)
    half = fixed_variance_log_prob(x, mean, math.sqrt(0.5))
    np.testing.assert_allclose(half - half[0], -(error - error[0]), rtol=1e-10, atol=1e-12)


def linear_vae(rng):
    """mean = A x + c, logits = z: what is decoded is the point itself."""
    a, c = rng.normal(size=(4, 4)), rng.normal(size=4)
    encoder = (np.hstack([a, np.zeros((4, 4))]), np.concatenate([c, np.zeros(4)]))
    return VAE([(np.eye(4), np.zeros(4))], [encoder]), lambda x: x @ a + c


def point_of(image):
    return np.log(image) - np.log1p(-image)


@checks("eq-beyond-halves")
def the_middle_is_as_far_from_both_ends() -> None:
    """For 20 random pairs of images, on a linear encoder; and it is what `halves` decodes."""
    rng = np.random.default_rng(3)
    vae, mean_of = linear_vae(rng)
    for a, b in rng.random((20, 2, 4)):
        z_a, z_b = mean_of(a), mean_of(b)
        half = z_a + (z_b - z_a) / 2
        np.testing.assert_allclose(np.linalg.norm(half - z_a), np.linalg.norm(half - z_b), rtol=1e-10)
        np.testing.assert_allclose(np.linalg.norm(half - z_a), np.linalg.norm(z_b - z_a) / 2, rtol=1e-10)
        np.testing.assert_allclose(point_of(halves(vae, a, b, 1)[1]), half, rtol=1e-8, atol=1e-10)


@checks("eq-beyond-attribute")
def the_attribute_is_the_step_between_two_clouds() -> None:
    """Clouds that differ by a known step, N and M not equal."""
    rng = np.random.default_rng(4)
    vae, mean_of = linear_vae(rng)
    without, with_ = rng.random((7, 4)), rng.random((3, 4))
    v = sum(mean_of(x) for x in with_) / 3 - sum(mean_of(x) for x in without) / 7
    np.testing.assert_allclose(attribute_vector(vae, with_, without), v, rtol=1e-10, atol=1e-12)
    moved = without * 0.5 + np.array([0.3, 0, 0.1, 0.5])  # the same cloud, moved
    step = (mean_of(np.array([0.3, 0, 0.1, 0.5])) - mean_of(np.zeros(4)))
    np.testing.assert_allclose(attribute_vector(vae, moved, without * 0.5), step, rtol=1e-10, atol=1e-12)


@checks("eq-beyond-beta")
def beta_weighs_the_kl_and_the_bound_falls() -> None:
    """Linear in beta with slope minus the mean KL; below the ELBO for beta > 1, equal at 1 or without KL."""
    rng = np.random.default_rng(5)
    gen = init_network((2, 5, 6), rng, np.float64)
    rec = init_network((6, 5, 4), rng, np.float64)
    x = (rng.random((8, 6)) < 0.5).astype(float)
    elbo = vae_lower_bound(gen, rec, x, np.random.default_rng(0))
    kl = compute_KL(neural_net_predict(rec, x)).mean()
    assert kl > 0.01
    for beta in (0, 0.25, 1, 4, 16):
        found = vae_lower_bound(gen, rec, x, np.random.default_rng(0), beta=beta)
        np.testing.assert_allclose(found, elbo + (1 - beta) * kl, rtol=1e-12)
        assert beta <= 1 or found < elbo
    rec = [(w * 0, b * 0) for w, b in rec]  # q is the prior: beta does not matter
    bounds = [vae_lower_bound(gen, rec, x, np.random.default_rng(0), beta=beta) for beta in (0, 1, 16)]
    np.testing.assert_allclose(bounds, bounds[0], rtol=1e-12)


@checks("eq-beyond-parts")
def the_rate_is_information_total_correlation_and_the_rest() -> None:
    """Three points, two dimensions, every part by a grid of z; independent dimensions: no correlation."""
    z = np.linspace(-9, 9, 901)
    cell = (z[1] - z[0]) ** 2
    prior = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)

    def density(m, s):
        return np.exp(-0.5 * ((z - m) / s) ** 2) / (s * math.sqrt(2 * math.pi))

    for mean, std, independent in (
        (
            np.array([[-1.0, -1.2], [0.3, 0.2], [1.1, 1.4]]),
            np.array([[0.5, 0.6], [0.4, 0.5], [0.7, 0.4]]),
            False,
        ),
        (np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]), np.full((4, 2), 0.5), True),
    ):
        each = [
            np.multiply.outer(density(m[0], s[0]), density(m[1], s[1]))
            for m, s in zip(mean, std, strict=True)
        ]
        q_z = sum(each) / len(each)
        q_1, q_2 = (
            sum(density(m[j], s[j]) for m, s in zip(mean, std, strict=True)) / len(mean) for j in (0, 1)
        )
        product, p = np.multiply.outer(q_1, q_2), np.multiply.outer(prior, prior)
        information = sum(np.sum(q * np.log(q / q_z)) for q in each) * cell / len(each)
        correlation = np.sum(q_z * np.log(q_z / product)) * cell
        rest = sum(np.sum(q_j * np.log(q_j / prior)) for q_j in (q_1, q_2)) * (z[1] - z[0])
        rate = sum(np.sum(q * np.log(q / p)) for q in each) * cell / len(each)
        encoder_output = np.hstack([mean, np.log(std)])
        assert abs(information + correlation + rest - rate) < 1e-8
        assert abs(rate - compute_KL(encoder_output).mean()) < 1e-8
        assert min(information, rest) > 0.01
        assert abs(correlation) < 1e-9 if independent else correlation > 0.1
        # Each term's standard deviation is below 1.5: 6 standard errors of 300,000 samples are 0.017.
        found = decompose_rate(encoder_output, np.random.default_rng(6), 100_000)
        np.testing.assert_allclose(list(found.values()), [information, correlation, rest], atol=0.02)


@checks("eq-beyond-mig")
def the_gap_is_counted_on_tables() -> None:
    """Codes of three bins without noise: the information counted pair by pair; the extremes 1 and 0."""
    rng = np.random.default_rng(7)

    def entropy(values):
        counts = {value: values.count(value) for value in values}
        return -sum(c / len(values) * math.log(c / len(values)) for c in counts.values())

    def information(a, b):
        return entropy(a) + entropy(b) - entropy(list(zip(a, b, strict=True)))

    factors = np.stack([np.repeat([0, 1, 2], 12), np.tile([0, 1], 18)], axis=1)
    strict = False
    for trial in range(20):
        codes = rng.integers(0, 3, (36, 3)) if trial else np.stack([*factors.T, 0 * factors[:, 0]], axis=1)
        right = 0.0
        for k in range(2):
            v = factors[:, k].tolist()
            told = sorted(information(codes[:, j].tolist(), v) for j in range(3))
            right += (told[2] - told[1]) / entropy(v) / 2
        encoder_output = np.hstack([codes - 1.1, np.full((36, 3), -12.0)])
        found = mutual_information_gap(encoder_output, factors)
        np.testing.assert_allclose(found, right, rtol=1e-9, atol=1e-12)
        assert trial or right > 1 - 1e-12
        strict = strict or 0 < right < 1
    assert strict
    twice = np.hstack([np.repeat(factors, 2, axis=1) - 1.1, np.full((36, 4), -12.0)])
    assert mutual_information_gap(twice, factors) < 1e-9

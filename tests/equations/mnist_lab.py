"""The numbered equations of book/07_mnist_lab.md."""

from decimal import Decimal, localcontext
from itertools import product

import numpy as np
import torch

from equations.registry import checks
from vaecore import (
    VAE,
    Adam,
    bernoulli_log_prob,
    compute_KL,
    init_network,
    interpolate,
    neural_net_predict,
    prior_samples,
    sample_latent_variables_from_posterior,
    sigmoid,
    vae_lower_bound,
)

D = 6
Z = np.linspace(-12, 12, 4001)  # a grid for integrals over one latent dimension
DZ = Z[1] - Z[0]


def log_normal(z: np.ndarray, mean: float = 0.0, std: float = 1.0) -> np.ndarray:
    """log N(z | mean, std^2), from torch."""
    z, mean, std = (torch.as_tensor(value, dtype=torch.float64) for value in (z, mean, std))
    return torch.distributions.Normal(mean, std).log_prob(z).numpy()


def networks(rng: np.random.Generator, latent: int = 1, scale: float = 1.0) -> tuple[list, list]:
    """A decoder and an encoder with random biases as well, in float64."""
    gen = init_network([latent, 8, D], rng, np.float64)
    rec = init_network([D, 8, 2 * latent], rng, np.float64)
    return tuple(
        [(scale * weights, scale * rng.normal(size=biases.shape)) for weights, biases in net]
        for net in (gen, rec)
    )


@checks("eq-lab-prior")
def latent_vectors_are_standard_normal() -> None:
    """200,000 samples, read back through a decoder that shows z itself.

    All four moments and the correlation lie within 6 standard errors: false alarms less than 1e-7 of runs.
    """
    identity = [(np.eye(2), np.zeros(2))]
    vae = VAE(identity, [(np.zeros((2, 4)), np.zeros(4))])
    n = 200_000
    pixels = prior_samples(vae, n, np.random.default_rng(1))
    z = np.log(pixels) - np.log1p(-pixels)
    for moment, expected, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        errors = np.abs(np.mean(z**moment, axis=0) - expected)
        assert (errors < 6 * np.sqrt(variance / n)).all(), moment
    assert abs(np.mean(z[:, 0] * z[:, 1])) < 6 / np.sqrt(n)


@checks("eq-lab-bernoulli")
def the_pixels_are_independent_coin_flips() -> None:
    """The product, for each of the 64 images of six pixels; together their probabilities are 1."""
    images = np.array(list(product((0.0, 1.0), repeat=D)))
    rng = np.random.default_rng(2)
    for _ in range(20):
        logits = rng.normal(0, 3, D)
        s = 1 / (1 + np.exp(-logits))
        factors = images * s + (1 - images) * (1 - s)
        by_network = np.exp(bernoulli_log_prob(images, np.tile(logits, (64, 1))))
        np.testing.assert_allclose(by_network, np.prod(factors, axis=1), rtol=1e-11)
        np.testing.assert_allclose(by_network.sum(), 1, rtol=1e-12)
        np.testing.assert_allclose(
            images.T @ by_network, s, rtol=1e-11
        )  # each pixel is on as often as it says
        np.testing.assert_allclose(sigmoid(logits), s, rtol=1e-12)


@checks("eq-lab-posterior")
def the_posterior_has_the_encoders_means_and_deviations_and_no_covariances() -> None:
    """200,000 samples for one image; 6 standard errors, false alarms less than 1e-7 of runs."""
    rng = np.random.default_rng(3)
    gen, rec = networks(rng, latent=3)
    x = rng.integers(0, 2, (1, D)).astype(float)
    mean, log_std = VAE(gen, rec).encode(x)
    n = 200_000
    output = np.repeat(np.concatenate([mean, log_std], axis=1), n, axis=0)
    z = sample_latent_variables_from_posterior(output, rng)
    standardised = (z - mean) / np.exp(log_std)
    assert (np.abs(standardised.mean(axis=0)) < 6 / np.sqrt(n)).all()
    covariance = standardised.T @ standardised / n
    assert (np.abs(np.diag(covariance) - 1) < 6 * np.sqrt(2 / n)).all()
    assert (np.abs(covariance[np.triu_indices(3, 1)]) < 6 / np.sqrt(n)).all()


@checks("eq-lab-reparameterize")
def a_sample_is_mean_plus_deviation_times_noise() -> None:
    """The same noise by hand, and the example of the text: 11, 10, 9."""
    output = np.random.default_rng(4).normal(size=(50, 6))
    z = sample_latent_variables_from_posterior(output, np.random.default_rng(5))
    eps = np.random.default_rng(5).standard_normal((50, 3))
    np.testing.assert_allclose(z, output[:, :3] + np.exp(output[:, 3:]) * eps, rtol=1e-14)
    assert [10 + 2 * eps for eps in (0.5, 0, -0.5)] == [11, 10, 9]


@checks("eq-lab-log-bernoulli")
def the_log_likelihood_is_the_logarithm_of_the_product() -> None:
    """On 200 binary images against torch, and against the sum of logarithms, for logits that allow it."""
    rng = np.random.default_rng(6)
    x, a = rng.integers(0, 2, (200, D)).astype(float), rng.normal(0, 4, (200, D))
    s = 1 / (1 + np.exp(-a))
    terms = x * np.log(s) + (1 - x) * np.log(1 - s)
    np.testing.assert_allclose(bernoulli_log_prob(x, a), terms.sum(axis=1), rtol=1e-10)
    oracle = torch.distributions.Bernoulli(logits=torch.tensor(a)).log_prob(torch.tensor(x)).sum(1)
    np.testing.assert_allclose(bernoulli_log_prob(x, a), oracle.numpy(), rtol=1e-10)


@checks("eq-lab-softplus")
def both_forms_in_logits_are_exact() -> None:
    """Against 400 digits of decimal arithmetic, for logits up to 800: the sigmoid is 1 or 0 by then."""
    with localcontext() as context:
        context.prec = 400  # 1 - sigma(800) has its first digit after 347 zeros
        for a in (0.0, 1e-9, 0.3, -2.0, 17.5, -40.0, 400.0, -800.0, 800.0):
            s = 1 / (1 + (-Decimal(a)).exp())
            e = np.log1p(np.exp(-abs(a)))
            for exact, ours in ((-s.ln(), max(-a, 0) + e), (-(1 - s).ln(), max(a, 0) + e)):
                np.testing.assert_allclose(ours, float(exact), rtol=1e-14, atol=1e-320)
            logits = np.array([[a]])
            np.testing.assert_allclose(
                -bernoulli_log_prob(np.ones((1, 1)), logits), float(-s.ln()), rtol=1e-14
            )


@checks("eq-lab-kl")
def the_kl_is_its_integral() -> None:
    """Quadrature of q log(q / p) in each of two dimensions; 0 for the prior alone, 2 nats for a mean of 2."""
    rng = np.random.default_rng(7)
    for mean, log_std in zip(rng.uniform(-2, 2, (30, 2)), rng.uniform(-1.5, 0.4, (30, 2)), strict=True):
        integral = 0.0
        for mu, sigma in zip(mean, np.exp(log_std), strict=True):
            log_q = log_normal(Z, mu, sigma)
            integral += np.sum(np.exp(log_q) * (log_q - log_normal(Z))) * DZ
        kl = compute_KL(np.concatenate([mean, log_std])[None])[0]
        np.testing.assert_allclose(kl, integral, rtol=1e-9)
        assert kl > 0
    assert compute_KL(np.zeros((1, 4)))[0] == 0
    assert compute_KL(np.array([[2.0, 0.0, 0.0, 0.0]]))[0] == 2


def exact_bound_and_evidence(gen: list, rec: list, x: np.ndarray) -> tuple[float, float]:
    """Both sides of the bound for one image and one latent dimension, by quadrature."""
    log_p_x_given_z = bernoulli_log_prob(np.tile(x, (len(Z), 1)), neural_net_predict(gen, Z[:, None]))
    mean, log_std = neural_net_predict(rec, x[None])[0]
    log_q, log_p = log_normal(Z, mean, np.exp(log_std)), log_normal(Z)
    bound = np.sum(np.exp(log_q) * (log_p_x_given_z - log_q + log_p)) * DZ
    return bound, np.log(np.sum(np.exp(log_p + log_p_x_given_z)) * DZ)


@checks("eq-lab-bound")
def the_bound_is_never_above_the_evidence() -> None:
    """Strictly below on 100 random models; equal where q is the posterior: a decoder that ignores z."""
    rng = np.random.default_rng(8)
    for _ in range(100):
        gen, rec = networks(rng, scale=0.7)
        x = rng.integers(0, 2, D).astype(float)
        bound, evidence = exact_bound_and_evidence(gen, rec, x)
        assert bound < evidence - 1e-6
        (w1, b1), (w2, b2) = gen
        deaf = [(0 * w1, b1), (w2, b2)]
        prior = [(0 * weights, 0 * biases) for weights, biases in rec]
        bound, evidence = exact_bound_and_evidence(deaf, prior, x)
        np.testing.assert_allclose(bound, evidence, rtol=1e-11)
        np.testing.assert_allclose(
            evidence, bernoulli_log_prob(x[None], neural_net_predict(deaf, [[0.0]]))[0]
        )


@checks("eq-lab-batch")
def the_batchs_estimate_is_the_formula_and_unbiased() -> None:
    """With the same noise by hand; and 20,000 estimates against quadrature, 6 standard errors (< 1e-7)."""
    rng = np.random.default_rng(9)
    gen, rec = networks(rng, scale=0.7)
    x = rng.integers(0, 2, (5, D)).astype(float)
    output = neural_net_predict(rec, x)
    z = output[:, :1] + np.exp(output[:, 1:]) * np.random.default_rng(10).standard_normal((5, 1))
    terms = bernoulli_log_prob(x, neural_net_predict(gen, z)) - compute_KL(output)
    ours = vae_lower_bound(gen, rec, x, np.random.default_rng(10))
    np.testing.assert_allclose(ours, terms.sum() / 5, rtol=1e-13)
    # The mean of one large batch, in which each image comes 20,000 times.
    n = 20_000
    means = [float(vae_lower_bound(gen, rec, np.tile(x, (n // 20, 1)), rng)) for _ in range(20)]
    exact = np.mean([exact_bound_and_evidence(gen, rec, image)[0] for image in x])
    samples = [float(vae_lower_bound(gen, rec, x, rng)) for _ in range(2_000)]
    standard_error = np.std(samples) / np.sqrt(n)
    assert standard_error > 0
    assert abs(np.mean(means) - exact) < 6 * standard_error


@checks("eq-lab-moments", "eq-lab-ascent")
def adam_uphill_is_the_formula_and_torchs() -> None:
    """200 steps: moments as weighted sums, the update from them, and torch.optim.Adam(maximize=True)."""
    rng = np.random.default_rng(11)
    gradients = rng.normal(0.3, 1, (200, 3))
    theta, adam = np.zeros(3), Adam()
    tensor = torch.zeros(3, dtype=torch.float64)
    oracle = torch.optim.Adam([tensor], maximize=True)
    for t in range(1, 201):
        before = theta.copy()
        adam.ascend([theta], [gradients[t - 1]])
        tensor.grad = torch.tensor(gradients[t - 1])
        oracle.step()
        age = t - np.arange(1, t + 1)[:, None]
        m_hat = np.sum(0.1 * 0.9**age * gradients[:t], axis=0) / (1 - 0.9**t)
        v_hat = np.sum(0.001 * 0.999**age * gradients[:t] ** 2, axis=0) / (1 - 0.999**t)
        update = 0.001 * m_hat / (np.sqrt(v_hat) + 1e-8)
        np.testing.assert_allclose(theta - before, update, rtol=1e-8, atol=1e-15)
        np.testing.assert_allclose(theta, tensor.numpy(), rtol=1e-9, atol=1e-14)
    assert np.all(adam.t == 200)


@checks("eq-lab-interpolate")
def the_way_is_straight_and_has_the_right_ends() -> None:
    """In the logits of a linear decoder, which are as straight as z; s = 0 is the first image."""
    rng = np.random.default_rng(12)
    gen, rec = (
        [(rng.normal(size=(2, D)), rng.normal(size=D))],
        [(rng.normal(size=(D, 4)), rng.normal(size=4))],
    )
    vae = VAE(gen, rec)
    a, b = rng.random((2, D))
    images = interpolate(vae, a, b, steps=25)
    (mean_a, mean_b), _ = vae.encode(np.stack([a, b]))
    for i, s in enumerate(np.linspace(0, 1, 25)):
        logits = ((1 - s) * mean_a + s * mean_b) @ gen[0][0] + gen[0][1]
        np.testing.assert_allclose(np.log(images[i] / (1 - images[i])), logits, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(images[[0, -1]], vae.decode(np.stack([mean_a, mean_b])), rtol=1e-12)

"""log p(x) where q does not cover the posterior: the covering proposal, its price, and the grid beside it."""

import math
import warnings

import numpy as np
import pytest
import torch
from test_log_likelihood import X, exact_log_likelihood, one_latent_vae

import vaecore
from vaecore import (
    VAE,
    InvalidInputError,
    binarise,
    estimate_log_likelihood,
    init_network,
    integrate_log_likelihood,
    load_mnist,
)
from vaecore import log_likelihood as module


@pytest.fixture
def digits():
    return binarise(load_mnist("sample").test_images[:100], np.random.default_rng(0))


@pytest.fixture
def too_narrow(rng):
    """One latent, and a q of a hundredth of the prior's width about a mean of 1, whatever the image."""
    vae = one_latent_vae(rng)
    encoder = [(np.zeros((4, 2)), np.array([1.0, math.log(0.01)]))]
    return VAE(vae.gen_params, encoder)


def test_a_narrow_q_misses_the_posterior_and_the_mixture_does_not(too_narrow, rng):
    truth = exact_log_likelihood(too_narrow, X)
    covering = estimate_log_likelihood(too_narrow, X[None], rng, 20_000)
    assert covering == pytest.approx(truth, abs=0.05)
    assert estimate_log_likelihood(too_narrow, X[None], rng, 20_000, proposal="q") < truth - 0.5


@pytest.mark.parametrize("num_samples", [1, 2, 5, 16])
def test_the_mean_weight_is_the_likelihood_for_any_number_of_samples(rng, num_samples):
    """Unbiased, also where the widths do not come in whole turns; 6 standard errors."""
    vae = one_latent_vae(rng)
    truth = math.exp(exact_log_likelihood(vae, X))
    estimates = np.exp(estimate_log_likelihood(vae, np.tile(X, (20_000, 1)), rng, num_samples))
    error = np.std(estimates) / math.sqrt(len(estimates))
    assert abs(estimates.mean() - truth) < 6 * error < 0.1 * truth


def test_the_weights_are_those_of_torchs_mixture(rng):
    """The density of the mixture by torch.distributions, at the same z."""
    vae = VAE(init_network((2, 5, 6), rng, np.float64), init_network((6, 4), rng, np.float64))
    x = binarise(rng.random((3, 6)), rng)
    widths = np.array([1.0, 1.5, 1.0, math.inf, 1.0])
    output = x @ vae.rec_params[0][0] + vae.rec_params[0][1] - np.array([0, 0, 2.0, 0.1])
    log_w = module._log_weights(vae, x, output, widths, widths, np.random.default_rng(7))
    mean, std = torch.tensor(output[:, :2]), torch.tensor(np.exp(output[:, 2:]))
    wide = [torch.maximum(std, torch.clamp(std * w, max=1.0)) for w in widths]
    eps = torch.tensor(np.random.default_rng(7).standard_normal((15, 2)).reshape(3, 5, 2))
    for k in range(5):
        z = mean + wide[k] * eps[:, k]
        log_r = torch.stack([torch.distributions.Normal(mean, w).log_prob(z).sum(1) for w in wide])
        prior = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
        h = torch.tanh(z @ torch.tensor(vae.gen_params[0][0]) + torch.tensor(vae.gen_params[0][1]))
        logits = h @ torch.tensor(vae.gen_params[1][0]) + torch.tensor(vae.gen_params[1][1])
        pixels = torch.distributions.Bernoulli(logits=logits).log_prob(torch.tensor(x)).sum(1)
        expected = pixels + prior - (torch.logsumexp(log_r, dim=0) - math.log(5))
        np.testing.assert_allclose(log_w[:, k], expected.numpy(), rtol=1e-12)


def test_the_effective_sample_size(rng):
    vae, images = one_latent_vae(rng), np.tile(X, (4, 1))
    log_p, ess = estimate_log_likelihood(vae, images, rng, 200, return_ess=True)
    assert log_p.shape == ess.shape == (4,) and np.all((ess > 1) & (ess < 200))
    log_w = np.log([[1.0, 1, 1, 1], [4, 0.001, 0.001, 0.001]])
    np.testing.assert_allclose(module._effective_sample_size(log_w - 500), [4, 4.003**2 / 16.000003])


def test_map_by_sampling_and_on_the_grid(digits, rng):
    """Both within 0.1 nats; q alone is more than a nat below."""
    vae, digits = VAE.load_shipped("map"), digits[:30]
    exact = integrate_log_likelihood(vae, digits, spacing=0.025)
    assert abs(integrate_log_likelihood(vae, digits, spacing=0.0375) - exact).mean() < 0.01
    sampled = estimate_log_likelihood(vae, digits, rng, 20_000)
    assert abs(sampled.mean() - exact.mean()) < 0.1
    assert estimate_log_likelihood(vae, digits, rng, proposal="q").mean() < exact.mean() - 1


def test_what_it_costs_the_lab_model(digits, rng):
    """Half of the samples would be thrown away if the others counted nothing; they do count."""
    vae = VAE.load_shipped("lab")
    alone, covering = (
        estimate_log_likelihood(vae, digits, rng, 2000, proposal=proposal) for proposal in ("q", "covering")
    )
    assert covering.mean() > alone.mean() - 0.1


@pytest.mark.parametrize("latents", [1, 2])
def test_the_grid_against_a_model_that_can_be_integrated_by_hand(rng, latents):
    """A decoder that ignores z gives log p(x) = log p(x | z)."""
    logits = np.array([0.5, -1.0, 2.0])
    vae = VAE([(np.zeros((latents, 3)), logits)], [(np.zeros((3, 2 * latents)), np.zeros(2 * latents))])
    x = np.array([[1.0, 0, 1], [0, 0, 0]])
    truth = -np.log1p(np.exp(-np.where(x > 0, logits, -logits))).sum(axis=1)
    for rows in (7, 500):
        found = integrate_log_likelihood(vae, x, spacing=0.25, reach=8, rows_at_once=rows)
        np.testing.assert_allclose(found, truth, rtol=1e-12)


def test_the_grid_against_another_quadrature(rng):
    vae = one_latent_vae(rng)
    found = integrate_log_likelihood(vae, np.array([X, 1 - X]), reach=12)
    np.testing.assert_allclose(found, [exact_log_likelihood(vae, x) for x in (X, 1 - X)], rtol=1e-9)


def test_a_small_effective_sample_size_warns_and_few_samples_do_not(digits, rng):
    """What it cannot see: a q that misses all of the posterior, whose samples are alike (chapter 3)."""
    vae = VAE.load_shipped("beta-0.25")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimate_log_likelihood(vae, digits[:20], rng, 50, proposal="q")
    with pytest.warns(RuntimeWarning, match="half of the images .* of 100 samples.*proposal='covering'"):
        estimate_log_likelihood(vae, digits[:20], rng, 100, proposal="q")
    with pytest.warns(RuntimeWarning, match="half of the images .* of 100 samples.*take more samples"):
        estimate_log_likelihood(vae, digits[:20], rng, 100)


def test_bad_input_is_refused(rng):
    with pytest.raises(InvalidInputError, match="proposal is 'prior'"):
        estimate_log_likelihood(one_latent_vae(rng), X[None], rng, proposal="prior")
    with pytest.raises(InvalidInputError, match="vae has 50 latents, expected one or two"):
        integrate_log_likelihood(VAE.load_shipped("lab"), np.zeros((1, 784)))
    for bad in ({"spacing": 0}, {"reach": -1}, {"rows_at_once": 0}):
        with pytest.raises(InvalidInputError, match=next(iter(bad))):
            integrate_log_likelihood(one_latent_vae(rng), X[None], **bad)


def test_its_earlier_place_goes_on_working():
    assert vaecore.vae.estimate_log_likelihood is estimate_log_likelihood

"""Nats that each latent dimension has for nothing: the bound, its gradient, and dimensions that stay."""

import numpy as np
import pytest
import torch

from vaecore import InvalidInputError, binarise, compute_KL, init_network, train, vae_lower_bound
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.networks import neural_net_predict
from vaecore.foundations.parameters import leaves
from vaecore.kl import kl_per_dimension


@pytest.fixture(params=[np.float64, np.float32])
def model(request, rng):
    gen_params = init_network((3, 5, 8), rng, request.param)
    rec_params = init_network((8, 5, 6), rng, request.param)
    rec_params[-1][1][3:] = [-2, 0, -1]  # log standard deviations: the second dimension is all but idle
    rec_params[-1][0][:, [1, 4]] = 0
    return [gen_params, rec_params], binarise(rng.random((6, 8)), rng).astype(request.param)


def bound_and_gradients(params, images, **options):
    return value_and_gradients(
        lambda p: vae_lower_bound(*p, images, np.random.default_rng(3), **options), params
    )


def test_each_dimension_costs_its_mean_or_what_is_free_whichever_is_more(model):
    params, images = model
    q = neural_net_predict(params[1], images)
    KL_j = kl_per_dimension(q).mean(axis=0)
    free = float(np.sort(KL_j)[1]) * 1.5  # two dimensions below, one above
    assert np.sum(KL_j < free) == 2
    plain = vae_lower_bound(*params, images, np.random.default_rng(3), num_samples=2, beta=0.5)
    log_prob = plain + 0.5 * np.mean(compute_KL(q))
    expected = log_prob - 0.5 * np.sum(np.maximum(KL_j, free))
    given = vae_lower_bound(
        *params, images, np.random.default_rng(3), num_samples=2, beta=0.5, free_bits=free
    )
    assert given == pytest.approx(expected, rel=1e-5) and given < plain


def test_what_is_below_the_cost_of_every_dimension_changes_nothing(model):
    params, images = model
    params[1][-1][1][1] = 0.7  # a mean off zero: no dimension is idle
    plain, plain_gradients = bound_and_gradients(params, images)
    free, gradients = bound_and_gradients(params, images, free_bits=1e-3)
    assert free == pytest.approx(plain, rel=1e-6)
    for one, other in zip(leaves(gradients), leaves(plain_gradients), strict=True):
        assert one.dtype == other.dtype
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)


def test_the_gradient_of_the_cost_is_pytorchs(model):
    """Of the KL alone: bounds with the same noise and beta 0 and 1, their difference."""
    params, images = model
    params = [[tuple(a.astype(np.float64) for a in layer) for layer in network] for network in params]
    images, free = images.astype(np.float64), 0.3  # differences need the digits
    with_cost, g1 = bound_and_gradients(params, images, free_bits=free)
    without, g0 = bound_and_gradients(params, images, beta=0.0)
    rec = [torch.tensor(a, requires_grad=True) for layer in params[1] for a in layer]
    hidden = torch.tanh(torch.tensor(images) @ rec[0] + rec[1])
    mean, log_std = (hidden @ rec[2] + rec[3]).split(3, dim=1)
    KL_j = (0.5 * (torch.exp(2 * log_std) + mean**2 - 1 - 2 * log_std)).mean(dim=0)
    cost = torch.clamp(KL_j, min=free).sum()
    cost.backward()
    assert without - with_cost == pytest.approx(cost.item(), abs=1e-10)
    ours = [one - other for one, other in zip(leaves(g0[1]), leaves(g1[1]), strict=True)]
    assert (KL_j < free).any() and (KL_j > free).any()
    for mine, theirs in zip(ours, rec, strict=True):
        np.testing.assert_allclose(mine, theirs.grad.numpy(), atol=1e-10)


@pytest.mark.parametrize("wrong", [-0.1, np.nan, "0.1"])
def test_a_wrong_number_is_refused(model, wrong):
    params, images = model
    with pytest.raises(InvalidInputError, match="free_bits"):
        vae_lower_bound(*params, images, np.random.default_rng(0), free_bits=wrong)


def test_a_run_with_free_bits_keeps_dimensions_that_go_idle_without(rng):
    """Three patterns need two latents; held-out images are judged by the bound as it is, in both runs."""
    patterns = rng.random((3, 12)) < 0.5
    images = np.where(patterns[rng.integers(3, size=200)], 0.95, 0.05).astype(np.float32)
    cost = {}
    for free in (0.0, 0.5):
        result = train(
            images, np.random.default_rng(1), held_out=images[:50], hidden_sizes=[16], latent_size=5,
            epochs=40, batch_size=20, learning_rate=0.01, free_bits=free, progress=False,
        )  # fmt: skip
        q = neural_net_predict(result.vae.rec_params, images)
        cost[free] = kl_per_dimension(q).mean(axis=0)
        held_out = binarise(images[:50], np.random.default_rng(5))
        bounds = [vae_lower_bound(result.vae.gen_params, result.vae.rec_params, held_out,
                                  np.random.default_rng(seed)) for seed in range(40)]  # fmt: skip
        assert result.history["held_out_bound"][-1] == pytest.approx(np.mean(bounds), abs=1)
    assert np.sum(cost[0.0] < 0.05) == 3 and np.all(cost[0.5] > 0.2)

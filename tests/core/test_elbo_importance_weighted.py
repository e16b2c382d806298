"""The importance-weighted bound: its formula, its place below log p(x), training on it."""

import math

import numpy as np
import pytest
import torch

from vaecore import (
    VAE,
    CheckpointError,
    InvalidInputError,
    binarise,
    estimate_log_likelihood,
    importance_weighted_bound,
    init_network,
    sgvb_a,
    train,
    value_and_gradients,
)
from vaecore.command_line import main
from vaecore.foundations.parameters import leaves

SMALL = {"hidden_sizes": (8,), "latent_size": 2, "batch_size": 12, "progress": False}


@pytest.fixture
def model(rng):
    """A decoder (3 to 8), an encoder (8 to 2 x 3) and five binary images, in float64, no bias 0."""
    networks = init_network((3, 5, 8), rng, np.float64), init_network((8, 5, 6), rng, np.float64)
    gen_params, rec_params = ([(w, rng.normal(size=b.shape) / 2) for w, b in params] for params in networks)
    return gen_params, rec_params, binarise(rng.random((5, 8)), rng)


def torch_bound(params, images, eps):
    """The formula in PyTorch, by its own distributions and logsumexp; eps: (k, B, L)."""

    def network(layers, h):
        for weights, biases in layers[:-1]:
            h = torch.tanh(h @ weights + biases)
        return h @ layers[-1][0] + layers[-1][1]

    gen, rec = params
    mean, log_std = network(rec, images).split(3, dim=1)
    q, p = torch.distributions.Normal(mean, log_std.exp()), torch.distributions.Normal(0.0, 1.0)
    log_w = []
    for noise in eps:
        z = mean + log_std.exp() * noise
        pixels = torch.distributions.Bernoulli(logits=network(gen, z))
        log_w.append(pixels.log_prob(images).sum(1) + (p.log_prob(z) - q.log_prob(z)).sum(1))
    return (torch.logsumexp(torch.stack(log_w), dim=0) - math.log(len(eps))).mean()


@pytest.mark.parametrize("k", [1, 7])
def test_value_and_gradients_are_those_of_torch(model, k):
    gen_params, rec_params, images = model
    value, gradients = value_and_gradients(
        lambda p: importance_weighted_bound(*p, images, np.random.default_rng(3), num_samples=k),
        [gen_params, rec_params],
    )
    ours = [
        [tuple(torch.tensor(a, requires_grad=True) for a in layer) for layer in network]
        for network in (gen_params, rec_params)
    ]
    eps = np.random.default_rng(3).standard_normal((k, 5, 3))
    expected = torch_bound(ours, torch.tensor(images), torch.tensor(eps))
    expected.backward()
    assert value == pytest.approx(expected.item(), rel=1e-13)
    for gradient, theta in zip(leaves(gradients), leaves(ours), strict=True):
        np.testing.assert_allclose(gradient, theta.grad.numpy(), rtol=1e-9, atol=1e-13)


def test_one_sample_gives_the_elbo_by_estimator_a(model):
    value = importance_weighted_bound(*model, np.random.default_rng(3), num_samples=1)
    assert value == pytest.approx(sgvb_a(*model, np.random.default_rng(3)).mean(), rel=1e-14)


def test_it_rises_with_k_and_stays_below_log_p(model):
    """Theorem 1.  Of 400 estimates each; the steps between the means are 10 standard errors or more."""
    gen_params, rec_params, images = model
    means, errors = [], []
    for k in (1, 4, 40):
        rng = np.random.default_rng(5)
        values = [importance_weighted_bound(*model, rng, num_samples=k) for _ in range(400)]
        means.append(np.mean(values))
        errors.append(np.std(values) / 20)
    log_p = estimate_log_likelihood(
        VAE(gen_params, rec_params), images, np.random.default_rng(6), 100_000
    ).mean()
    steps = np.diff([*means, log_p])
    assert (steps > 5 * np.array([*(np.array(errors[:-1]) + errors[1:]), errors[-1]])).all(), (means, log_p)


def test_weights_too_small_for_a_float_do_not_underflow(rng):
    gen_params = [(np.zeros((2, 4000), np.float32), np.full(4000, -3.0, np.float32))]
    rec_params = [(np.zeros((4000, 4), np.float32), np.zeros(4, np.float32))]
    images = np.ones((1, 4000), np.float32)  # log p(x | z) = -12,194 whatever z is; q is the prior
    value = importance_weighted_bound(gen_params, rec_params, images, rng, num_samples=3)
    assert value.dtype == np.float32
    assert value == pytest.approx(-4000 * math.log1p(math.exp(3)), rel=1e-5)  # of float32, in any order


def halves(n, rng):
    images = np.full((n, 2, 8), 0.05, np.float32)
    images[np.arange(n), rng.integers(2, size=n)] = 0.95
    return images.reshape(n, 16)


def test_training_on_it_raises_it(rng):
    images = halves(240, rng)
    run = SMALL | {"batch_size": 40, "learning_rate": 0.01, "num_samples": 5, "importance_weighted": True}
    result = train(images, rng, held_out=images[:40], epochs=25, **run)
    assert result.history["bound"][-1] > result.history["bound"][0] + 3
    assert result.history["held_out_bound"][-1] > result.history["held_out_bound"][0] + 3


def test_a_run_may_start_from_a_model_and_leaves_it_as_it_is(rng, tmp_path):
    images = halves(24, rng)
    first = train(images, rng, epochs=2, **SMALL).vae
    before = [array.copy() for array in leaves([first.gen_params, first.rec_params])]
    quiet = SMALL | {"learning_rate": 1e-12}
    second = train(images, rng, epochs=1, start=first, **quiet).vae
    for old, now, new in zip(
        before,
        leaves([first.gen_params, first.rec_params]),
        leaves([second.gen_params, second.rec_params]),
        strict=True,
    ):
        np.testing.assert_array_equal(now, old)
        np.testing.assert_allclose(new, old, atol=1e-9)
    # The start is part of what a checkpoint belongs to, and so is the bound.
    checkpoint = tmp_path / "run.npz"
    train(images, np.random.default_rng(1), epochs=1, start=first, checkpoint=checkpoint, **SMALL)
    other_decoder = VAE(train(images, rng, epochs=1, **SMALL).vae.gen_params, first.rec_params)
    for other, what in (
        ({}, "start was"),
        ({"start": other_decoder}, "start was"),
        ({"start": first, "importance_weighted": True}, "importance_w"),
    ):
        with pytest.raises(CheckpointError, match=what):
            train(images, np.random.default_rng(1), epochs=2, checkpoint=checkpoint, resume=True,
                  **other, **SMALL)  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        ({"importance_weighted": True, "beta": 2.0}, "no KL divergence to weigh, and beta is 2.0"),
        ({"importance_weighted": True, "kl_warm_up": 3}, "and kl_warm_up is 3: leave it out"),
        ({"importance_weighted": True, "num_samples": 0}, "num_samples is 0"),
        ({"start": "other widths"}, r"start is VAE\(16-9-2x2, 2-9-16\), expected the widths \[16, 8, 2\]"),
        ({"batch_size": 25}, "batch_size is 25, expected at most the 24 images"),
        ({"learning_rate": 0}, "learning_rate is 0, expected"),
        ({"learning_rate": -0.1}, "learning_rate is -0.1, expected"),
        ({"learning_rate": math.nan}, "learning_rate is nan, expected"),
    ],
)
def test_bad_arguments_are_named(rng, wrong, what):
    if "start" in wrong:
        wrong = {"start": VAE(init_network((2, 9, 16), rng), init_network((16, 9, 4), rng))}
    with pytest.raises(InvalidInputError, match=what):
        train(halves(24, rng), rng, epochs=1, **(SMALL | wrong))


def test_the_command_line_refuses_a_start_of_other_widths(tmp_path, capsys):
    assert main(["train", "--data", "sample", "--start", "map", "--out", str(tmp_path / "run")]) == 1
    assert "start is VAE(784-200-200-2x2" in capsys.readouterr().err
    assert main(["train", "--data", "sample", "--start", "missing.npz", "--out", str(tmp_path / "run")]) == 1
    assert "missing.npz" in capsys.readouterr().err

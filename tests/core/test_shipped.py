"""The models that come with the package: they are there, they are small, they are as good as is said.

All of it is deterministic: fixed files, fixed pixels, fixed noise.  The thresholds leave room for another
training run of the same quality, not for another kind of model.
"""

import json
import os
from importlib import resources

import numpy as np
import pytest

from vaecore import (
    VAE,
    binarise,
    compute_KL,
    estimate_log_likelihood,
    lab_digits,
    load_mnist,
    reconstruct,
    vae_lower_bound,
)

SHIPPED = ("lab", "map", "iwae", "kl_only")  # the seven of chapter 8: test_shipped_betas.py
FOLDER = resources.files("vaecore") / "shipped"
# Bound and -log p(x) in nats on the sample's 500 held-out digits; a model that knows nothing has 543.
MEASURED = ("lab", "map", "iwae")  # "kl_only" is there to show what goes wrong
WORST_BOUND = {"lab": -95.0, "map": -145.0, "iwae": -100.0}
WORST_MINUS_LOG_P = {"lab": 91.0, "map": 142.0, "iwae": 90.0}


@pytest.fixture(scope="module")
def models():
    return {name: VAE.load_shipped(name) for name in SHIPPED}


@pytest.fixture(scope="module")
def held_out():
    return binarise(load_mnist("sample").test_images, np.random.default_rng(0))


@pytest.fixture(scope="module")
def facts():
    return json.loads((FOLDER / "checkpoints.json").read_text())


def bound_of(vae, images):
    rng = np.random.default_rng(0)
    blocks = [images[i : i + 500] for i in range(0, len(images), 500)]
    return np.mean([vae_lower_bound(vae.gen_params, vae.rec_params, block, rng) for block in blocks])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lab", "VAE(784-200-200-2x50, 50-200-200-784)"),
        ("map", "VAE(784-200-200-2x2, 2-200-200-784)"),
        ("iwae", "VAE(784-200-200-2x50, 50-200-200-784)"),
        ("kl_only", "VAE(784-200-200-2x2, 2-200-200-784)"),
    ],
)
def test_the_network_is_that_of_the_lab(models, name, text):
    assert repr(models[name]) == text
    assert {array.dtype for layer in models[name].gen_params for array in layer} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", MEASURED)
def test_the_bound_on_held_out_digits(models, held_out, name):
    assert len(held_out) == 500
    assert WORST_BOUND[name] < bound_of(models[name], held_out) < -80


@pytest.mark.parametrize("name", MEASURED)
def test_the_log_likelihood_of_held_out_digits(models, held_out, name):
    images = held_out[:100]
    log_p = estimate_log_likelihood(models[name], images, np.random.default_rng(0), num_samples=1000)
    assert 75 < -log_p.mean() < WORST_MINUS_LOG_P[name]
    assert log_p.mean() > bound_of(models[name], images)


@pytest.mark.parametrize("name", MEASURED)
def test_what_is_said_of_it_is_so(models, facts, name):
    said = facts[name]
    assert said["network"] == repr(models[name])
    file = FOLDER / f"{name}.npz"
    assert said["bytes"] == len(file.read_bytes()) < 2_000_000
    # Rounding the decoder, and half the bytes, must not cost more than this, in nats.
    assert abs(said["bound_as_shipped"] - said["bound_as_trained"]) < 0.05
    assert said["test_images"] == 10_000
    assert said["log_p_by"] == {2: "integral", 10: "covering", 50: "q"}[models[name].latent_size]
    assert said["num_samples"] == (None if said["log_p_by"] == "integral" else 5000)
    text = (FOLDER / "README.md").read_text()
    for number in (
        f"{said['bound_as_shipped']:.2f}",
        f"{said['minus_log_p']:.2f}",
        said["date"],
        *said["command"].split(" && "),
    ):
        assert number in text


@pytest.mark.parametrize("name", SHIPPED)
def test_the_decoder_is_rounded_as_is_said(models, facts, name):
    """To multiples of one power of two in each layer: that is what makes the pages light."""
    steps = facts[name]["decoder_steps"]
    assert steps == [2**-8, 2**-9, 2**-7]
    for layer, step in zip(models[name].gen_params, steps, strict=True):
        for array in layer:
            assert np.array_equal(array / step, np.rint(array / step))
    text = (FOLDER / "README.md").read_text()
    assert "multiples of 2⁻⁸, 2⁻⁹ and 2⁻⁷" in text
    weights, _ = models[name].rec_params[0]
    assert not np.array_equal(weights / steps[0], np.rint(weights / steps[0]))  # the encoder is not


def test_the_paper_is_reached_and_the_tighter_bound_buys_something(facts):
    """Burda et al. (2016), table 1: 86.76 for this network, trained on the bound with one sample."""
    assert facts["lab"]["minus_log_p"] <= 86.76
    assert facts["iwae"]["minus_log_p"] <= facts["lab"]["minus_log_p"] - 0.5
    assert facts["iwae"]["bound_as_shipped"] < facts["lab"]["bound_as_shipped"], "its q alone is not better"


@pytest.mark.parametrize("name", MEASURED)
def test_the_bound_that_is_said_is_measured_again(models, held_out, facts, name):
    """On the sample's held-out digits, and on MNIST's test images where they are at hand."""
    np.testing.assert_allclose(bound_of(models[name], held_out), facts[name]["bound_on_sample"], atol=0.01)
    if "VAECORE_DATA" in os.environ:
        images = binarise(load_mnist("mnist").test_images, np.random.default_rng(0))
        np.testing.assert_allclose(bound_of(models[name], images), facts[name]["bound_as_shipped"], atol=0.01)


def test_the_lab_reconstructs_digits_well_and_the_map_less_so(models):
    digits, _ = lab_digits(load_mnist("sample"))
    errors = {
        name: np.mean((reconstruct(vae, digits, np.random.default_rng(0)) - digits) ** 2)
        for name, vae in models.items()
    }
    blank = np.mean((load_mnist("sample").train_images.mean(axis=0) - digits) ** 2)
    assert errors["lab"] < errors["map"] < blank
    assert errors["lab"] < 0.02


def test_the_map_puts_digits_of_one_class_near_each_other(models):
    data = load_mnist("sample")
    train, test = (models["map"].encode(images)[0] for images in (data.train_images, data.test_images))
    distances = np.linalg.norm(test[:, None] - train[None], axis=-1)  # (500, 4500)
    nearest = data.train_labels[np.argsort(distances, axis=1)[:, :15]]
    votes = np.array([np.bincount(labels, minlength=10).argmax() for labels in nearest])
    assert np.mean(votes == data.test_labels) > 0.6  # by chance: 0.1


def test_the_encoder_trained_on_the_kl_alone_has_forgotten_the_digits(models, held_out, facts):
    vae, said = models["kl_only"], facts["kl_only"]
    mean, log_std = vae.encode(held_out)
    assert np.mean(compute_KL(np.concatenate([mean, log_std], axis=1))) < 1e-3
    assert np.abs(mean).max() <= 1.5 * said["largest_mean"] < 0.1
    # Its decoder knows nothing, which costs 784 log 2 = 543 nats, and a little more for random guesses.
    assert -560 < bound_of(vae, held_out) < -784 * np.log(2)
    np.testing.assert_allclose(bound_of(vae, held_out), said["bound_as_shipped"], atol=1)
    assert said["bytes"] == len((FOLDER / "kl_only.npz").read_bytes()) < 2_000_000
    text = (FOLDER / "README.md").read_text()
    assert all(part in text for part in (said["command"], said["date"], f"{said['kl_as_shipped']:.1e}"))

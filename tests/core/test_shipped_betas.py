"""The seven models that differ in beta alone: they are there, small, and as good as is said.

All of it is deterministic: fixed files, fixed pixels, fixed noise.
"""

import json
import os
import re
from importlib import resources

import numpy as np
import pytest

from vaecore import VAE, binarise, estimate_log_likelihood, load_mnist, vae_lower_bound
from vaecore.beta_vae import rate_and_distortion
from vaecore.vae import BETAS, SHIPPED

FOLDER = resources.files("vaecore") / "shipped"
NAMES = [f"beta-{beta:g}" for beta in BETAS]
STEPS = (2**-8, 2**-9, 2**-7)  # the decoder's three layers are multiples of these
# On MNIST's test images, in nats; another training run of the same quality stays above.
WORST_BOUND = dict(zip(BETAS, (-112, -110, -108, -112, -123, -150, -195), strict=True))


@pytest.fixture(scope="module")
def facts():
    return json.loads((FOLDER / "checkpoints.json").read_text())


def bound_of(vae, images):
    rng = np.random.default_rng(0)
    blocks = [images[i : i + 500] for i in range(0, len(images), 500)]
    return np.mean([vae_lower_bound(vae.gen_params, vae.rec_params, block, rng) for block in blocks])


def test_they_are_offered():
    assert set(NAMES) < set(SHIPPED)
    assert sum((FOLDER / f"{name}.npz").stat().st_size for name in NAMES) < 3_000_000


@pytest.mark.parametrize("beta", BETAS)
def test_what_is_said_of_it_is_so(facts, beta):
    name = f"beta-{beta:g}"
    said, vae = facts[name], VAE.load_shipped(name)
    assert said["network"] == repr(vae) == "VAE(784-100-100-2x10, 10-100-100-784)"
    assert said["bytes"] == (FOLDER / f"{name}.npz").stat().st_size
    assert said["bound_as_shipped"] > WORST_BOUND[beta]
    # float16 and round steps must not cost more than this, in nats.
    assert abs(said["bound_as_shipped"] - said["bound_as_trained"]) < 0.05
    assert -said["rate"] - said["distortion"] == pytest.approx(said["bound_as_shipped"], abs=0.01)
    assert re.search(rf"--beta {beta:g}(?!\S)", said["command"])
    assert said["num_samples"] == 5000 and said["likelihood_images"] == 1000
    assert 95 < said["minus_log_p"] < -said["bound_as_shipped"] + 3 * said["minus_log_p_standard_error"]
    text = (FOLDER / "README.md").read_text()
    for number in (f"{said['bound_as_shipped']:.2f}", f"{said['minus_log_p']:.2f}", said["command"]):
        assert number in text
    for layer, step in zip(vae.gen_params, STEPS, strict=True):
        for array in layer:
            np.testing.assert_array_equal(array / step, np.rint(array / step))


@pytest.mark.parametrize("beta", BETAS)
def test_the_bound_that_is_said_is_measured_again(facts, beta):
    """On the sample's held-out digits, and on MNIST's test images where they are at hand."""
    said, vae = facts[f"beta-{beta:g}"], VAE.load_shipped(f"beta-{beta:g}")
    held_out = binarise(load_mnist("sample").test_images, np.random.default_rng(0))
    np.testing.assert_allclose(bound_of(vae, held_out), said["bound_on_sample"], atol=0.01)
    if "VAECORE_DATA" in os.environ:
        images = binarise(load_mnist("mnist").test_images, np.random.default_rng(0))
        np.testing.assert_allclose(bound_of(vae, images), said["bound_as_shipped"], atol=0.01)
        found = rate_and_distortion(vae, images, np.random.default_rng(0))
        np.testing.assert_allclose(found, (said["rate"], said["distortion"]), atol=0.01)


def test_the_bound_is_best_at_1_and_the_rate_falls(facts):
    said = [facts[name] for name in NAMES]
    bounds = [fact["bound_as_shipped"] for fact in said]
    assert BETAS[int(np.argmax(bounds))] == 1
    assert np.all(np.diff([fact["rate"] for fact in said]) < 0)
    assert np.all(np.diff([fact["distortion"] for fact in said]) > 0)


def test_the_log_likelihood_of_held_out_digits(facts):
    images = binarise(load_mnist("sample").test_images[:50], np.random.default_rng(0))
    vae = VAE.load_shipped("beta-1")
    log_p = estimate_log_likelihood(vae, images, np.random.default_rng(0), num_samples=300)
    assert bound_of(vae, images) < log_p.mean() < -85

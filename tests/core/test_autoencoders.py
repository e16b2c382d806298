"""Autoencoders: what they compute, and what their penalties are, against autograd and PyTorch."""

import autograd
import numpy as np
import pytest

from vaecore import Autoencoder, CheckpointError, InvalidInputError, init_network, load_mnist
from vaecore.autoencoders import (
    CODES,
    contractive_penalty,
    corrupt,
    cross_entropy,
    distances_between,
    encode,
    sparsity_penalty,
    squared_error,
)
from vaecore.files.storage import write_archive

DEPTHS = {"one layer": [9, 4], "two layers": [9, 6, 4], "three layers": [9, 7, 6, 4]}


def network(sizes, rng, dtype=np.float64):
    params = init_network(sizes, rng, dtype)
    for _, biases in params:
        biases[:] = rng.normal(size=biases.shape)
    return params


def small(rng, dtype=np.float32, **options):
    return Autoencoder(network([9, 5, 3], rng, dtype), network([3, 5, 9], rng, dtype), **options)


def test_sizes_and_text(rng):
    model = small(rng)
    assert (model.latent_size, model.image_size) == (3, 9)
    assert repr(model) == "Autoencoder(9-5-3-5-9, linear code, sigmoid output)"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("output", ["sigmoid", "linear"])
@pytest.mark.parametrize("code", CODES)
def test_it_computes_what_pytorch_computes(rng, dtype, output, code):
    import torch

    model = small(rng, dtype, output=output, code=code)
    images = rng.random((6, 9)).astype(dtype)

    def run(params, h, last):
        for i, (weights, biases) in enumerate(params):
            h = h @ torch.from_numpy(weights) + torch.from_numpy(biases)
            h = last(h) if i == len(params) - 1 else torch.tanh(h)
        return h

    lasts = {"linear": torch.nn.Identity(), "tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}
    z = run(model.encoder_params, torch.from_numpy(images), lasts[code])
    tolerance = 1e-5 if dtype == np.float32 else 1e-12
    np.testing.assert_allclose(model.encode(images), z, rtol=tolerance, atol=tolerance)
    outputs = run(model.decoder_params, z, lasts[output])
    np.testing.assert_allclose(model.decode(z.numpy()), outputs, rtol=tolerance, atol=tolerance)
    assert model.decode(model.encode(images)).dtype == dtype


@pytest.mark.parametrize(("encoder", "decoder"), [([9, 3], [2, 9]), ([9, 3], [3, 8]), ([8, 3], [3, 9])])
def test_networks_that_do_not_fit_are_refused(rng, encoder, decoder):
    with pytest.raises(InvalidInputError, match=f"here {decoder[-1]} to {decoder[0]} for the encoder"):
        Autoencoder(network(encoder, rng), network(decoder, rng))


def test_bad_options_weights_and_inputs_are_refused(rng):
    with pytest.raises(InvalidInputError, match="output is 'softmax', expected one of sigmoid, linear"):
        small(rng, output="softmax")
    with pytest.raises(InvalidInputError, match="code is None, expected one of linear, tanh, relu"):
        small(rng, code=None)
    broken = network([3, 9], rng)
    broken[0][1][2] = np.nan
    with pytest.raises(InvalidInputError, match=r"the biases of decoder_params\[0\] holds 1 value"):
        Autoencoder(network([9, 3], rng), broken)
    with pytest.raises(InvalidInputError, match="runs from 2 to 2"):
        small(rng).encode(np.full((1, 9), 2.0))
    with pytest.raises(InvalidInputError, match=r"z has shape \(1, 2\), expected \(B, 3\)"):
        small(rng).decode(np.zeros((1, 2)))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_save_and_load_keep_every_bit_and_the_options(rng, tmp_path, dtype):
    model = small(rng, dtype, output="linear", code="relu")
    model.save(tmp_path / "a.npz")
    again = Autoencoder.load(tmp_path / "a.npz")
    assert repr(again) == repr(model)
    for name in ("encoder_params", "decoder_params"):
        for old, new in zip(getattr(model, name), getattr(again, name), strict=True):
            assert all(
                a.tobytes() == b.tobytes() and a.dtype == b.dtype for a, b in zip(old, new, strict=True)
            )


def test_what_is_no_autoencoder_is_refused(rng, tmp_path):
    path = tmp_path / "a.npz"
    small(rng).save(path)
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match="checksum"):
        Autoencoder.load(path)
    write_archive(path, "VAE", {}, {})
    with pytest.raises(CheckpointError, match="holds a VAE, expected a Autoencoder"):
        Autoencoder.load(path)
    write_archive(path, "Autoencoder", {}, {"dtype": "float32", "output": "linear", "code": "tanh"})
    with pytest.raises(CheckpointError, match="no usable Autoencoder"):
        Autoencoder.load(path)
    with pytest.raises(InvalidInputError, match="no shipped model 'map'"):
        Autoencoder.load_shipped("map")


# Errors


def test_the_squared_error_and_its_gradient(rng):
    x, y = rng.random((4, 9)), rng.random((4, 9))
    np.testing.assert_allclose(
        squared_error(x, y), [np.linalg.norm(a - b) ** 2 for a, b in zip(x, y, strict=True)]
    )
    gradient = autograd.grad(lambda y: np.sum(1.0) * squared_error(x, y).sum())(y)
    np.testing.assert_allclose(gradient, 2 * (y - x))
    with pytest.raises(InvalidInputError, match="expected the same"):
        squared_error(x, y[:2])


def test_the_cross_entropy_is_pytorchs_and_smallest_at_the_image(rng):
    import torch

    x, logits = rng.random((4, 9)), 5 * rng.normal(size=(4, 9))
    theirs = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.from_numpy(logits), torch.from_numpy(x), reduction="none"
    ).sum(dim=1)
    np.testing.assert_allclose(cross_entropy(x, logits), theirs)
    best = cross_entropy(x, np.log(x / (1 - x)))
    assert (cross_entropy(x, logits) > best).all()


def test_distances_are_pythagorass(rng):
    a, b = np.array([[0.0, 0], [3, 4]]), np.array([[0.0, 0], [3, 0], [0, -4]])
    np.testing.assert_allclose(distances_between(a, b), [[0, 3, 4], [5, 4, np.hypot(3, 8)]])
    assert distances_between(a.astype(np.float32), b.astype(np.float32)).dtype == np.float64
    with pytest.raises(InvalidInputError, match=r"b has shape \(2, 3\), expected \(B, 2\)"):
        distances_between(a, rng.normal(size=(2, 3)))


# What the variants add


def test_the_sparsity_penalty_is_the_l1_norm():
    np.testing.assert_array_equal(sparsity_penalty(np.array([[3.0, -4.0, 0.0], [0, 0, 0]])), [7, 0])
    with pytest.raises(InvalidInputError, match="two axes"):
        sparsity_penalty(np.ones(3))


def test_corruption_sets_the_wanted_share_to_0_and_leaves_the_rest(rng):
    """Of 400,000 pixels 0.3 +- 6 standard deviations: fails by chance about twice in 10^9 runs."""
    images = rng.uniform(0.5, 1, (500, 800)).astype(np.float32)
    before = images.copy()
    seen = corrupt(images, rng, 0.3)
    kept = seen != 0
    np.testing.assert_array_equal(seen[kept], images[kept])
    np.testing.assert_array_equal(images, before)
    assert seen.dtype == np.float32
    assert abs(np.mean(~kept) - 0.3) < 6 * np.sqrt(0.3 * 0.7 / images.size)
    np.testing.assert_array_equal(corrupt(images, rng, 0.0), images)
    for fraction in (1, -0.1, np.nan):
        with pytest.raises(InvalidInputError, match="fraction is"):
            corrupt(images, rng, fraction)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sizes", DEPTHS.values(), ids=DEPTHS)
def test_the_contractive_penalty_is_the_norm_of_the_jacobian(rng, sizes, code):
    params, images = network(sizes, rng), rng.random((5, 9))
    expected = []
    for x in images:
        jacobian = autograd.jacobian(lambda x: encode(params, x[None, :], code)[0])(x)  # (L, D)
        assert jacobian.shape == (4, 9)
        expected.append(np.linalg.norm(jacobian, "fro") ** 2)
    np.testing.assert_allclose(contractive_penalty(params, images, code), expected, rtol=1e-12)


@pytest.mark.parametrize("sizes", DEPTHS.values(), ids=DEPTHS)
def test_the_contractive_penalty_against_finite_differences(rng, sizes):
    params, images, step = network(sizes, rng), rng.random((3, 9)), 1e-5
    moved = [
        encode(params, images + step * e, "tanh") - encode(params, images - step * e, "tanh")
        for e in np.eye(9)
    ]
    squares = np.sum((np.array(moved) / (2 * step)) ** 2, axis=(0, 2))
    np.testing.assert_allclose(contractive_penalty(params, images, "tanh"), squares, rtol=1e-8)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("sizes", DEPTHS.values(), ids=DEPTHS)
def test_the_gradient_of_the_contractive_penalty(rng, sizes, code):
    """Along random directions, against finite differences."""
    params, images = network(sizes, rng), rng.random((3, 9))
    gradients = autograd.grad(lambda params: contractive_penalty(params, images, code).sum())(params)
    for _ in range(3):
        direction = [(rng.normal(size=w.shape), rng.normal(size=b.shape)) for w, b in params]

        def along(t, direction=direction):
            moved = [(w + t * dw, b + t * db) for (w, b), (dw, db) in zip(params, direction, strict=True)]
            return contractive_penalty(moved, images, code).sum()

        slope = sum(
            np.sum(g * d)
            for gs, ds in zip(gradients, direction, strict=True)
            for g, d in zip(gs, ds, strict=True)
        )
        np.testing.assert_allclose(slope, (along(1e-6) - along(-1e-6)) / 2e-6, rtol=1e-6, atol=1e-6)


def test_bad_codes_are_refused(rng):
    with pytest.raises(InvalidInputError, match="code is 'sigmoid', expected one of"):
        contractive_penalty(network([9, 4], rng), np.ones((1, 9)), "sigmoid")
    with pytest.raises(InvalidInputError, match=r"expected \(B, 9\)"):
        contractive_penalty(network([9, 4], rng), np.ones((1, 8)))


# The model that comes with the package


def test_the_shipped_autoencoder_is_as_good_as_is_said():
    import json
    from importlib import resources

    model = Autoencoder.load_shipped("autoencoder")
    assert repr(model) == "Autoencoder(784-200-200-2-200-200-784, linear code, sigmoid output)"
    arrays = [a for params in (model.encoder_params, model.decoder_params) for layer in params for a in layer]
    assert all(a.dtype == np.float32 and (a == a.astype(np.float16)).all() for a in arrays)
    images = load_mnist("sample").test_images
    outputs = model.decode(model.encode(images)).astype(float)
    x = images.astype(float)
    error = -np.mean(np.sum(x * np.log(outputs) + (1 - x) * np.log1p(-outputs), axis=1))
    folder = resources.files("vaecore") / "shipped"
    facts = json.loads((folder / "checkpoints.json").read_text())["autoencoder"]
    assert error < 140
    np.testing.assert_allclose(error, facts["cross_entropy_on_sample"], atol=0.01)
    assert (
        abs(facts["cross_entropy_as_shipped"] - facts["cross_entropy_as_trained"]) < 0.1
    )  # the price of rounding
    assert facts["bytes"] == len((folder / "autoencoder.npz").read_bytes()) < 900_000
    assert facts["command"] in (folder / "README.md").read_text()

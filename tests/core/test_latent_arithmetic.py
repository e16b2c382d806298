"""Arithmetic with latent means: exact on linear models, images' moments, bad input."""

import numpy as np
import pytest

from vaecore import VAE, InvalidInputError, interpolate, lab_digits, load_mnist
from vaecore.latent_arithmetic import add_attribute, arithmetic, attribute_vector, halves, ink, slant


@pytest.fixture
def linear(rng):
    """A VAE whose mean is A x + c and whose logits are B z + d: arithmetic on it can be done by hand."""
    a, c, b, d = rng.normal(size=(9, 2)), rng.normal(size=2), rng.normal(size=(2, 9)), rng.normal(size=9)
    encoder = (np.hstack([a, np.zeros((9, 2))]), np.concatenate([c, np.zeros(2)]))
    return VAE([(b, d)], [encoder])


def logit(p):
    return np.log(p) - np.log1p(-p)


def mean_of(vae, images):
    weights, biases = vae.rec_params[0]
    return images @ weights[:, :2] + biases[:2]


def logits_of(vae, z):
    weights, biases = vae.gen_params[0]
    return z @ weights + biases


def test_a_minus_b_plus_c_is_exact_on_a_linear_model(linear, rng):
    a, b, c = rng.random((3, 9))
    for amount in (0.0, 0.5, 1.0, 2.0, -1.0):
        z = mean_of(linear, a) + amount * (mean_of(linear, c) - mean_of(linear, b))
        found = logit(arithmetic(linear, a, b, c, amount))
        np.testing.assert_allclose(found, logits_of(linear, z), rtol=1e-9)
    # In a linear model latent arithmetic is arithmetic with the images themselves.
    np.testing.assert_allclose(
        logit(arithmetic(linear, a, b, c)), logits_of(linear, mean_of(linear, a - b + c)), rtol=1e-9
    )


def test_what_is_added_and_taken_away_cancels(linear, rng):
    a, b = rng.random((2, 9))
    decoded = linear.decode(linear.encode(np.stack([a, b]))[0])
    np.testing.assert_allclose(arithmetic(linear, a, a, b), decoded[1], rtol=1e-12)
    np.testing.assert_allclose(arithmetic(linear, a, b, b), decoded[0], rtol=1e-12)
    np.testing.assert_allclose(arithmetic(linear, a, b, a, 0), decoded[0], rtol=1e-12)


def test_the_attribute_vector_of_a_linear_model(linear, rng):
    with_, without = rng.random((7, 9)), rng.random((4, 9))
    v = attribute_vector(linear, with_, without)
    expected = (with_.mean(axis=0) - without.mean(axis=0)) @ linear.rec_params[0][0][:, :2]
    np.testing.assert_allclose(v, expected, rtol=1e-11, atol=1e-13)
    np.testing.assert_allclose(attribute_vector(linear, without, with_), -v, rtol=1e-12)
    images = rng.random((5, 9))
    for amount in (0.0, 1.0, -2.5):
        expected = logits_of(linear, mean_of(linear, images) + amount * v)
        np.testing.assert_allclose(logit(add_attribute(linear, images, v, amount)), expected, rtol=1e-9)


def test_one_image_with_and_one_without_are_a_minus_b_plus_c(linear, rng):
    a, b, c = rng.random((3, 9))
    v = attribute_vector(linear, c[None], b[None])
    np.testing.assert_allclose(add_attribute(linear, a[None], v)[0], arithmetic(linear, a, b, c), rtol=1e-12)


@pytest.mark.parametrize("depth", [0, 1, 2, 4])
def test_halving_again_and_again_is_interpolation(linear, rng, depth):
    a, b = rng.random((2, 9))
    images = halves(linear, a, b, depth)
    assert images.shape == (2**depth + 1, 9)
    np.testing.assert_allclose(images, interpolate(linear, a, b, 2**depth + 1), rtol=1e-12)
    middle = logits_of(linear, (mean_of(linear, a) + mean_of(linear, b)) / 2)
    if depth:
        np.testing.assert_allclose(logit(images[len(images) // 2]), middle, rtol=1e-10)


def test_halving_is_directed(linear, rng):
    a, b = rng.random((2, 9))
    np.testing.assert_allclose(halves(linear, a, b, 3)[::-1], halves(linear, b, a, 3), rtol=1e-12)


def test_the_shipped_model_keeps_its_dtype():
    vae = VAE.load_shipped("lab")
    digits, _ = lab_digits(load_mnist("sample"))
    v = attribute_vector(vae, digits[:5], digits[5:])
    outputs = (
        v, add_attribute(vae, digits, v, 0.5), add_attribute(vae, digits, v.astype(np.float64)),
        arithmetic(vae, *digits[:3], 0.3), halves(vae, *digits[:2]),
    )  # fmt: skip
    assert {output.dtype for output in outputs} == {np.dtype(np.float32)}


def picture(shear, side=21):
    """A stroke of Gaussian profile that leans: shear columns to the right for each row up."""
    rows, columns = np.mgrid[0:side, 0:side] - (side - 1) / 2
    return np.exp(-((columns + shear * rows) ** 2) / 2 - rows**2 / 18).reshape(1, -1)


@pytest.mark.parametrize("shear", [-0.6, 0.0, 0.25, 0.5])
def test_the_slant_is_the_shear(shear):
    np.testing.assert_allclose(slant(picture(shear)), [shear], atol=2e-3)


def test_slant_and_ink_of_simple_images():
    diagonal = np.eye(5)[::-1].reshape(1, -1)  # from the lower left to the upper right
    np.testing.assert_allclose(slant(diagonal), [1.0], rtol=1e-6)
    np.testing.assert_allclose(slant(np.eye(5).reshape(1, -1)), [-1.0], rtol=1e-6)
    row = np.zeros((5, 5))
    row[2] = 1
    np.testing.assert_array_equal(slant(np.stack([row.ravel(), np.zeros(25)])), [0, 0])
    np.testing.assert_allclose(ink(np.stack([row.ravel(), np.ones(25), np.zeros(25)])), [0.2, 1, 0])


def test_an_attribute_vector_moves_the_attribute_on_digits():
    """Adding "leans to the right" makes the shipped model's digits lean to the right; deterministic."""
    data, vae = load_mnist("sample"), VAE.load_shipped("lab")
    leaning = slant(data.train_images)
    low, high = np.quantile(leaning, [0.2, 0.8])
    v = attribute_vector(vae, data.train_images[leaning > high], data.train_images[leaning < low])
    before, after = (slant(add_attribute(vae, data.test_images, v, amount)).mean() for amount in (0, 1))
    assert after > before + 0.1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda vae, x: halves(vae, x[:1], x[1]), r"image_a has shape \(1, 9\), expected \(9,\)"),
        (lambda vae, x: halves(vae, x[0], x[1], -1), "depth is -1, expected a whole number of at least 0"),
        (lambda vae, x: halves(vae, x[0], x[1], 11), "at most 10"),
        (lambda vae, x: arithmetic(vae, x[0], x[1], x[2, :4]), r"image_c has shape \(4,\)"),
        (lambda vae, x: arithmetic(vae, x[0], x[1], x[2], np.nan), "amount is nan"),
        (lambda vae, x: attribute_vector(vae, x, x[:0]), "the batch is empty"),
        (lambda vae, x: attribute_vector(vae, x * 255, x), "images_with runs .* divide bytes by 255"),
        (lambda vae, x: add_attribute(vae, x, np.zeros(3)), r"vector has shape \(3,\), expected \(2,\)"),
        (lambda vae, x: add_attribute(vae, x, np.zeros(2), np.inf), "amount is inf"),
        (lambda vae, x: slant(x[:, :8]), "8 pixels a row, expected a square number"),
        (lambda vae, x: ink(x - 2), r"expected pixels in \[0, 1\]"),
    ],
)
def test_bad_input_is_named(linear, rng, call, message):
    with pytest.raises(InvalidInputError, match=message):
        call(linear, rng.random((3, 9)))

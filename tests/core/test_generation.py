"""What a VAE draws: the lab's tasks 3.1 (prior samples), 3.2 (reconstructions) and 3.3 (interpolation)."""

import errno
import os

import matplotlib.image
import numpy as np
import pytest

from vaecore import (
    VAE,
    CheckpointError,
    InvalidInputError,
    init_network,
    interpolate,
    prior_samples,
    reconstruct,
    save_images,
)


def small_vae(rng, dtype=np.float32):
    decoder, encoder = init_network([2, 5, 9], rng, dtype), init_network([9, 5, 4], rng, dtype)
    encoder[-1][1][:] = 0.5, -0.5, -0.2, 0.2
    return VAE(decoder, encoder)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_prior_samples_are_decoded_standard_normals(rng, dtype):
    vae = small_vae(rng, dtype)
    images = prior_samples(vae, 6, np.random.default_rng(1))
    assert images.shape == (6, 9)
    assert images.dtype == dtype
    z = np.random.default_rng(1).standard_normal((6, 2), dtype)
    np.testing.assert_array_equal(images, vae.decode(z))
    assert len(np.unique(images, axis=0)) == 6


def test_prior_samples_have_the_moments_of_the_prior(rng):
    # A decoder that shows z: logits = 0.01 z.  Mean and variance of 40,000 z, within 6 standard errors.
    decoder = [(0.01 * np.eye(2), np.zeros(2))]
    vae = VAE(decoder, init_network([2, 4], rng, np.float64))
    p = prior_samples(vae, 40_000, rng)
    z = 100 * np.log(p / (1 - p))
    assert np.abs(z.mean(axis=0)).max() < 6 / np.sqrt(40_000)  # false alarm: 2 x 2e-9
    assert np.abs(z.var(axis=0) - 1).max() < 6 * np.sqrt(2 / 40_000)
    assert abs(np.mean(z[:, 0] * z[:, 1])) < 6 / np.sqrt(40_000)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_reconstruct_decodes_one_sample_of_the_posterior(rng, dtype):
    vae = small_vae(rng, dtype)
    images = rng.random((7, 9)).astype(dtype)
    result = reconstruct(vae, images, np.random.default_rng(1))
    assert result.shape == (7, 9)
    assert result.dtype == dtype
    mean, log_std = vae.encode(images)
    eps = np.random.default_rng(1).standard_normal((7, 2), dtype)
    np.testing.assert_allclose(result, vae.decode(mean + np.exp(log_std) * eps), rtol=1e-6)
    assert not np.allclose(result, vae.decode(mean), atol=1e-4)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("steps", [2, 3, 25])
def test_interpolate_walks_straight_from_a_to_b(rng, dtype, steps):
    vae = small_vae(rng, dtype)
    a, b = rng.random((2, 9)).astype(dtype)
    (mean_a,), (mean_b,) = vae.encode(a[None])[0], vae.encode(b[None])[0]
    images = interpolate(vae, a, b, steps)
    assert images.shape == (steps, 9)
    assert images.dtype == dtype
    for i in range(steps):
        z = mean_a + (mean_b - mean_a) * i / (steps - 1)
        np.testing.assert_allclose(images[i], vae.decode(z[None].astype(dtype))[0], rtol=1e-5)
    np.testing.assert_array_equal(interpolate(vae, b, a, steps)[0], images[-1])


def test_the_ends_of_an_interpolation_are_exactly_the_decoded_means(rng):
    vae = small_vae(rng)
    pair = rng.random((2, 9)).astype(np.float32)
    images = interpolate(vae, *pair)
    assert images.shape == (25, 9)
    mean, _ = vae.encode(pair)
    np.testing.assert_array_equal(images[[0, -1]], vae.decode(mean))
    assert not np.allclose(images[0], images[-1])


@pytest.mark.parametrize(
    ("call", "what"),
    [
        (lambda vae, rng: prior_samples(vae, 0, rng), "n is 0, expected a whole number of at least 1"),
        (lambda vae, rng: prior_samples(vae, 2.0, rng), "n is 2.0"),
        (lambda vae, rng: prior_samples(vae, 2, 7), "rng is of type int"),
        (
            lambda vae, rng: reconstruct(vae, np.zeros((1, 8)), rng),
            r"images has shape \(1, 8\), expected \(B, 9\)",
        ),
        (lambda vae, rng: reconstruct(vae, np.full((1, 9), 2.0), rng), r"expected pixels in \[0, 1\]"),
        (lambda vae, rng: reconstruct(vae, np.zeros((1, 9)), None), "rng is of type NoneType"),
        (
            lambda vae, rng: interpolate(vae, np.zeros(9), np.zeros(9), 1),
            "steps is 1, expected .* at least 2",
        ),
        (
            lambda vae, rng: interpolate(vae, np.zeros((1, 9)), np.zeros(9)),
            r"image_a has shape \(1, 9\), expected \(9,\)",
        ),
        (
            lambda vae, rng: interpolate(vae, np.zeros(9), np.zeros(8)),
            r"image_b has shape \(8,\), expected \(9,\)",
        ),
        (lambda vae, rng: interpolate(vae, np.zeros(9), np.full(9, np.nan)), "NaN"),
        (lambda vae, rng: interpolate(vae, np.zeros(9, int), np.zeros(9, int)), "dtype int64"),
    ],
)
def test_bad_input_is_refused(rng, call, what):
    with pytest.raises(InvalidInputError, match=what):
        call(small_vae(rng), rng)


def read_grey(path):
    picture = matplotlib.image.imread(path)
    np.testing.assert_array_equal(picture[..., 0], picture[..., 1])
    np.testing.assert_array_equal(picture[..., 0], picture[..., 2])
    return picture[..., 0]


@pytest.mark.parametrize(("count", "columns", "shape"), [(6, 3, (2, 3)), (5, 3, (2, 3)), (25, None, (5, 5))])
def test_a_saved_picture_read_back_has_the_images_in_reading_order(rng, tmp_path, count, columns, shape):
    images = rng.random((count, 9)).astype(np.float32)
    save_images(images, tmp_path / "grid.png", columns=columns)
    picture = read_grey(tmp_path / "grid.png")
    assert picture.shape == (
        shape[0] * 5 + 2,
        shape[1] * 5 + 2,
    )  # 3 pixels and 2 of gap each, and 2 at the end
    white = np.ones_like(picture, bool)
    for i, image in enumerate(images):
        top, left = 2 + 5 * (i // shape[1]), 2 + 5 * (i % shape[1])
        # Black ink on white, in 256 levels of grey.
        np.testing.assert_allclose(
            picture[top : top + 3, left : left + 3], 1 - image.reshape(3, 3), atol=0.51 / 255
        )
        white[top : top + 3, left : left + 3] = False
    assert (picture[white] == 1).all()


def test_all_256_grey_levels_are_kept_exactly(tmp_path):
    levels = np.arange(256, dtype=np.float32).reshape(1, 256) / 255
    save_images(levels, tmp_path / "grey.png")
    picture = read_grey(tmp_path / "grey.png")[2:18, 2:18]
    np.testing.assert_array_equal(np.rint(picture * 255).ravel(), np.arange(255, -1, -1))


@pytest.mark.parametrize(
    ("images", "keywords", "what"),
    [
        (np.zeros((2, 10)), {}, "images has 10 pixels a row, expected a square number"),
        (np.zeros(9), {}, r"images has shape \(9,\)"),
        (np.zeros((0, 9)), {}, "the batch is empty"),
        (np.full((1, 9), 255.0), {}, r"runs from 255 to 255, expected pixels in \[0, 1\]"),
        (np.zeros((1, 9)), {"columns": 0}, "columns is 0"),
    ],
)
def test_what_is_no_batch_of_square_images_is_not_saved(tmp_path, images, keywords, what):
    with pytest.raises(InvalidInputError, match=what):
        save_images(images, tmp_path / "grid.png", **keywords)
    assert list(tmp_path.iterdir()) == []


def test_a_picture_that_cannot_be_written_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "grid.png"
    save_images(np.zeros((1, 9)), path)
    before = path.read_bytes()

    def disk_full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "replace", disk_full)
    with pytest.raises(
        CheckpointError, match=r"grid\.png: No space left on device; the old file is unchanged"
    ):
        save_images(np.ones((1, 9)), path)
    assert [p.name for p in tmp_path.iterdir()] == ["grid.png"]
    assert path.read_bytes() == before
    monkeypatch.undo()
    with pytest.raises(CheckpointError, match=r"none/grid\.png: No such file or directory"):
        save_images(np.ones((1, 9)), tmp_path / "none" / "grid.png")

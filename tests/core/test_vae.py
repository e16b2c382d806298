"""A VAE: two networks that fit each other, what they say of an image, and the file they are kept in."""

import errno
import os

import numpy as np
import pytest

from vaecore import VAE, CheckpointError, InvalidInputError, init_network, neural_net_predict
from vaecore.files.storage import read_archive, write_archive


def small_vae(rng, dtype=np.float32):
    """A VAE of 9 pixels, 5 hidden units and 2 latents, with biases that are not zero."""
    networks = init_network([2, 5, 9], rng, dtype), init_network([9, 5, 4], rng, dtype)
    for network in networks:
        for _, biases in network:
            biases[:] = rng.normal(size=biases.shape)
    return VAE(*networks)


def arrays_of(vae):
    return [array for params in (vae.gen_params, vae.rec_params) for layer in params for array in layer]


def test_sizes_and_text(rng):
    vae = small_vae(rng)
    assert (vae.latent_size, vae.image_size) == (2, 9)
    assert repr(vae) == "VAE(9-5-2x2, 2-5-9)"


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_encode_gives_means_then_log_standard_deviations(rng, dtype):
    vae = small_vae(rng, dtype)
    images = rng.random((7, 9)).astype(dtype)
    mean, log_std = vae.encode(images)
    encoder_output = neural_net_predict(vae.rec_params, images)
    assert mean.shape == log_std.shape == (7, 2)
    assert mean.dtype == log_std.dtype == dtype
    np.testing.assert_array_equal(mean, encoder_output[:, :2])
    np.testing.assert_array_equal(log_std, encoder_output[:, 2:])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_decode_gives_probabilities(rng, dtype):
    vae = small_vae(rng, dtype)
    z = rng.normal(size=(7, 2)).astype(dtype)
    probabilities = vae.decode(z)
    assert probabilities.shape == (7, 9)
    assert probabilities.dtype == dtype
    logits = neural_net_predict(vae.gen_params, z).astype(np.float64)
    np.testing.assert_allclose(probabilities, 1 / (1 + np.exp(-logits)), rtol=1e-6)


def test_decode_far_away_stays_within_0_and_1(rng):
    vae = VAE([(np.array([[1e4, -1e4]], np.float32), np.zeros(2, np.float32))], init_network([2, 2], rng))
    np.testing.assert_array_equal(vae.decode(np.ones((1, 1), np.float32)), [[1, 0]])


@pytest.mark.parametrize(
    ("images", "what"),
    [
        (np.zeros((2, 8), np.float32), r"images has shape \(2, 8\), expected \(B, 9\)"),
        (np.zeros(9, np.float32), r"images has shape \(9,\).*images\[None, :\]"),
        (np.zeros((0, 9), np.float32), "the batch is empty"),
        (np.full((1, 9), 255, np.uint8), r"dtype uint8.*/ 255"),
        (np.full((1, 9), 2.0), r"runs from 2 to 2, expected pixels in \[0, 1\]"),
        (np.full((1, 9), np.nan), "NaN"),
    ],
)
def test_encode_refuses_what_is_no_batch_of_images(rng, images, what):
    with pytest.raises(InvalidInputError, match=what):
        small_vae(rng).encode(images)


@pytest.mark.parametrize(
    ("z", "what"),
    [
        (np.zeros((1, 3), np.float32), r"z has shape \(1, 3\), expected \(B, 2\)"),
        (np.zeros(2, np.float32), r"z has shape \(2,\)"),
        (np.zeros((1, 2), int), "z has dtype int64"),
        (np.full((1, 2), np.inf), "infinite"),
    ],
)
def test_decode_refuses_what_is_no_batch_of_latents(rng, z, what):
    with pytest.raises(InvalidInputError, match=what):
        small_vae(rng).decode(z)


@pytest.mark.parametrize("encoder", [[9, 5, 3], [9, 5, 2], [8, 5, 4], [9, 5, 8]])
def test_networks_that_do_not_fit_are_refused(rng, encoder):
    with pytest.raises(InvalidInputError, match=r"\(2, 5, 9\); expected .* here 9 to 4 for the encoder"):
        VAE(init_network([2, 5, 9], rng), init_network(encoder, rng))


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_refused(rng, which, part, bad):
    networks = [init_network([2, 5, 9], rng), init_network([9, 5, 4], rng)]
    networks[which][1][part].flat[-1] = bad
    what = f"the {('weights', 'biases')[part]} of {('gen', 'rec')[which]}_params\\[1\\] holds 1 value"
    with pytest.raises(InvalidInputError, match=what):
        VAE(*networks)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_save_and_load_keep_every_bit(rng, tmp_path, dtype):
    vae = small_vae(rng, dtype)
    vae.save(tmp_path / "vae.npz")
    again = VAE.load(tmp_path / "vae.npz")
    assert repr(again) == repr(vae)
    for before, after in zip(arrays_of(vae), arrays_of(again), strict=True):
        assert after.dtype == dtype
        assert after.tobytes() == before.tobytes()
        assert after.flags.writeable  # one may go on training


def test_depths_of_encoder_and_decoder_may_differ(rng, tmp_path):
    vae = VAE(init_network([2, 9], rng), init_network([9, 6, 5, 4], rng))
    vae.save(str(tmp_path / "vae.npz"))
    assert repr(VAE.load(str(tmp_path / "vae.npz"))) == "VAE(9-6-5-2x2, 2-9)"


def test_float16_saves_rounded_and_loads_as_before(rng, tmp_path):
    vae = small_vae(rng)
    vae.save(tmp_path / "vae.npz", dtype=np.float16)
    arrays, _ = read_archive(tmp_path / "vae.npz", "VAE")
    assert {array.dtype for array in arrays.values()} == {np.dtype(np.float16)}
    for before, after in zip(arrays_of(vae), arrays_of(VAE.load(tmp_path / "vae.npz")), strict=True):
        assert after.dtype == np.float32
        np.testing.assert_array_equal(after, before.astype(np.float16).astype(np.float32))


@pytest.mark.parametrize(
    ("dtype", "what"),
    [
        (np.float16, r"gen_params\[0\] as float16 holds 1 value"),
        (np.int8, "dtype is int8, expected floating-point"),
    ],
)
def test_a_dtype_that_cannot_hold_the_weights_is_refused(rng, tmp_path, dtype, what):
    vae = small_vae(rng)
    vae.gen_params[0][0][0, 0] = 1e6  # float16 ends at 65,504
    with pytest.raises(InvalidInputError, match=what):
        vae.save(tmp_path / "vae.npz", dtype=dtype)
    assert list(tmp_path.iterdir()) == []


def test_disk_full_while_saving_keeps_the_old_model(rng, tmp_path, monkeypatch):
    old, path = small_vae(rng), tmp_path / "vae.npz"
    old.save(path)

    def disk_full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", disk_full)
        with pytest.raises(CheckpointError, match="No space left on device; the old file is unchanged"):
            small_vae(rng).save(path)
    for before, after in zip(arrays_of(old), arrays_of(VAE.load(path)), strict=True):
        np.testing.assert_array_equal(after, before)


def test_a_damaged_or_truncated_or_missing_model_is_refused(rng, tmp_path):
    path = tmp_path / "vae.npz"
    small_vae(rng).save(path)
    content = path.read_bytes()
    for wrong in (content[:-1], content[:200], content.replace(b"VAE", b"XAE"), b""):
        path.write_bytes(wrong)
        with pytest.raises(CheckpointError, match=r"vae\.npz is (damaged|not a file of vaecore's)"):
            VAE.load(path)
    path.unlink()
    with pytest.raises(CheckpointError, match=r"could not read .*vae\.npz"):
        VAE.load(path)


def test_a_file_of_another_kind_is_refused(tmp_path):
    write_archive(tmp_path / "other.npz", "training checkpoint", {}, {})
    with pytest.raises(CheckpointError, match="holds a training checkpoint, expected a VAE"):
        VAE.load(tmp_path / "other.npz")


@pytest.mark.parametrize("change", ["no dtype", "no layers", "a layer less", "NaN"])
def test_a_whole_file_without_a_usable_vae_is_refused(rng, tmp_path, change):
    path = tmp_path / "vae.npz"
    small_vae(rng).save(path)
    arrays, meta = read_archive(path, "VAE")
    if change == "no dtype":
        del meta["dtype"]
    elif change == "no layers":
        arrays = {}
    elif change == "a layer less":
        del arrays["gen_1_weights"], arrays["gen_1_biases"]
    else:
        arrays["rec_0_biases"][0] = np.nan
    del meta["format"], meta["kind"]
    write_archive(path, "VAE", arrays, meta)
    with pytest.raises(CheckpointError, match=r"vae\.npz holds no usable VAE"):
        VAE.load(path)


@pytest.mark.parametrize("name", ["Lab", "", "../digits", "lab.npz"])
def test_an_unknown_shipped_name_is_refused(name):
    with pytest.raises(InvalidInputError, match=r"there is no shipped model .*; there are lab, map"):
        VAE.load_shipped(name)

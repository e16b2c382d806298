"""The digits: the embedded sample and its split, what load_mnist chooses, binary pixels."""

import hashlib
import math
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fake_mnist import make_files, random_files, write_folder
from hypothesis import given, settings
from hypothesis import strategies as st

from vaecore.files import data, mnist_files
from vaecore.files.data import as_bytes, binarise_bytes
from vaecore.foundations.errors import DataError, InvalidInputError

REAL_MNIST = os.environ.get("VAECORE_DATA")  # read here: every test clears it


def shipped_arrays():
    with np.load(Path(data.__file__).parents[1] / "shipped" / "digits.npz") as npz:
        return npz["images"], npz["labels"]


@pytest.fixture(autouse=True)
def own_environment(monkeypatch, tmp_path):
    """No data of the machine's, and no network."""
    monkeypatch.delenv("VAECORE_DATA", raising=False)
    monkeypatch.setenv("VAECORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VAECORE_OFFLINE", "1")


@pytest.fixture
def folder(monkeypatch, tmp_path):
    contents, table = random_files()
    monkeypatch.setattr(mnist_files, "FILES", table)
    return write_folder(tmp_path / "digits", contents)


@pytest.fixture
def full(monkeypatch, tmp_path):
    """MNIST where VAECORE_DATA names it, else a set made of the sample and 1,000 images of noise."""
    if REAL_MNIST:
        return data.load_mnist("mnist", REAL_MNIST)
    rng = np.random.default_rng(2)
    images, labels = shipped_arrays()
    images = np.concatenate([images, rng.integers(0, 256, (1000, 784))])
    order = rng.permutation(len(images))
    labels = np.concatenate([labels, rng.integers(0, 10, 1000)])
    tests = rng.integers(0, 256, (10, 784))
    contents, table = make_files(images[order], labels[order], tests, np.array(data.LAB_LABELS))
    monkeypatch.setattr(mnist_files, "FILES", table)
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return data.load_mnist("mnist", tmp_path)


def grey_levels(images):
    return [np.rint(image * 255).astype(np.uint8).tobytes() for image in images]


def test_sample_is_the_one_we_know():
    images, labels = shipped_arrays()
    assert images.shape == (5000, 784) and labels.shape == (5000,)
    assert images.dtype == labels.dtype == np.uint8
    digest = hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()
    assert digest == "809ec085d551285cf9efad12c42a6aead98c62f96eb9936cc5b778870773e50d"


def test_sample_is_split_by_the_rule():
    images, labels = shipped_arrays()
    sample = data.load_mnist("sample")
    for part, labels_of_part, per_class in (
        (sample.train_images, sample.train_labels, 450),
        (sample.test_images, sample.test_labels, 50),
    ):
        assert part.shape == (10 * per_class, 784) and part.dtype == np.float32
        assert part.min() == 0 and part.max() == 1
        assert labels_of_part.dtype == np.int64
        assert labels_of_part.tolist() == list(range(10)) * per_class  # round robin
    assert set(grey_levels(sample.train_images)).isdisjoint(grey_levels(sample.test_images))
    for digit in range(10):  # every tenth of each class, in the file's order, is held out
        in_order = [image.tobytes() for image in images[labels == digit]]
        held_out = grey_levels(sample.test_images[sample.test_labels == digit])
        assert held_out == [image for i, image in enumerate(in_order, start=1) if i % 10 == 0]
        kept = grey_levels(sample.train_images[sample.train_labels == digit])
        assert kept == [image for i, image in enumerate(in_order, start=1) if i % 10 != 0]


def test_dataset_is_read_only_and_says_what_it_is():
    sample = data.load_mnist("sample")
    assert repr(sample) == "<Dataset 'sample': 4,500 digits to train on, 500 held out>"
    with pytest.raises(ValueError, match="read-only"):
        sample.train_images[0, 0] = 1


def test_damaged_sample(monkeypatch, tmp_path):
    shipped = Path(data.__file__).parents[1] / "shipped" / "digits.npz"
    (tmp_path / "shipped").mkdir()
    copy = tmp_path / "shipped" / "digits.npz"
    monkeypatch.setattr(data.resources, "files", lambda package: tmp_path)
    content = shipped.read_bytes()
    middle = len(content) // 2
    flipped = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    for damaged in (flipped, content[:middle], b"", None):
        if damaged is None:
            copy.unlink()
        else:
            copy.write_bytes(damaged)
        with pytest.raises(DataError, match=r"Embedded digits unreadable .*: install vaecore again"):
            data.load_mnist("sample")


def test_lab_digits_of_the_sample():
    sample = data.load_mnist("sample")
    images, labels = data.lab_digits(sample)
    assert labels.tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9] and images.shape == (10, 784)
    nth = [0, 0, 0, 0, 0, 1, 1, 0, 0, 1]  # the second 1, 4 and 9 are other digits than the first
    for image, label, n in zip(images, labels, nth, strict=True):
        assert np.array_equal(image, sample.test_images[sample.test_labels == label][n])


def test_lab_digits_need_each_of_the_labels():
    sample = data.load_mnist("sample")
    few = replace(sample, test_images=sample.test_images[:10], test_labels=sample.test_labels[:10])
    with pytest.raises(InvalidInputError, match="must include the lab's"):
        data.lab_digits(few)


def test_full_set(full):
    images, labels = data.lab_digits(full)
    assert labels.tolist() == [7, 2, 1, 0, 4, 1, 4, 9, 5, 9]
    assert np.array_equal(images, full.test_images[:10])
    label_of = dict(zip(grey_levels(full.train_images), full.train_labels.tolist(), strict=True))
    for image, label in zip(*shipped_arrays(), strict=True):
        assert label_of[image.tobytes()] == label


def test_held_out_digits_of_the_sample_are_dropped_from_the_full_set(full):
    rest = data.without_sample_held_out(full)
    held_out = set(grey_levels(data.load_mnist("sample").test_images))
    pairs = zip(grey_levels(full.train_images), full.train_labels.tolist(), strict=True)
    expected = [(image, label) for image, label in pairs if image not in held_out]
    assert len(rest.train_images) == (59_500 if REAL_MNIST else 5_500)
    assert list(zip(grey_levels(rest.train_images), rest.train_labels.tolist(), strict=True)) == expected
    assert rest.source == "mnist" and rest.test_images is full.test_images
    with pytest.raises(InvalidInputError, match="has 0 of the sample's 500 held-out digits"):
        data.without_sample_held_out(rest)


def test_sample_itself_loses_nothing():
    sample = data.load_mnist("sample")
    assert data.without_sample_held_out(sample) is sample


def test_argument_goes_before_variable(folder, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("VAECORE_DATA", str(folder))
    data.load_mnist()
    line = "Data: the full MNIST (40 + 20 digits), from the folder named by"
    assert capsys.readouterr().out == f"{line} VAECORE_DATA.\n"
    monkeypatch.setenv("VAECORE_DATA", str(tmp_path / "elsewhere"))
    data.load_mnist(folder=str(folder))
    assert capsys.readouterr().out == f"{line} folder=....\n"
    data.load_mnist("mnist", folder)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("MNIST",), 'source must be "auto", "mnist" or "sample", not \'MNIST\''),
        ((None,), 'source must be "auto", "mnist" or "sample", not None'),
        (("sample", "somewhere"), 'The sample is in no folder: use source="mnist" with folder='),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(InvalidInputError) as caught:
        data.load_mnist(*arguments)
    assert message in str(caught.value) and isinstance(caught.value, ValueError)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_binarised_pixels_have_the_intensity_as_mean(dtype):
    # Hoeffding: P(|mean - x| >= t) <= 2 exp(-2 n t^2). With t as below each of 9 means is off with
    # a probability of at most 5e-8, so a false alarm has a probability below 4.5e-7.
    n = 200_000
    t = math.sqrt(math.log(2 / 5e-8) / (2 * n))
    x = np.array([0, 0.003, 0.1, 0.25, 0.5, 0.75, 0.9, 0.997, 1], dtype)
    b = data.binarise(np.tile(x, (n, 1)), np.random.default_rng(3))
    assert b.dtype == dtype and set(np.unique(b)) == {0, 1}
    mean = b.mean(axis=0, dtype=np.float64)
    assert np.all(np.abs(mean - x) < t)
    assert mean[0] == 0 and mean[-1] == 1  # never the other value


@settings(deadline=None)
@given(
    shape=st.lists(st.integers(1, 5), max_size=3).map(tuple),
    dtype=st.sampled_from([np.float16, np.float32, np.float64]),
    seed=st.integers(0, 2**32),
)
def test_binarise_keeps_shape_and_dtype_and_repeats_itself(shape, dtype, seed):
    images = np.asarray(np.random.default_rng(seed).random(shape), dtype)
    before = images.copy()
    b = data.binarise(images, np.random.default_rng(seed))
    assert b.shape == shape and b.dtype == dtype and np.all((b == 0) | (b == 1))
    assert np.array_equal(b, data.binarise(images, np.random.default_rng(seed)))
    assert np.array_equal(images, before)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (np.full((2, 784), 255, np.uint8), "dtype uint8, expected floating-point numbers"),
        (np.full((2, 784), 255.0), "runs from 255 to 255, expected pixels in [0, 1]; divide bytes by 255"),
        (np.array([[0.5, -0.1]]), "runs from -0.1 to 0.5, expected pixels in [0, 1]"),
        (np.array([[0.5, np.nan]], np.float32), "runs from nan to nan, expected pixels in [0, 1]"),
        (np.array([[0.5, np.inf]]), "runs from 0.5 to inf, expected pixels in [0, 1]"),
        (np.zeros((0, 784), np.float32), "shape (0, 784): it is empty"),
    ],
)
def test_binarise_refuses(images, message):
    with pytest.raises(InvalidInputError) as caught:
        data.binarise(images, np.random.default_rng(0))
    assert message in str(caught.value)


def test_the_smallest_uniform_does_not_light_a_black_pixel():
    class Zeros(np.random.Generator):  # a Generator gives an exact 0 once in 2^24 draws
        def random(self, size, dtype):
            return np.zeros(size, dtype)

    black_and_grey = np.array([0, 1e-6], np.float32)
    assert data.binarise(black_and_grey, Zeros(np.random.PCG64(0))).tolist() == [0, 1]


def test_binarise_needs_a_generator():
    with pytest.raises(InvalidInputError, match=r"numpy\.random\.Generator"):
        data.binarise(np.zeros((1, 784), np.float32), 0)


def test_bytes_are_kept_only_where_they_are_exact():
    for dtype in (np.float32, np.float64):
        levels = np.arange(256, dtype=dtype)[None] / 255
        np.testing.assert_array_equal(as_bytes(levels), np.arange(256)[None])
    assert as_bytes(np.array([[0.5, 0.2]])) is None
    many = np.random.default_rng(0).integers(256, size=(2500, 3))  # more than are looked at together
    images = many.astype(np.float32) / 255
    np.testing.assert_array_equal(as_bytes(images), many)
    images[-1, -1] = 0.5
    assert as_bytes(images) is None


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_pixels_drawn_from_bytes_have_the_intensity_as_mean(dtype, rng):
    """20,000 draws of each of the 256 bytes: 6 standard errors, exceeded once in 2 million runs."""
    levels = np.tile(np.arange(256, dtype=np.uint8), (20_000, 1))
    drawn = binarise_bytes(levels, rng, dtype)
    assert drawn.dtype == dtype
    assert set(np.unique(drawn)) == {0, 1}
    p = np.arange(256) / 255
    error = np.sqrt(p * (1 - p) / 20_000)
    assert (np.abs(drawn.mean(axis=0, dtype=np.float64) - p) <= 6 * error).all()

"""The handwritten digits of MNIST: where they come from, and how pixels become binary.

MNIST was made by Yann LeCun, Corinna Cortes and Christopher J. C. Burges: 60,000 training and
10,000 test images of handwritten digits, 28 x 28 pixels (LeCun, Bottou, Bengio & Haffner 1998).
Its licence is CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/. The package ships
5,000 of the training images, 500 of each digit (``tools/models/make_sample.py`` makes the file), so that
every chapter runs without a network. Three environment variables matter:

- ``VAECORE_DATA``: a folder with the four files of MNIST, gzipped (``.gz``) or not;
- ``VAECORE_CACHE``: where downloads are kept, if not in the system's usual place;
- ``VAECORE_OFFLINE=1``: never try the network.
"""

import os
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from vaecore.files import mnist_files
from vaecore.foundations import validation
from vaecore.foundations.console import say
from vaecore.foundations.errors import DataError, InvalidInputError

LAB_LABELS = (7, 2, 1, 0, 4, 1, 4, 9, 5, 9)  # of MNIST's first ten test images
_INSTEAD = (
    "Connect to the network and run `vaecore data`; or copy the four files of MNIST into a folder "
    'and name it (folder=... or VAECORE_DATA); or use the embedded digits, source="sample".'
)


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """Digits and their labels: a part to train on, and a part held out ("test").

    Images are (N, 784) float32, pixels in [0, 1], 0 the background; labels are (N,) int64.
    What `load_mnist` returns is read-only: copy an array before you change it.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    source: str  # "mnist" or "sample"

    def __repr__(self) -> str:
        train, test = len(self.train_images), len(self.test_images)
        return f"<Dataset {self.source!r}: {train:,} digits to train on, {test:,} held out>"


def load_mnist(source: str = "auto", folder: str | os.PathLike | None = None) -> Dataset:
    """Load the digits.

    ``"mnist"`` is the full set (60,000 to train on, 10,000 held out), from the first of these:
    ``folder``, the folder that VAECORE_DATA names, the cache, a download. ``"sample"`` is the
    embedded set (4,500 and 500). ``"auto"`` is the full set if it can be had, else the sample,
    and prints one line which says which one and why.

    Raises InvalidInputError for an unknown source; DataError if the full set is asked for (by
    its name or by naming a folder) and a file is missing, damaged or cannot be downloaded.
    """
    if source not in ("auto", "mnist", "sample"):
        raise InvalidInputError(f'source must be "auto", "mnist" or "sample", not {source!r}.')
    if source == "sample" and folder is not None:
        raise InvalidInputError('The sample is in no folder: use source="mnist" with folder=...')
    if source == "sample":
        return _load_sample()

    named = folder if folder is not None else os.environ.get("VAECORE_DATA")
    if named:
        by = "VAECORE_DATA" if folder is None else "folder=..."
        dataset = _as_dataset(mnist_files.read_folder(mnist_files.as_folder(named, by)), "mnist")
        why = f"from the folder named by {by}"
    else:
        try:
            arrays, why = mnist_files.read_cache_or_download()
            dataset = _as_dataset(arrays, "mnist")
        except DataError as error:
            if source == "mnist":
                raise DataError(f"The full MNIST is not at hand: {error}. {_INSTEAD}") from error
            dataset, why = _load_sample(), f"because {error}"
    if source == "auto":
        kind = "the full MNIST" if dataset.source == "mnist" else "the embedded sample of MNIST"
        counts = f"{len(dataset.train_images):,} + {len(dataset.test_images):,} digits"
        say(f"Data: {kind} ({counts}), {why}.")
    return dataset


def fetch_mnist() -> Path:
    """Download and verify the full MNIST, unless it is at hand; return the folder that has it.

    That is the folder that VAECORE_DATA names, which is verified and nothing is downloaded, else the cache.
    Raises DataError if a file is missing or damaged in the one, or can be neither found in the other nor
    downloaded, or cannot be stored.
    """
    if folder := _named_folder():
        mnist_files.read_folder(folder)
        return folder
    try:
        mnist_files.read_cache_or_download()
    except DataError as error:
        raise DataError(f"The full MNIST is not at hand: {error}. {_INSTEAD}") from error
    return mnist_files.cache_folder()


def describe_data() -> str:
    """Say in a few lines where the digits are and whether each file is whole; never downloads."""
    network = "not used (VAECORE_OFFLINE is set)" if mnist_files.offline() else "may be used"
    lines = [f"Embedded: {_load_sample()!r}", f"Network: {network}"]
    lines += _described("VAECORE_DATA", _named_folder)
    lines += _described("Cache", mnist_files.cache_folder)
    return "\n".join(lines)


def _named_folder() -> Path | None:
    named = os.environ.get("VAECORE_DATA")
    return mnist_files.as_folder(named, "VAECORE_DATA") if named else None


def _described(title: str, find_folder: Callable[[], Path | None]) -> list[str]:
    """Lines about a folder with the files of MNIST."""
    try:
        folder = find_folder()
    except DataError as error:
        return [f"{title}: none, for {error}"]
    if folder is None:
        return [f"{title}: not set"]
    lines = [f"{title}: {folder}"]
    for name in mnist_files.FILES:
        try:
            digits = mnist_files.read_idx(mnist_files.find_file(folder, name), name)
            lines.append(f"  {name}: whole, {len(digits):,} digits")
        except DataError as error:
            lines.append(f"  {error}")
    return lines


def lab_digits(dataset: Dataset) -> tuple[np.ndarray, np.ndarray]:
    """The ten digits of the lab's tasks: images (10, 784), labels (10,) 7 2 1 0 4 1 4 9 5 9.

    The first held-out digits with these labels, in this order, each used once: in the full set
    these are MNIST's first ten test images. Raises InvalidInputError if there are none.
    """
    of_digit = {digit: iter(np.flatnonzero(dataset.test_labels == digit)) for digit in range(10)}
    chosen = [int(next(of_digit[digit], -1)) for digit in LAB_LABELS]
    if -1 in chosen:
        raise InvalidInputError(f"The held-out digits must include the lab's, {LAB_LABELS}.")
    return dataset.test_images[chosen], dataset.test_labels[chosen]


def without_sample_held_out(dataset: Dataset) -> Dataset:
    """Drop the sample's 500 held-out digits from the full training set: 59,500 remain.

    What is trained on the rest has never seen them, so they are held out everywhere. The sample
    itself is returned unchanged. Raises InvalidInputError if not all 500 are found (pixels were
    changed, or digits dropped before), for then nobody knows what is held out.
    """
    if dataset.source == "sample":
        return dataset
    held_out = {image.tobytes() for image in _load_sample().test_images}
    keep = np.array([image.tobytes() not in held_out for image in dataset.train_images], dtype=bool)
    if (dropped := int(np.sum(~keep))) != len(held_out):
        raise InvalidInputError(
            f"The training set has {dropped} of the sample's {len(held_out)} held-out digits, not "
            "each of them once, unchanged: give the full data set as load_mnist returns it."
        )
    images, labels = dataset.train_images[keep], dataset.train_labels[keep]
    return replace(dataset, train_images=_read_only(images), train_labels=_read_only(labels))


def binarise(images: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draw binary images: each pixel is 1 with a probability equal to its intensity, else 0.

        b ~ Bernoulli(x),    E[b] = x

    images: any shape, floating-point, pixels in [0, 1]; the result has its shape and dtype.
    Raises InvalidInputError for anything else. Source: Salakhutdinov & Murray 2008, section 4;
    drawn afresh for every batch as in Burda, Grosse & Salakhutdinov 2016, section 5.
    """
    validation.generator(rng)
    images = validation.float_array(images, "images")
    if images.size == 0:
        raise InvalidInputError(f"images has shape {images.shape}: it is empty, expected at least one pixel")
    if not (images.min() >= 0 and images.max() <= 1):  # NaN fails both comparisons
        raise InvalidInputError(
            f"images runs from {images.min():g} to {images.max():g}, expected pixels in [0, 1]; "
            "divide bytes by 255"
        )
    # u in [0, 1), in float32 unless the images are float64: P(u < x) = x, exactly so for x = 0 and 1.
    u = rng.random(images.shape, dtype=np.float64 if images.dtype == np.float64 else np.float32)
    return (u < images).astype(images.dtype)


def as_bytes(images: np.ndarray) -> np.ndarray | None:
    """Return the bytes k of images whose every pixel is k / 255, or None where one is another number."""
    in_bytes = np.empty(images.shape, np.uint8)
    for start in range(0, len(images), 1000):  # a few at a time: no second copy of all the floats
        scaled = images[start : start + 1000] * images.dtype.type(255)
        whole = np.rint(scaled)
        if np.abs(scaled - whole).max() > 1e-3:
            return None
        in_bytes[start : start + 1000] = whole
    return in_bytes


def binarise_bytes(images: np.ndarray, rng: np.random.Generator, dtype: Any) -> np.ndarray:
    """Draw binary images as `binarise` does, from bytes k that stand for intensities k / 255.

    A byte needs no more than a random byte beside it, and eight of these are drawn at a time.
    """
    eights = rng.integers(2**64 - 1, size=-(-images.size // 8), dtype=np.uint64, endpoint=True)
    r = eights.view(np.uint8)[: images.size].reshape(images.shape)
    if (excess := r == 255).any():  # r must be uniform on 0 ... 254, so that P(r < k) = k / 255
        r[excess] = rng.integers(255, size=np.count_nonzero(excess), dtype=np.uint8)
    return (r < images).astype(dtype)


def _load_sample() -> Dataset:
    """The embedded digits, split by a fixed rule, stratified by class.

    Within each class, in the file's order, every tenth digit is held out: 450 to train on and 50
    held out of each. Both parts go round robin (the first 0, the first 1, ..., the first 9, the
    second 0, ...), so that the first N digits are balanced.
    """
    try:
        shipped = resources.files("vaecore") / "shipped" / "digits.npz"
        with shipped.open("rb") as file, np.load(file, allow_pickle=False) as npz:
            images, labels = npz["images"], npz["labels"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"Embedded digits unreadable ({error}): install vaecore again.") from error
    by_class = np.stack([np.flatnonzero(labels == digit) for digit in range(10)])  # (10, 500)
    test = by_class[:, 9::10].T.ravel()
    train = np.delete(by_class, np.s_[9::10], axis=1).T.ravel()
    return _as_dataset([images[train], labels[train], images[test], labels[test]], "sample")


def _as_dataset(arrays: list[np.ndarray], source: str) -> Dataset:
    """Grey levels 0 to 255 become pixels in [0, 1]; labels become integers to index with."""
    images = [np.divide(array, 255, dtype=np.float32) for array in arrays[::2]]
    labels = [array.astype(np.int64) for array in arrays[1::2]]
    train_images, train_labels, test_images, test_labels = map(
        _read_only, (images[0], labels[0], images[1], labels[1])
    )
    return Dataset(train_images, train_labels, test_images, test_labels, source)


def _read_only(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array

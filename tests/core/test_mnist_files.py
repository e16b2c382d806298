"""The files of MNIST: in a folder, raw or gzipped, whole or damaged; and saying which is which."""

import gzip
import subprocess
import sys

import numpy as np
import pytest
from fake_mnist import NAMES, random_files, write_folder

from vaecore.files import data, mnist_files
from vaecore.foundations.errors import DataError


@pytest.fixture(autouse=True)
def own_environment(monkeypatch, tmp_path):
    """No data of the machine's, and no network."""
    monkeypatch.delenv("VAECORE_DATA", raising=False)
    monkeypatch.setenv("VAECORE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("VAECORE_OFFLINE", "1")


@pytest.fixture
def files(monkeypatch):
    contents, table = random_files()
    monkeypatch.setattr(mnist_files, "FILES", table)
    return contents


@pytest.fixture
def folder(files, tmp_path):
    return write_folder(tmp_path / "digits", files)


def test_folder_with_raw_and_gzipped_files(folder, files):
    dataset = data.load_mnist("mnist", folder)
    expected = np.frombuffer(files[NAMES[0]], np.uint8, offset=16).reshape(-1, 784)
    assert np.array_equal(dataset.train_images, expected.astype(np.float32) / 255)
    assert dataset.train_images.dtype == np.float32 and dataset.source == "mnist"
    assert dataset.test_images.shape == (20, 784) and dataset.test_labels.dtype == np.int64
    assert data.lab_digits(dataset)[1].tolist() == list(data.LAB_LABELS)


def changed_byte(content):
    return content[:-1] + bytes([content[-1] ^ 1])


DAMAGES = {
    "missing": (None, "is missing or cannot be read"),
    "half a gzip file": (lambda c: gzip.compress(c)[:2000], "is damaged: it cannot be unpacked"),
    "gzip's checksum": (lambda c: changed_byte(gzip.compress(c)), "is damaged: it cannot be unpacked"),
    "garbage in gzip": (lambda c: gzip.compress(c)[:10] + b"\xff" * 100, "is damaged: it cannot be unpacked"),
    "half a raw file": (lambda c: c[:2000], "is damaged: 2,000 bytes, by its header 31,376"),
    "too long": (lambda c: c + b"\0", "is damaged: 31,377 bytes, by its header 31,376"),
    "another file": (lambda c: b"<!DOCTYPE html>", "is not MNIST's file: it begins with the bytes b'<!DOC"),
    "half a header": (lambda c: c[:9], "is not MNIST's file: it begins with the bytes"),
    "nothing in it": (lambda c: b"", "is not MNIST's file: it begins with the bytes b''"),
    "one pixel": (changed_byte, "is damaged or not MNIST's file: its SHA-256 is wrong"),
}


@pytest.mark.parametrize("source", ["auto", "mnist"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_named_folder_with_a_bad_file_is_an_error(damage, source, folder, files, monkeypatch, capsys):
    change, message = DAMAGES[damage]
    path = folder / f"{NAMES[0]}.gz"
    path.unlink()
    if change:
        path.write_bytes(change(files[NAMES[0]]))
    for argument in (folder, None):
        monkeypatch.setenv("VAECORE_DATA", str(folder))
        with pytest.raises(DataError) as caught:
            data.load_mnist(source, argument)
        assert str(caught.value).startswith(f"{path} {message}")
        assert "Put the right file there; or name no folder" in str(caught.value)
    assert isinstance(caught.value, OSError) and capsys.readouterr().out == ""


def test_describe_data(folder, monkeypatch):
    monkeypatch.setenv("VAECORE_DATA", str(folder))
    (folder / NAMES[3]).unlink()
    text = data.describe_data()
    assert "Embedded: <Dataset 'sample': 4,500" in text and "Network: not used (VAECORE_OFFLINE" in text
    assert f"VAECORE_DATA: {folder}\n  {NAMES[0]}: whole, 40 digits\n" in text
    assert f"{folder / NAMES[3]}.gz is missing" in text
    assert text.count("whole") == 3 and text.count("is missing") == 1 + 4  # and nothing in the cache
    monkeypatch.delenv("VAECORE_DATA")
    assert "VAECORE_DATA: not set\nCache: " in data.describe_data()


def test_importing_does_not_import_the_downloader():
    code = "import sys, vaecore.files.data; print([m for m in ('pooch', 'requests') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"

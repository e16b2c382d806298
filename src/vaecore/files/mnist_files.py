"""The four files of MNIST: found in a folder or in the cache, else downloaded; always verified.

Each file is in the IDX format, gzipped (``.gz``) or not, and counts as MNIST's only if the SHA-256
of its uncompressed bytes is the one below. Arrays come as they are in the files: grey levels 0 to
255, uint8, in the order of ``FILES``.
"""

import contextlib
import gzip
import hashlib
import io
import math
import os
import shutil
import tempfile
import time
import zlib
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from vaecore.foundations.errors import DataError

# The files, and the SHA-256 of their uncompressed bytes (mirrors compress the same file differently).
FILES = {
    "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
}
MIRRORS = (  # those of torchvision and TensorFlow
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
)
LARGEST = 2**26  # bytes, 64 MB: more than the largest of the files, unpacked
TIMEOUTS = (2.5, 10.0)  # seconds: to connect to an address, and between two pieces of a file


def offline() -> bool:
    """Whether VAECORE_OFFLINE forbids the network: it is set, and neither empty nor 0."""
    return os.environ.get("VAECORE_OFFLINE", "") not in ("", "0")


def cache_folder() -> Path:
    """Where downloads are kept: what VAECORE_CACHE names, else the system's usual place.

    The folder need not exist yet. Raises DataError where there is no such place: for a user without a home.
    """
    if named := os.environ.get("VAECORE_CACHE"):
        return as_folder(named, "VAECORE_CACHE")
    import pooch  # here, not above: `import vaecore` must be fast

    try:
        return Path(pooch.os_cache("vaecore")).expanduser()
    except (RuntimeError, KeyError) as error:  # no HOME, and no entry in the system's list of users
        raise DataError(
            "this user has no home folder in which to keep downloads (VAECORE_CACHE can name another)"
        ) from error


def as_folder(named: str | os.PathLike[str], by: str) -> Path:
    """The folder that `by`, an argument or a variable, names. Raises DataError for a ~ that nobody knows."""
    try:
        return Path(named).expanduser()
    except RuntimeError as error:
        raise DataError(f"{by} names {named}, and that home folder is not known: write it out") from error


def find_file(folder: Path, name: str) -> Path:
    """Where ``folder`` has, or should have, the file ``name``: uncompressed if it is there, else ``.gz``."""
    return folder / name if (folder / name).is_file() else folder / f"{name}.gz"


def read_folder(folder: Path) -> list[np.ndarray]:
    """Read and verify the four files in ``folder``.

    Returns, all uint8: training images (60000, 784) and labels (60000,), test images (10000, 784)
    and labels (10000,). Raises DataError if one of the files is missing, damaged or not MNIST's.
    """
    try:
        return [read_idx(find_file(folder, name), name) for name in FILES]
    except DataError as error:
        raise DataError(
            f"{error}. Put the right file there; or name no folder, neither by folder=... nor by "
            "VAECORE_DATA: then MNIST is downloaded."
        ) from error


def read_idx(path: Path, name: str) -> np.ndarray:
    """Read the file at ``path``, verify that it is MNIST's ``name``: images (N, 784) or labels (N,), uint8.

    The IDX format: four bytes, the last the number of dimensions; the dimensions, big-endian, four
    bytes each; the data. Raises DataError if the file is missing, damaged or another one; the caller
    adds what to do. Source: LeCun, Cortes & Burges, The MNIST database of handwritten digits, "File
    formats for the MNIST database".
    """
    magic = b"\0\0\x08\x03" if "images" in name else b"\0\0\x08\x01"  # 8 stands for uint8
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if content[:2] == b"\x1f\x8b":  # gzip; some servers and browsers unpack on the way
            content = gzip.GzipFile(fileobj=io.BytesIO(content)).read(LARGEST + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path} is damaged: it cannot be unpacked ({error})") from error
    except OSError as error:
        raise DataError(f"{path} is missing or cannot be read ({error.strerror})") from error
    if len(content) > LARGEST:
        raise DataError(f"{path} is not MNIST's file: it holds more than {LARGEST:,} bytes")
    start = 4 + 4 * magic[3]
    if content[:4] != magic or len(content) < start:
        raise DataError(f"{path} is not MNIST's file: it begins with the bytes {content[:16]!r}")
    count, *size = np.frombuffer(content, ">u4", magic[3], offset=4).tolist()
    if len(content) != (expected := start + count * math.prod(size)):
        raise DataError(f"{path} is damaged: {len(content):,} bytes, by its header {expected:,}")
    if hashlib.sha256(content).hexdigest() != FILES[name]:
        raise DataError(f"{path} is damaged or not MNIST's file: its SHA-256 is wrong")
    data = np.frombuffer(content, np.uint8, offset=start)
    return data.reshape(count, math.prod(size)) if size else data


def read_cache_or_download() -> tuple[list[np.ndarray], str]:
    """Read the files from the cache; download those that it does not have whole.

    Returns the arrays as `read_folder` does, and where they are from, in words. Raises DataError if
    a file can be neither read nor downloaded, or cannot be stored; the caller adds what to do.
    """
    cache, mirrors, arrays, why = cache_folder(), list(MIRRORS), [], "from the cache"
    for name in FILES:
        path = cache / f"{name}.gz"
        try:
            arrays.append(read_idx(path, name))
        except DataError as error:
            if offline():
                found = error if path.exists() else f"{path.name} is not in the cache"
                raise DataError(f"{found} and VAECORE_OFFLINE forbids downloads") from error
            arrays.append(_download(path, name, mirrors))
            why = "just downloaded"
    return arrays, why


def _lost_certificates() -> str:
    """What is wrong with the file of certificates that the environment names; "" if nothing is."""
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if named := os.environ.get(variable):  # the first of them counts
            return "" if Path(named).exists() else f"{variable} names {named}, which is not there"
    return ""


def _download(path: Path, name: str, mirrors: list[str]) -> np.ndarray:
    """Download a file from the first mirror that has it right, verify it, move it to ``path``.

    It is written in a folder of its own and moved in one step: a broken download leaves nothing,
    and two processes at once do not meet. A mirror that fails is asked last for the next file.
    """
    import pooch
    import requests  # pooch downloads with it

    if trouble := _lost_certificates():
        raise DataError(f"{path.name} could not be downloaded ({trouble})")
    fetch = pooch.HTTPDownloader(progressbar=True, chunk_size=2**16, timeout=TIMEOUTS)
    failures = []
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for left in path.parent.glob(".download-*"):  # by a process that was killed
            with contextlib.suppress(FileNotFoundError):  # another process has just tidied up
                if time.time() - left.stat().st_mtime > 24 * 60 * 60:
                    shutil.rmtree(left, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".download-") as folder:
            part = Path(folder) / path.name
            for mirror in list(mirrors):
                try:
                    fetch(mirror + path.name, str(part), None)
                    array = read_idx(part, name)
                    os.replace(part, path)
                    return array
                except (requests.RequestException, DataError) as error:
                    what = str(error).replace(str(part), "the file")
                    if isinstance(error, requests.RequestException):  # its text is too long
                        what = type(error).__name__
                        if error.response is not None:
                            what = f"HTTP status {error.response.status_code}"
                    failures.append(f"{urlsplit(mirror).netloc}: {what}")
                    mirrors.append(mirrors.pop(0))
    except OSError as error:
        raise DataError(
            f"the cache folder {path.parent} cannot be written ({error.strerror}; name another by "
            "VAECORE_CACHE)"
        ) from error
    raise DataError(f"{path.name} could not be downloaded ({'; '.join(failures)})")

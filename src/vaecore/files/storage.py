"""Files that either are whole and right, or are refused: NumPy archives with a checksum, written in one move.

An archive is an ordinary `.npz` (np.load reads it; nothing in it is pickled).  Its member `meta` holds
JSON: the format version, the kind, and what the writer adds.  Its zip comment, the last bytes of the
file, is the SHA-256 of all the bytes before it, so that no changed byte goes unnoticed.
"""

import contextlib
import hashlib
import io
import json
import math
import os
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vaecore.files.zips import is_zip, members_within
from vaecore.foundations.errors import CheckpointError

FORMAT_VERSION = 1
LARGEST = 2**30  # bytes: what an archive may unpack to; no file of ours comes near
_COMMENT_LENGTH = len(b"sha256:") + 64


def write_atomically(path: str | os.PathLike[str], content: bytes) -> None:
    """Write a file in one move: until the very end the old file, if there is one, stays as it was.

    Raises CheckpointError if it cannot be written (a missing folder, no permission, a full disk).
    """
    path = Path(path)
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            temporary = file.name
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o666 & ~_umask())  # a temporary file is private, a saved one is not
        os.replace(temporary, path)
    except OSError as error:
        kept = "; the old file is unchanged" if path.exists() else ""
        raise CheckpointError(
            f"could not write {path}: {error.strerror or error}{kept}. "
            "Make room or name a folder that you may write to"
        ) from error
    finally:
        if temporary is not None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(temporary)  # gone already when all went well


def free_name(path: Path, word: str) -> Path:
    """Return a name beside a file that nothing has: `05_kl.word-1.ipynb`, or the first higher number."""
    number = 1
    while (found := path.with_name(f"{path.stem}.{word}-{number}{path.suffix}")).exists():
        number += 1
    return found


def ensure_writable(folder: str | os.PathLike[str]) -> None:
    """Raise CheckpointError if nothing can be written into this folder: better now than after an hour."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".writable."):
            pass
    except OSError as error:
        raise CheckpointError(
            f"cannot write into the folder {folder}: {error.strerror or error}. "
            "Make room or name a folder that you may write to"
        ) from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def write_archive(
    path: str | os.PathLike[str], kind: str, arrays: Mapping[str, np.ndarray], meta: Mapping[str, Any]
) -> None:
    """Write named arrays and a JSON-able `meta` to `path`, checksummed and in one move.

    Raises CheckpointError if the file cannot be written.
    """
    header = json.dumps({"format": FORMAT_VERSION, "kind": kind, **meta}, sort_keys=True)
    buffer = io.BytesIO()
    members: dict[str, Any] = {"meta": np.frombuffer(header.encode(), np.uint8), **arrays}
    np.savez(buffer, **members)
    body = bytearray(buffer.getvalue())
    body[-2:] = _COMMENT_LENGTH.to_bytes(2, "little")  # a zip file ends with its comment's length
    comment = b"sha256:" + hashlib.sha256(body).hexdigest().encode()
    write_atomically(path, bytes(body) + comment)


def read_archive(
    path: str | os.PathLike[str], kind: str
) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Return the arrays and the meta of an archive of this kind.

    Raises CheckpointError for a file that is missing, damaged, of another kind or of another format, and for
    one that unpacks to more than LARGEST bytes.
    """
    path = Path(path)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(f"could not read {path}: {error.strerror or error}") from error
    body, comment = content[:-_COMMENT_LENGTH], content[-_COMMENT_LENGTH:]
    if not is_zip(content) or not comment.startswith(b"sha256:"):
        raise CheckpointError(
            f"{path} is not a file of vaecore's, or its end is missing ({len(content)} bytes); "
            "it cannot be loaded. Use another copy, or train again"
        )
    if comment != b"sha256:" + hashlib.sha256(body).hexdigest().encode():
        raise CheckpointError(
            f"{path} is damaged: its checksum does not match its content. Use another copy, or train again"
        )
    try:
        arrays = _unpacked(content)
        meta = json.loads(arrays.pop("meta").tobytes())
        version, found = int(meta["format"]), meta["kind"]
    # Whole, but written by something else; zipfile raises what it likes.
    except (
        LookupError, TypeError, ValueError, ArithmeticError, RuntimeError, EOFError, OSError, MemoryError,
        AttributeError, zipfile.BadZipFile, zlib.error,
    ) as error:  # fmt: skip
        raise CheckpointError(f"{path} is not a file of vaecore's: {error}") from error
    if version != FORMAT_VERSION:
        raise CheckpointError(
            f"{path} has format {version}, this version of vaecore reads format {FORMAT_VERSION}; "
            f"{'update vaecore' if version > FORMAT_VERSION else 'load it with the version that wrote it'}"
        )
    if found != kind:
        raise CheckpointError(f"{path} holds a {found}, expected a {kind}")
    return arrays, meta


def _unpacked(content: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of an archive; no more memory is taken than its members really fill.

    Raises ValueError for an array whose header does not fit its bytes, or more than LARGEST bytes, and
    whatever zipfile raises.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = members_within(archive, LARGEST)
        return {name.removesuffix(".npy"): _array_in(data) for name, data in members}


def _array_in(data: bytes) -> np.ndarray:
    """Return the array of a `.npy` file.  Raises ValueError if it is none, or would have to be unpickled."""
    file = io.BytesIO(data)
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0)):
        raise ValueError(f"an array of format {version}")
    header = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, by_columns, dtype = header(file)
    count = math.prod(shape)
    if dtype.hasobject:
        raise ValueError("an array of objects, which would have to be unpickled (allow_pickle=False)")
    if min(shape, default=0) < 0 or count * dtype.itemsize != len(data) - file.tell():
        raise ValueError("an array whose header does not fit its bytes")
    if not count:
        return np.empty(shape, dtype)
    array = np.frombuffer(data, dtype, offset=file.tell())
    return array.reshape(shape, order="F" if by_columns else "C").copy()

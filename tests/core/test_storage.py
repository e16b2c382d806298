"""Archives: whole and right, or refused; and a failed write leaves the old file as it was."""

import errno
import hashlib
import io
import json
import os
import pickle
import stat
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from vaecore import CheckpointError, VaecoreError
from vaecore.files.storage import FORMAT_VERSION, read_archive, write_archive, write_atomically

ARRAYS = {"a": np.arange(3, dtype=np.float32), "b": np.array([[1.5, np.nan]], dtype=np.float64)}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "small.npz"
    write_archive(path, "thing", ARRAYS, {"note": "é"})
    return path


def signed(header: bytes, **arrays) -> bytes:
    """An archive with a right checksum and the header that is given."""
    buffer = io.BytesIO()
    np.savez(buffer, **({"meta": np.frombuffer(header, np.uint8)} if header else {}), **arrays)
    body = bytearray(buffer.getvalue())
    body[-2:] = (71).to_bytes(2, "little")
    return bytes(body) + b"sha256:" + hashlib.sha256(body).hexdigest().encode()


def test_what_is_written_is_read(archive):
    arrays, meta = read_archive(archive, "thing")
    assert meta == {"format": FORMAT_VERSION, "kind": "thing", "note": "é"}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert arrays[name].tobytes() == array.tobytes()


def test_plain_numpy_reads_it_without_pickle(archive):
    with np.load(archive, allow_pickle=False) as plain:
        assert set(plain.files) == {"a", "b", "meta"}
        assert json.loads(plain["meta"].tobytes())["kind"] == "thing"
    with zipfile.ZipFile(archive) as members:
        assert members.testzip() is None


def test_the_same_content_gives_the_same_bytes(archive, tmp_path):
    write_archive(tmp_path / "again.npz", "thing", ARRAYS, {"note": "é"})
    assert (tmp_path / "again.npz").read_bytes() == archive.read_bytes()


def test_every_changed_byte_is_refused(archive):
    content = archive.read_bytes()
    for position in range(len(content)):
        changed = bytearray(content)
        changed[position] ^= 1 << (position % 8)
        archive.write_bytes(changed)
        with pytest.raises(CheckpointError, match=r"small\.npz is (damaged|not a file of vaecore's)"):
            read_archive(archive, "thing")


def test_a_damaged_end_is_refused_whatever_zipfile_makes_of_it(archive, monkeypatch):
    """Python 3.14's is_zipfile raises ValueError for some; its predecessors say False."""

    def is_zipfile(file):
        raise ValueError("negative seek value -1")

    monkeypatch.setattr(zipfile, "is_zipfile", is_zipfile)
    with pytest.raises(CheckpointError, match=r"small\.npz is not a file of vaecore's.*train again"):
        read_archive(archive, "thing")


def test_every_truncation_is_refused(archive):
    content = archive.read_bytes()
    for length in range(len(content)):
        archive.write_bytes(content[:length])
        with pytest.raises(CheckpointError, match=r"damaged|its end is missing \(\d+ bytes\).*train again"):
            read_archive(archive, "thing")


def test_bytes_after_the_end_are_refused(archive):
    archive.write_bytes(archive.read_bytes() + b"x")
    with pytest.raises(CheckpointError, match=r"small\.npz is (damaged|not a file of vaecore's)"):
        read_archive(archive, "thing")


def plain_npz() -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **ARRAYS)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not an archive" * 100, id="text"),
        pytest.param(pickle.dumps({"weights": [1.0] * 100}), id="pickle"),
        pytest.param(plain_npz(), id="npz without checksum"),
        pytest.param(signed(b"", a=ARRAYS["a"]), id="no header"),
        pytest.param(signed(b"{not json"), id="broken header"),
        pytest.param(signed(b"[1, 2]"), id="header of another shape"),
        pytest.param(signed(b'{"format": "one", "kind": "thing"}'), id="format is no number"),
    ],
)
def test_something_else_is_refused(tmp_path, content):
    path = tmp_path / "other.npz"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=r"other\.npz is not a file of vaecore's"):
        read_archive(path, "thing")


def test_pickled_arrays_are_not_unpickled(tmp_path):
    path = tmp_path / "evil.npz"
    header = json.dumps({"format": FORMAT_VERSION, "kind": "thing"}).encode()
    path.write_bytes(signed(header, a=np.array([{"any": "object"}], dtype=object)))
    with pytest.raises(CheckpointError, match=r"not a file of vaecore's: .*allow_pickle=False"):
        read_archive(path, "thing")


def test_another_kind_is_refused(archive):
    with pytest.raises(CheckpointError, match=r"small\.npz holds a thing, expected a VAE"):
        read_archive(archive, "VAE")


@pytest.mark.parametrize(
    ("version", "advice"),
    [(FORMAT_VERSION + 1, "update vaecore"), (0, "load it with the version that wrote it")],
)
def test_another_format_is_refused(tmp_path, version, advice):
    path = tmp_path / "other.npz"
    path.write_bytes(signed(json.dumps({"format": version, "kind": "thing"}).encode()))
    with pytest.raises(
        CheckpointError, match=rf"has format {version}, .* reads format {FORMAT_VERSION}; {advice}"
    ):
        read_archive(path, "thing")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    with pytest.raises(CheckpointError, match=r"could not read .*none\.npz: No such file"):
        read_archive(tmp_path / "none.npz", "thing")
    with pytest.raises(CheckpointError, match=r"could not read .*: Is a directory"):
        read_archive(tmp_path, "thing")


def test_an_unreadable_file_is_refused(archive, monkeypatch):
    # Removing the permission would not stop root, who may be running this.
    def refuse(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(CheckpointError, match=r"could not read .*small\.npz: Permission denied"):
        read_archive(archive, "thing")


@pytest.mark.parametrize("step", ["write", "fsync", "chmod", "replace"])
@pytest.mark.parametrize("old", [True, False])
def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch, step, old):
    path = tmp_path / "model.npz"
    if old:
        path.write_bytes(b"old")

    def disk_full(*_args, **_keywords):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    if step == "write":
        import tempfile

        named = tempfile.NamedTemporaryFile

        def file_on_a_full_disk(*args, **keywords):
            file = named(*args, **keywords)
            file.write = disk_full
            return file

        monkeypatch.setattr(tempfile, "NamedTemporaryFile", file_on_a_full_disk)
    else:
        monkeypatch.setattr(os, step, disk_full)
    with pytest.raises(
        CheckpointError, match=r"could not write .*model\.npz: No space left on device"
    ) as caught:
        write_atomically(path, b"new")
    assert ("the old file is unchanged" in str(caught.value)) == old
    assert "Make room" in str(caught.value)
    assert isinstance(caught.value, OSError) and isinstance(caught.value, VaecoreError)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == ([("model.npz", b"old")] if old else [])


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    path.write_bytes(b"old")

    def interrupt(_descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_atomically(path, b"new")
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("model.npz", b"old")]


FULL_DISK = """
import resource, sys
import numpy as np
from vaecore import CheckpointError
from vaecore.files.storage import write_archive
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    write_archive(sys.argv[1], "thing", {"big": np.zeros(100_000)}, {})
except CheckpointError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no limit of a file's size")
def test_when_the_system_really_refuses_to_write_the_old_file_survives(archive):
    before = archive.read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(archive)],
        capture_output=True,
        text=True,
        timeout=600,
        check=True,
    )
    assert "small.npz: File too large; the old file is unchanged" in done.stdout
    assert archive.read_bytes() == before
    assert [p.name for p in archive.parent.iterdir()] == [archive.name]


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CheckpointError, match=r"could not write .*model\.npz: No such file or directory"):
        write_atomically(tmp_path / "none" / "model.npz", b"new")


def test_a_folder_is_not_overwritten(tmp_path):
    (tmp_path / "model.npz").mkdir()
    with pytest.raises(CheckpointError, match=r"could not write .*model\.npz: Is a directory"):
        write_atomically(tmp_path / "model.npz", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["model.npz"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no umask")
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_umask_is_respected_and_kept(tmp_path, umask, mode):
    before = os.umask(umask)
    try:
        write_atomically(tmp_path / "file", b"x")
        assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == mode
    finally:
        assert os.umask(before) == umask


def test_until_the_very_end_the_old_file_is_there(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    path.write_bytes(b"old")
    seen = []
    replace = os.replace

    def watch(source, target):
        with open(source, "rb") as new:
            seen.append((path.read_bytes(), new.read()))
        replace(source, target)

    monkeypatch.setattr(os, "replace", watch)
    write_atomically(path, b"new")
    assert seen == [(b"old", b"new")]
    assert path.read_bytes() == b"new"

"""Downloading MNIST: mirrors on this machine that are well, down, wrong, slow or two at once."""

import errno
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time

import numpy as np
import pooch
import pytest
from fake_mnist import NAMES, random_files, run_mirrors

from vaecore.files import data, mnist_files
from vaecore.foundations.errors import DataError

FIRST = f"{NAMES[0]}.gz"
COMPLETE = sorted(f"{name}.gz" for name in NAMES)
INSTEAD = 'or use the embedded digits, source="sample"'
SAMPLE = "Data: the embedded sample of MNIST (4,500 + 500 digits), because "


@pytest.fixture
def cache(monkeypatch, tmp_path):
    """An empty cache, the network allowed, no proxy between us and the mirrors."""
    for name in ("VAECORE_DATA", "VAECORE_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "127.0.0.1")
    monkeypatch.setenv("VAECORE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def mirrors(monkeypatch, cache):
    contents, table = random_files()
    monkeypatch.setattr(mnist_files, "FILES", table)
    with run_mirrors(contents) as server:
        monkeypatch.setattr(mnist_files, "MIRRORS", server.urls)
        yield server


@pytest.fixture
def no_network(monkeypatch, cache):
    """Mirrors at a port where nobody listens, as long as the socket that holds it lives."""
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{nobody.getsockname()[1]}"
        monkeypatch.setattr(mnist_files, "MIRRORS", (f"http://{host}/one/", f"http://{host}/two/"))
        yield host


def files_in(cache):
    return sorted(path.name for path in cache.iterdir())


def test_download_then_cache(mirrors, cache, capsys):
    first = data.load_mnist()
    printed = capsys.readouterr()
    assert printed.out == "Data: the full MNIST (40 + 20 digits), just downloaded.\n"
    assert printed.err.count("100%") == 4  # a progress bar for each file
    assert mirrors.asked == [f"/one/{name}.gz" for name in NAMES]
    assert files_in(cache) == COMPLETE
    again = data.load_mnist()
    assert capsys.readouterr().out == "Data: the full MNIST (40 + 20 digits), from the cache.\n"
    assert len(mirrors.asked) == 4  # nothing was asked for again
    assert first.source == again.source == "mnist"
    assert np.array_equal(first.train_images, again.train_images)
    assert data.fetch_mnist() == cache and len(mirrors.asked) == 4


def test_cache_is_read_without_a_network(mirrors, cache, monkeypatch):
    data.fetch_mnist()
    monkeypatch.setenv("VAECORE_OFFLINE", "1")
    assert data.load_mnist("mnist").test_images.shape == (20, 784)


def test_default_cache_is_the_systems(mirrors, monkeypatch, tmp_path):
    monkeypatch.delenv("VAECORE_CACHE")
    monkeypatch.setattr(pooch, "os_cache", lambda project: tmp_path / "system" / project)
    assert data.fetch_mnist() == tmp_path / "system" / "vaecore"
    assert files_in(tmp_path / "system" / "vaecore") == COMPLETE


def wrong_hash(mirrors, path):
    content = gzip.decompress(mirrors.held[path])
    mirrors.held[path] = gzip.compress(content[:-1] + bytes([content[-1] ^ 1]))


def truncated(mirrors, path):
    mirrors.held[path] = mirrors.held[path][:-100]


def corrupt_gzip(mirrors, path):
    mirrors.held[path] = mirrors.held[path][:10] + b"\xff" * 1000


def login_page(mirrors, path):
    mirrors.held[path] = b"<html>Please log in to this network</html>"


def absent(mirrors, path):
    del mirrors.held[path]


def broken_off(mirrors, path):
    mirrors.cut.add(path)


FAILURES = {
    wrong_hash: "the file is damaged or not MNIST's file: its SHA-256 is wrong",
    truncated: "the file is damaged: it cannot be unpacked",
    corrupt_gzip: "the file is damaged: it cannot be unpacked",
    login_page: "the file is not MNIST's file: it begins with the bytes b'<html>",
    absent: "HTTP status 404",
    broken_off: "ChunkedEncodingError",
}


@pytest.mark.parametrize("fail", FAILURES)
def test_second_mirror_helps(fail, mirrors, cache):
    fail(mirrors, f"/one/{FIRST}")
    assert data.load_mnist("mnist").train_images.shape == (40, 784)
    # The mirror that failed is not the first to be asked for the other files.
    assert mirrors.asked == [f"/one/{FIRST}"] + [f"/two/{name}.gz" for name in NAMES]
    assert files_in(cache) == COMPLETE


@pytest.mark.parametrize("fail", FAILURES)
def test_failure_of_both_mirrors_leaves_nothing(fail, mirrors, cache, capsys):
    for mirror in ("one", "two"):
        fail(mirrors, f"/{mirror}/{FIRST}")
    with pytest.raises(DataError) as caught:
        data.load_mnist("mnist")
    message = str(caught.value)
    assert message.startswith(f"The full MNIST is not at hand: {FIRST} could not be downloaded (")
    assert message.count(f"{mirrors.host}: {FAILURES[fail]}") == 2
    assert message.endswith(f"{INSTEAD}.") and ".download" not in message
    assert files_in(cache) == []
    assert isinstance(caught.value, OSError)
    capsys.readouterr()
    assert data.load_mnist("auto").source == "sample"
    line = capsys.readouterr().out
    assert line.startswith(f"{SAMPLE}{FIRST} could not be downloaded ({mirrors.host}: ")
    assert line.count("\n") == 1 and line.endswith(").\n")


def test_failure_at_the_last_file_keeps_the_others(mirrors, cache):
    for mirror in ("one", "two"):
        absent(mirrors, f"/{mirror}/{NAMES[3]}.gz")
    with pytest.raises(DataError, match=rf"{NAMES[3]}\.gz could not be downloaded"):
        data.fetch_mnist()
    assert files_in(cache) == sorted(f"{name}.gz" for name in NAMES[:3])


def test_first_mirror_down(mirrors, no_network, cache, monkeypatch):
    monkeypatch.setattr(mnist_files, "MIRRORS", (f"http://{no_network}/", mirrors.urls[1]))
    data.fetch_mnist()
    assert files_in(cache) == COMPLETE


def test_no_network(no_network, cache, capsys):
    with pytest.raises(DataError) as caught:
        data.fetch_mnist()
    assert f"({no_network}: ConnectionError; {no_network}: ConnectionError)" in str(caught.value)
    assert "Connect to the network" in str(caught.value)
    assert data.load_mnist().source == "sample"
    assert capsys.readouterr().out.startswith(f"{SAMPLE}{FIRST} could not be downloaded ({no_network}: ")
    assert files_in(cache) == []


def test_mirror_that_never_answers(mirrors, monkeypatch):
    released = threading.Event()
    mirrors.before = lambda path: released.wait(8)  # less than the usual timeout
    monkeypatch.setattr(mnist_files, "TIMEOUTS", (30, 0.1))
    with pytest.raises(DataError, match="ReadTimeout"):
        data.fetch_mnist()
    released.set()


def test_offline_asks_nobody(mirrors, cache, monkeypatch, capsys):
    monkeypatch.setenv("VAECORE_OFFLINE", "1")
    reason = f"{FIRST} is not in the cache and VAECORE_OFFLINE forbids downloads"
    assert data.load_mnist().source == "sample"
    assert capsys.readouterr().out == f"{SAMPLE}{reason}.\n"
    for ask in (data.fetch_mnist, lambda: data.load_mnist("mnist")):
        with pytest.raises(DataError) as caught:
            ask()
        assert str(caught.value).startswith(f"The full MNIST is not at hand: {reason}. ")
    assert mirrors.asked == [] and not cache.exists()
    monkeypatch.setenv("VAECORE_OFFLINE", "0")
    assert data.load_mnist("mnist").source == "mnist"


def test_damaged_file_in_the_cache(mirrors, cache, monkeypatch, capsys):
    data.fetch_mnist()
    whole = (cache / FIRST).read_bytes()
    (cache / FIRST).write_bytes(whole[:500])
    monkeypatch.setenv("VAECORE_OFFLINE", "1")
    with pytest.raises(DataError, match=r"is damaged: .* and VAECORE_OFFLINE forbids") as caught:
        data.load_mnist("mnist")
    assert str(cache / FIRST) in str(caught.value)
    capsys.readouterr()
    assert data.load_mnist().source == "sample"
    assert capsys.readouterr().out.startswith(f"{SAMPLE}{cache / FIRST} is damaged")
    monkeypatch.delenv("VAECORE_OFFLINE")
    assert data.load_mnist("mnist").source == "mnist"
    assert (cache / FIRST).read_bytes() == whole and len(mirrors.asked) == 5


def test_server_that_unpacks_on_the_way(mirrors, cache, monkeypatch):
    mirrors.headers["Content-Encoding"] = "gzip"
    assert data.load_mnist("mnist").train_images.shape == (40, 784)
    monkeypatch.setenv("VAECORE_OFFLINE", "1")
    assert data.load_mnist("mnist").train_images.shape == (40, 784)


def test_interrupt_leaves_nothing(mirrors, cache, monkeypatch):
    def interrupted(self, url, output_file, pooch):
        with open(output_file, "wb") as part:
            part.write(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", interrupted)
    with pytest.raises(KeyboardInterrupt):
        data.load_mnist()
    assert files_in(cache) == []


def test_what_a_killed_process_left_is_removed_after_a_day(mirrors, cache):
    old, new = cache / ".download-old", cache / ".download-new"
    for left in (old, new):
        left.mkdir(parents=True)
        (left / FIRST).write_bytes(b"half")
    two_days_ago = time.time() - 2 * 24 * 60 * 60
    os.utime(old, (two_days_ago, two_days_ago))
    data.fetch_mnist()
    assert files_in(cache) == sorted([".download-new", *COMPLETE])


def test_process_that_tidies_up_meanwhile(mirrors, cache, monkeypatch):
    monkeypatch.setattr(mnist_files.Path, "glob", lambda folder, pattern: iter([folder / ".download-gone"]))
    assert data.fetch_mnist() == cache


def test_unwritable_cache(mirrors, monkeypatch, tmp_path, capsys):
    (tmp_path / "file").write_bytes(b"")
    folder = tmp_path / "file" / "cache"  # not even root makes a folder in a file
    monkeypatch.setenv("VAECORE_CACHE", str(folder))
    reason = f"the cache folder {folder} cannot be written (Not a directory; name another by VAECORE_CACHE)"
    with pytest.raises(DataError) as caught:
        data.fetch_mnist()
    assert str(caught.value).startswith(f"The full MNIST is not at hand: {reason}. ")
    assert data.load_mnist().source == "sample"
    assert capsys.readouterr().out == f"{SAMPLE}{reason}.\n"


def test_full_disk(mirrors, cache, monkeypatch):
    def full_disk(source, target):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(mnist_files.os, "replace", full_disk)
    with pytest.raises(DataError, match=r"cannot be written .*No space left on device"):
        data.fetch_mnist()
    assert files_in(cache) == []


def test_two_processes_at_once(mirrors, cache):
    both = threading.Barrier(2)  # neither gets its first file before the other has asked for it

    def meet(path):
        if path.endswith(FIRST):
            both.wait(60)

    mirrors.before = meet
    code = (
        "import json, sys; from vaecore import data, mnist_files; "
        "mnist_files.FILES, mnist_files.MIRRORS = json.loads(sys.argv[1]); "
        "print(data.load_mnist('mnist').train_images.shape)"
    )
    command = [sys.executable, "-W", "error", "-c", code, json.dumps([mnist_files.FILES, mirrors.urls])]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, **pipes) as one, subprocess.Popen(command, **pipes) as two:
        for process in (one, two):
            out, err = process.communicate(timeout=600)
            assert (process.returncode, out) == (0, "(40, 784)\n"), err
    assert mirrors.asked.count(f"/one/{FIRST}") == 2
    assert files_in(cache) == COMPLETE
    assert data.load_mnist("mnist").source == "mnist"

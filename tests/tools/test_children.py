"""One at a time, and nothing left behind: locks that hold on NFS too, and what SIGTERM ends."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from browser import ROOT

from tools.setup import children

# A `make book` in small: it waits for a lock, and starts a program that goes on for ever.
PARENT = f"""
import sys, time
sys.path.insert(0, {str(ROOT)!r})
from pathlib import Path
from tools.setup.children import alone, child, leave_on_sigterm
leave_on_sigterm()
with alone(Path(sys.argv[1])) as lock:
    with child([sys.executable, "-c", "import time; time.sleep(1e6)"], {{}}, lock):
        print("begun", flush=True)
        time.sleep(1e6)
"""


@pytest.fixture
def lock(tmp_path) -> Path:
    file = tmp_path / "lock"
    file.write_text("content")
    return file


def is_free(lock: Path) -> bool:
    with open(lock, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def start(lock: Path) -> tuple[subprocess.Popen[str], psutil.Process]:
    """The parent, and its child."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, lock], stdout=subprocess.PIPE, text=True)
    assert parent.stdout.readline() == "begun\n"
    return parent, psutil.Process(parent.pid).children()[0]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_what_was_started_ends_with_us(sign, lock):
    parent, program = start(lock)
    with parent:
        assert not is_free(lock)
        if sign == signal.SIGINT:
            program.send_signal(sign)  # in a terminal, Ctrl-C is for both
        parent.send_signal(sign)
        if sign == signal.SIGTERM:
            parent.send_signal(sign)  # once more, while the program is being ended
        parent.wait(600)
        assert not program.is_running() and is_free(lock)


def test_killed_outright_the_lock_is_kept_by_what_goes_on(lock):
    parent, program = start(lock)
    with parent:
        parent.kill()
        parent.wait(600)
        assert program.is_running() and not is_free(lock)
        program.kill()
        deadline = time.monotonic() + 600
        while not is_free(lock):
            assert time.monotonic() < deadline
            time.sleep(0.01)
    assert lock.read_text() == "content"


def flock_on_nfs(handle: object, operation: int) -> None:
    """As NFS does it: for oneself alone one locks only what one has opened for writing."""
    mode = fcntl.fcntl(handle, fcntl.F_GETFL) & os.O_ACCMODE
    if operation & fcntl.LOCK_EX and mode == os.O_RDONLY:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def test_locks_hold_in_a_home_on_nfs(lock, monkeypatch):
    monkeypatch.setattr(fcntl, "flock", flock_on_nfs)
    with children.alone(lock) as descriptor:
        assert descriptor is not None
    source = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "tools").rglob("*.py"))]
    assert sum("flock(" in text for text in source) == 1, "all locks are taken in children.py"


def test_where_nothing_can_be_written_nothing_is_locked(lock, monkeypatch):
    def refuse(file, mode):
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(file))

    monkeypatch.setattr("builtins.open", refuse)
    with children.alone(lock) as descriptor:
        assert descriptor is None


def test_sigterm_ends_the_build_with_all_that_it_has_started(tmp_path, monkeypatch):
    """`make book` in the hands of a CI job that ends: no jupyter-book goes on while the lock is free."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "_config.yml").touch()
    slow = tmp_path / "python"  # in place of the one that would run jupyter-book
    program = "import os, time\nopen('begun', 'w').write(str(os.getpid()))\ntime.sleep(1e6)\n"
    slow.write_text(f"#!{sys.executable}\n{program}")
    slow.chmod(0o755)
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); sys.executable = {str(slow)!r}\n"
        "from tools.building.build_book import main; sys.exit(main())"
    )
    with subprocess.Popen([sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.DEVNULL) as build:
        deadline = time.monotonic() + 600
        while not (tmp_path / "begun").exists() or not (tmp_path / "begun").read_text():
            assert build.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        jupyter_book = psutil.Process(int((tmp_path / "begun").read_text()))
        assert not is_free(tmp_path / "book" / "_build" / "lock")
        build.terminate()
        assert build.wait(600) == 128 + signal.SIGTERM
    assert not jupyter_book.is_running() and is_free(tmp_path / "book" / "_build" / "lock")

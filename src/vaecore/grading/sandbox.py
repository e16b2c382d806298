"""Where a hand-in runs: inside bubblewrap, where a probe shows that it works, or in a plain process.

Inside, there is a read-only file system with Python and the packages, an empty folder of 64 MB to write in,
no network, no other process, no file of the machine's owner, and no environment.
"""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vaecore.foundations.errors import VaecoreError

ROOM = 64 * 2**20  # bytes that can be written
WORK = "/work"
PACKAGE_FOLDER = "/package"
PROBE_SECONDS = 60.0


class NoSandboxError(VaecoreError):
    """Untrusted code cannot be locked in here."""


@dataclass(frozen=True)
class Sandbox:
    """name: "bubblewrap ..." or "none"; why: where there is none, what the probe has said."""

    bwrap: str | None
    name: str
    why: str = ""


def find_sandbox() -> Sandbox:
    """Try bubblewrap on a harmless program; return what will be used."""
    program = shutil.which("bwrap")
    if program is None:
        return Sandbox(None, "none", "bubblewrap (bwrap) is not installed")
    try:
        version = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=PROBE_SECONDS
        )
        command = [*walls(program, Path(tempfile.gettempdir())), sys.executable, "-I", "-c", "print(6 * 7)"]
        probe = subprocess.run(command, capture_output=True, text=True, timeout=PROBE_SECONDS)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Sandbox(None, "none", f"bubblewrap could not be tried ({error})")
    if probe.stdout.strip() != "42":
        said = (probe.stderr.strip().splitlines() or ["it said nothing"])[-1][:200]
        return Sandbox(None, "none", f"bubblewrap does not work here: {said}")
    return Sandbox(program, version.stdout.strip() or "bubblewrap")


def walls(bwrap: str, package: Path) -> list[str]:
    """Return the command of bubblewrap, up to the program that runs inside.

    package: the folder with the copy of the package, without solutions.
    """
    bound: list[str] = []
    for path in dict.fromkeys(("/usr", *_folders_of_python())):
        bound += ["--ro-bind", path, path]
    for path in ("/lib", "/lib32", "/lib64", "/bin", "/sbin"):
        if os.path.islink(path):
            bound += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            bound += ["--ro-bind", path, path]
    for path in ("/etc/ld.so.cache", "/etc/localtime"):
        bound += ["--ro-bind-try", path, path]
    own = Path(sysconfig.get_path("purelib")) / "vaecore"
    if own.is_dir():  # an ordinary installation, with its solutions
        bound += ["--tmpfs", str(own)]
    return [
        bwrap, "--unshare-all", "--unshare-user", "--uid", "65534", "--gid", "65534", "--cap-drop", "ALL",
        "--new-session", "--die-with-parent", "--as-pid-1", "--hostname", "sandbox", "--clearenv",
        "--proc", "/proc", "--dev", "/dev", "--size", str(ROOM), "--tmpfs", "/dev/shm",
        "--size", str(ROOM), "--tmpfs", "/tmp", "--size", str(ROOM), "--tmpfs", WORK,
        *bound,
        "--ro-bind", str(package), PACKAGE_FOLDER,
        "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK,
        *(part for pair in environment(PACKAGE_FOLDER, WORK).items() for part in ("--setenv", *pair)),
        "--",
    ]  # fmt: skip


def _folders_of_python() -> list[str]:
    folders = [sys.base_prefix, sys.prefix]
    return [folder for folder in folders if not folder.startswith("/usr/") and folder != "/usr"]


def environment(package: str, work: str) -> Mapping[str, str]:
    """All that the process finds in its environment."""
    return {
        "PATH": "/usr/bin:/bin", "HOME": work, "LANG": "C.UTF-8", "PYTHONPATH": package,
        "PYTHONSAFEPATH": "1", "PYTHONNOUSERSITE": "1", "PYTHONDONTWRITEBYTECODE": "1", "MPLBACKEND": "agg",
        "MPLCONFIGDIR": work, "IPYTHONDIR": work, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
        "VAECORE_OFFLINE": "1",
    }  # fmt: skip


class Process:
    """A running worker: where to write, where to read, whose processor time counts, and how to end it."""

    def __init__(self, sandbox: Sandbox, package: Path, megabytes: int, seconds: int) -> None:
        python = [sys.executable, "-m", "vaecore.grading.inside.worker", str(megabytes), str(seconds)]
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        if sandbox.bwrap is not None:
            reading, writing = os.pipe()
            command = [sandbox.bwrap, "--info-fd", str(writing), *walls(sandbox.bwrap, package)[1:], *python]
            self._popen = subprocess.Popen(command, **pipes, pass_fds=(writing,), env={}, cwd="/")  # type: ignore[call-overload]
            os.close(writing)
            self.id = _child_of(reading) or self._popen.pid
        else:
            self._folder = tempfile.TemporaryDirectory(prefix="vaecore-hand-in-", ignore_cleanup_errors=True)
            where = self._folder.name
            env = dict(environment(str(package), where))
            self._popen = subprocess.Popen(python, **pipes, env=env, cwd=where, start_new_session=True)  # type: ignore[call-overload]
            self.id = self._popen.pid
        self.writing: int = self._popen.stdin.fileno()
        self.reading: int = self._popen.stdout.fileno()

    def end(self) -> None:
        """End it, whatever it does; bubblewrap takes with it what it holds."""
        self._popen.kill()
        self._popen.wait()
        for pipe in (self._popen.stdin, self._popen.stdout):
            try:
                pipe.close()
            except OSError:  # what could not be sent any more
                pass
        if self._folder is not None:
            self._folder.cleanup()


def _child_of(reading: int) -> int | None:
    """Return the process inside, as bubblewrap tells it; None where it has told nothing."""
    with os.fdopen(reading, "rb") as file:
        text = file.read(65_536)
    try:
        return int(json.loads(text)["child-pid"])
    except (ValueError, KeyError, TypeError):
        return None

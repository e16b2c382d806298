"""One at a time, and nothing left behind: a lock on a file, and programs that end with who started them.

Uses the standard library alone, since it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import NoReturn

PATIENCE = 30  # seconds for a program to end by itself


@contextmanager
def alone(file: Path) -> Iterator[int | None]:
    """While the block runs, whoever asks for the same file waits.  It must exist; its content is left alone.

    Yields the lock's descriptor, for `child`.  The file is opened for writing, since on NFS nothing else can
    be locked for oneself alone.  None where it cannot be written: there nothing is to be guarded.
    """
    try:
        handle = open(file, "r+b")
    except OSError:
        yield None
        return
    with handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle.fileno()


@contextmanager
def child(
    command: list[str | Path], environment: Mapping[str, str], lock: int | None = None, **options: object
) -> Iterator[subprocess.Popen[str]]:
    """A program that is ended when the block is left early.

    It holds the lock too: were this process killed outright, nobody else would start beside the program.
    """
    locks = () if lock is None else (lock,)
    process = subprocess.Popen(command, env=dict(environment), pass_fds=locks, text=True, **options)
    try:
        yield process
    except BaseException as reason:
        # Ctrl-C in a terminal is for all of its programs; else it is told, as if by Ctrl-C.
        tell = not isinstance(reason, KeyboardInterrupt)
        while process.poll() is None:
            with suppress(KeyboardInterrupt):  # a second Ctrl-C leaves nothing behind either
                end(process, tell)
        raise
    process.wait()


def end(process: subprocess.Popen[str], tell: bool) -> None:
    """Wait for a program's end, and insist."""
    for sign in (signal.SIGINT if tell else None, signal.SIGTERM, signal.SIGKILL):
        if sign is not None:
            process.send_signal(sign)  # does nothing where it has ended
        with suppress(subprocess.TimeoutExpired):
            process.wait(PATIENCE)
            return


def leave_on_sigterm() -> None:
    """Let SIGTERM (`kill`, the end of a CI job) end this process in good order, as Ctrl-C does."""
    signal.signal(signal.SIGTERM, _leave)


def _leave(number: int, frame: FrameType | None) -> NoReturn:
    signal.signal(number, signal.SIG_IGN)  # said once is enough: what was started is being ended
    sys.exit(128 + number)

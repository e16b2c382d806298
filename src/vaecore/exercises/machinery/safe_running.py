"""Run code that may do anything, and come back: time limits, caught output, and a way out.

What counts is the time that the code has computed, so that a machine under load stops nobody; what waits, and
does not compute, is stopped by the clock, much later.

On Linux the code runs in a child process that is a copy of this one (`fork`): whatever it does to names, to
the random state or to itself ends with the child.  When the time is up the child is killed, and no `except`
can catch that.

Elsewhere (macOS, Windows, a debugger) a copy of a running kernel is unsafe or impossible, and the code runs
in a thread.  When the time is up an exception is raised in it; the random state is put back.
Three things cannot be stopped there: a loop that catches every exception, a call into compiled code that does
not return, and `os._exit`, which ends the kernel.  The first two are left behind, and the kernel goes on.
In a page, whose Python has neither processes nor threads, the code runs in place; the page keeps the time,
and ends the interpreter when it is up.
Code that is out to do harm has the rights of the notebook, and is stopped nowhere but in `vaecore grade`.
"""

import builtins
import contextlib
import faulthandler
import io
import os
import pickle
import random
import selectors
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

TIME_LIMIT = 5.0  # seconds of the processor; a check takes well under one
CLOCK_LIMIT = 60.0  # seconds by the clock, for what waits
LOOK = 0.05  # seconds between two looks at the clocks
OUTPUT_LIMIT = 2_000  # characters that are kept of what the code prints
MEMORY_LIMIT = 2 * 2**30  # bytes that a child may take beyond what it starts with


@dataclass(frozen=True)
class Outcome:
    """How a run ended: "returned" (a value), "raised" (an exception), "ended" (Python quit), "timeout" (it
    computed too long) or "waited" (it was not done after CLOCK_LIMIT).
    """

    how: str
    value: Any = None
    error: str = ""
    printed: str = ""


class _Output(io.TextIOBase):
    """A file that keeps the first characters written to it, and forgets the rest."""

    def __init__(self) -> None:
        self.kept = ""
        self.dropped = 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        room = OUTPUT_LIMIT - len(self.kept)
        self.kept += text[:room]
        self.dropped += max(0, len(text) - room)
        return len(text)

    def text(self) -> str:
        return self.kept + (f"\n... and {self.dropped} more characters" if self.dropped else "")


class TimeIsUp(BaseException):
    """Raised in a thread whose time is up, and for an answer elsewhere; how: as in `Outcome`."""

    how = property(lambda self: self.args[0] if self.args else "timeout")


def can_fork() -> bool:
    """Whether a copy of this process can run the code, and be ended from outside."""
    return sys.platform == "linux" and hasattr(os, "fork") and not _is_traced()


def in_place() -> bool:
    """Whether this is a page's Python (Pyodide), which has neither processes nor threads."""
    return sys.platform == "emscripten"


def _is_traced() -> bool:
    """Whether a debugger watches this process: in a copy of it the debugger waits, without end, for answers.

    JupyterLab's and VS Code's set a trace function, and from Python 3.12 on they may use `sys.monitoring`.
    """
    if sys.gettrace() is not None:
        return True
    monitoring = getattr(sys, "monitoring", None)
    return monitoring is not None and monitoring.get_tool(monitoring.DEBUGGER_ID) is not None


def run(task: Callable[[], Any], seconds: float, *, here: bool = False) -> Outcome:
    """Run task() and return how it ended, after at most about `seconds` of computing, and CLOCK_LIMIT.

    Its value must be picklable.  In a page (`in_place`) the page ends what does not come back.  here: the
    answer runs elsewhere (`answers.Elsewhere`).
    """
    if not here and not in_place():
        return _run_in_child(task, seconds) if can_fork() else _run_in_thread(task, seconds)
    with _state_put_back():
        return attempt(task)


def attempt(task: Callable[[], Any]) -> Outcome:
    """Run the task here and now, quietly."""
    output = _Output()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(output):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                how, value, error = "returned", task(), ""
            except TimeIsUp as end:
                how, value, error = end.how, None, ""
            except BaseException as problem:
                how, value, error = "raised", None, f"{type(problem).__name__}: {problem}"
    return Outcome(how, value, error, output.text())


def _run_in_child(task: Callable[[], Any], seconds: float) -> Outcome:
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        # Python warns that other threads are not copied; the child uses none of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        os.close(reading)
        _be_the_child(task, writing)
    os.close(writing)
    try:
        message, late = _read_all(reading, child, seconds)
    finally:  # also when the reader of the notebook interrupts the check
        os.close(reading)
        for end in (os.killpg, os.kill):  # with the processes that it may have started
            with contextlib.suppress(ProcessLookupError, PermissionError):
                end(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if late:
        return Outcome(late)
    try:
        return pickle.loads(message)
    except Exception:  # cut short: the code ended the process before it could answer
        return Outcome("ended")


def _be_the_child(task: Callable[[], Any], writing: int) -> None:
    status = 1
    try:
        _leave_the_notebook()
        _compute_in_one_thread()
        faulthandler.disable()  # a crash is the answer's, and needs no report in the notebook's log
        os.setsid()  # a group of its own, which the parent can end as a whole
        _limit_memory()
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        message = pickle.dumps(attempt(task))
        with os.fdopen(writing, "wb") as file:
            file.write(message)
        status = 0
    finally:
        os._exit(status)  # no `finally`, no atexit of the notebook runs a second time


def _leave_the_notebook() -> None:
    """Cut the ways in which code talks to a notebook: the connection is the parent's."""
    builtins.input = _nobody_types
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is not None:
        shell.ask_exit = sys.exit  # what exit() and quit() come to in a notebook
        shell.display_pub.publish = lambda *args, **kwargs: None


def _compute_in_one_thread() -> None:
    """Let PyTorch wait for no thread of the notebook's: a copied process has only the one that copied it."""
    torch = sys.modules.get("torch")
    if torch is not None:
        with contextlib.suppress(Exception):  # half imported, or another module of that name
            torch.set_num_threads(1)


def _nobody_types(prompt: object = "") -> str:
    raise EOFError("input() was called, and nobody can type during a check; use the function's arguments")


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY_LIMIT, resource.RLIM_INFINITY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read_all(reading: int, child: int, seconds: float) -> tuple[bytes, str]:
    """Return what came through the pipe; and "timeout" or "waited" if the time was up before its end."""
    pieces: list[bytes] = []
    end = time.monotonic() + CLOCK_LIMIT
    with selectors.DefaultSelector() as selector:
        selector.register(reading, selectors.EVENT_READ)
        while True:
            if selector.select(LOOK):
                piece = os.read(reading, 65_536)
                if not piece:
                    return b"".join(pieces), ""
                pieces.append(piece)
            elif _has_ended(child):  # a process that the code has started holds the pipe open
                return b"".join(pieces), ""
            elif processor_time(child) > seconds:
                return b"".join(pieces), "timeout"
            elif time.monotonic() > end:
                return b"".join(pieces), "waited"


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def processor_time(child: int) -> float:
    """The seconds that a process has computed, in all its threads."""
    with open(f"/proc/{child}/stat", encoding="utf-8", errors="replace") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")  # utime and stime, see proc(5)


@contextlib.contextmanager
def _state_put_back() -> Iterator[None]:
    """What code in our own process may leave behind: random states, streams, a working `input`."""
    state, numpy_state = random.getstate(), np.random.get_state()  # noqa: NPY002 (kept for the notebook)
    streams, typed = (sys.stdout, sys.stderr), builtins.input
    try:
        builtins.input = _nobody_types if in_place() else typed
        yield
    finally:
        builtins.input = typed
        sys.stdout, sys.stderr = streams  # a thread that is left behind keeps its own no longer
        random.setstate(state)
        np.random.set_state(numpy_state)  # noqa: NPY002


def _run_in_thread(task: Callable[[], Any], seconds: float) -> Outcome:
    import ctypes  # not above: a page's Python has none

    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(attempt(task)), daemon=True)
    with _state_put_back():
        thread.start()
        late = _join(thread, seconds)
        for _ in range(10):  # again, in case the code has caught the first one
            if not thread.is_alive():
                break
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeIsUp)
            )
            thread.join(0.1)
    if not outcomes or outcomes[0].how == "timeout":
        return Outcome(late or "timeout")
    return outcomes[0]


def _join(thread: threading.Thread, seconds: float) -> str:
    """Wait for a thread; return "timeout" or "waited" if the time was up before its end."""
    computed, end = _thread_clock(thread), time.monotonic() + CLOCK_LIMIT
    while thread.is_alive():
        thread.join(LOOK)
        if computed() > seconds:
            return "timeout"
        if time.monotonic() > end:
            return "waited"
    return ""


def _thread_clock(thread: threading.Thread) -> Callable[[], float]:
    """Return a function that says how long a thread has computed (where nobody knows, the whole process)."""
    start = time.process_time()
    clock_of = getattr(time, "pthread_getcpuclockid", None)

    def computed() -> float:
        if clock_of is not None and thread.ident is not None:
            with contextlib.suppress(OSError):  # it has ended
                return time.clock_gettime(clock_of(thread.ident))
            return 0.0
        return time.process_time() - start

    return computed

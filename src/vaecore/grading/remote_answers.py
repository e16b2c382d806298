"""A hand-in that runs elsewhere: its cells, and its functions as if they were here.

A function of a hand-in is called here like any other; the call goes over as plain data, and so does what it
gives.  The checker sees the same readings as in a notebook, and says the same of them.
"""

import contextlib
import os
import random
import selectors
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vaecore.exercises.machinery import safe_running
from vaecore.exercises.machinery.answers import Elsewhere, Trouble
from vaecore.exercises.machinery.safe_running import TimeIsUp
from vaecore.grading.plain_data import (
    LONGEST_MESSAGE,
    LONGEST_TEXT,
    NotPlainError,
    decode,
    encode,
    line_of,
    message_of,
)
from vaecore.grading.sandbox import Process, Sandbox

START_SECONDS = 120.0  # by the clock, until a worker has imported what it needs
MOST_CALLBACKS = 200_000
KINDS = ("nothing", "raised", "arguments", "unusable")  # of troubles


class Worker:
    """The process of one hand-in.  What ends it, or takes too long, raises TimeIsUp; then it is gone."""

    def __init__(self, sandbox: Sandbox, package: Path, megabytes: int, seconds: int) -> None:
        self._process = Process(sandbox, package, megabytes, seconds)
        self._buffer = bytearray()
        self.alive = True
        os.set_blocking(self._process.reading, False)
        os.set_blocking(self._process.writing, False)
        self.filtered = self._receive(START_SECONDS, START_SECONDS).get("filtered") is True

    def run(self, code: str, computing: float, clock: float) -> str:
        """Run a cell; return "" or the error that it has ended with."""
        return str(self.ask({"cell": code}, computing, clock).get("problem", ""))[:300]

    def answers(self, functions: Mapping[str, str]) -> dict[str, list[Any]]:
        """Return what was handed in: exercise -> answers, each "function" or {"value": plain data}."""
        came = self.ask({"answers": dict(functions)}, 10.0, 60.0).get("answers")
        if not isinstance(came, dict):
            return {}
        return {str(name): list(found)[-5:] for name, found in came.items() if isinstance(found, list)}

    def ask(self, message: Mapping[str, Any], computing: float, clock: float) -> dict[str, Any]:
        """Send a message and return the answer, within so many seconds of computing, and by the clock."""
        self._send(line_of(message), clock)
        return self._receive(computing, clock)

    def end(self) -> None:
        """End the process."""
        self.alive = False
        self._process.end()

    def _give_up(self, how: str) -> None:
        self.end()
        raise TimeIsUp(how)

    def _send(self, data: bytes, clock: float) -> None:
        if not self.alive:
            raise TimeIsUp("ended")
        until, rest = time.monotonic() + clock, memoryview(data)
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.writing, selectors.EVENT_WRITE)
            while rest:
                if time.monotonic() > until:
                    self._give_up("waited")
                if selector.select(safe_running.LOOK):
                    try:
                        rest = rest[os.write(self._process.writing, rest[:65_536]) :]
                    except BlockingIOError:
                        continue
                    except OSError:
                        self._give_up("ended")

    def _receive(self, computing: float, clock: float) -> dict[str, Any]:
        if not self.alive:
            raise TimeIsUp("ended")
        until, before = time.monotonic() + clock, self._computed()
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.reading, selectors.EVENT_READ)
            while (end := self._buffer.find(b"\n")) < 0:
                if selector.select(safe_running.LOOK):
                    piece = os.read(self._process.reading, 2**20)
                    if not piece or len(self._buffer) > LONGEST_MESSAGE:
                        self._give_up("ended")
                    self._buffer += piece
                elif self._computed() - before > computing:
                    self._give_up("timeout")
                if time.monotonic() > until:
                    self._give_up("waited")
        line, self._buffer = bytes(self._buffer[:end]), self._buffer[end + 1 :]
        try:
            return message_of(line)
        except NotPlainError:
            self._give_up("ended")
            raise

    def _computed(self) -> float:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return safe_running.processor_time(self._process.id)
        return 0.0


class RemoteAnswer(Elsewhere):
    """A function of a hand-in; calling it gives a reading."""

    def __init__(self, worker: Worker, exercise: str, position: int) -> None:
        self.worker, self.which = worker, [exercise, position]
        self.printed = ""

    def reading(self, args: tuple, rng: np.random.Generator | None) -> tuple[Any, int | None]:
        kept: dict[int, Any] = {}
        message = {
            "call": self.which,
            "args": [encode(arg, lambda value: _kept(value, kept)) for arg in args],
            "seed": random.getrandbits(32),
            "rng": None if rng is None else rng.bit_generator.state,  # so that noise is that of a notebook
        }
        limits = (safe_running.TIME_LIMIT, safe_running.CLOCK_LIMIT)
        came = self.worker.ask(message, *limits)
        for _ in range(MOST_CALLBACKS):
            if "callback" not in came:
                break
            came = self.worker.ask(_called(came, kept), *limits)
        printed = came.get("printed")
        self.printed = printed[: safe_running.OUTPUT_LIMIT + 100] if isinstance(printed, str) else ""
        if self.printed:
            print(self.printed, end="")
        if rng is not None:
            _go_on(rng, came.get("rng"))
        changed = came.get("changed")
        return _reading_of(came), changed if type(changed) is int and 0 <= changed < len(args) else None


def _go_on(rng: np.random.Generator, state: Any) -> None:
    """Put a generator where the other side has left it; it gives noise to this answer, and to nobody else."""
    with contextlib.suppress(KeyError, TypeError, ValueError, OverflowError):
        numbers = [state["state"]["state"], state["state"]["inc"], state["has_uint32"], state["uinteger"]]
        limits = (2**128, 2**128, 2, 2**32)
        if all(type(n) is int and 0 <= n < most for n, most in zip(numbers, limits, strict=True)):
            rng.bit_generator.state = {
                "bit_generator": "PCG64", "state": {"state": numbers[0], "inc": numbers[1]},
                "has_uint32": numbers[2], "uinteger": numbers[3],
            }  # fmt: skip


def _kept(value: Any, kept: dict[int, Any]) -> Any:
    """Keep a function, or a model, here, and return the number by which it is called."""
    if hasattr(value, "encode") and hasattr(value, "decode") and hasattr(value, "gen_params"):
        kept[len(kept)] = value
        gen, rec = encode(value.gen_params), encode(value.rec_params)
        return {"vae": len(kept) - 1, "gen": gen, "rec": rec}
    if callable(value) and not isinstance(value, type):
        kept[len(kept)] = value
        return {"callable": len(kept) - 1}
    return None


def _called(came: Mapping[str, Any], kept: Mapping[int, Any]) -> dict[str, Any]:
    """Call a function that was kept, as the other side asks; return what it gave, or its error."""
    try:
        function = _asked_for(came["callback"], kept)
        args = [decode(arg) for arg in came["args"]]
        named = {str(name): decode(arg) for name, arg in came["named"].items()}
        return {"value": encode(function(*args, **named))}
    except TimeIsUp:
        raise
    except Exception as problem:  # it was called with what it cannot take
        return {"raised": [type(problem).__name__, str(problem)[:300]]}


def _asked_for(name: Any, kept: Mapping[int, Any]) -> Callable[..., Any]:
    if isinstance(name, list):
        number, method = name
        if method in ("encode", "decode") and type(number) is int and hasattr(kept[number], "gen_params"):
            return getattr(kept[number], method)
    elif type(name) is int and callable(kept[name]):
        return kept[name]
    raise ValueError("there is no such function")


def _reading_of(came: Mapping[str, Any]) -> Any:
    """Return the numbers, or the trouble, that came; what is neither ends the matter."""
    try:
        if "numbers" in came:
            numbers = decode(came["numbers"])
            if isinstance(numbers, np.ndarray) and numbers.dtype == np.float64:
                return numbers
        kind, *texts = came["trouble"]
        text, error, where = (str(part)[:LONGEST_TEXT] for part in texts)
        if kind in KINDS:
            return Trouble(kind, text, error, where)
    except (NotPlainError, KeyError, ValueError, TypeError):
        pass
    return Trouble("unusable", "something that is no result")

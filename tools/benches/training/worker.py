"""A process that runs one contender, a block at a time, on command.

    python -m bench.worker '{"module": "ours", "function": "train_steps", "threads": 1, "task": {...}}'

Each line on its standard input starts a block; after it, one line of JSON goes to its standard output:
seconds by the clock and of the processor, steps, the bound, memory.  The input's end is the end.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
from pathlib import Path
from typing import IO


class Stopwatch:
    """The `after_block` that a contender gets: it reports the block, then waits for the next command."""

    def __init__(self, answers: IO[str]) -> None:
        self.answers = answers
        self.wait()

    def wait(self) -> None:
        if not sys.stdin.readline():
            raise SystemExit
        self.cpu = time.process_time()
        self.start = time.perf_counter()

    def __call__(self, value: float | None, steps: int) -> None:
        seconds = time.perf_counter() - self.start
        cpu = time.process_time() - self.cpu
        answer = {"seconds": seconds, "cpu": cpu, "steps": steps, "value": value, **memory()}
        print(json.dumps(answer), file=self.answers, flush=True)
        self.wait()


def memory() -> dict[str, float]:
    """Return the memory of this process in MB: now, and at its peak.

    Linux hands `ru_maxrss` on from a parent, through fork and exec, so its own peak is read from /proc.
    """
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        unit = 1e6 if sys.platform == "darwin" else 1e6 / 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
        return {"mb": peak, "peak_mb": peak}
    kilobytes = {line.split()[0]: line.split()[1] for line in status.splitlines() if line.startswith("Vm")}
    return {"mb": int(kilobytes["VmRSS:"]) * 1024 / 1e6, "peak_mb": int(kilobytes["VmHWM:"]) * 1024 / 1e6}


def main() -> None:
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not get in between
    order = json.loads(sys.argv[1])
    if order["module"] == "pytorch":
        import torch

        torch.set_num_threads(order["threads"])
    from tools.benches.training.task import Task

    task = Task(**{**order["task"], "hidden": tuple(order["task"]["hidden"])})
    module = importlib.import_module(f"tools.benches.training.{order['module']}")
    contender = getattr(module, order["function"])
    contender(task, Stopwatch(answers))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:  # the conductor says that it was interrupted
        sys.exit(130)

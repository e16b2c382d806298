"""Start a process for each contender, and let them take turns: what slows the machine down hits them all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tools.benches.training.contenders import TRAINING, Contender, present
from tools.benches.training.task import Task

ROOT = Path(__file__).resolve().parents[3]
THREAD_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
PAUSE = 0.05  # seconds between blocks: threads that have no more work go on spinning for some 20 ms


def environment(contender: Contender, threads: int) -> dict[str, str]:
    """Return the variables of a contender's process; a compiled extra is used unless it says otherwise."""
    variables = {name: value for name, value in os.environ.items() if name != "VAECORE_COMPILED"}
    variables |= dict.fromkeys(THREAD_VARIABLES, str(threads)) | contender.environment
    variables["PYTHONPATH"] = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    return variables


class Worker:
    """One contender in its process; use it in a `with` statement."""

    def __init__(self, contender: Contender, task: Task, threads: int) -> None:
        self.label = contender.label
        order = {
            "module": contender.module,
            "function": contender.function,
            "threads": threads,
            "task": asdict(task),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.benches.training.worker", json.dumps(order)],
            env=environment(contender, threads), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(timeout=10)  # it may be in the midst of a block, if there was an error
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()

    def block(self) -> dict[str, Any]:
        """Let it do one block; return what it reports."""
        try:
            self.process.stdin.write("go\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # it is gone: the answer is empty too
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"error: {self.label} stopped with exit code {self.process.wait()}; see above")
        return json.loads(line)


def compete(
    contenders: dict[str, Contender],
    task: Task,
    threads: int,
    rounds: int,
    warm_up: int,
    say: Callable[[str], None],
) -> dict[str, dict[str, Any]]:
    """Return for each contender the milliseconds a step (or image) in every round, its memory, its bound."""
    contenders = present(contenders)
    answers: dict[str, list[dict]] = {name: [] for name in contenders}
    with ExitStack() as stack:
        workers = {n: stack.enter_context(Worker(c, task, threads)) for n, c in contenders.items()}
        for i in range(warm_up + rounds):
            say(f"{task.network}: round {i + 1 - warm_up} of {rounds}" + (" (warm-up)" * (i < warm_up)))
            names = list(workers)
            for name in names[i % len(names) :] + names[: i % len(names)]:  # everybody follows everybody
                time.sleep(PAUSE)
                answers[name].append(workers[name].block())
    return {
        name: {
            "label": contenders[name].label,
            "ms": [1000 * a["seconds"] / a["steps"] for a in answers[name][warm_up:]],
            "cpu_ms": [1000 * a["cpu"] / a["steps"] for a in answers[name][warm_up:]],
            "units": sum(a["steps"] for a in answers[name][warm_up:]),
            "peak_mb": answers[name][-1]["peak_mb"],
            "value": answers[name][-1]["value"],
        }
        for name in contenders
    }


def grow(task: Task, threads: int, epochs: int) -> list[dict[str, Any]]:
    """Train with `train` for so many epochs; return each one's processor time a step, in ms, and memory."""
    contenders = present(TRAINING)
    with Worker(contenders.get("ours", contenders["ours_plain"]), task, threads) as worker:
        answers = [worker.block() for _ in range(epochs)]
    return [{"cpu_ms": 1000 * a["cpu"] / a["steps"], "mb": a["mb"]} for a in answers]

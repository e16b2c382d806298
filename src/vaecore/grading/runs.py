"""All hand-ins of a class: on all cores, each with a judge of its own; a second run goes on."""

import contextlib
import hashlib
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.foundations.errors import CheckpointError
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.hand_ins import HandIn, find_hand_ins
from vaecore.grading.judging_hand_ins import Rules, judge_hand_in
from vaecore.grading.notebook_files import MOST_NOTEBOOKS
from vaecore.grading.results import STUDENTS, all_results, read_result, result_path, write_result, write_table
from vaecore.grading.sandbox import NoSandboxError, Sandbox, find_sandbox
from vaecore.grading.without_solutions import copy_without_solutions

JUDGE_MEGABYTES = 8_000  # of address space, for reading notebooks and for our own computing
PATIENCE = 300.0  # seconds beyond what the rules give to a notebook, before a judge is ended


def chosen_sandbox(without: bool) -> Sandbox:
    """Return the sandbox.  Raises NoSandboxError where there is none, and nobody has said to do without."""
    found = find_sandbox()
    if without:
        return Sandbox(None, "none", "asked for")
    if found.bwrap is None:
        raise NoSandboxError(
            f"{found.why}, and hand-ins are not run without it: they could read your files, the solutions "
            "and each other. Install bubblewrap (Debian: apt install bubblewrap), grade where it works, "
            "or, if you trust everyone who has handed in, add --without-sandbox"
        )
    return found


def grade_folder(
    folder: Path,
    out: Path,
    rules: Rules,
    sandbox: Sandbox,
    *,
    jobs: int = 0,
    again: bool = False,
    say: Callable[[str], None] = lambda words: None,
) -> list[dict[str, Any]]:
    """Judge all hand-ins in a folder; return the results, which are written into `out` as they come.

    jobs: at once; 0: as many as there are cores.  again: also what was judged before, and is unchanged.
    rules.package is made here.
    Raises InvalidInputError where nothing was handed in, CheckpointError where nothing can be written.
    """
    hand_ins = find_hand_ins(folder, rules.assignment)
    try:
        (out / STUDENTS).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CheckpointError(f"could not make the folder {out}: {error.strerror}") from error
    _warm_up(rules)
    with tempfile.TemporaryDirectory(prefix="vaecore-grading-") as temporary:
        package = copy_without_solutions(Path(temporary))
        os.chmod(temporary, 0o755)
        Judges(out, replace(rules, package=package), sandbox, jobs or _cores(), again, say).judge(hand_ins)
    results = all_results(out)
    write_table(out, results)
    return results


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _warm_up(rules: Rules) -> None:
    """Work out once, before the judges are copies of this process, what all of them need."""
    for name in rules.points:
        exercise = EXERCISES[name]
        if isinstance(exercise, CodeExercise):
            _ = (exercise.right_readings, exercise.wrong_readings)


class Judges:
    """A few processes, each with one hand-in; what goes wrong in one ends that one."""

    def __init__(
        self, out: Path, rules: Rules, sandbox: Sandbox, jobs: int, again: bool, say: Callable[[str], None]
    ) -> None:
        self.out, self.rules, self.sandbox = out, rules, sandbox
        self.jobs, self.again, self.say = jobs, again, say
        method = "fork" if "fork" in multiprocessing.get_all_start_methods() else "spawn"
        self.context: Any = multiprocessing.get_context(method)
        self.running: dict[BaseProcess, tuple[HandIn, str, float]] = {}

    def judge(self, hand_ins: list[HandIn]) -> None:
        """Judge them all, and return when the last one has its state."""
        try:
            for number, hand_in in enumerate(hand_ins, 1):
                mark = self._fingerprint(hand_in)
                known = read_result(result_path(self.out, hand_in.student))
                if known and not self.again and mark and known.get("fingerprint") == mark:
                    if known["state"] != "not graded":
                        self.say(
                            f"{number}/{len(hand_ins)} {_shown(hand_in.student)}: as before, {known['state']}"
                        )
                        continue
                while len(self.running) >= self.jobs:
                    self._wait()
                self._start(hand_in, mark)
            while self.running:
                self._wait()
        finally:
            for process in self.running:
                process.kill()
                process.join()

    def _fingerprint(self, hand_in: HandIn) -> str:
        """What stays the same as long as hand-in, rules and package do; "" where it cannot be read."""
        try:
            content = hand_in.digest()
        except OSError:
            return ""
        rules = {k: v for k, v in asdict(self.rules).items() if k != "package"}
        parts = (content, BOOK_VERSION, self.sandbox.bwrap is not None, rules)
        return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()

    def _start(self, hand_in: HandIn, mark: str) -> None:
        result_path(self.out, hand_in.student).unlink(missing_ok=True)
        process = self.context.Process(
            target=_judge_one, args=(hand_in, mark, self.out, self.rules, self.sandbox), daemon=True
        )
        process.start()
        self.running[process] = (
            hand_in,
            mark,
            time.monotonic() + self.rules.seconds * MOST_NOTEBOOKS + PATIENCE,
        )

    def _wait(self) -> None:
        """Wait until a judge is done, or has taken too long; see to it that its hand-in has a state."""
        wait([process.sentinel for process in self.running], timeout=1.0)
        for process, (hand_in, mark, until) in list(self.running.items()):
            late = time.monotonic() > until
            if process.is_alive() and not late:
                continue
            process.kill()
            process.join()
            del self.running[process]
            path = result_path(self.out, hand_in.student)
            if read_result(path) is None:
                reason = "It took too long." if late else f"The judge ended with code {process.exitcode}."
                write_result(path, _result(hand_in, mark, self.sandbox, self.rules, _not_graded(reason)))
            result = read_result(path) or _not_graded("its result could not be read")
            self.say(f"{_shown(hand_in.student)}: {result['state']}. {result['reason']}")


def _judge_one(hand_in: HandIn, mark: str, out: Path, rules: Rules, sandbox: Sandbox) -> None:
    """In a process of its own: judge one hand-in and write what came of it."""
    _limit_memory()
    try:
        found = judge_hand_in(hand_in, rules, sandbox)
    except MemoryError:
        found = {"state": "too large", "reason": "It needs more memory than there is for it.", "notes": [],
                 "exercises": []}  # fmt: skip
    except Exception as problem:
        found = _not_graded(f"{type(problem).__name__}: {str(problem)[:300]}")
    write_result(result_path(out, hand_in.student), _result(hand_in, mark, sandbox, rules, found))


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (JUDGE_MEGABYTES * 2**20, hard))


def _not_graded(reason: str) -> dict[str, Any]:
    return {"state": "not graded", "reason": reason, "notes": [], "exercises": []}


def _result(
    hand_in: HandIn, mark: str, sandbox: Sandbox, rules: Rules, found: dict[str, Any]
) -> dict[str, Any]:
    return {
        "student": hand_in.student, "files": [str(path) for path in (*hand_in.files, *hand_in.links)],
        "fingerprint": mark, "sandbox": sandbox.name, "book": BOOK_VERSION,
        "assignment": rules.assignment, "graded_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", **found,
    }  # fmt: skip


def _shown(name: str) -> str:
    """A student's name as a console can show it: no control characters."""
    return "".join(c if c.isprintable() else "?" for c in name)[:60]

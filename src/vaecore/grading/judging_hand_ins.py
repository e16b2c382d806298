"""The verdict on a hand-in: its cells run elsewhere, its answers are judged here, from plain data."""

import random
import signal
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import (
    ERROR,
    NOT_ATTEMPTED,
    PASSED,
    Verdict,
    judge_by_name,
    judge_function,
)
from vaecore.exercises.machinery.safe_running import TimeIsUp
from vaecore.grading.hand_ins import HandIn
from vaecore.grading.notebook_files import Notebook, check_version, notebooks_of
from vaecore.grading.plain_data import Nameless, NotPlainError, decode
from vaecore.grading.remote_answers import RemoteAnswer, Worker
from vaecore.grading.sandbox import Sandbox
from vaecore.grading.states import NotGradedError

MOST_SKIPPED = 3  # cells that do not end, before a notebook is given up
JUDGING_SECONDS = 60  # of our own computing on one answer, diagnoses included


@dataclass(frozen=True)
class Rules:
    """How hand-ins are graded.

    points: exercise -> points; empty: every exercise that is handed in counts one.
    cell_seconds: of computing, for a cell (by the clock it may be far more: a machine may be busy).
    seconds: by the clock, for a notebook.  megabytes: of memory.  package: the copy without solutions.
    """

    package: Path
    points: Mapping[str, float] = field(default_factory=dict)
    assignment: str = ""
    any_version: bool = False
    cell_seconds: float = 30.0
    seconds: float = 600.0
    megabytes: int = 3_000


def judge_hand_in(hand_in: HandIn, rules: Rules, sandbox: Sandbox) -> dict[str, Any]:
    """Return the state of a hand-in, its reason, notes, and a verdict for each exercise."""
    try:
        notebooks, notes = notebooks_of(hand_in)
        for one in notebooks:
            if note := check_version(one, rules.assignment, rules.any_version):
                notes.append(note)
    except NotGradedError as problem:
        return {"state": problem.state, "reason": problem.reason, "notes": [], "exercises": []}
    best: dict[str, Verdict] = {}
    stopped: list[str] = []
    for notebook in notebooks:
        run = Run(notebook, rules, sandbox)
        for exercise, verdict in run.verdicts().items():
            if exercise not in best or _rank(verdict) > _rank(best[exercise]):
                best[exercise] = verdict
        notes += run.notes
        stopped += run.stopped
    wanted = list(rules.points) or [name for name in EXERCISES if name in best]
    missing = Verdict(
        NOT_ATTEMPTED, "It is not in the notebook: its cell is gone, or hands nothing to check."
    )
    exercises = [_entry(name, best.get(name, missing), rules.points.get(name, 1.0)) for name in wanted]
    extra = [name for name in best if name not in wanted]
    if extra:
        notes.append(f"Handed in as well, and not asked for: {', '.join(extra)}.")
    if stopped:
        state, reason = "never ends", " ".join(stopped)
    elif not any(name in best for name in wanted):
        state, reason = "nothing handed in", "None of the exercises is in it."
    else:
        state, reason = "graded", "All its cells were run."
    return {"state": state, "reason": reason, "notes": notes, "exercises": exercises}


def _rank(verdict: Verdict) -> int:
    return (NOT_ATTEMPTED, ERROR, "failed", PASSED).index(verdict.status)


def _entry(name: str, verdict: Verdict, out_of: float) -> dict[str, Any]:
    exercise = EXERCISES[name]
    return {
        "id": name, "chapter": exercise.chapter, "title": exercise.title, "status": verdict.status,
        "misconception": verdict.misconception, "diagnosis": verdict.diagnosis, "message": verdict.message,
        "printed": verdict.printed, "points": out_of if verdict.status == PASSED else 0.0, "out_of": out_of,
    }  # fmt: skip


class Run:
    """One notebook: run as far as it comes to an end, and its answers judged."""

    def __init__(self, notebook: Notebook, rules: Rules, sandbox: Sandbox) -> None:
        self.notebook, self.rules, self.sandbox = notebook, rules, sandbox
        self.notes: list[str] = []
        self.stopped: list[str] = []
        self._without: set[int] = set()
        self._until = time.monotonic() + rules.seconds
        self._worker: Worker | None = None

    def verdicts(self) -> dict[str, Verdict]:
        """Return a verdict for each exercise that is handed in."""
        try:
            return self._verdicts()
        except TimeIsUp:
            self.stopped.append(f"{self.notebook.name} took longer than {self.rules.seconds:g} seconds.")
            return {}
        finally:
            if self._worker is not None and self._worker.alive:
                self._worker.end()

    def _verdicts(self) -> dict[str, Verdict]:
        by_lower = {name.lower(): exercise for name, exercise in EXERCISES.items()}
        functions = {
            name.lower(): e.solution.__name__
            for name, e in EXERCISES.items()
            if isinstance(e, CodeExercise) and (not self.rules.points or name in self.rules.points)
        }
        self._run_cells()
        verdicts: dict[str, Verdict] = {}
        answers = self._alive().answers(functions)
        for name in answers:
            exercise = by_lower.get(name)
            if exercise is None:
                continue
            verdict = Verdict(NOT_ATTEMPTED, "Not attempted yet.")
            for position in reversed(range(len(answers[name]))):  # the last one first; any right one counts
                if time.monotonic() > self._until:
                    raise TimeIsUp("waited")
                if not self._alive().alive:
                    self._run_cells()
                    self._alive().answers(functions)
                found = self._judge(exercise, name, position, answers[name][position])
                if _rank(found) > _rank(verdict):
                    verdict = found
                if verdict.status == PASSED:
                    break
            verdicts[exercise.id] = verdict
        return verdicts

    def _alive(self) -> Worker:
        assert self._worker is not None
        return self._worker

    def _run_cells(self) -> None:
        """Run all cells; again, without it, where one does not come to an end."""
        while not self._all_cells():
            pass

    def _all_cells(self) -> bool:
        rules = self.rules
        if self._worker is not None and self._worker.alive:
            self._worker.end()
        self._worker = Worker(self.sandbox, rules.package, rules.megabytes, int(2 * rules.seconds))
        for number, code in enumerate(self.notebook.cells, 1):
            left = self._until - time.monotonic()
            if left <= 0:
                raise TimeIsUp("waited")
            if number in self._without or not code.strip():
                continue
            try:
                problem = self._worker.run(code, rules.cell_seconds, min(left, 60 + 10 * rules.cell_seconds))
            except TimeIsUp as end:
                self._give_up_cell(number, end.how)
                return False
            if problem and not self._without:
                self.notes.append(f"Code cell {number} of {self.notebook.name} raised {problem}")
        return True

    def _give_up_cell(self, number: int, how: str) -> None:
        words = {"timeout": "computed without an end", "waited": "waited without an end"}
        said = words.get(how, "ended Python, or took more memory than there is")
        self.stopped.append(
            f"Code cell {number} of {self.notebook.name} {said}; the others were run without it."
        )
        self._without.add(number)
        if len(self._without) > MOST_SKIPPED:
            raise TimeIsUp("waited")

    def _judge(self, exercise: Any, name: str, position: int, answer: Any) -> Verdict:
        if not isinstance(exercise, CodeExercise):
            return exercise.judge(_plain(answer))
        if answer != "function":
            plain = _plain(answer)
            return judge_function(exercise, None if plain is None else plain)
        random.seed(f"{exercise.id}")  # the same noise in each run
        remote = RemoteAnswer(self._alive(), name, position)
        try:
            with _limited(JUDGING_SECONDS):
                return judge_function(exercise, remote)
        except TimeIsUp:  # while it was explained
            pass
        if not self._alive().alive:
            return Verdict(ERROR, "It did not come to an end while it was looked at.", stopped=True)
        return judge_by_name(exercise, remote)


def _plain(answer: Any) -> Any:
    """Return an answer that is no function."""
    try:
        value = decode(answer["value"])
    except (NotPlainError, KeyError, TypeError):
        return Nameless("something that cannot be read")
    return value


class _limited:
    """Raise TimeIsUp after so many seconds of our own computing, where the system can tell."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.here = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> None:
        if self.here:
            self.before = signal.signal(signal.SIGPROF, _time_is_up)
            signal.setitimer(signal.ITIMER_PROF, self.seconds)

    def __exit__(self, *problem: Any) -> None:
        if self.here:
            signal.setitimer(signal.ITIMER_PROF, 0)
            signal.signal(signal.SIGPROF, self.before)


def _time_is_up(number: int, frame: FrameType | None) -> None:
    raise TimeIsUp("timeout")

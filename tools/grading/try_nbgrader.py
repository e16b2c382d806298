"""An assignment through the real nbgrader, in an environment of its own (`make test-nbgrader`).

    python -m tools.grading.try_nbgrader                   make .venvs/nbgrader from nbgrader.lock, and try
    python -m tools.grading.try_nbgrader --only perfect windows     with these of the class
    python -m tools.grading.try_nbgrader --keep FOLDER     keep everything; what is handed in stays so
    python -m tools.grading.try_nbgrader --lock            write nbgrader.lock anew

The book's own environment never gets nbgrader: its wishes are not the book's. A class of forty hands in
(`trial_hand_ins.py`); what nbgrader makes of it (generate, release, fetch, submit, collect, autograde,
feedback) and what `vaecore grade` says of the same `submitted/` are compared with what must come of each.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.grading.make_assignment import write
from tools.grading.nbgrader_course import Course
from tools.grading.trial_class import NAME, POINTS, REFUSED, HandIn
from tools.grading.trial_hand_ins import hand_ins
from tools.setup.own_environment import own_environment
from tools.setup.pips_environment import environment_of_pip
from vaecore.grading.assignments import Assignment
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.results import all_results

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venvs" / "nbgrader"
LOCK = Path(__file__).with_name("nbgrader.lock")
WANTED = ["nbgrader==0.9.6", "ipykernel"]


def environment() -> Path:
    """Return the Python of .venvs/nbgrader, with what the lock says and this package."""
    stamp = VENV / "vaecore-stamp"
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    wanted = hashlib.sha256(LOCK.read_bytes() + "\n".join(needed).encode()).hexdigest()
    python = VENV / "bin" / "python"
    if not stamp.exists() or stamp.read_text() != wanted:
        print("Making .venvs/nbgrader ...", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], env=own_environment(), check=True)
        install = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--constraint",
            LOCK,
            *WANTED,
            "--editable",
            ROOT,
        ]
        subprocess.run(install, env=environment_of_pip(python), check=True)
        stamp.write_text(wanted)
    return python


def write_lock() -> None:
    """Write the exact versions of everything that nbgrader and the package need."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], env=own_environment(), check=True)
        install = [python, "-m", "pip", "install", "--quiet", *WANTED, ROOT]
        subprocess.run(install, env=environment_of_pip(python), check=True)
        freeze = [python, "-m", "pip", "freeze", "--exclude", "vaecore"]
        frozen = subprocess.run(freeze, env=own_environment(), check=True, capture_output=True, text=True)
    head = (
        "# Exact versions for `make test-nbgrader`, made by `python -m tools.grading.try_nbgrader --lock`.\n"
    )
    LOCK.write_text(head + frozen.stdout)


@dataclass(frozen=True)
class Outcome:
    """What became of a hand-in.

    nbgrader: its points, None where it refused, and `refusal` is what it said then.  state, points, reason,
    misconceptions: of `vaecore grade`.
    """

    nbgrader: float | None
    feedback: bool
    state: str
    points: float | None
    misconceptions: tuple[str, ...]
    reason: str
    refusal: str

    def fits(self, wanted: HandIn) -> bool:
        """Whether it is what must come of it: one state, with its reason, in each of the two."""
        found = (self.nbgrader, self.state, self.points)
        told = not wanted.misconception or wanted.misconception in self.misconceptions
        graded = self.nbgrader is not None
        reasons = self.reason != "" and (self.refusal == "") == graded and self.feedback == graded
        return found == (wanted.nbgrader, wanted.state, wanted.points) and told and reasons

    def __str__(self) -> str:
        by_nbgrader = f"refused ({self.refusal})" if self.nbgrader is None else f"{self.nbgrader:g}"
        points = "none" if self.points is None else f"{self.points:g}"
        said = ", ".join(self.misconceptions) or self.reason
        feedback = "" if self.feedback or self.nbgrader is None else ", no feedback"
        return f"nbgrader {by_nbgrader}{feedback}; vaecore grade {self.state}, points {points} ({said})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock", action="store_true", help="write nbgrader.lock anew")
    parser.add_argument("--keep", type=Path, help="a folder for everything, which stays")
    parser.add_argument("--only", nargs="+", default=[], metavar="STUDENT", help="these of the class")
    options = parser.parse_args()
    if options.lock:
        write_lock()
        return 0
    everyone = hand_ins()
    chosen = {name: everyone[name] for name in options.only} or everyone
    python = environment()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="vaecore-nbgrader-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return trial(Course(python, folder.resolve()), chosen)
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def trial(course: Course, students: dict[str, HandIn]) -> int:
    """The whole way of an assignment; returns 1 where something else comes of a hand-in than must."""
    home = course.folder / "course"
    if not (home / "release").exists():
        write(Assignment(NAME, BOOK_VERSION, POINTS), home)
        (home / NAME).with_suffix(".zip").unlink()
        course.run("generate_assignment", NAME)  # executes nothing; it would refuse marks that are wrong
        course.run("release_assignment", NAME)
    released = (home / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    for student, one in students.items():
        if not course.has_submitted(student):
            course.hand_in(student, one)
            print(f"{student} has handed in.", flush=True)
    course.run("collect", NAME, "--ExchangeCollect.check_owner=False")  # one user plays all students
    print(
        f"Collected: {sum(course.has('submitted', one) for one in students)} of {len(students)}.", flush=True
    )
    refused = course.autograde({})
    before = course.points()
    course.autograde(refused)  # a second run goes on
    course.run("generate_feedback", NAME, fails=True)
    troubles = ["the release has a solution in it"] * ("BEGIN SOLUTION" in released or "mean**2" in released)
    troubles += ["a second run of nbgrader's gave other points"] * (before != course.points())
    grade(course)
    second = grade(course)
    judged_again = [
        line for line in second.splitlines() if re.match(r"\d+/\d+ ", line) and "as before" not in line
    ]
    troubles += [f"vaecore grade judged again: {line}" for line in judged_again]
    results = {one["student"]: one for one in all_results(home / "grades")}
    troubles += [f"lost: {name}" for name in students if name not in results]
    for name, wanted in students.items():
        if name in results:
            outcome = outcome_of(course, name, results[name], before, refused)
            print(f"{'ok  ' if outcome.fits(wanted) else 'NOT '} {name}: {outcome}", flush=True)
            troubles += [] if outcome.fits(wanted) else [f"{name}: expected {wanted.told()}, got {outcome}"]
    print("\n".join(troubles) or f"All {len(students)} hand-ins came to the end that they must.")
    return int(bool(troubles))


def outcome_of(
    course: Course,
    student: str,
    result: Mapping[str, Any],
    points: Mapping[str, float],
    refused: Mapping[str, str],
) -> Outcome:
    """Put together what both graders have left of a hand-in."""
    graded = course.has("autograded", student)
    judged = result["exercises"]
    return Outcome(
        points.get(student) if graded else REFUSED,
        course.has("feedback", student),
        result["state"],
        sum(entry["points"] for entry in judged) if judged else None,
        tuple(entry["misconception"] for entry in judged if entry["misconception"]),
        result["reason"],
        "" if graded else refused.get(student, ""),
    )


def grade(course: Course) -> str:
    """Let `vaecore grade` judge the same submitted/; what it says."""
    command = [sys.executable, "-m", "vaecore", "grade", "submitted", "--assignment", "assignment.json"]
    command += ["--without-sandbox", "--out", "grades", "--cell-seconds", "5"]  # the answers are our own
    done = subprocess.run(
        command, cwd=course.folder / "course", env=own_environment(), check=True, stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())

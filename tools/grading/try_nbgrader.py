"""An assignment through the real nbgrader, in an environment of its own (`make test-nbgrader`).

    python -m tools.grading.try_nbgrader           make .venvs/nbgrader from nbgrader.lock, and try
    python -m tools.grading.try_nbgrader --lock    write nbgrader.lock anew

The book's own environment never gets nbgrader: its wishes are not the book's. A small class hands in; what
nbgrader makes of it (generate, release, fetch, submit, collect, autograde, feedback) is compared with what it
must be, and with what `vaecore grade` says of the same `submitted/`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.grading.make_assignment import write
from tools.setup.own_environment import own_environment
from tools.setup.pips_environment import environment_of_pip
from vaecore.grading.assignment_notebooks import STUB
from vaecore.grading.assignments import Assignment
from vaecore.grading.book_version import BOOK_VERSION

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venvs" / "nbgrader"
LOCK = Path(__file__).with_name("nbgrader.lock")
WANTED = ["nbgrader==0.9.6", "ipykernel"]
NAME = "week-5"
POINTS = {"L-KL": 3.0, "X-4": 2.0, "X-5n": 1.0, "S-KL": 1.0, "L-BOUND": 2.0}
KL = "np.sum(0.5 * (np.exp(2 * log_std) + mean**2 - 1 - 2 * log_std), axis=1)"
COINS = "sum(a * np.log(a / b) for a, b in ((p, q), (1 - p, 1 - q)) if a > 0)"
# Student -> what is written in place of the stub of each answer, and the points that this must get.
CLASS = {
    "ada": ({"L-KL": f"return {KL}", "X-4": f"return {COINS}", "S-KL": 'return "ibfhad"'}, 6.0),
    "bob": ({"L-KL": f"return -{KL}", "X-4": f"return {COINS}"}, 2.0),
    "cleo": ({}, 0.0),
    "dan": ({"L-KL": "while True:\n    pass", "X-4": f"return {COINS}"}, 2.0),
    "eve": ({"L-KL": "raise SystemExit", "S-KL": 'return "ibfhad"'}, 1.0),
}


def environment() -> Path:
    """Return the Python of .venvs/nbgrader, with what the lock says and this package."""
    stamp = VENV / "vaecore-stamp"
    wanted = hashlib.sha256(LOCK.read_bytes() + (ROOT / "pyproject.toml").read_bytes()).hexdigest()
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


class Course:
    """A course of nbgrader's, its exchange, and the homes of its people, in one folder."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python, self.folder = python, folder
        self.exchange = folder / "exchange"
        self.exchange.mkdir()
        self.exchange.chmod(0o777)

    def run(self, *arguments: str, where: Path | None = None, student: str = "", fails: bool = False) -> str:
        """Run nbgrader as the lecturer, or as a student; return what it says."""
        home = self.folder / "homes" / (student or "lecturer")
        home.mkdir(parents=True, exist_ok=True)
        env = {
            **own_environment(), "HOME": str(home), "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
            "JUPYTER_DATA_DIR": str(home / "data"), "IPYTHONDIR": str(home / "ipython"),
            "PATH": os.pathsep.join([str(self.python.parent), os.environ.get("PATH", "")]),
            "NBGRADER_DB_URL": "", "JUPYTERHUB_USER": student or "lecturer",
        }  # fmt: skip
        command = [str(self.python), "-m", "nbgrader", *arguments, f"--Exchange.root={self.exchange}"]
        command += ["--CourseDirectory.course_id=vae", "--Exchange.path_includes_course=False"]
        done = subprocess.run(
            command,
            cwd=where or self.folder / "course",
            env=env,
            capture_output=True,
            text=True,
            timeout=3600,
        )
        if done.returncode != 0 and not fails:
            sys.exit(f"error: nbgrader {' '.join(arguments)}\n{done.stdout}\n{done.stderr}")
        return done.stdout + done.stderr


def hand_in(course: Course, student: str, answers: dict[str, str]) -> None:
    """A student fetches the assignment, writes the answers in place of the stubs, and submits it."""
    desk = course.folder / "desks" / student
    desk.mkdir(parents=True)
    course.run("fetch_assignment", NAME, where=desk, student=student)
    path = desk / NAME / f"{NAME}.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    stub = STUB.splitlines()
    for cell in content["cells"]:
        of = cell["metadata"]["nbgrader"]["grade_id"].removeprefix("answer-")
        for name, text in answers.items():
            if of == name.lower():
                lines = "".join(cell["source"]).splitlines()
                at = next(i for i, line in enumerate(lines) if line.strip() == stub[0])
                indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
                lines[at : at + len(stub)] = [indent + line for line in text.splitlines()]
                cell["source"] = "\n".join(lines)
    path.write_text(json.dumps(content), encoding="utf-8")
    course.run("submit", NAME, f"--CourseDirectory.student_id={student}", where=desk, student=student)


def points_by_nbgrader(course: Course) -> dict[str, float]:
    """Return what the gradebook has: student -> points."""
    code = (
        "import json\nfrom nbgrader.api import Gradebook\n"
        "with Gradebook('sqlite:///gradebook.db') as book:\n"
        f"    print(json.dumps({{s.student.id: s.score for s in book.assignment_submissions({NAME!r})}}))"
    )
    done = subprocess.run(
        [course.python, "-c", code], cwd=course.folder / "course", env=own_environment(), check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--lock", action="store_true", help="write nbgrader.lock anew")
    parser.add_argument("--keep", type=Path, help="a new folder for everything, which is kept")
    options = parser.parse_args()
    if options.lock:
        write_lock()
        return 0
    python = environment()
    folder = options.keep or Path(tempfile.mkdtemp(prefix="vaecore-nbgrader-"))
    folder.mkdir(parents=True, exist_ok=True)
    try:
        return trial(Course(python, folder))
    finally:
        if options.keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def trial(course: Course) -> int:
    """The whole way of an assignment; returns 1 where nbgrader says something else than it must."""
    home = course.folder / "course"
    write(Assignment(NAME, BOOK_VERSION, POINTS), home)
    (home / NAME).with_suffix(".zip").unlink()
    course.run("generate_assignment", NAME)  # which executes nothing; it would refuse marks that are wrong
    released = (home / "release" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    course.run("release_assignment", NAME)
    for student, (answers, _) in CLASS.items():
        hand_in(course, student, answers)
        print(f"{student} has handed in.", flush=True)
    course.run("collect", NAME, "--ExchangeCollect.check_owner=False")  # one user plays all students
    course.run("autograde", NAME, "--ExecutePreprocessor.timeout=60", fails=True)
    course.run("generate_feedback", NAME, fails=True)
    got = points_by_nbgrader(course)
    feedback = sorted(path.parts[-3] for path in (home / "feedback").glob(f"*/{NAME}/{NAME}.html"))
    grades = own_grades(course)
    failed = 0
    if "BEGIN SOLUTION" in released or "mean**2" in released:
        failed, _ = 1, print("The release has a solution in it.")
    for student, (_, expected) in CLASS.items():
        ok = got.get(student) == expected == grades.get(student) and student in feedback
        failed |= not ok
        print(
            f"{'ok  ' if ok else 'NOT '} {student}: expected {expected:g}, nbgrader {got.get(student)}, "
            f"vaecore grade {grades.get(student)}, feedback {'written' if student in feedback else 'missing'}"
        )
    return int(failed)


def own_grades(course: Course) -> dict[str, float]:
    """Return the points that `vaecore grade` gives for the same submitted/."""
    command = [sys.executable, "-m", "vaecore", "grade", "submitted", "--assignment", "assignment.json"]
    command += ["--without-sandbox", "--out", "grades", "--cell-seconds", "5"]  # the answers are our own
    subprocess.run(command, cwd=course.folder / "course", env=own_environment(), check=True)
    results = [json.loads(p.read_text()) for p in (course.folder / "course/grades/students").glob("*.json")]
    return {one["student"]: sum(e["points"] for e in one["exercises"]) for one in results}


if __name__ == "__main__":
    sys.exit(main())

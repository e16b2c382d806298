"""A course of the real nbgrader's, whose people are played by a program."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tools.grading.trial_class import NAME, HandIn
from tools.setup.own_environment import own_environment

# A warning or an error of its own, or the end of a traceback.
COMPLAINT = re.compile(r"(?:\[AutogradeApp \| (?:WARNING|ERROR)\]|    [\w.]+(?:Error|Exception):) (.*\S)")


class Course:
    """A course of nbgrader's, its exchange, and the homes of its people, in one folder."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.python, self.folder = python, folder
        self.exchange = folder / "exchange"
        self.exchange.mkdir(exist_ok=True)
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

    def hand_in(self, student: str, hand_in: HandIn) -> None:
        """A student fetches the assignment, puts the files of a hand-in in its place, and submits it."""
        desk = self.folder / "desks" / student
        shutil.rmtree(desk, ignore_errors=True)  # of a run that was interrupted
        desk.mkdir(parents=True)
        self.run("fetch_assignment", NAME, where=desk, student=student)
        fetched = desk / NAME / f"{NAME}.ipynb"
        files = hand_in.files(json.loads(fetched.read_text(encoding="utf-8")))
        fetched.unlink()
        for name, content in files.items():
            (desk / NAME / name).write_bytes(content)
        self.run("submit", NAME, f"--CourseDirectory.student_id={student}", where=desk, student=student)

    def points(self) -> dict[str, float]:
        """What the gradebook has: student -> points."""
        code = (
            "import json\nfrom nbgrader.api import Gradebook\n"
            "with Gradebook('sqlite:///gradebook.db') as book:\n"
            f"    print(json.dumps({{s.student.id: s.score for s in book.assignment_submissions({NAME!r})}}))"
        )
        done = subprocess.run(
            [self.python, "-c", code], cwd=self.folder / "course", env=own_environment(), check=True,
            capture_output=True, text=True,
        )  # fmt: skip
        return json.loads(done.stdout.splitlines()[-1])

    def has(self, step: str, student: str) -> bool:
        """Whether a step (autograded, feedback) has left a file of this student's."""
        return any((self.folder / "course" / step / student / NAME).glob("*.*"))

    def has_submitted(self, student: str) -> bool:
        """Whether the exchange has something of this student's."""
        return any((self.exchange / "vae" / "inbound").glob(f"{student}+{NAME}+*"))

    def autograde(self, known: Mapping[str, str]) -> dict[str, str]:
        """Autograde all but the known; student -> why nbgrader refuses, for these and for those it does.

        A cell that is there twice ends the whole of nbgrader's run, and the next run ends there as well; so
        it is started again without that student, as a lecturer would have to.
        """
        refused = dict(known)
        while True:
            options = ["--ExecutePreprocessor.timeout=30"]
            if refused:
                options.append(f"--CourseDirectory.student_id_exclude={','.join(refused)}")
            said = self.run("autograde", NAME, *options, fails=True)
            with open(self.folder / "autograde.log", "a", encoding="utf-8") as log:
                log.write(said)
            found = refusals(said)
            if not found.keys() - refused.keys():
                return refused
            refused |= found


def refusals(said: str) -> dict[str, str]:
    """Student -> the complaint before the line that says that nbgrader gives a hand-in up."""
    found, complaint = {}, ""
    for line in said.splitlines():
        if given_up := re.search(rf"Removing failed assignment: .*/autograded/([^/]+)/{NAME}", line):
            found[given_up[1]] = complaint
        elif complained := COMPLAINT.match(line):
            complaint = complained[1][:150]
    return found

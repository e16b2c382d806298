"""Forty hand-ins: each ends in one state with its reason, nothing is lost, and a second run goes on."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from a_class import MISTAKES, hand_ins, write_class
from conftest import PLAIN
from handed_in import CHECK_KL, KL, notebook, write

from vaecore.grading.assignments import Assignment, read_assignment
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.hand_ins import find_hand_ins
from vaecore.grading.judging_hand_ins import Rules
from vaecore.grading.results import all_results, harmless, result_path
from vaecore.grading.runs import grade_folder
from vaecore.grading.states import STATES

POINTS = {"L-KL": 3.0, "X-4": 1.0}
EXPECTED = hand_ins()


@pytest.fixture(scope="module")
def graded(tmp_path_factory, found):
    folder = tmp_path_factory.mktemp("week-5")
    write_class(folder / "in")
    secret = write(folder / "secret.ipynb", notebook(KL, CHECK_KL))
    (folder / "in" / "a link").symlink_to(secret)
    (folder / "in" / "a link inside").mkdir()
    (folder / "in" / "a link inside" / "week-5.ipynb").symlink_to(secret)
    (folder / "in" / "a pipe").mkdir()
    os.mkfifo(folder / "in" / "a pipe" / "week-5.ipynb")
    rules = Rules(Path(), POINTS, "week-5", cell_seconds=5.0, seconds=2400.0)
    grade_folder(folder / "in", folder / "grades", rules, found if found.bwrap else PLAIN)
    return folder, {one["student"]: one for one in all_results(folder / "grades")}


@pytest.mark.parametrize("student", EXPECTED)
def test_a_hand_in_gets_its_state_and_its_verdicts(student, graded):
    _, state, *expected = EXPECTED[student]
    result = graded[1][student]
    assert result["state"] == state, result
    assert result["reason"] and state in STATES
    status = {entry["id"]: entry for entry in result["exercises"]}
    assert [status[name]["status"] if status else None for name in POINTS] == expected, result
    if student in MISTAKES:
        assert status["L-KL"]["misconception"] == student
    for entry in status.values():
        assert entry["points"] == (entry["out_of"] if entry["status"] == "passed" else 0)


def test_links_and_pipes_are_left_alone(graded):
    states = {name: graded[1][name]["state"] for name in ("a link", "a link inside", "a pipe")}
    assert set(states.values()) == {"link"}


def test_nothing_is_lost_and_all_is_in_the_table(graded):
    folder, results = graded
    assert len(EXPECTED) >= 40
    assert set(results) == {*EXPECTED, "a link", "a link inside", "a pipe"}
    with open(folder / "grades" / "grades.csv", encoding="utf-8", newline="") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(results)
    assert rows["perfect"]["points"] == rows["perfect"]["out of"] == "4"
    assert rows["kl-sign"] | {"reason": ""} == {
        "student": "kl-sign", "state": "graded", "reason": "", "points": "1", "out of": "4",
        "X-4": "passed", "L-KL": "failed (kl-sign)",
    }  # fmt: skip


def test_what_is_peculiar_is_said(graded):
    notes = {name: " ".join(result["notes"]) for name, result in graded[1].items()}
    assert "a copy" in notes["two copies"]
    assert "several notebooks" in notes["two that differ"]
    assert "does not end in .ipynb" in notes["wrong ending"]
    assert "does not say of which version" in notes["a chapter, taken along from its page"]
    assert "Code cell 2 of week-5.ipynb raised ZeroDivisionError" in notes["an error in a cell"]
    assert "0.0.1" in graded[1]["another version"]["reason"]


def test_a_second_run_goes_on(tmp_path, found):
    sandbox = found if found.bwrap else PLAIN
    rules = Rules(Path(), {"L-KL": 1.0}, seconds=2400.0)
    for name in ("ada", "bob"):
        write(
            tmp_path / "in" / name / "a.ipynb",
            notebook("from vaecore.exercises import check\nimport numpy as np", KL, CHECK_KL),
        )
    said: list[str] = []
    grade_folder(tmp_path / "in", tmp_path / "out", rules, sandbox)
    write(tmp_path / "in" / "bob" / "a.ipynb", notebook("x = 1"))
    result_path(tmp_path / "out", "cleo")
    write(tmp_path / "in" / "cleo" / "a.ipynb", notebook("x = 2"))
    damaged = result_path(tmp_path / "out", "dan")
    write(damaged, "{")  # a run that was cut off
    write(tmp_path / "in" / "dan" / "a.ipynb", "")
    results = grade_folder(tmp_path / "in", tmp_path / "out", rules, sandbox, say=said.append)
    assert said[0] == "1/4 ada: as before, graded"
    assert {one["student"]: one["state"] for one in results} == {
        "ada": "graded", "bob": "nothing handed in", "cleo": "nothing handed in", "dan": "empty file"
    }  # fmt: skip
    other = Rules(Path(), {"L-KL": 5.0}, seconds=2400.0)  # other points: all are judged again
    assert [one["student"] for one in grade_folder(tmp_path / "in", tmp_path / "out", other, sandbox)
            if one["exercises"] and one["exercises"][0]["points"] == 5] == ["ada"]  # fmt: skip


def test_hand_ins_are_found_as_nbgrader_and_platforms_leave_them(tmp_path):
    for path in (
        "ada/week-5/a.ipynb",
        "ada/week-6/b.ipynb",
        "bob/week-5/a.ipynb",
        "cleo_12_file_/x.ipynb",
        "dan.ipynb",
    ):
        write(tmp_path / path, "{}")
    write(tmp_path / "ada/week-5/.ipynb_checkpoints/a-checkpoint.ipynb", "{}")
    found = {one.student: [path.name for path in one.files] for one in find_hand_ins(tmp_path, "week-5")}
    assert found == {
        "ada": ["a.ipynb"],
        "bob": ["a.ipynb"],
        "cleo_12_file_": ["x.ipynb"],
        "dan": ["a.ipynb"][:0] + ["dan.ipynb"],
    }


def test_two_students_never_share_a_file(tmp_path):
    names = ["a/b", "a_b", "a b", "ä", "..", "A" * 300, "A" * 301, "=cmd()"]
    paths = {result_path(tmp_path, name) for name in names}
    assert len(paths) == len(names)
    assert all(path.parent == tmp_path / "students" for path in paths)
    assert harmless("=cmd()") == "'=cmd()" and harmless("a\nb") == "a b"


def vaecore_grade(*arguments, cwd):
    command = [sys.executable, "-m", "vaecore", "grade", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=1200)


def test_the_command_says_what_it_does_and_refuses_what_it_cannot(tmp_path, found, monkeypatch):
    write(
        tmp_path / "in" / "ada.ipynb",
        notebook("from vaecore.exercises import check\nimport numpy as np", KL, CHECK_KL),
    )
    done = vaecore_grade("in", "--without-sandbox", "--exercises", "l-kl=2.5", "X-4", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Sandbox: none. Hand-ins run with your rights" in done.stdout
    assert json.loads(result_path(tmp_path / "grades", "ada").read_text())["sandbox"] == "none"
    assert all_results(tmp_path / "grades")[0]["exercises"][0]["points"] == 2.5
    done = vaecore_grade("in", "--exercises", "L-KL", cwd=tmp_path)
    assert (done.returncode == 0 and f"Sandbox: {found.name}." in done.stdout) if found.bwrap else (
        done.returncode == 1 and "are not run without it" in done.stderr
    )  # fmt: skip
    monkeypatch.setenv("PATH", "/nowhere")
    done = vaecore_grade("in", cwd=tmp_path)
    assert done.returncode == 1 and "bubblewrap (bwrap) is not installed" in done.stderr
    for wrong, words in (("L-XX", "no exercise"), ("L-KL=many", "no number"), ("L-KL=-1", "from 0 on")):
        done = vaecore_grade("in", "--exercises", wrong, cwd=tmp_path)
        assert done.returncode == 1 and words in done.stderr
    assert "expected one with hand-ins" in vaecore_grade("nowhere", "--without-sandbox", cwd=tmp_path).stderr


def test_an_assignment_comes_back_from_its_file(tmp_path):
    one = Assignment("week-5", BOOK_VERSION, dict(POINTS))
    write(tmp_path / "assignment.json", one.text())
    assert read_assignment(tmp_path / "assignment.json") == one

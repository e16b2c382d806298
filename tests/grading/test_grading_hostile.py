"""Hostile hand-ins: none gets a pass that it has not earned, reads or writes elsewhere, or stops the run.

Where bubblewrap works they run inside it, and in a plain process as well; where it does not, `vaecore grade`
refuses to run them, and what the plain process refuses by itself is tried there.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PLAIN
from handed_in import CHECK_KL, IMPORTS, KL, WRONG_KL, notebook, write
from hostile_code import FORGE, ONLY_WALLS, STOPS, TELL, TRIES

from vaecore.exercises.machinery.safe_running import TimeIsUp
from vaecore.grading.judging_hand_ins import Rules
from vaecore.grading.remote_answers import Worker
from vaecore.grading.runs import grade_folder

MARKS = (Path("/tmp/vaecore-forged"),)


def tried(cases, sandbox, package, secret):
    """Run each case; return those that have got what they wanted, or could not say."""
    won, worker = {}, None
    for name, code in cases.items():
        if worker is None or not worker.alive:
            worker = Worker(sandbox, package, 3_000, 600)
            assert worker.filtered
            assert worker.run(f"{IMPORTS}\n{TELL}", 60, 600) == ""
        worker.run("check('told', None)", 60, 600)
        try:
            problem = worker.run(code.replace("{secret}", str(secret)), 120, 600)
            told = worker.answers({})["told"][-1]["value"]
        except TimeIsUp as end:  # ended: it has got nothing
            won[name] = f"did not come back ({end.how})"
            continue
        if told != 0.0:
            won[name] = told, problem
    if worker is not None and worker.alive:
        worker.end()
    return won


def test_who_gets_what_he_wants_would_be_noticed(package, tmp_path):
    cases = {"wins": "tell(1)", "is silent": "pass", "ends": "import os; os._exit(0)", "loses": "tell(0)"}
    assert set(tried(cases, PLAIN, package, tmp_path)) == {"wins", "is silent", "ends"}


@pytest.fixture
def secret(tmp_path, monkeypatch):
    monkeypatch.setenv("VAECORE_SECRET", "1")
    return write(tmp_path / "in" / "ada" / "secret.ipynb", "secret")


def test_what_the_limits_refuse(package, secret, told):
    told(PLAIN)
    assert tried(TRIES, PLAIN, package, secret) == {}


def test_what_the_walls_hide(package, secret, found, told):
    told(found)
    if found.bwrap is None:  # then nothing is run at all
        command = [
            sys.executable,
            "-m",
            "vaecore",
            "grade",
            str(secret.parents[1]),
            "--out",
            str(secret) + "-out",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=secret.parent)
        assert done.returncode == 1 and "are not run without it" in done.stderr, done.stderr
        return
    assert tried({**ONLY_WALLS, **TRIES}, found, package, secret) == {}


@pytest.fixture(scope="module")
def graded(tmp_path_factory, found):
    """A class of them, one honest student among them, graded in one run; student -> result."""
    folder = tmp_path_factory.mktemp("class")
    for name, code in FORGE.items():
        write(folder / "in" / name / "a.ipynb", notebook(IMPORTS, WRONG_KL, CHECK_KL, code))
    for name, code in STOPS.items():
        write(folder / "in" / name / "a.ipynb", notebook(IMPORTS, code, KL, CHECK_KL))
    write(folder / "in" / "honest" / "a.ipynb", notebook(IMPORTS, KL, CHECK_KL))
    rules = Rules(Path(), {"L-KL": 2.0, "X-5n": 1.0}, cell_seconds=2.0, seconds=1200.0)
    sandbox = found if found.bwrap else PLAIN
    results = grade_folder(folder / "in", folder / "grades", rules, sandbox)
    assert not any(mark.exists() for mark in MARKS)
    return {one["student"]: one for one in results}


def verdict(result, exercise="L-KL"):
    return next(entry for entry in result["exercises"] if entry["id"] == exercise)


def test_nobody_forges_a_pass(graded, found, told):
    told(found if found.bwrap else PLAIN)
    got = {name: verdict(graded[name])["status"] for name in FORGE if graded[name]["exercises"]}
    assert {name for name, status in got.items() if status == "passed"} == set()
    states = {name: (graded[name]["state"], graded[name]["reason"]) for name in FORGE}
    assert {name for name, (state, _) in states.items() if state == "not graded"} == set(), states
    assert len(got) >= len(FORGE) - 2, states  # nearly all are judged as what they are: wrong
    assert verdict(graded["patches agreement in NumPy"])["misconception"] == "kl-sign"


def test_what_does_not_end_is_left_out_and_the_rest_is_judged(graded):
    states = {name: graded[name]["state"] for name in STOPS}
    assert set(states.values()) == {"never ends"}, states
    assert {name for name in STOPS if verdict(graded[name])["status"] != "passed"} == set()
    assert "Code cell 2" in graded["an endless loop"]["reason"]


def test_the_others_are_graded_as_if_nothing_had_been(graded):
    assert graded["honest"]["state"] == "graded"
    assert verdict(graded["honest"])["points"] == 2.0
    assert len(graded) == len(FORGE) + len(STOPS) + 1


def test_there_are_sixty_of_them():
    assert len(FORGE) + len(TRIES) + len(ONLY_WALLS) + len(STOPS) >= 60

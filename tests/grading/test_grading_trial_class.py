"""The class of `make test-nbgrader`, without nbgrader: what `vaecore grade` says of its hand-ins."""

import json
from pathlib import Path

import pytest
from conftest import PLAIN
from sample import sample

from tools.grading.nbgrader_course import refusals
from tools.grading.trial_class import MISTAKES, NAME, POINTS, REFUSED
from tools.grading.trial_hand_ins import hand_ins
from tools.grading.try_nbgrader import Outcome
from vaecore.grading.assignment_notebooks import notebook_of
from vaecore.grading.assignments import Assignment
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.judging_hand_ins import Rules
from vaecore.grading.results import all_results
from vaecore.grading.runs import grade_folder

CLASS = hand_ins()
SOME = ("perfect", "cell-twice", "another-version", "windows", "taken-along", "kl-sign", "order-shuffled")


@pytest.mark.parametrize("student", sample(CLASS, kept=SOME))
def test_a_hand_in_of_the_trial_ends_as_it_must(student, tmp_path, found):
    wanted = CLASS[student]
    handed_out = json.loads(notebook_of(Assignment(NAME, BOOK_VERSION, POINTS), for_nbgrader=False))
    folder = tmp_path / "in" / student / NAME
    folder.mkdir(parents=True)
    for name, content in wanted.files(handed_out).items():
        (folder / name).write_bytes(content)
    rules = Rules(Path(), POINTS, NAME, cell_seconds=5.0, seconds=2400.0)
    grade_folder(tmp_path / "in", tmp_path / "out", rules, found if found.bwrap else PLAIN)
    (result,) = all_results(tmp_path / "out")
    judged = result["exercises"]
    points = sum(entry["points"] for entry in judged) if judged else None
    assert (result["state"], points) == (wanted.state, wanted.points), result
    assert result["reason"]
    mistakes = [entry["misconception"] for entry in judged if entry["misconception"]]
    assert wanted.misconception in (mistakes or [""])


def test_the_class_has_forty_and_all_kinds():
    assert len(CLASS) >= 40
    assert {name for name, one in CLASS.items() if one.misconception} == set(MISTAKES)
    assert {one.state for one in CLASS.values()} >= {
        "graded", "never ends", "another kernel", "another version", "empty file", "not a notebook"
    }  # fmt: skip
    for one in CLASS.values():
        assert one.why or one.nbgrader == one.points  # where the two graders differ, it is said why


def test_an_outcome_fits_only_with_its_reasons():
    wanted = CLASS["kl-sign"]
    good = Outcome(
        wanted.nbgrader, True, "graded", wanted.points, ("kl-sign",), "All its cells were run.", ""
    )
    assert good.fits(wanted)
    for spoilt in (
        Outcome(REFUSED, False, "graded", wanted.points, ("kl-sign",), "All.", "said"),
        Outcome(wanted.nbgrader, False, "graded", wanted.points, ("kl-sign",), "All.", ""),
        Outcome(wanted.nbgrader, True, "graded", wanted.points, ("kl-half",), "All.", ""),
        Outcome(wanted.nbgrader, True, "graded", wanted.points, ("kl-sign",), "", ""),
        Outcome(wanted.nbgrader, True, "never ends", wanted.points, ("kl-sign",), "All.", ""),
    ):
        assert not spoilt.fits(wanted)
    refused = CLASS["empty-file"]
    found = Outcome(REFUSED, False, "empty file", None, (), "The file is empty.", "no JSON")
    assert found.fits(refused)
    silent = Outcome(REFUSED, False, "empty file", None, (), "The file is empty.", "")
    assert not silent.fits(refused)


def test_nbgraders_complaint_is_told_with_the_hand_in():
    """As nbgrader 0.9.6 says it of a cell that is there twice, and of a file that is no notebook."""
    said = (
        "[AutogradeApp | INFO] Converting notebook /c/submitted/eve/week-5/week-5.ipynb\n"
        "[AutogradeApp | WARNING] Cell with id 'answer-l-kl' exists multiple times!\n"
        "[AutogradeApp | WARNING] Removing failed assignment: /c/autograded/eve/week-5\n"
        "[AutogradeApp | ERROR] One or more notebooks in the assignment use an old version \n"
    )
    assert refusals(said) == {"eve": "Cell with id 'answer-l-kl' exists multiple times!"}
    said = (
        "[AutogradeApp | ERROR] There was an error processing assignment: /c/submitted/dan/week-5\n"
        "[AutogradeApp | ERROR] Traceback (most recent call last):\n"
        '      File "/c/base.py", line 386, in convert_notebooks\n'
        "    nbformat.reader.NotJSONError: Notebook does not appear to be JSON: ''\n"
        "    \n"
        "[AutogradeApp | WARNING] Removing failed assignment: /c/autograded/dan/week-5\n"
    )
    assert refusals(said) == {"dan": "Notebook does not appear to be JSON: ''"}
    assert refusals("[AutogradeApp | INFO] Converting notebook a\n") == {}

"""An assignment: its solutions pass, its stubs are not attempted, and nbgrader finds its marks."""

import ast
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import PLAIN
from handed_in import write

from tools.grading import make_assignment
from vaecore.exercises.checking import EXERCISES
from vaecore.grading.assignment_notebooks import STUB, notebook_of
from vaecore.grading.assignments import Assignment, read_assignment
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.hand_ins import HandIn
from vaecore.grading.judging_hand_ins import Rules, judge_hand_in

ALL = Assignment("everything", BOOK_VERSION, dict.fromkeys(EXERCISES, 1.0))


def judged(path, text, package, assignment):
    file = write(path / "a.ipynb", text)
    rules = Rules(package, assignment.points, assignment.name, cell_seconds=60.0, seconds=2400.0)
    return judge_hand_in(HandIn("ada", (file,)), rules, PLAIN)


def test_every_solution_of_the_catalogue_passes_as_a_hand_in(tmp_path, package):
    result = judged(tmp_path, notebook_of(ALL, for_nbgrader=True), package, ALL)
    assert result["state"] == "graded" and result["notes"] == []
    assert {e["id"]: e["status"] for e in result["exercises"]} == dict.fromkeys(EXERCISES, "passed")


def test_every_stub_is_not_attempted(tmp_path, package):
    text = notebook_of(ALL, for_nbgrader=False)
    result = judged(tmp_path, text, package, ALL)
    assert {e["id"]: e["status"] for e in result["exercises"]} == dict.fromkeys(EXERCISES, "not attempted")
    assert "SOLUTION" not in text


def test_the_marks_are_nbgraders():
    content = json.loads(notebook_of(ALL, for_nbgrader=True))
    marks = [cell["metadata"]["nbgrader"] for cell in content["cells"]]
    assert len({mark["grade_id"] for mark in marks}) == len(marks) == 2 + 3 * len(EXERCISES)
    assert len({cell["id"] for cell in content["cells"]}) == len(marks)
    for cell, mark in zip(content["cells"], marks, strict=True):
        assert mark["schema_version"] == 3
        assert mark["locked"] == (not mark["solution"])  # an answer alone can be changed
        assert ("points" in mark) == mark["grade"]
        source = cell["source"]
        assert source.count("### BEGIN SOLUTION") == source.count("### END SOLUTION")
        assert ("### BEGIN SOLUTION" in source) == mark["solution"]
        if cell["cell_type"] == "code":
            ast.parse(source)
    assert content["metadata"]["vaecore"] == {"assignment": "everything", "version": BOOK_VERSION}
    assert sum(mark.get("points", 0) for mark in marks) == len(EXERCISES)


def test_the_tool_writes_what_is_asked_for(tmp_path, capsys):
    arguments = [
        "--name",
        "w5",
        "--chapters",
        "5",
        "--points",
        "L-KL=3",
        "X-4=0",
        "L-BOUND=2.5",
        "--out",
        str(tmp_path),
    ]
    assert make_assignment.main(arguments) == 0
    assert "10" not in capsys.readouterr().out.split(":")[0]
    assignment = read_assignment(tmp_path / "w5" / "assignment.json")
    of_chapter = {name for name, exercise in EXERCISES.items() if exercise.chapter == 5}
    assert set(assignment.points) == (of_chapter | {"L-BOUND"}) - {"X-4"}
    assert assignment.points["L-KL"] == 3 and assignment.points["X-5"] == 1
    with zipfile.ZipFile(tmp_path / "w5" / "w5.zip") as archive:
        text = archive.read("w5/w5.ipynb").decode()
        assert sorted(archive.namelist()) == ["w5/README.txt", "w5/w5.ipynb"]
    assert text == notebook_of(assignment, for_nbgrader=False)
    assert make_assignment.zip_of(assignment) == (tmp_path / "w5" / "w5.zip").read_bytes()
    assert zipfile.is_zipfile(io.BytesIO(make_assignment.zip_of(replace(assignment, name="x"))))
    settings = (tmp_path / "w5" / "nbgrader_config.py").read_text()
    ast.parse(settings)
    assert repr(STUB) in settings


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--chapters", "11"], "no exercises"), (["--points", "L-XX"], "no exercise"), ([], "no exercise in"),
     (["--name", "../x", "--chapters", "5"], "expected letters"), (["--points", "X-4=-1"], "from 0 on")],
)  # fmt: skip
def test_the_tool_refuses_what_it_cannot_write(arguments, words, tmp_path, capsys):
    assert make_assignment.main([*arguments, "--out", str(tmp_path)]) == 1
    assert words in capsys.readouterr().err
    assert list(Path(tmp_path).iterdir()) == []

"""Results that another hand has changed are no results: the report leaves them out, and says the rest."""

import copy
import json

import pytest

from vaecore import InvalidInputError
from vaecore.grading.report.pages import Book
from vaecore.grading.report.writing import write_report
from vaecore.grading.results import STUDENTS, all_results, write_result, write_table

GOOD = {
    "student": "ada", "state": "graded", "reason": "", "notes": ["a note"], "assignment": "week-5",
    "exercises": [{"id": "L-KL", "title": "KL", "status": "failed", "message": "Well.", "printed": None,
                   "misconception": None, "diagnosis": None, "points": 0.0, "out_of": 3.0}],
}  # fmt: skip
CHANGES = {
    "no student": lambda r: r.pop("student"),
    "a student of two": lambda r: r.update(student=["ada", "bob"]),
    "half a character": lambda r: r.update(student="\ud800"),
    "a state of many": lambda r: r.update(state=["graded"]),
    "notes of numbers": lambda r: r.update(notes=[3]),
    "an exercise that is none": lambda r: r.update(exercises=[3]),
    "no points": lambda r: r["exercises"][0].pop("points"),
    "points without end": lambda r: r["exercises"][0].update(points=float("inf")),
    "points that are none": lambda r: r["exercises"][0].update(out_of=float("nan")),
    "points of another kind": lambda r: r["exercises"][0].update(points=True),
    "a list for a mistake": lambda r: r["exercises"][0].update(misconception=[[]]),
    "no title": lambda r: r["exercises"][0].pop("title"),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_result_that_somebody_has_changed_is_none(tmp_path, change):
    (tmp_path / STUDENTS).mkdir()
    spoilt = copy.deepcopy(GOOD)
    change(spoilt)
    content = {"format": "vaecore grades", "version": 1, **spoilt}
    (tmp_path / STUDENTS / "spoilt.json").write_text(json.dumps(content))
    with pytest.raises(InvalidInputError, match="there are no grades"):
        all_results(tmp_path)
    write_result(tmp_path / STUDENTS / "ada.json", GOOD)
    assert [one["student"] for one in all_results(tmp_path)] == ["ada"]
    write_table(tmp_path, all_results(tmp_path))
    assert write_report(tmp_path, Book("https://example.org/book"))[0].name == "report.html"


def test_what_a_student_prints_spoils_no_result(tmp_path):
    """Half a character too, which only an escape can write."""
    (tmp_path / STUDENTS).mkdir()
    good = copy.deepcopy(GOOD) | {"student": "b\udcfcb", "reason": "\ud800", "notes": ["\ud800"]}
    good["exercises"][0] |= {"printed": "\ud800", "message": "half \ud800"}
    write_result(tmp_path / STUDENTS / "bob.json", good)
    (result,) = all_results(tmp_path)
    assert result["exercises"] == good["exercises"]
    write_table(tmp_path, [result])
    assert write_report(tmp_path, Book("https://example.org/book"))[0].name == "report.html"

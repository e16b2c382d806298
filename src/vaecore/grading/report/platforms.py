"""Grades in the forms that learning platforms import: Moodle's grading worksheet, Canvas's gradebook.

Both say whom a hand-in belongs to in the name that they give to its folder or file; that is read back here.
"""

import re
from collections.abc import Mapping
from typing import Any

from vaecore.grading.results import number, points_of, table_text
from vaecore.grading.states import JUDGED

# "Ada Lovelace_12345_assignsubmission_file_": what Moodle calls the folder of participant 12345.
MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_\w*")
# "lovelaceada_LATE_12345_67890_week-5": what Canvas calls a file of user 12345.
CANVAS = re.compile(r"(?P<name>[^_]+)_(?:LATE_)?(?P<id>\d+)_\d+_.+")


def moodle_table(results: list[Mapping[str, Any]]) -> str:
    """Return the columns of Moodle's grading worksheet that it needs to take grades and comments."""
    rows = [["Identifier", "Full name", "Grade", "Maximum Grade", "Feedback comments"]]
    for result in results:
        found = MOODLE.fullmatch(str(result["student"]))
        points, out_of = points_of(result)
        judged = result["state"] in JUDGED
        rows.append([
            f"Participant {found['id']}" if found else "", found["name"] if found else str(result["student"]),
            number(points) if judged else "", number(out_of) if judged else "", _comment(result),
        ])  # fmt: skip
    return table_text(rows)


def canvas_table(results: list[Mapping[str, Any]], assignment: str) -> str:
    """Return the columns of Canvas's gradebook; below the head stands how many points there are."""
    most = max((points_of(result)[1] for result in results), default=0.0)
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", assignment or "vaecore"]]
    rows.append(["Points Possible", "", "", "", "", number(most)])
    for result in results:
        found = CANVAS.fullmatch(str(result["student"]))
        points = number(points_of(result)[0]) if result["state"] in JUDGED else ""
        login = "" if found else str(result["student"])
        rows.append([found["name"] if found else login, found["id"] if found else "", "", login, "", points])
    return table_text(rows)


def _comment(result: Mapping[str, Any]) -> str:
    """Return the verdicts in a line."""
    if result["state"] not in JUDGED:
        return f"{result['state']}: {result.get('reason', '')}"
    told = []
    for entry in result["exercises"]:
        why = entry.get("misconception") or entry.get("diagnosis")
        told.append(f"{entry['id']} {entry['status']}" + (f" ({why})" if why else ""))
    return "; ".join(told)

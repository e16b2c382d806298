"""How long `vaecore grade` takes for a large class (`make bench-grade`).

    python -m tools.benches.bench_grading                 300 hand-ins of ten exercises, two at once
    python -m tools.benches.bench_grading --hand-ins 30   fewer

A third of the class has all exercises right, a third one to three of the catalogue's mistakes, a third has
done half. It runs in bubblewrap where that works, and says so. A busy machine makes it slow: the load is
printed beside the figures, and so is the processor time, which says more then.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.grading.trial_class import MISTAKES, fill, right
from vaecore.grading.assignment_notebooks import notebook_of
from vaecore.grading.assignments import Assignment
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.judging_hand_ins import Rules
from vaecore.grading.runs import grade_folder
from vaecore.grading.sandbox import find_sandbox

NAME = "exam"
TEN = (
    "X-4", "X-5", "X-5n", "C5-direction", "S-KL", "C5-sampled-kl", "L-KL", "C5-two-gaussians", "S-SGVB-b",
    "L-BOUND",
)  # fmt: skip
POINTS = dict.fromkeys(TEN, 1.0)


def answers_of_class(count: int) -> Iterator[tuple[dict[str, str], int]]:
    """What each student writes, and the points that this must get; the same class each time."""
    rng = random.Random(0)
    solutions = {name: right(name) for name in TEN}
    for student in range(count):
        if student % 3 == 0:
            yield solutions, len(TEN)
        elif student % 3 == 1:
            chosen = rng.sample(sorted(MISTAKES), rng.randint(1, 3))
            wrong = {
                exercise: solutions[exercise].replace(before, after)
                for exercise, before, after in (MISTAKES[name] for name in chosen)
            }
            yield solutions | wrong, len(TEN) - len(wrong)
        else:
            half = rng.sample(TEN, len(TEN) // 2)
            yield {name: solutions[name] for name in half}, len(half)


def write_class(folder: Path, count: int) -> dict[str, int]:
    """Write a folder for each student; student -> points."""
    handed_out = notebook_of(Assignment(NAME, BOOK_VERSION, POINTS), for_nbgrader=False)
    expected = {}
    for number, (answers, points) in enumerate(answers_of_class(count)):
        student = f"student-{number:03}"
        path = folder / student / f"{NAME}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(fill(json.loads(handed_out), answers)), encoding="utf-8")
        expected[student] = points
    return expected


def seconds_of_processors() -> float:
    """The processor time of this process and of all that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def graded(count: int, jobs: int) -> tuple[list[dict[str, Any]], dict[str, int], str, float, float]:
    """Results, expected points, the sandbox, and the seconds by the clock and of the processors."""
    sandbox = find_sandbox()
    with tempfile.TemporaryDirectory(prefix="vaecore-bench-") as temporary:
        folder = Path(temporary)
        expected = write_class(folder / "in", count)
        start, used = time.perf_counter(), seconds_of_processors()
        rules = Rules(Path(), POINTS, NAME)
        results = grade_folder(folder / "in", folder / "out", rules, sandbox, jobs=jobs)
        return results, expected, sandbox.name, time.perf_counter() - start, seconds_of_processors() - used


def wrong_verdicts(results: list[dict[str, Any]], expected: dict[str, int]) -> list[str]:
    """The students who got other points than they must, or another state."""
    got = {
        one["student"]: sum(entry["points"] for entry in one["exercises"])
        for one in results if one["state"] == "graded"
    }  # fmt: skip
    return [student for student, points in expected.items() if got.get(student) != points]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hand-ins", type=int, default=300)
    parser.add_argument("--jobs", type=int, default=2, help="hand-ins at once")
    options = parser.parse_args()
    before = os.getloadavg()[0]
    results, expected, sandbox, clock, used = graded(options.hand_ins, options.jobs)
    count = len(expected)
    states = Counter(one["state"] for one in results)
    print(
        f"{count} hand-ins of {len(TEN)} exercises, {options.jobs} at once, sandbox: {sandbox}\n"
        f"  by the clock     {clock:8.1f} s   ({60 * count / clock:.0f} a minute)\n"
        f"  of processors    {used:8.1f} s   ({used / count:.2f} s each)\n"
        f"  load before      {before:8.1f}     ({os.cpu_count()} cores; above 0: others ran beside it)\n"
        f"  states           {', '.join(f'{n} {state}' for state, n in states.items())}"
    )
    wrong = wrong_verdicts(results, expected)
    print(f"  other points than they must get: {', '.join(wrong) or 'nobody'}")
    return int(bool(wrong))


if __name__ == "__main__":
    raise SystemExit(main())

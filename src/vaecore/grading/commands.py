"""The commands `vaecore grade` and, with what it has written, `vaecore report`."""

import argparse
from collections import Counter
from pathlib import Path
from typing import Any

from vaecore.foundations import validation
from vaecore.foundations.console import say
from vaecore.foundations.errors import InvalidInputError


def add_grade(commands: Any) -> None:
    """Add `grade` to the commands of a parser."""
    grader = commands.add_parser(
        "grade",
        help="judge the notebooks that a class has handed in, each in a sandbox",
        description="Judge hand-ins: a folder, or a file, for each student; or nbgrader's submitted/. "
        "Each runs in a sandbox (bubblewrap), its answers are judged outside. Writes a JSON file for each "
        "student and a table; a second run goes on, and judges again only what has changed.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    grader.add_argument("folder", type=Path, metavar="FOLDER", help="the hand-ins")
    grader.add_argument("--out", type=Path, default=Path("grades"), metavar="FOLDER", help="for the grades")
    grader.add_argument("--assignment", type=Path, metavar="FILE",
                        help="its exercises and points: assignment.json of `make assignment`")  # fmt: skip
    grader.add_argument("--exercises", nargs="+", default=[], metavar="ID[=POINTS]",
                        help="or the exercises themselves; by default all that are handed in")  # fmt: skip
    grader.add_argument("--any-version", action="store_true",
                        help="grade what was made by another version of the book, too")  # fmt: skip
    grader.add_argument("--without-sandbox", action="store_true",
                        help="run hand-ins with your own rights; only if you trust all of them")  # fmt: skip
    grader.add_argument("--again", action="store_true", help="judge again what has not changed")
    grader.add_argument(
        "--jobs", type=int, default=0, metavar="N", help="hand-ins at once; 0: one for each core"
    )
    grader.add_argument(
        "--cell-seconds", type=float, default=30.0, metavar="S", help="of computing, for one cell"
    )
    grader.add_argument(
        "--seconds", type=float, default=600.0, metavar="S", help="by the clock, for a notebook"
    )
    grader.add_argument(
        "--memory", type=int, default=3000, metavar="MB", help="of address space, for a hand-in"
    )
    grader.set_defaults(run=_grade)


def _grade(options: argparse.Namespace) -> int:
    # Not above: the other commands need no exercises.
    from vaecore.grading.assignments import points_of_words, read_assignment
    from vaecore.grading.judging_hand_ins import Rules
    from vaecore.grading.results import STUDENTS, TABLE
    from vaecore.grading.runs import chosen_sandbox, grade_folder

    validation.whole_number(options.jobs, "--jobs", at_least=0)
    validation.whole_number(options.memory, "--memory", at_least=500)
    for value, name in ((options.cell_seconds, "--cell-seconds"), (options.seconds, "--seconds")):
        if not 0 < value < 1e6:
            raise InvalidInputError(f"{name} is {value:g}, expected a number above 0")
    name, points = "", points_of_words(options.exercises)
    if options.assignment is not None:
        assignment = read_assignment(options.assignment)
        name, points = assignment.name, points or assignment.points
    rules = Rules(
        Path(), points, name, options.any_version, options.cell_seconds, options.seconds, options.memory
    )
    sandbox = chosen_sandbox(options.without_sandbox)
    if sandbox.bwrap is None:
        say("Sandbox: none. Hand-ins run with your rights; their verdicts are no proof against forgery.")
    else:
        say(f"Sandbox: {sandbox.name}.")
    results = grade_folder(
        options.folder, options.out, rules, sandbox, jobs=options.jobs, again=options.again, say=say
    )
    states = Counter(str(result["state"]) for result in results)
    say(
        f"{len(results)} students: "
        + ", ".join(f"{count} {state}" for state, count in states.most_common())
        + "."
    )
    say(f"Written: {options.out / TABLE}, and a file for each student in {options.out / STUDENTS}.")
    return 1 if states["not graded"] else 0


def add_report(commands: Any) -> None:
    """Add `report` to the commands of a parser."""
    reporter = commands.add_parser(
        "report",
        help="say what the class has not understood: from the grades that `grade` has written",
        description="From a folder of grades: a page and a table of exercises by misconceptions, "
        "a page of feedback for each student, and grades for Moodle and Canvas.",
    )
    reporter.add_argument("folder", type=Path, metavar="FOLDER", help="the grades")
    reporter.add_argument("--book", default="", metavar="ADDRESS",
                          help="of the book's pages, to link into them; else those built here")  # fmt: skip
    reporter.add_argument("--title", default="", help="of the report")
    reporter.set_defaults(run=_report)


def _report(options: argparse.Namespace) -> int:
    from vaecore.grading.report.pages import Book, address_of_book
    from vaecore.grading.report.writing import write_report

    address = address_of_book(options.book, Path(__file__).parents[1])
    files = write_report(options.folder, Book(address), options.title)
    if not address:
        say("There are no links into the book: say where its pages are with --book.")
    say(f"Written: {files[0]}, tables beside it, and a page of feedback for each student in feedback/.")
    return 0

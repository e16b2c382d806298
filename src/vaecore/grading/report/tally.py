"""Counting: how many students each exercise has, and what came of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import Exercise
from vaecore.exercises.machinery.judging import INPUT_CHANGED
from vaecore.grading.results import exercises_in
from vaecore.grading.states import JUDGED

STATUSES = ("passed", "failed", "error", "not attempted")
UNNAMED = ("error", "not attempted")  # beside the mistakes that have a name
INPUT_WORDS = "The function changes its input in place, and whoever called it loses their numbers."


@dataclass
class Outcome:
    """What came of an exercise: a status, and for a wrong answer which mistake, or what was found instead.

    kind: "passed", "mistake" (with its ID), "diagnosis" (its code), "error", "not attempted" or "failed".
    """

    kind: str
    name: str = ""
    students: list[str] = field(default_factory=list)
    example: str = ""

    @property
    def count(self) -> int:
        return len(self.students)


@dataclass
class ExerciseTally:
    """All outcomes of one exercise, the passed ones first, then the most frequent."""

    exercise: Exercise
    outcomes: list[Outcome]

    @property
    def count(self) -> int:
        return sum(outcome.count for outcome in self.outcomes)

    @property
    def passed(self) -> int:
        return sum(outcome.count for outcome in self.outcomes if outcome.kind == "passed")


def tallies(results: Iterable[Mapping[str, Any]]) -> list[ExerciseTally]:
    """Count the outcomes of all exercises, in the order of the book."""
    judged = [result for result in results if result["state"] in JUDGED]
    found: list[ExerciseTally] = []
    for name in exercises_in(judged):
        outcomes: dict[tuple[str, str], Outcome] = {}
        for result in judged:
            for entry in result["exercises"]:
                if entry["id"] == name:
                    kind = kind_of(entry)
                    outcome = outcomes.setdefault(kind, Outcome(*kind, example=str(entry.get("message", ""))))
                    outcome.students.append(str(result["student"]))
        order = sorted(outcomes.values(), key=_place)
        found.append(ExerciseTally(EXERCISES[name], order))
    return found


def kind_of(entry: Mapping[str, Any]) -> tuple[str, str]:
    """Return the kind of an exercise's outcome, and its name."""
    if entry["status"] == "failed" or (entry["status"] == "error" and entry.get("diagnosis")):
        if entry.get("misconception"):
            return "mistake", str(entry["misconception"])
        return ("diagnosis", str(entry["diagnosis"])) if entry.get("diagnosis") else ("failed", "")
    return (str(entry["status"]), "") if entry["status"] in STATUSES else ("error", "")


def _place(outcome: Outcome) -> tuple[int, int, str]:
    ranks = {"passed": 0, "mistake": 1, "diagnosis": 1, "failed": 2, "error": 3, "not attempted": 4}
    return ranks[outcome.kind], -outcome.count, outcome.name


def words_of(tally: ExerciseTally, outcome: Outcome) -> str:
    """Return what an outcome means, in the catalogue's words; for a diagnosis what one student was told."""
    if outcome.kind == "mistake":
        if outcome.name == INPUT_CHANGED:
            return INPUT_WORDS
        found = [m.message for m in tally.exercise.mistakes if m.id == outcome.name]
        return found[0] if found else _first_part(outcome.example)
    fixed = {
        "passed": "Right.",
        "not attempted": "Nothing was handed in.",
        "error": "It raised an error, or did not end.",
    }
    return fixed.get(outcome.kind) or _first_part(outcome.example)


def _first_part(message: str) -> str:
    return message.split("\n\n", 1)[0][:400]


def again_tomorrow(found: Iterable[ExerciseTally], most: int = 5) -> list[tuple[int, ExerciseTally, Outcome]]:
    """Return what most students have got wrong: (how many, where it was seen most, what).

    A mistake of one name in several exercises counts a student once.
    """
    students: dict[tuple[str, str], set[str]] = {}
    where: dict[tuple[str, str], tuple[ExerciseTally, Outcome]] = {}
    for tally in found:
        for outcome in tally.outcomes:
            if outcome.kind not in ("mistake", "diagnosis"):
                continue
            # A diagnosis says something of one exercise's numbers; a mistake is the same everywhere.
            key = (outcome.name, "" if outcome.kind == "mistake" else tally.exercise.id)
            students.setdefault(key, set()).update(outcome.students)
            if key not in where or outcome.count > where[key][1].count:
                where[key] = (tally, outcome)
    order = sorted(students, key=lambda key: (-len(students[key]), key))
    return [(len(students[key]), *where[key]) for key in order[:most]]


def states(results: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Return how many hand-ins are in each state, the most frequent first."""
    return Counter(str(result["state"]) for result in results).most_common()

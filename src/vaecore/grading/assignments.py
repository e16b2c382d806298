"""What an assignment asks for: its exercises, their points and the version of the book, as a file says it."""

import json
from dataclasses import dataclass
from pathlib import Path

from vaecore.exercises.checking import find
from vaecore.foundations.errors import InvalidInputError

FORMAT, VERSION, FILE = "vaecore assignment", 1, "assignment.json"


@dataclass(frozen=True)
class Assignment:
    """name: as nbgrader has it.  book: the version of the book.  points: exercise -> points."""

    name: str
    book: str
    points: dict[str, float]

    def text(self) -> str:
        """Return it as its file has it."""
        content = {
            "format": FORMAT,
            "version": VERSION,
            "assignment": self.name,
            "book": self.book,
            "points": self.points,
        }
        return json.dumps(content, indent=1) + "\n"


def read_assignment(path: Path) -> Assignment:
    """Return the assignment of a file, `assignment.json`.

    Raises InvalidInputError for anything else, for an exercise that does not exist, and for points below 0.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        name, book, points = content["assignment"], content["book"], content["points"]
        if content["format"] != FORMAT or content["version"] != VERSION:
            raise ValueError("another format")
        pairs = {find(exercise).id: float(value) for exercise, value in points.items()}
    except InvalidInputError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInputError(
            f"{str(path)!r} cannot be read ({error}), expected the {FILE} of `make assignment`"
        ) from error
    return Assignment(str(name), str(book), checked_points(pairs))


def checked_points(points: dict[str, float]) -> dict[str, float]:
    """Return points that are numbers from 0 on.  Raises InvalidInputError for others, and for none at all."""
    for exercise, value in points.items():
        if not 0 <= value < 1e6:
            raise InvalidInputError(f"{exercise} has {value} points, expected a number from 0 on")
    if not points:
        raise InvalidInputError("there is no exercise in the assignment, expected one or more")
    return points


def points_of_words(words: list[str]) -> dict[str, float]:
    """Return the points of words such as "L-KL" (one point) and "X-4=2".

    Raises InvalidInputError for an exercise that does not exist, or points that are no number.
    """
    points: dict[str, float] = {}
    for word in words:
        name, _, value = word.partition("=")
        try:
            points[find(name).id] = float(value) if value else 1.0
        except InvalidInputError:
            raise
        except ValueError as error:
            raise InvalidInputError(
                f"{word!r} has points that are no number, expected such as {name}=2"
            ) from error
    return checked_points(points) if points else {}

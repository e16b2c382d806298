"""What an entry of the set is; a function gets into it by `@wrong("L-KL", "the mistake")` or `@right`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LATER = ("second", "third", "fourth")  # how the modules with later sets' answers begin


@dataclass(frozen=True)
class Entry:
    """One answer.  mistake: what is wrong with it, in words, or "" for a right one."""

    exercise: str
    answer: Callable[..., Any]
    mistake: str = ""

    @property
    def name(self) -> str:
        return f"{self.exercise}:{self.answer.__name__}"

    @property
    def set(self) -> str:
        first = self.answer.__module__.rpartition(".")[2].partition("_")[0]
        return first if first in LATER else "first"


@dataclass(frozen=True)
class Given:
    """An answer to a question.  mistake: as above."""

    exercise: str
    answer: Any
    mistake: str = ""


QUESTIONS: list[Given] = []
ENTRIES: list[Entry] = []


def wrong(exercise: str, mistake: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function that must not pass."""

    def enter(answer: Callable[..., Any]) -> Callable[..., Any]:
        ENTRIES.append(Entry(exercise, answer, mistake))
        return answer

    return enter


def right(exercise: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function that must pass."""

    def enter(answer: Callable[..., Any]) -> Callable[..., Any]:
        ENTRIES.append(Entry(exercise, answer))
        return answer

    return enter

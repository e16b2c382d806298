"""A student's visit: what is done in it, how long each thing took, and what its processes need."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import psutil

from tools.hub.student import Student

CHAPTER = "05_kl.ipynb"
QUICK = 0.5  # seconds: a cell that takes less alone
# Ten exercises with code, of the chapter and of those beside it.
EXERCISES = (
    "L-KL", "X-4", "X-5", "C5-two-gaussians", "C5-sampled-kl", "L-SAMPLE", "S-REP", "X-7a", "X-7b", "L-ADAM",
)  # fmt: skip


@dataclass(frozen=True)
class Costs:
    """What a student's server and kernels have taken until the chapter has run.

    memory: bytes, the share of each page that they use (PSS).  cpu: seconds of a processor.
    """

    memory: int = 0
    cpu: float = 0.0


@dataclass
class Visit:
    """What was done in how many seconds; `trouble` says what failed, "" for nothing."""

    name: str
    login: float = 0.0  # until the student's own server answers
    opened: float = 0.0  # until the chapter is there, with a kernel
    cells: list[float] = field(default_factory=list)
    moved: float = 0.0
    checks: list[float] = field(default_factory=list)
    costs: Costs = Costs()
    trouble: str = ""


def visit(name: str, log_in: Callable[[], Student], costs: Callable[[], Costs], exercises=EXERCISES) -> Visit:
    """Do all that a student does in a lesson.  Never raises: what went wrong is in `trouble`."""
    done = Visit(name)
    student = None
    try:
        begun = time.monotonic()
        student = log_in()
        done.login = time.monotonic() - begun
        notebook = student.open(CHAPTER)
        done.opened = time.monotonic() - begun - done.login
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                done.cells.append(student.run("".join(cell["source"])))
        done.costs = costs()
        done.moved = student.move_a_widget(1.25)
        done.checks = [student.check(exercise) for exercise in exercises]
        notebook["cells"].append(
            {"cell_type": "markdown", "id": "note", "metadata": {}, "source": f"I am {name}."}
        )
        student.save(CHAPTER, notebook)
    except Exception as error:  # a lesson of thirty goes on without one
        done.trouble = f"{type(error).__name__}: {error}"
    finally:
        if student is not None:
            student.leave()
    return done


def costs_of(chosen: Callable[[psutil.Process], bool]) -> Costs:
    """What some processes and their children have taken."""
    found = {}
    for process in psutil.process_iter():
        try:
            if chosen(process):
                for one in (process, *process.children(recursive=True)):
                    times = one.cpu_times()
                    found[one.pid] = one.memory_full_info().pss, times.user + times.system
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return Costs(sum(memory for memory, _ in found.values()), sum(cpu for _, cpu in found.values()))


def percentile(values: list[float], share: float) -> float:
    """The smallest value that at least this share of them do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else 0.0


def quick_cells(alone: Visit, others: list[Visit]) -> list[float]:
    """How long those cells took the others that took one student alone less than QUICK."""
    quick = [i for i, seconds in enumerate(alone.cells) if seconds < QUICK]
    return [other.cells[i] for other in others if not other.trouble for i in quick]

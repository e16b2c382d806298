"""Wrong computations that an answer is compared with: the listed mistakes, and variants of the solution."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from vaecore.exercises.machinery.diagnoses.cases import Calls, Case, all_close, usable
from vaecore.exercises.machinery.diagnoses.variants import Variant, variants_of, with_another
from vaecore.exercises.machinery.exercise import CodeExercise

MOST_EXPLANATIONS = 3  # that fit at once; more say that the numbers tell nothing
SIMPLE = (
    "sign", "left out", "operator", "function left out", "axis", "no axis", "number", "function",
    "other result", "quotient of logarithms", "inside the root", "not collected", "exchanged",
    "arguments", "root of squares", "squared factor", "comparison", "negative",
    "taken from 1", "name", "difference of squares", "mean of exponentials", "absolute terms",
    "function put in",
)  # fmt: skip

Moved = Sequence[tuple[Mapping[str, Any], Any]]  # arguments and result


@dataclass(frozen=True)
class Candidate:
    """A wrong computation: what it gives on the cases, and where it comes from.

    part: the exercise whose function makes the mistake, where it is another one.  function: what was called.
    """

    results: list[Any]
    variant: Variant | None = None
    message: str = ""
    part: str = ""
    function: Any = None


def function_of(exercise: CodeExercise, candidate: Candidate) -> Any:
    """Return the function that a candidate is."""
    return candidate.variant.function(exercise) if candidate.variant else candidate.function


def candidates_of(exercise: CodeExercise, cases: Sequence[Case]) -> list[Candidate]:
    found = []
    for mistake in exercise.mistakes:
        for wrong in mistake.wrong:
            if callable(wrong):
                found.append(Candidate(run(exercise, wrong, cases), message=mistake.message, function=wrong))
    for other in exercise.uses:
        for mistake in other.mistakes:
            for wrong in mistake.wrong:
                function = with_another(exercise, other.solution.__name__, wrong)
                results = run(exercise, function, cases)
                found.append(Candidate(results, None, mistake.message, other.id, function))
    for variant in variants_of(exercise):
        found.append(Candidate(run(exercise, variant.function(exercise), cases), variant))
    return [c for c in found if len(c.results) == len(cases) and usable(*c.results)]


def run(exercise: CodeExercise, function: Any, cases: Sequence[Case]) -> list[Any]:
    calls = Calls(exercise, function)
    results = []
    for case in cases:
        results.append(calls(case.args))
        if not usable(results[-1]):
            break
    return results


def same_results(results: Any, seen: list[Any], rtol: float) -> bool:
    return results is not None and len(results) == len(seen) and all_close(results, seen, rtol)

"""What is said of a wrong answer that fits no listed mistake: the most telling that is true of its numbers.

Everything is computed before it is said: an answer is called again, on the same inputs and on changed ones,
and compared with the solution on them.  This runs for unlisted mistakes alone, never for a right answer.
"""

from collections.abc import Callable
from typing import Any

from vaecore.exercises.machinery import safe_running
from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.diagnoses.cases import Calls, all_close, cases_of, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import differences
from vaecore.exercises.machinery.exercise import CodeExercise

MOST_SENTENCES = 2


def explain(exercise: CodeExercise, function: Callable[..., Any]) -> Diagnosis | None:
    """Return what can be said of a wrong function, or None where nothing was found."""
    outcome = safe_running.run(lambda: findings(exercise, function), safe_running.TIME_LIMIT)
    found = outcome.value if outcome.how == "returned" else []
    return _together(found) if found else None


def findings(exercise: CodeExercise, function: Callable[..., Any]) -> list[Diagnosis]:
    """Return all that was found to be true, the most telling first."""
    cases = cases_of(exercise)
    answer, solution = Calls(exercise, function), Calls(exercise, exercise.solution)
    seen = [answer(case.args) for case in cases]
    right = [solution(case.args) for case in cases]
    comparable = cases and not any(isinstance(s, Trouble) for s in seen) and usable(*right)
    if not comparable or all_close(seen, right, exercise.rtol):  # wrong on other inputs, or in another way
        return []
    return sorted(differences(cases, seen, right, exercise.rtol), key=lambda d: d.weight)


def _together(found: list[Diagnosis]) -> Diagnosis:
    """The most telling sentence gives the code; another one of a different kind may follow it."""
    texts: list[str] = []
    codes: list[str] = []
    for one in found:
        if one.code not in codes and len(texts) < MOST_SENTENCES:
            texts.append(one.text)
            codes.append(one.code)
    return Diagnosis(codes[0], " ".join(texts), found[0].weight)

"""What is said of a wrong answer that fits no listed mistake: the most telling that is true of its numbers.

Everything is computed before it is said: an answer is called again, on the same inputs and on changed ones,
and compared with the solution on them.  This runs for unlisted mistakes alone, never for a right answer.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery import safe_running
from vaecore.exercises.machinery.answers import Elsewhere, Trouble
from vaecore.exercises.machinery.diagnoses.broken_rules import broken_rules, one_sided, same_order, symmetric
from vaecore.exercises.machinery.diagnoses.by_input import by_input
from vaecore.exercises.machinery.diagnoses.callbacks import callbacks
from vaecore.exercises.machinery.diagnoses.cases import (
    LARGEST_CASE,
    Call,
    Calls,
    Case,
    all_cases,
    all_close,
    cases_of,
    telling_cases,
    usable,
)
from vaecore.exercises.machinery.diagnoses.cut_inputs import cut_inputs
from vaecore.exercises.machinery.diagnoses.dependence import dependence
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import differences
from vaecore.exercises.machinery.diagnoses.evidence import Evidence, evidence
from vaecore.exercises.machinery.diagnoses.many_draws import many_draws
from vaecore.exercises.machinery.diagnoses.one_change import one_change
from vaecore.exercises.machinery.diagnoses.other_inputs import other_inputs
from vaecore.exercises.machinery.diagnoses.several_results import (
    named,
    number_of_results,
    only,
    which_are_wrong,
    wrong_results,
)
from vaecore.exercises.machinery.diagnoses.small_case import small_case
from vaecore.exercises.machinery.diagnoses.structure import structure
from vaecore.exercises.machinery.diagnoses.two_orders import two_orders
from vaecore.exercises.machinery.diagnoses.value_changed import value_changed
from vaecore.exercises.machinery.diagnoses.value_returned import value_returned
from vaecore.exercises.machinery.diagnoses.what_they_share import what_they_share
from vaecore.exercises.machinery.diagnoses.where_right import where_right
from vaecore.exercises.machinery.diagnoses.words import on_all
from vaecore.exercises.machinery.exercise import CodeExercise

MOST_SENTENCES = 2
WEAK = 0.32  # what weighs more is said alone, where nothing else is found
ENOUGH = 2  # inputs with results, where others raise an error
CLEAR = 0.3  # the weight of what needs no further look
TIME_LIMIT = 3 * safe_running.TIME_LIMIT  # a machine under load takes that; a second or two are the rule


def explain(exercise: CodeExercise, function: Callable[..., Any]) -> tuple[Diagnosis | None, str]:
    """Return what can be said of a wrong function, or None, and a case to redo by hand, or ""."""

    def both() -> tuple[list[Diagnosis], str]:
        return findings(exercise, function), by_hand(exercise, function)

    outcome = safe_running.run(both, TIME_LIMIT, here=isinstance(function, Elsewhere))
    found, case = outcome.value if outcome.how == "returned" else ([], "")
    return _together(found) if found else None, case


def case_of_named(exercise: CodeExercise, function: Callable[..., Any]) -> str:
    """Return a case to redo by hand for an answer whose mistake has a name."""
    outcome = safe_running.run(
        lambda: by_hand(exercise, function), safe_running.TIME_LIMIT, here=isinstance(function, Elsewhere)
    )
    return outcome.value if outcome.how == "returned" else ""


def by_hand(exercise: CodeExercise, function: Callable[..., Any]) -> str:
    """Return a sentence with a small input on which the function is wrong; "" where noise is drawn."""
    if exercise.takes_rng or exercise.measure is not None:
        return ""
    answer, solution = Calls(exercise, function), Calls(exercise, exercise.solution)
    return small_case(cases_of(exercise), answer, solution, exercise.rtol)


def findings(exercise: CodeExercise, function: Callable[..., Any]) -> list[Diagnosis]:
    """Return all that was found to be true, the most telling first."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _all_findings(exercise, function)


def _all_findings(exercise: CodeExercise, function: Callable[..., Any]) -> list[Diagnosis]:
    answer, solution = Calls(exercise, function), Calls(exercise, exercise.solution)
    cases = telling_cases(exercise, answer, solution)
    told = [case for case in cases if not isinstance(answer(case.args), Trouble)]
    if len(told) == len(cases):
        return _findings(exercise, told, answer, solution)
    if len(told) < ENOUGH:
        return []
    return [
        Diagnosis(d.code, f"Where it raises no error: {d.text}", d.weight)
        for d in _findings(exercise, told, answer, solution)
    ]


def _findings(
    exercise: CodeExercise, cases: Sequence[Case], answer: Calls, solution: Calls
) -> list[Diagnosis]:
    """What is true on these inputs, on which the answer returns numbers."""
    seen = [answer(case.args) for case in cases]
    right = [solution(case.args) for case in cases]
    comparable = cases and usable(*right)
    if not comparable or all_close(seen, right, exercise.rtol):  # wrong on other inputs, or in another way
        return []
    count = number_of_results(exercise)
    wrong = wrong_results(count, seen, right, exercise.rtol)
    how = differences(cases, seen, right, exercise.rtol)
    found = list(how) if len(wrong) == count else []
    place = wrong[0] if count > 1 and len(wrong) == 1 else None
    ours, theirs = (only(c, place) if place is not None else c for c in (answer, solution))
    known = evidence(cases, ours, theirs, exercise.rtol, place)
    more = known.pairs[known.count :] if known is not None and place is None else ()
    if usable(*seen) and not any(one.weight < CLEAR for one in found):
        found += one_change(exercise, cases, seen, right, more)
    if usable(*seen) and not any(one.weight < CLEAR for one in found):
        found += other_inputs(cases, solution, seen, right, exercise.rtol)
    if known is not None and not any(d.weight < CLEAR for d in found):
        closer = _on_the_way(exercise, known, theirs)
        found += named(closer, place) if place is not None else closer
    if not any(one.weight < CLEAR for one in found):
        found += _looked_closer(exercise, cases, answer, solution, wrong if count > 1 else [], how, known)
    return sorted(found + which_are_wrong(count, wrong), key=lambda d: d.weight)


def _on_the_way(exercise: CodeExercise, known: Evidence, solution: Call) -> list[Diagnosis]:
    """Whether the answer is the solution on another input, or with another value on the way."""
    return (
        two_orders(known, solution)
        or cut_inputs(known, solution)
        or value_changed(exercise, known)
        or by_input(*known.on_the_exercises_inputs, known.rtol)
        or value_returned(exercise, known)
    )


def _looked_closer(
    exercise: CodeExercise,
    cases: Sequence[Case],
    answer: Calls,
    solution: Calls,
    wrong: list[int],
    how: list[Diagnosis],
    known: Evidence | None,
) -> list[Diagnosis]:
    """What the answer's calls, its response to changed inputs and the places where it is right tell.

    wrong: which of several results are wrong.  how: how all of them together differ from the expected ones.
    known: what the answer, or its one wrong result, returned on these inputs and on moved ones.
    """
    rtol = exercise.rtol
    found = callbacks(cases, answer, solution, rtol, exercise.takes_rng)
    if exercise.takes_rng:
        found += many_draws(cases, answer, solution)
    ours, theirs = (only(c, wrong[0]) if len(wrong) == 1 else c for c in (answer, solution))
    seen, right = ([call(case.args) for case in cases] for call in (ours, theirs))
    closer = where_right(cases, ours, theirs, seen, right, rtol, exercise.takes_rng)
    if not closer or all(one.code == "right-sometimes" for one in closer):
        closer += what_they_share(all_cases(exercise, LARGEST_CASE), ours, theirs, rtol)
    if usable(*seen):
        if len(wrong) == 1:
            how = differences(cases, seen, right, rtol)
            closer += how
        closer += by_input(cases, seen, right, rtol)
        closer += dependence(cases, ours, theirs, seen, right, rtol, exercise.takes_rng)
        closer += broken_rules(seen, right)
        closer += symmetric(cases, ours, theirs, seen, right)
        if known is not None:
            closer += structure(known, ours, theirs)
        if not any(one.code == "row-factors" for one in how):
            closer += _on_most(cases, seen, right, rtol)
        if not found and not closer:
            closer += one_sided(seen, right, rtol) + same_order(seen, right)
    return found + (named(closer, wrong[0]) if len(wrong) == 1 else closer)


def _on_most(cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """How the result differs on all inputs but one, which may hold what nothing else holds."""
    count = len(cases)
    if count < 3:
        return []
    for out in range(count - 1, -1, -1):
        kept = [i for i in range(count) if i != out]
        if any(all_close([seen[i]], [right[i]], rtol) for i in kept):
            continue
        some = [cases[i] for i in kept]
        ours, theirs = ([x[i] for i in kept] for x in (seen, right))
        found = differences(some, ours, theirs, rtol)
        found = [d for d in found if d.weight < CLEAR and on_all(count - 1) in d.text]
        if found:
            text = found[0].text.replace(on_all(count - 1), f"on {count - 1} of {count} inputs")
            return [Diagnosis(found[0].code, text, found[0].weight + 0.05)]
    return []


def _together(found: list[Diagnosis]) -> Diagnosis:
    """The most telling sentence gives the code; another one of a different kind may follow it."""
    texts: list[str] = []
    codes: list[str] = []
    for one in found:
        weak = texts and one.weight > WEAK
        if one.code not in codes and len(texts) < MOST_SENTENCES and not weak:
            texts.append(one.text)
            codes.append(one.code)
    return Diagnosis(codes[0], " ".join(texts), found[0].weight)

"""Whether an answer computes what the solution would with one thing changed, or with two.

Compared are the results on all cases, at the exercise's own tolerance.  What differs in one place of the
solution is told in words; the solution's lines are not.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.candidates import (
    MOST_EXPLANATIONS,
    SIMPLE,
    Candidate,
    Moved,
    candidates_of,
    function_of,
    run,
    same_results,
)
from vaecore.exercises.machinery.diagnoses.cases import Case, all_close, flat, usable
from vaecore.exercises.machinery.diagnoses.changes_of_result import COLLAPSED, SCALED, SHAPED, Change, applied
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import sizes
from vaecore.exercises.machinery.diagnoses.size_factors import one_ratio_each, size_factor
from vaecore.exercises.machinery.diagnoses.two_changes import two_changes
from vaecore.exercises.machinery.diagnoses.variant_words import Words
from vaecore.exercises.machinery.diagnoses.words import on_all
from vaecore.exercises.machinery.exercise import CodeExercise

TOP = ("with the other sign", "times 2", "times 1/2", "over log 2, that is in bits")
ON_TOP = [*(c for c in SCALED if c.words in TOP), *COLLAPSED, *SHAPED[:3]]


def one_change(
    exercise: CodeExercise, cases: Sequence[Case], seen: list[Any], right: list[Any], more: Moved = ()
) -> list[Diagnosis]:
    """Return what can be said of a result that one change, or two, would give.

    more: what the answer returned on other inputs; one change has to give that, too.
    """
    candidates = [c for c in candidates_of(exercise, cases) if not all_close(c.results, right, exercise.rtol)]
    words = Words(exercise)
    count = len(cases)
    same = [c for c in candidates if same_results(c.results, seen, exercise.rtol)]
    same = [c for c in same if _fits(exercise, c, more)]
    if same and _varied(seen):
        return _single(words, same, "", count)
    for change in ON_TOP:
        same = [c for c in candidates if same_results(applied(change, c.results), seen, exercise.rtol)]
        same = [c for c in same if _fits(exercise, c, more, change)]
        if same and _varied(seen):
            return _single(words, same, change.words, count)
    if found := _times_a_size(words, candidates, cases, seen, exercise.rtol):
        return found
    if not usable(*seen) or [np.shape(s) for s in seen] != [np.shape(r) for r in right]:
        return []
    return two_changes(exercise, cases, candidates, words, seen, right, more)


def _fits(exercise: CodeExercise, candidate: Candidate, more: Moved, change: Change | None = None) -> bool:
    """Whether a candidate, with a change on top of it, returns what the answer did on these inputs, too."""
    if not more or (candidate.variant is None and change is None):
        return True
    results = run(exercise, function_of(exercise, candidate), [Case("", args) for args, _ in more])
    if not usable(*results):
        return True
    return same_results(
        results if change is None else applied(change, results), [s for _, s in more], exercise.rtol
    )


def _times_a_size(
    words: Words, candidates: list[Candidate], cases: Sequence[Case], seen: list[Any], rtol: float
) -> list[Diagnosis]:
    """One change, and the result times or over something that is made of a size of the input."""
    lengths = sizes(cases)
    fitting: dict[str, list[Candidate]] = {}
    for candidate in candidates if _varied(seen) and lengths else ():
        ratios = one_ratio_each(seen, candidate.results, rtol)
        if ratios and (how := size_factor(ratios, lengths, rtol)):
            fitting.setdefault(how, []).append(candidate)
    return next(
        (found for how, some in fitting.items() if (found := _single(words, some, how, len(cases)))), []
    )


def _varied(results: Sequence[Any]) -> bool:
    numbers = flat(results)
    return numbers.size > 1 and np.ptp(numbers) > 1e-9 * (1 + np.abs(numbers).max())


def _single(words: Words, same: list[Candidate], on_top: str, count: int) -> list[Diagnosis]:
    """One change, perhaps with a sign or a sum on top of it."""
    top = f" Besides, the whole result is taken {on_top}." if on_top else ""
    in_part = {(c.part, c.message) for c in same if c.part}
    if len(in_part) == 1 and not on_top:
        part, message = in_part.pop()
        text = (
            f"Your numbers are, {on_all(count)}, those of a right computation with a mistake of {part} in "
            f"it. {message}"
        )
        return [Diagnosis("one-change", text, 0.05)]
    listed = list(dict.fromkeys(c.message for c in same if c.message))
    if len(listed) == 1 and on_top:
        text = (
            f"Your result is, {on_all(count)}, that of another mistake, {on_top}. The other mistake: "
            f"{listed[0]}"
        )
        return [Diagnosis("two-mistakes", text, 0.04)]
    ranked = sorted((c.variant for c in same if c.variant), key=lambda v: SIMPLE.index(v.edits[0].kind))
    texts = list(dict.fromkeys(words.about(v.places[0], v.edits[0]) for v in ranked))
    if not texts or len(texts) > MOST_EXPLANATIONS:
        return []
    code, weight = ("two-mistakes", 0.08) if on_top else ("one-change", 0.06)
    text = (
        f"Your numbers are, {on_all(count)}, those of a right computation with one thing changed: {texts[0]}."
    )
    return [Diagnosis(code, text + top, weight)]

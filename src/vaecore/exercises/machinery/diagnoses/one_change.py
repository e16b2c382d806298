"""Whether an answer computes what the solution would with one thing changed, or with two.

Compared are the results on all cases, at the exercise's own tolerance.  What differs in one place of the
solution is told in words; the solution's lines are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Calls, Case, all_close, flat, usable
from vaecore.exercises.machinery.diagnoses.changes_of_result import COLLAPSED, SCALED, SHAPED, applied
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import sizes
from vaecore.exercises.machinery.diagnoses.size_factors import one_ratio_each, size_factor
from vaecore.exercises.machinery.diagnoses.variant_words import Words
from vaecore.exercises.machinery.diagnoses.variants import (
    Variant,
    changed,
    tree_of,
    variants_of,
    with_another,
)
from vaecore.exercises.machinery.diagnoses.words import number, on_all
from vaecore.exercises.machinery.exercise import CodeExercise

TOP = ("with the other sign", "times 2", "times 1/2", "over log 2, that is in bits")
ON_TOP = [*(c for c in SCALED if c.words in TOP), *COLLAPSED, *SHAPED[:3]]
MOST_EXPLANATIONS = 3  # that fit at once; more say that the numbers tell nothing
ENOUGH = 3  # different numbers, where the effects of two changes are added up
SIMPLE = (
    "sign", "left out", "operator", "function left out", "axis", "no axis", "number", "function",
    "not collected", "exchanged", "arguments", "root of squares", "squared factor", "comparison", "negative",
    "taken from 1", "name", "difference of squares", "mean of exponentials", "absolute terms",
    "function put in",
)  # fmt: skip


Moved = Sequence[tuple[Mapping[str, Any], Any]]  # arguments and result


@dataclass(frozen=True)
class Candidate:
    """A wrong computation: what it gives on the cases, and where it comes from.

    part: the exercise whose function makes the mistake, where it is another one.
    """

    results: list[Any]
    variant: Variant | None = None
    message: str = ""
    part: str = ""


def one_change(
    exercise: CodeExercise, cases: Sequence[Case], seen: list[Any], right: list[Any], more: Moved = ()
) -> list[Diagnosis]:
    """Return what can be said of a result that one change, or two, would give.

    more: what the answer returned on other inputs; one change has to give that, too.
    """
    candidates = [c for c in _candidates(exercise, cases) if not all_close(c.results, right, exercise.rtol)]
    words = Words(exercise)
    count = len(cases)
    same = [c for c in candidates if _same(c.results, seen, exercise.rtol) and _fits(exercise, c, more)]
    if same and _varied(seen):
        return _single(words, same, "", count)
    for change in ON_TOP:
        same = [c for c in candidates if _same(applied(change, c.results), seen, exercise.rtol)]
        if same and _varied(seen):
            return _single(words, same, change.words, count)
    if found := _times_a_size(words, candidates, cases, seen, exercise.rtol):
        return found
    if not usable(*seen) or [np.shape(s) for s in seen] != [np.shape(r) for r in right]:
        return []
    return _two(exercise, cases, candidates, words, seen, right)


def _fits(exercise: CodeExercise, candidate: Candidate, more: Moved) -> bool:
    """Whether a variant returns what the answer did on these inputs, too."""
    if candidate.variant is None or not more:
        return True
    results = _run(exercise, candidate.variant.function(exercise), [Case("", args) for args, _ in more])
    return _same(results, [s for _, s in more], exercise.rtol)


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


def _candidates(exercise: CodeExercise, cases: Sequence[Case]) -> list[Candidate]:
    found = []
    for mistake in exercise.mistakes:
        for wrong in mistake.wrong:
            if callable(wrong):
                found.append(Candidate(_run(exercise, wrong, cases), message=mistake.message))
    for other in exercise.uses:
        for mistake in other.mistakes:
            for wrong in mistake.wrong:
                function = with_another(exercise, other.solution.__name__, wrong)
                found.append(
                    Candidate(_run(exercise, function, cases), message=mistake.message, part=other.id)
                )
    for variant in variants_of(exercise):
        found.append(Candidate(_run(exercise, variant.function(exercise), cases), variant))
    return [c for c in found if len(c.results) == len(cases) and usable(*c.results)]


def _run(exercise: CodeExercise, function: Any, cases: Sequence[Case]) -> list[Any]:
    calls = Calls(exercise, function)
    results = []
    for case in cases:
        results.append(calls(case.args))
        if not usable(results[-1]):
            break
    return results


def _same(results: Any, seen: list[Any], rtol: float) -> bool:
    return results is not None and len(results) == len(seen) and all_close(results, seen, rtol)


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


def _two(
    exercise: CodeExercise,
    cases: Sequence[Case],
    candidates: list[Candidate],
    words: Words,
    seen: Any,
    right: Any,
) -> list[Diagnosis]:
    """Two changes whose effects add up, or a term that counts another number of times."""
    r = flat(right)
    if len(np.unique(np.round(r, 9))) < ENOUGH:
        return []
    scale = exercise.rtol * (np.abs(r) + np.abs(flat(seen))) + 1e-7
    kept = _different(candidates, right, scale)
    if not kept:
        return []
    effects = np.array([flat(c.results) for c in kept]) - r
    wanted = flat(seen) - r
    pairs = chain.from_iterable(
        (
            (i, int(j))
            for j in i + 1 + np.flatnonzero(np.all(np.abs(wanted - e - effects[i + 1 :]) <= scale, axis=1))
        )
        for i, e in enumerate(effects)
    )
    said: dict[str, Diagnosis] = {}
    for i, j in pairs:
        found = _pair(exercise, cases, kept[i], kept[j], words, seen)
        if found is not None:
            said.setdefault(found.text, found)
        if len(said) > MOST_EXPLANATIONS:
            return []
    if said:
        return [min(said.values(), key=lambda d: (d.weight, len(d.text)))]
    shaped = [c for c in candidates if [np.shape(x) for x in c.results] == [np.shape(x) for x in right]]
    return _weights(shaped, [flat(c.results) - r for c in shaped], wanted, scale, words, len(cases))


def _different(candidates: list[Candidate], right: list[Any], scale: Any) -> list[Candidate]:
    """Those with results of the right shapes; of several with the same numbers one, in the simplest words."""
    kept: dict[bytes, Candidate] = {}
    ranked = sorted(candidates, key=lambda c: SIMPLE.index(c.variant.edits[0].kind) if c.variant else -1)
    for candidate in ranked:
        if [np.shape(x) for x in candidate.results] == [np.shape(x) for x in right]:
            rounded = np.round(flat(candidate.results) / scale / 10)
            kept.setdefault(rounded.tobytes(), candidate)
    return list(kept.values())


def _pair(
    exercise: CodeExercise, cases: Sequence[Case], a: Candidate, b: Candidate, words: Words, seen: list[Any]
) -> Diagnosis | None:
    """Two changes that were run together and give these numbers, or listed ones whose effects add up."""
    on = on_all(len(cases))
    if a.variant and b.variant:
        if a.variant.places == b.variant.places:
            return None
        both = tuple(zip(a.variant.places + b.variant.places, a.variant.edits + b.variant.edits, strict=True))
        try:
            function = changed(tree_of(exercise), both).function(exercise)
        except Exception:  # the one change has taken away the place of the other
            return None
        if not _same(_run(exercise, function, cases), seen, exercise.rtol):
            return None
        first, second = (words.about(place, edit) for place, edit in both)
        rank = max(SIMPLE.index(edit.kind) for _, edit in both)
        if first == second:
            first = f"{first}, in one place"
            second = "the same in another"
        text = (
            f"Your numbers are, {on}, those of a right computation with two things changed: "
            f"{first}; and {second}."
        )
        return Diagnosis("two-mistakes", text, 0.1 + rank / 1000)
    if a.message == b.message or exercise.takes_rng:  # these are not run together: noise may look like a sum
        return None
    parts = [
        _as_sentence(words.about(c.variant.places[0], c.variant.edits[0])) if c.variant else c.message
        for c in (a, b)
    ]
    return Diagnosis(
        "two-mistakes", f"Two things at once, whose effects add up {on}. {' '.join(parts)}", 0.09
    )


def _as_sentence(clause: str) -> str:
    return f"{clause[0].upper()}{clause[1:]}."


def _weights(
    kept: list[Candidate], effects: Any, wanted: Any, scale: Any, words: Words, count: int
) -> list[Diagnosis]:
    """A term that is counted another number of times than once: half, twice, or with another sign."""
    said: dict[str, Diagnosis] = {}
    for candidate, effect in zip(kept, effects, strict=True):
        variant = candidate.variant
        if variant is None or variant.edits[0].kind != "left out" or np.ptp(effect) < 1e-7:
            continue
        at = np.argmax(np.abs(effect) / scale)
        if abs(effect[at]) < 100 * scale[at]:
            continue
        times = 1 - wanted[at] / effect[at]  # without the term the effect is that of 0 times
        if np.all(np.abs(wanted - (1 - times) * effect) <= scale) and abs(times - 1) > 1e-3:
            node: Any = words.nodes[variant.places[0]]
            if type(node.op).__name__ not in ("Add", "Sub"):
                continue
            part = words.describe(node.right if variant.edits[0].details[1] == "right" else node.left)
            text = (
                f"In your numbers {part} counts {number(times)} times as much as it should, {on_all(count)}."
            )
            said.setdefault(text, Diagnosis("term-weighted", text, 0.12))
    return list(said.values())[:1] if len(said) <= MOST_EXPLANATIONS else []

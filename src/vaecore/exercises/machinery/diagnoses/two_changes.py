"""Whether an answer computes what the solution would with two things changed, or with a term weighted."""

from collections.abc import Sequence
from itertools import chain, combinations, product
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.candidates import (
    MOST_EXPLANATIONS,
    SIMPLE,
    Candidate,
    Moved,
    function_of,
    run,
    same_results,
)
from vaecore.exercises.machinery.diagnoses.cases import Case, close, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.variant_words import Words
from vaecore.exercises.machinery.diagnoses.variants import Variant, changed, tree_of
from vaecore.exercises.machinery.diagnoses.words import number, on_all
from vaecore.exercises.machinery.exercise import CodeExercise

ENOUGH = 3  # different numbers, where the effects of two changes are added up


def two_changes(
    exercise: CodeExercise,
    cases: Sequence[Case],
    candidates: list[Candidate],
    words: Words,
    seen: list[Any],
    right: list[Any],
    more: Moved = (),
) -> list[Diagnosis]:
    """Return which two changes give this result: at once in one computation, or by effects that add up."""
    return _listed_together(exercise, cases, candidates, words, seen) or _effects_add_up(
        exercise, cases, candidates, words, seen, right, more
    )


def _listed_together(
    exercise: CodeExercise,
    cases: Sequence[Case],
    candidates: list[Candidate],
    words: Words,
    seen: list[Any],
) -> list[Diagnosis]:
    """Two listed mistakes in one computation, each of which is also a change of the solution.

    One of them may be a sigmoid too many or too few: logits and probabilities are often taken for each other.
    """
    rtol = exercise.rtol
    listed: dict[str, Variant] = {}
    variants = [c for c in candidates if c.variant]
    for mistake in (c for c in candidates if c.message and c.message not in listed and not c.part):
        same = next((c.variant for c in variants if same_results(c.results, mistake.results, rtol)), None)
        if same is not None:
            listed[mistake.message] = same
    sigmoids = {
        _as_sentence(f"besides, {words.about(c.variant.places[0], c.variant.edits[0])}"): c.variant
        for c in variants
        if c.variant and c.variant.edits[0].details == ("sigmoid",)
    }
    said = [
        f"{a} {b}"
        for (a, one), (b, other) in chain(
            combinations(listed.items(), 2), product(listed.items(), sigmoids.items())
        )
        if one.places != other.places and _run_together(exercise, cases, one, other, seen)
    ]
    if not 0 < len(said) <= MOST_EXPLANATIONS:
        return []
    text = f"Your numbers are, {on_all(len(cases))}, those of a computation with two mistakes. {said[0]}"
    return [Diagnosis("two-mistakes", text, 0.06)]


def _run_together(
    exercise: CodeExercise, cases: Sequence[Case], one: Variant, other: Variant, seen: list[Any]
) -> bool:
    """Whether both changes at once give these numbers."""
    both = tuple(zip(one.places + other.places, one.edits + other.edits, strict=True))
    try:
        function = changed(tree_of(exercise), both).function(exercise)
    except Exception:  # the one change has taken away the place of the other
        return False
    return same_results(run(exercise, function, cases[:1]), seen[:1], exercise.rtol) and same_results(
        run(exercise, function, cases), seen, exercise.rtol
    )


def _effects_add_up(
    exercise: CodeExercise,
    cases: Sequence[Case],
    candidates: list[Candidate],
    words: Words,
    seen: Any,
    right: Any,
    more: Moved,
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
        found = _pair(exercise, cases, kept[i], kept[j], words, seen, more)
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
    exercise: CodeExercise,
    cases: Sequence[Case],
    a: Candidate,
    b: Candidate,
    words: Words,
    seen: list[Any],
    more: Moved,
) -> Diagnosis | None:
    """Two changes that were run together and give these numbers, or listed ones whose effects add up."""
    on = on_all(len(cases))
    if a.variant and b.variant:
        if a.variant.places == b.variant.places:
            return None
        if not _run_together(exercise, cases, a.variant, b.variant, seen):
            return None
        both = tuple(zip(a.variant.places + b.variant.places, a.variant.edits + b.variant.edits, strict=True))
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
    if not _add_up(exercise, a, b, more):
        return None
    parts = [
        _as_sentence(words.about(c.variant.places[0], c.variant.edits[0])) if c.variant else c.message
        for c in (a, b)
    ]
    return Diagnosis(
        "two-mistakes", f"Two things at once, whose effects add up {on}. {' '.join(parts)}", 0.09
    )


def _add_up(exercise: CodeExercise, a: Candidate, b: Candidate, more: Moved) -> bool:
    """Whether the effects of both add up on other inputs, too, wherever that can be worked out."""
    inputs = [Case("", args) for args, _ in more]
    one, other, right = (
        run(exercise, f, inputs) for f in (*(function_of(exercise, c) for c in (a, b)), exercise.solution)
    )
    return all(
        not usable(x, y, r) or close(x + y - r, s, exercise.rtol)
        for x, y, r, (_, s) in zip(one, other, right, more, strict=False)
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

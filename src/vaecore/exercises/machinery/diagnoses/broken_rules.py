"""Rules that every expected result keeps and a wrong one breaks, such as a sum of 1; and weak words."""

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.parts import is_distribution, parts_of
from vaecore.exercises.machinery.diagnoses.words import number

MANY = 20  # numbers between 0 and 1 that are no accident


def broken_rules(seen: Sequence[Any], right: Sequence[Any]) -> list[Diagnosis]:
    """Return what is true of every expected result and not of those that were seen."""
    found = []
    s, r = (flat(results) for results in (seen, right))
    if all(np.ndim(x) and is_distribution(x) for x in right):
        sums = np.concatenate([np.ravel(np.sum(x, axis=-1)) for x in seen if np.ndim(x)] or [np.ones(1)])
        bad = sums[np.abs(sums - 1) > 1e-6]
        if bad.size:
            text = f"Your numbers add up to {number(bad[0])}, and probabilities add up to 1."
            found.append(Diagnosis("breaks-a-rule", text, 0.18))
    if np.all(r >= 0) and np.any(s < -1e-9):
        text = f"Your result is negative ({number(np.min(s))}), and no expected one is."
        found.append(Diagnosis("breaks-a-rule", text, 0.32))
    elif np.all(r <= 0) and np.any(s > 1e-9):
        text = f"Your result is above 0 ({number(np.max(s))}), and no expected one is."
        found.append(Diagnosis("breaks-a-rule", text, 0.32))
    elif r.size >= MANY and np.all((r >= 0) & (r <= 1)) and np.any(s > 1 + 1e-9):
        text = f"Your result is above 1 ({number(np.max(s))}), and no expected one is."
        found.append(Diagnosis("breaks-a-rule", text, 0.33))
    return found


def one_sided(seen: Sequence[Any], right: Sequence[Any], rtol: float) -> list[Diagnosis]:
    """Return whether a result is always too large, or always too small: little, but true."""
    if [np.shape(s) for s in seen] != [np.shape(r) for r in right]:
        return []
    s, r = (flat(results) for results in (seen, right))
    off = np.abs(s - r) > rtol * np.abs(r) + 1e-6
    if s.size < 2 or not off.any():
        return []
    for words, holds in (("too large", s > r), ("too small", s < r)):
        if holds[off].all():
            some = (
                "all of its numbers"
                if off.all()
                else f"{off.sum()} of its {off.size} numbers, and right in the rest"
            )
            return [Diagnosis("one-sided", f"Your result is {words} in {some}.", 0.6)]
    return []


def same_order(seen: Sequence[Any], right: Sequence[Any]) -> list[Diagnosis]:
    """Return whether at least the order of the numbers is right, in each of the results."""
    if [np.shape(s) for s in seen] != [np.shape(r) for r in right] or sum(np.size(r) > 1 for r in right) < 2:
        return []
    if all(
        np.array_equal(np.argsort(s, axis=None), np.argsort(r, axis=None))
        for s, r in zip(seen, right, strict=True)
    ):
        text = "Your numbers are the larger where the expected ones are: their order is right."
        return [Diagnosis("same-order", text, 0.65)]
    return []


def symmetric(
    cases: Sequence[Case], answer: Call, solution: Call, seen: Sequence[Any], right: Sequence[Any]
) -> list[Diagnosis]:
    """Return whether two arguments can be exchanged in an answer, and not in the solution."""
    for a, b in combinations(parts_of(cases), 2):
        values = [(a.get(case.args), b.get(case.args)) for case in cases]
        if not all(type(x) is type(y) and np.shape(x) == np.shape(y) for x, y in values):
            continue
        changed = [a.put(b.put(c.args, x), y) for c, (x, y) in zip(cases, values, strict=True)]
        pairs = [(answer(args), solution(args)) for args in changed]
        kept = [i for i, pair in enumerate(pairs) if usable(*pair)]
        if len(kept) > 1 and all(close(pairs[i][0], seen[i]) for i in kept):
            if any(
                np.shape(pairs[i][1]) != np.shape(right[i]) or not close(pairs[i][1], right[i]) for i in kept
            ):
                text = (
                    f"Your result stays the same when {a.name} and {b.name} change places, and it should not."
                )
                return [Diagnosis("symmetric", text, 0.23)]
    return []

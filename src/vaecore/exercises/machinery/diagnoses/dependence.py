"""What a result depends on: one part of the input is moved, and the answer's response is compared.

Said is only what the solution does otherwise: it moves with a part, keeps the points apart, minds no order.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.parts import Part, moved, parts_of
from vaecore.exercises.machinery.diagnoses.words import and_so_on, number

MOVES = 2  # of each part, on each case
FAR_MOVES = 12  # by which it is made sure that a result does not move at all
SMALL = 1e-7  # of a result: less is rounding

Pair = tuple[Any, Any]  # how far the answer's result moved, and the solution's


def dependence(
    cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any], rtol: float
) -> list[Diagnosis]:
    """Return how the answer depends on its input otherwise than the solution."""
    if [np.shape(s) for s in seen] != [np.shape(r) for r in right]:
        return []
    found: list[Diagnosis] = []
    follows: list[str] = []
    strays: list[tuple[str, list[Pair]]] = []
    for part in parts_of(cases):
        responses = _responses(part, cases, answer, solution, seen, right)
        if not responses:
            continue
        answers, solutions = (flat(r[i] for r in responses) for i in (0, 1))
        size = 1 + max(np.abs(flat(seen)).max(), np.abs(flat(right)).max())
        answer_moves, solution_moves = (np.any(np.abs(d) > SMALL * size) for d in (answers, solutions))
        if solution_moves != answer_moves and not _still(
            part, cases, *((answer, seen) if solution_moves else (solution, right))
        ):
            continue
        if solution_moves and not answer_moves:
            text = f"Your result does not change when {part.name} {_does(part)}, and it should."
            found.append(Diagnosis("ignores-input", text, 0.15))
        elif answer_moves and not solution_moves:
            text = f"Your result changes with {part.name}, and the expected one does not."
            found.append(Diagnosis("depends-too-much", text, 0.22))
        elif solution_moves and np.allclose(answers, solutions, rtol=10 * rtol, atol=10 * rtol * size * 0.01):
            follows.append(part.name)
        elif solution_moves:
            strays.append((part.name, responses))
    found += _one_part(follows, strays, rtol)
    found += _rows(cases, answer, solution, seen, right)
    return found + _order(cases, answer, solution, seen, right, rtol)


def _still(part: Part, cases: Sequence[Case], call: Call, results: list[Any]) -> bool:
    """Whether a result stays what it is, however far the part is moved."""
    rng = np.random.default_rng(7)
    for case, result in zip(cases, results, strict=True):
        for _ in range(FAR_MOVES):
            new = call(part.put(case.args, moved(part.get(case.args), rng, far=True)))
            if not close(new, result, 1e-9, 1e-9):
                return False
    return True


def _does(part: Part) -> str:
    return "does" if part.half is None else "do"


def _responses(
    part: Part, cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any]
) -> list[Pair]:
    """How far the results go when the part is moved, wherever both functions return numbers."""
    rng = np.random.default_rng(5)
    found = []
    for case, s, r in zip(cases, seen, right, strict=True):
        for _ in range(MOVES):
            args = part.put(case.args, moved(part.get(case.args), rng))
            both = answer(args), solution(args)
            if usable(*both) and np.shape(both[0]) == np.shape(s) and np.shape(both[1]) == np.shape(r):
                found.append((both[0] - s, both[1] - r))
    return found


def _one_part(follows: list[str], strays: list[tuple[str, list[Pair]]], rtol: float) -> list[Diagnosis]:
    """Which part of the input the answer follows as it should, and which not."""
    found = []
    for name, responses in strays:
        a, s = (flat(r[i] for r in responses) for i in (0, 1))
        big = np.abs(s) > 1e-3 * np.abs(s).max()
        ratios = a[big] / s[big]
        if ratios.size > 2 and np.ptp(ratios) <= 100 * rtol * (0.01 + abs(ratios[0])):
            how = (
                "as far, but the other way"
                if abs(ratios[0] + 1) < 1e-3
                else f"{number(ratios[0])} times as far"
            )
            text = f"When {name} changes, your result moves {how} as it should."
            text = text.replace("way as it should", "way than it should").replace(
                "log stds changes", "log stds change"
            )
            found.append(Diagnosis("moves-too-far", text, 0.2))
    if follows and len(strays) == 1:
        text = f"Your result follows {and_so_on(follows)} as it should, but not {strays[0][0]}."
        found.append(Diagnosis("one-part-wrong", text, 0.3))
    return found


def _with_rows(case: Case, count: int) -> list[str]:
    return [n for n, v in case.args.items() if isinstance(v, np.ndarray) and v.ndim and len(v) == count]


def _rows(
    cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any]
) -> list[Diagnosis]:
    """Whether one point's result changes when only another point is moved."""
    rng = np.random.default_rng(6)
    for case, s, r in zip(cases, seen, right, strict=True):
        if np.ndim(r) == 0 or len(r) < 2:
            continue
        for name in _with_rows(case, len(r)):
            value = case.args[name].astype(float)
            value[0] = np.ravel(moved(value[:1], rng)).reshape(value[0].shape)
            args = {**case.args, name: value}
            s2, r2 = answer(args), solution(args)
            if not usable(s2, r2) or np.shape(s2) != np.shape(s) or np.shape(r2) != np.shape(r):
                continue
            apart = not close(r2[0], r[0]) and close(r2[1:], r[1:])
            others = [i for i in range(1, len(s)) if not close(s2[i], s[i])]
            if apart and others:
                ours, theirs = ("Row" if np.ndim(x) > 1 else "Entry" for x in (r, value))
                text = (
                    f"{ours} {others[0] + 1} of your result changes when only {theirs.lower()} 1 of `{name}` "
                    f"is moved, and it should not."
                )
                return [Diagnosis("mixes-rows", text, 0.16)]
    return []


def _order(
    cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any], rtol: float
) -> list[Diagnosis]:
    """Whether the order of the points, or of the entries of each, makes a difference."""
    for case, s, r in zip(cases, seen, right, strict=True):
        for axis, what in ((0, "rows"), (-1, "columns")):
            for count in {
                v.shape[axis] for v in case.args.values() if isinstance(v, np.ndarray) and v.ndim > 1
            }:
                names = [
                    n
                    for n, v in case.args.items()
                    if isinstance(v, np.ndarray) and v.ndim and v.shape[axis] == count
                ]
                if count < 2 or ("encoder_output" in names and axis == -1):
                    continue
                args: Mapping[str, Any] = {**case.args, **{n: np.flip(case.args[n], axis) for n in names}}
                s2, r2 = answer(args), solution(args)
                if not usable(s2, r2) or np.shape(s2) != np.shape(s):
                    continue
                for back in (lambda x: x, lambda x, axis=axis: np.flip(x, axis)):
                    try:
                        keeps, breaks = close(back(r2), r, rtol), not close(back(s2), s, rtol)
                    except ValueError:  # one number has no axis
                        continue
                    if (
                        keeps
                        and breaks
                        and not (np.ndim(r) and close(r2, r, rtol) and close(np.flip(r2, axis), r))
                    ):
                        every = and_so_on(names)
                        text = (
                            f"Your result depends on the order of the {what} of {every}, and it should not."
                        )
                        return [Diagnosis("order-matters", text, 0.24)]
    return []

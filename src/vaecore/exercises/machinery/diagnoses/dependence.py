"""What a result depends on: one part of the input is moved, and the answer's response is compared.

Said is only what the solution does otherwise: it moves with a part, keeps the points apart, minds no order.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.mixed_columns import mixed_columns
from vaecore.exercises.machinery.diagnoses.parts import Part, is_distribution, moved, parts_of
from vaecore.exercises.machinery.diagnoses.words import and_so_on, number

MOVES = 2  # of each part, on each case
FAR_MOVES = 12  # by which it is made sure that a result does not move at all
SMALL = 1e-7  # of a result: less is rounding

Pair = tuple[Any, Any, float]  # how far the answer's result moved, and the solution's; the results' size


def dependence(
    cases: Sequence[Case],
    answer: Call,
    solution: Call,
    seen: list[Any],
    right: list[Any],
    rtol: float,
    random: bool = False,
) -> list[Diagnosis]:
    """Return how the answer depends on its input otherwise than the solution.

    random: whether noise is drawn, the same in each call.
    """
    if [np.shape(s) for s in seen] != [np.shape(r) for r in right]:
        return []
    found: list[Diagnosis] = []
    follows: list[str] = []
    strays: list[tuple[Part, list[Pair]]] = []
    parts = parts_of(cases)
    ignored: list[Part] = []
    for part in parts:
        responses = _responses(part, cases, answer, solution, seen, right)
        if not responses:
            continue
        answer_moves, solution_moves = (
            any(np.any(np.abs(response[i]) > SMALL * response[2]) for response in responses) for i in (0, 1)
        )
        if solution_moves != answer_moves and not _still(
            part, cases, *((answer, seen) if solution_moves else (solution, right))
        ):
            continue
        if solution_moves and not answer_moves:
            does = "does" if part.half is None else "do"
            text = f"Your result does not change when {part.name} {does}, and it should."
            found.append(Diagnosis("ignores-input", text, 0.15))
            ignored.append(part)
        elif answer_moves and not solution_moves:
            text = f"Your result changes with {part.name}, and the expected one does not."
            found.append(Diagnosis("depends-too-much", text, 0.22))
        elif solution_moves and all(
            np.allclose(a, s, 10 * rtol, 0.1 * rtol * size) for a, s, size in responses
        ):
            follows.append(part.name)
        elif solution_moves:
            strays.append((part, responses))
    found += _one_part(follows, strays, rtol)
    still = [part for part in parts if part not in ignored]
    found += _only_differences(still, cases, answer, solution, seen, right)
    found += _rows(cases, answer, solution, seen, right)
    found += mixed_columns(cases, answer, solution, seen, right)
    if random:  # each row has noise of its own, in the order in which it is drawn
        return found
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


def _responses(
    part: Part, cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any]
) -> list[Pair]:
    """How far the results go when the part is moved, wherever both functions return numbers."""
    rng = np.random.default_rng(5)
    found: list[Pair] = []
    for case, s, r in zip(cases, seen, right, strict=True):
        if getattr(case.args[part.argument], "dtype", np.dtype(float)).kind != "f":
            continue  # moved, whole numbers would be decimals, which may make a difference of its own
        for _ in range(MOVES):
            args = part.put(case.args, moved(part.get(case.args), rng))
            both = answer(args), solution(args)
            if usable(*both) and np.shape(both[0]) == np.shape(s) and np.shape(both[1]) == np.shape(r):
                size = 1 + max(np.abs(s).max(), np.abs(r).max())
                found.append((both[0] - s, both[1] - r, float(size)))
    return found


def _one_part(follows: list[str], strays: list[tuple[Part, list[Pair]]], rtol: float) -> list[Diagnosis]:
    """Which part of the input the answer follows as it should, and which not."""
    found = []
    for part, responses in strays:
        a, s = (flat(r[i] for r in responses) for i in (0, 1))
        big = np.abs(s) > 1e-3 * np.abs(s).max()
        ratios = a[big] / s[big]
        if (
            ratios.size > 2
            and abs(ratios[0] - 1) > 1e-3
            and np.ptp(ratios) <= 100 * rtol * (0.01 + abs(ratios[0]))
        ):
            turned = abs(ratios[0] + 1) < 1e-3
            how = (
                "as far as it should, but the other way"
                if turned
                else (f"{number(ratios[0])} times as far as it should")
            )
            found.append(
                Diagnosis("moves-too-far", f"When {part.name} {part.changes}, your result moves {how}.", 0.2)
            )
    if follows and strays:
        others = and_so_on(part.name for part, _ in strays)
        text = f"Your result follows {and_so_on(follows)} as it should, but not {others}."
        found.append(Diagnosis("one-part-wrong", text, 0.3))
    return found


CHANGES = {
    "one number is added to all of {}": lambda v: v + 0.7,
    "all of {} is multiplied by one number": lambda v: 1.6 * v,
}


def _only_differences(
    parts: Sequence[Part],
    cases: Sequence[Case],
    answer: Call,
    solution: Call,
    seen: list[Any],
    right: list[Any],
) -> list[Diagnosis]:
    """Whether a result depends only on the differences, or only on the ratios, of the numbers of a part."""
    for part in parts:
        values = [np.asarray(part.get(case.args), float) for case in cases]
        if any(v.size < 2 or is_distribution(v) or np.all((v == 0) | (v == 1)) for v in values):
            continue
        for words, change in CHANGES.items():
            pairs = [
                (answer(a), solution(a))
                for a in (part.put(c.args, change(v)) for c, v in zip(cases, values, strict=True))
            ]
            if not all(usable(*pair) for pair in pairs):
                continue
            stays = all(close(p[0], s, 1e-9, 1e-9) for p, s in zip(pairs, seen, strict=True))
            if stays and not any(close(p[1], r) for p, r in zip(pairs, right, strict=True)):
                text = f"Your result does not change when {words.format(part.name)}, and it should."
                return [Diagnosis("ignores-input", text, 0.16)]
    return []


def _with_rows(case: Case, count: int) -> list[str]:
    arrays = {n: v for n, v in case.args.items() if isinstance(v, np.ndarray) and v.dtype.kind == "f"}
    return [n for n, v in arrays.items() if v.ndim and len(v) == count]


def _rows(
    cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any]
) -> list[Diagnosis]:
    """Whether one point's result changes when only another point is moved, which the solution never does."""
    rng = np.random.default_rng(6)
    found: dict[str, str] = {}
    mixed: set[str] = set()  # by the solution too, on some input
    for case, s, r in zip(cases, seen, right, strict=True):
        if np.ndim(r) == 0 or len(r) < 2:
            continue
        for name in _with_rows(case, len(r)):
            value = case.args[name].copy()
            value[0] = np.ravel(moved(value[:1], rng)).reshape(value[0].shape)
            args = {**case.args, name: value}
            s2, r2 = answer(args), solution(args)
            if not usable(s2, r2) or np.shape(s2) != np.shape(s) or np.shape(r2) != np.shape(r):
                continue
            if not close(r2[1:], r[1:]):
                mixed.add(name)
            others = [i for i in range(1, len(s)) if not close(s2[i], s[i])]
            if others and not close(r2[0], r[0]):
                ours, theirs = ("Row" if np.ndim(x) > 1 else "Entry" for x in (r, value))
                text = (
                    f"{ours} `[{others[0]}]` of your result changes when only {theirs.lower()} `[0]` of "
                    f"`{name}` is moved, and it should not."
                )
                found.setdefault(name, text)
    return [Diagnosis("mixes-rows", text, 0.16) for name, text in found.items() if name not in mixed][:1]


def _order(
    cases: Sequence[Case], answer: Call, solution: Call, seen: list[Any], right: list[Any], rtol: float
) -> list[Diagnosis]:
    """Whether the order of the points, or of the entries of each, makes a difference that it should not make.

    The expected result stays the same on all inputs, or is turned round with them; said is which of the two.
    """
    for axis, what in ((0, "rows"), (-1, "columns")):
        turned = [_turned(case, axis) for case in cases]
        every = [(i, names, args) for i, (names, args) in enumerate(turned) if args]
        results = [(i, names, answer(args), solution(args)) for i, names, args in every]
        results = [x for x in results if usable(x[2], x[3]) and np.shape(x[2]) == np.shape(seen[x[0]])]
        if not results or len({tuple(names) for _, names, _, _ in results}) > 1:
            continue
        of = f"the order of the {what} of {and_so_on(results[0][1])}"
        if all(close(r2, right[i], rtol) for i, _, _, r2 in results):
            if any(not close(s2, seen[i], rtol) for i, _, s2, _ in results):
                return [Diagnosis("order-matters", f"Your result depends on {of}, and it should not.", 0.24)]
        elif all(_is_turned(r2, right[i], axis, rtol) for i, _, _, r2 in results):
            if any(not _is_turned(s2, seen[i], axis, rtol) for i, _, s2, _ in results):
                text = f"When {of} is turned round, the expected result is turned round too; yours is not."
                return [Diagnosis("order-matters", text, 0.24)]
    return []


def _turned(case: Case, axis: int) -> tuple[list[str], Mapping[str, Any]]:
    """The arrays with most rows, or columns, that have one number of them, and the input with them turned."""
    arrays = {n: v for n, v in case.args.items() if isinstance(v, np.ndarray) and v.ndim}
    counts = {v.shape[axis] for v in arrays.values() if v.ndim > 1 and v.shape[axis] > 1}
    if len(counts) != 1:  # nobody knows which belong together
        return [], {}
    names = [n for n, v in arrays.items() if v.shape[axis] in counts]
    if "encoder_output" in names and axis == -1:
        return [], {}
    return names, {**case.args, **{n: np.flip(case.args[n], axis) for n in names}}


def _is_turned(new: Any, old: Any, axis: int, rtol: float) -> bool:
    return bool(np.ndim(old)) and close(np.flip(new, axis), old, rtol)

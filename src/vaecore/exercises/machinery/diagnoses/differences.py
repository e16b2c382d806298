"""How a result differs from the expected one: by one factor, one shift, a factor for each row, an order."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.diagnoses.cases import Case, all_close, flat, usable
from vaecore.exercises.machinery.diagnoses.changes_of_result import EVERY_CHANGE, applied
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.size_factors import size_factor
from vaecore.exercises.machinery.diagnoses.words import number, on_all

ENOUGH = 3  # numbers that one unknown must explain


def differences(cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """Return what holds on all cases of the difference between the seen and the right results."""
    found = _copies(cases, seen, right)
    if not usable(*right):
        return found
    if not usable(*seen):
        known = (
            _known(seen, right, rtol, len(cases)) if not any(isinstance(s, Trouble) for s in seen) else None
        )
        return [*found, known] if known else found + _not_finite(cases, seen)
    if known := _known(seen, right, rtol, len(cases)):
        found.append(known)
    if any(np.shape(s) != np.shape(r) for s, r in zip(seen, right, strict=True)):
        return found
    if not found:
        found += _one_number(cases, seen, right, rtol)
    if not found:
        found += _by_rows(seen, right, rtol)
    return found


def _known(seen: list[Any], right: list[Any], rtol: float, count: int) -> Diagnosis | None:
    """The expected result with a change that has a name."""
    for change in EVERY_CHANGE:
        changed = applied(change, right)
        if changed is not None and all_close(seen, changed, rtol) and _telling(changed):
            return Diagnosis(
                change.code,
                f"Your result is the expected one {change.words}, {on_all(count)}.",
                change.weight,
            )
    return None


def _telling(results: Sequence[Any]) -> bool:
    """Whether there are two different numbers at least: a single one may agree by chance."""
    numbers = flat(results)
    numbers = numbers[np.isfinite(numbers)]
    return numbers.size > 1 and np.ptp(numbers) > 1e-6


def _one_number(cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """One factor, or one shift, for everything; or one for each input, which is a size of it."""
    s, r = (flat(results) for results in (seen, right))
    if s.size < ENOUGH or np.ptp(r) < 1e-6:
        return []
    if np.all(np.abs(r) > 1e-9) and _constant(s / r, rtol) and abs(s[0] / r[0]) > 1e-9:
        return [
            Diagnosis(
                "differs-by-factor",
                f"Your result is {number(s[0] / r[0])} times the expected one, {on_all(len(cases))}.",
                0.25,
            )
        ]
    if _constant_shift(s - r, r, rtol):
        return [
            Diagnosis(
                "differs-by-shift",
                f"Your result is the expected one {shift(float(np.mean(s - r)))}, {on_all(len(cases))}.",
                0.25,
            )
        ]
    return _by_size(cases, seen, right, rtol)


def _constant(ratios: Any, rtol: float) -> bool:
    return bool(np.all(np.isfinite(ratios)) and np.ptp(ratios) <= 2 * rtol * abs(ratios[0]))


def _constant_shift(shifts: Any, right: Any, rtol: float) -> bool:
    small = rtol * (1 + np.max(np.abs(right)))
    return bool(np.ptp(shifts) <= small and np.min(np.abs(shifts)) > 10 * small)


SHIFTS = {
    "log 2": np.log(2), "log 2 pi": np.log(2 * np.pi), "1/2 log 2 pi": 0.5 * np.log(2 * np.pi), "1/2": 0.5,
}  # fmt: skip


def shift(value: float) -> str:
    """Return "plus 1/2" or "less log 2 pi" for a shift."""
    name = next((w for w, c in SHIFTS.items() if abs(abs(value) - c) < 1e-4 * c), number(abs(value)))
    return f"plus {name}" if value > 0 else f"less {name}"


def _by_size(cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """A factor for each input that is the length of an axis of one of its arguments, or one over it."""
    if len(cases) < 2:
        return []
    if shifts := _shift_of_each(seen, right, rtol):
        return shifts
    if any(np.any(np.abs(np.ravel(r)) < 1e-9) for r in right):
        return []
    factors = [np.ravel(np.asarray(s) / np.asarray(r)) for s, r in zip(seen, right, strict=True)]
    if not all(_constant(f, 10 * rtol) for f in factors):
        return []
    ratios = np.array([f[0] for f in factors])
    if how := size_factor(list(ratios), sizes(cases), 10 * rtol):
        text = f"Your result is the expected one {how}, {on_all(len(cases))}."
        return [Diagnosis("differs-by-size", text, 0.2)]
    if sum(f.size for f in factors) < ENOUGH + len(cases):
        return []
    each = ", ".join(number(r) for r in ratios)
    text = f"Your result is the expected one times a number that differs from input to input: {each}."
    return [Diagnosis("row-factors", text, 0.45)]


def _shift_of_each(seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """A shift for each input, where all inputs but one have several numbers to show it."""
    shifts = [np.ravel(np.asarray(s) - np.asarray(r)) for s, r in zip(seen, right, strict=True)]
    limits = [10 * rtol * np.abs([s, r]).max() for s, r in zip(seen, right, strict=True)]
    pairs = list(zip(shifts, limits, strict=True))
    if not all(np.ptp(d) <= limit and np.abs(d).min() > limit for d, limit in pairs):
        return []
    if sum(d.size > 1 for d in shifts) < max(2, len(shifts) - 1):
        return []
    each = ", ".join(number(d[0]) for d in shifts)
    text = f"Your result is the expected one plus a number that differs from input to input: {each}."
    return [Diagnosis("row-factors", text, 0.35)]


def sizes(cases: Sequence[Case]) -> dict[str, Any]:
    """Return the lengths of the arguments' axes in each case, and the whole numbers among the arguments."""
    found: dict[str, Any] = {}
    for name in cases[0].args:
        values = [case.args[name] for case in cases]
        if all(isinstance(v, int) and v > 0 for v in values):
            found[f"`{name}`"] = np.array(values, float)
        if not all(isinstance(v, np.ndarray) for v in values) or len({v.ndim for v in values}) > 1:
            continue
        for axis in range(values[0].ndim):
            rows = "rows" if values[0].ndim > 1 else "entries"
            what = (rows, "columns")[axis] if axis < 2 else f"places along axis {axis}"
            lengths = np.array([v.shape[axis] for v in values], float)
            found[f"the number of {what} of `{name}`"] = lengths
            if axis == 1:
                found[f"half the number of {what} of `{name}`"] = lengths / 2
    return found


def _by_rows(seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """Each row, or each column, is the expected one times a factor, or shifted."""
    for axis, name in ((1, "row"), (0, "column")):
        if any(np.ndim(r) != 2 or np.shape(r)[axis] < 3 for r in right):
            continue
        for words, combine in (("times a factor", np.divide), ("plus a shift", np.subtract)):
            with np.errstate(all="ignore"):
                between = [np.asarray(combine(s, r)) for s, r in zip(seen, right, strict=True)]
            if not usable(*between):
                continue
            if all(np.all(np.ptp(b, axis=axis) <= 10 * rtol * np.abs(b).max()) for b in between):
                values = ", ".join(number(v) for v in np.take(between[0], 0, axis=axis)[:4])
                return [
                    Diagnosis(
                        "row-factors",
                        f"Each {name} of your result is the expected one {words} of its own: "
                        f"{values} "
                        "on the first input.",
                        0.4,
                    )
                ]
    return []


def _copies(cases: Sequence[Case], seen: list[Any], right: list[Any]) -> list[Diagnosis]:
    """One of the arguments comes back, or one number, whatever goes in."""
    for name in cases[0].args:
        values = [case.args[name] for case in cases]
        plain = all(isinstance(v, np.ndarray | float) for v in values)
        if plain and all_close(seen, values) and not all_close(right, values):
            return [Diagnosis("copies-input", f"Your result is `{name}` itself, {on_all(len(cases))}.", 0.1)]
    if usable(*seen) and usable(*right) and len(cases) > 1:
        ours = flat(seen)
        varied = np.ptp(flat(right)) > 1e-6
        if ours.size > 1 and np.ptp(ours) == 0 and varied:
            text = f"Your result is {number(ours[0])} everywhere, {on_all(len(cases))}."
            return [Diagnosis("constant", text, 0.1)]
    return []


def _not_finite(cases: Sequence[Case], seen: list[Any]) -> list[Diagnosis]:
    """Where the numbers are nan or infinite, and what the inputs have in common there."""
    arrays = [np.asarray(s, float) for s in seen if isinstance(s, np.ndarray | float | np.generic)]
    bad = [np.ravel(~np.isfinite(a)) for a in arrays]
    if not bad or len(arrays) < len(seen) or not any(b.any() for b in bad):
        return []
    tests = {"nan": np.isnan, "infinite": np.isinf}
    kinds = [word for word, test in tests.items() if any(test(a).any() for a in arrays)]
    some, all_of_them = sum(int(b.sum()) for b in bad), sum(b.size for b in bad)
    text = f"Your result is {' or '.join(kinds)} in {some} of {all_of_them} numbers."
    with np.errstate(all="ignore"):
        for name in cases[0].args:
            values = [case.args[name] for case in cases]
            if all(isinstance(v, np.ndarray | float) for v in values):
                for words, test in CONDITIONS.items():
                    pairs = zip(values, arrays, strict=True)
                    holds = [each(test(np.asarray(v, float)), a) for v, a in pairs]
                    mixed = any(b.any() and not b.all() for b in bad)  # else another thing may tell them
                    if mixed and all(
                        h is not None and np.array_equal(h, b) for h, b in zip(holds, bad, strict=True)
                    ):
                        return [
                            Diagnosis("not-finite", f"{text} It is so exactly where `{name}` {words}.", 0.15)
                        ]
    return [Diagnosis("not-finite", text, 0.5)]


CONDITIONS = {
    "is 0": lambda v: v == 0,
    "is 1": lambda v: v == 1,
    "is negative": lambda v: v < 0,
    "holds a negative number": lambda v: v < 0,
    "is above 0": lambda v: v > 0,
    "is far above 0": lambda v: v > 30,
    "is far below 0": lambda v: v < -30,
    "is far from 0": lambda v: np.abs(v) > 30,
}


def each(holds: Any, result: Any) -> Any:
    """A condition on an argument for each entry of the result: entry by entry, or row by row."""
    if holds.shape == result.shape:
        return holds.ravel()
    if holds.ndim == result.ndim + 1 and holds.shape[:-1] == result.shape:
        return holds.any(axis=-1).ravel()
    return None

"""How a function is judged: what it gives on small inputs, against the solution and the known mistakes."""

import inspect
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vaecore.exercises.machinery import safe_running
from vaecore.exercises.machinery.answers import Elsewhere, Trouble
from vaecore.exercises.machinery.exercise import CodeExercise, Mistake, Readings
from vaecore.exercises.machinery.raised_errors import in_place_of
from vaecore.exercises.machinery.shown_numbers import seen_and_expected

PASSED, FAILED, ERROR, NOT_ATTEMPTED = "passed", "failed", "error", "not attempted"
NUMBER_WORDS = {2: "two", 3: "three"}
INPUT_CHANGED = "input-changed"  # the one mistake that every exercise knows
PAGE_LIMIT = 20.0  # seconds by the clock, after which a page ends its Python


@dataclass(frozen=True)
class Verdict:
    """What came of judging an answer; `printed` is what the answer printed on the way.

    diagnosis: where no listed mistake fits, the code of what is said instead (`diagnoses/diagnosis.py`).
    stopped: whether it did not come to an end.
    """

    status: str
    message: str
    misconception: str | None = None
    printed: str = ""
    diagnosis: str | None = None
    stopped: bool = False


def judge_function(exercise: CodeExercise, function: Any) -> Verdict:
    """Return the verdict on a student's function, whatever it is and does."""
    verdict = judge_by_name(exercise, function)
    looked_at = verdict.status == FAILED or (
        verdict.status == ERROR and callable(function) and not verdict.stopped
    )
    return _explained(exercise, function, verdict) if looked_at else verdict


def judge_by_name(exercise: CodeExercise, function: Any) -> Verdict:
    """Return the verdict as far as the listed mistakes go, without looking for what else can be said."""
    if function is None:
        return Verdict(NOT_ATTEMPTED, _nothing_yet())
    if not callable(function):
        return Verdict(
            ERROR,
            f"Expected a function, {exercise.signature}; got an object of type {type(function).__name__}. "
            "Hand in the function itself, without brackets and without calling it.",
        )
    outcome = safe_running.run(
        lambda: exercise.observe(function), safe_running.TIME_LIMIT, here=isinstance(function, Elsewhere)
    )
    return replace(_verdict_on(exercise, outcome), printed=outcome.printed)


def _explained(exercise: CodeExercise, function: Any, verdict: Verdict) -> Verdict:
    """Add what else is true of the numbers of an unlisted mistake, and a case that one can redo by hand."""
    from vaecore.exercises.machinery.diagnoses import explaining  # not for right answers

    if verdict.misconception == INPUT_CHANGED:
        return verdict
    if verdict.misconception is not None:
        diagnosis, case = None, explaining.case_of_named(exercise, function)
    else:
        diagnosis, case = explaining.explain(exercise, function)
    said = verdict.message.removesuffix(exercise.see).rstrip()
    parts = (diagnosis.text if diagnosis else "", said, case, exercise.see)
    message = "\n\n".join(part for part in parts if part)
    return replace(verdict, message=message, diagnosis=diagnosis.code if diagnosis else None)


def verdict_without_readings(how: str) -> Verdict:
    """Return the verdict on an answer that was ended before it gave anything; `how` as in `Outcome`.

    And "late", where a page, which sees the clock alone, ended it after `PAGE_LIMIT` seconds.
    """
    message = (
        "Python ended while the function ran. Look for exit(), quit() or os._exit() in it, "
        "or for an array far larger than the memory."
    )
    if how == "waited":
        message = (
            f"It had not finished after {safe_running.CLOCK_LIMIT:g} seconds by the clock, and was stopped, "
            f"though it had computed for less than {safe_running.TIME_LIMIT:g} of them. It waits for "
            "something (input(), time.sleep, a file, the network), or this machine is very busy: "
            "then try again."
        )
    elif how in ("timeout", "late"):
        computed = f"{safe_running.TIME_LIMIT:g} seconds of computing"
        limit = computed if how == "timeout" else f"{PAGE_LIMIT:g} seconds"
        message = (
            f"It had not finished after {limit}, and was stopped. "
            "The inputs are small: look for a loop that never ends, or does far more than they need."
        )
    return Verdict(ERROR, message, stopped=True)


def _verdict_on(exercise: CodeExercise, outcome: safe_running.Outcome) -> Verdict:
    if outcome.how in ("timeout", "waited", "ended"):
        return verdict_without_readings(outcome.how)
    if outcome.how == "raised":  # not by the answer: what an answer raises becomes a reading
        raise RuntimeError(outcome.error)
    readings, changed = outcome.value
    with np.errstate(all="ignore"):  # readings may be 0, infinite or NaN
        return judge_readings(exercise, readings, changed)


def judge_readings(exercise: CodeExercise, readings: Readings, changed: int | None = None) -> Verdict:
    """Return the verdict on what a function has given."""
    troubles = [r for r in readings.values() if isinstance(r, Trouble)]
    if readings and all(t.kind == "nothing" for t in troubles) and len(troubles) == len(readings):
        return Verdict(NOT_ATTEMPTED, _nothing_yet())
    if is_right(exercise, readings):
        if changed is None:
            return Verdict(PASSED, "Right.")
        return Verdict(
            FAILED,
            f"The result is right, but argument {changed + 1} is no longer what it was: the function changes "
            "its input in place (`a += b`, `a[:] = b`), and whoever called it loses their numbers. "
            "Work on a copy, or write `a = a + b`.",
            INPUT_CHANGED,
        )
    mistake = name_the_mistake(exercise, readings)
    where = _what_was_seen(exercise, readings, mistake)
    if changed is not None:
        where = (
            f"Argument {changed + 1} is no longer what it was: the function changes its input in place "
            f"(`a += b`, `a[:] = b`). {where}"
        )
    if mistake is not None:
        return Verdict(FAILED, f"{mistake.message}\n\n{where}\n\n{exercise.see}", mistake.id)
    status = ERROR if troubles and any(t.kind in ("raised", "arguments") for t in troubles) else FAILED
    return Verdict(status, f"{where}\n\n{exercise.see}")


def is_right(exercise: CodeExercise, readings: Readings) -> bool:
    """Whether these readings are those of a right answer."""
    if any(isinstance(r, Trouble) for r in readings.values()):
        return False
    if exercise.passes is not None:
        return bool(exercise.passes(readings))
    return any(_all_agree(exercise, readings, right) for right in exercise.right_readings)


def name_the_mistake(exercise: CodeExercise, readings: Readings) -> Mistake | None:
    """Return the first known mistake that leads to these readings."""
    for mistake, wrong in zip(exercise.mistakes, exercise.wrong_readings, strict=True):
        if mistake.when is not None:
            if mistake.when(readings):
                return mistake
        elif any(_all_agree(exercise, readings, w, mistake.by) for w in wrong):
            if mistake.by is None or _agrees_elsewhere(exercise, readings, wrong, mistake.by):
                return mistake
    return None


def _agrees_elsewhere(
    exercise: CodeExercise, readings: Readings, wrong: tuple[Readings, ...], by: tuple[str, ...]
) -> bool:
    """Whether the readings beside `by` that show the mistake as well, however it is written, agree with it.

    Where numbers are lost (nan, an error), they say nothing.
    """
    right = exercise.right_readings[0]
    for name in (n for n in right if n not in by):
        shown = [w.get(name) for w in wrong]
        if not all(map(_is_finite, shown)) or exercise.agree(shown[0], right[name]):
            continue
        alike = all(exercise.agree(s, shown[0]) for s in shown)
        if alike and _is_finite(readings.get(name)) and not exercise.agree(readings[name], shown[0]):
            return False
    return True


def _is_finite(reading: Any) -> bool:
    numbers = reading is not None and not isinstance(reading, Trouble)
    return numbers and bool(np.isfinite(np.asarray(reading, float)).all())


def _all_agree(
    exercise: CodeExercise, readings: Readings, expected: Readings, names: tuple[str, ...] | None = None
) -> bool:
    names = tuple(expected) if names is None else names
    return all(name in readings and exercise.agree(readings[name], expected[name]) for name in names)


def _what_was_seen(exercise: CodeExercise, readings: Readings, mistake: Mistake | None) -> str:
    """The first input on which the function is wrong: what it gave, and what was expected."""
    troubles = [n for n in readings if isinstance(readings[n], Trouble)]
    if exercise.saw is not None and not troubles:  # it may have readings that are not numbers
        return exercise.saw(readings)
    right = nearest(exercise, readings)
    wrong = shown_inputs(exercise, readings, mistake)
    name = (troubles or wrong or [""])[0] if mistake is None else (wrong or troubles or [""])[0]
    if not name:
        return ""
    seen: Any = readings[name]
    expected: Any = right.get(name)
    if isinstance(seen, Trouble):
        if seen.kind == "arguments":
            return f"Your function {seen.text}; expected: {exercise.signature}."
        if seen.kind == "raised":
            advice = in_place_of(seen.text, list(inspect.signature(exercise.solution).parameters))
            return f"For {name} it raised {seen.text}{seen.where}.{advice}"
        return f"For {name} it returned {seen.text}{_expected_shape(exercise, expected)}."
    if np.shape(seen) != np.shape(expected):
        came = f"an array of shape {np.shape(seen)}" if np.shape(seen) else "one number"
        return f"For {name} it returned {came}{_expected_shape(exercise, expected)}."
    off = ~np.isclose(seen, expected, rtol=exercise.rtol, atol=exercise.atol, equal_nan=True)
    place, ours, theirs = seen_and_expected(seen, expected, off)
    at = f"`result{place}` is" if place else "it gave"
    return f"For {name} {at} {ours}, expected {theirs}."


def shown_inputs(exercise: CodeExercise, readings: Readings, mistake: Mistake | None) -> list[str]:
    """Return the names of the inputs on which the function is wrong, the one to show first.

    That of a listed mistake tells it from as many others as can be; else the first one is as good as any.
    """
    right = nearest(exercise, readings)
    names = [n for n in readings if n in (mistake.by if mistake and mistake.by else readings)]
    wrong = [n for n in names if n in right and not exercise.agree(readings[n], right[n])]
    if mistake is None:
        return wrong
    others = [
        read
        for other, seen in zip(exercise.mistakes, exercise.wrong_readings, strict=True)
        for read in seen
        if other.id != mistake.id
    ]

    def alike(name: str) -> int:
        return sum(name in read and exercise.agree(readings[name], read[name]) for read in others)

    return sorted(wrong, key=alike)


def nearest(exercise: CodeExercise, readings: Readings) -> Readings:
    """Return the right readings that these come nearest to, where several are right."""
    return max(
        exercise.right_readings,
        key=lambda right: sum(exercise.agree(readings[n], right[n]) for n in readings if n in right),
    )


def _expected_shape(exercise: CodeExercise, expected: Any) -> str:
    if expected is None or isinstance(expected, Trouble):
        return ""
    shape, parts = np.shape(expected), _parts(exercise)
    if parts in NUMBER_WORDS and shape[:1] == (parts,):
        one = f"arrays of shape {shape[1:]}" if shape[1:] else "numbers"
        return f", expected {NUMBER_WORDS[parts]} {one}"
    return f", expected an array of shape {shape}" if shape else ", expected one number"


def _parts(exercise: CodeExercise) -> int:
    """How many things the solution returns, side by side: 2 for a pair, 0 for one array or number."""
    lengths: list[int] = []

    def listening(*args: Any) -> Any:
        result = exercise.solution(*args)
        lengths.append(len(result) if isinstance(result, tuple) else 0)
        return result

    exercise.observe(listening)
    return lengths[0] if lengths else 0


def _nothing_yet() -> str:
    return "Not attempted yet: None came back. (If you have written it: is the `return` there?)"

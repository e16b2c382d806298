"""What an answer does with the functions that it is given: how often it calls them, and what it hands in."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.answers import Trouble
from vaecore.exercises.machinery.diagnoses.between_codes import between_codes
from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close
from vaecore.exercises.machinery.diagnoses.dependence import dependence
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import differences
from vaecore.exercises.machinery.shown_numbers import written

GRADIENT = "grad"  # called once for each update
METHODS = ("encode", "decode")  # of a VAE
MANY = 10  # numbers on one side that are no accident
MOST_SHOWN = 6  # numbers of what was handed in

Heard = dict[str, list[tuple]]  # name -> the arguments of each call


class _Listening:
    """A VAE that notes what its `encode` and `decode` are called with."""

    def __init__(self, vae: Any, heard: Heard) -> None:
        self._vae, self._heard = vae, heard

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._vae, name)
        return _noting(name, value, self._heard) if name in METHODS else value

    def __deepcopy__(self, memo: Any) -> "_Listening":
        return self


def _noting(name: str, function: Any, heard: Heard) -> Any:
    def listening(*args: Any) -> Any:
        heard.setdefault(name, []).append(tuple(copy.deepcopy(arg) for arg in args))
        return function(*args)

    return listening


def heard_by(call: Call, args: Mapping[str, Any]) -> tuple[Heard, Any]:
    """Return what was handed to the functions among the arguments, and the result."""
    heard: Heard = {}
    given = {
        name: _noting(name, value, heard)
        if callable(value)
        else _Listening(value, heard)
        if all(hasattr(value, method) for method in METHODS)
        else value
        for name, value in args.items()
    }
    return heard, call(given)


def callbacks(
    cases: Sequence[Case], answer: Call, solution: Call, rtol: float, random: bool = False
) -> list[Diagnosis]:
    """Return what is otherwise in the calls of functions that an answer is given; random: noise is drawn."""
    pairs = [(heard_by(answer, case.args)[0], heard_by(solution, case.args)[0]) for case in cases]
    for name in dict.fromkeys(n for _, expected in pairs for n in expected):
        calls = [(ours.get(name, []), theirs.get(name, [])) for ours, theirs in pairs]
        if all(not ours for ours, _ in calls):
            return [Diagnosis("never-called", f"`{name}` is never called, and its result is needed.", 0.1)]
        if name == GRADIENT:
            found = _updates(cases, calls, rtol)
        else:
            found = _handed_in(cases, name, calls, answer, solution, rtol, random)
        if found:
            return found
    return []


def _updates(cases: Sequence[Case], calls: list[tuple[list, list]], rtol: float) -> list[Diagnosis]:
    """How many updates there are, and from which on the parameters are wrong."""
    for case, (ours, theirs) in zip(cases, calls, strict=True):
        if len(ours) != len(theirs):
            text = f"`{GRADIENT}` is called {len(ours)} times for {len(theirs)} updates ({case.label})."
            return [Diagnosis("calls-counted", text, 0.1)]
        for count, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            if len(a) < 2 or len(b) < 2:
                break
            if a[1] != b[1]:
                text = f"At update {count + 1} `{GRADIENT}` gets batch {a[1]}, not {b[1]} ({case.label})."
                return [Diagnosis("wrong-call", text, 0.12)]
            if not close(np.asarray(a[0], float), np.asarray(b[0], float), rtol):
                if len(ours) > 2 and all(close(call[0], ours[0][0], 1e-12) for call in ours):
                    text = f"`{GRADIENT}` gets the `theta` of the start at every update ({case.label})."
                    return [Diagnosis("wrong-call", text, 0.12)]
                text = (
                    f"What `{GRADIENT}` gets as `theta` is right up to update {count}, and wrong from update "
                    f"{count + 1} on ({case.label})."
                )
                return [Diagnosis("right-up-to", text, 0.13)]
    return []


def _handed_in(
    cases: Sequence[Case],
    name: str,
    calls: list[tuple[list, list]],
    answer: Call,
    solution: Call,
    rtol: float,
    random: bool,
) -> list[Diagnosis]:
    """Whether what goes into a function is what should; the numbers of its first wrong row."""
    if any(len(ours) != len(theirs) for ours, theirs in calls):
        return []
    seen: list[Any] = []
    right: list[Any] = []
    for ours, theirs in calls:
        for a, b in zip(ours, theirs, strict=True):
            try:
                seen.append(np.asarray(a[0], float))
                right.append(np.asarray(b[0], float))
            except (TypeError, ValueError, IndexError):
                return []
    if all(close(s, r, rtol) for s, r in zip(seen, right, strict=True)):
        return []
    wrong = [i for i, (s, r) in enumerate(zip(seen, right, strict=True)) if not close(s, r, rtol)]
    place = max(wrong, key=lambda i: seen[i].size) if random else wrong[0]
    s, r = seen[place], right[place]
    text = f"What you hand to `{name}` is not what belongs there"
    if s.shape != r.shape:
        return [Diagnosis("wrong-call", f"{text}: its shape is {s.shape}, expected {r.shape}.", 0.13)]
    row = next((i for i in range(len(s)) if not close(s[i], r[i], rtol)), None) if s.ndim else None
    a, b = (s, r) if row is None else (s[row], r[row])
    at = "" if row is None else f" in {'row' if s.ndim > 1 else 'entry'} `[{row}]`"  # as `result[1]` counts
    if random and s.size >= MANY:  # of noise, single numbers say little
        text += f": the numbers lie between {_range(s)}, expected between {_range(r)}."
    else:
        text += f": you hand in {_few(a)}{at}, expected {_few(b)}."
    args = [case.args for case, (_, theirs) in zip(cases, calls, strict=True) for _ in theirs][place]
    text += _one_side(args, s, r) if random else ""
    if name == "decode":
        text += between_codes(args, heard_by(solution, args)[0].get("encode", []), s, r)
    more: list[Diagnosis] = []
    if len(seen) == len(cases):  # one call each
        more = [d for d in differences(cases, seen, right, rtol) if d.code != "copies-input"]
        if not more and not random:
            ours_alone, theirs_alone = handed_in(answer, name), handed_in(solution, name)
            more = dependence(cases, ours_alone, theirs_alone, seen, right, rtol)
    if more:
        best = min(more, key=lambda d: d.weight)
        text += " " + best.text.replace("Your result", "What you hand in").replace("your result", "it")
    return [Diagnosis("wrong-call", text, 0.17)]


def _one_side(args: Mapping[str, Any], s: Any, r: Any) -> str:
    """Whether what is handed in lies on one side of an argument, and should lie on both."""
    for name, value in args.items():
        if isinstance(value, float) and s.size >= MANY:
            for words, ours, theirs in (("above", s >= value, r >= value), ("below", s <= value, r <= value)):
                if ours.all() and not theirs.all():
                    return f" All that you hand in lies {words} `{name}`, and some of it should not."
    return ""


def handed_in(call: Call, name: str) -> Call:
    """Return a function that calls, and returns what the function `name` among the arguments was given."""

    def first(args: Mapping[str, Any]) -> Any:
        heard = heard_by(call, args)[0].get(name, [])
        try:
            return np.asarray(heard[0][0], float)
        except (IndexError, TypeError, ValueError):
            return Trouble("unusable", "nothing handed in")

    return first


def _range(values: Any) -> str:
    return f"{written(float(np.min(values)), 4)} and {written(float(np.max(values)), 4)}"


def _few(values: Any) -> str:
    flat = np.ravel(values)
    shown = ", ".join(written(v, 4) for v in flat[:MOST_SHOWN]) + (", ..." if flat.size > MOST_SHOWN else "")
    return shown if np.ndim(values) == 0 else f"[{shown}]"

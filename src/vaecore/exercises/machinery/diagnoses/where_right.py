"""Where a wrong answer is still right: on some inputs, in one of its results, where something is 0 or 1."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, flat, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.differences import CONDITIONS, each
from vaecore.exercises.machinery.diagnoses.parts import TWO_HALVES, Part, is_distribution, parts_of
from vaecore.exercises.machinery.diagnoses.words import and_so_on

ENOUGH = 3  # wrong numbers that have something in common
MANY_ROWS = 200  # of a result that is random


def where_right(
    cases: Sequence[Case],
    answer: Call,
    solution: Call,
    seen: list[Any],
    right: list[Any],
    rtol: float,
    random: bool = False,
) -> list[Diagnosis]:
    """Return on which inputs and in which places the answer agrees with the solution.

    random: whether noise is drawn; then a few numbers may be right by chance.
    """
    if not usable(*right):
        return []
    wrong = [not close(s, r, rtol) for s, r in zip(seen, right, strict=True)]
    found = _fractions(cases, wrong, answer, right, rtol)
    if sum(wrong) >= min(2, len(cases)):  # what mends a single case may have nothing to do with it
        found += _sizes(cases, wrong, answer, solution, rtol, random)
        found += _neutral(cases, answer, solution, rtol)
    if not found:
        found += _some_cases(cases, seen, right, rtol)
    if usable(*seen) and [np.shape(s) for s in seen] == [np.shape(r) for r in right]:
        found += _entries(cases, seen, right, rtol, random)
    return found


def _fractions(
    cases: Sequence[Case], wrong: Sequence[bool], answer: Call, right: list[Any], rtol: float
) -> list[Diagnosis]:
    """Whether what is wrong is right if the same numbers do not come as arrays of whole numbers."""
    changed = [(_with_fractions(c.args), r) for c, r, w in zip(cases, right, wrong, strict=True) if w]
    if not changed or any(args is None or not close(answer(args), r, rtol) for args, r in changed):
        return []
    text = (
        "Your result is wrong where an array of whole numbers comes in, and right if the same numbers come "
        "as decimals: an array that is made like it has no place for fractions."
    )
    return [Diagnosis("right-without", text, 0.12)]


def _with_fractions(args: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments with arrays of whole numbers as arrays of decimals; None where there are none."""
    whole = {
        n: v.astype(float) for n, v in args.items() if isinstance(v, np.ndarray) and v.dtype.kind in "iu"
    }
    return {**args, **whole} if whole else None


def _expected(args: Any, solution: Call) -> Any:
    """What is expected there; None where that tells nothing."""
    r = solution(args)
    if not usable(r) or np.abs(r).max() < 1e-9:
        return None
    if any(isinstance(v, np.ndarray | float) and close(r, v) for v in args.values()):
        return None  # one of the arguments as it is
    return r


def _holds(changes: Sequence[Any], answer: Call, solution: Call, rtol: float) -> bool:
    """Whether they agree on all of the changed inputs, and on different numbers of two results at least."""
    expected = [(args, _expected(args, solution)) for args in changes]
    telling = [(args, r) for args, r in expected if r is not None]
    if len(telling) < min(2, len(changes)) or np.ptp(flat(r for _, r in telling)) < 1e-9:
        return False
    return all(close(answer(args), r, rtol) for args, r in telling)


def _neutral(cases: Sequence[Case], answer: Call, solution: Call, rtol: float) -> list[Diagnosis]:
    """What is right when a part of the input is 0, or 1, or uniform, or the same as another part."""
    parts = parts_of(cases)
    for part in parts:
        for words, value in _values(part, cases):
            changes = [part.put(case.args, value(part.get(case.args))) for case in cases]
            if _holds(changes, answer, solution, rtol):
                text = f"With {part.name} set to {words} your result is right; as given it is wrong."
                return [Diagnosis("right-without", text, 0.26)]
    for a, b in permutations(parts, 2):
        values = [(a.get(case.args), b.get(case.args)) for case in cases]
        if a.argument == b.argument or not all(_can_equal(x, y) for x, y in values):
            continue
        changes = [b.put(case.args, _like(x, y)) for case, (x, y) in zip(cases, values, strict=True)]
        if _holds(changes, answer, solution, rtol):
            text = f"With {b.name} set to {a.name} your result is right; as given it is wrong."
            return [Diagnosis("right-without", text, 0.28)]
    return []


def _values(part: Part, cases: Sequence[Case]) -> list[tuple[str, Callable[[Any], Any]]]:
    """Values that switch a part off."""
    if all(is_distribution(part.get(case.args)) for case in cases):
        return [("the uniform distribution", lambda v: np.full_like(v, 1 / v.shape[-1]))]
    if all(np.all(np.asarray(part.get(case.args)) > 0) for case in cases):
        return [("1", lambda v: 0 * v + 1), ("0", lambda v: 0 * v)]
    return [("0", lambda v: 0 * v), ("1", lambda v: 0 * v + 1)]


def _can_equal(a: Any, b: Any) -> bool:
    """Whether one may stand for the other: two numbers, or arrays of one length."""
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.ndim(a) == np.ndim(b)
    return (
        np.ndim(a) <= np.ndim(b)
        and np.shape(a) == np.shape(b)[-np.ndim(a) :]
        and (is_distribution(a) == is_distribution(b))
    )


def _like(a: Any, b: Any) -> Any:
    return a if isinstance(b, float) else np.broadcast_to(a, np.shape(b)).copy()


def _sizes(
    cases: Sequence[Case], wrong: Sequence[bool], answer: Call, solution: Call, rtol: float, random: bool
) -> list[Diagnosis]:
    """What is right for one row, one latent or one column of the arguments, and not for more."""
    for cut in (_first_latent,) if random else (_first_rows, _first_latent, _first_columns):
        changes = [c for c in (cut(case) for case in cases) if c is not None]
        if len(changes) < len(cases):
            continue
        shorter = [_size([args]) < _size([case.args]) for (_, args), case in zip(changes, cases, strict=True)]
        if not any(shorter) or shorter != list(wrong):
            continue
        several = MANY_ROWS if random else 1
        inputs = [_repeated(args, several) for _, args in changes]
        both = [(answer(args), solution(args)) for args in inputs]
        if not all(usable(*pair) for pair in both):
            continue
        numbers = flat(r for _, r in both)
        if (np.ptp(numbers) < 1e-9 and len(numbers) > 1) or np.abs(numbers).max() < 1e-9:
            continue  # probabilities of one value are 1, whatever the answer does
        copies = all(
            any(close(r, v) for v in args.values() if isinstance(v, np.ndarray))
            for args, (_, r) in zip(inputs, both, strict=True)
        )
        if not copies and all(close(*pair, rtol) for pair in both):
            words = changes[shorter.index(True)][0]
            return [
                Diagnosis("right-for-one", f"With {words} your result is right, with more it is wrong.", 0.27)
            ]
    return []


def _repeated(args: dict[str, Any], times: int) -> dict[str, Any]:
    """The same with all rows several times."""
    if times == 1:
        return args
    return {n: np.repeat(v, times, axis=0) if np.ndim(v) == 2 else v for n, v in args.items()}


def _size(inputs: Iterable[Mapping[str, Any]]) -> int:
    """How many numbers there are in these inputs."""
    return sum(np.size(v) for args in inputs for v in args.values())


Cut = tuple[str, dict[str, Any]]  # what is left, in words, and the arguments


def _first_rows(case: Case) -> Cut | None:
    """The first of several rows, where the arguments have as many."""
    counts = {len(v) for v in case.args.values() if isinstance(v, np.ndarray) and v.ndim > 1}
    return _cut(case, counts, 0, "row", lambda v: v[:1])


def _first_columns(case: Case) -> Cut | None:
    counts = {v.shape[1] for v in case.args.values() if isinstance(v, np.ndarray) and v.ndim > 1}
    return None if TWO_HALVES in case.args else _cut(case, counts, -1, "column", lambda v: v[..., :1])


def _cut(case: Case, counts: set[int], axis: int, word: str, cut: Callable[[Any], Any]) -> Cut | None:
    if len(counts) != 1:
        return None
    n = counts.pop()
    names = [k for k, v in case.args.items() if isinstance(v, np.ndarray) and v.ndim and v.shape[axis] == n]
    args = {k: cut(v) if k in names else v for k, v in case.args.items()}
    return f"only one {word} in {and_so_on(names)}", args


def _first_latent(case: Case) -> Cut | None:
    value = case.args.get(TWO_HALVES)
    if value is None or value.shape[1] % 2:
        return None
    size = value.shape[1] // 2
    others = {n: v[:, :1] for n, v in case.args.items() if n != TWO_HALVES and np.ndim(v) == 2}
    return "only one latent", {**case.args, **others, TWO_HALVES: value[:, [0, size]]}


def _some_cases(cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float) -> list[Diagnosis]:
    """On which of the named inputs the answer is right."""
    agree = [close(s, r, rtol) for s, r in zip(seen, right, strict=True)]
    if all(agree) or not any(agree) or not all(case.label for case in cases):
        return []
    good, bad = (
        next(c.label for c, a in zip(cases, agree, strict=True) if a is want) for want in (True, False)
    )
    text = f"It is right in {sum(agree)} of {len(cases)} cases, such as this: {good}. It is wrong for: {bad}."
    return [Diagnosis("right-sometimes", text, 0.35)]


def _entries(
    cases: Sequence[Case], seen: list[Any], right: list[Any], rtol: float, random: bool
) -> list[Diagnosis]:
    """In which of its entries or rows the result is wrong."""
    wrong = [~np.isclose(s, r, rtol=rtol, atol=1e-6) for s, r in zip(seen, right, strict=True)]
    mask = flat(wrong)
    if mask.all() or not mask.any() or mask.size < 3:
        return []
    for name in () if random else cases[0].args:
        values = [case.args[name] for case in cases]
        if not all(isinstance(v, np.ndarray | float) for v in values):
            continue
        for words, test in CONDITIONS.items():
            holds = [each(test(np.asarray(v, float)), w) for v, w in zip(values, wrong, strict=True)]
            if all(
                h is not None and np.array_equal(h, np.ravel(w)) for h, w in zip(holds, wrong, strict=True)
            ):
                text = f"Your result is wrong exactly where `{name}` {words}, and right elsewhere."
                return [Diagnosis("wrong-where", text, 0.14)]
    expected = flat(right)
    if mask.sum() >= ENOUGH and np.all(expected[mask] == 0):
        return [Diagnosis("wrong-where", "Your result is wrong only where 0 is expected.", 0.15)]
    if np.any(expected < 0) and np.any(expected > 0):
        for words, holds in (("negative", expected < 0), ("above 0", expected > 0)):
            if np.array_equal(holds, mask):
                text = f"Your result is wrong exactly where the expected one is {words}, and right elsewhere."
                return [Diagnosis("wrong-where", text, 0.15)]
    for axis, what in ((0, "row"), (1, "column")):
        if all(np.ndim(w) > axis for w in wrong) and any(np.shape(w)[axis] > 1 for w in wrong):
            other = tuple(i for i in range(wrong[0].ndim) if i != axis)
            lines = [np.any(w, axis=other) for w in wrong]
            for words, make in PLACES.items():
                if not all(line.all() for line in lines) and all(
                    np.array_equal(line, make(len(line))) for line in lines
                ):
                    kind = what if wrong[0].ndim > 1 else "entry"
                    text = f"Your result is wrong only in {words.format(kind)}, and right in the rest."
                    return [Diagnosis("wrong-where", text, 0.18)]
    return []


def _at(*places: int) -> Callable[[int], Any]:
    def make(length: int) -> Any:
        mask = np.zeros(length, bool)
        mask[list(places)] = True
        return mask

    return make


PLACES: dict[str, Callable[[int], Any]] = {
    "its first {}": _at(0),
    "its last {}": _at(-1),
    "its first and its last {}": _at(0, -1),
    "what comes after its first {}": lambda n: ~_at(0)(n),
    "what comes before its last {}": lambda n: ~_at(-1)(n),
    "what lies between its first and its last {}": lambda n: ~_at(0, -1)(n),
    "every second {}, beginning with the second": lambda n: np.arange(n) % 2 == 1,
    "every second {}, beginning with the first": lambda n: np.arange(n) % 2 == 0,
}

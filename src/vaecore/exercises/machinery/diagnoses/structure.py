"""How the arguments work together in an answer, where in the solution they work together otherwise.

A difference of two parts that should meet, a size that grows with x and not with its square, a sign that
makes no difference, an approximation that is good for small numbers.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, numbers_in, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.evidence import Evidence
from vaecore.exercises.machinery.diagnoses.parts import Part, is_distribution, moved, parts_of
from vaecore.exercises.machinery.diagnoses.words import and_so_on, number

Args = Mapping[str, Any]
SMALL = 1e-9  # of a result: rounding
CLEAR = 1e-4  # of a result: more than rounding
FACTOR = 2.0
MOST, ENOUGH = 5, 3  # inputs
LARGEST = 200  # numbers of an input


def structure(known: Evidence, answer: Call, solution: Call) -> list[Diagnosis]:
    """Return what is true of how the answer's arguments go together, and not of the solution's."""
    inputs = [args for args, _ in known.pairs]
    inputs = [args for args in inputs if sum(map(numbers_in, args.values())) <= LARGEST][-MOST:]
    if len(inputs) < ENOUGH:
        return []
    cases = [Case("", args) for args in inputs]
    parts = parts_of(cases)
    return [
        *_apart(parts, inputs, answer, solution),
        *_only_a_sign(parts, inputs, answer, solution),
        *_growth(parts, inputs, answer, solution),
        *_signs(parts, inputs, answer, solution),
        *_approximates(parts, inputs, answer, solution),
    ]


def _interaction(call: Call, args: Args, a: Part, b: Part) -> float | None:
    """How far the effect of moving a depends on b, as a part of the results' size."""
    rng = np.random.default_rng(3)
    other_a, other_b = moved(a.get(args), rng), moved(b.get(args), rng)
    results = [call(args), call(a.put(args, other_a)), call(b.put(args, other_b)),
               call(a.put(b.put(args, other_b), other_a))]  # fmt: skip
    if not usable(*results) or len({np.shape(r) for r in results}) > 1:
        return None
    size = max(float(np.abs(r).max()) for r in results)
    if any(np.abs(r - results[0]).max() <= SMALL * size for r in results[1:3]):
        return None  # one of the two makes no difference
    return float(np.abs(results[3] - results[1] - results[2] + results[0]).max()) / size if size else None


def _apart(parts: Sequence[Part], inputs: Sequence[Args], answer: Call, solution: Call) -> list[Diagnosis]:
    """Pairs of arguments whose effects add up, where they should depend on each other."""
    found: list[tuple[Part, Part]] = []
    for a, b in combinations(parts, 2):
        if a.argument == b.argument:
            continue
        pairs = [(_interaction(answer, x, a, b), _interaction(solution, x, a, b)) for x in inputs]
        told = [(ours, theirs) for ours, theirs in pairs if ours is not None and theirs is not None]
        if len(told) > 1 and all(ours < SMALL for ours, _ in told) and all(t > CLEAR for _, t in told):
            found.append((a, b))
    if not found:
        return []
    one, other = (and_so_on(dict.fromkeys(p.name for p in side)) for side in zip(*found, strict=True))
    text = (
        f"In your result {one} and {other} are worked out apart, and then added or subtracted: what the one "
        "does to it is the same whatever the other is. In the expected result they depend on each other."
    )
    return [Diagnosis("falls-apart", text, 0.29)]


def _only_a_sign(
    parts: Sequence[Part], inputs: Sequence[Args], answer: Call, solution: Call
) -> list[Diagnosis]:
    """Whether exchanging the first half of the arguments with the second half turns the sign alone."""
    half = len(parts) // 2
    if half == 0 or len(parts) != 2 * half:
        return []
    first, second = parts[:half], parts[half:]
    turned, kept = True, True
    for args in inputs:
        new = args
        for a, b in zip(first, second, strict=True):
            if np.shape(a.get(args)) != np.shape(b.get(args)):
                return []
            new = a.put(b.put(new, a.get(args)), b.get(args))
        ours, theirs = (answer(args), answer(new)), (solution(args), solution(new))
        if not usable(*ours, *theirs) or np.shape(ours[0]) != np.shape(ours[1]):
            return []
        turned = turned and np.allclose(ours[0], -ours[1], 1e-9, 1e-12) and not np.allclose(ours[0], 0)
        kept = kept and np.shape(theirs[0]) == np.shape(theirs[1]) and np.allclose(theirs[0], -theirs[1])
    if not turned or kept:
        return []
    one, other = (and_so_on(p.name for p in side) for side in (first, second))
    text = (
        f"When {one} and {other} change places, your result changes its sign and nothing else: it is a "
        "difference of the same thing for the one and for the other. The expected result is none."
    )
    return [Diagnosis("symmetric", text, 0.23)]


def _ratio(call: Call, inputs: Sequence[Args], part: Part, factor: float) -> float | None:
    """By what the result is multiplied when a part is; None where it differs from input to input."""
    ratios = []
    for args in inputs:
        before, after = call(args), call(part.put(args, factor * part.get(args)))
        if not usable(before, after) or np.shape(before) != np.shape(after) or np.any(np.abs(before) < 1e-9):
            return None
        ratios.append(np.ravel(after / before))
    flat = np.concatenate(ratios)
    return float(flat[0]) if np.ptp(flat) < 1e-6 * abs(flat[0]) else None


def _growth(parts: Sequence[Part], inputs: Sequence[Args], answer: Call, solution: Call) -> list[Diagnosis]:
    """How a result grows when a part is doubled."""
    for part in parts:
        if any(is_distribution(part.get(args)) for args in inputs):
            continue
        ours, theirs = (_ratio(call, inputs, part, FACTOR) for call in (answer, solution))
        if ours is None or theirs is None or abs(ours - theirs) < 1e-6 or abs(ours - 1) < 1e-6:
            continue
        text = (
            f"When {part.name} {part.verb('is', 'are')} doubled, your result becomes {number(ours)} times as "
            f"large, and the expected one {number(theirs)} times."
        )
        return [Diagnosis("moves-too-far", text, 0.29)]
    return []


def _signs(parts: Sequence[Part], inputs: Sequence[Args], answer: Call, solution: Call) -> list[Diagnosis]:
    """Whether the sign of a part makes no difference, and should, or the other way round."""
    for part in parts:
        if all(np.all(np.asarray(part.get(args)) >= 0) for args in inputs):
            continue
        stays = []
        for call in (answer, solution):
            pairs = [(call(args), call(part.put(args, -part.get(args)))) for args in inputs]
            pairs = [p for p in pairs if usable(*p) and np.shape(p[0]) == np.shape(p[1])]
            stays.append([np.allclose(x, y, 1e-9, 1e-12) for x, y in pairs])
        if not all(stays):
            continue
        turned = f"{part.name} {part.verb('takes', 'take')}"
        if all(stays[0]) and not any(stays[1]):
            text = f"Your result stays the same when {turned} the other sign, and it should not."
            return [Diagnosis("ignores-input", text, 0.3)]
        if all(stays[1]) and not any(stays[0]):
            text = f"Your result changes when {turned} the other sign, and it should not."
            return [Diagnosis("depends-too-much", text, 0.3)]
    return []


PARTS_OF_1 = (1.0, 0.3, 0.1, 0.03, 0.01)


def _approximates(
    parts: Sequence[Part], inputs: Sequence[Args], answer: Call, solution: Call
) -> list[Diagnosis]:
    """Whether the answer comes near the expected result as something becomes small, and both with it."""
    for part in parts:
        for words, smaller in SMALLER.items():
            errors, sizes = [], []
            for part_of_1 in PARTS_OF_1:
                worst, size = 0.0, 0.0
                for args in inputs:
                    try:
                        new = part.put(args, smaller(part.get(args), part_of_1))
                    except (ValueError, IndexError):
                        worst = np.inf
                        break
                    s, r = answer(new), solution(new)
                    if not usable(s, r) or np.shape(s) != np.shape(r):
                        worst = np.inf
                        break
                    worst = max(worst, float(np.max(np.abs(s - r) / (np.abs(r) + np.abs(s) + 1e-12))))
                    size = max(size, float(np.abs(r).max()))
                errors.append(worst)
                sizes.append(size)
                if not np.isfinite(worst):
                    break
            if len(errors) < len(PARTS_OF_1) or errors[0] < 0.02 or sizes[-1] > 0.05 * sizes[0]:
                continue
            gradual = all(b < 0.6 * a for a, b in pairwise(errors)) and errors[-1] > 1e-9
            if gradual and errors[-1] < 0.02 * errors[0] and sizes[-1] > 1e-9:
                text = (
                    f"The smaller {words.format(part.name)}, the nearer your result comes to the expected "
                    f"one: at a hundredth of the size they differ by {number(200 * errors[-1])} per cent at "
                    "most. Yours is an approximation for small ones, as the first term of a series is."
                )
                return [Diagnosis("approximation", text, 0.22)]
    return []


def _off_diagonal(v: Any, part_of_1: float) -> Any:
    if np.ndim(v) != 2 or v.shape[0] != v.shape[1] or not np.array_equal(v, v.T):
        raise ValueError
    return part_of_1 * v + (1 - part_of_1) * np.diag(np.diag(v))


SMALLER = {
    "the entries of {} outside its diagonal are": _off_diagonal,
    "{} is": lambda v, c: c * v,
}

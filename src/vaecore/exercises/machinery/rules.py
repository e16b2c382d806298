"""The judge of questions: rules that are plain data, and what is said of an answer by them.

`widgets/question_judge.js` has the same functions and follows the same rules, so that a page without a kernel
says the same.  All words that a verdict may contain are in the rules.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from vaecore.exercises.machinery.judging import FAILED, NOT_ATTEMPTED, PASSED, Verdict

Rules = Mapping[str, Any]
RIGHT = "Right."


def judge_by(rules: Rules, answer: Any) -> Verdict:
    """Return the verdict on an answer in its plain form: numbers, or letters; empty if there is none yet."""
    if len(answer) == 0:
        return Verdict(NOT_ATTEMPTED, rules["nothing"])
    return JUDGES[rules["kind"]](rules, answer)


def _judge_value(rules: Rules, numbers: list[float]) -> Verdict:
    if _close(numbers, rules["right"], rules):
        return Verdict(PASSED, RIGHT)
    for mistake in rules["mistakes"]:
        if any(_close(numbers, wrong, rules) for wrong in mistake["answers"]):
            return Verdict(FAILED, mistake["message"], mistake["id"])
    return Verdict(FAILED, rules["otherwise"])


def _close(numbers: list[float], expected: list[Any], rules: Rules) -> bool:
    """|a - b| <= atol + rtol |b|; NaN is close to NaN."""
    b = [float(x) for x in expected]
    return bool(np.allclose(numbers, b, rtol=rules["rtol"], atol=rules["atol"], equal_nan=True))


def _judge_choice(rules: Rules, picked: str) -> Verdict:
    statements = rules["statements"]
    wrong = [letter for letter, s in statements.items() if (letter in picked) != s["true"]]
    if not wrong:
        return Verdict(PASSED, RIGHT)
    first = statements[wrong[0]]
    return Verdict(FAILED, first["message"] + rules["others"][len(wrong)] + rules["see"], first["id"])


def _judge_order(rules: Rules, given: str) -> Verdict:
    order, traps = rules["order"], rules["traps"]
    if given == order:
        return Verdict(PASSED, RIGHT)
    for place, letter in enumerate(given, 1):
        if letter in traps:
            trap = traps[letter]
            return Verdict(FAILED, trap["message"].replace("{place}", str(place)) + rules["see"], trap["id"])
    mistake = rules["shuffled" if sorted(given) == sorted(order) else "incomplete"]
    pairs = zip(given, order, strict=False)
    good = next((i for i, (a, b) in enumerate(pairs) if a != b), min(len(given), len(order)))
    return Verdict(FAILED, mistake["message"] + rules["in_place"][good] + rules["see"], mistake["id"])


JUDGES: dict[str, Callable[[Rules, Any], Verdict]] = {
    "value": _judge_value,
    "choice": _judge_choice,
    "order": _judge_order,
}


def plain_number(value: float) -> float | str:
    """Return a number as JSON has it: those that are not finite become the words that JavaScript reads."""
    value = float(value)
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"

"""The judge of questions: rules that are plain data, and what is said of an answer by them.

`widgets/question/question_judge.js` has the same functions and follows the same rules, so that a page without
a kernel says the same.  All words that a verdict may contain are in the rules.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

from vaecore.exercises.machinery.judging import ERROR, FAILED, NOT_ATTEMPTED, PASSED, Verdict
from vaecore.exercises.machinery.notation import read_letters, read_number, read_numbers

Rules = Mapping[str, Any]
RIGHT = "Right."


def read_by(rules: Rules, typed: Any) -> Any:
    """Return the plain form of an answer, which `judge_by` takes, or the Verdict that it has none.

    typed: a text, or for values a list of numbers and texts.
    """
    if rules["kind"] == "value":
        if isinstance(typed, str) and not typed.strip():
            return []
        numbers = _read_values(rules, typed)
        if numbers is None:
            return Verdict(ERROR, rules["unreadable"])
        if numbers and len(numbers) != len(rules["names"]):
            return Verdict(FAILED, rules["count"].replace("{place}", str(len(numbers))))
        return numbers
    letters = read_letters(typed, rules["letters"])
    if letters is None:
        return Verdict(ERROR, rules["unreadable"])
    if rules["kind"] == "choice":
        return "".join(letter for letter in rules["letters"] if letter in letters)
    return letters


def _read_values(rules: Rules, typed: str | list[Any]) -> list[float] | None:
    if isinstance(typed, str):
        return read_numbers(typed, rules["names"], rules["unit"])
    read = [read_number(item, rules["unit"]) if isinstance(item, str) else float(item) for item in typed]
    numbers = [number for number in read if number is not None]
    return numbers if len(numbers) == len(read) else None


def judge_by(rules: Rules, answer: Any) -> Verdict:
    """Return the verdict on an answer in its plain form: numbers, or letters; empty if there is none yet."""
    if len(answer) == 0:
        return Verdict(NOT_ATTEMPTED, rules["nothing"])
    return JUDGES[rules["kind"]](rules, answer)


def _judge_value(rules: Rules, numbers: list[float]) -> Verdict:
    right = rules["right"]
    if _close(numbers, right):
        return Verdict(PASSED, RIGHT)
    for mistake in rules["mistakes"]:
        if any(_close(numbers, wrong) for wrong in mistake["answers"]):
            return Verdict(FAILED, mistake["message"], mistake["id"])
    if _close(sorted(numbers), sorted(right, key=lambda pair: float(pair[0]))):
        return Verdict(FAILED, rules["exchanged"] + rules["see"])
    pairs = zip(numbers, right, rules["off"], strict=True)
    off = [words for number, expected, words in pairs if not _close([number], [expected])]
    said = rules["otherwise"] if len(off) == len(right) else " ".join(off)
    return Verdict(FAILED, said + rules["see"])


def _close(numbers: list[float], expected: list[list[Any]]) -> bool:
    """Whether each number a is within d of b, for each pair [b, d]; NaN is close to NaN, and a to a."""
    for a, (b, d) in zip(numbers, [map(float, pair) for pair in expected], strict=True):
        if math.isnan(a) or math.isnan(b):
            if not (math.isnan(a) and math.isnan(b)):
                return False
        elif a != b and not abs(a - b) <= d:
            return False
    return True


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


def half_a_unit(value: float, digits: int) -> float:
    """Return what rounding to so many significant digits may change: half a unit of the last one.

    The half is taken a little larger, since 0.5 itself is not exact in binary.
    """
    if value == 0 or not math.isfinite(value):
        return 0.0
    return 0.5000001 * 10.0 ** (math.floor(math.log10(abs(value))) - digits + 1)

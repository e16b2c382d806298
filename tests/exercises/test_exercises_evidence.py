"""What a message shows: numbers in one style, the row that is wrong, a case that one can redo by hand."""

import re

import numpy as np
import pytest

from vaecore import compute_KL
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.explaining import by_hand
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_by_name, nearest, shown_inputs
from vaecore.exercises.machinery.shown_numbers import seen_and_expected, written

# Where an input's name does not show its numbers, though they are numbers.
WITHOUT_NUMBERS = (
    "S-PCA",
    "X-1c",
    "S-SIGMA",
    "S-SGVB-b",
    "S-GAUSS",
    "C8-best-std",
    "C8-gap",
    "C8-weights",
    "C9-axes",
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.6488523, "0.6489"), (0.5, "0.5"), (2.0, "2"), (1 / 3, "0.3333"), (-0.0, "0"),
        (64885.125, "64885.125"),
        (0.00012, "0.0001"), (0.0000123456, "1.235e-05"), (np.nan, "nan"), (np.inf, "inf"),
        ([0.5, 2], "[0.5, 2]"), (np.array([[1.0], [0.25]]), "[[1], [0.25]]"),
    ],
)  # fmt: skip
def test_numbers_have_four_decimals_in_one_style(value, expected):
    assert written(value, 4) == expected


def test_of_a_large_array_the_first_wrong_row_is_shown(rng):
    expected = rng.normal(size=(4, 5))
    seen = expected.copy()
    seen[2, 1:] += 1
    where, ours, theirs = seen_and_expected(seen, expected, seen != expected)
    assert (where, ours, theirs) == ("[2]", written(seen[2], 4), written(expected[2], 4))
    one = np.zeros(50)
    one[30] = 1
    assert seen_and_expected(one, np.zeros(50), one != 0) == ("[30]", "1", "0")


def test_numbers_that_differ_late_are_shown_with_more_decimals():
    assert seen_and_expected(1.23456789, 1.23456712, True) == ("", "1.234568", "1.234567")


@pytest.mark.parametrize("name", WITHOUT_NUMBERS)
def test_a_wrong_answer_comes_with_a_case_to_redo_by_hand(name):
    """The case is computed once more from what is written: the answer and the solution give what is said."""
    exercise = EXERCISES[name]
    wrong = [w for m in exercise.mistakes for w in m.wrong]
    with np.errstate(all="ignore"):
        cases = [by_hand(exercise, w) for w in wrong]
    assert sum(map(bool, cases)) >= 0.8 * len(cases)
    for function, text in list(zip(wrong, cases, strict=True))[::3]:
        if text:
            given, seen, expected = re.fullmatch(
                r"To redo by hand: for (.+) it gives (.+), expected (.+)\.", text
            ).groups()
            args = [eval(value) for value in re.findall(r"`\w+` = (.+?)(?=, `|$)", given)]
            args = [np.array(a, float) if isinstance(a, list) else a for a in args]
            names = {"nan": np.nan, "inf": np.inf}
            assert np.allclose(np.array(exercise.solution(*args)), eval(expected, names), atol=1e-3), text
            assert np.allclose(np.array(function(*args)), eval(seen, names), atol=1e-3), text
            assert sum(np.size(a) for a in args) <= 12


def test_the_case_stands_in_the_message_before_the_place_to_look():
    result = check("C8-gap", lambda information, entropy: -EXERCISES["C8-gap"].solution(information, entropy))
    before, after = result.message.split("To redo by hand: ")
    assert result.misconception == "gap-sign" and "expected" in before and "See chapter 8" in after


def test_a_name_that_shows_its_numbers_needs_no_other_case():
    assert "by hand" not in check("L-KL", lambda e: -compute_KL(e)).message


@pytest.mark.parametrize(
    "exercise", [e for e in EXERCISES.values() if isinstance(e, CodeExercise)], ids=lambda e: e.id
)
def test_no_message_shows_powers_of_ten_for_plain_numbers(exercise):
    for mistake in exercise.mistakes[:4]:
        message = judge_by_name(exercise, mistake.wrong[0]).message
        assert not re.search(r"\de[+-]0[0-3]\b", message), message


# Pairs of mistakes whose numbers are the same wherever the first one is wrong, and why.
ALIKE = {
    (
        "bayes-prior-along-x",
        "bayes-prior-ignored",
    ): "one factor for a whole row cancels when the row is divided",
    ("epochs-counted-late", "epochs-not-whole"): "it is wrong after whole epochs alone, where i / n is whole",
}
# Of the two results of S-REP these have one wrong; other mistakes have that one wrong too, and the other.
ONE_OF_TWO = {"rep-gradient-sign", "rep-directions-mixed"}


@pytest.mark.parametrize(
    "exercise",
    [e for e in EXERCISES.values() if isinstance(e, CodeExercise) and e.saw is None],
    ids=lambda e: e.id,
)
def test_the_input_that_is_shown_tells_a_mistake_from_every_other(exercise):
    """What random answers are told has no input; it is measured, and recognised by `when`."""
    pairs = 0
    for mistake, answers in zip(exercise.mistakes, exercise.wrong_readings, strict=True):
        for readings in answers:
            shown = shown_inputs(exercise, readings, mistake)[0]
            assert not exercise.agree(readings[shown], nearest(exercise, readings)[shown])
            for other, theirs in zip(exercise.mistakes, exercise.wrong_readings, strict=True):
                if other is mistake or (mistake.id, other.id) in ALIKE or mistake.id in ONE_OF_TWO:
                    continue
                for read in theirs:
                    pairs += 1
                    alike = shown in read and exercise.agree(readings[shown], read[shown])
                    assert not alike, (mistake.id, other.id, shown)
    assert pairs >= 20


def test_of_one_wrong_result_out_of_two_the_other_is_right_where_it_is_said():
    exercise = EXERCISES["S-REP"]
    for mistake, answers in zip(exercise.mistakes, exercise.wrong_readings, strict=True):
        for readings in answers if mistake.id in ONE_OF_TWO else ():
            right = nearest(exercise, readings)
            kinds = {name.split(",")[0]: exercise.agree(readings[name], right[name]) for name in right}
            assert sorted(kinds.values()) == [False, True]


def test_an_input_that_was_changed_is_told_before_wrong_values():
    def wrong(encoder_output):
        encoder_output *= 3
        return np.sum(encoder_output, axis=1)

    message = check("L-KL", wrong).message
    assert "Argument 1 is no longer what it was" in message
    assert message.index("Argument 1") < message.index("it gave")

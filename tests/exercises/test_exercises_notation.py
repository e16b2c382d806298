"""Answers to questions as people write them: in any notation, with as many digits as are asked for."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch
from exercises_notations import letters_in_many_ways, numbers_in_many_ways

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.answers import as_numbers
from vaecore.exercises.machinery.notation import read_letters, read_number, read_numbers
from vaecore.exercises.machinery.notation_words import WORDS
from vaecore.exercises.machinery.questions import QuestionExercise, ValueExercise
from vaecore.exercises.machinery.rules import half_a_unit

QUESTIONS = [e for e in EXERCISES.values() if isinstance(e, QuestionExercise)]
VALUES = [e for e in QUESTIONS if isinstance(e, ValueExercise)]


@pytest.mark.parametrize("exercise", QUESTIONS, ids=lambda e: e.id)
def test_the_right_answer_passes_in_every_notation(exercise):
    if exercise.kind == "value":
        value = list(exercise.value)
        answers = numbers_in_many_ways(value)
        answers += [tuple(value), np.array(value), np.array(value)[None], np.array(value).astype(str)]
        answers += [[str(v) for v in value], [*map(Decimal, value)], [*map(Fraction, value)]]
        answers += [torch.tensor(value), dict(zip(exercise.names, value, strict=True))]
        answers += [", ".join(f"{n} = {v}" for n, v in reversed([*zip(exercise.names, value, strict=True)]))]
    else:
        letters = (
            exercise.order
            if exercise.kind == "order"
            else "".join(letter for letter, s in exercise.statements.items() if s.true)
        )
        answers = letters_in_many_ways(letters)
        answers += [list(letters), tuple(letters), np.array(list(letters)), np.array(letters)]
        answers += [[f"({c})" for c in letters]]
        if exercise.kind == "choice":
            answers += [set(letters), frozenset(letters), letters[::-1]]
            answers += [{letter: s.true for letter, s in exercise.statements.items()}]
    for answer in answers:
        verdict = exercise.judge(answer)
        assert verdict.status == "passed", (answer, verdict)


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("(b) (e)", "be"), ("b/e", "be"), ("a + b", "ab"), ("f, b and a", "fba"), ("c -> e -> b", "ceb"),
        ("1) c\n2) e", "ce"), ("B. E.", "be"), ("Ⓑ ⓔ", "be"), ("", ""), (" \n", ""),
        ("first c, then e", "ce"), ("both a and d", "ad"), ("a, c (the others are false)", "ac"),
        ("c, but not a", "c"),
        ("a, b e d", "abd"), ("a b e d", "abed"), ("opções a e d", "ad"), ("true: a, c; false: b, d", "ac"),
        ("a: true, b: false, d: true", "ad"), ("a (wrong), b (right)", None), ("not a, b", None),
        ("1º c, 2º e", "ce"),
        ("a. b. c are false", None), ("not only a but also b", None), ("all but a and d", None),
        ("c is false", None),
        ("d last, e first, b", None), ("e, b, first a", None), ("b before c", None),
        ("a: false, b: false", None),
        ("?", None), ("none", None), ("b, not e", None), ("g", None), ("c <- e", None), ("2", None),
    ],
)  # fmt: skip
def test_letters(text, letters):
    assert read_letters(text, "abcdef") == letters


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.0853", 0.0853), ("0,0853", 0.0853), ("1/10", 0.1), ("1 / 4", 0.25), ("−0.5", -0.5), ("½", 0.5),
        ("8.53e-2", 0.0853), ("8.53·10⁻²", 0.0853), ("8.53 x 10^-2", 0.0853), ("8.53*10**(-2)", 0.0853),
        ("0.0853 nats", 0.0853), ("$0.0853$", 0.0853), ("∞", np.inf), ("-inf", -np.inf), ("0,1", 0.1),
        ("1/0", None), ("5%", 0.05), ("1½", 1.5),
        ("-2¾", -2.75), ("~0.5", 0.5),
        ("0x10", None), ("1e999", None), ("1,000.5", None), ("one", None),
        ("1/2/3", None), ("", None), ("1" * 2000, None),
    ],
)  # fmt: skip
def test_one_number(text, number):
    assert read_number(text) == pytest.approx(number)
    if number is not None:
        assert read_numbers(text, ["KL"]) == pytest.approx([number])
        assert read_numbers(f"KL = {text}", ["KL"]) == pytest.approx([number]) or not np.isfinite(number)


def test_a_comma_is_a_decimal_where_one_number_is_asked_for_and_a_list_where_it_is_several():
    assert read_numbers("0,1", ["x"]) == [0.1]
    assert read_numbers("0,1", ["x", "y"]) == [0, 1]
    assert read_numbers("0,1; 2", ["x", "y"]) == [0.1, 2]
    assert read_numbers("0,1, 0,2", ["x", "y"]) == [0.1, 0.2]
    assert read_numbers("1, 2, 3", ["x", "y"]) == [1, 2, 3]
    assert read_numbers("1/2", ["x", "y"]) == [0.5]
    assert read_numbers("1 / 2", ["x", "y"]) == [1, 2]
    assert read_numbers("y: 2, z: 1", ["x", "y"]) is None


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("KL(Q || P) is 0.2 and KL(P || Q) is 0.1", [0.1, 0.2]),
        ("Q to P: 0.2, P to Q: 0.1", [0.1, 0.2]),
        ("about 0.1 and about 0.2", [0.1, 0.2]),
        ("0.1, KL(Q || P) = 0.2", [0.1, 0.2]),
        ("0.2, KL(P || Q) = 0.1", None),  # who knows which is which?
        ("KL(P || Q) = 0.1, KL(P || Q) = 0.2", None),
        ("0.1 for Q || P, 0.2 for P || Q", [0.2, 0.1]), ("first 0.1, second 0.2", [0.1, 0.2]),
        ("second 0.1, first 0.2", None), ("1) 0.1 2) 0.2", [0.1, 0.2]),
        ("0,1 e 0,2", [0.1, 0.2]), ("0.1 -> 0.2", [0.1, 0.2]), ("constructor 0.1, 0.2", None),
        ("0.1 minus 0.2", None), ("0.1 - 0.2", None), ("not 0.1, 0.2", None),
    ],
)  # fmt: skip
def test_numbers_among_words_go_by_the_words(text, numbers):
    assert read_numbers(text, ["KL(P || Q)", "KL(Q || P)"]) == numbers


def test_numbers_of_a_group_follow_its_words():
    names = ["mean of z_1", "mean of z_2", "std of z_1", "probability of z_1 > 0"]
    for text in (
        "P(z_1 > 0) = 4, stds 3, means 1 and 2",
        "mean (1, 2), sigma 3, p = 4",
        "mu1=1, mu2=2, sd=3, Pr: 4",
    ):
        assert read_numbers(text, names) == [1, 2, 3, 4]
    assert read_numbers("means 1, std 2 and 3, P 4", names) is None


def test_a_number_may_have_the_unit_that_is_asked_for_and_no_other():
    for text in ("0.75 alpha", "0.75α", "3/4 * alpha", "0.75 times α", "75% of alpha"):
        assert read_number(text, ["α", "alpha"]) == 0.75
        assert read_numbers(f"{text} and 1 α", ["x", "y"], ["α", "alpha"]) == [0.75, 1]
        assert read_number(text) is None
    assert EXERCISES["C6-two-steps"].judge("0.1 alpha, 0.0261 alpha").status == "error"


def test_no_word_beside_letters_is_made_of_letters():
    assert [word for word in WORDS if set(word) <= set("abcdefghij")] == []


@pytest.mark.parametrize("exercise", VALUES, ids=lambda e: e.id)
def test_a_tolerance_is_half_a_unit_of_the_last_digit_that_is_asked_for(exercise):
    value = np.array(exercise.value)
    rounded = np.array([float(f"{v:.{exercise.digits}g}") for v in value])
    assert exercise.judge(rounded).status == exercise.judge(value).status == "passed"
    assert max(half_a_unit(v, exercise.digits) / abs(v) for v in value) < 5.1 * 10.0**-exercise.digits
    for i, name in enumerate(exercise.names):
        for sign in (1, -1):
            off = rounded + sign * np.eye(len(value))[i] * 2 * half_a_unit(rounded[i], exercise.digits)
            verdict = exercise.judge(off)
            assert verdict.status == "failed", off
            if verdict.misconception is None and len(value) > 1:
                assert verdict.message.startswith(f"{name} is not right yet.\n\n")


def test_the_slip_of_the_sheet_is_told_from_the_right_number():
    for off in (0.0857, 0.0863, 0.0852):
        assert "KL(P || Q) is not right yet." in EXERCISES["X-5n"].judge((off, 0.0975)).message
    for off in (0.0973, 0.0977):
        assert EXERCISES["X-5n"].judge((0.0853, off)).message.startswith("KL(Q || P) is not right yet.")
    assert "None of the numbers is right" in EXERCISES["X-5n"].judge((1, 2)).message


def test_right_numbers_in_another_order_are_told_as_that():
    exchanged = 0
    for exercise in VALUES:
        if len(exercise.value) > 1:
            verdict = exercise.judge(exercise.value[::-1])
            assert verdict.status == "failed"
            assert verdict.misconception or verdict.message.startswith("These are the right numbers")
            exchanged += verdict.misconception is None
    assert exchanged


class Holder:
    """An object that knows how to become an array."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.array, dtype)


def test_objects_become_arrays_and_no_message_speaks_of_types_of_memory():
    for value in (Holder([1.0, 2.0]), torch.tensor([1.0, 2.0]), [Fraction(1), Decimal(2)]):
        assert as_numbers(value).tolist() == [1, 2]
    assert as_numbers(Fraction(1, 2)) == as_numbers(Decimal("0.5")) == 0.5
    assert as_numbers([torch.tensor(1.0), torch.tensor(2.0)]).tolist() == [1, 2]
    followed = as_numbers(torch.ones(2, requires_grad=True))
    assert followed.kind == "unusable" and "`.detach()`" in followed.text
    assert as_numbers(Holder(np.zeros(3_000_000))).kind == "unusable"
    assert as_numbers(Holder).kind == "unusable"
    assert as_numbers(np.array(["a", "b"])).text == "an array of texts, not of real numbers"
    for answer in (np.array(["a", "b"]), np.array([1j, 2]), ["one", 2], {1.0, 2.0}, Holder([1j]), "x"):
        message = EXERCISES["X-5n"].judge(answer).message
        assert "dtype" not in message and "<U" not in message


def test_a_set_has_no_order():
    for exercise, answer in (("P-1c", set("cebad")), ("X-5n", {0.0853, 0.0975})):
        verdict = EXERCISES[exercise].judge(answer)
        assert verdict.status == "error" and "no order" in verdict.message

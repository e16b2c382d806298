"""Answers written without the catalogue at hand: no right one is refused, and no wrong one passes."""

import pytest
from unseen_answers.right import RIGHT
from unseen_answers.wrong import WRONG

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.judging import judge_function


def test_there_are_forty_of_each():
    assert len({f for _, f in RIGHT}) == len({f for _, f in WRONG}) == 40


@pytest.mark.parametrize(("exercise", "answer"), RIGHT)
def test_a_right_answer_is_not_refused(exercise, answer):
    verdict = judge_function(EXERCISES[exercise], answer)
    assert verdict.status == "passed", verdict.message


@pytest.mark.parametrize(("exercise", "answer"), WRONG)
def test_a_wrong_answer_does_not_pass(exercise, answer):
    verdict = judge_function(EXERCISES[exercise], answer)
    assert verdict.status in ("failed", "error")
    assert len(verdict.message) > 40

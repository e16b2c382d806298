"""Wrong answers that nobody listed, written before what explains them: none passes, most are explained."""

import pytest
from sample import sample
from unlisted_answers import WRONG

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses.explaining import findings
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_by_name

ANSWERS = [(name, answer) for name, answers in WRONG.items() for answer in answers]
AT_LEAST = 0.9  # of them have a name or a diagnosis


def test_every_exercise_with_a_function_to_write_has_one():
    assert {name for name, e in EXERCISES.items() if isinstance(e, CodeExercise)} == set(WRONG)
    assert len(ANSWERS) >= 90


@pytest.mark.spread
@pytest.mark.parametrize("part", sample(range(4), kept=[0]))
def test_unlisted_mistakes_are_told_by_what_is_true_of_them(part):
    silent = []
    answers = ANSWERS[part::4]
    for name, answer in answers:
        verdict = judge_by_name(EXERCISES[name], answer)
        assert verdict.status in ("failed", "error"), answer.__name__
        if not verdict.misconception and not findings(EXERCISES[name], answer):
            silent.append(answer.__name__)
    assert len(silent) <= (1 - AT_LEAST) * len(answers), silent

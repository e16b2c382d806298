"""Answers written without the catalogue: right ones pass, wrong ones do not, most are explained."""

import pytest
from sample import sample
from unseen_answers import ENTRIES, QUESTIONS
from unseen_answers.results import came_of, figures, read_table

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_by_name, judge_function

CODE = [name for name, e in EXERCISES.items() if isinstance(e, CodeExercise)]
WRONG = [entry for entry in ENTRIES if entry.mistake]
SAMPLE = WRONG[::10]  # of which all is said: the others' verdicts alone are asked for


def test_every_exercise_has_right_and_wrong_ones():
    assert len({e.name for e in ENTRIES}) == len(ENTRIES) and len(WRONG) >= 250
    for name in CODE:
        of_it = [e for e in ENTRIES if e.exercise == name]
        assert sum(not e.mistake for e in of_it) >= 2 and sum(bool(e.mistake) for e in of_it) >= 4, name
    assert {q.exercise for q in QUESTIONS if q.mistake} == set(EXERCISES) - set(CODE)


@pytest.mark.parametrize("name", CODE)
def test_a_right_answer_is_not_refused(name):
    for entry in ENTRIES:
        if entry.exercise == name and not entry.mistake:
            verdict = judge_function(EXERCISES[name], entry.answer)
            assert verdict.status == "passed", (entry.name, verdict.message)


@pytest.mark.parametrize("name", sample(CODE, kept=CODE[::3]))
def test_a_wrong_answer_does_not_pass(name):
    for entry in WRONG:
        if entry.exercise == name:
            assert judge_by_name(EXERCISES[name], entry.answer).status in ("failed", "error"), entry.name


@pytest.mark.spread
@pytest.mark.parametrize("part", range(2))
def test_the_table_says_what_comes_of_an_answer(part):
    table = read_table()
    for entry in SAMPLE[part::2]:
        verdict = judge_function(EXERCISES[entry.exercise], entry.answer)
        assert came_of(verdict) == table[entry.name][0], (entry.name, verdict.message)
        assert len(verdict.message) > 40


def test_the_table_reaches_what_is_asked_for():
    table = read_table()
    assert list(table) == [entry.name for entry in WRONG]
    count = figures(table)
    assert count["passed"] == count["told: untrue"] == count["told: ?"] == 0
    assert count["named"] + count["diagnosis"] >= 0.9 * count["answers"]
    assert count["told: yes"] + count["told: partly"] + count["told: no"] == count["answers"]


@pytest.mark.parametrize("given", QUESTIONS, ids=lambda g: f"{g.exercise}:{str(g.answer)[:30]!r}")
def test_answers_to_questions_in_any_notation(given):
    verdict = EXERCISES[given.exercise].judge(given.answer)
    assert verdict.status == ("failed" if given.mistake else "passed"), verdict.message

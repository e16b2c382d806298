"""The welcome page's self-test: judged as exercises are, and counted nowhere."""

import pytest
from browser import BOOK

from vaecore.exercises import catalogue, check, hint, progress, solution
from vaecore.exercises.checking import EXERCISES, UNCOUNTED, find
from vaecore.exercises.machinery.questions import ChoiceExercise
from vaecore.exercises.welcome.self_test import SELF_TEST
from vaecore.widgets import Question

every_question = pytest.mark.parametrize("question", SELF_TEST, ids=lambda question: question.id)


def right_answer(question):
    if isinstance(question, ChoiceExercise):
        return "".join(letter for letter, statement in question.statements.items() if statement.true)
    return list(question.value)


@every_question
def test_the_right_answer_passes_and_is_written_down_nowhere(question, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    result = check(question.id, right_answer(question))
    assert (result.status, result.note) == ("passed", "")
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


@every_question
def test_each_mistake_is_told_by_its_name(question):
    for mistake in question.mistakes:
        for wrong in mistake.wrong:
            assert question.judge(wrong).misconception == mistake.id


@every_question
def test_it_has_a_hint_a_solution_and_a_place_to_read_on(question):
    assert hint(question.id).text and solution(question.id).text
    chapter, heading = question.see.removeprefix("See chapter ").split(", '")
    page = next(BOOK.glob(f"0{chapter[0]}_*.md")).read_text(encoding="utf-8")
    assert f"# {heading.split(chr(39))[0]}\n" in page


@every_question
def test_a_page_does_not_remember_that_it_is_passed(question, monkeypatch, tmp_path):
    """What a page remembers is counted, and travels as a file."""
    monkeypatch.setenv("VAECORE_WIDGETS", str(tmp_path))
    assert Question(question).content["passed_key"] == ""
    assert Question(EXERCISES["X-1"]).content["passed_key"] == "vae-book/passed/X-1"


def test_its_ids_are_its_own_and_no_catalogue_or_progress_has_them():
    assert not {name.lower() for name in UNCOUNTED} & {name.lower() for name in EXERCISES}
    assert not set(UNCOUNTED) & {entry.id for entry in catalogue()}
    mistakes = [m.id for question in SELF_TEST for m in question.mistakes]
    others = {m.id for exercise in EXERCISES.values() for m in exercise.mistakes}
    assert len(set(mistakes)) == len(mistakes) and not set(mistakes) & others
    shown = progress()._repr_html_()
    assert all(name not in shown for name in UNCOUNTED)


def test_the_welcome_page_asks_all_of_it_and_no_other_page_does():
    for page in BOOK.glob("*.md"):
        asked = [name for name in UNCOUNTED if f'question("{name}")' in page.read_text(encoding="utf-8")]
        assert sorted(asked) == (sorted(UNCOUNTED) if page.stem == "index" else [])
    assert find("w-BAYES").id == "W-bayes"

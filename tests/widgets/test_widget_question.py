"""The questions: what Python refuses and notes; and in Chromium, that a page judges as Python does."""

import json

import numpy as np
import pytest
from exercises_notations import letters_in_many_ways, numbers_in_many_ways
from question_pages import KINDS
from unseen_answers import QUESTIONS as UNSEEN

from vaecore import InvalidInputError
from vaecore.exercises import progress
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.judging import Verdict
from vaecore.exercises.machinery.questions import QuestionExercise
from vaecore.exercises.machinery.rules import half_a_unit, judge_by, read_by
from vaecore.exercises.welcome.self_test import SELF_TEST
from vaecore.widgets import Question, question
from vaecore.widgets.page.sources import javascript

QUESTIONS = [e for e in EXERCISES.values() if isinstance(e, QuestionExercise)]
every_question = pytest.mark.parametrize("exercise", QUESTIONS, ids=lambda e: e.id)
RIGHT = {
    "choice": lambda e: "".join(letter for letter, s in e.statements.items() if s.true),
    "order": lambda e: e.order,
    "value": lambda e: list(e.value),
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, start_in):
    """Where the progress file goes."""
    (tmp_path / "notebook").mkdir()
    start_in(tmp_path / "notebook")


def right(exercise):
    return RIGHT[exercise.kind](exercise)


def plain(exercise, answer):
    """As JSON has it: letters as one text, and words for numbers that are not finite."""
    if exercise.kind != "value":
        return exercise.read(answer)
    words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
    return [words.get(str(float(v)), float(v)) for v in answer]


def answers_of(exercise):
    """The right answer, all that the catalogue knows as wrong, and a sample of others; always the same."""
    rng = np.random.default_rng(5)
    listed = [wrong for mistake in exercise.mistakes for wrong in mistake.wrong]
    if exercise.kind == "value":
        value, n = np.array(exercise.value), len(exercise.value)
        within = np.array([half_a_unit(v, exercise.digits) for v in exercise.value])
        near = [value + s * within for s in (0.99, -0.99, 1.01, -1.01)]
        near += [value + 2 * within * np.eye(n)[i] for i in range(n)]  # one number is off
        scaled = [value * rng.choice([-1, 0, 0.5, 1, 2, np.e]) + rng.normal(size=n) for _ in range(10)]
        others = [*near, *scaled, value[::-1], np.zeros(n), np.full(n, np.nan), np.full(n, -np.inf)]
        return [np.broadcast_to(np.ravel(a), n) for a in (exercise.value, *listed, *others)]
    if exercise.kind == "choice":
        letters = list(exercise.statements)
        others = ["".join(a for i, a in enumerate(letters) if n >> i & 1) for n in range(2 ** len(letters))]
    else:
        letters = list(exercise.lines)
        others = ["".join(rng.permutation(letters)[: rng.integers(0, len(letters) + 1)]) for _ in range(60)]
        order = list(exercise.order)
        others += ["".join(rng.permutation(order)) for _ in range(10)]
        others += [exercise.order[:n] for n in range(len(order))]
    return [right(exercise), *listed, *others]


@every_question
def test_its_answer_can_be_read_set_and_is_judged_as_check_does(exercise):
    widget = question(exercise.id.lower())
    assert isinstance(widget, Question) and widget.exercise is exercise
    assert widget.checked is None and widget.verdict is None
    for answer in answers_of(exercise):
        widget.answer = answer
        assert widget.answer == plain(exercise, answer)
        widget.checked = widget.answer
        assert widget.verdict == exercise.judge(answer)
        json.dumps(widget.get_state(), allow_nan=False)
    assert repr(widget) == f'question("{exercise.id}")'


def test_what_is_passed_is_noted_once_it_is_checked():
    widget = question("X-1")
    widget.answer = "bce"
    assert "X-1" not in progress().passed
    widget.checked = "bc"
    assert "X-1" not in progress().passed
    widget.checked = ["b", "c", "e"]
    assert widget.checked == "bce" and widget.note == ""
    assert "X-1" in progress().passed


@pytest.mark.parametrize(
    ("exercise_id", "message"),
    [
        ("L-KL", r'L-KL asks for a function, compute_KL\(encoder_output\).* check\("L-KL", '),
        ("P-1a", "P-1a asks for a function, bayes_identity"),
        ("X-99", "there is no exercise 'X-99'; did you mean X-"),
    ],
)
def test_other_exercises_are_refused_with_what_to_do(exercise_id, message):
    with pytest.raises(InvalidInputError, match=message):
        question(exercise_id)


@pytest.mark.parametrize(
    ("exercise_id", "answer", "message"),
    [
        ("X-1", "xyz", "is 'xyz': Expected some of the letters a, b, c, d, e"),
        ("X-1", 3, "is '3': Expected some of the letters"),
        ("P-1c", "cez", "is 'cez': Expected letters out of a, b"),
        ("X-5n", [1.0], r"has 1 numbers, expected 2: \(KL"),
        ("X-5n", ["one", 2], "expected numbers: "),
        ("X-5n", 7, "is '7', expected numbers: "),
    ],
)
def test_an_answer_of_another_form_is_named(exercise_id, answer, message):
    for name in ("answer", "checked"):
        widget = question(exercise_id)
        before = widget.answer
        with pytest.raises(InvalidInputError, match=f"{name} .*{message}|{name} {message}"):
            setattr(widget, name, answer)
        assert widget.answer == before and widget.checked is None


def test_an_answer_in_part_stands_there_and_is_not_checked():
    widget = question("X-5n")
    widget.answer = (0.0853, None)
    assert widget.answer == [0.0853, None]
    with pytest.raises(InvalidInputError, match="number 2 of 2 is missing"):
        widget.checked = widget.answer


# On the page


# Gives the n-th question on the page each answer, presses the button, and reads what it says and its state.
ANSWER = """([n, answers]) => {
  const holder = document.querySelectorAll('.vaecore-widget')[n], model = holder.vaecoreModel;
  return answers.map(answer => {
    model.set('answer', answer);
    holder.querySelector('.vw-check').click();
    return [JSON.parse(holder.querySelector('[data-values]').dataset.values), model.get('checked')];
  });
}"""


@pytest.mark.parametrize(
    ("origin", "exercises"),
    # From a file, one question of each kind: the origin changes where the page comes from, not how it judges.
    [
        ("http", QUESTIONS[::6]),
        *(pytest.param("http", QUESTIONS[i::6], marks=pytest.mark.whole) for i in range(1, 6)),
        ("http", SELF_TEST),
        ("file", [EXERCISES[id] for id in KINDS.values()]),
    ],
    ids=[*(f"http-{i}" for i in range(1, 7)), "http-self-test", "file"],
)
def test_every_answer_gets_pythons_verdict(origin, exercises, open_widget):
    page = open_widget([lambda id=e.id: question(id) for e in exercises], origin)
    for n, exercise in enumerate(exercises):
        answers = answers_of(exercise)
        said = page.evaluate(ANSWER, [n, [plain(exercise, answer) for answer in answers]])
        check_verdicts(exercise, answers, said)


def check_verdicts(exercise, answers, said):
    """What the page said of each answer is what Python says; all that is known as wrong came up."""
    seen = set()
    for answer, (shown, checked) in zip(answers, said, strict=True):
        expected = exercise.judge(answer)
        assert shown["checked"] == shown["answer"] == plain(exercise, answer) == checked
        assert (shown["status"], shown["misconception"], shown["message"]) == (
            expected.status, expected.misconception, expected.message
        )  # fmt: skip
        seen.add((expected.status, expected.misconception))
    assert {m.id for m in exercise.mistakes} <= {misconception for _, misconception in seen}
    assert ("passed", None) in seen


def typed_answers(exercise):
    """Each answer of the exercise in one of many notations, the right one in all; and what cannot be read."""
    in_many_ways = numbers_in_many_ways if exercise.kind == "value" else letters_in_many_ways
    answers = answers_of(exercise)
    texts = [text for answer in answers[:1] for text in in_many_ways(plain(exercise, answer))]
    for i, answer in enumerate(answers[1:]):
        if len(ways := in_many_ways(plain(exercise, answer))):
            texts.append(ways[i % len(ways)])
    unseen = [given.answer for given in UNSEEN if given.exercise == exercise.id]
    texts += [answer for answer in unseen if isinstance(answer, str)]
    texts += ["", "  ", "?", "c <- b", "0x10", "1/0", "1, 2, 3, 4, 5, 6", "none", "5%", "1½", "2-3", "x is 1"]
    return [*texts, "x" * 2000]


def test_every_notation_is_read_and_judged_as_in_python(open_widget):
    """The functions of the page, without the page around them."""
    page = open_widget(lambda: question("X-1"))
    source = javascript("question").replace("export default", "const whole =")
    source += "\nexport { judgeBy, plainMessage, readBy };"
    asked = [(e, typed_answers(e)) for e in (*QUESTIONS, *SELF_TEST)]
    said = page.evaluate(
        """async ([source, asked]) => {
          const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
          const { judgeBy, plainMessage, readBy } = await import(url);
          return asked.map(([rules, texts]) => texts.map((text) => {
            const { answer, refused } = readBy(rules, text);
            const said = refused ?? judgeBy(rules, answer);
            return [said.status, said.misconception, plainMessage(said)];
          }));
        }""",
        [source, [[e.rules, texts] for e, texts in asked]],
    )
    for (exercise, texts), verdicts in zip(asked, said, strict=True):
        for text, verdict in zip(texts, verdicts, strict=True):
            read = read_by(exercise.rules, text)
            expected = read if isinstance(read, Verdict) else judge_by(exercise.rules, read)
            assert verdict == [expected.status, expected.misconception, expected.message], (exercise.id, text)
            assert expected == exercise.judge(text)


PASTE = """([n, text]) => {
  const holder = document.querySelectorAll('.vaecore-widget')[n];
  const clipboardData = new DataTransfer();
  clipboardData.setData("text", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  holder.querySelector('.vw-question').dispatchEvent(event);
  holder.querySelector('.vw-check').click();
  return [event.defaultPrevented, holder.vaecoreModel.get('answer'), holder.vaecoreModel.get('checked')];
}"""


def test_an_answer_may_be_pasted_as_a_whole(open_widget):
    page = open_widget([lambda id=id: question(id) for id in ("X-1", "P-1c", "C7-units")])
    pasted = [
        ("b/e", "be"), ("c -> e -> b", "ceb"), ("91; 131,3; 0,1675", [91, 131.3, 0.1675]),
    ]  # fmt: skip
    for n, (text, answer) in enumerate(pasted):
        assert page.evaluate(PASTE, [n, text]) == [True, answer, answer]
        # what is no whole answer goes where the cursor stands, as ever
        assert page.evaluate(PASTE, [n, "0.25"]) == [False, answer, answer]
    shown = page.evaluate("() => [...document.querySelectorAll('.vw-number input')].map((e) => e.value)")
    assert shown == ["91", "131.3", "0.1675"]

"""What is said of a wrong answer that makes no listed mistake: a code, and a sentence that is true of it."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vaecore import compute_KL
from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.diagnoses import changes_of_result
from vaecore.exercises.machinery.diagnoses.cases import Case, all_close
from vaecore.exercises.machinery.diagnoses.changes_of_result import EVERY_CHANGE, applied
from vaecore.exercises.machinery.diagnoses.diagnosis import CODES
from vaecore.exercises.machinery.diagnoses.differences import differences
from vaecore.exercises.machinery.diagnoses.explaining import findings
from vaecore.exercises.machinery.exercise import CodeExercise

CODE = [exercise for exercise in EXERCISES.values() if isinstance(exercise, CodeExercise)]
RTOL = 1e-6


@pytest.fixture
def cases(rng):
    return [Case("", {"x": rng.normal(size=shape)}) for shape in ((3, 4), (5, 2))]


@pytest.fixture
def right(rng):
    """The expected results: no two numbers alike, both signs."""
    return [rng.normal(size=shape) for shape in ((3, 4), (5, 2))]


@pytest.mark.parametrize("change", EVERY_CHANGE, ids=lambda change: change.words)
def test_a_change_of_the_result_is_told_in_words_that_are_true_of_it(change, cases, right, rng):
    for results in (right, [np.abs(r) for r in right], [rng.normal(size=4), rng.normal(size=6)]):
        seen = applied(change, results)
        if seen is None or not all(s.size and np.all(np.isfinite(s)) for s in seen):
            continue
        said = differences(cases, seen, results, RTOL)
        if len(set(np.concatenate([s.ravel() for s in seen]))) == 1:
            continue  # one number may be anything
        sentence = "Your result is the expected one {}, on both inputs."
        told = [other for other in EVERY_CHANGE if sentence.format(other.words) == said[0].text]
        assert [other.code for other in told] == [said[0].code]
        assert all_close(seen, applied(told[0], results), RTOL)


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (lambda r, x: 1.7 * r, "differs-by-factor", "1.7 times the expected one, on both inputs"),
        (lambda r, x: r + np.log(2), "differs-by-shift", "the expected one plus log 2"),
        (lambda r, x: r - 3.21, "differs-by-shift", "the expected one less 3.21"),
        (lambda r, x: r * len(x), "differs-by-size", "times the number of rows of `x`"),
        (lambda r, x: r / np.sqrt(x.shape[1]), "differs-by-size", "over the square root of the number of"),
        (lambda r, x: x, "copies-input", "Your result is `x` itself"),
        (lambda r, x: np.full_like(r, 2.5), "constant", "2.5 everywhere, on both inputs"),
        (lambda r, x: np.where(x < 0, np.nan, r), "not-finite", "exactly where `x` is negative"),
    ],
)
def test_what_explains_all_numbers_is_said(change, code, words, cases, right):
    seen = [change(r, case.args["x"]) for r, case in zip(right, cases, strict=True)]
    first = differences(cases, seen, right, RTOL)[0]
    assert first.code == code and words in first.text


def test_rows_have_factors_of_their_own(rng):
    right = [rng.normal(size=(3, 4))]
    cases = [Case("", {"x": right[0] + 1})]
    seen = [right[0] * np.array([[2.0], [3.0], [-1.5]])]
    (only,) = differences(cases, seen, right, RTOL)
    assert only.code == "row-factors" and "Each row" in only.text and "2, 3, -1.5" in only.text


def test_where_nothing_explains_the_numbers_nothing_is_said(cases, right, rng):
    assert differences(cases, [r + rng.normal(size=r.shape) for r in right], right, RTOL) == []


@pytest.mark.parametrize("exercise", CODE, ids=lambda exercise: exercise.id)
def test_of_a_solution_nothing_is_said(exercise):
    assert findings(exercise, exercise.solution) == []


def test_check_gives_code_and_sentence_and_no_name():
    result = check("L-KL", lambda encoder_output: 1.7 * compute_KL(encoder_output))
    assert (result.status, result.misconception, result.diagnosis) == ("failed", None, "differs-by-factor")
    assert result.message.startswith("Your result is 1.7 times the expected one, on all")
    named = check("L-KL", lambda encoder_output: -compute_KL(encoder_output))
    assert named.misconception == "kl-sign" and named.diagnosis is None


def test_every_code_is_given_by_something():
    folder = Path(changes_of_result.__file__).parent
    files = [file for file in folder.glob("*.py") if file.name != "diagnosis.py"]
    written = "".join(file.read_text(encoding="utf-8") for file in files)
    assert [code for code in CODES if f'"{code}"' not in written] == []


def test_for_a_right_answer_none_of_it_is_loaded():
    code = (
        "import sys, vaecore; from vaecore.exercises import check\n"
        "assert check('L-KL', vaecore.compute_KL).status == 'passed'\n"
        "print([name for name in sys.modules if 'diagnoses' in name])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"

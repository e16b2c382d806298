"""A check can fail, as graders need it: an assertion with all that is said of the answer."""

import subprocess
import sys

import numpy as np
import pytest

from vaecore.exercises import check
from vaecore.kl import compute_KL

WRONG = {  # what is handed in -> the words that its message must have
    "a listed mistake": ("L-KL", lambda e: -compute_KL(e), "[kl-sign]"),
    "another mistake": ("L-KL", lambda e: compute_KL(e) + 3, "expected"),
    "an error": ("L-KL", lambda e: 1 / 0, "ZeroDivisionError"),
    "nothing": ("L-KL", None, "Not attempted"),
    "a question": ("X-1", "nonsense!", "Expected some of the letters"),
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path, start_in):
    start_in(tmp_path)


@pytest.mark.parametrize("name", WRONG)
def test_what_must_pass_and_does_not_raises_an_assertion_with_the_whole_message(name, capsys):
    exercise, answer, words = WRONG[name]
    with pytest.raises(AssertionError) as raised:
        check(exercise, answer, must_pass=True)
    result = check(exercise, answer)  # raises nothing
    assert str(raised.value) == str(result)
    assert words in str(result)
    assert str(result) in capsys.readouterr().out  # it is displayed as well, as ever
    with pytest.raises(AssertionError):
        result.assert_passed()


def test_what_passes_raises_nothing():
    assert check("L-KL", compute_KL, must_pass=True).status == "passed"
    check("L-KL", lambda e: np.array(compute_KL(e))).assert_passed()


GRADED = """
from vaecore.exercises import check
from vaecore.kl import compute_KL

def test_right():
    check("L-KL", compute_KL, must_pass=True)

def test_wrong():
    check("L-KL", lambda e: 2 * compute_KL(e), must_pass=True)
"""


def test_pytest_grades_by_it(tmp_path):
    (tmp_path / "test_homework.py").write_text(GRADED)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_homework.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "AssertionError" in done.stdout and "[kl-half]" in done.stdout

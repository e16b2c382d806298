"""Whatever a student hands in, a check comes back with a verdict, and the notebook is as it was."""

import os
import random
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from sample import sample

from vaecore.exercises import check, checking
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.foundations.errors import InvalidInputError

CODE = [e.id for e in EXERCISES.values() if isinstance(e, CodeExercise)]


@pytest.fixture(autouse=True)
def own_folder(tmp_path, start_in):
    start_in(tmp_path)


def endless_list():
    loop = []
    loop.append(loop)
    return loop


class Odd:
    def __array__(self, *args, **kwargs):
        raise RuntimeError("no array")

    def __repr__(self):
        raise RuntimeError("no words")


class OddError(Exception):
    def __str__(self):
        raise RuntimeError("no words")


def raise_it(problem):
    raise problem


def recurse(*args):
    return recurse(*args)


BAD = {
    "nothing to call": "compute_KL",
    "a number": 3,
    "a module": np,
    "raises": lambda *a: raise_it(ValueError("no")),
    "raises something odd": lambda *a: raise_it(OddError()),
    "raises at length": lambda *a: raise_it(ValueError("x" * 10**6)),
    "interrupts": lambda *a: raise_it(KeyboardInterrupt()),
    "a generator is closed": lambda *a: raise_it(GeneratorExit()),
    "no arguments": lambda: 1,
    "twenty arguments": lambda a, b, c, d, e, f, g, h, i, j: 1,
    "only keywords": lambda *, a: 1,
    "exit": lambda *a: sys.exit(),
    "exit with a message": lambda *a: sys.exit("bye"),
    "a list": lambda *a: [1, 2, 3],
    "an uneven list": lambda *a: [1, [2, 3]],
    "a list of itself": lambda *a: endless_list(),
    "an empty list": lambda *a: [],
    "a string": lambda *a: "0.5",
    "bytes": lambda *a: b"ab",
    "a dict": lambda *a: {"kl": 1},
    "a set": lambda *a: {1.0},
    "a bool": lambda *a: True,
    "a function": lambda *a: print,
    "an odd object": lambda *a: Odd(),
    "a list of odd objects": lambda *a: [Odd(), Odd()],
    "a generator": lambda *a: (x for x in range(3)),
    "an endless generator": lambda *a: iter(int, 1),
    "the wrong shape": lambda *a: np.zeros((3, 1, 4)),
    "an empty array": lambda *a: np.zeros((0, 3)),
    "a scalar": lambda *a: 0.0,
    "complex": lambda *a: np.ones(3) * 1j,
    "objects": lambda *a: np.array([None, 1, "a"], dtype=object),
    "dates": lambda *a: np.array(["2026-11-21"], dtype="datetime64"),
    "nan": lambda *a: np.full(3, np.nan),
    "one nan": lambda *a: np.nan,
    "infinite": lambda *a: -np.inf,
    "huge": lambda *a: np.zeros(3_000_000),
    "a huge int": lambda *a: 10**5000,
    "a huge list": lambda *a: [0.0] * 3_000_000,
    "recursion": recurse,
    "a class": Odd,
    "waits for input": lambda *a: float(input("KL? ")),
    "a type": type(len),
    "ufunc": np.exp,
    "a built-in": len,
}  # fmt: skip


@pytest.mark.spread
@pytest.mark.parametrize("name", BAD)
def test_anything_can_be_handed_in(name, way, unexplained, request):
    """In every sixth exercise, in other ones for each answer; what more can be said of it, in one of them.

    `make test-whole` tries all exercises, and looks for more to say in every sixth.
    """
    turn, whole = list(BAD).index(name), request.config.getoption("whole")
    chosen = CODE if way == "child" else ["L-KL", "L-SAMPLE"]
    explained = chosen[turn % 6 :: 6] if whole else [chosen[turn % len(chosen)]]
    for exercise in explained + [exercise for exercise in chosen if exercise not in explained]:
        if exercise not in explained:
            if not whole and chosen.index(exercise) % 6 != turn % 6:
                continue
            unexplained()
        result = check(exercise, BAD[name])
        assert result.status in ("failed", "error"), exercise
        assert "checker itself" not in result.message, result.message
        assert 10 < len(result.message) < 3_000 and str(result) and result._repr_html_()


@pytest.mark.parametrize("exercise", sample(CODE, kept=CODE[::3]))
def test_an_answer_that_fails_at_a_later_call(exercise, unexplained):
    """The solution, except that its second (third, fifth) call raises, or gives nothing."""
    solution = EXERCISES[exercise].solution
    for last in (1, 2, 4):
        if last == 2:
            unexplained()
        for end in (lambda: raise_it(ValueError("enough")), lambda: None, lambda: np.nan):
            calls = []

            def answer(*args, last=last, end=end, calls=calls, **options):
                calls.append(1)
                return solution(*args, **options) if len(calls) <= last else end()

            result = check(exercise, answer)
            assert "checker itself" not in result.message, (last, result.message)


def test_nothing_yet():
    for answer in (None, lambda *a: None, lambda *a, **k: print("working on it"), lambda *a: (None, None)):
        for exercise in CODE:
            assert check(exercise, answer).status == "not attempted"
    assert check("L-KL").status == "not attempted"


@pytest.mark.parametrize(
    "leave", [lambda *a: os._exit(0), lambda *a: os.kill(os.getpid(), 9), lambda *a: os.abort()]
)
def test_a_child_that_ends_python(leave):
    result = check("L-KL", leave)
    assert result.status == "error" and "Python ended" in result.message


def test_a_child_that_starts_another_does_not_hold_us_up():
    def leaves_a_process_behind(e):
        if os.fork() == 0:
            time.sleep(1e6)
        return EXERCISES["L-KL"].solution(e)

    assert check("L-KL", leaves_a_process_behind).status == "passed"


def test_far_too_much_memory():
    result = check("L-KL", lambda e: np.ones((100_000, 1_000_000)))
    assert result.status == "error" and "MemoryError" in result.message


def test_what_it_prints_is_kept_in_part(way, capsys):
    def prints(e):
        print("first", end=" ")
        sys.stderr.write("second\n")
        print("x" * 10**6)
        return EXERCISES["L-KL"].solution(e)

    result = check("L-KL", prints)
    assert result.status == "passed"
    assert result.printed.startswith("first second") and len(result.printed) < 2_100
    assert "more characters" in result.printed
    shown = capsys.readouterr().out
    assert len(shown) < 5_000 and "first second" in shown


def test_an_answer_that_changes_its_input():
    def in_place(encoder_output):
        result = EXERCISES["L-KL"].solution(encoder_output)
        encoder_output *= 0
        return result

    def theta_in_place(grad, theta, *rest):
        theta += 0.0 * theta + 1.0
        return EXERCISES["L-ADAM"].solution(grad, theta - 1.0, *rest)

    for exercise, function in (("L-KL", in_place), ("L-ADAM", theta_in_place)):
        result = check(exercise, function)
        assert (result.status, result.misconception) == ("failed", "input-changed")
    # and later checks see the inputs that they should
    assert check("L-KL", EXERCISES["L-KL"].solution).status == "passed"


def test_the_random_state_is_as_before(way):
    def uses_it_up(encoder_output):
        random.random()
        np.random.seed(0)  # noqa: NPY002
        mean, log_std = np.split(encoder_output, 2, axis=1)
        return mean + np.exp(log_std) * np.random.randn(*mean.shape)  # noqa: NPY002

    state, numpy_state = random.getstate(), np.random.get_state()[1].copy()  # noqa: NPY002
    result = check("L-SAMPLE", uses_it_up)
    assert result.misconception == "sample-same-every-call"
    assert random.getstate() == state and (np.random.get_state()[1] == numpy_state).all()  # noqa: NPY002


def test_settings_of_the_notebook_do_not_matter(way):
    def divides_by_zero(p, q):
        return p * np.log(p / q) + (1 - p) * np.log((1 - p) / (1 - q))

    with np.errstate(all="raise"):
        assert check("X-4", divides_by_zero).misconception == "kl-zero-log-zero"
        assert check("L-BERN", EXERCISES["L-BERN"].mistakes[3].wrong[0]).misconception == "bern-overflow"


def test_the_line_that_raised_is_shown():
    def compute_KL(encoder_output):
        return np.exp(encoder_output) @ np.zeros(77)

    result = check("L-KL", compute_KL)
    assert result.status == "error" and result.misconception is None
    assert "ValueError" in result.message and "np.zeros(77)" in result.message


def test_a_fault_of_the_checker_blames_nobody(monkeypatch):
    def broken(*args):
        raise ZeroDivisionError("ours")

    monkeypatch.setattr(checking, "judge_function", broken)
    result = check("L-KL", lambda e: e)
    assert (result.status, result.misconception) == ("error", None)
    assert "checker itself" in result.message and "nothing" in result.message and "ours" in result.message


def test_a_fault_while_observing_blames_nobody(way, monkeypatch):
    monkeypatch.setattr(CodeExercise, "observe", lambda *a: 1 / 0)
    result = check("L-KL", lambda e: e)
    assert result.status == "error" and "checker itself" in result.message


def test_an_id_that_does_not_exist():
    with pytest.raises(InvalidInputError, match=r"L-KM.*did you mean.*L-KL"):
        check("L-KM", None)
    with pytest.raises(InvalidInputError, match="there is no exercise"):
        check(7, None)
    assert check("l-kl", None).exercise == "L-KL"


def test_pytorch_that_has_threads_in_the_notebook_does_not_keep_the_check_waiting():
    """A copied process has none of these threads, and PyTorch would wait for them."""
    code = """
        import torch
        from vaecore.exercises.machinery import safe_running

        def add_up():
            return float((torch.ones(1_000_000, requires_grad=True) * 2).sum())

        torch.set_num_threads(2)
        assert add_up() == 2_000_000
        safe_running.CLOCK_LIMIT = 30
        print(safe_running.run(add_up, 30))
        """
    said = subprocess.check_output([sys.executable, "-c", textwrap.dedent(code)], text=True)
    assert "how='returned', value=2000000.0" in said

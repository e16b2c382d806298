"""Two limits: the time that an answer computes, and the clock for what waits."""

import time

import psutil
import pytest

from vaecore.exercises import check
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery import safe_running


@pytest.fixture(autouse=True)
def own_folder(tmp_path, start_in):
    start_in(tmp_path)


def never(*args):
    while True:
        pass


def never_and_catches(*args):
    while True:
        try:
            while True:
                pass
        except BaseException:
            pass


@pytest.mark.parametrize("function", [never, never_and_catches])
def test_a_child_that_never_returns_is_ended(function, monkeypatch):
    monkeypatch.setattr(safe_running, "TIME_LIMIT", 0.3)
    children = psutil.Process().children()  # other tests may have some: a browser
    result = check("L-KL", function)
    assert result.status == "error" and "loop that never ends" in result.message
    assert psutil.Process().children() == children  # nothing is left behind


def test_what_waits_is_stopped_by_the_clock_and_told_so(way, monkeypatch):
    monkeypatch.setattr(safe_running, "CLOCK_LIMIT", 0.3)
    result = check("L-KL", waits_for_ever if way == "child" else waits_in_small_steps)
    assert result.status == "error" and "0.3 seconds by the clock" in result.message
    assert "waits for something" in result.message and "loop" not in result.message


def waits_for_ever(*args):
    time.sleep(1e6)


def waits_in_small_steps(*args):
    """A thread is told that its time is up between two steps of Python."""
    while True:
        time.sleep(0.01)


def test_what_counts_is_the_time_of_the_processor(way, monkeypatch):
    """On a machine under load an answer waits for its turn; that is not its fault."""
    solution = EXERCISES["L-KL"].solution
    assert solution is EXERCISES["L-KL"].solution and EXERCISES["L-KL"].right_readings
    monkeypatch.setattr(safe_running, "TIME_LIMIT", 0.3)

    def slow(encoder_output):
        time.sleep(0.4)
        return solution(encoder_output)

    assert check("L-KL", slow).status == "passed"


def test_a_thread_that_never_returns_is_ended(monkeypatch):
    monkeypatch.setattr(safe_running, "can_fork", lambda: False)
    monkeypatch.setattr(safe_running, "TIME_LIMIT", 0.3)
    result = check("L-KL", never)
    assert result.status == "error" and "stopped" in result.message

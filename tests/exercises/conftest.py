"""What all tests of the exercises share."""

import pytest

from vaecore.exercises.machinery import safe_running


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """On a very busy machine a check takes long. What is about the limit sets its own."""
    monkeypatch.setattr(safe_running, "TIME_LIMIT", 300.0)
    monkeypatch.setattr(safe_running, "CLOCK_LIMIT", 1200.0)


@pytest.fixture
def unexplained(monkeypatch):
    """unexplained(): a wrong answer gets its verdict from now on, and nobody looks for more to say of it."""
    from vaecore.exercises.machinery import judging

    return lambda: monkeypatch.setattr(judging, "_explained", lambda exercise, function, verdict: verdict)


@pytest.fixture(params=["child", "thread"])
def way(request, monkeypatch):
    """Both ways of running: in a child process, and where there is none to be had."""
    if request.param == "thread":
        monkeypatch.setattr(safe_running, "can_fork", lambda: False)
    elif not safe_running.can_fork():
        pytest.skip("no child processes here")
    return request.param

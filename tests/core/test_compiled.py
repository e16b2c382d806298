"""compiled.py: when the compiled loops run, and when the plain formulas do."""

import sys

import numpy as np
import pytest

from vaecore.foundations import compiled, compiled_loops


def test_who_is_taken():
    large, small = np.zeros((200, 784), np.float32), np.zeros((10, 10), np.float32)
    if compiled._loops() is None:
        pytest.fail("the test environment has Numba: nothing here is tested without it")
    assert compiled.loops_for(large, large) is compiled_loops
    assert compiled.loops_for(small, small) is None
    assert compiled.loops_for(large, large.astype(float)) is None
    assert compiled.loops_for(large.T, large) is None


def test_a_platform_s_own_loops_go_first():
    own, large = object(), np.zeros((200, 784), np.float32)
    compiled.use(own)
    try:
        assert compiled.loops_for(large) is own
        assert compiled.loops_for(large[:2]) is None and compiled.loops_for(large.astype(float)) is None
    finally:
        compiled.use(None)
    assert compiled.loops_for(large) is not own


def test_without_numba_everything_runs(monkeypatch):
    monkeypatch.setattr(compiled, "find_spec", lambda name: None)
    assert compiled._loops.__wrapped__() is None


@pytest.mark.parametrize("error", [ImportError("Numba needs NumPy 2.4 or less"), RuntimeError("no locator")])
def test_a_numba_that_refuses_to_work_is_left_alone(monkeypatch, error):
    class Refusing:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "vaecore.foundations.compiled_loops":
                raise error

    monkeypatch.delitem(sys.modules, "vaecore.foundations.compiled_loops")
    monkeypatch.setattr(sys, "meta_path", [Refusing, *sys.meta_path])
    with pytest.warns(RuntimeWarning, match="without compiled code"):
        assert compiled._loops.__wrapped__() is None


def test_the_switch(monkeypatch):
    monkeypatch.setenv("VAECORE_COMPILED", "0")
    assert compiled._loops.__wrapped__() is None

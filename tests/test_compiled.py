"""compiled.py and compiled_loops.py: the same numbers as the plain formulas, and when which of them runs."""

import importlib.util
import subprocess
import sys

import numpy as np
import pytest

from vaecore import Adam, compiled, likelihoods

ROWS, PIXELS = 40, 784


@pytest.fixture(params=["compiled", "plain"])
def either(request, monkeypatch):
    """The same test, with the compiled loops and without them."""
    monkeypatch.setattr(compiled, "_loops", loops if request.param == "compiled" else lambda: None)
    return request.param


def loops():
    from vaecore import compiled_loops

    return compiled_loops


def pixels(rng, kind):
    return {
        "binary": rng.integers(2, size=(ROWS, PIXELS)),
        "grey": rng.random((ROWS, PIXELS)),
    }[kind].astype(np.float32)


def exact(x, a):
    """Log-probability and gradient in float64."""
    x, a = x.astype(float), a.astype(float)
    e = np.exp(-np.abs(a))
    log_prob = -np.sum(x * np.maximum(-a, 0) + (1 - x) * np.maximum(a, 0) + np.log1p(e), axis=1)
    s, rest = 1 / (1 + np.exp(-a)), 1 / (1 + np.exp(a))
    return log_prob, x * rest - (1 - x) * s


@pytest.mark.parametrize("kind", ["binary", "grey"])
@pytest.mark.parametrize("scale", [0.01, 1, 10, 80])
def test_log_probability_and_gradient_agree_with_float64(either, kind, scale):
    rng = np.random.default_rng(1)
    x, a = pixels(rng, kind), rng.normal(0, scale, (ROWS, PIXELS)).astype(np.float32).clip(-85, 85)
    log_prob, gradient = exact(x, a)
    np.testing.assert_allclose(likelihoods._bernoulli_log_prob(x, a), log_prob, rtol=5e-7)
    g = rng.normal(size=ROWS).astype(np.float32)
    np.testing.assert_allclose(
        likelihoods._log_prob_gradient(g, x, a),
        g[:, None] * gradient,
        rtol=1e-6 if kind == "binary" else 1e-5,
        atol=5e-7,
    )


def test_small_log_probabilities_keep_their_digits():
    """What a pixel costs that is right and sure: log(1 + exp(-|a|)), down to the smallest float32."""
    a = np.linspace(-85, 85, 20_001, dtype=np.float32)[:, None]
    got = -loops().bernoulli_log_prob((a > 0).astype(np.float32), a)
    np.testing.assert_allclose(got, np.log1p(np.exp(-np.abs(a[:, 0].astype(float)))), rtol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38, -1e38, 0.0, -0.0])
def test_logits_out_of_range_come_out_as_in_the_plain_formula(value):
    rng = np.random.default_rng(2)
    x, a = pixels(rng, "binary"), rng.normal(size=(ROWS, PIXELS)).astype(np.float32)
    x[:2, 5], a[:2, 5] = [0, 1], value
    with np.errstate(all="ignore"):
        plain = likelihoods._in_rows(likelihoods._log_prob_of_rows, x, a)
        got = loops().bernoulli_log_prob(x, a)
        if not np.isfinite(value):
            assert not np.isfinite(got[:2]).any(), "bernoulli_log_prob's check rests on this"
        else:
            np.testing.assert_allclose(got[:2], plain[:2], rtol=1e-6)
    np.testing.assert_allclose(got[2:], plain[2:], rtol=1e-6)


@pytest.mark.parametrize("bias_correction", [True, False])
def test_adam_goes_the_same_way(bias_correction):
    """1,000 steps of both from the same place: alpha is 1e-3, their ends differ by a thousandth of it.

    float32 holds a parameter of size 1 to 6e-8, and each step rounds.
    """
    rng = np.random.default_rng(3)
    start = rng.normal(size=(130, 130)).astype(np.float32)
    ways = {}
    for name, chosen in {"compiled": loops, "plain": lambda: None}.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiled, "_loops", chosen)
            noise, theta, adam = np.random.default_rng(4), start.copy(), Adam(bias_correction=bias_correction)
            for _ in range(1000):
                adam.ascend([theta], [(0.3 * noise.normal(size=theta.shape) - theta).astype(np.float32)])
        ways[name] = theta, adam.m[0], adam.v[0]
    assert np.abs(ways["plain"][0] - start).max() > 0.1, "the steps went somewhere"
    np.testing.assert_allclose(ways["compiled"][0], ways["plain"][0], atol=1e-6)
    for compiled_moment, plain_moment in zip(ways["compiled"][1:], ways["plain"][1:], strict=True):
        np.testing.assert_allclose(compiled_moment, plain_moment, rtol=1e-5, atol=1e-6)


def test_who_is_taken():
    large, small = np.zeros((200, 784), np.float32), np.zeros((10, 10), np.float32)
    if compiled._loops() is None:
        pytest.fail("the test environment has Numba: nothing here is tested without it")
    assert compiled.loops_for(large, large) is loops()
    assert compiled.loops_for(small, small) is None
    assert compiled.loops_for(large, large.astype(float)) is None
    assert compiled.loops_for(large.T, large) is None


def test_without_numba_everything_runs(monkeypatch):
    monkeypatch.setattr(compiled, "find_spec", lambda name: None)
    assert compiled._loops.__wrapped__() is None


def test_a_numba_that_refuses_this_numpy_is_left_alone(monkeypatch):
    monkeypatch.setitem(sys.modules, "vaecore.compiled_loops", None)  # an import then raises ImportError
    with pytest.warns(RuntimeWarning, match="without compiled code"):
        assert compiled._loops.__wrapped__() is None


def test_the_switch(monkeypatch):
    monkeypatch.setenv("VAECORE_COMPILED", "0")
    assert compiled._loops.__wrapped__() is None


def test_importing_the_package_does_not_import_numba():
    assert importlib.util.find_spec("numba") is not None
    code = "import sys, vaecore; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0

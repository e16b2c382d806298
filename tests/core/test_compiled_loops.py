"""compiled_loops.py: the same numbers as the plain formulas of likelihoods.py and adam.py."""

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad

from vaecore import Adam, likelihoods
from vaecore.foundations import compiled, compiled_loops

ROWS, PIXELS = 40, 784
LOOPS = {"compiled": compiled_loops, "plain": None}


@pytest.fixture(params=LOOPS)
def either(request, monkeypatch):
    """The same test, with the compiled loops and without them."""
    monkeypatch.setattr(compiled, "_loops", lambda: LOOPS[request.param])
    return request.param


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


def test_one_image_for_all_logits_is_the_image_repeated(either):
    rng = np.random.default_rng(5)
    x, a = pixels(rng, "grey")[:1], rng.normal(0, 3, (ROWS, PIXELS)).astype(np.float32)
    many, weights = np.repeat(x, ROWS, axis=0), rng.normal(size=ROWS).astype(np.float32)

    def weighted(x, a):
        return anp.sum(weights * likelihoods.bernoulli_log_prob(x, a))

    np.testing.assert_array_equal(
        likelihoods.bernoulli_log_prob(x, a), likelihoods.bernoulli_log_prob(many, a)
    )
    np.testing.assert_array_equal(grad(weighted, 1)(x, a), grad(weighted, 1)(many, a))
    np.testing.assert_allclose(
        grad(weighted, 0)(x, a), grad(weighted, 0)(many, a).sum(axis=0, keepdims=True), rtol=1e-4, atol=1e-4
    )


def test_small_log_probabilities_keep_their_digits():
    """What a pixel costs that is right and sure: log(1 + exp(-|a|)), down to the smallest float32."""
    a = np.linspace(-85, 85, 20_001, dtype=np.float32)[:, None]
    got = -compiled_loops.bernoulli_log_prob((a > 0).astype(np.float32), a)
    np.testing.assert_allclose(got, np.log1p(np.exp(-np.abs(a[:, 0].astype(float)))), rtol=1e-6)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e38, -1e38, 0.0, -0.0])
def test_logits_out_of_range_come_out_as_in_the_plain_formula(value):
    rng = np.random.default_rng(2)
    x, a = pixels(rng, "binary"), rng.normal(size=(ROWS, PIXELS)).astype(np.float32)
    x[:2, 5], a[:2, 5] = [0, 1], value
    with np.errstate(all="ignore"):
        plain = likelihoods._in_rows(likelihoods._log_prob_of_rows, x, a)
        got = compiled_loops.bernoulli_log_prob(x, a)
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
    for name, chosen in LOOPS.items():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(compiled, "_loops", lambda chosen=chosen: chosen)
            noise, theta, adam = np.random.default_rng(4), start.copy(), Adam(bias_correction=bias_correction)
            for _ in range(1000):
                adam.ascend([theta], [(0.3 * noise.normal(size=theta.shape) - theta).astype(np.float32)])
        ways[name] = theta, adam.m[0], adam.v[0]
    assert np.abs(ways["plain"][0] - start).max() > 0.1, "the steps went somewhere"
    np.testing.assert_allclose(ways["compiled"][0], ways["plain"][0], atol=1e-6)
    for compiled_moment, plain_moment in zip(ways["compiled"][1:], ways["plain"][1:], strict=True):
        np.testing.assert_allclose(compiled_moment, plain_moment, rtol=1e-5, atol=1e-6)

"""value_and_gradients against autograd's own, with unused parameters, failing objectives, nested traces."""

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from autograd.tracer import isbox, trace_stack
from hypothesis import given, settings
from hypothesis import strategies as st

from vaecore import InvalidInputError, init_network, neural_net_predict, vae_lower_bound, value_and_gradients
from vaecore.foundations.parameters import leaves, rebuild


def assert_same(ours, theirs):
    (value, gradients), (their_value, their_gradients) = ours, theirs
    assert not isbox(value)
    np.testing.assert_allclose(value, their_value, rtol=1e-13)
    assert type(gradients) is type(their_gradients)
    for a, b in zip(leaves(gradients), leaves(their_gradients), strict=True):
        assert np.shape(a) == np.shape(b) and a.dtype == b.dtype
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def test_bound_of_a_vae_equals_autograd(rng):
    params = [init_network((3, 5, 8), rng, np.float64), init_network((8, 5, 6), rng, np.float64)]
    images = rng.random((4, 8))

    def objective(params):
        return vae_lower_bound(params[0], params[1], images, np.random.default_rng(7), num_samples=3)

    before = [leaf.copy() for leaf in leaves(params)]
    assert_same(value_and_gradients(objective, params), autograd.value_and_grad(objective)(params))
    for old, leaf in zip(before, leaves(params), strict=True):
        np.testing.assert_array_equal(leaf, old)


def lists_and_tuples(branch):
    lists = st.lists(branch, min_size=1, max_size=3)
    return lists | lists.map(tuple)


@settings(deadline=None, max_examples=50)
@given(lists_and_tuples(st.recursive(st.just(0), lists_and_tuples, max_leaves=8)))
def test_any_nesting_equals_autograd(nesting):
    rng = np.random.default_rng(0)
    params = rebuild(nesting, [rng.normal(size=(2, 3)) for _ in leaves(nesting)])

    def walk(branch):  # by indices, which autograd's boxes of containers understand
        if hasattr(branch, "shape"):
            return [branch]
        return [leaf for i in range(len(branch)) for leaf in walk(branch[i])]

    def objective(params):
        return sum((i + 1) * anp.sum(anp.sin(leaf) * leaf[0, 1]) for i, leaf in enumerate(walk(params)))

    ours, theirs = value_and_gradients(objective, params), autograd.value_and_grad(objective)(params)
    assert_same(ours, theirs)
    assert rebuild(ours[1], leaves(nesting)) == nesting


def test_unused_parameters_have_a_gradient_of_zeros(rng):
    params = [(rng.normal(size=(2, 3)), rng.normal(size=3).astype(np.float32)), np.array(1.5)]
    value, [(used, unused), scalar] = value_and_gradients(lambda p: anp.sum(p[0][0] ** 2), params)
    np.testing.assert_allclose(value, np.sum(params[0][0] ** 2))
    np.testing.assert_allclose(used, 2 * params[0][0])
    assert unused.shape == (3,) and unused.dtype == np.float32 and not unused.any()
    assert scalar.shape == () and scalar == 0


def test_a_constant_objective_has_a_gradient_of_zeros():
    value, [gradient] = value_and_gradients(lambda p: 3.5, [np.ones(2)])
    assert value == 3.5
    np.testing.assert_array_equal(gradient, [0, 0])


def test_every_use_of_an_array_counts():
    x = np.array([1.0, -2.0])
    value, [a, b] = value_and_gradients(lambda p: anp.sum(p[0] * p[0] + 3 * p[0] + p[1]), [x, x])
    assert value == pytest.approx(5 - 3 - 1)
    np.testing.assert_allclose(a, 2 * x + 3)
    np.testing.assert_allclose(b, [1, 1])


def test_one_array_or_one_number_will_do():
    value, gradient = value_and_gradients(lambda p: anp.sum(p**3), np.array([1.0, 2.0]))
    assert value == 9
    np.testing.assert_array_equal(gradient, [3, 12])
    assert value_and_gradients(lambda p: p, np.array(4.0)) == (4, 1)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_value_and_gradients_keep_the_dtype(dtype, rng):
    params = [init_network((3, 5, 8), rng, dtype), init_network((8, 5, 6), rng, dtype)]
    images = rng.random((4, 8)).astype(dtype)
    value, gradients = value_and_gradients(lambda p: vae_lower_bound(*p, images, rng, beta=0.7), params)
    assert value.dtype == dtype
    assert {g.dtype for g in leaves(gradients)} == {np.dtype(dtype)}


def test_second_derivatives_go_through(rng):
    x, weights = rng.normal(size=3), rng.normal(size=3)

    def cube(p):
        return anp.sum(p[0] ** 3)

    def slope(x):  # weights . (3 x^2)
        return anp.sum(value_and_gradients(cube, [x])[1][0] * weights)

    np.testing.assert_allclose(autograd.grad(slope)(x), 6 * x * weights, rtol=1e-13)
    # The value, too, is a function of what an outer gradient asks about: as a leaf, or inside the objective.
    np.testing.assert_allclose(autograd.grad(lambda x: value_and_gradients(cube, [x])[0])(x), 3 * x**2)
    scaled = autograd.grad(lambda s: value_and_gradients(lambda p: s * cube(p), [x])[0])(2.0)
    assert scaled == pytest.approx(np.sum(x**3))


def test_an_objective_may_take_a_gradient_itself():
    def inner(x):
        return value_and_gradients(lambda p: anp.sum(p[0] ** 3), [x])[1][0]  # 3 x^2

    value, [gradient] = value_and_gradients(lambda p: anp.sum(inner(p[0])), [np.array([1.0, 2.0])])
    assert value == 15
    np.testing.assert_allclose(gradient, [6, 12])


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_an_exception_in_the_objective_passes_and_leaves_no_trace(error):
    def fails(params):
        raise error

    before = trace_stack.top
    with pytest.raises(error):
        value_and_gradients(fails, [np.ones(2)])
    assert trace_stack.top == before
    assert value_and_gradients(lambda p: anp.sum(p[0]), [np.ones(2)])[0] == 2


@pytest.mark.parametrize(
    ("objective", "message"),
    [
        (lambda p: p[0] * 2, r"ndarray of shape \(2,\), expected a single number"),
        (lambda p: np.ones((1, 1)), r"shape \(1, 1\), expected a single number"),
        (lambda p: None, r"returned a NoneType .* expected a single number; return the mean"),
        (lambda p: "0", "returned a str"),
    ],
)
def test_an_objective_that_is_no_number_is_named(objective, message):
    with pytest.raises(InvalidInputError, match=message):
        value_and_gradients(objective, [np.ones(2)])
    assert trace_stack.top == -1


@pytest.mark.parametrize("bad", [np.ones(2, int), 3, "w", None, {"w": np.ones(2)}])
def test_parameters_that_are_not_float_arrays_are_named(bad):
    with pytest.raises(InvalidInputError, match=r"params holds .* expected nested lists and tuples"):
        value_and_gradients(lambda p: anp.sum(p[0]), [bad])


def test_the_networks_error_comes_through_a_gradient(rng):
    params = init_network((3, 2), rng)
    with pytest.raises(InvalidInputError, match=r"inputs has shape \(4, 5\)"):
        value_and_gradients(lambda p: anp.sum(neural_net_predict(p, np.ones((4, 5)))), params)

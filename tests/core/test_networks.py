"""Networks: initialisation, layers and the sigmoid against formulas, torch, plain autograd."""

import decimal
import math
from decimal import Decimal

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
import torch
from autograd.misc.flatten import flatten
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vaecore import InvalidInputError, init_network, neural_net_predict, sigmoid
from vaecore.foundations.networks import layer_sizes
from vaecore.foundations.parameters import leaves

DTYPES = [np.float32, np.float64]


def plain_predict(params, h):
    """The formula of the module, for autograd to differentiate."""
    *hidden_layers, (weights, biases) = params
    for hidden_weights, hidden_biases in hidden_layers:
        h = anp.tanh(anp.dot(h, hidden_weights) + hidden_biases)
    return anp.dot(h, weights) + biases


def a_network(sizes, rng, dtype=np.float64):
    """A network whose biases are not 0 either."""
    return [(w, rng.normal(size=b.shape).astype(dtype)) for w, b in init_network(sizes, rng, dtype)]


def test_init_network_follows_glorot(rng):
    sizes = (784, 200, 100)
    params = init_network(sizes, rng)
    assert layer_sizes(params) == sizes
    for (weights, biases), n_in, n_out in zip(params, sizes[:-1], sizes[1:], strict=True):
        assert weights.shape == (n_in, n_out) and weights.dtype == np.float32
        assert biases.shape == (n_out,) and biases.dtype == np.float32 and not biases.any()
        limit = math.sqrt(6 / (n_in + n_out))
        assert abs(weights).max() <= limit * (1 + 1e-7)
        # n >= 20,000 weights. False alarms: (1 - 0.001)^20000 = 2e-9 that none comes within 0.1% of the
        # limits; 2e-9 each for a mean and a mean square six standard deviations off.
        assert weights.min() < -0.998 * limit and weights.max() > 0.998 * limit
        n = weights.size
        assert abs(weights.mean()) < 6 * limit / math.sqrt(3 * n)
        assert abs(3 * np.mean((weights / limit) ** 2) - 1) < 6 * math.sqrt(0.8 / n)


def test_init_network_uses_its_generator_alone():
    first, again, other = (leaves(init_network((5, 4, 3), np.random.default_rng(s))) for s in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert not np.array_equal(first[0], other[0])
    assert init_network((5, 4), np.random.default_rng(1), np.float64)[0][0].dtype == np.float64


def test_hidden_layers_are_tanh_and_the_last_is_linear():
    params = [(np.array([[1.0, -2.0]]), np.array([0.5, 0.0])), (np.array([[3.0], [4.0]]), np.array([10.0]))]
    outputs = neural_net_predict(params, np.array([[0.0], [2.0]]))
    expected = [[3 * math.tanh(0.5) + 10], [3 * math.tanh(2.5) + 4 * math.tanh(-4) + 10]]
    np.testing.assert_allclose(outputs, expected, rtol=1e-15)
    np.testing.assert_allclose(neural_net_predict(params[:1], np.array([[2.0]])), [[2.5, -4.0]], rtol=1e-15)


def test_value_and_gradients_equal_torch(rng):
    params, inputs, weights = a_network((7, 6, 5, 4), rng), rng.normal(size=(3, 7)), rng.normal(size=(3, 4))
    tensors = [torch.tensor(leaf, requires_grad=True) for leaf in [*leaves(params), inputs]]
    h = tensors[-1]
    for i in range(0, 6, 2):
        h = torch.nn.functional.linear(h, tensors[i].T, tensors[i + 1])
        h = torch.tanh(h) if i < 4 else h
    (h * torch.tensor(weights)).sum().backward()
    np.testing.assert_allclose(neural_net_predict(params, inputs), h.detach().numpy(), rtol=1e-12)
    ours = autograd.grad(lambda p: anp.sum(neural_net_predict(p[0], p[1]) * weights))((params, inputs))
    for gradient, tensor in zip(leaves(ours), tensors, strict=True):
        np.testing.assert_allclose(gradient, tensor.grad.numpy(), rtol=1e-11, atol=1e-13)


def test_gradients_agree_with_finite_differences(rng):
    flat, unflatten = flatten((a_network((4, 5, 3), rng), rng.normal(size=(6, 4))))
    weights = rng.normal(size=(6, 3))

    def objective(flat):
        return anp.sum(neural_net_predict(*unflatten(flat)) * weights)

    slope = autograd.grad(objective)(flat)
    for _ in range(5):
        u, h = rng.normal(size=flat.shape), 1e-5
        measured, computed = (objective(flat + h * u) - objective(flat - h * u)) / (2 * h), np.dot(slope, u)
        assert computed == pytest.approx(measured, rel=1e-7, abs=1e-8), (computed, measured)


def test_first_and_second_derivatives_agree_with_plain_autograd(rng):
    flat, unflatten = flatten((a_network((3, 4, 2), rng), rng.normal(size=(2, 3))))
    for differentiate in (autograd.grad, autograd.hessian):
        ours, plain = (
            differentiate(lambda f, predict=predict: anp.sum(predict(*unflatten(f)) ** 2))(flat)
            for predict in (neural_net_predict, plain_predict)
        )
        np.testing.assert_allclose(ours, plain, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("dtype", DTYPES)
def test_outputs_and_gradients_keep_the_dtype_and_inputs_their_values(dtype, rng):
    params, inputs = a_network((4, 3, 2), rng, dtype), rng.normal(size=(5, 4)).astype(dtype)
    before = [leaf.copy() for leaf in [*leaves(params), inputs]]
    outputs = neural_net_predict(params, inputs)
    assert outputs.shape == (5, 2) and outputs.dtype == dtype
    gradients = autograd.grad(lambda p: anp.sum(neural_net_predict(p[0], p[1])))((params, inputs))
    for old, leaf, gradient in zip(before, [*leaves(params), inputs], leaves(gradients), strict=True):
        assert gradient.dtype == dtype
        np.testing.assert_array_equal(leaf, old)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid_and_its_slope_are_exact_for_logits_of_any_size(dtype):
    width = 64 if dtype == np.float64 else 32
    largest = float(np.finfo(dtype).max)

    @settings(deadline=None, max_examples=200)
    @given(st.floats(-largest, largest, width=width) | st.floats(-800, 800, width=width))
    @example(1e4)
    @example(-1e4)
    @example(-50.0)
    @example(0.0)
    def check(a):
        logit = np.array([a], dtype)
        s, slope = sigmoid(logit), autograd.elementwise_grad(sigmoid)(logit)
        assert s.dtype == dtype and slope.dtype == dtype
        with decimal.localcontext(decimal.Context(prec=60, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX)):
            e = (-abs(Decimal(float(logit[0])))).exp()
            exact = (1 if a >= 0 else e) / (1 + e)
            eps, tiny = Decimal(8 * float(np.finfo(dtype).eps)), Decimal(float(np.finfo(dtype).tiny))
            assert abs(Decimal(float(s[0])) - exact) <= eps * exact + tiny, (s, exact)
            exact_slope = e / (1 + e) ** 2
            error = abs(Decimal(float(slope[0])) - exact_slope)
            assert error <= eps * exact_slope + tiny, (slope, exact_slope)

    check()


def test_sigmoid_takes_any_shape_and_equals_torch_up_to_the_second_derivative(rng):
    logits = rng.normal(size=(2, 3, 4)) * 5
    oracle = torch.tensor(logits, requires_grad=True)
    (first,) = torch.autograd.grad(torch.sigmoid(oracle).sum(), oracle, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), oracle)
    slope = autograd.elementwise_grad(sigmoid)
    curvature = autograd.elementwise_grad(slope)
    np.testing.assert_allclose(sigmoid(logits), torch.sigmoid(oracle).detach().numpy(), rtol=1e-14)
    np.testing.assert_allclose(slope(logits), first.detach().numpy(), rtol=1e-11)
    np.testing.assert_allclose(curvature(logits), second.numpy(), rtol=1e-10, atol=1e-16)
    assert sigmoid(0.0) == 0.5


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((784,), "expected at least an input and an output"),
        ((), "expected at least an input and an output"),
        ((784, 0), r"layer_sizes\[1\] is 0, expected a whole number of at least 1"),
        ((-3, 5), r"layer_sizes\[0\] is -3"),
        ((4, 2.5), r"layer_sizes\[1\] is 2.5"),
        ((4, True), r"layer_sizes\[1\] is True"),
        ("43", r"layer_sizes\[0\] is '4'"),
        (784, "layer_sizes is 784, expected a sequence of widths"),
    ],
)
def test_init_network_names_bad_sizes(sizes, message, rng):
    with pytest.raises(InvalidInputError, match=message):
        init_network(sizes, rng)


def test_init_network_names_a_bad_generator_or_dtype(rng):
    for bad in (0, None, np.random, np.random.RandomState(0)):
        with pytest.raises(InvalidInputError, match=r"rng is of type .*, expected a numpy.random.Generator"):
            init_network((3, 2), bad)
    with pytest.raises(InvalidInputError, match="dtype is int64, expected a floating-point type"):
        init_network((3, 2), rng, int)


W, B, X = np.ones((3, 2)), np.ones(2), np.ones((4, 3))


@pytest.mark.parametrize(
    ("params", "inputs", "message"),
    [
        ([(W, B)], np.ones((4, 5)), r"inputs has shape \(4, 5\), expected \(B, 3\)"),
        ([(W, B)], np.ones(3), r"inputs has shape \(3,\).* pass inputs\[None, :\]"),
        ([(W, B)], np.ones((0, 3)), "batch is empty"),
        ([(W, B)], np.ones((4, 3), np.uint8), "inputs has dtype uint8"),
        ([(W, B)], X * np.nan, "inputs holds 12 value.*NaN"),
        ([(W, B)], X * np.inf, "inputs holds 12 value.*infinite"),
        ([], X, "params is an empty list, expected a list of"),
        (None, X, "params is of type NoneType"),
        (W, X, "params is of type ndarray"),
        ([W, B], X, r"params\[0\] is not a pair"),
        ([(W, B, B)], X, r"params\[0\] is not a pair"),
        ([(B, W)], X, r"params\[0\] is not a pair"),
        ([(W, np.ones(3))], X, r"params\[0\] has weights \(3, 2\) and biases \(3,\): the widths do not fit"),
        ([(W, B), (W, B)], X, r"params\[1\] has weights .* after a layer of 2 outputs"),
        ([(W.astype(int), B)], X, r"params\[0\] has dtype int64"),
        ([(W, B.astype(int))], X, r"params\[0\] has dtype int64"),
    ],
)
def test_predict_names_bad_input(params, inputs, message):
    with pytest.raises(InvalidInputError, match=message):
        neural_net_predict(params, inputs)


def test_sigmoid_names_a_bad_dtype():
    with pytest.raises(InvalidInputError, match="logits has dtype int64"):
        sigmoid(np.array([1, 2]))

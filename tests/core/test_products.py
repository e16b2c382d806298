"""The seam at which a platform brings products of its own; what a page brings is tried in tests/pages."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from tools.writing import make_products
from vaebook.python_in_page.page_products import product_by
from vaecore import init_network, neural_net_predict, value_and_gradients
from vaecore.foundations import products


@pytest.fixture
def counted():
    """Products by another function, which counts them."""
    seen = []

    def other(a, b):
        seen.append((a.shape, b.shape))
        return np.ascontiguousarray(a) @ np.ascontiguousarray(b)

    products.use(other)
    yield seen
    products.use(None)


def test_networks_and_their_gradients_take_their_products_from_there(counted):
    rng = np.random.default_rng(0)
    params = init_network([50, 40, 30], rng)
    inputs = rng.standard_normal((60, 50)).astype(np.float32)
    value, gradients = value_and_gradients(lambda p: (neural_net_predict(p, inputs) ** 2).sum(), params)
    assert len(counted) == 5, "two forward; two weights' gradients, and the hidden layer's"
    products.use(None)
    plain, expected = value_and_gradients(lambda p: (neural_net_predict(p, inputs) ** 2).sum(), params)
    assert value == pytest.approx(plain, rel=1e-5)
    for (weights, biases), (w, b) in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(weights, w, rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(biases, b, rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (np.ones((50, 50)), np.ones((50, 50), np.float32)),  # of two kinds
        (np.ones((50, 50), int), np.ones((50, 50), int)),
        (np.ones((2, 3), np.float32), np.ones((3, 2), np.float32)),  # small
        (np.ones((5, 50, 50), np.float32), np.ones((50, 50), np.float32)),  # no matrix
    ],
)
def test_what_is_not_for_it_stays_numpys(counted, a, b):
    np.testing.assert_array_equal(products.product(a, b), a @ b)
    assert counted == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_kernel_is_told_where_numbers_lie(dtype):
    told = {np.float32: [], np.float64: []}
    kernels = SimpleNamespace(
        product=lambda *arguments: told[np.float32].append(arguments),
        product_of_doubles=lambda *arguments: told[np.float64].append(arguments),
    )
    a = np.zeros((6, 8), dtype)
    out = product_by(kernels)(a[::2], a.T[:8, :5])
    address = a.__array_interface__["data"][0]
    assert out.shape == (3, 5) and out.dtype == dtype
    [arguments] = told[dtype]
    assert arguments[:6] == (address, 16, 1, address, 1, 8) and arguments[7:10] == (3, 8, 5)


def test_tanh_is_another_s_where_that_can_take_it():
    seen = []
    products.use_tanh(lambda a: seen.append(a.shape))
    try:
        a = np.ones((6, 4), np.float32)
        assert products.tanh_in_place(a) is a and seen == [(6, 4)]
        for other in (np.ones((6, 4)), np.ones((6, 4), np.float32)[:, ::2]):
            expected = np.tanh(other)
            np.testing.assert_array_equal(products.tanh_in_place(other), expected)
        assert len(seen) == 1
    finally:
        products.use_tanh(None)


def test_the_module_is_made_from_the_source_that_is_here():
    """`make products` makes it; `python -m tools.writing.make_products --check` compares the bytes."""
    assert json.loads(make_products.RECORD.read_text(encoding="utf-8")) == make_products.record()
    assert make_products.MODULE.read_bytes().startswith(b"\0asm")

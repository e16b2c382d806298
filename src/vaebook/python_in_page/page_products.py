"""Matrix products and tanh by the page's kernels: products.wasm at work in Python's own memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

ROWS, VECTORS = 4, 4  # of the tiles in tiles.h


def product_by(kernels: Any) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a function of two matrices (n, k) and (k, m), of any strides: their product (n, m).

    Both are float32, or both float64.
    kernels: the module's functions; `product` and `product_of_doubles` take addresses, strides in numbers,
    and sizes, as tiles.h tells.
    """
    by_size = {4: (kernels.product, 4 * VECTORS), 8: (kernels.product_of_doubles, 2 * VECTORS)}
    scratch = np.empty(0, np.uint8)

    def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        nonlocal scratch
        (n, k), m, size = a.shape, b.shape[1], a.itemsize
        kernel, columns = by_size[size]
        room = (k * (n + ROWS - 1 + columns) + columns) * size
        if scratch.size < room:
            scratch = np.empty(room, np.uint8)
        out = np.empty((n, m), a.dtype)
        steps = [stride // size for stride in (*a.strides, *b.strides)]
        kernel(address(a), *steps[:2], address(b), *steps[2:], address(out), n, k, m, address(scratch))
        return out

    return product


def tanh_by(kernels: Any) -> Callable[[np.ndarray], None]:
    """Return a function that puts tanh(a) in the place of a, float32 without gaps."""
    return lambda a: kernels.tanh_in_place(address(a), a.size)


def address(array: np.ndarray) -> int:
    """Where an array's numbers begin in memory."""
    return array.__array_interface__["data"][0]

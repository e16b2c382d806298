"""Matrix products by the page's kernel: products.wasm at work in Python's own memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

COLUMNS, ROWS = 16, 4  # of the tiles in products.c


def product_by(kernel: Callable[..., Any]) -> Callable[[np.ndarray, np.ndarray], np.ndarray]:
    """Return a function of two float32 matrices (n, k) and (k, m), of any strides: their product (n, m).

    kernel: takes addresses, strides in numbers, and sizes, as `product` in products.c does.
    """
    scratch = np.empty(0, np.float32)

    def product(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        nonlocal scratch
        (n, k), m = a.shape, b.shape[1]
        room = k * (n + ROWS - 1 + COLUMNS) + COLUMNS
        if scratch.size < room:
            scratch = np.empty(room, np.float32)
        out = np.empty((n, m), np.float32)
        steps = [stride // 4 for stride in (*a.strides, *b.strides)]
        kernel(_address(a), *steps[:2], _address(b), *steps[2:], _address(out), n, k, m, _address(scratch))
        return out

    return product


def _address(array: np.ndarray) -> int:
    return array.__array_interface__["data"][0]

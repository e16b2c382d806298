"""Matrix products and tanh: NumPy's, or those of a platform on which NumPy's are slow.

NumPy compiled for a browser has none that are optimised; a page of the book brings its own, and names them
with `use` and `use_tanh`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

# Below this many multiplications NumPy's own take less time than a call.
WORTHWHILE = 20_000

Product = Callable[[np.ndarray, np.ndarray], np.ndarray]
Tanh = Callable[[np.ndarray], None]

_other: Product | None = None
_other_tanh: Tanh | None = None


def use(other: Product | None) -> None:
    """Take products of large matrices from here on from `other`; None: from NumPy again.

    other: takes two matrices, both float32 or both float64.
    """
    global _other
    _other = other


def use_tanh(other: Tanh | None) -> None:
    """Take tanh from here on from `other`, which changes a float32 array without gaps; None: from NumPy."""
    global _other_tanh
    _other_tanh = other


def product(a: Any, b: Any) -> Any:
    """Return a b: (n, k) and (k, m) to (n, m)."""
    if _other is None or type(a) is not np.ndarray or type(b) is not np.ndarray:
        return a @ b
    is_matrix = a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0]
    is_float = a.dtype == b.dtype and a.dtype in (np.float32, np.float64)
    if not is_matrix or not is_float or a.size * b.shape[1] < WORTHWHILE:
        return a @ b
    return _other(a, b)


def tanh_in_place(a: np.ndarray) -> np.ndarray:
    """Put tanh(a) in the place of a, and return it."""
    if _other_tanh is None or a.dtype != np.float32 or not a.flags.c_contiguous:
        return np.tanh(a, out=a)
    _other_tanh(a)
    return a

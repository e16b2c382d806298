"""The matrix products of networks: NumPy's, or those of a platform on which NumPy's are slow.

NumPy compiled for a browser has none that are optimised; a page of the book brings its own, and names them
with `use`.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

# Below this many multiplications NumPy's own take less time than a call.
WORTHWHILE = 20_000

Product = Callable[[np.ndarray, np.ndarray], np.ndarray]

_other: Product | None = None


def use(other: Product | None) -> None:
    """Take products of large float32 matrices from here on from `other`; None: from NumPy again."""
    global _other
    _other = other


def product(a: Any, b: Any) -> Any:
    """Return a b: (n, k) and (k, m) to (n, m)."""
    if _other is None or type(a) is not np.ndarray or type(b) is not np.ndarray:
        return a @ b
    is_matrix = a.ndim == b.ndim == 2 and a.shape[1] == b.shape[0]
    if not is_matrix or not a.dtype == b.dtype == np.float32 or a.size * b.shape[1] < WORTHWHILE:
        return a @ b
    return _other(a, b)

"""Whether a loop runs as machine code: the switch in front of `compiled_loops`.

Where Numba is installed (the extra "fast"), the Bernoulli log-probability, its gradient and ADAM's step run
in one compiled pass each.  The formulas stay where they are read, in likelihoods.py and adam.py, and
tests/core/test_compiled_loops.py proves that both give the same numbers.

VAECORE_COMPILED=0 in the environment switches it off.

NumPy compiled for a browser is slow in these loops; a page of the book brings its own, and names them with
`use`.
"""

import os
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np

# Below this many numbers NumPy needs some 0.1 ms, and Numba half a second for its first call.
WORTHWHILE = 16_384


class Loops(Protocol):
    """What `compiled_loops` has, and a page's own loops; what each of them computes is told there."""

    def bernoulli_log_prob(self, x: np.ndarray, a: np.ndarray) -> np.ndarray: ...

    def bernoulli_log_prob_gradient(self, g: np.ndarray, x: np.ndarray, a: np.ndarray) -> np.ndarray: ...

    def adam_step(
        self,
        thetas: list[np.ndarray],
        gs: list[np.ndarray],
        ms: list[np.ndarray],
        vs: list[np.ndarray],
        alpha: float,
        betas: tuple[float, float],
        corrections: tuple[float, float],
        eps: float,
    ) -> None: ...


_other: Loops | None = None


def use(other: Loops | None) -> None:
    """Take loops from here on from `other`; None: Numba's again, or the plain formulas."""
    global _other
    _other = other


def loops_for(*arrays: Any) -> Loops | None:
    """Return the compiled loops if there are any, they can take these arrays, and it pays, otherwise None.

    They take float32 arrays without gaps; together they have to be large.
    """
    if not all(type(a) is np.ndarray and a.dtype == np.float32 and a.flags.c_contiguous for a in arrays):
        return None
    return _other or _loops() if sum(a.size for a in arrays) >= WORTHWHILE else None


@cache
def _loops() -> Any:
    if os.environ.get("VAECORE_COMPILED") == "0" or find_spec("numba") is None:
        return None
    try:
        import vaecore.foundations.compiled_loops as compiled_loops
    # Numba refuses a NumPy that is newer than itself, and a system where it may write no cache.
    except (ImportError, RuntimeError) as error:
        warnings.warn(f"going on without compiled code: {error}", RuntimeWarning, stacklevel=2)
        return None
    return compiled_loops

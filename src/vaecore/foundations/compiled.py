"""Whether a loop runs as machine code: the switch in front of `compiled_loops`.

Where Numba is installed (the extra "fast"), the Bernoulli log-probability, its gradient and ADAM's step run
in one compiled pass each.  The formulas stay where they are read, in likelihoods.py and adam.py, and
tests/core/test_compiled_loops.py proves that both give the same numbers.

VAECORE_COMPILED=0 in the environment switches it off.
"""

import os
import warnings
from functools import cache
from importlib.util import find_spec
from types import ModuleType
from typing import Any

import numpy as np

# Below this many numbers NumPy needs some 0.1 ms, and Numba half a second for its first call.
WORTHWHILE = 16_384


def loops_for(*arrays: Any) -> ModuleType | None:
    """Return `compiled_loops` if it can take these arrays and it pays, otherwise None.

    It takes float32 arrays without gaps; together they have to be large.
    """
    if not all(type(a) is np.ndarray and a.dtype == np.float32 and a.flags.c_contiguous for a in arrays):
        return None
    return _loops() if sum(a.size for a in arrays) >= WORTHWHILE else None


@cache
def _loops() -> ModuleType | None:
    if os.environ.get("VAECORE_COMPILED") == "0" or find_spec("numba") is None:
        return None
    try:
        import vaecore.foundations.compiled_loops as compiled_loops
    # Numba refuses a NumPy that is newer than itself, and a system where it may write no cache.
    except (ImportError, RuntimeError) as error:
        warnings.warn(f"going on without compiled code: {error}", RuntimeWarning, stacklevel=2)
        return None
    return compiled_loops

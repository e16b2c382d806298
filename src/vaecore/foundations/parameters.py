"""Walking through parameters: nested lists and tuples whose leaves are arrays."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

# Parameters are updated in pieces that stay in the processor's cache: the temporaries of the formulas then
# never travel to main memory.
PIECE = 16_384


def leaves(params: Any) -> list[Any]:
    """Return the arrays of nested lists and tuples, from left to right."""
    if isinstance(params, list | tuple):
        return [leaf for branch in params for leaf in leaves(branch)]
    return [params]


def rebuild(params: Any, new_leaves: Sequence[Any]) -> Any:
    """Return the same nesting as `params` with `new_leaves` in place of its arrays."""

    def build(branch: Any, remaining: Iterator[Any]) -> Any:
        if isinstance(branch, list | tuple):
            return type(branch)([build(b, remaining) for b in branch])
        return next(remaining)

    return build(params, iter(new_leaves))


def copy(params: Any) -> Any:
    """Return the same nesting with a copy of every array."""
    return rebuild(params, [np.array(leaf) for leaf in leaves(params)])


def pieces(*arrays: np.ndarray) -> Iterator[Sequence[np.ndarray]]:
    """Cut arrays of one shape into the same short, flat views (whole arrays, where memory is scattered)."""
    if not all(a.flags.c_contiguous for a in arrays):  # reshape would copy, and an update be lost
        yield arrays
        return
    flat = [a.reshape(-1) for a in arrays]
    for start in range(0, flat[0].size, PIECE):
        yield [a[start : start + PIECE] for a in flat]


def follow(average: Any, params: Any, rate: float) -> None:
    """Move a running average in place:  average <- average + rate (theta - average)."""
    for arrays in zip(leaves(average), leaves(params), strict=True):
        for mean, theta in pieces(*arrays):
            step = theta - mean
            step *= rate
            mean += step

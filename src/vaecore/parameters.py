"""Walking through parameters: nested lists and tuples whose leaves are arrays."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np


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

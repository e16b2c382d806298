"""The value and the gradient of a function of many parameter arrays, by reverse-mode differentiation."""

from collections.abc import Callable
from typing import Any

import numpy as np
from autograd.core import VJPNode, add_outgrads
from autograd.tracer import getval, isbox, new_box, toposort, trace_stack

from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.parameters import leaves, rebuild


def value_and_gradients(objective: Callable[[Any], Any], params: Any) -> tuple[Any, Any]:
    """Return objective(params), a number, and its gradient in the same nesting as `params`.

    It gives what ``autograd.value_and_grad(objective)(params)`` gives, and costs less.  autograd traces
    the nested container as one variable; every use of a part of it then adds up a container full of
    zeros.  Here every array is a variable of its own.

    Raises InvalidInputError if the objective does not return a single number, or a leaf of `params` is not
    an array of floats.
    """
    arrays = leaves(params)
    for array in arrays:
        if np.asarray(getval(array)).dtype.kind != "f":
            raise InvalidInputError(
                f"params holds {np.asarray(getval(array)).dtype} in a {type(array).__name__}, "
                "expected nested lists and tuples of floating-point arrays"
            )
    top = trace_stack.top
    try:
        with trace_stack.new_trace() as trace:
            boxes = [new_box(array, trace, VJPNode.new_root()) for array in arrays]
            end = objective(rebuild(params, boxes))
    finally:
        trace_stack.top = top  # autograd leaves its stack one too high when the objective fails
    if np.ndim(getval(end)) != 0 or np.asarray(getval(end)).dtype.kind not in "fiu":
        raise InvalidInputError(
            f"the objective returned a {type(getval(end)).__name__} of shape {np.shape(getval(end))}, "
            "expected a single number; return the mean or the sum over the batch"
        )
    if not isbox(end) or end._trace != trace:  # the objective does not depend on the parameters
        return end, rebuild(params, [np.zeros_like(getval(array)) for array in arrays])
    value = end._value

    # Reverse mode: visit the nodes from the end to the roots, hand each node's gradient to its parents.
    gradient_of = {end._node: (np.ones_like(getval(value)), False)}
    for node in toposort(end._node):
        if not node.parents:
            continue  # a root: its gradient is complete and stays
        gradient, _ = gradient_of.pop(node)
        for parent, contribution in zip(node.parents, node.vjp(gradient), strict=True):
            gradient_of[parent] = add_outgrads(gradient_of.get(parent), contribution)
    array_of = {box._node: array for box, array in zip(boxes, arrays, strict=True)}
    return value, rebuild(
        params,
        [gradient_of[n][0] if n in gradient_of else np.zeros_like(getval(a)) for n, a in array_of.items()],
    )

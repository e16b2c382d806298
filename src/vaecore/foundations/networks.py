"""Multi-layer perceptrons: the encoder and the decoder of every model in this book.

A network is a list of `(weights, biases)` pairs.  Layer l turns h_{l-1} into

    h_l = tanh(h_{l-1} W_l + b_l)          hidden layers
    output = h_{last-1} W_last + b_last    the last layer is linear

Arrays are float32 unless you ask for something else; the output's dtype follows the input's.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from autograd.extend import defvjp_argnums, primitive
from autograd.tracer import getval

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.products import product, tanh_in_place

#: A network's parameters: a pair (weights (n_in, n_out), biases (n_out,)) for each layer.
Network = list[tuple[np.ndarray, np.ndarray]]


def init_network(layer_sizes: Sequence[int], rng: np.random.Generator, dtype: Any = np.float32) -> Network:
    """Return random parameters for the widths in `layer_sizes`, for example (784, 200, 200, 100).

    Weights are uniform on +-sqrt(6 / (n_in + n_out)), which keeps the size of the signal about equal
    from layer to layer; biases are zero.  Source: Glorot & Bengio (2010), equation 16.

    Returns a list of (weights (n_in, n_out), biases (n_out,)) pairs.
    Raises InvalidInputError for fewer than two sizes, or a size that is not a positive whole number,
    or a dtype that is not floating-point.
    """
    validation.generator(rng)
    if not isinstance(layer_sizes, Sequence | np.ndarray):
        raise InvalidInputError(
            f"layer_sizes is {layer_sizes!r}, expected a sequence of widths such as (784, 200, 100)"
        )
    if np.dtype(dtype).kind != "f":
        raise InvalidInputError(f"dtype is {np.dtype(dtype)}, expected a floating-point type")
    sizes = [validation.whole_number(n, f"layer_sizes[{i}]") for i, n in enumerate(layer_sizes)]
    if len(sizes) < 2:
        raise InvalidInputError(f"layer_sizes is {sizes}, expected at least an input and an output")
    params = []
    for n_in, n_out in pairwise(sizes):
        limit = np.sqrt(6 / (n_in + n_out))
        weights = rng.uniform(-limit, limit, (n_in, n_out)).astype(dtype)
        params.append((weights, np.zeros(n_out, dtype)))
    return params


def neural_net_predict(params: Network, inputs: Any) -> Any:
    """Return the outputs of the network: tanh hidden layers, a linear last layer.

    params: list of (weights, biases) pairs.  inputs: (B, n_in).  Returns (B, n_out).
    Raises InvalidInputError if shapes do not fit, or inputs are not finite floats.
    """
    validation.network(params)
    h = validation.batch(inputs, "inputs", width=np.shape(params[0][0])[0])
    validation.finite(h, "inputs")
    *hidden_layers, (weights, biases) = params
    for hidden_weights, hidden_biases in hidden_layers:
        h = tanh_layer(h, hidden_weights, hidden_biases)
    return linear_layer(h, weights, biases)


def sigmoid(logits: Any) -> Any:
    """Return 1 / (1 + exp(-logits)), in (0, 1), exact to float precision for logits of any size.

    With e = exp(-|a|) nothing can overflow:  sigmoid(a) = 1 / (1 + e) for a >= 0, and e / (1 + e) below.
    Raises InvalidInputError for anything but floating-point numbers.
    """
    return _sigmoid(validation.float_array(logits, "logits"))


@primitive
def _sigmoid(logits: Any) -> Any:
    e = np.exp(-np.abs(logits))
    return np.where(logits >= 0, 1, e) / (1 + e)


# d sigmoid(a) / da = sigmoid(a) sigmoid(-a), in which nothing cancels, unlike in s (1 - s).
defvjp_argnums(_sigmoid, lambda argnums, s, args, kwargs: lambda g: (g * s * _sigmoid(-args[0]),))


@primitive
def matrix_product(a: Any, b: Any) -> Any:
    """Return a b: (n, k), (k, m) to (n, m)."""
    return product(a, b)


# d/da = d b^T,   d/db = a^T d
defvjp_argnums(
    matrix_product,
    lambda argnums, out, args, kwargs: (
        lambda d: [
            (lambda: product(d, args[1].T), lambda: product(args[0].T, d))[argnum]() for argnum in argnums
        ]
    ),
)


# One layer is one step for autograd: the derivative of tanh is then computed once for all three arguments,
# and no temporary array of the affine part is kept.


@primitive
def linear_layer(h: Any, weights: Any, biases: Any) -> Any:
    """Return h W + b: (B, n_in), (n_in, n_out), (n_out,) to (B, n_out)."""
    out = product(h, weights)
    out += biases
    return out


@primitive
def tanh_layer(h: Any, weights: Any, biases: Any) -> Any:
    """Return tanh(h W + b): (B, n_in), (n_in, n_out), (n_out,) to (B, n_out)."""
    out = product(h, weights)
    out += biases
    return tanh_in_place(out)


def _affine_gradients(argnums: tuple[int, ...], args: tuple, d: Any) -> list[Any]:
    """Gradients of h W + b in the arguments that are asked for, given d, the gradient of the sum.

    d/dh = d W^T,   d/dW = h^T d,   d/db = the sum of d over the batch.
    """
    h, weights, _ = args
    gradient = (lambda: product(d, weights.T), lambda: product(h.T, d), lambda: d.sum(axis=0))
    return [gradient[argnum]() for argnum in argnums]


def _linear_layer_vjp(argnums: tuple[int, ...], out: Any, args: tuple, kwargs: dict) -> Any:
    return lambda g: _affine_gradients(argnums, args, g)


def _tanh_layer_vjp(argnums: tuple[int, ...], out: Any, args: tuple, kwargs: dict) -> Any:
    def gradients(g: Any) -> list[Any]:
        slope = 1 - out * out  # tanh' = 1 - tanh^2
        slope *= g
        return _affine_gradients(argnums, args, slope)

    return gradients


defvjp_argnums(linear_layer, _linear_layer_vjp)
defvjp_argnums(tanh_layer, _tanh_layer_vjp)


def rounded_to(params: Network, steps: Sequence[float]) -> Network:
    """Return the network with the weights and biases of each layer as multiples of its step.

    steps: one a layer.  Few different numbers take little room when they are compressed.
    Raises ValueError if there are more steps than layers, or fewer.
    """
    return [
        (_multiples_of(step, weights), _multiples_of(step, biases))
        for (weights, biases), step in zip(params, steps, strict=True)
    ]


def _multiples_of(step: float, array: np.ndarray) -> np.ndarray:
    return (np.rint(array / step) * step).astype(array.dtype)


def layer_sizes(params: Network) -> tuple[int, ...]:
    """Return the widths (n_in, ..., n_out) of a network."""
    validation.network(params)
    return (int(getval(params[0][0]).shape[0]), *(int(getval(w).shape[1]) for w, _ in params))

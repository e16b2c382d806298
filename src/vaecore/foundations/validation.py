"""Checks that public functions make of their arguments, so that a mistake is named where it is made.

Every check raises `InvalidInputError` with three things: what was given, what was expected, what
to do.  The checks look through autograd's boxes, so that they work inside a gradient too.
"""

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from autograd.builtins import SequenceBox
from autograd.tracer import getval, isbox

from vaecore.foundations.errors import InvalidInputError


def float_array(value: Any, name: str) -> Any:
    """Return `value` as an array of floats (a box of autograd's is returned as it is)."""
    try:
        array = value if isbox(value) else np.asarray(value)
    except ValueError as error:  # rows of different lengths
        raise InvalidInputError(f"{name} is not an array, expected rows of one length ({error})") from None
    dtype = np.asarray(getval(array)).dtype
    if dtype.kind != "f":
        raise InvalidInputError(
            f"{name} has dtype {dtype}, expected floating-point numbers; "
            f"convert with {name}.astype(np.float32)"
            + (" / 255 (bytes 0 to 255 are for the loader alone)" if dtype == np.uint8 else "")
        )
    return array


def batch(value: Any, name: str, width: int | None = None) -> Any:
    """Return `value` as a float array of shape (B, D) with B >= 1 and, if `width` is given, D = width."""
    array = float_array(value, name)
    shape = np.shape(getval(array))
    wanted = f"(B, {'D' if width is None else width})"
    if len(shape) != 2:
        hint = f"; for one row pass {name}[None, :]" if len(shape) == 1 else ""
        raise InvalidInputError(f"{name} has shape {shape}, expected two axes {wanted}{hint}")
    if shape[0] == 0:
        raise InvalidInputError(f"{name} has shape {shape}: the batch is empty, expected at least one row")
    if shape[1] == 0 or (width is not None and shape[1] != width):
        raise InvalidInputError(f"{name} has shape {shape}, expected {wanted}")
    return array


def finite(value: Any, name: str) -> None:
    """Refuse NaN and infinity."""
    raw = np.asarray(getval(value))
    with np.errstate(over="ignore", invalid="ignore"):
        if np.isfinite(np.sum(raw)):  # so every term is, and this takes no array of truth values
            return
    if not np.isfinite(raw).all():  # finite numbers, too, may have an infinite sum
        bad = int(np.size(raw) - np.isfinite(raw).sum())
        raise InvalidInputError(
            f"{name} holds {bad} value(s) that are NaN or infinite, expected finite numbers; "
            "look for the step that made them (a learning rate too large, a logarithm of 0)"
        )


def pixels(value: Any, name: str, width: int | None = None) -> Any:
    """Return `value` as a (B, D) batch of intensities in [0, 1]."""
    array = batch(value, name, width)
    raw = getval(array)
    low, high = raw.min(), raw.max()
    if not (low >= 0 and high <= 1):  # NaN fails both comparisons
        finite(array, name)
        raise InvalidInputError(
            f"{name} runs from {low:g} to {high:g}, expected pixels in [0, 1]; divide bytes by 255"
        )
    return array


def binary_pixels(value: Any, name: str, width: int | None = None) -> Any:
    """Return `value` as a (B, D) batch whose every pixel is exactly 0 or 1."""
    array = pixels(value, name, width)
    raw = getval(array)
    if not ((raw == 0) | (raw == 1)).all():
        raise InvalidInputError(
            f"{name} holds grey pixels, expected 0 or 1 only: for grey pixels the Bernoulli terms are not "
            f"the probability of anything; binarise first, for example binarise({name}, rng)"
        )
    return array


def gaussian_parameters(value: Any, name: str = "encoder_output") -> Any:
    """Return `value` as a (B, 2L) batch: L means, then L log standard deviations."""
    array = batch(value, name)
    shape = np.shape(getval(array))
    if shape[1] % 2:
        raise InvalidInputError(
            f"{name} has shape {shape}, expected an even width 2L: L means, then L log standard deviations"
        )
    finite(array, name)
    return array


def generator(rng: Any, name: str = "rng") -> np.random.Generator:
    """Refuse anything but a numpy.random.Generator."""
    if not isinstance(rng, np.random.Generator):
        raise InvalidInputError(
            f"{name} is of type {type(rng).__name__}, expected a numpy.random.Generator; "
            "make one with np.random.default_rng(seed)"
        )
    return rng


def whole_number(value: Any, name: str, at_least: int = 1) -> int:
    """Return `value` as an int that is at least `at_least`."""
    if isinstance(value, bool | np.bool_) or not isinstance(value, int | np.integer) or value < at_least:
        raise InvalidInputError(f"{name} is {value!r}, expected a whole number of at least {at_least}")
    return int(value)


def number(
    value: Any, name: str, above: float = -math.inf, at_least: float = -math.inf, below: float = math.inf
) -> float:
    """Return `value` as a finite float with above < value, at_least <= value and value < below."""
    real = isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
    if not (real and math.isfinite(value) and value > above and value >= at_least and value < below):
        limits = [f"greater than {above:g}"] if above > -math.inf else []
        limits += [f"at least {at_least:g}"] if at_least > -math.inf else []
        limits += [f"less than {below:g}"] if below < math.inf else []
        raise InvalidInputError(
            f"{name} is {value!r}, expected a finite number{' ' if limits else ''}{' and '.join(limits)}"
        )
    return float(value)


def batch_size(value: Any, images: Any) -> int:
    """Return `value` as a whole number from 1 to the number of images."""
    size = whole_number(value, "batch_size")
    if size > len(images):
        raise InvalidInputError(f"batch_size is {size}, expected at most the {len(images)} images there are")
    return size


def hidden_sizes(value: Any) -> list[int]:
    """Return `value`, a sequence of widths that may be empty, as a list of whole numbers."""
    if not isinstance(value, Sequence):
        raise InvalidInputError(f"hidden_sizes is {value!r}, expected a list of widths such as (200, 200)")
    return [whole_number(width, f"hidden_sizes[{i}]") for i, width in enumerate(value)]


def one_of(value: Any, name: str, known: Sequence[str]) -> str:
    """Refuse anything but one of the names in `known`."""
    if not isinstance(value, str) or value not in known:
        raise InvalidInputError(f"{name} is {value!r}, expected one of {', '.join(known)}")
    return value


def network(params: Any, name: str = "params") -> Any:
    """Refuse anything but a list of (weights, biases) pairs whose widths follow on from each other."""
    if not isinstance(params, Sequence | SequenceBox) or len(params) == 0:
        empty = "an empty " if isinstance(params, Sequence) else "of type "
        raise InvalidInputError(
            f"{name} is {empty}{type(params).__name__}, expected a list of (weights, biases) pairs; "
            "init_network makes one"
        )
    width = None
    for i, layer in enumerate(params):
        try:
            weights, biases = (getval(part) for part in layer)
            (n_in, n_out), (n_bias,) = np.shape(weights), np.shape(biases)
        except (TypeError, ValueError):
            raise InvalidInputError(
                f"{name}[{i}] is not a pair of weights (n_in, n_out) and biases (n_out,)"
            ) from None
        if n_bias != n_out or (width is not None and n_in != width):
            before = "" if width is None else f" after a layer of {width} outputs"
            raise InvalidInputError(
                f"{name}[{i}] has weights {(n_in, n_out)} and biases {(n_bias,)}{before}: "
                "the widths do not fit"
            )
        for part in (weights, biases):
            float_array(part, f"{name}[{i}]")
        width = n_out
    return params

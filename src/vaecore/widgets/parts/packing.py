"""Models and digits as JavaScript reads them: JSON, with arrays as text."""

import base64
from collections.abc import Mapping
from typing import Any

import numpy as np

from vaecore.autoencoders import Autoencoder
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.networks import Network
from vaecore.pca import PCA
from vaecore.vae import VAE

Model = VAE | Autoencoder | PCA

SIDE = 28  # the canvases show 28 x 28 pixels
MOST_DIGITS = 100  # each gets a button
MOST_DIMENSIONS = 200  # each may get a slider

# One character for each number from -41 to 40, none that JSON or HTML would escape.  The eight characters
# after them stand in front of one, and add 1 to 4 or -1 to -4 times 82 to it.
ALPHABET = "".join(chr(code) for code in range(35, 127) if chr(code) not in "<\\")
CARRIES = (1, 2, 3, 4, -1, -2, -3, -4)
DIGITS = len(ALPHABET) - len(CARRIES)
MOST_STEPS = 3000  # numbers beyond would take too many characters


def pack(array: np.ndarray) -> dict[str, str]:
    """Return an array as JavaScript reads it: its dtype, and its bytes in base64, little-endian."""
    array = np.ascontiguousarray(array)
    little = array.astype(array.dtype.newbyteorder("<"), copy=False)
    return {"dtype": str(array.dtype), "data": base64.b64encode(little.tobytes()).decode()}


def pack_grey(pixels: np.ndarray) -> dict[str, str]:
    """Return pixels in [0, 1] as JavaScript reads them, in 256 levels of grey."""
    return pack(np.rint(pixels * 255).astype(np.uint8))


def unpack(packed: dict[str, Any]) -> np.ndarray:
    """Return the flat array that `pack` or `pack_steps` was given."""
    if packed["dtype"] == "steps":
        return _unpack_steps(packed["data"], packed["step"])
    dtype = np.dtype(packed["dtype"]).newbyteorder("<")
    return np.frombuffer(base64.b64decode(packed["data"]), dtype).astype(packed["dtype"])


def pack_steps(array: np.ndarray) -> dict[str, Any] | None:
    """Return float32 numbers that are small multiples of a power of two as text, exactly; None for others.

    Such text compresses to half of what the same numbers take in base64.
    """
    fraction, exponent = np.frexp(array[array != 0])
    whole = (fraction * 2**24).astype(np.int64)  # float32 has 24 bits of fraction
    step = float(np.min(np.ldexp((whole & -whole).astype(np.float64), exponent - 24), initial=1.0))
    multiples = array.astype(np.float64).ravel() / step
    if np.abs(multiples).max(initial=0) > MOST_STEPS:
        return None
    carries, digits = np.divmod(multiples.astype(np.int64) + DIGITS // 2, DIGITS)
    text = [_carry(carry) + ALPHABET[digit] for carry, digit in zip(carries.tolist(), digits, strict=True)]
    return {"dtype": "steps", "step": step, "data": "".join(text)}


def _carry(carry: int) -> str:
    """Return the characters that add up to `carry`, as few as possible."""
    characters = ""
    while carry:
        part = max(-4, min(4, carry))
        characters += ALPHABET[DIGITS + CARRIES.index(part)]
        carry -= part
    return characters


def _unpack_steps(text: str, step: float) -> np.ndarray:
    numbers, carry = [], 0
    for character in text:
        place = ALPHABET.index(character)
        if place < DIGITS:
            numbers.append((carry * DIGITS + place - DIGITS // 2) * step)
            carry = 0
        else:
            carry += CARRIES[place - DIGITS]
    return np.array(numbers, np.float32)


def pack_weights(array: np.ndarray, name: str) -> dict[str, Any]:
    """As steps (the shipped decoders) or as float16 where that loses nothing, else as float32."""
    with np.errstate(over="ignore"):
        single = np.asarray(array, np.float32)
        half = single.astype(np.float16)
    validation.finite(single, name)
    steps = pack_steps(single)
    if steps is not None:
        return steps
    return pack(half if np.array_equal(half.astype(np.float32), single) else single)


def pack_decoder(model: Model) -> list[dict[str, Any]]:
    """Return the decoder's layers for makeDecoder in network.js.

    Raises InvalidInputError for something else than a VAE, an Autoencoder or a PCA, for a model whose images
    are not 28 x 28, that has too many latent dimensions, or that holds NaN.
    """
    if isinstance(model, VAE):
        name, params, output = "gen_params", model.gen_params, "sigmoid"
    elif isinstance(model, Autoencoder):
        name, params, output = "decoder_params", model.decoder_params, model.output
    elif isinstance(model, PCA):
        name, params, output = "PCA", [(model.components, model.mean)], "linear"
    else:
        raise InvalidInputError(
            f"the model is of type {type(model).__name__}, expected a vaecore.VAE, Autoencoder or PCA"
        )
    if model.image_size != SIDE * SIDE:
        raise InvalidInputError(
            f"the model makes images of {model.image_size} pixels, expected {SIDE} x {SIDE} = {SIDE * SIDE}"
        )
    if model.latent_size > MOST_DIMENSIONS:
        raise InvalidInputError(
            f"the model has {model.latent_size} latent dimensions, expected at most {MOST_DIMENSIONS}; "
            "train one with fewer, for example latent_size=50"
        )
    layers = pack_network(params, name)
    if output == "linear":
        layers[-1]["linear"] = True  # no sigmoid at the end: pixels are cut off at 0 and 1
    return layers


def pack_network(params: Network, name: str) -> list[dict[str, Any]]:
    """Return the layers of a network for makeNetwork in network.js; `name` is for errors."""
    return [
        {
            "inputs": weights.shape[0],
            "outputs": weights.shape[1],
            "weights": pack_weights(weights, f"the weights of {name}[{i}]"),
            "biases": pack_weights(biases, f"the biases of {name}[{i}]"),
        }
        for i, (weights, biases) in enumerate(params)
    ]


def several_models(models: Any, fewest: int, most: int, example: str) -> dict[Any, Any]:
    """Return a mapping of `fewest` to `most` models as a dictionary of its own; what they are is not checked.

    Raises InvalidInputError for anything else; `example` says what is meant.
    """
    if not isinstance(models, Mapping) or not fewest <= len(models) <= most:
        given = f" with {len(models)} models" if isinstance(models, Mapping) else ""
        raise InvalidInputError(
            f"models is of type {type(models).__name__}{given}, "
            f"expected a dictionary of {fewest} to {most} models, such as {example}"
        )
    return dict(models)


def pack_digits(vae: VAE, images: Any, labels: Any) -> tuple[list[dict[str, Any]], np.ndarray, np.ndarray]:
    """Return digits as JavaScript reads them, and the means and log standard deviations of q(z | x).

    Raises InvalidInputError for an empty list of digits or too many, labels that do not match, or an encoder
    that holds NaN.
    """
    if np.size(images) == 0:
        raise InvalidInputError("the list of digits is empty, expected at least one image")
    images = validation.pixels(images, "digits", width=vae.image_size)
    if len(images) > MOST_DIGITS:
        raise InvalidInputError(
            f"{len(images)} digits are too many to choose from, expected at most {MOST_DIGITS}; "
            "pass some of them, for example digits[:10]"
        )
    labels = class_labels(labels, len(images), "labels")
    mean, log_std = encode(vae, images)
    digits = [
        {"label": int(label), "pixels": pack_grey(x), "mean": [float(v) for v in z]}
        for label, x, z in zip(labels, images, mean, strict=True)
    ]
    return digits, mean, log_std


def class_labels(labels: Any, count: int, name: str) -> np.ndarray:
    """Return `labels` as (count,) whole numbers from 0 to 9.

    Raises InvalidInputError for anything else.
    """
    labels = np.asarray(labels)
    if labels.shape != (count,) or labels.dtype.kind not in "iu":
        raise InvalidInputError(
            f"{name} has shape {labels.shape} and dtype {labels.dtype}, "
            f"expected {count} whole numbers, one for each digit"
        )
    if labels.min() < 0 or labels.max() > 9:
        raise InvalidInputError(
            f"{name} runs from {labels.min()} to {labels.max()}, expected whole numbers from 0 to 9"
        )
    return labels


def encode(vae: VAE, images: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return VAE.encode(images).

    Raises InvalidInputError for another kind of model, or if the encoder holds NaN or makes it.
    """
    if not isinstance(vae, VAE):
        raise InvalidInputError(f"the model is of type {type(vae).__name__}, expected a vaecore.VAE")
    for i, (weights, biases) in enumerate(vae.rec_params):
        validation.finite(weights, f"the weights of rec_params[{i}]")
        validation.finite(biases, f"the biases of rec_params[{i}]")
    mean, log_std = vae.encode(images)
    validation.finite(mean, "the mean of q(z | x)")
    validation.finite(log_std, "the log standard deviation of q(z | x)")
    return mean, log_std


def codes(model: Model, images: Any) -> np.ndarray:
    """Return where a model of any kind puts images, (N, L): of a VAE the means of q(z | x).

    Raises InvalidInputError for images that do not fit, or an encoder that holds NaN or makes it.
    """
    z = encode(model, images)[0] if isinstance(model, VAE) else model.encode(images)
    validation.finite(z, "the codes")
    return z


def unpack_images(digits: list[dict[str, Any]]) -> np.ndarray:
    """Return the images of packed digits: (N, 784) float32, pixels in [0, 1]."""
    return np.divide([unpack(digit["pixels"]) for digit in digits], 255, dtype=np.float32)

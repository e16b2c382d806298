"""What the widgets with a map of two latents share: digits in black and white, and the map's dots."""

from typing import Any

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.networks import neural_net_predict
from vaecore.vae import VAE
from vaecore.widgets.parts.bound import in_double
from vaecore.widgets.parts.packing import SIDE, class_labels, encode, pack

MOST_DIGITS, MOST_DOTS = 20, 2000


def check_two_latents(vae: VAE) -> None:
    """Raise InvalidInputError for a model whose latents cannot be shown on a map."""
    if vae.latent_size != 2:
        raise InvalidInputError(
            f"the model has {vae.latent_size} latent dimensions, expected 2: they are shown on a map"
        )


def pack_binary_digits(vae: VAE, digits: Any, labels: Any) -> list[dict[str, Any]]:
    """Return digits in black and white, with the parameters of q(z | x), as JavaScript reads them.

    digits: (N, 784), pixels in [0, 1], which are cut at 1/2; N up to 20.  labels: (N,).
    Raises InvalidInputError for other digits, or labels that do not match.
    """
    images = validation.pixels(digits, "digits", width=SIDE * SIDE)
    if len(images) > MOST_DIGITS:
        raise InvalidInputError(f"{len(images)} digits are too many, expected at most {MOST_DIGITS}")
    labels = class_labels(labels, len(images), "labels")
    binary = (images > 0.5).astype(np.float32)
    output = neural_net_predict(in_double(vae.rec_params), binary.astype(float))
    return [
        {"label": int(label), "pixels": pack((x * 255).astype(np.uint8)), "mean": row[:2], "log_std": row[2:]}
        for label, x, row in zip(labels, binary, output.tolist(), strict=True)
    ]


def pack_dots(vae: VAE, scatter: Any, labels: Any) -> dict[str, Any]:
    """Return where the encoder puts digits, cut at 1/2, and their classes, as JavaScript reads them.

    scatter: (M, 784), pixels in [0, 1]; M up to 2,000.  labels: (M,).
    Raises InvalidInputError for other digits, or labels that do not match.
    """
    images = validation.pixels(scatter, "scatter", width=SIDE * SIDE)
    if len(images) > MOST_DOTS:
        raise InvalidInputError(f"scatter has {len(images)} digits, expected at most {MOST_DOTS}")
    means, _ = encode(vae, (images > 0.5).astype(np.float32))
    classes = class_labels(labels, len(images), "scatter_labels").astype(np.uint8)
    return {"means": pack(means.astype(np.float16)), "labels": pack(classes)}

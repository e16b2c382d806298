"""What the widgets on one digit and a map of two latents share: traits, digits in black and white, dots."""

from typing import Any

import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.networks import neural_net_predict
from vaecore.foundations.plots import CLASS_COLOURS, image_grid
from vaecore.vae import VAE
from vaecore.widgets.parts.bound import in_double
from vaecore.widgets.parts.late_decoders import LateDecoders
from vaecore.widgets.parts.packing import (
    SIDE,
    class_labels,
    encode,
    pack,
    pack_decoder,
    pack_grey,
    unpack_images,
)  # fmt: skip
from vaecore.widgets.parts.prediction import AsksFirst
from vaecore.widgets.parts.state import Index, index_below

MOST_DIGITS, MOST_DOTS = 20, 2000


class PlaneWidget(AsksFirst, LateDecoders):
    """A widget on one digit and a VAE with two latents."""

    decoder = traitlets.List().tag(sync=True, book=True, shared="whole")
    digits = traitlets.List().tag(sync=True, book=True)
    scatter = traitlets.Dict().tag(sync=True, book=True)
    colours = traitlets.List(list(CLASS_COLOURS)).tag(sync=True, book=True)
    digit = Index(0).tag(sync=True, book=True)

    def __init__(
        self,
        vae: VAE,
        digits: Any,
        labels: Any,
        scatter: Any = None,
        scatter_labels: Any = None,
        **state: Any,
    ) -> None:
        decoder = pack_decoder(vae)  # refuses what is no model of such images
        self._check_latents(vae)
        self.vae = self._as_shown(vae)
        if scatter is None:
            scatter, scatter_labels = digits, labels
        packed = {
            "decoder": decoder,
            "digits": self._pack_digits(digits, labels),
            **self._pack_scatter(scatter, scatter_labels),
            **self._more(),
        }
        super().__init__(**packed | state)

    def _check_latents(self, vae: VAE) -> None:
        check_two_latents(vae)

    def _pack_scatter(self, images: Any, labels: Any) -> dict[str, Any]:
        """The traits that come of the digits on the map."""
        return {"scatter": pack_dots(self.vae, images, labels)}

    def _as_shown(self, vae: VAE) -> VAE:
        """The model as it travels to a page."""
        return vae

    def _pack_digits(self, digits: Any, labels: Any) -> list[dict[str, Any]]:
        return pack_binary_digits(self.vae, digits, labels)

    def _more(self) -> dict[str, Any]:
        """What the widget sends along besides."""
        return {}

    @traitlets.validate("digit")
    def _valid_digit(self, proposal: dict) -> int:
        return index_below(len(self.digits), proposal)

    @property
    def sentence(self) -> str:
        return (
            f"{len(self.digits)} digits in black and white, above; below, what the decoder makes of "
            "the means that the encoder gives them."
        )

    def fallback(self) -> np.ndarray:
        inputs = unpack_images(self.digits)
        means = np.array([digit["mean"] for digit in self.digits], np.float32)
        return image_grid(np.concatenate([inputs, self.vae.decode(means)]), columns=len(inputs))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.vae!r}, {len(self.digits)} digits)"


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
    latents = vae.latent_size
    return [
        {"label": int(label), "pixels": pack_grey(x), "mean": row[:latents], "log_std": row[latents:]}
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

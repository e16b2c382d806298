"""Latent sliders: move z by hand, and see what the decoder makes of it."""

from typing import Any

import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.plots import CLASS_COLOURS, image_grid
from vaecore.kl import kl_per_dimension
from vaecore.vae import VAE
from vaecore.widgets.parts.late_decoders import DecoderWidget
from vaecore.widgets.parts.packing import (
    SIDE,
    Model,
    class_labels,
    encode,
    pack,
    pack_decoder,
    pack_digits,
    unpack_images,
)
from vaecore.widgets.parts.state import Index, InvalidStateError, Numbers, index_below


class LatentSliders(DecoderWidget):
    """One slider for each latent dimension, and the decoded digit; for a 2-D latent space a map to drag on.

    vae: any VAE of 28 x 28 images.  digits: (N, 784), pixels in [0, 1], to start from, and their labels (N,).
    scatter, scatter_labels: (M, 784) and (M,), digits that the map of a 2-D model shows (default: digits).
    The dimensions come in the order of their mean KL over `digits`, the largest first.

    z, a list of L numbers, and digit, the index of the digit that z is the mean of (-1: none), can be read,
    set, observed and linked.
    Raises InvalidInputError for a model or digits that the widget cannot show.
    """

    script = "latent_sliders"

    kl = traitlets.List().tag(sync=True, book=True)
    scatter = traitlets.Dict(allow_none=True).tag(sync=True, book=True)
    colours = traitlets.List(list(CLASS_COLOURS)).tag(sync=True, book=True)
    z = Numbers().tag(sync=True, book=True)
    digit = Index(0, at_least=-1).tag(sync=True, book=True)

    def __init__(
        self,
        vae: VAE,
        digits: Any,
        labels: Any,
        scatter: Any = None,
        scatter_labels: Any = None,
        **state: Any,
    ) -> None:
        layers = pack_decoder(vae)
        packed, mean, log_std = pack_digits(vae, digits, labels)
        if scatter is None:
            scatter, scatter_labels = digits, labels
        digit = state.pop("digit", None)
        super().__init__(
            vae,
            layers=layers,
            digits=packed,
            kl=_mean_kl(mean, log_std),
            scatter=_pack_scatter(vae, scatter, scatter_labels),
            **{"z": packed[0]["mean"], "digit": -1 if "z" in state else 0, **state},
        )
        if digit is not None:
            self.digit = digit

    @traitlets.validate("z")
    def _valid_z(self, proposal: dict) -> list[float]:
        z = proposal["value"]
        if len(z) != len(self.kl):
            raise InvalidStateError(f"z has {len(z)} numbers, expected {len(self.kl)}, one a dimension")
        return z

    @traitlets.validate("digit")
    def _valid_digit(self, proposal: dict) -> int:
        return index_below(len(self.digits), proposal)

    @traitlets.observe("digit")
    def _move_to_digit(self, change: dict) -> None:
        """Setting the digit, from Python or by a link, moves z to its mean."""
        if change["new"] >= 0:
            self.z = self.digits[change["new"]]["mean"]

    @traitlets.observe("z")
    def _leave_digit(self, change: dict) -> None:
        """Anywhere but at its mean, z belongs to no digit."""
        if self.digit >= 0 and self.z != self.digits[self.digit]["mean"]:
            self.digit = -1

    def first_z(self) -> list[tuple[Model, Any]]:
        return [(self._vae, [self.z])]

    @property
    def sentence(self) -> str:
        return "The digits to start from, above; what the decoder makes of the means of their z, below."

    def fallback(self) -> np.ndarray:
        inputs = unpack_images(self.digits)
        outputs = self._vae.decode(np.array([digit["mean"] for digit in self.digits], np.float32))
        columns = min(10, len(inputs))
        blank = ((0, -len(inputs) % columns), (0, 0))  # fills the last row
        rows = [np.pad(images, blank).reshape(-1, columns, SIDE * SIDE) for images in (inputs, outputs)]
        return image_grid(np.stack(rows, axis=1).reshape(-1, SIDE * SIDE), columns)


def _mean_kl(mean: np.ndarray, log_std: np.ndarray) -> list[float]:
    """Return KL(q(z_j | x) || p(z_j)) of each dimension j, the mean over the digits: L numbers, in nats."""
    kl = kl_per_dimension(np.concatenate([mean, log_std], axis=1)).mean(axis=0)
    validation.finite(kl, "the KL divergence of q(z | x)")
    return [float(v) for v in kl]


def _pack_scatter(vae: VAE, images: Any, labels: Any) -> dict | None:
    """Return the means (M, 2) and labels (M,) for the map of a 2-D model; None for any other model."""
    if vae.latent_size != 2:
        return None
    mean, _ = encode(vae, images)
    labels = class_labels(labels, len(mean), "scatter_labels")
    return {"means": pack(mean.astype(np.float32)), "labels": pack(labels.astype(np.uint8))}

"""Latent arithmetic under the reader's hand: a + t (c - b), which is a - b + c at t = 1."""

from typing import Any

import numpy as np
import traitlets

from vaecore.foundations.plots import image_grid
from vaecore.vae import VAE
from vaecore.widgets.parts.late_decoders import DecoderWidget
from vaecore.widgets.parts.packing import Model, pack_decoder, pack_digits, unpack_images
from vaecore.widgets.parts.state import Index, Number, index_below

STEPS = 9  # pictures of the film from t = 0 to t = 2


class LatentArithmetic(DecoderWidget):
    """Three digits and the picture at mean_a + amount (mean_c - mean_b).

    vae: any VAE of 28 x 28 images.
    digits: (N, 784), pixels in [0, 1], to choose from, and their labels (N,).

    a, b and c (indices of digits) and amount in [0, 2] can be read, set, observed and linked.
    Raises InvalidInputError for a model or digits that the widget cannot show.
    """

    script = "latent_arithmetic"

    a = Index().tag(sync=True, book=True)
    b = Index().tag(sync=True, book=True)
    c = Index().tag(sync=True, book=True)
    amount = Number(1.0, at_least=0, at_most=2).tag(sync=True, book=True)

    def __init__(self, vae: VAE, digits: Any, labels: Any, **state: Any) -> None:
        layers = pack_decoder(vae)
        packed, _, _ = pack_digits(vae, digits, labels)
        last = len(packed) - 1
        super().__init__(
            vae, layers=layers, digits=packed, **{"b": min(1, last), "c": min(2, last), **state}
        )

    @traitlets.validate("a", "b", "c")
    def _valid_index(self, proposal: dict) -> int:
        return index_below(len(self.digits), proposal)

    def first_z(self) -> list[tuple[Model, Any]]:
        t = np.array([*2 * np.arange(STEPS) / (STEPS - 1), self.amount])[:, None]
        a, b, c = self.means(self.a, self.b, self.c)
        return [(self._vae, np.concatenate([[a, b, c], a + t * (c - b)]))]

    @property
    def sentence(self) -> str:
        a, b, c = (self.digits[i]["label"] for i in (self.a, self.b, self.c))
        return (
            f"Above: a (a {a}), b (a {b}), c (a {c}). Below: a + t (c - b) for t from 0 to 2 in {STEPS} "
            "steps; the one in the middle is a - b + c."
        )

    def fallback(self) -> np.ndarray:
        chosen = [self.digits[i] for i in (self.a, self.b, self.c)]
        a, b, c = (np.array(digit["mean"], np.float32) for digit in chosen)
        t = np.linspace(0, 2, STEPS, dtype=np.float32)[:, None]
        inputs = np.zeros((STEPS, self._vae.image_size), np.float32)
        inputs[:3] = unpack_images(chosen)
        return image_grid(np.concatenate([inputs, self._vae.decode(a + t * (c - b))]), columns=STEPS)

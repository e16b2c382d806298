"""Live interpolation: a film from one digit to another, through latent space and pixel by pixel."""

from typing import Any

import numpy as np
import traitlets

from vaecore.foundations.plots import image_grid
from vaecore.vae import VAE
from vaecore.widgets.parts.late_decoders import DecoderWidget
from vaecore.widgets.parts.packing import Model, pack_decoder, pack_digits, unpack_images
from vaecore.widgets.parts.state import Index, Number, index_below

STEPS = 25


class LiveInterpolation(DecoderWidget):
    """Two digits, and what lies between them: s = 0 is the first, s = 1 the second.

    vae: any VAE of 28 x 28 images.
    digits: (N, 784), pixels in [0, 1], to choose from, and their labels (N,).

    first and second (indices of digits), s in [0, 1] and playing can be read, set, observed and linked.
    Raises InvalidInputError for a model or digits that the widget cannot show.
    """

    script = "live_interpolation"

    first = Index().tag(sync=True, book=True)
    second = Index().tag(sync=True, book=True)
    s = Number(0.5, at_least=0, at_most=1).tag(sync=True, book=True)
    playing = traitlets.Bool(False).tag(sync=True, book=True)

    def __init__(self, vae: VAE, digits: Any, labels: Any, **state: Any) -> None:
        layers = pack_decoder(vae)
        packed, _, _ = pack_digits(vae, digits, labels)
        super().__init__(vae, layers=layers, digits=packed, **{"second": min(1, len(packed) - 1), **state})

    @traitlets.validate("first", "second")
    def _valid_index(self, proposal: dict) -> int:
        return index_below(len(self.digits), proposal)

    def first_z(self) -> list[tuple[Model, Any]]:
        s = np.array([self.s, *np.arange(STEPS) / (STEPS - 1)])[:, None]
        a, b = self.means(self.first, self.second)
        return [(self._vae, (1 - s) * a + s * b)]

    @property
    def sentence(self) -> str:
        a, b = (self.digits[i]["label"] for i in (self.first, self.second))
        return (
            f"From the {a} to the {b} in {STEPS} steps: straight through latent space above, "
            "the two images blended pixel by pixel below."
        )

    def fallback(self) -> np.ndarray:
        a, b = (np.array(self.digits[i]["mean"], np.float32) for i in (self.first, self.second))
        x_a, x_b = unpack_images([self.digits[self.first], self.digits[self.second]])
        s = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
        latent = self._vae.decode((1 - s) * a + s * b)
        return image_grid(np.concatenate([latent, (1 - s) * x_a + s * x_b]), columns=STEPS)

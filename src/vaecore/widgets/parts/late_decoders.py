"""What the widgets share whose decoders come to a page when a hand comes near; late_decoder.js reads it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import traitlets

from vaecore.vae import VAE
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.packing import Model, pack_grey


class LateDecoders(BookWidget):
    """A widget with decoders, which a page shows before they are there."""

    def first_z(self) -> list[tuple[Model, Any]]:
        """Return for each decoder what it decodes when the figure is first seen, in its JavaScript's order.

        That is the model and z, (K, L); a z that comes again is decoded once.
        """
        raise NotImplementedError

    def static_state(self) -> dict[str, Any]:
        preview = [pack_grey(_decoded(model, z)) for model, z in self.first_z()]
        return super().static_state() | {"preview": preview}


def _decoded(model: Model, z: Any) -> np.ndarray:
    different = list(dict.fromkeys(map(tuple, np.asarray(z, float).tolist())))
    if not different:
        return np.empty((0, model.image_size))
    return np.clip(model.decode(np.array(different, np.float32)), 0, 1)


class DecoderWidget(LateDecoders):
    """A widget on one VAE's decoder."""

    layers = traitlets.List().tag(sync=True, book=True, shared="whole")
    digits = traitlets.List().tag(sync=True, book=True)

    def __init__(self, vae: VAE, **state: Any) -> None:
        self._vae = vae
        super().__init__(**state)

    def means(self, *indices: int) -> Sequence[np.ndarray]:
        """Return the means of q(z | x) of some of the digits: (L,) each."""
        return [np.array(self.digits[i]["mean"]) for i in indices]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._vae!r}, {len(self.digits)} digits)"

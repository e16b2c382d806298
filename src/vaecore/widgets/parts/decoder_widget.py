"""What the widgets on one trained model share: its decoder, and digits to start from."""

from typing import Any

import traitlets

from vaecore.vae import VAE
from vaecore.widgets.page.book_widget import BookWidget


class DecoderWidget(BookWidget):
    """A widget on a VAE's decoder."""


    layers = traitlets.List().tag(sync=True, book=True, shared="whole")
    digits = traitlets.List().tag(sync=True, book=True)

    def __init__(self, vae: VAE, **state: Any) -> None:
        self._vae = vae
        super().__init__(**state)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._vae!r}, {len(self.digits)} digits)"

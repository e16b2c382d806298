"""Path comparison: several models walk between the same two digits, each through its own codes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.plots import image_grid
from vaecore.widgets.parts.late_decoders import LateDecoders
from vaecore.widgets.parts.packing import (
    SIDE,
    Model,
    class_labels,
    codes,
    pack_decoder,
    pack_grey,
    several_models,
)
from vaecore.widgets.parts.state import Index, Number, index_below

STEPS = 13
MOST_MODELS = 6


class PathComparison(LateDecoders):
    """One row a model: the picture at s, and the whole way from the first digit, s = 0, to the second, s = 1.

    models: {name: model}, each a VAE, an Autoencoder or a PCA of 28 x 28 images; a VAE walks between means.
    digits: (N, 784), pixels in [0, 1], to choose from, and their labels (N,).

    first and second (indices of digits) and s in [0, 1] can be read, set, observed and linked.
    Raises InvalidInputError for models or digits that the widget cannot show.
    """

    script = "path_comparison"

    models = traitlets.List().tag(sync=True, book=True, shared="each")
    names = traitlets.List().tag(sync=True, book=True)
    codes = traitlets.List().tag(sync=True, book=True)  # of each model: one code a digit
    digits = traitlets.List().tag(sync=True, book=True)
    first = Index().tag(sync=True, book=True)
    second = Index().tag(sync=True, book=True)
    s = Number(0.5, at_least=0, at_most=1).tag(sync=True, book=True)

    def __init__(self, models: Mapping[str, Any], digits: Any, labels: Any, **state: Any) -> None:
        self._models = several_models(models, 1, MOST_MODELS, '{"PCA": pca, "VAE": vae}')
        packed = [pack_decoder(model) for model in models.values()]
        if np.size(digits) == 0:
            raise InvalidInputError("the list of digits is empty, expected at least one image")
        digits = validation.pixels(digits, "digits", width=SIDE * SIDE)
        labels = class_labels(labels, len(digits), "labels")
        super().__init__(
            models=packed,
            names=[str(name) for name in models],
            codes=[codes(model, digits).astype(float).tolist() for model in models.values()],
            digits=[
                {"label": int(label), "pixels": pack_grey(x)}
                for label, x in zip(labels, digits, strict=True)
            ],
            **{"second": min(1, len(digits) - 1), **state},
        )

    def __repr__(self) -> str:
        return f"PathComparison({', '.join(self.names)}; {len(self.digits)} digits)"

    @traitlets.validate("first", "second")
    def _valid_index(self, proposal: dict) -> int:
        return index_below(len(self.digits), proposal)

    def first_z(self) -> list[tuple[Model, Any]]:
        s = np.array([self.s, *np.arange(STEPS) / (STEPS - 1)])[:, None]
        ends = [np.array([own[self.first], own[self.second]]) for own in self.codes]
        ways = [(1 - s) * a + s * b for a, b in ends]
        return list(zip(self._models.values(), ways, strict=True))

    @property
    def sentence(self) -> str:
        a, b = (self.digits[i]["label"] for i in (self.first, self.second))
        return f"From the {a} to the {b} in {STEPS} steps, one row a model: {', '.join(self.names)}."

    def fallback(self) -> np.ndarray:
        s = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
        rows = []
        for own_codes, model in zip(self.codes, self._models.values(), strict=True):
            a, b = (np.array(own_codes[i], np.float32) for i in (self.first, self.second))
            rows.append(np.clip(model.decode((1 - s) * a + s * b), 0, 1))
        return image_grid(np.concatenate(rows), columns=STEPS)

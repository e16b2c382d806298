"""Latent maps: the same digits encoded by several models, side by side, and a point to drag on each map."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from vaecore.autoencoders import distances_between
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.plots import CLASS_COLOURS, figure_png, plot_latent_map
from vaecore.vae import VAE
from vaecore.widgets.parts.late_decoders import LateDecoders
from vaecore.widgets.parts.packing import SIDE, Model, class_labels, codes, pack, pack_decoder, several_models
from vaecore.widgets.parts.prediction import AsksFirst
from vaecore.widgets.parts.state import InvalidStateError, Numbers

MOST_MODELS = 4
MOST_DOTS = 2000  # more would hide each other, and the distances between all of them take memory
PRIOR_LIMIT = 4  # a VAE's map shows at least so many standard deviations of its prior


class LatentMaps(AsksFirst, LateDecoders):
    """For each model a map of its 2-D latent space, a point to drag, and what the decoder makes of the point.

    models: {title: model}, one to four of VAE, Autoencoder and PCA, each with 2 latent dimensions and 28 x 28
    images.  digits: (N, 784), pixels in [0, 1], N from 2 to 2,000; the dots on every map.  labels: (N,).
    nearest: whether to say and to draw how far the nearest encoded digit is.
    together: whether a hand that moves one point moves the others as well, to the same place counted from the
    middle of each model's codes in their standard deviations.  prediction: as in `FitQ`.

    z, a list of 2 numbers for each model (z1, z2 of the first model, z1, z2 of the second, ...), can be read,
    set, observed and linked; at first each point is in the widest gap between two digits of its map, and
    points that move together are in the middle.
    Raises InvalidInputError for models or digits that the widget cannot show.
    """

    script = "latent_maps"

    models = traitlets.List().tag(sync=True, book=True, shared="each")
    titles = traitlets.List().tag(sync=True, book=True)
    maps = traitlets.List().tag(sync=True, book=True)
    labels = traitlets.Dict().tag(sync=True, book=True)
    colours = traitlets.List(list(CLASS_COLOURS)).tag(sync=True, book=True)
    nearest = traitlets.Bool(True).tag(sync=True, book=True)
    together = traitlets.Bool(False).tag(sync=True, book=True)
    z = Numbers().tag(sync=True, book=True)

    def __init__(self, models: Mapping[str, Model], digits: Any, labels: Any, **state: Any) -> None:
        self._models = several_models(models, 1, MOST_MODELS, '{"autoencoder": model}')
        digits = validation.pixels(digits, "digits", width=SIDE * SIDE)
        if not 2 <= len(digits) <= MOST_DOTS:
            raise InvalidInputError(
                f"digits has {len(digits)} images, expected at least two digits and at most {MOST_DOTS}; "
                "pass some of them, for example digits[:500]"
            )
        labels = class_labels(labels, len(digits), "labels")
        self._codes = {}
        for title, model in self._models.items():
            if not isinstance(title, str) or not title.strip():
                raise InvalidInputError(f"{title!r} is no title, expected a text for each model")
            packed_model = pack_decoder(model)  # refuses what is no model
            if model.latent_size != 2:
                raise InvalidInputError(
                    f"{title!r} has {model.latent_size} latent dimensions, expected 2: a map is flat"
                )
            self._codes[title] = codes(model, digits).astype(np.float32)
            state.setdefault("models", []).append(packed_model)
        self._labels = labels
        maps = [_map(model, self._codes[title]) for title, model in self._models.items()]
        middles = [value for own in maps for value in own["middle"]]
        gaps = [value for z in self._codes.values() for value in widest_gap(z)]
        super().__init__(
            titles=list(self._models),
            maps=maps,
            labels=pack(labels.astype(np.uint8)),
            **{"z": middles if state.get("together") else gaps, **state},
        )

    def __repr__(self) -> str:
        return f"LatentMaps({self._models!r}, {len(self._labels)} digits)"

    @traitlets.validate("z")
    def _valid_z(self, proposal: dict) -> list[float]:
        z = proposal["value"]
        if len(z) != 2 * len(self.maps):
            raise InvalidStateError(
                f"z has {len(z)} numbers, expected {2 * len(self.maps)}, two for each map"
            )
        return z

    def first_z(self) -> list[tuple[Model, Any]]:
        return [(model, [self.z[2 * i : 2 * i + 2]]) for i, model in enumerate(self._models.values())]

    @property
    def sentence(self) -> str:
        names = " and ".join(self.titles)
        return (
            f"Maps of the latent space of {names}: the same {len(self._labels)} digits as dots, coloured "
            "by class. Below each map is what the decoder makes of the point that is marked on it."
        )

    def fallback(self) -> bytes:
        from matplotlib import pyplot

        count = len(self.titles)
        figure, axes = pyplot.subplots(
            2, count, figsize=(4 * count, 5.2), squeeze=False, height_ratios=[4, 1.2], layout="constrained"
        )
        for i, (title, model) in enumerate(self._models.items()):
            z = np.array([self.z[2 * i : 2 * i + 2]], np.float32)
            plot_latent_map(self._codes[title], self._labels, axes[0, i])
            axes[0, i].plot(*z[0], "o", markersize=10, markerfacecolor="white", markeredgecolor="black")
            axes[0, i].set_title(title)
            picture = np.clip(model.decode(z), 0, 1).reshape(SIDE, SIDE)
            axes[1, i].imshow(1 - picture, cmap="gray", vmin=0, vmax=1)
            axes[1, i].set_axis_off()
        return figure_png(figure)


def _map(model: Model, z: np.ndarray) -> dict[str, Any]:
    """Return a map as JavaScript reads it: the dots and where they are, the window, the sliders' step."""
    if isinstance(model, VAE):  # around the prior's middle; else a VAE that ignores its input seems to spread
        centre, half = np.zeros(2), max(PRIOR_LIMIT, float(np.abs(z).max()))
    else:
        low, high = z.min(axis=0).astype(float), z.max(axis=0).astype(float)
        centre, half = (low + high) / 2, max(float((high - low).max()) / 2 * 1.06, 1e-6)
    step = 10.0 ** math.floor(math.log10(half / 50))
    ends = [(math.floor((c - half) / step), math.ceil((c + half) / step)) for c in centre]
    wide = max(high - low for low, high in ends)  # rounding must not make the window oblong
    window = [edge * step for low, _ in ends for edge in (low, low + wide)]
    distances = np.sort(distances_between(z, z), axis=1)
    return {
        "codes": pack(z),
        "window": [round(edge, 12) for edge in window],  # left, right, bottom, top
        "step": step,
        "middle": [round(round(float(middle) / step) * step, 12) for middle in z.mean(axis=0)],
        "spread": z.std(axis=0).astype(float).tolist(),
        "usual": float(np.median(distances[:, 1])),  # from a digit to its nearest neighbour
    }


def widest_gap(z: np.ndarray) -> list[float]:
    """Return the midpoint between two of the first 100 codes that is farthest from all codes (N, L)."""
    ends = z[:100].astype(float)
    first, second = np.triu_indices(len(ends), 1)
    midpoints = (ends[first] + ends[second]) / 2
    farthest = np.argmax(distances_between(midpoints, z).min(axis=1))
    return [float(value) for value in midpoints[farthest]]

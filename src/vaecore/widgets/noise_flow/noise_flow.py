"""Noise flow: z made from noise under the reader's hand, and two estimates of a gradient for each draw."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.colours import COLOURS
from vaecore.foundations.plots import figure_png
from vaecore.gradient_estimators import _pathwise_terms, _score_function_terms
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.packing import pack, unpack
from vaecore.widgets.parts.state import Choice, Index, Number

DRAWS = 2000  # estimates in the histograms
SHOWN = 40  # of them, joined to their z at a time
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    "square": lambda z: anp.sum(z**2, axis=1),
    "cosine": lambda z: anp.sum(anp.cos(z), axis=1),
    "step": lambda z: anp.sum(anp.tanh(4 * z), axis=1),
}


class NoiseFlow(BookWidget):
    """Noise flows to z = mean + std * eps; below, two estimators of d/dmean E[f(z)] scatter on one axis.

    seed: of the 2,000 draws of noise, which stay as they are whatever is moved.

    mean in [-2.5, 2.5], std in [0.1, 1.5], f ("square": z^2, "cosine": cos z, "step": tanh 4z) and block
    (which 40 of the draws are joined to their z, 0 to 49) can be read, set, observed and linked.
    Raises InvalidInputError for values that the widget cannot show.
    """

    script = "noise_flow"

    noise = traitlets.Dict().tag(sync=True, book=True)
    mean = Number(1.5, at_least=-2.5, at_most=2.5).tag(sync=True, book=True)
    std = Number(0.5, at_least=0.1, at_most=1.5).tag(sync=True, book=True)
    f = Choice("square", FUNCTIONS).tag(sync=True, book=True)
    block = Index(at_most=DRAWS // SHOWN - 1).tag(sync=True, book=True)
    shown = traitlets.Int(SHOWN).tag(sync=True, book=True)

    def __init__(self, seed: int = 0, **state: Any) -> None:
        rng = np.random.default_rng(validation.whole_number(seed, "seed", at_least=0))
        # Half precision, so that the page stays light; both sides compute with the rounded numbers.
        super().__init__(noise=pack(rng.standard_normal(DRAWS).astype(np.float16)), **state)

    @property
    def eps(self) -> np.ndarray:
        """The noise: (2000,)."""
        return unpack(self.noise).astype(np.float64)

    def estimates(self) -> tuple[np.ndarray, np.ndarray]:
        """Return d/dmean by the score function and by the path, one for each draw: (2000,) each."""
        arguments = (FUNCTIONS[self.f], np.array([self.mean]), np.log([self.std]), self.eps[:, None])
        return _score_function_terms(*arguments)[0][:, 0], _pathwise_terms(*arguments)[0][:, 0]

    @property
    def sentence(self) -> str:
        score, path = self.estimates()
        return (
            f"Above, {SHOWN} draws of noise, each joined to the z made from it, for a mean of {self.mean:g} "
            f"and a standard deviation of {self.std:g}. Below, {DRAWS:,} estimates of one gradient on one "
            f"axis: by the score function, variance {score.var():.3g}; by the path, {path.var():.3g}."
        )

    def fallback(self) -> bytes:
        from matplotlib import pyplot

        figure, (flow, histograms) = pyplot.subplots(2, 1, figsize=(7.5, 6), layout="constrained")
        eps = self.eps[self.block * SHOWN : (self.block + 1) * SHOWN]
        z = self.mean + self.std * eps
        way = np.linspace(0, 1, 30)[:, None]
        threads = eps + (z - eps) * way**2 * (3 - 2 * way)
        flow.plot(threads, 1 - way, color=COLOURS["q"], alpha=0.4, linewidth=1)
        flow.plot(eps, np.ones(SHOWN), "o", color=COLOURS["noise"], markersize=4)
        flow.plot(z, np.zeros(SHOWN), "o", color=COLOURS["q"], markersize=4)
        flow.set_yticks([0, 1], ["$z = \\mu + \\sigma\\epsilon$", "noise $\\epsilon$"])
        flow.set_xlim(-5, 5)
        score, path = self.estimates()
        low, high = np.percentile([score, path], [1, 99], axis=1)
        ends = (low.min(), high.max())
        for estimates, sign, name, colour in (
            (score, 1, "score function", COLOURS["second"]), (path, -1, "pathwise", COLOURS["first"]),
        ):  # fmt: skip
            counts, edges = np.histogram(estimates, bins=51, range=ends)
            heights = sign * counts / max(counts.max(), 1)
            histograms.bar(edges[:-1], heights, np.diff(edges), align="edge", color=colour)
            note = f"{name}\nvariance {estimates.var():.3g}"
            histograms.text(ends[1], sign * 0.6, note, color=colour, ha="right")
        histograms.set_yticks([])
        histograms.set_xlabel("one estimate of $\\partial / \\partial \\mu \\; E[f(z)]$")
        return figure_png(figure)

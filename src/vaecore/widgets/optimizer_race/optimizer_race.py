"""A race uphill: gradient ascent, ADAM, and ADAM without bias correction, from one start."""

from typing import Any

import numpy as np
import traitlets

from vaecore.adam import SGD, Adam
from vaecore.foundations import validation
from vaecore.foundations.colours import COLOURS
from vaecore.foundations.plots import figure_png
from vaecore.landscapes import LANDSCAPES, trajectory
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.state import Choice, Index, InvalidStateError, Number, Numbers

MAX_STEPS = 300
FARTHEST = 5  # a coordinate of the start
RUNNERS = {  # name: what is written at the end of its path, and its colour (as in widgets.css)
    "gradient_ascent": ("gradient ascent", COLOURS["first"]),
    "adam": ("ADAM", COLOURS["second"]),
    "uncorrected": ("no correction", COLOURS["third"]),
}


class OptimizerRace(BookWidget):
    """Three optimisers climb the same hill with the same learning rate and the same noise in the gradient.

    rng: draws the noise, once; so a race can be repeated.
    landscape: "ridge", "turned", "rosenbrock" or "hill".  If not given, start, learning rate and noise are
        those that suit it.

    learning_rate (alpha), beta1, beta2, noise (standard deviation of what is added to each component of the
    gradient), start (x, y), steps (how far the race is shown) and playing can be read, set, observed and
    linked.  `paths()` returns what is shown as arrays.
    Raises InvalidInputError for values out of range.
    """

    script = "optimizer_race"

    landscapes = traitlets.Dict().tag(sync=True, book=True)
    draws = Numbers().tag(sync=True, book=True)  # standard normal: x and y of step 1, of step 2, ...
    landscape = Choice("ridge", LANDSCAPES).tag(sync=True, book=True)
    learning_rate = Number(0.08, at_least=1e-4, at_most=1).tag(sync=True, book=True)
    beta1 = Number(0.9, at_least=0, at_most=0.999).tag(sync=True, book=True)
    beta2 = Number(0.999, at_least=0, at_most=0.9999).tag(sync=True, book=True)
    noise = Number(0, at_least=0, at_most=5).tag(sync=True, book=True)
    start = Numbers([-4.5, 1.2]).tag(sync=True, book=True)
    steps = Index(60, at_most=MAX_STEPS).tag(sync=True, book=True)
    playing = traitlets.Bool(False).tag(sync=True, book=True)

    def __init__(self, rng: np.random.Generator, landscape: str = "ridge", **state: Any) -> None:
        validation.generator(rng)
        chosen = LANDSCAPES[self.traits()["landscape"].validate(self, landscape)]  # known, or refused
        names = ("name", "top", "start", "view", "learning_rate", "noise")
        described = {key: {name: getattr(hill, name) for name in names} for key, hill in LANDSCAPES.items()}
        fitting = {"start": chosen.start, "learning_rate": chosen.learning_rate, "noise": chosen.noise}
        # Four digits are noise enough, and keep the page small.
        draws = np.round(rng.standard_normal(2 * MAX_STEPS), 4)
        super().__init__(landscapes=described, draws=draws, landscape=landscape, **{**fitting, **state})

    @traitlets.validate("start")
    def _valid_start(self, proposal: dict) -> list[float]:
        start = proposal["value"]
        if len(start) != 2 or max(map(abs, start)) > FARTHEST:
            raise InvalidStateError(f"start is {start}, expected two numbers from -{FARTHEST} to {FARTHEST}")
        return start

    def paths(self) -> dict[str, np.ndarray]:
        """Return the position after each step, (steps + 1, 2), of "gradient_ascent", "adam", "uncorrected".

        A path that leaves the map for good has fewer rows; see `vaecore.landscapes.trajectory`.
        """
        alpha, betas = self.learning_rate, (self.beta1, self.beta2)
        optimisers = (SGD(alpha), Adam(alpha, *betas), Adam(alpha, *betas, bias_correction=False))
        gradient = LANDSCAPES[self.landscape].gradient
        noise = self.noise * np.reshape(self.draws, (-1, 2))
        return {
            name: trajectory(optimiser, gradient, self.start, self.steps, noise)
            for name, optimiser in zip(RUNNERS, optimisers, strict=True)
        }

    def __repr__(self) -> str:
        return f"OptimizerRace({self.landscape}, learning_rate={self.learning_rate:g}, steps={self.steps})"

    @property
    def sentence(self) -> str:
        hill = LANDSCAPES[self.landscape]
        far = {name: np.linalg.norm(path[-1] - hill.top) for name, path in self.paths().items()}
        return (
            f"A map of {hill.name} with three paths from one start, after {self.steps} steps "
            f"with learning rate {self.learning_rate:g}. Distance to the top: "
            f"gradient ascent {far['gradient_ascent']:.2g}, "
            f"ADAM {far['adam']:.2g}, ADAM without bias correction {far['uncorrected']:.2g}."
        )

    def fallback(self) -> bytes:
        from matplotlib import pyplot

        hill = LANDSCAPES[self.landscape]
        left, right, bottom, top = hill.view
        figure, axes = pyplot.subplots(figsize=(7, 3.9), layout="constrained")
        x, y = np.meshgrid(np.linspace(left, right, 140), np.linspace(bottom, top, 100))
        heights = np.asarray(hill.height(np.array([x, y])))
        levels = heights.min() * 3.0 ** -np.arange(8)  # each a third as far below the top as the one before
        axes.contour(x, y, heights, levels, colors="#b0b7c3", linewidths=0.8, linestyles="solid")
        for (name, path), side in zip(self.paths().items(), (12, -16, 26), strict=True):
            label, colour = RUNNERS[name]
            axes.plot(*path.T, color=colour, linewidth=1.5)
            inside = (path[:, 0] > left) & (path[:, 0] < right) & (path[:, 1] > bottom) & (path[:, 1] < top)
            end = path[np.flatnonzero(inside)[-1]] if inside.any() else np.array(hill.start)
            axes.plot(*end, "o", color=colour)
            at = (end[0], end[1])
            axes.annotate(label, at, (0, side), textcoords="offset points", color=colour, ha="center")
        axes.plot(*hill.top, "k+", markersize=10)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="x", ylabel="y", aspect="equal")
        return figure_png(figure)

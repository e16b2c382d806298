"""Three bars: two distributions over three values, and KL in both directions, term by term."""

import math
from collections.abc import Sequence

import numpy as np
import traitlets

from vaecore.foundations.colours import COLOURS
from vaecore.foundations.plots import figure_png
from vaecore.kl import SUM_TOLERANCE, discrete_kl
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.state import InvalidStateError, Numbers

THIRD = 1 / 3


class ThreeBars(BookWidget):
    """P and Q over the values 0, 1, 2, KL(P || Q) and KL(Q || P) in nats, and the three terms of each.

    p, q: three probabilities each, which sum to 1.  They can be read, set, observed and linked;
    `kl_p_to_q` and `kl_q_to_p` are what the figure shows, infinite where a zero makes them so.
    Raises InvalidInputError for other lengths, numbers outside [0, 1], or another sum.
    """

    script = "three_bars"

    p = Numbers([0.36, 0.48, 0.16]).tag(sync=True, book=True)
    q = Numbers([THIRD] * 3).tag(sync=True, book=True)

    def __init__(
        self, p: Sequence[float] = (0.36, 0.48, 0.16), q: Sequence[float] = (THIRD, THIRD, THIRD)
    ) -> None:
        super().__init__(p=p, q=q)

    @traitlets.validate("p", "q")
    def _valid_distribution(self, proposal: dict) -> list[float]:
        name, values = proposal["trait"].name, proposal["value"]
        if len(values) != 3:
            raise InvalidStateError(f"{name} has {len(values)} numbers, expected 3, one for each value")
        if min(values) < 0 or max(values) > 1:
            raise InvalidStateError(
                f"{name} runs from {min(values):g} to {max(values):g}, expected probabilities in [0, 1]"
            )
        if abs(math.fsum(values) - 1) > SUM_TOLERANCE:
            raise InvalidStateError(
                f"{name} sums to {math.fsum(values):.9g}, expected 1; write 1 / 3 for a third, not 0.333"
            )
        return values

    @property
    def kl_p_to_q(self) -> float:
        """KL(P || Q), in nats."""
        return float(discrete_kl(np.array(self.p), np.array(self.q)))

    @property
    def kl_q_to_p(self) -> float:
        """KL(Q || P), in nats."""
        return float(discrete_kl(np.array(self.q), np.array(self.p)))

    @property
    def sentence(self) -> str:
        p, q = (", ".join(f"{value:.4f}" for value in values) for values in (self.p, self.q))
        return (
            f"Two distributions over the values 0, 1, 2: P = ({p}) and Q = ({q}). "
            f"The KL of P from Q is {_nats(self.kl_p_to_q)}, that of Q from P {_nats(self.kl_q_to_p)}."
        )

    def fallback(self) -> bytes:
        from matplotlib import pyplot

        figure, axes = pyplot.subplots(figsize=(6.5, 3), layout="constrained")
        for values, name, shift in ((self.p, "p", -0.2), (self.q, "q", 0.2)):
            bars = axes.bar(np.arange(3) + shift, values, width=0.36, color=COLOURS[name])
            axes.bar_label(bars, [f"{name.upper()} {value:.2f}" for value in values], fontsize=9)
        axes.set(xticks=range(3), xlabel="value", ylabel="probability")
        axes.margins(y=0.12)
        return figure_png(figure)


def _nats(kl: float) -> str:
    return f"{kl:.4f} nats" if math.isfinite(kl) else "infinite"

"""Two Gaussians: pull them about, and see KL in both directions, with what is under its integral."""

import math

import numpy as np

from vaecore.foundations.colours import COLOURS, LINES
from vaecore.foundations.plots import figure_png
from vaecore.kl import gaussian_kl
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.state import Number

FARTHEST = 4.0  # means go from -4 to 4
NARROWEST, WIDEST = 0.25, 3.0  # standard deviations


class TwoGaussians(BookWidget):
    """Two bells q and p over z, KL(q || p) and KL(p || q) in nats, and the integrand q log(q / p), shaded.

    mean_q, mean_p: numbers from -4 to 4.  std_q, std_p: numbers from 0.25 to 3.  They can be read, set,
    observed and linked; `kl_q_to_p` and `kl_p_to_q` are what the figure shows.
    Raises InvalidInputError for a number outside these limits.
    """

    script = "two_gaussians"

    mean_q = Number(0.5, -FARTHEST, FARTHEST).tag(sync=True, book=True)
    std_q = Number(0.5, NARROWEST, WIDEST).tag(sync=True, book=True)
    mean_p = Number(0.0, -FARTHEST, FARTHEST).tag(sync=True, book=True)
    std_p = Number(1.5, NARROWEST, WIDEST).tag(sync=True, book=True)

    def __init__(
        self, mean_q: float = 0.5, std_q: float = 0.5, mean_p: float = 0.0, std_p: float = 1.5
    ) -> None:
        super().__init__(mean_q=mean_q, std_q=std_q, mean_p=mean_p, std_p=std_p)

    @property
    def kl_q_to_p(self) -> float:
        """KL(q || p), in nats."""
        return float(gaussian_kl(self.mean_q, math.log(self.std_q), self.mean_p, math.log(self.std_p)))

    @property
    def kl_p_to_q(self) -> float:
        """KL(p || q), in nats."""
        return float(gaussian_kl(self.mean_p, math.log(self.std_p), self.mean_q, math.log(self.std_q)))

    @property
    def sentence(self) -> str:
        return (
            f"Two bells: q with mean {self.mean_q:.2f} and standard deviation {self.std_q:.2f}, p with mean "
            f"{self.mean_p:.2f} and standard deviation {self.std_p:.2f}. The KL of q from p is "
            f"{self.kl_q_to_p:.4f} nats, that of p from q {self.kl_p_to_q:.4f} nats."
        )

    def fallback(self) -> bytes:
        from matplotlib import pyplot

        z = np.linspace(-6, 6, 481)
        bells = {"q": (self.mean_q, self.std_q), "p": (self.mean_p, self.std_p)}
        figure, (above, below) = pyplot.subplots(2, figsize=(6.5, 4), sharex=True, layout="constrained")
        log_density = {
            name: -0.5 * ((z - mean) / std) ** 2 - math.log(std * math.sqrt(2 * math.pi))
            for name, (mean, std) in bells.items()
        }
        for name, (mean, std) in bells.items():
            above.plot(
                z, np.exp(log_density[name]), color=COLOURS[name], linestyle=LINES[name]
            )
            above.text(mean, 0.43 / std, name, color=COLOURS[name], ha="center", fontsize=12)
        integrand = np.exp(log_density["q"]) * (log_density["q"] - log_density["p"])
        for part, name in ((integrand.clip(min=0), "kl"), (integrand.clip(max=0), "first")):
            below.fill_between(z, part, color=COLOURS[name], alpha=0.4)
        below.axhline(0, color="0.4", linewidth=0.8)
        below.set(xlabel="z", ylabel="q log(q / p)")
        above.set(ylabel="density", ylim=(0, 0.52 / min(self.std_q, self.std_p)))
        return figure_png(figure)

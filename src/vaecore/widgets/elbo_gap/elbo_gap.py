"""The gap: log p(x), the lower bound of a q that the reader moves, and what lies between them."""

import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.colours import COLOURS, LINES
from vaecore.foundations.likelihoods import gaussian_log_prob
from vaecore.foundations.plots import figure_png
from vaecore.kl import compute_KL
from vaecore.latent_variable_models import LinearGaussianWorld
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.state import Choice, Number

NOISE = 0.75  # the standard deviation of p(x | z); with it the Gaussian posterior is N(0.64 x, 0.6^2)
POSTERIORS = {"gaussian": "x = z + noise", "two humps": "x = z² + noise"}
GRID = np.linspace(-8, 8, 1601)  # for integrals over p(z): beyond it nothing is left
STEPS = np.linspace(-10, 10, 401)  # for integrals over q, in standard deviations from its mean


def _log_joint(posterior: str, x: float, z: np.ndarray) -> np.ndarray:
    """Return log p(x, z) for each z of a row."""
    z = z[:, None]
    log_noise, zeros = np.full_like(z, np.log(NOISE)), np.zeros_like(z)
    centre = z if posterior == "gaussian" else z**2
    return gaussian_log_prob(np.full_like(z, x), centre, log_noise) + gaussian_log_prob(z, zeros, zeros)


class ElboGap(BookWidget):
    """A model with one latent number, and a Gaussian q(z) = N(mean, std^2) that the reader fits to p(z | x).

        z ~ N(0, 1),      x | z ~ N(z, 0.75^2)  or, with two humps,  N(z^2, 0.75^2)

    posterior ("gaussian" or "two humps"), x in [-2, 2], mean in [-3, 3] and std in [0.25, 2] can be
    read, set, observed and linked; `numbers` has what the figure shows, and `numbers_of` what another would.
    Raises InvalidInputError for values outside those.
    """

    script = "elbo_gap"

    posterior = Choice("gaussian", POSTERIORS).tag(sync=True, book=True)
    x = Number(1.25, at_least=-2, at_most=2).tag(sync=True, book=True)
    mean = Number(-0.4, at_least=-3, at_most=3).tag(sync=True, book=True)
    std = Number(0.8, at_least=0.25, at_most=2).tag(sync=True, book=True)
    noise = traitlets.Float(NOISE, read_only=True).tag(sync=True, book=True)

    @property
    def numbers(self) -> dict[str, float]:
        """What the figure shows, in nats; see `numbers_of`."""
        return self.numbers_of(self.posterior, self.x, self.mean, self.std)

    @staticmethod
    def numbers_of(posterior: str, x: float, mean: float, std: float) -> dict[str, float]:
        """What a figure with these settings would show, in nats, without making one.

        log_p = elbo + gap, and elbo = likelihood - kl_to_prior.  `gap` is KL(q || p(z | x)), `likelihood` the
        expected log-likelihood.  With the Gaussian posterior all of them are closed forms; with two humps
        log_p and gap are sums over a grid.
        Raises InvalidInputError for a posterior that does not exist, numbers that are not finite, and a std
        that is not positive.
        """
        posterior = validation.one_of(posterior, "posterior", tuple(POSTERIORS))
        x, mean = validation.number(x, "x"), validation.number(mean, "mean")
        std = validation.number(std, "std", above=0)
        x_row, mean_row, log_std_row = (np.array([[value]]) for value in (x, mean, np.log(std)))
        kl_to_prior = compute_KL(np.concatenate([mean_row, log_std_row], axis=1))
        if posterior == "gaussian":
            world = LinearGaussianWorld(np.ones((1, 1)), np.zeros(1), NOISE)
            log_p, elbo = world.log_marginal(x_row), world.elbo(x_row, mean_row, log_std_row)
            gap = world.kl_to_posterior(x_row, mean_row, log_std_row)
        else:
            log_p = np.log(np.sum(np.exp(_log_joint(posterior, x, GRID))) * (GRID[1] - GRID[0]))
            weight = np.exp(-(STEPS**2) / 2) * (STEPS[1] - STEPS[0]) / np.sqrt(2 * np.pi)
            log_q = -(STEPS**2) / 2 - np.log(std) - np.log(2 * np.pi) / 2
            gap = np.sum(weight * (log_q - _log_joint(posterior, x, mean + std * STEPS))) + log_p
            # E[(x - z^2)^2], with E z^2 and E z^4 of a Gaussian
            m2, s2 = mean**2, std**2
            squared_error = x**2 - 2 * x * (m2 + s2) + m2**2 + 6 * m2 * s2 + 3 * s2**2
            expected = -squared_error / (2 * NOISE**2) - np.log(2 * np.pi * NOISE**2) / 2
            elbo = expected - kl_to_prior
        values = {"log_p": log_p, "elbo": elbo, "gap": gap}
        values |= {"likelihood": elbo + kl_to_prior, "kl_to_prior": kl_to_prior}
        return {name: float(np.squeeze(value)) for name, value in values.items()}

    def __repr__(self) -> str:
        return f"ElboGap(posterior={self.posterior!r}, x={self.x:g}, mean={self.mean:g}, std={self.std:g})"

    @property
    def sentence(self) -> str:
        n = self.numbers
        return (
            f"For x = {self.x:g} and q = N({self.mean:g}, {self.std:g}²): log p(x) = {n['log_p']:.3f} nats "
            f"is the bound {n['elbo']:.3f} plus the gap {n['gap']:.3f}; the bound is the expected "
            f"log-likelihood {n['likelihood']:.3f} less the KL divergence from the prior, "
            f"{n['kl_to_prior']:.3f}."
        )

    def fallback(self) -> bytes:
        from matplotlib import pyplot

        n = self.numbers
        size, ratios = (8, 3.2), (3, 2)
        figure, (left, right) = pyplot.subplots(1, 2, figsize=size, layout="constrained", width_ratios=ratios)
        z = np.linspace(-3.5, 3.5, 351)
        for density, idea, name in self._densities(z):
            left.plot(z, density, LINES[idea], color=COLOURS[idea], label=name)
        left.set_xlabel("z")
        left.set_yticks([])
        left.legend(frameon=False)
        pieces = (
            (0, 0, n["log_p"], COLOURS["truth"], "log p(x)"),
            (0, n["log_p"], n["elbo"], COLOURS["kl"], "gap"),
            (1, 0, n["likelihood"], COLOURS["likelihood"], "E log p(x | z)"),
            (1, n["likelihood"], n["elbo"], COLOURS["kl"], "KL from the prior"),
        )
        for column, top, bottom, colour, name in pieces:
            right.bar(column, bottom - top, bottom=top, width=0.4, color=colour)
            right.text(column + 0.23, (top + bottom) / 2, name, va="center")
        right.axhline(n["elbo"], color="black", linewidth=1)
        right.set(xlim=(-0.3, 2.1), xticks=[], ylabel="nats")
        return figure_png(figure)

    def _densities(self, z: np.ndarray) -> list[tuple[np.ndarray, str, str]]:
        exact = np.exp(_log_joint(self.posterior, self.x, z) - self.numbers["log_p"])
        q = np.exp(-(((z - self.mean) / self.std) ** 2) / 2) / (self.std * np.sqrt(2 * np.pi))
        prior = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
        return [(prior, "noise", "p(z)"), (exact, "truth", "p(z | x)"), (q, "q", "q(z)")]

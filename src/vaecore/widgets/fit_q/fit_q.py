"""Fit q by hand: one digit, a Gaussian that the reader moves, the bound, log p(x), the encoder's answer."""

from typing import Any

import numpy as np
import traitlets

from vaecore.kl import compute_KL
from vaecore.widgets.parts.bound import expected_log_likelihood
from vaecore.widgets.parts.packing import Model, unpack_images
from vaecore.widgets.parts.plane_widget import PlaneWidget
from vaecore.widgets.parts.state import InvalidStateError, Numbers, Switch

FARTHEST = 8.0  # of the mean, from 0
LOG_STD = -5.0, 1.0  # the range of the log standard deviations
START_MEAN, START_LOG_STD = [0.0, 0.0], [-0.7, -0.7]


class FitQ(PlaneWidget):
    """One digit x, and q(z) = N(mean, diag(std^2)) of two latents, which the reader fits to p(z | x).

    The mean can be pulled over the map and over its enlarged part, where the exact posterior p(z | x) lies in
    grey; mean and standard deviations have sliders.  Beside them the terms of the bound in nats, log p(x) by
    a grid, and the gap: of the reader's q, and of the encoder's, which is shown when it is asked for.

    vae: a VAE with 2 latents, of 28 x 28 images.  digits: (N, 784), pixels in [0, 1], up to 20, and their
    labels (N,).  scatter, scatter_labels: (M, 784) and (M,), digits that the map shows.
    prediction: {"question": ..., "answers": [...], "look": ...}, a question that is asked before the figure
    can be moved; it can be passed over.  None: no question.

    Grey pixels are cut at 1/2, because log p(x | z) is that of pixels 0 or 1.  On a page the decoder comes
    when a hand is near.

    digit (an index), mean and log_std (two numbers each), compare (whether the encoder's q is shown) and
    expected (the answer that was given, -1 for none yet) can be read, set, observed and linked.  `numbers`
    has what the figure shows.
    Raises InvalidInputError for a model or digits that the widget cannot show.
    """

    script = "fit_q"

    mean = Numbers(START_MEAN).tag(sync=True, book=True)
    log_std = Numbers(START_LOG_STD).tag(sync=True, book=True)
    compare = Switch(False).tag(sync=True, book=True)

    def _pack_digits(self, digits: Any, labels: Any) -> list[dict[str, Any]]:
        packed = super()._pack_digits(digits, labels)
        for digit, image in zip(packed, unpack_images(packed), strict=True):
            encoders_q = np.array(digit["mean"]), np.exp(digit["log_std"])
            digit["expected"] = expected_log_likelihood(self.vae.gen_params, image, *encoders_q)
        return packed

    def first_z(self) -> list[tuple[Model, Any]]:
        return [(self.vae, [self.mean])]

    @traitlets.validate("mean", "log_std")
    def _valid_pair(self, proposal: dict) -> list[float]:
        name, pair = proposal["trait"].name, proposal["value"]
        low, high = (-FARTHEST, FARTHEST) if name == "mean" else LOG_STD
        if len(pair) != 2 or not all(low <= value <= high for value in pair):
            raise InvalidStateError(f"{name} is {pair}, expected two numbers from {low:g} to {high:g}")
        return pair

    @property
    def image(self) -> np.ndarray:
        """The digit that the figure shows: (784,), pixels 0 or 1."""
        return unpack_images([self.digits[self.digit]])[0]

    @property
    def numbers(self) -> dict[str, float]:
        """What the figure shows of the reader's q, in nats.

        expected: the mean of log p(x | z) over q.  kl: KL(q || p(z)).  bound: expected - kl.
        """
        kl = float(compute_KL(np.array([self.mean + self.log_std]))[0])
        q = np.array(self.mean), np.exp(self.log_std)
        expected = expected_log_likelihood(self.vae.gen_params, self.image, *q)
        return {"expected": expected, "kl": kl, "bound": expected - kl}

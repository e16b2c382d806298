"""One digit through a VAE: drawn by hand or picked, encoded, sampled, decoded, with the bound in nats."""

from typing import Any

import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import Network, neural_net_predict, rounded_to
from vaecore.kl import compute_KL, kl_per_dimension
from vaecore.vae import VAE
from vaecore.widgets.one_digit.drawing import LETTER, SCRIBBLE, drawn
from vaecore.widgets.one_digit.inside import STEPS, source_of
from vaecore.widgets.parts.bound import expected_log_likelihood, in_double
from vaecore.widgets.parts.packing import SIDE, Model, class_labels, encode, pack_network, unpack_images
from vaecore.widgets.parts.plane_widget import PlaneWidget
from vaecore.widgets.parts.state import Choice, Index, InvalidStateError, Numbers, Switch

MOST_POINTS = 5000  # of all strokes
# The first layer has most of the weights and needs the fewest places; a step of the last one moves all of q,
# whose standard deviations are small: 0.03 is usual.
FIRST_STEP, STEP, LAST_STEP = 2**-7, 2**-9, 2**-11


def rounded_encoder(params: Network) -> Network:
    """Return the encoder as it travels to a page: each layer's weights and biases as multiples of a step.

    The steps are 2^-7 in the first layer, 2^-11 in the last one and 2^-9 between.
    """
    steps = [FIRST_STEP, *[STEP] * (len(params) - 2), LAST_STEP][-len(params) :]
    return rounded_to(params, steps)


class Strokes(traitlets.List):
    """The strokes of a drawing, each x0, y0, x1, y1, ... from 0 to 1."""

    def moves(self) -> dict[str, Any]:
        """Return what a link may set it to, as mount.js reads it."""
        return {"strokes": True}

    def validate(self, obj: Any, value: Any) -> list[list[float]]:
        if not isinstance(value, list | tuple) or not all(
            isinstance(stroke, list | tuple | np.ndarray) and np.ndim(stroke) == 1 and len(stroke) % 2 == 0
            for stroke in value
        ):
            raise InvalidStateError(
                f"{self.name} is of type {type(value).__name__}, expected a list of strokes, "
                "each a list x0, y0, x1, y1, ..."
            )
        strokes = [[float(v) for v in stroke] for stroke in value if len(stroke)]
        numbers = np.array([v for stroke in strokes for v in stroke])
        if not np.all((numbers >= 0) & (numbers <= 1)):  # NaN is refused as well
            raise InvalidStateError(f"{self.name} has a point off the pad, expected numbers from 0 to 1")
        if len(numbers) > 2 * MOST_POINTS:
            raise InvalidStateError(
                f"{self.name} has {len(numbers) // 2} points, expected at most {MOST_POINTS}"
            )
        return strokes


class OneDigit(PlaneWidget):
    """A digit, drawn by hand or picked, and all that a VAE makes of it.

    The picture x, in black and white; the encoder's q(z | x) = N(mu, sigma^2), of two latents on the map of
    the latent plane and enlarged, of more as bars, the most informative latent first; z = mu + sigma eps,
    with eps at random or by hand; the decoder's picture of z; the two terms of the bound in nats, for this z
    and on average over q; and log p(x) when the hand rests: of two latents integrated over a grid, of more by
    the proposal that covers (`estimate_log_likelihood`), with its error.

    vae: a VAE of 28 x 28 images.  digits: (N, 784), pixels in [0, 1], up to 20 to pick from, and their labels
    (N,).  scatter, scatter_labels: (M, 784) and (M,), digits that the map shows; of many latents they say
    which are the most informative, by their mean KL divergence.
    prediction: {"question": ..., "answers": [...], "look": ...}, a question that is asked before the figure
    can be moved, answers to choose from, and where to look then; it can be passed over.  None: no question.

    A drawing becomes a picture as MNIST's did; `vaecore.widgets.one_digit.drawing.drawn` says how.  Grey
    pixels are cut at 1/2, the drawing's and the digits', because log p(x | z) is that of pixels 0 or 1.
    On a page the decoder's weights are loaded when a hand comes near, and the encoder's at the first stroke.
    These are rounded in any case (`vae` has them so), which costs about 0.03 nats of the bound of "lab".
    Below, the figure can be looked into: the layers of the encoder or of the decoder with the weights of one
    unit, the sum that makes z, or what each pixel costs; and beside it the code of that step.

    strokes, a list of strokes x0, y0, x1, y1, ... from 0 to 1 on the pad, digit (the index of a picked digit,
    -1 for what is drawn), eps (a number for each latent), latent (of many, which one the sliders move,
    counted from the most informative one), noise (False: sigma is taken for 0, as in an autoencoder), inside
    ("encoder", "sample", "decoder", "bound", or "" for closed), unit (counted from 0 over the layers of what
    is looked into; beyond the last one means the last) and expected (the answer that was given, -1 for none
    yet) can be read, set, observed and linked.  `image` is x, and `numbers` what the figure shows.
    Raises InvalidInputError for a model or digits that the widget cannot show.
    """

    script = "one_digit"

    encoder = traitlets.List().tag(sync=True, book=True, shared="whole")
    examples = traitlets.Dict({"A letter": LETTER, "A scribble": SCRIBBLE}).tag(sync=True, book=True)
    code = traitlets.Dict().tag(sync=True, book=True)
    strokes = Strokes().tag(sync=True, book=True)
    digit = Index(0, at_least=-1).tag(sync=True, book=True)
    eps = Numbers().tag(sync=True, book=True)
    order = traitlets.List().tag(sync=True, book=True)
    latent = Index(0).tag(sync=True, book=True)
    noise = Switch(True).tag(sync=True, book=True)
    inside = Choice("", ("", *STEPS)).tag(sync=True, book=True)
    unit = Index(0).tag(sync=True, book=True)

    def _as_shown(self, vae: VAE) -> VAE:
        return VAE(vae.gen_params, rounded_encoder(vae.rec_params))

    def _more(self) -> dict[str, Any]:
        return {
            "encoder": pack_network(self.vae.rec_params, "rec_params"),
            "code": {step: source_of(*functions) for step, functions in STEPS.items()},
            "eps": np.resize([1.0, -1.0], self.vae.latent_size),
        }

    def _check_latents(self, vae: VAE) -> None:
        """Any number of them can be shown, two on the map."""

    def _pack_scatter(self, images: Any, labels: Any) -> dict[str, Any]:
        if self.vae.latent_size == 2:
            return super()._pack_scatter(images, labels)
        images = validation.pixels(images, "scatter", width=SIDE * SIDE)
        class_labels(labels, len(images), "scatter_labels")
        encoder_output = np.concatenate(encode(self.vae, (images > 0.5).astype(np.float32)), axis=1)
        nats = kl_per_dimension(encoder_output).mean(axis=0)
        return {"order": np.argsort(-nats, kind="stable").tolist()}

    def first_z(self) -> list[tuple[Model, Any]]:
        return [(self.vae, [self._q_and_z()[2]])]

    @traitlets.validate("eps")
    def _valid_eps(self, proposal: dict) -> list[float]:
        if len(proposal["value"]) != self.vae.latent_size:
            raise InvalidStateError(
                f"eps has {len(proposal['value'])} numbers, expected {self.vae.latent_size}, one a latent"
            )
        return proposal["value"]

    @traitlets.observe("strokes")
    def _leave_digit(self, change: dict) -> None:
        """What is drawn takes the place of the picked digit."""
        if change["new"]:
            self.digit = -1

    @property
    def image(self) -> np.ndarray:
        """The picture x that the figure shows: (784,), pixels 0 or 1."""
        if self.digit >= 0:
            return unpack_images([self.digits[self.digit]])[0]
        return (drawn(self.strokes) > 0.5).astype(np.float32)

    def _q_and_z(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the mean and the log standard deviation of q(z | x), and z: (L,) each."""
        x = self.image.astype(float)[None, :]
        mean, log_std = np.split(neural_net_predict(in_double(self.vae.rec_params), x)[0], 2)
        return mean, log_std, mean + np.exp(log_std) * self.noise * self.eps

    @property
    def numbers(self) -> dict[str, Any]:
        """What the figure shows of x and z, in nats.

        mean, log_std: of q(z | x).  z.  log_likelihood: log p(x | z) of this z.  kl: KL(q(z | x) || p(z)),
        infinite without noise.  expected: the mean of log p(x | z) over q.  bound: expected - kl.  Of another
        number of latents than two these are None: the figure samples them.
        """
        mean, log_std, z = self._q_and_z()
        kl = float(compute_KL(np.concatenate([mean, log_std])[None, :])[0]) if self.noise else np.inf
        x = self.image.astype(float)
        logits = neural_net_predict(in_double(self.vae.gen_params), z[None, :])
        expected = None
        if len(z) == 2:
            expected = expected_log_likelihood(self.vae.gen_params, x, mean, np.exp(log_std) * self.noise)
        return {
            "mean": mean.tolist(), "log_std": log_std.tolist(), "z": z.tolist(),
            "log_likelihood": float(bernoulli_log_prob(x[None, :], logits)[0]),
            "kl": kl, "expected": expected, "bound": None if expected is None else expected - kl,
        }  # fmt: skip

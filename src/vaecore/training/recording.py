"""What a VAE looks like while it learns, moment by moment: pictures, codes and the terms of the bound."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaecore.files.data import binarise
from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.likelihoods import bernoulli_log_prob
from vaecore.foundations.networks import neural_net_predict
from vaecore.generation import interpolate
from vaecore.kl import kl_per_dimension
from vaecore.vae import VAE

ALIVE = 0.01  # nats: a latent dimension that costs less is idle


@dataclass(frozen=True)
class Moment:
    """One moment of a recording.

    at: the epoch, or whatever is counted.  samples: (S, D), decoded from the prior, the same z each time.
    reconstructions: (R, D), of the first digits.  row: (T, D), from the first digit to the second, in equal
    steps between their codes.  Pixels in [0, 1].  codes: (N, 2), the means of q(z | x), or None for a latent
    space that is no plane.  likelihood, kl: the two terms of the bound in nats, means over the digits, with
    the same pixels and noise each time.  alive: how many latent dimensions cost 0.01 nats or more.
    """

    at: float
    samples: np.ndarray
    reconstructions: np.ndarray
    row: np.ndarray
    codes: np.ndarray | None
    likelihood: float
    kl: float
    alive: int

    @property
    def bound(self) -> float:
        """The lower bound, in nats."""
        return self.likelihood - self.kl


@dataclass
class Recording:
    """A recording of a training: `train(..., on_epoch=recording)` adds a moment after each epoch.

    digits: (N, D), pixels in [0, 1], held out; the first two are the ends of the row.  labels: (N,), 0 to 9.
    rng: the source of the prior's z, of the digits' pixels, and of the noise; all moments have the same.
    samples, reconstructions, steps: how many pictures of each kind a moment has.
    `record(at, vae)` adds a moment by hand, for example that of a model which has learnt nothing yet.
    Raises InvalidInputError for digits or labels that do not fit, and numbers below 0.
    """

    digits: Any
    labels: Any
    rng: np.random.Generator
    samples: int = 25
    reconstructions: int = 8
    steps: int = 8
    moments: list[Moment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.digits = validation.pixels(self.digits, "digits")
        self.labels = np.asarray(self.labels)
        if len(self.digits) < 2 or self.labels.shape != (len(self.digits),):
            raise InvalidInputError(
                f"there are {len(self.digits)} digits and labels of shape {self.labels.shape}, "
                "expected two digits or more, and a label for each"
            )
        validation.generator(self.rng, "rng")
        for name in ("samples", "reconstructions", "steps"):
            setattr(self, name, validation.whole_number(getattr(self, name), name, 0))
        if self.steps == 1:
            raise InvalidInputError("steps is 1, expected 0 for no row, or two pictures and more")
        self._binary = binarise(self.digits, self.rng)
        self._seed = int(self.rng.integers(2**63))

    def __call__(self, history: dict[str, list[float]], result: Any) -> None:
        """Add the moment after an epoch: what `train(..., on_epoch=...)` calls."""
        self.record(history["epoch"][-1], result.vae)

    def record(self, at: float, vae: VAE) -> Moment:
        """Add a moment, and return it.

        Raises InvalidInputError for a model of other images, or an `at` that is not after the last one's.
        """
        at = validation.number(at, "at")
        if not isinstance(vae, VAE) or vae.image_size != self.digits.shape[1]:
            raise InvalidInputError(f"the model is {vae!r}, expected a VAE of {self.digits.shape[1]} pixels")
        if self.moments and at <= self.moments[-1].at:
            raise InvalidInputError(
                f"at is {at:g}, expected a number above the last moment's, {self.moments[-1].at:g}"
            )
        rng = np.random.default_rng(self._seed)
        prior = rng.standard_normal((self.samples, vae.latent_size), dtype=np.float32)
        means, log_stds = vae.encode(self._binary)
        noise = rng.standard_normal(means.shape, dtype=np.float32)
        logits = neural_net_predict(vae.gen_params, means + np.exp(log_stds) * noise)
        kl = kl_per_dimension(np.concatenate([means, log_stds], axis=1)).mean(axis=0)
        moment = Moment(
            at=at,
            samples=_decoded(vae, prior),
            reconstructions=_decoded(vae, means[: self.reconstructions]),
            row=self._row(vae),
            codes=means if vae.latent_size == 2 else None,
            likelihood=float(bernoulli_log_prob(self._binary, logits).mean()),
            kl=float(kl.sum()),
            alive=int(np.sum(kl >= ALIVE)),
        )
        self.moments.append(moment)
        return moment

    def _row(self, vae: VAE) -> np.ndarray:
        """Return the row from the first digit to the second, also where it has no pictures."""
        if not self.steps:
            return np.empty((0, vae.image_size), np.float32)
        return interpolate(vae, self._binary[0], self._binary[1], self.steps)


def _decoded(vae: VAE, z: np.ndarray) -> np.ndarray:
    """Return the decoder's pictures, also of no z at all."""
    return vae.decode(z) if len(z) else np.empty((0, vae.image_size), np.float32)

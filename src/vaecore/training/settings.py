"""What a training run is asked to do: checked once, here, and kept in the run's checkpoint."""

import math
import zlib
from collections.abc import Sequence
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any

import numpy as np

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError
from vaecore.foundations.networks import layer_sizes
from vaecore.foundations.parameters import leaves
from vaecore.training.schedules import SCHEDULES
from vaecore.vae import VAE


@dataclass(kw_only=True)
class LoopSettings:
    """What every kind of training is asked for.

    layers: the encoder's widths from D to L; the decoder mirrors them.
    epochs, batch_size, learning_rate, schedule: as in `train`.
    Raises InvalidInputError for a number out of range, or an unknown schedule.
    """

    layers: list[int]
    epochs: int
    batch_size: int
    learning_rate: float
    schedule: str

    def __post_init__(self) -> None:
        self.epochs = validation.whole_number(self.epochs, "epochs")
        self.batch_size = validation.whole_number(self.batch_size, "batch_size")
        self.learning_rate = validation.number(self.learning_rate, "learning_rate", above=0)
        validation.one_of(self.schedule, "schedule", tuple(SCHEDULES))

    def batches_of(self, images: np.ndarray) -> int:
        """Return how many batches an epoch has; the last of them holds what is left."""
        return math.ceil(len(images) / self.batch_size)

    def rate_of_step(self, step: int, batches: int) -> float:
        """Return the learning rate of step 1, 2, ... in a run with so many batches an epoch."""
        # Progress counts the step that is being taken, so that the warm-up does not begin with a rate of 0.
        progress = step / (self.epochs * batches + 1)
        return self.learning_rate * SCHEDULES[self.schedule](min(1.0, progress))


def checked_data(images: Any, held_out: Any, rng: Any, batch_size: Any) -> tuple[np.ndarray, Any]:
    """Return the images and the held-out images, or None: (N, D) each, pixels in [0, 1].

    Raises InvalidInputError for images that do not fit, no generator, or a batch larger than the images.
    """
    images = validation.pixels(images, "images")
    if held_out is not None:
        held_out = validation.pixels(held_out, "held_out", width=images.shape[1])
    validation.generator(rng)
    validation.batch_size(batch_size, images)
    return images, held_out


def checked_layers(image_size: int, hidden_sizes: Any, latent_size: Any) -> list[int]:
    """Return the encoder's widths: D, the hidden ones, L.

    Raises InvalidInputError for a width that is not a positive whole number.
    """
    hidden = validation.hidden_sizes(hidden_sizes)
    return [image_size, *hidden, validation.whole_number(latent_size, "latent_size")]


@dataclass(kw_only=True)
class Settings(LoopSettings):
    """What `train` was asked to do; the same settings and the same state give the same run, bit for bit.

    images, held_out, start: what the run works on and begins with, as fingerprints.
    The others: as in `train`.
    A setting with a default is younger than the first checkpoints: `saved` leaves it out while it has its
    default, so that older files still fit.
    Raises InvalidInputError for a number out of range, or settings that exclude each other.
    """

    images: str
    held_out: str | None
    averaging: float
    binarised: bool
    beta: float
    kl_warm_up: int
    num_samples: int
    importance_weighted: bool = False
    start: str | None = None
    sampled_gradient: bool = False
    free_bits: float = 0.0

    def __post_init__(self) -> None:
        super().__post_init__()
        self.averaging = validation.number(self.averaging, "averaging", at_least=0, below=1)
        self.binarised = bool(self.binarised)
        self.beta = validation.number(self.beta, "beta", at_least=0)
        self.kl_warm_up = validation.whole_number(self.kl_warm_up, "kl_warm_up", at_least=0)
        self.num_samples = validation.whole_number(self.num_samples, "num_samples")
        self.importance_weighted = bool(self.importance_weighted)
        self.sampled_gradient = bool(self.sampled_gradient)
        if self.sampled_gradient and not self.importance_weighted:
            raise InvalidInputError(
                "sampled_gradient=True chooses among the samples of the importance-weighted bound: "
                "set importance_weighted=True too, or leave it out"
            )
        self.free_bits = validation.number(self.free_bits, "free_bits", at_least=0)
        weights = [f"beta is {self.beta!r}"] if self.beta != 1 else []
        weights += [f"kl_warm_up is {self.kl_warm_up!r}"] if self.kl_warm_up else []
        weights += [f"free_bits is {self.free_bits!r}"] if self.free_bits else []
        if self.importance_weighted and weights:
            raise InvalidInputError(
                f"importance_weighted=True has no KL divergence to weigh, and {' and '.join(weights)}: "
                f"leave {('it', 'both', 'all of them')[len(weights) - 1]} out"
            )

    def beta_of_step(self, step: int, batches: int) -> float:
        """Return the KL's weight in step 1, 2, ... of a run with so many batches an epoch."""
        return self.beta * min(1.0, step / max(1, self.kl_warm_up * batches))

    @classmethod
    def of(
        cls,
        images: np.ndarray,
        held_out: np.ndarray | None,
        start: VAE | None,
        *,
        hidden_sizes: Sequence[int],
        latent_size: int,
        **others: Any,
    ) -> "Settings":
        """Return the settings of a run on these images, which begins with `start`, if there is one.

        images, held_out: as `checked_data` returns them.  others: the settings of the same names.
        Raises InvalidInputError for a setting out of range, or a `start` of other widths.
        """
        layers = checked_layers(images.shape[1], hidden_sizes, latent_size)
        if start is not None and layer_sizes(start.rec_params) != (*layers[:-1], 2 * layers[-1]):
            raise InvalidInputError(
                f"start is {start!r}, expected the widths {layers}: pass its hidden_sizes and latent_size too"
            )
        return cls(
            layers=layers,
            images=fingerprint(images),
            held_out=None if held_out is None else fingerprint(held_out),
            start=None if start is None else fingerprint(_all_parameters(start)),
            **others,
        )

    def saved(self) -> dict[str, Any]:
        """Return the settings as a checkpoint keeps them, JSON-able."""
        young = {field.name: field.default for field in fields(self) if field.default is not MISSING}
        settings = asdict(self).items()
        return {name: value for name, value in settings if name not in young or value != young[name]}

    def differences(self, was: dict[str, Any], epochs_done: int) -> str:
        """Say in what these settings differ from saved ones, or return "" if a run can go on with them.

        With a constant learning rate the number of epochs may grow.
        """
        may_change = {"epochs"} if self.schedule == "constant" and self.epochs >= epochs_done else set()
        now = self.saved()
        return "; ".join(
            f"{name} was {was.get(name)!r}, is {now.get(name)!r}"
            for name in {**now, **was}
            if name not in may_change and was.get(name) != now.get(name)
        )


def fingerprint(array: np.ndarray) -> str:
    """Return a short text that tells one array, a set of images for example, from another."""
    return f"{array.shape} {array.dtype} {zlib.crc32(np.ascontiguousarray(array).data):08x}"


def _all_parameters(vae: VAE) -> np.ndarray:
    return np.concatenate([array.ravel() for array in leaves([vae.gen_params, vae.rec_params])])

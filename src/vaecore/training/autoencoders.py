"""Training an autoencoder: plain, sparse, denoising or contractive."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as anp
import numpy as np

from vaecore.adam import Adam
from vaecore.autoencoders import (
    KINDS,
    OUTPUTS,
    Autoencoder,
    contractive_penalty,
    corrupt,
    cross_entropy,
    encode,
    sparsity_penalty,
    squared_error,
)
from vaecore.foundations import validation
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.networks import Network, init_network, neural_net_predict
from vaecore.training.epochs import History, LoopState, run_epochs
from vaecore.training.settings import LoopSettings, checked_data, checked_layers


@dataclass
class AutoencoderResult:
    """What `train_autoencoder` returns.

    autoencoder: the trained model.
    history: one number an epoch under each of "epoch", "loss" (what is minimised, the mean over the epoch's
        batches) and "held_out_error" (the error of reconstruction alone; missing without held-out images).
        Errors are per image: nats for a sigmoid output, squared pixels for a linear one.
    interrupted: whether Ctrl-C ended the training early.
    """

    autoencoder: Autoencoder
    history: History = field(default_factory=dict)
    interrupted: bool = False


@dataclass(kw_only=True)
class AutoencoderSettings(LoopSettings):
    """What `train_autoencoder` was asked to do.  Raises InvalidInputError for a number out of range."""

    kind: str
    weight: float
    fraction: float
    output: str
    code: str
    row_limit: float

    def __post_init__(self) -> None:
        super().__post_init__()
        validation.one_of(self.kind, "kind", KINDS)
        self.row_limit = validation.number(self.row_limit, "row_limit", above=0)
        self.weight = validation.number(self.weight, "weight", at_least=0)
        self.fraction = validation.number(self.fraction, "fraction", at_least=0, below=1)


def autoencoder_loss(
    encoder_params: Network,
    decoder_params: Network,
    images: Any,
    rng: np.random.Generator,
    *,
    kind: str = "plain",
    weight: float = 0.1,
    fraction: float = 0.5,
    output: str = "sigmoid",
    code: str = "linear",
) -> Any:
    """Return the loss that a kind of autoencoder minimises, a number: the mean over the images of

        plain        error(x, decode(encode(x)))
        sparse       error(x, decode(encode(x))) + weight sum_j |z_j|
        denoising    error(x, decode(encode(corrupt(x)))): the target is the clean image
        contractive  error(x, decode(encode(x))) + weight ||dz/dx||_F^2

    The error is the cross-entropy (nats) for a sigmoid output, the squared error for a linear one.
    images: (B, D), pixels in [0, 1].  fraction: as in `corrupt`.  output, code: as for `Autoencoder`.
    Raises InvalidInputError for an unknown kind, output or code, or images that do not fit.
    """
    validation.one_of(kind, "kind", KINDS)
    validation.one_of(output, "output", OUTPUTS)
    error = cross_entropy if output == "sigmoid" else squared_error
    seen = corrupt(images, rng, fraction) if kind == "denoising" else images
    z = encode(encoder_params, seen, code)  # (B, L)
    loss = error(images, neural_net_predict(decoder_params, z))  # (B,)
    if kind == "sparse":
        loss = loss + weight * sparsity_penalty(z)
    if kind == "contractive":
        loss = loss + weight * contractive_penalty(encoder_params, images, code)
    return anp.mean(loss)


def train_autoencoder(
    images: Any,
    rng: np.random.Generator,
    *,
    kind: str = "plain",
    hidden_sizes: Sequence[int] = (200, 200),
    latent_size: int = 2,
    weight: float = 0.1,
    fraction: float = 0.5,
    output: str = "sigmoid",
    code: str = "linear",
    held_out: Any = None,
    epochs: int = 10,
    batch_size: int = 100,
    learning_rate: float = 0.001,
    schedule: str = "constant",
    row_limit: float = 1.0,
    on_epoch: Callable[[History], None] | None = None,
    progress: bool = True,
) -> AutoencoderResult:
    """Train an autoencoder by ADAM, downhill on `autoencoder_loss`; return the model and its history.

    images, held_out: (N, D), pixels in [0, 1].  rng: source of everything random: the first parameters, the
        order of the images, the corruption.
    kind, weight, fraction, output, code: as in `autoencoder_loss`.
    hidden_sizes: widths of the encoder's hidden layers, which may be none; the decoder mirrors them.
    latent_size: L.  schedule: course of the learning rate, as in `train`.
    row_limit: sparse and contractive only; the row of weights that leads from a unit of the code into the
        decoder is kept at this length or less.  Else the penalty could be paid by a code that shrinks while
        those weights grow, and nothing would change.  A tanh code, within -1 and 1, needs longer rows.
    on_epoch: called with the history after every epoch.  progress: show a bar with the loss.

    Ctrl-C ends the training and keeps what has been learnt; `result.interrupted` says so.
    Raises InvalidInputError for arguments out of range, DivergenceError when the loss is no longer finite.
    """
    images, held_out = checked_data(images, held_out, rng, batch_size)
    layers = checked_layers(images.shape[1], hidden_sizes, latent_size)
    settings = AutoencoderSettings(
        layers=layers,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        kind=kind,
        weight=weight,
        fraction=fraction,
        output=output,
        code=code,
        row_limit=row_limit,
    )
    params = [init_network(layers, rng, images.dtype), init_network(layers[::-1], rng, images.dtype)]
    state = LoopState(params, Adam(settings.learning_rate), rng, {"epoch": [], "loss": []})

    def loss_of(params: list, batch: np.ndarray, kind: str = kind) -> Any:
        encoder, decoder = params
        options: dict[str, Any] = {"weight": settings.weight, "fraction": settings.fraction}
        options |= {"output": output, "code": code}
        return autoencoder_loss(encoder, decoder, batch, rng, kind=kind, **options)

    def learn(batch: np.ndarray) -> Any:
        loss, gradients = value_and_gradients(lambda params: loss_of(params, batch), state.params)
        validation.finite(loss, "the loss")
        state.adam.descend(state.params, gradients)
        if kind in ("sparse", "contractive"):
            _limit_rows(state.params[1][0][0], settings.row_limit)
        return loss

    def evaluate() -> dict[str, float]:
        return {} if held_out is None else {"held_out_error": float(loss_of(state.params, held_out, "plain"))}

    def after_epoch() -> None:
        if on_epoch is not None:
            on_epoch(state.history)

    autoencoder = Autoencoder(*params, output=output, code=code)  # refuses an unknown output or code
    interrupted = run_epochs(
        images,
        settings,
        state,
        objective="loss",
        learn=learn,
        evaluate=evaluate,
        after_epoch=after_epoch,
        progress=progress,
    )
    return AutoencoderResult(autoencoder, state.history, interrupted)


def _limit_rows(weights: np.ndarray, limit: float) -> None:
    """Shorten the rows that are longer than `limit`, in place."""
    weights /= np.maximum(1, np.linalg.norm(weights, axis=1, keepdims=True) / limit)

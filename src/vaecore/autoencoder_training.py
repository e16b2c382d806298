"""Training an autoencoder: plain, sparse, denoising or contractive."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as anp
import numpy as np
from tqdm import tqdm

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
from vaecore.foundations.errors import DivergenceError, InvalidInputError
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.networks import Network, init_network, neural_net_predict
from vaecore.training import SCHEDULES

History = dict[str, list[float]]


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
    images = validation.pixels(images, "images")
    if held_out is not None:
        held_out = validation.pixels(held_out, "held_out", width=images.shape[1])
    validation.generator(rng)
    epochs = validation.whole_number(epochs, "epochs")
    batch_size = validation.batch_size(batch_size, images)
    validation.one_of(schedule, "schedule", tuple(SCHEDULES))
    learning_rate = validation.number(learning_rate, "learning_rate", above=0)
    row_limit = validation.number(row_limit, "row_limit", above=0)
    loss_settings = {
        "kind": kind,
        "weight": validation.number(weight, "weight", at_least=0),
        "fraction": validation.number(fraction, "fraction", at_least=0, below=1),
        "output": output,
        "code": code,
    }
    sizes = validation.hidden_sizes(hidden_sizes)
    layers = [images.shape[1], *sizes, validation.whole_number(latent_size, "latent_size")]
    params = [init_network(layers, rng, images.dtype), init_network(layers[::-1], rng, images.dtype)]
    # Checks kind, output and code before the first epoch.
    autoencoder_loss(*params, images[:1], np.random.default_rng(0), **loss_settings)

    adam = Adam(learning_rate)
    result = AutoencoderResult(Autoencoder(*params, output=output, code=code))
    steps = epochs * math.ceil(len(images) / batch_size)
    with tqdm(total=steps, unit="batch", disable=not progress) as bar:
        try:
            for epoch in range(1, epochs + 1):
                losses = []
                order = rng.permutation(len(images))
                for start in range(0, len(images), batch_size):
                    batch = images[order[start : start + batch_size]]

                    def objective(params: list, batch: np.ndarray = batch) -> Any:
                        return autoencoder_loss(*params, batch, rng, **loss_settings)

                    adam.learning_rate = learning_rate * SCHEDULES[schedule]((adam.t + 1) / (steps + 1))
                    loss = _descend(adam, objective, params, epoch, learning_rate)
                    if kind in ("sparse", "contractive"):
                        _limit_rows(params[1][0][0], row_limit)
                    losses.append(float(loss))
                    bar.set_description(f"epoch {epoch}, loss {np.mean(losses):.2f}", refresh=False)
                    bar.update()
                entry = {"epoch": epoch, "loss": float(np.mean(losses))}
                if held_out is not None:
                    plain = {**loss_settings, "kind": "plain"}
                    entry["held_out_error"] = float(autoencoder_loss(*params, held_out, rng, **plain))
                result.history = {name: [*result.history.get(name, []), entry[name]] for name in entry}
                if on_epoch is not None:
                    on_epoch(result.history)
        except KeyboardInterrupt:
            result.interrupted = True
    return result


def _descend(adam: Adam, objective: Callable, params: list, epoch: int, learning_rate: float) -> float:
    """Take one step downhill; the arguments were checked before, so that a complaint means divergence."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is checked
            loss, gradients = value_and_gradients(objective, params)
            validation.finite(loss, "the loss")
            adam.descend(params, gradients)
    except InvalidInputError as error:
        raise DivergenceError(
            f"training diverged in epoch {epoch}, after {adam.t} steps ({error}); "
            f"use a smaller learning_rate than {learning_rate:g}"
        ) from error
    return loss


def _limit_rows(weights: np.ndarray, limit: float) -> None:
    """Shorten the rows that are longer than `limit`, in place."""
    weights /= np.maximum(1, np.linalg.norm(weights, axis=1, keepdims=True) / limit)

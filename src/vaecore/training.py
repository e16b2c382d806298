"""Training a VAE: minibatches, the bound, its gradient, ADAM; and nothing lost on the way."""

import math
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from vaecore.elbo import importance_weighted_bound, vae_lower_bound
from vaecore.files.data import as_bytes, binarise, binarise_bytes
from vaecore.foundations import validation
from vaecore.foundations.errors import CheckpointError, DivergenceError, InvalidInputError
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.networks import layer_sizes
from vaecore.foundations.parameters import follow, leaves
from vaecore.training_state import (
    History,
    Settings,
    TrainingState,
    fingerprint,
    first_state,
    read_checkpoint,
    write_checkpoint,
)
from vaecore.vae import VAE

WARM_UP = 0.02  # the part of training over which "cosine" raises the learning rate


@dataclass
class TrainingResult:
    """What `train` returns.

    vae: the trained model (with averaged weights, if averaging was on).
    history: one number an epoch under each of "epoch", "bound" (the mean over the epoch's batches, nats),
        "held_out_bound" (nats; missing without held-out images) and "learning_rate".
    interrupted: whether Ctrl-C ended the training early.
    """

    vae: VAE
    history: History
    interrupted: bool = False


def constant(progress: float) -> float:
    """Return 1: the learning rate stays as it is."""
    return 1.0


def cosine(progress: float) -> float:
    """Return the learning rate's factor: up from 0 in the first 2%, then down to 0 along half a cosine.

    progress: the part of training that is done, in [0, 1].  Source: Loshchilov & Hutter (2017), equation 5.
    """
    if progress < WARM_UP:
        return progress / WARM_UP
    return 0.5 * (1 + math.cos(math.pi * (progress - WARM_UP) / (1 - WARM_UP)))


SCHEDULES: dict[str, Callable[[float], float]] = {"constant": constant, "cosine": cosine}


def train(
    images: Any,
    rng: np.random.Generator,
    *,
    held_out: Any = None,
    hidden_sizes: Sequence[int] = (200, 200),
    latent_size: int = 50,
    epochs: int = 10,
    batch_size: int = 100,
    learning_rate: float = 0.001,
    schedule: str = "constant",
    averaging: float = 0.0,
    binarised: bool = True,
    beta: float = 1.0,
    kl_warm_up: int = 0,
    num_samples: int = 1,
    importance_weighted: bool = False,
    start: VAE | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 1,
    resume: bool = False,
    on_epoch: Callable[[History], None] | None = None,
    progress: bool = True,
) -> TrainingResult:
    """Train a VAE by ADAM on the lower bound, and return the model with its history.

    images, held_out: (N, D), pixels in [0, 1].  rng: source of everything random: the first parameters,
        the order of the images, the pixels, the noise.
    hidden_sizes: widths of the encoder's hidden layers; the decoder mirrors them.  latent_size: L.
    learning_rate, schedule: ADAM's step size, and its course: "constant", or "cosine" (a short warm-up, then
        half a cosine down to 0).
    averaging: decay of a running average of the parameters, which is then the model that is evaluated and
        returned; 0 for none, 0.999 is usual.
    binarised: draw each pixel as 0 or 1 afresh for every batch, with its intensity as the probability;
        False trains on the grey pixels, whose bound is no bound on a probability.
    beta, num_samples: as in `vae_lower_bound`.
    importance_weighted: maximise the importance-weighted bound of `num_samples` samples, the average inside
        the logarithm, in place of the ELBO; beta stays 1 then.
    start: a VAE of these widths whose parameters the run begins with; by default they are random.
    kl_warm_up: the number of epochs in which the KL's weight rises from 0 to beta; 0 for none.  Without it
        latent dimensions that do not pay at first are switched off, and few come back.
    checkpoint: a file from which the run can go on after a crash, written after every `checkpoint_every`
        epochs and after the last.  resume: go on from that file if it exists; the parameters at the end are
        then exactly those of an unbroken run (the file must come from the same settings and images; with the
        constant schedule `epochs` may grow).
    on_epoch: called with the history after every epoch.  progress: show a bar with the bound, in nats.

    Ctrl-C ends the training and keeps what has been learnt; `result.interrupted` says so.
    Raises InvalidInputError for arguments out of range, CheckpointError for a checkpoint that does not fit
    or would be overwritten, DivergenceError when the bound is no longer finite.

    Source: Kingma & Welling (2014), algorithm 1; binarisation afresh: Burda et al. (2016), section 5.1;
    the KL's warm-up: Sønderby et al. (2016), "Ladder variational autoencoders", section 2.3.
    """
    images = validation.pixels(images, "images")
    if held_out is not None:
        held_out = validation.pixels(held_out, "held_out", width=images.shape[1])
    validation.generator(rng)
    epochs = validation.whole_number(epochs, "epochs")
    batch_size = validation.batch_size(batch_size, images)
    checkpoint_every = validation.whole_number(checkpoint_every, "checkpoint_every")
    averaging = validation.number(averaging, "averaging", at_least=0, below=1)
    validation.one_of(schedule, "schedule", tuple(SCHEDULES))
    sizes = validation.hidden_sizes(hidden_sizes)
    settings = {
        "images": fingerprint(images),
        "held_out": None if held_out is None else fingerprint(held_out),
        "layers": [images.shape[1], *sizes, validation.whole_number(latent_size, "latent_size")],
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": validation.number(learning_rate, "learning_rate", above=0),
        "schedule": schedule,
        "averaging": averaging,
        "binarised": bool(binarised),
        "beta": validation.number(beta, "beta", at_least=0),
        "kl_warm_up": validation.whole_number(kl_warm_up, "kl_warm_up", at_least=0),
        "num_samples": validation.whole_number(num_samples, "num_samples"),
    }
    if importance_weighted:
        if beta != 1 or kl_warm_up:
            raise InvalidInputError(
                f"importance_weighted=True has no KL divergence to weigh, and beta is {beta!r}, kl_warm_up "
                f"{kl_warm_up!r}: leave both out"
            )
        settings["importance_weighted"] = True
    if start is not None:
        widths = layer_sizes(start.rec_params)
        if widths != (*settings["layers"][:-1], 2 * settings["layers"][-1]):
            raise InvalidInputError(
                f"start is {start!r}, expected the widths {settings['layers']}: pass its hidden_sizes and "
                "latent_size too"
            )
        begun_with = leaves([start.gen_params, start.rec_params])
        settings["start"] = fingerprint(np.concatenate([array.ravel() for array in begun_with]))

    if resume and checkpoint is None:
        raise InvalidInputError("resume=True has nothing to go on from: name the file with checkpoint=...")
    if checkpoint is not None and not Path(checkpoint).parent.is_dir():  # better now than after an epoch
        raise CheckpointError(f"the folder of checkpoint {checkpoint} does not exist: make it first")
    if checkpoint is not None and Path(checkpoint).exists():
        if not resume:
            raise CheckpointError(
                f"{checkpoint} exists: pass resume=True to go on from it, or delete it to start again"
            )
        state = read_checkpoint(checkpoint, settings)
    else:
        state = first_state(settings, rng, images.dtype, start)

    if binarised and (in_bytes := as_bytes(images)) is not None:
        images = in_bytes  # a quarter of the memory, and pixels are drawn faster
    batches = math.ceil(len(images) / batch_size)
    result = TrainingResult(VAE(*state.params), state.history)
    done, total = state.epochs_done * batches, epochs * batches
    with tqdm(total=total, initial=done, unit="batch", disable=not progress) as bar:
        try:
            while state.epochs_done < epochs:
                entry = {"epoch": state.epochs_done + 1}
                with _divergence_named(state, settings, checkpoint):
                    entry["bound"] = _run_epoch(state, images, settings, bar)
                    result.vae = VAE(*state.average)
                    if held_out is not None:
                        entry["held_out_bound"] = _held_out_bound(
                            state.average, held_out, settings, state.evaluation_seed
                        )
                entry["learning_rate"] = state.adam.learning_rate
                # One assignment, so that Ctrl-C cannot leave columns of different lengths.
                state.history = {name: [*state.history.get(name, []), entry[name]] for name in entry}
                if checkpoint is not None and (
                    state.epochs_done % checkpoint_every == 0 or state.epochs_done == epochs
                ):
                    write_checkpoint(checkpoint, state, settings)
                if on_epoch is not None:
                    on_epoch(state.history)
        except KeyboardInterrupt:
            result.interrupted = True
            said = f"Interrupted in epoch {state.epochs_done + 1}; what has been learnt so far is kept."
            tqdm.write(said, file=sys.stderr)
    result.vae, result.history = VAE(*state.average), state.history
    return result


def _run_epoch(state: TrainingState, images: np.ndarray, settings: Settings, bar: tqdm) -> float:
    """Go once through all the images, in a new order, one ADAM step a batch; return the mean bound (nats)."""
    batch_size, averaging = settings["batch_size"], settings["averaging"]
    order = state.rng.permutation(len(images))
    starts = range(0, len(images), batch_size)
    total_steps = settings["epochs"] * len(starts)
    warm_up_steps = settings["kl_warm_up"] * len(starts)
    total = 0.0
    for batches_done, start in enumerate(starts, start=1):
        batch = images[order[start : start + batch_size]]
        if batch.dtype == np.uint8:
            batch = binarise_bytes(batch, state.rng, state.params[0][0][0].dtype)
        elif settings["binarised"]:
            batch = binarise(batch, state.rng)

        beta = settings["beta"] * min(1.0, (state.adam.t + 1) / max(1, warm_up_steps))
        bound_of = partial(_bound, batch=batch, rng=state.rng, settings=settings, beta=beta)

        # Progress counts the step that is being taken, so that the warm-up does not begin with a rate of 0.
        factor = SCHEDULES[settings["schedule"]](min(1.0, (state.adam.t + 1) / (total_steps + 1)))
        state.adam.learning_rate = settings["learning_rate"] * factor
        bound, gradients = value_and_gradients(bound_of, state.params)
        validation.finite(bound, "the bound")
        state.adam.ascend(state.params, gradients)
        if averaging:
            # Young averages forget faster, or they would remember the random start.
            decay = min(averaging, (1 + state.adam.t) / (10 + state.adam.t))
            follow(state.average, state.params, 1 - decay)
        total += float(bound)
        mean = total / batches_done
        bar.set_description(f"epoch {state.epochs_done + 1}, bound {mean:.2f}", refresh=False)
        bar.update()
    return mean


def _bound(
    params: list, batch: np.ndarray, rng: np.random.Generator, settings: Settings, beta: float
) -> Any:
    """Return the bound that the run maximises, a mean per data point, in nats."""
    num_samples = settings["num_samples"]
    if settings.get("importance_weighted"):
        return importance_weighted_bound(*params, batch, rng, num_samples=num_samples)
    return vae_lower_bound(*params, batch, rng, num_samples=num_samples, beta=beta)


@contextmanager
def _divergence_named(
    state: TrainingState, settings: Settings, checkpoint: str | os.PathLike[str] | None
) -> Iterator[None]:
    """Turn the complaint of a check into a DivergenceError: `train` has checked its arguments before, so that
    it is the numbers that have left the range."""
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is checked
            yield
    except InvalidInputError as error:
        kept = checkpoint is not None and Path(checkpoint).exists()
        raise DivergenceError(
            f"training diverged in epoch {state.epochs_done + 1}, after {state.adam.t} steps ({error}); "
            f"use a smaller learning_rate than {settings['learning_rate']:g}"
            + (f"; the last good state is still in {checkpoint}" if kept else "")
        ) from error


def _held_out_bound(params: list, held_out: np.ndarray, settings: Settings, seed: int) -> float:
    """Return the bound on held-out images, in nats: the same pixels and noise at every epoch."""
    rng = np.random.default_rng(seed)
    if not settings.get("importance_weighted"):  # one sample is enough for the ELBO; L_k differs with each k
        settings = {**settings, "num_samples": 1}
    total = 0.0
    for start in range(0, len(held_out), 1000):
        batch = held_out[start : start + 1000]
        if settings["binarised"]:
            batch = binarise(batch, rng)
        bound = _bound(params, batch, rng, settings, beta=settings["beta"])
        total += len(batch) * float(bound)
    return total / len(held_out)

"""Training a VAE: the bound, its gradient, ADAM; and nothing lost on the way."""

import inspect
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from vaecore.elbo import importance_weighted_bound, vae_lower_bound
from vaecore.files.data import as_bytes, binarise, binarise_bytes
from vaecore.foundations import validation
from vaecore.foundations.errors import CheckpointError
from vaecore.foundations.gradients import value_and_gradients
from vaecore.foundations.parameters import follow
from vaecore.training.checkpoints import TrainingState, begin_or_resume, write_checkpoint
from vaecore.training.epochs import History, run_epochs
from vaecore.training.settings import Settings, checked_data
from vaecore.vae import VAE


@dataclass
class TrainingResult:
    """What `train` returns.

    vae: the trained model (with averaged weights, if averaging was on).
    history: one number an epoch under each of "epoch", "bound" (the mean over the epoch's batches, nats),
        "held_out_bound" (nats; missing without held-out images) and "learning_rate".
    interrupted: whether Ctrl-C ended the training early.  resumable: whether the checkpoint then holds all
        that was learnt, so that `resume=True` goes on from there.
    """

    vae: VAE
    history: History
    interrupted: bool = False
    resumable: bool = False


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
    sampled_gradient: bool = False,
    free_bits: float = 0.0,
    start: VAE | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: int = 1,
    resume: bool = False,
    on_start: Callable[[], None] | None = None,
    on_epoch: Callable[[History], None] | Callable[[History, "TrainingResult"], None] | None = None,
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
    beta, num_samples, free_bits: as in `vae_lower_bound`.  Free bits stay on for the whole run: to have them
        at first only, begin a second run with the first one's model.  Held-out images are judged without.
    importance_weighted: maximise the importance-weighted bound of `num_samples` samples, the average inside
        the logarithm, in place of the ELBO; beta stays 1 then.  sampled_gradient: of these samples only one
        for each image, drawn by its weight, goes backward, as in `importance_weighted_bound`.
    start: a VAE of these widths whose parameters the run begins with; by default they are random.
    kl_warm_up: the number of epochs in which the KL's weight rises from 0 to beta; 0 for none.  Without it
        latent dimensions that do not pay at first are switched off, and few come back.
    checkpoint: a file from which the run can go on after a crash, written after the first epoch, after every
        `checkpoint_every` epochs and after the last.  resume: go on from that file if it exists; the
        parameters at the end are then exactly those of an unbroken run (the file must come from the same
        settings and images; with the constant schedule `epochs` may grow).
    on_start: called when everything has been checked, before the first step.
    on_epoch: called after every epoch, with the history; where it takes a second argument, with the result so
        far as well, whose model goes on changing.  progress: show a bar with the bound, in nats.

    Ctrl-C ends the training and keeps what has been learnt, in the checkpoint too, from which the run then
    goes on with the very next batch; `result.interrupted` says so.
    Raises InvalidInputError for arguments out of range, CheckpointError for a checkpoint that does not fit
    or would be overwritten, DivergenceError when the bound is no longer finite.

    Source: Kingma & Welling (2014), algorithm 1; binarisation afresh: Burda et al. (2016), section 5.1;
    the KL's warm-up: Sønderby et al. (2016), "Ladder variational autoencoders", section 2.3.
    """
    images, held_out = checked_data(images, held_out, rng, batch_size)
    checkpoint_every = validation.whole_number(checkpoint_every, "checkpoint_every")
    settings = Settings.of(
        images,
        held_out,
        start,
        hidden_sizes=hidden_sizes,
        latent_size=latent_size,
        epochs=epochs,
        batch_size=batch_size,
        learning_rate=learning_rate,
        schedule=schedule,
        averaging=averaging,
        binarised=binarised,
        beta=beta,
        kl_warm_up=kl_warm_up,
        num_samples=num_samples,
        importance_weighted=importance_weighted,
        sampled_gradient=sampled_gradient,
        free_bits=free_bits,
    )
    tell: Callable[..., None] | None = on_epoch
    state = begin_or_resume(settings, rng, images.dtype, start, checkpoint, resume)
    if on_start is not None:
        on_start()
    batches = settings.batches_of(images)
    if settings.binarised and (in_bytes := as_bytes(images)) is not None:
        images = in_bytes  # a quarter of the memory, and pixels are drawn faster

    def evaluate() -> dict[str, float]:
        VAE(*state.average)  # refuses what is no longer finite
        entry = {"learning_rate": state.adam.learning_rate}
        if held_out is None:
            return entry
        return {"held_out_bound": _held_out_bound(state, held_out, settings), **entry}

    def after_epoch() -> None:
        due = state.epochs_done in (1, settings.epochs) or state.epochs_done % checkpoint_every == 0
        if checkpoint is not None and due:
            write_checkpoint(checkpoint, state, settings)
        if tell is not None and _takes_the_result(tell):
            tell(state.history, TrainingResult(VAE(*state.average), state.history))
        elif tell is not None:
            tell(state.history)

    interrupted = run_epochs(
        images,
        settings,
        state,
        objective="bound",
        learn=lambda batch: _learn(batch, state, settings, batches),
        evaluate=evaluate,
        after_epoch=after_epoch,
        checkpoint=checkpoint,
        progress=progress,
    )
    resumable = interrupted and _keep_what_was_learnt(checkpoint, state, settings)
    return TrainingResult(VAE(*state.average), state.history, interrupted, resumable)


def _takes_the_result(on_epoch: Callable[..., None]) -> bool:
    """Return whether it needs a second argument; one with a default is the caller's own, and stays so."""
    try:
        parameters = inspect.signature(on_epoch).parameters.values()
    except (TypeError, ValueError):  # of a function written in C
        return False
    by_place = inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD
    return sum(p.kind in by_place and p.default is p.empty for p in parameters) >= 2


def _keep_what_was_learnt(
    checkpoint: str | os.PathLike[str] | None, state: TrainingState, settings: Settings
) -> bool:
    """After Ctrl-C: write the checkpoint, and say what is kept; return whether the run can go on from it."""
    said = f"Interrupted in epoch {state.epochs_done + 1}; what has been learnt so far is kept."
    resumable = False
    if checkpoint is not None and state.back_to_the_last_step():
        try:
            write_checkpoint(checkpoint, state, settings)
            resumable = True
        except CheckpointError as error:  # the model is there all the same
            said += f" The checkpoint is not: {error}."
    print(said, file=sys.stderr)
    return resumable


def _learn(batch: np.ndarray, state: TrainingState, settings: Settings, batches: int) -> Any:
    """Take one ADAM step uphill on the bound of a batch, and return the bound (a mean per image, nats)."""
    if batch.dtype == np.uint8:
        batch = binarise_bytes(batch, state.rng, state.params[0][0][0].dtype)
    elif settings.binarised:
        batch = binarise(batch, state.rng)
    beta = settings.beta_of_step(state.adam.t + 1, batches)

    def bound_of(params: list) -> Any:
        return _bound(params, batch, state.rng, settings, beta)

    bound, gradients = value_and_gradients(bound_of, state.params)
    validation.finite(bound, "the bound")
    state.adam.ascend(state.params, gradients)
    if settings.averaging:
        # Young averages forget faster, or they would remember the random start.
        decay = min(settings.averaging, (1 + state.adam.t) / (10 + state.adam.t))
        follow(state.average, state.params, 1 - decay)
    return bound


def _bound(
    params: list, batch: np.ndarray, rng: np.random.Generator, settings: Settings, beta: float
) -> Any:
    """Return the bound that the run maximises, a mean per data point, in nats."""
    (gen_params, rec_params), num_samples = params, settings.num_samples
    if settings.importance_weighted:
        return importance_weighted_bound(
            gen_params, rec_params, batch, rng,
            num_samples=num_samples, sampled_gradient=settings.sampled_gradient,
        )  # fmt: skip
    return vae_lower_bound(
        gen_params, rec_params, batch, rng,
        num_samples=num_samples, beta=beta, free_bits=settings.free_bits,
    )  # fmt: skip


def _held_out_bound(state: TrainingState, held_out: np.ndarray, settings: Settings) -> float:
    """Return the bound on held-out images, in nats: the same pixels and noise at every epoch."""
    rng = np.random.default_rng(state.evaluation_seed)
    settings = replace(settings, sampled_gradient=False, free_bits=0.0)  # nothing goes backward here
    if not settings.importance_weighted:  # one sample is enough for the ELBO; L_k differs with each k
        settings = replace(settings, num_samples=1)
    total = 0.0
    for start in range(0, len(held_out), 1000):
        batch = held_out[start : start + 1000]
        if settings.binarised:
            batch = binarise(batch, rng)
        bound = _bound(state.average, batch, rng, settings, settings.beta)
        total += len(batch) * float(bound)
    return total / len(held_out)

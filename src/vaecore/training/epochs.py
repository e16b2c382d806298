"""The loop of every training: epochs, minibatches in a new order, the learning rate, a history, Ctrl-C."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from vaecore.adam import Adam
from vaecore.foundations.errors import DivergenceError, InvalidInputError
from vaecore.training.settings import LoopSettings

History = dict[str, list[float]]


@dataclass
class LoopState:
    """What changes from step to step: the parameters, ADAM's moments, the random numbers, the history."""

    params: list
    adam: Adam
    rng: np.random.Generator
    history: History

    @property
    def epochs_done(self) -> int:
        return len(self.history["epoch"])


def run_epochs(
    images: np.ndarray,
    settings: LoopSettings,
    state: LoopState,
    *,
    objective: str,
    learn: Callable[[np.ndarray], Any],
    evaluate: Callable[[], dict[str, float]],
    after_epoch: Callable[[], None],
    checkpoint: str | os.PathLike[str] | None = None,
    progress: bool = True,
) -> bool:
    """Train until all epochs are done; return whether Ctrl-C has ended it before.

    objective: the history's name of what `learn` returns, the mean over the epoch's batches.
    learn: takes a batch (B, D), changes `state.params`, and returns the value of the objective.
    evaluate: called at the end of an epoch, returns what else belongs into the history.
    after_epoch: called when all of it stands there.  checkpoint: named when the run diverges.
    Raises DivergenceError when `learn` or `evaluate` refuse a number.
    """
    batches = settings.batches_of(images)
    done, total = state.epochs_done * batches, settings.epochs * batches
    with tqdm(total=total, initial=done, unit="batch", disable=not progress) as bar:
        try:
            while state.epochs_done < settings.epochs:
                entry: dict[str, float] = {"epoch": state.epochs_done + 1}
                with _divergence_named(state, settings, checkpoint):
                    entry[objective] = _run_epoch(images, settings, state, objective, learn, bar)
                    entry |= evaluate()
                # One assignment, so that Ctrl-C cannot leave columns of different lengths.
                state.history = {name: [*state.history.get(name, []), entry[name]] for name in entry}
                after_epoch()
        except KeyboardInterrupt:
            return True
    return False


def _run_epoch(
    images: np.ndarray,
    settings: LoopSettings,
    state: LoopState,
    objective: str,
    learn: Callable[[np.ndarray], Any],
    bar: tqdm,
) -> float:
    """Go once through all the images, in a new order, one step a batch; return the objective's mean."""
    order = state.rng.permutation(len(images))
    starts = range(0, len(images), settings.batch_size)
    total = mean = 0.0
    for batches_done, start in enumerate(starts, start=1):
        batch = images[order[start : start + settings.batch_size]]
        state.adam.learning_rate = settings.rate_of_step(state.adam.t + 1, len(starts))
        total += float(learn(batch))
        mean = total / batches_done
        bar.set_description(f"epoch {state.epochs_done + 1}, {objective} {mean:.2f}", refresh=False)
        bar.update()
    return mean


@contextmanager
def _divergence_named(
    state: LoopState, settings: LoopSettings, checkpoint: str | os.PathLike[str] | None
) -> Iterator[None]:
    """Turn the complaint of a check into a DivergenceError.

    The arguments were checked before the run, so that it is the numbers that have left the range.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # what comes of it is checked
            yield
    except InvalidInputError as error:
        kept = checkpoint is not None and Path(checkpoint).exists()
        raise DivergenceError(
            f"training diverged in epoch {state.epochs_done + 1}, after {state.adam.t} steps ({error}); "
            f"use a smaller learning_rate than {settings.learning_rate:g}"
            + (f"; the last good state is still in {checkpoint}" if kept else "")
        ) from error

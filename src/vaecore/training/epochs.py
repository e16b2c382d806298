"""The loop of every training: epochs, minibatches in a new order, the learning rate, a history, Ctrl-C."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from tqdm import tqdm

from vaecore.adam import Adam
from vaecore.foundations.errors import DivergenceError, InvalidInputError
from vaecore.training.settings import LoopSettings

History = dict[str, list[float]]


@dataclass
class EpochUnderWay:
    """How far an epoch has come, after its last whole step.

    epoch: its number.  rng_at_start: the generator's state before the order of the images was drawn.
    batches_done, total: how many, and the sum of their objectives.  steps, rng: ADAM's t and the
    generator's state by then.
    """

    epoch: int
    rng_at_start: Mapping[str, Any]
    batches_done: int
    total: float
    steps: int
    rng: Mapping[str, Any]


@dataclass
class LoopState:
    """What changes from step to step: the parameters, ADAM's moments, the random numbers, the history."""

    params: list
    adam: Adam
    rng: np.random.Generator
    history: History
    under_way: EpochUnderWay | None = None  # of a whole epoch too, until the next begins

    @property
    def epochs_done(self) -> int:
        return len(self.history["epoch"])

    @property
    def model(self) -> list:
        """The parameters that the training returns in the end."""
        return self.params

    def epoch_under_way(self) -> EpochUnderWay | None:
        """Return how far the present epoch has come; None before its first step."""
        way = self.under_way
        return way if way is not None and way.epoch == self.epochs_done + 1 else None

    def back_to_the_last_step(self) -> bool:
        """After Ctrl-C in the middle of a step: undo what random numbers it took.

        Returns whether the state is now that after a whole step; False if parameters had changed already.
        """
        way = self.epoch_under_way()
        if way is None:
            return True
        self.rng.bit_generator.state = way.rng
        return self.adam.t == way.steps


class Witness(Protocol):
    """Who sees every training that writes no checkpoint of its own.

    A page of the book keeps so what was learnt when somebody stops it, which ends Python there.
    """

    def begins(self, images: np.ndarray, settings: LoopSettings, state: LoopState) -> bool:
        """Called before the first step; may put into `state` what the same training had learnt before.

        Returns whether it has; the training ends with that then, as after Ctrl-C if epochs are missing.
        """

    def sees(self, settings: LoopSettings, state: LoopState) -> None:
        """Called after each epoch."""


_witness: Witness | None = None


def show_to(witness: Witness | None) -> None:
    """Let `witness` see every training from here on; None: nobody."""
    global _witness
    _witness = witness


def generator_at(state: Mapping[str, Any]) -> np.random.Generator:
    """Return a generator in a state that some `rng.bit_generator.state` was.

    Raises ValueError for the name of something that is no bit generator of NumPy's.
    """
    kind = getattr(np.random, str(state["bit_generator"]), None)
    if not (isinstance(kind, type) and issubclass(kind, np.random.BitGenerator)):
        raise ValueError(f"{str(state['bit_generator'])[:80]!r} is no bit generator of NumPy's")
    bit_generator: Any = kind()
    bit_generator.state = state
    return np.random.Generator(bit_generator)


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
    witness = _witness if checkpoint is None else None
    if witness is not None and witness.begins(images, settings, state):
        after_epoch()
        return state.epochs_done < settings.epochs
    batches = settings.batches_of(images)
    way = state.epoch_under_way()
    done = state.epochs_done * batches + (way.batches_done if way else 0)
    total = settings.epochs * batches
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
                if witness is not None:
                    witness.sees(settings, state)
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
    starts = range(0, len(images), settings.batch_size)
    way = state.epoch_under_way()
    if way is None:
        with _ctrl_c_waits():
            rng_at_start = state.rng.bit_generator.state
            order = state.rng.permutation(len(images))
            way = EpochUnderWay(
                state.epochs_done + 1, rng_at_start, 0, 0.0, state.adam.t, state.rng.bit_generator.state
            )
            state.under_way = way
    else:
        order = generator_at(way.rng_at_start).permutation(len(images))
    for start in starts[way.batches_done :]:
        batch = images[order[start : start + settings.batch_size]]
        with _ctrl_c_waits():
            state.adam.learning_rate = settings.rate_of_step(state.adam.t + 1, len(starts))
            way.total += float(learn(batch))
            way.batches_done += 1
            way.steps, way.rng = state.adam.t, state.rng.bit_generator.state
        mean = way.total / way.batches_done
        bar.set_description(f"epoch {way.epoch}, {objective} {mean:.2f}", refresh=False)
        bar.update()
    return way.total / len(starts)


@contextmanager
def _ctrl_c_waits() -> Iterator[None]:
    """Hold Ctrl-C back until the block has ended, so that it tears no step; a second one does not wait."""
    usual = signal.default_int_handler
    in_main_thread = threading.current_thread() is threading.main_thread()
    # Only the main thread may do this, and somebody's own handler is left in its place.
    if not in_main_thread or signal.getsignal(signal.SIGINT) is not usual:
        yield
        return
    pressed: list[int] = []

    def hold(number: int, _frame: Any) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    signal.signal(signal.SIGINT, hold)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if pressed:
        raise KeyboardInterrupt


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

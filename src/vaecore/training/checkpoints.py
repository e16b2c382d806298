"""The state of a training run, and the checkpoint file that keeps it."""

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vaecore.adam import Adam
from vaecore.files.storage import ensure_writable, read_archive, write_archive
from vaecore.foundations import validation
from vaecore.foundations.errors import CheckpointError, InvalidInputError
from vaecore.foundations.networks import init_network
from vaecore.foundations.parameters import copy, leaves, rebuild
from vaecore.training.epochs import EpochUnderWay, History, LoopState, generator_at
from vaecore.training.settings import Settings
from vaecore.training.settings import fingerprint as fingerprint  # which stood here once
from vaecore.vae import VAE

KIND = "training checkpoint"


@dataclass(kw_only=True)
class TrainingState(LoopState):
    """All that a run goes on from: the same state and settings give the same parameters, bit for bit.

    params, average: [gen_params, rec_params] and their running average (the same arrays if there is none).
    evaluation_seed: fixes pixels and noise of the held-out bound, so that epochs can be compared.
    """

    average: list
    evaluation_seed: int
    history: History = field(default_factory=lambda: {"epoch": [], "bound": [], "learning_rate": []})

    @property
    def model(self) -> list:
        return self.average


def begin_or_resume(
    settings: Settings,
    rng: np.random.Generator,
    dtype: Any,
    start: VAE | None,
    checkpoint: str | os.PathLike[str] | None,
    resume: bool,
) -> TrainingState:
    """Return the state that the checkpoint keeps, if there is one to go on from, else the first state.

    Raises InvalidInputError if there can be none, CheckpointError for a checkpoint that does not fit, that
    would be overwritten, or that could not be written.
    """
    if checkpoint is None:
        if resume:
            raise InvalidInputError(
                "resume=True has nothing to go on from: name the file with checkpoint=..."
            )
        return first_state(settings, rng, dtype, start)
    if not Path(checkpoint).parent.is_dir():  # better now than after an epoch
        raise CheckpointError(f"the folder of checkpoint {checkpoint} does not exist: make it first")
    ensure_writable(Path(checkpoint).parent)
    if not Path(checkpoint).exists():
        return first_state(settings, rng, dtype, start)
    if not resume:
        raise CheckpointError(
            f"{checkpoint} exists: pass resume=True to go on from it, or delete it to start again"
        )
    return read_checkpoint(checkpoint, settings)


def first_state(
    settings: Settings, rng: np.random.Generator, dtype: Any, start: VAE | None = None
) -> TrainingState:
    """Return the state before the first step: random networks or those of `start`, a new Adam."""
    image_size, *hidden, latent_size = settings.layers
    rec_params = init_network([image_size, *hidden, 2 * latent_size], rng, dtype)
    gen_params = init_network([latent_size, *reversed(hidden), image_size], rng, dtype)
    params = [gen_params, rec_params]
    if start is not None:
        given = leaves([start.gen_params, start.rec_params])
        params = rebuild(params, [np.array(array, dtype) for array in given])
    average = copy(params) if settings.averaging else params
    adam = Adam(settings.learning_rate)
    seed = int(rng.integers(2**32))
    return TrainingState(params=params, average=average, adam=adam, rng=rng, evaluation_seed=seed)


def write_checkpoint(path: str | os.PathLike[str], state: TrainingState, settings: Settings) -> None:
    """Write the state in one move.  Raises CheckpointError if that fails."""
    adam = state.adam.state()
    groups = {"params": leaves(state.params), "m": adam.pop("m"), "v": adam.pop("v")}
    if settings.averaging:
        groups["average"] = leaves(state.average)
    arrays = {f"{name}_{i}": array for name, group in groups.items() for i, array in enumerate(group)}
    meta = {
        "settings": settings.saved(),
        "adam": adam,
        "rng": _jsonable(state.rng.bit_generator.state),
        "evaluation_seed": state.evaluation_seed,
        "history": state.history,
    }
    if way := state.epoch_under_way():  # after Ctrl-C; else checkpoints are written between epochs
        meta["under_way"] = {
            "rng_at_start": _jsonable(way.rng_at_start), "batches_done": way.batches_done, "total": way.total,
        }  # fmt: skip
    write_archive(path, KIND, arrays, meta)


def _jsonable(value: Any) -> Any:
    """Return the same nested dictionaries with lists for arrays (every bit generator takes those back)."""
    if isinstance(value, dict):
        return {key: _jsonable(item) for key, item in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def read_checkpoint(path: str | os.PathLike[str], settings: Settings) -> TrainingState:
    """Return the state that `write_checkpoint` kept.

    Raises CheckpointError if the file is missing, damaged, or from a run with other settings or images.
    """
    arrays, meta = read_archive(path, KIND)
    with _refused(path):
        if differences := settings.differences(meta["settings"], len(meta["history"]["epoch"])):
            raise CheckpointError(
                f"{path} comes from another run ({differences}): "
                "use the same settings and images to go on, or another file to start again"
            )
        return _state_in(arrays, meta, settings)


@contextlib.contextmanager
def _refused(path: str | os.PathLike[str]) -> Iterator[None]:
    """Turn complaints about what a whole file holds into a CheckpointError: another hand has made it."""
    try:
        yield
    except CheckpointError:
        raise
    except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
        raise CheckpointError(
            f"{path} holds no usable {KIND} ({type(error).__name__}: {str(error)[:200]}). "
            "Use another copy, or train again"
        ) from error


def _state_in(arrays: dict[str, np.ndarray], meta: dict[str, Any], settings: Settings) -> TrainingState:
    """Return the state that an archive's content is.

    Raises ValueError, or what Python raises, where it is none.
    """
    # Networks of the right shapes, whose values the file then replaces.
    pattern = first_state(settings, np.random.default_rng(), _dtype_in(arrays)).params
    shapes = [array.shape for array in leaves(pattern)]

    def group(name: str) -> list[np.ndarray]:
        found = [arrays[f"{name}_{i}"] for i in range(len(shapes))]
        if [array.shape for array in found] != shapes or any(array.dtype.kind != "f" for array in found):
            raise ValueError(f"the arrays {name} are not those of the widths {settings.layers}")
        return found

    params = rebuild(pattern, group("params"))
    average = rebuild(pattern, group("average")) if settings.averaging else params
    moments = {name: group(name) if meta["adam"]["t"] else [] for name in "mv"}  # none before the first step
    adam = Adam.from_state({**meta["adam"], **moments})
    rng, history, way = generator_at(meta["rng"]), meta["history"], meta.get("under_way")
    columns = list(history.values())
    if any(not isinstance(column, list) or len(column) != len(columns[0]) for column in columns):
        raise ValueError("the columns of its history are of different lengths")
    if any(isinstance(value, bool) or not isinstance(value, int | float) for c in columns for value in c):
        raise ValueError("its history holds something else than numbers")
    if way is not None:
        generator_at(way["rng_at_start"])
        way = EpochUnderWay(
            rng_at_start=way["rng_at_start"],
            batches_done=validation.whole_number(way["batches_done"], "batches_done", at_least=0),
            total=float(way["total"]),
            epoch=len(history["epoch"]) + 1, steps=adam.t, rng=meta["rng"],
        )  # fmt: skip
    return TrainingState(
        params=params,
        average=average,
        adam=adam,
        rng=rng,
        evaluation_seed=validation.whole_number(meta["evaluation_seed"], "evaluation_seed", at_least=0),
        history=history,
        under_way=way,
    )


def _dtype_in(arrays: dict[str, np.ndarray]) -> np.dtype:
    """Return the weights' dtype.  Raises ValueError if they are no floating-point numbers."""
    dtype = arrays["params_0"].dtype
    if dtype.kind != "f":
        raise ValueError(f"its weights are {dtype}, expected floating-point")
    return dtype


def began_with(path: str | os.PathLike[str], rng: np.random.Generator) -> bool:
    """Return whether the run that wrote this checkpoint began with a generator like `rng`, which is used up.

    Raises CheckpointError if the file is missing, damaged, or something else.
    """
    arrays, meta = read_archive(path, KIND)
    with _refused(path):
        settings = Settings(**meta["settings"])
        weights = [array for name, array in arrays.items() if name.startswith("params_")]
        layers = [validation.whole_number(width, "a width") for width in settings.layers]
        if max(layers) > max(array.size for array in weights):  # before memory is taken for them
            raise ValueError(f"its arrays are not those of the widths {layers}")
        first = first_state(settings, rng, _dtype_in(arrays))
        return bool(first.evaluation_seed == meta["evaluation_seed"])

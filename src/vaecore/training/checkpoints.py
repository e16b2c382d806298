"""The state of a training run, and the checkpoint file that keeps it."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vaecore.adam import Adam
from vaecore.files.storage import ensure_writable, read_archive, write_archive
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
    if differences := settings.differences(meta["settings"], len(meta["history"]["epoch"])):
        raise CheckpointError(
            f"{path} comes from another run ({differences}): "
            "use the same settings and images to go on, or another file to start again"
        )
    # Networks of the right shapes, whose values the file then replaces.
    pattern = first_state(settings, np.random.default_rng(), arrays["params_0"].dtype).params
    count = len(leaves(pattern))

    def group(name: str) -> list[np.ndarray]:
        return [arrays[f"{name}_{i}"] for i in range(count)]

    params = rebuild(pattern, group("params"))
    average = rebuild(pattern, group("average")) if settings.averaging else params
    moments = {name: group(name) if meta["adam"]["t"] else [] for name in "mv"}  # none before the first step
    adam = Adam.from_state({**meta["adam"], **moments})
    rng, history, way = generator_at(meta["rng"]), meta["history"], meta.get("under_way")
    if way is not None:
        way = EpochUnderWay(**way, epoch=len(history["epoch"]) + 1, steps=adam.t, rng=meta["rng"])
    return TrainingState(
        params=params,
        average=average,
        adam=adam,
        rng=rng,
        evaluation_seed=meta["evaluation_seed"],
        history=history,
        under_way=way,
    )


def began_with(path: str | os.PathLike[str], rng: np.random.Generator) -> bool:
    """Return whether the run that wrote this checkpoint began with a generator like `rng`, which is used up.

    Raises CheckpointError if the file is missing, damaged, or something else.
    """
    arrays, meta = read_archive(path, KIND)
    first = first_state(Settings(**meta["settings"]), rng, arrays["params_0"].dtype)
    return first.evaluation_seed == meta["evaluation_seed"]

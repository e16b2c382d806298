"""The state of a training run, and the checkpoint file that keeps it."""

import os
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vaecore.adam import Adam
from vaecore.files.storage import read_archive, write_archive
from vaecore.foundations.errors import CheckpointError
from vaecore.foundations.networks import init_network
from vaecore.foundations.parameters import copy, leaves, rebuild
from vaecore.vae import VAE

History = dict[str, list[float]]
Settings = dict[str, Any]  # what `train` was asked to do; JSON-able
KIND = "training checkpoint"


@dataclass
class TrainingState:
    """All that a run goes on from: the same state and settings give the same parameters, bit for bit.

    params, average: [gen_params, rec_params] and their running average (the same arrays if there is none).
    evaluation_seed: fixes pixels and noise of the held-out bound, so that epochs can be compared.
    """

    params: list
    average: list
    adam: Adam
    rng: np.random.Generator
    evaluation_seed: int
    history: History = field(default_factory=lambda: {"epoch": [], "bound": [], "learning_rate": []})

    @property
    def epochs_done(self) -> int:
        return len(self.history["epoch"])


def fingerprint(images: np.ndarray) -> str:
    """Return a short text that tells one set of images from another."""
    return f"{images.shape} {images.dtype} {zlib.crc32(np.ascontiguousarray(images)):08x}"


def first_state(
    settings: Settings, rng: np.random.Generator, dtype: Any, start: VAE | None = None
) -> TrainingState:
    """Return the state before the first step: random networks or those of `start`, a new Adam."""
    image_size, *hidden, latent_size = settings["layers"]
    rec_params = init_network([image_size, *hidden, 2 * latent_size], rng, dtype)
    gen_params = init_network([latent_size, *reversed(hidden), image_size], rng, dtype)
    params = [gen_params, rec_params]
    if start is not None:
        given = leaves([start.gen_params, start.rec_params])
        params = rebuild(params, [np.array(array, dtype) for array in given])
    average = copy(params) if settings["averaging"] else params
    adam = Adam(settings["learning_rate"])
    return TrainingState(params, average, adam, rng, evaluation_seed=int(rng.integers(2**32)))


def write_checkpoint(path: str | os.PathLike[str], state: TrainingState, settings: Settings) -> None:
    """Write the state in one move.  Raises CheckpointError if that fails."""
    adam = state.adam.state()
    groups = {"params": leaves(state.params), "m": adam.pop("m"), "v": adam.pop("v")}
    if settings["averaging"]:
        groups["average"] = leaves(state.average)
    arrays = {f"{name}_{i}": array for name, group in groups.items() for i, array in enumerate(group)}
    meta = {
        "settings": settings,
        "adam": adam,
        "rng": _jsonable(state.rng.bit_generator.state),
        "evaluation_seed": state.evaluation_seed,
        "history": state.history,
    }
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
    _check_settings(path, meta["settings"], settings, len(meta["history"]["epoch"]))
    # Networks of the right shapes, whose values the file then replaces.
    pattern = first_state(settings, np.random.default_rng(), arrays["params_0"].dtype).params
    count = len(leaves(pattern))

    def group(name: str) -> list[np.ndarray]:
        return [arrays[f"{name}_{i}"] for i in range(count)]

    params = rebuild(pattern, group("params"))
    average = rebuild(pattern, group("average")) if settings["averaging"] else params
    adam = Adam.from_state({**meta["adam"], "m": group("m"), "v": group("v")})
    bit_generator = getattr(np.random, meta["rng"]["bit_generator"])()
    bit_generator.state = meta["rng"]
    rng = np.random.Generator(bit_generator)
    return TrainingState(params, average, adam, rng, meta["evaluation_seed"], meta["history"])


def _check_settings(path: str | os.PathLike[str], was: Settings, now: Settings, epochs_done: int) -> None:
    """Refuse to go on with other settings; a constant learning rate may go on for longer."""
    may_change = {"epochs"} if now["schedule"] == "constant" and now["epochs"] >= epochs_done else set()
    different = [name for name in {**now, **was} if name not in may_change and was.get(name) != now.get(name)]
    if different:
        differences = "; ".join(f"{name} was {was.get(name)!r}, is {now.get(name)!r}" for name in different)
        raise CheckpointError(
            f"{path} comes from another run ({differences}): "
            "use the same settings and images to go on, or another file to start again"
        )

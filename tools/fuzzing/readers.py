"""Everything that reads a file which somebody else may have made, with spoilt files for it.

Each reader announces by which errors it refuses; any other error is a finding, and so is a hang, a crash of
Python, and more memory than MOST_MEMORY.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tools.fuzzing.inputs import spoilt_bytes, spoilt_data, spoilt_idx, spoilt_json, zipped
from vaecore import VAE, Autoencoder, init_network
from vaecore.exercises.checking import progress
from vaecore.exercises.machinery import progress_file, progress_place
from vaecore.files import mnist_files, notebooks, storage
from vaecore.foundations.errors import CheckpointError, DataError, InvalidInputError
from vaecore.grading import assignments, notebook_files, plain_data, results
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.hand_ins import HandIn
from vaecore.grading.report.pages import Book
from vaecore.grading.report.writing import write_report
from vaecore.grading.states import NotGradedError
from vaecore.training import checkpoints
from vaecore.training.settings import Settings

Make = Callable[[random.Random], bytes]


@dataclass(frozen=True)
class Reader:
    """make: a spoilt file.  read: gives it to the reader, as a file in a folder that is empty.
    refuses: the errors that are announced."""

    name: str
    make: Make
    read: Callable[[bytes, Path], Any]
    refuses: tuple[type[Exception], ...]


def signed(body: bytes) -> bytes:
    """An archive of ours with a right checksum, whatever is in it: damage that no checksum finds."""
    body = bytearray(body)
    body[-2:] = (len(b"sha256:") + 64).to_bytes(2, "little")
    return bytes(body) + b"sha256:" + hashlib.sha256(body).hexdigest().encode()


def archive_maker(good: dict[str, np.ndarray], meta: dict[str, Any]) -> Make:
    """Spoilt archives: other arrays, other meta, other zip members, each with a right checksum or without."""

    def odd_array(array: np.ndarray, rng: random.Random) -> np.ndarray:
        numbers = array.dtype.kind in "fiu"
        make = rng.choice((
            lambda: array.astype("U8"), lambda: array.astype(bool), array.ravel, lambda: array.T,
            lambda: array.astype(np.float16 if numbers else "U3"), lambda: np.array(["x"]),
            lambda: array.astype(complex if numbers else "U4"), lambda: array[..., None],
            lambda: array.ravel()[:0], lambda: np.array(1.0), lambda: np.array([]),
            lambda: np.full(array.shape, np.nan), lambda: np.zeros(array.shape, ">f8"),
            lambda: np.zeros((0, 5)), lambda: np.zeros((3, 10**6), np.int8),
            lambda: np.array(["2026"], "datetime64[s]"), lambda: np.full(array.shape, 1e300),
        ))  # fmt: skip
        return make()

    def make(rng: random.Random) -> bytes:
        arrays = dict(good)
        for _ in range(rng.choice((0, 0, 1, 2))):
            name = rng.choice(sorted(arrays))
            match rng.randrange(4):
                case 0 if len(arrays) > 1:
                    del arrays[name]
                case 1:
                    arrays[rng.choice(("x", name + "0", "gen_9_weights", "params_99"))] = arrays[name]
                case _:
                    arrays[name] = odd_array(arrays[name], rng)
        text = json.dumps(meta).encode() if rng.random() < 0.4 else spoilt_json(meta, rng)
        buffer = io.BytesIO()
        pack = np.savez_compressed if rng.random() < 0.2 else np.savez
        if rng.random() < 0.01:
            arrays["bomb"], pack = np.zeros(2**23), np.savez_compressed
        with contextlib.suppress(ValueError):
            pack(buffer, meta=np.frombuffer(text, np.uint8), **arrays)
        body = buffer.getvalue()
        if rng.random() < 0.3:
            body = spoilt_bytes(body, rng)
        return signed(body) if len(body) > 2 and rng.random() < 0.95 else body

    return make


def of_file(read: Callable[[Path], Any], name: str = "file") -> Callable[[bytes, Path], Any]:
    """A reader of paths, given bytes."""

    def reader(content: bytes, folder: Path) -> Any:
        path = folder / name
        path.write_bytes(content)
        return read(path)

    return reader


def model_maker() -> tuple[Make, Make]:
    """Spoilt files of a VAE, and of an autoencoder."""
    rng, made = np.random.default_rng(0), []
    for kind, names, more in (("VAE", ("gen", "rec"), {}), ("Autoencoder", ("encoder", "decoder"), AUTO)):
        sizes = ([2, 3, 4], [4, 3, 4]) if kind == "VAE" else ([4, 3, 2], [2, 3, 4])
        arrays = {
            f"{name}_{i}_{part}": array
            for name, layers in zip(names, sizes, strict=True)
            for i, layer in enumerate(init_network(layers, rng))
            for part, array in zip(("weights", "biases"), layer, strict=True)
        }
        made.append(archive_maker(arrays, {"format": 1, "kind": kind, "dtype": "float32", **more}))
    return made[0], made[1]


AUTO = {"output": "sigmoid", "code": "linear"}
SETTINGS = Settings(
    layers=[4, 3, 2], images="i", held_out=None, epochs=3, batch_size=2, learning_rate=0.001,
    schedule="constant", averaging=0.5, binarised=True, beta=1.0, kl_warm_up=0, num_samples=1,
)  # fmt: skip


def checkpoint_maker(folder: Path) -> Make:
    """Spoilt checkpoints of a run that has taken a step and an epoch."""
    rng = np.random.default_rng(0)
    state = checkpoints.first_state(SETTINGS, rng, np.float32)
    state.adam.ascend(state.params, state.params)
    state.history = {"epoch": [1], "bound": [-3.0], "learning_rate": [0.001]}
    checkpoints.write_checkpoint(folder / "good", state, SETTINGS)
    arrays, meta = storage.read_archive(folder / "good", checkpoints.KIND)
    drawn = meta["rng"]
    meta["under_way"] = {"rng_at_start": drawn, "batches_done": 1, "total": -2.0}
    return archive_maker(arrays, meta)


def read_checkpoint(path: Path) -> None:
    checkpoints.read_checkpoint(path, SETTINGS)


def began_with(path: Path) -> None:
    checkpoints.began_with(path, np.random.default_rng(0))


PASSED = {"format": "vaecore exercises", "version": 1, "passed": {"L-KL": "2026-11-21T09:30:00Z", "X-4": "x"}}
CELLS = [
    {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# One\n", "two"]},
    {"cell_type": "code", "id": "b", "metadata": {}, "source": "x = 1", "outputs": [], "execution_count": 1},
]
NOTEBOOK = {
    "cells": CELLS, "nbformat": 4, "nbformat_minor": 5,
    "metadata": {
        "kernelspec": {"name": "python3", "language": "python"}, "language_info": {"name": "python"},
        "vaecore": {"version": BOOK_VERSION, "assignment": "week-5"},
    },
}  # fmt: skip
RESULT = {
    "format": "vaecore grades", "version": 1, "student": "ada", "state": "graded", "reason": "",
    "notes": ["a"], "assignment": "week-5", "book": BOOK_VERSION,
    "exercises": [
        {"id": "L-KL", "title": "KL", "status": "failed", "points": 0.0, "out_of": 3.0,
         "message": "It is chapter 5.", "misconception": "sign", "diagnosis": None},
        {"id": "X-4", "title": "Coins", "status": "passed", "points": 1.0, "out_of": 1.0,
         "message": "", "misconception": None},
    ],
}  # fmt: skip
ASSIGNMENT = {
    "format": "vaecore assignment", "version": 1, "assignment": "w", "book": BOOK_VERSION,
    "points": {"L-KL": 3.0},
}  # fmt: skip
MESSAGE = {"value": {"list": [{"array": "<f8", "shape": [2], "data": "AAAAAAAA8D8AAAAAAAAAQA=="}, 1, "a"]}}


@contextlib.contextmanager
def kernel_in(folder: Path) -> Iterator[None]:
    """As if a kernel had just been started there."""
    before, progress_place._at_import = progress_place._at_import, folder
    progress_file._in_memory.clear()
    try:
        yield
    finally:
        progress_place._at_import = before


def show_progress(content: bytes, folder: Path) -> None:
    (folder / progress_place.FILE_NAME).write_bytes(content)
    with kernel_in(folder):
        shown = progress()
        str(shown), shown._repr_html_()
        progress_file.record("L-KL")


def restore_progress(content: bytes, folder: Path) -> None:
    (folder / "taken.zip").write_bytes(content)
    with kernel_in(folder):
        progress().restore(folder / "taken.zip")


def taken_along(rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return spoilt_json(PASSED, rng)
    passed = json.dumps(PASSED).encode() if rng.random() < 0.5 else spoilt_json(PASSED, rng)
    return zipped({progress_place.FILE_NAME: passed, "05_kl.ipynb": spoilt_json(NOTEBOOK, rng)}, rng)


def hand_in(rng: random.Random) -> bytes:
    text = spoilt_json(NOTEBOOK, rng)
    return zipped({"a.ipynb": text, "b/c.ipynb": text}, rng) if rng.random() < 0.4 else text


def grade(content: bytes, folder: Path) -> None:
    (folder / "a.ipynb").write_bytes(content)
    found, _ = notebook_files.notebooks_of(HandIn("ada", (folder / "a.ipynb",)))
    for notebook in found:
        notebook_files.check_version(notebook, "week-5")


def look_into(content: bytes, _: Path) -> None:
    text = content.decode("utf-8", "replace")
    notebooks.was_worked_in(text)
    notebooks.without_outputs(text)


def report(content: bytes, folder: Path) -> None:
    (folder / results.STUDENTS).mkdir()
    (folder / results.STUDENTS / "ada.json").write_bytes(content)
    results.write_table(folder, results.all_results(folder))
    write_report(folder, Book("https://example.org/book"))


def answer(content: bytes, _: Path) -> None:
    plain_data.decode(plain_data.message_of(content).get("value"))


def readers(folder: Path) -> dict[str, Reader]:
    """All of them, by name. folder: where good files may be written."""
    vae, auto = model_maker()
    checkpoint = checkpoint_maker(folder)
    images, labels = "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"
    refused, ungraded = (CheckpointError,), (NotGradedError,)
    invalid, unwritten = (InvalidInputError,), (InvalidInputError, CheckpointError)
    found = [
        Reader("a VAE's file", vae, of_file(VAE.load), refused),
        Reader("an autoencoder's file", auto, of_file(Autoencoder.load), refused),
        Reader("a checkpoint", checkpoint, of_file(read_checkpoint), refused),
        Reader("a checkpoint's beginning", checkpoint, of_file(began_with), refused),
        Reader(
            "images in IDX", lambda rng: spoilt_idx(b"\0\0\x08\x03", rng),
            of_file(lambda path: mnist_files.read_idx(path, images)), (DataError,),
        ),
        Reader(
            "labels in IDX", lambda rng: spoilt_idx(b"\0\0\x08\x01", rng),
            of_file(lambda path: mnist_files.read_idx(path, labels)), (DataError,),
        ),
        Reader("a progress file", lambda rng: spoilt_json(PASSED, rng), show_progress, ()),
        Reader("what was taken along", taken_along, restore_progress, unwritten),
        Reader("a hand-in", hand_in, grade, ungraded),
        Reader(
            "a reader's notebook", lambda rng: spoilt_json(NOTEBOOK, rng), look_into, (ValueError, KeyError),
        ),
        Reader("grades for the report", lambda rng: spoilt_json(RESULT, rng), report, unwritten),
        Reader(
            "an assignment", lambda rng: spoilt_json(ASSIGNMENT, rng),
            of_file(assignments.read_assignment), invalid,
        ),
        Reader(
            "an answer's message", lambda rng: json.dumps(spoilt_data(MESSAGE, rng)).encode(), answer,
            (plain_data.NotPlainError,),
        ),
    ]  # fmt: skip
    return {reader.name: reader for reader in found}

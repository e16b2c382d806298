"""Whole files with a right checksum that another hand has made: refused by the announced error, and no more
memory is taken than they fill. `make fuzz` found each of these; tools/fuzzing has the many."""

import gzip
import hashlib
import io
import json
import zipfile

import numpy as np
import pytest

from vaecore import VAE, Autoencoder, CheckpointError, DataError
from vaecore.files import mnist_files, notebooks, storage
from vaecore.files.storage import read_archive, write_archive
from vaecore.training import checkpoints
from vaecore.training.epochs import generator_at
from vaecore.training.settings import Settings

SETTINGS = Settings(
    layers=[4, 3, 2], images="i", held_out=None, epochs=3, batch_size=2, learning_rate=0.001,
    schedule="constant", averaging=0.0, binarised=True, beta=1.0, kl_warm_up=0, num_samples=1,
)  # fmt: skip


def signed(path, members, change=lambda body: body):
    """An archive with these files in it, and the right checksum for whatever it has become."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    body = bytearray(change(buffer.getvalue()))
    body[-2:] = (7 + 64).to_bytes(2, "little")
    path.write_bytes(bytes(body) + b"sha256:" + hashlib.sha256(body).hexdigest().encode())
    return path


def npy(shape, data=b"", dtype="<f4"):
    """A `.npy` file whose header says this, whatever its data is."""
    buffer = io.BytesIO()
    np.lib.format.write_array_header_1_0(buffer, {"descr": dtype, "fortran_order": False, "shape": shape})
    return buffer.getvalue() + data


META = npy((34,), b'{"format": 1, "kind": "spoilt" }   ', "|u1")[:-1]


@pytest.mark.parametrize(
    "array",
    [
        npy((10**12,)), npy((-1,)), npy((2, 2), b"1234"), npy((1,), b"12345678", "|O"), b"",
        b"\x93NUMPY\x09\x00",
    ],
)  # fmt: skip
def test_an_array_whose_header_lies_is_refused_without_making_room_for_it(tmp_path, array):
    path = signed(tmp_path / "a.npz", {"meta.npy": META, "a.npy": array})
    with pytest.raises(CheckpointError, match=r"is not a file of vaecore's"):
        read_archive(path, "spoilt")


def test_what_unpacks_to_too_much_is_refused(tmp_path, monkeypatch):
    path = signed(tmp_path / "a.npz", {"meta.npy": META, "a.npy": npy((1000,), bytes(4000))})
    assert read_archive(path, "spoilt")[0]["a"].shape == (1000,)
    monkeypatch.setattr(storage, "LARGEST", 4000)
    with pytest.raises(CheckpointError, match=r"unpacks to more than 4,000 bytes"):
        read_archive(path, "spoilt")


@pytest.mark.parametrize(
    "change",
    [
        lambda body: body.replace(b"PK\x01\x02", b"PK\x01\x03"),
        lambda body: body.replace(b"PK\x03\x04", b"PK\x03\x05"),
        lambda body: body.replace(b"\x08\x00\x00\x00", b"\x63\x00\x00\x00"),
    ],
    ids=["no list of members", "no member where it is said to be", "an unknown compression"],
)
def test_a_damaged_zip_with_a_right_checksum_is_refused(tmp_path, change):
    with pytest.raises(CheckpointError, match=r"is not a file of vaecore's"):
        read_archive(signed(tmp_path / "a.npz", {"meta.npy": META}, change), "spoilt")


def test_a_meta_that_is_nested_without_end_is_refused(tmp_path):
    deep = b"[" * 100_000
    with pytest.raises(CheckpointError, match=r"is not a file of vaecore's"):
        read_archive(signed(tmp_path / "a.npz", {"meta.npy": npy((len(deep),), deep, "|u1")}), "spoilt")


@pytest.mark.parametrize("dtype", ["U3", "O", "complex128", "int64", [], None, "nonsense"])
def test_a_model_of_no_floating_point_numbers_is_refused(tmp_path, dtype):
    write_archive(tmp_path / "m.npz", "VAE", {"gen_0_weights": np.ones((2, 2))}, {"dtype": dtype})
    with pytest.raises(CheckpointError, match="holds no usable VAE"):
        VAE.load(tmp_path / "m.npz")
    arrays = {"encoder_0_weights": np.array([["x"]]), "encoder_0_biases": np.ones(1)}
    write_archive(tmp_path / "a.npz", "Autoencoder", arrays, {"dtype": "float32"})
    with pytest.raises(CheckpointError, match="holds no usable Autoencoder"):
        Autoencoder.load(tmp_path / "a.npz")


@pytest.fixture
def checkpoint(tmp_path):
    """checkpoint(change): the file of a run after one epoch, after change(arrays, meta)."""

    def make(change):
        state = checkpoints.first_state(SETTINGS, np.random.default_rng(0), np.float32)
        state.adam.ascend(state.params, state.params)
        state.history = {"epoch": [1], "bound": [-3.0], "learning_rate": [0.001]}
        checkpoints.write_checkpoint(tmp_path / "c.npz", state, SETTINGS)
        arrays, meta = read_archive(tmp_path / "c.npz", checkpoints.KIND)
        change(arrays, meta)
        write_archive(tmp_path / "c.npz", checkpoints.KIND, arrays, meta)
        return tmp_path / "c.npz"

    return make


CHANGES = {
    "no moments": lambda arrays, meta: arrays.pop("m_1"),
    "another shape": lambda arrays, meta: arrays.update(params_0=np.ones((9, 9), np.float32)),
    "no numbers": lambda arrays, meta: arrays.update(params_0=np.array(["x"])),
    "no settings": lambda arrays, meta: meta.pop("settings"),
    "another history": lambda arrays, meta: meta["history"].update(bound=[]),
    "a history of words": lambda arrays, meta: meta["history"].update(bound=["well"]),
    "no generator": lambda arrays, meta: meta.update(rng={"bit_generator": "seed", "state": {}}),
    "a generator of nothing": lambda arrays, meta: meta["rng"].update(state="none"),
    "a step that is none": lambda arrays, meta: meta["adam"].update(t="many"),
    "an epoch that is none": lambda arrays, meta: meta.update(under_way={"rng_at_start": meta["rng"]}),
    "a seed that is none": lambda arrays, meta: meta.update(evaluation_seed=None),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_checkpoint_that_another_hand_has_changed_is_refused(checkpoint, change):
    checkpoints.read_checkpoint(checkpoint(lambda arrays, meta: None), SETTINGS)  # as it was, it is taken
    path = checkpoint(change)
    with pytest.raises(CheckpointError, match="holds no usable training checkpoint"):
        checkpoints.read_checkpoint(path, SETTINGS)


def test_a_checkpoint_takes_no_memory_for_widths_that_it_has_not(checkpoint):
    path = checkpoint(lambda arrays, meta: meta["settings"].update(layers=[10**9, 10**9, 2]))
    with pytest.raises(CheckpointError, match="not those of the widths"):
        checkpoints.began_with(path, np.random.default_rng(0))
    path = checkpoint(lambda arrays, meta: meta["settings"].pop("beta"))
    with pytest.raises(CheckpointError, match="holds no usable training checkpoint"):
        checkpoints.began_with(path, np.random.default_rng(0))


@pytest.mark.parametrize("name", ["seed", "default_rng", "Generator", "shuffle", "", 3])
def test_a_file_calls_nothing_of_numpys_but_its_bit_generators(name):
    with pytest.raises(ValueError, match="is no bit generator"):
        generator_at({"bit_generator": name})


def test_a_small_file_that_unpacks_to_far_more_is_no_file_of_mnists(tmp_path):
    name = "t10k-labels-idx1-ubyte"
    (tmp_path / name).write_bytes(gzip.compress(b"\0\0\x08\x01" + bytes(mnist_files.LARGEST), 1))
    with pytest.raises(DataError, match="holds more than 67,108,864 bytes"):
        mnist_files.read_idx(tmp_path / name, name)


def test_a_notebook_of_many_equal_cells_gets_its_ids_at_once():
    """What looks through all earlier ids for each cell would take days here."""
    ids = notebooks.ids_of([("code", "x")] * 50_000)
    assert len(set(ids)) == 50_000 and ids[1] == f"{ids[0]}-2" and ids[-1] == f"{ids[0]}-50000"


NONE = ["[" * 100_000, "[]", "3", '{"cells": [3]}', '{"cells": 3}', '{"cells": ["a"]}']


@pytest.mark.parametrize("text", NONE, ids=range(len(NONE)))
def test_what_is_no_notebook_is_somebodys_work_and_stays_whole(text):
    assert notebooks.was_worked_in(text)
    with pytest.raises((ValueError, KeyError)):
        notebooks.without_outputs(text)
    assert json.loads(notebooks.without_outputs('{"cells": []}')) == {"cells": []}

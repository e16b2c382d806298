"""Checkpoints written before settings were a class of their own, still go on.

The files in `old_checkpoints/` are real ones, of two runs, each after its second and its fourth, last epoch.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest

from vaecore import VAE, CheckpointError, train
from vaecore.files.storage import read_archive
from vaecore.training.checkpoints import KIND

OLD = Path(__file__).parent / "old_checkpoints"
IMAGES = (np.arange(100) * 37 % 256 / 255).reshape(25, 4).astype(np.float32)
COMMON = {"hidden_sizes": (), "latent_size": 2, "batch_size": 10, "epochs": 4, "progress": False}


def layer(n_in, n_out):
    numbers = np.arange(n_in * n_out).reshape(n_in, n_out) - n_in * n_out / 2
    return (numbers / (n_in * n_out)).astype(np.float32), np.zeros(n_out, np.float32)


RUNS = {
    "lower_bound": {
        "held_out": IMAGES[:7], "averaging": 0.9, "schedule": "cosine", "kl_warm_up": 3, "beta": 0.5,
    },
    "importance_weighted": {
        "importance_weighted": True, "num_samples": 3, "start": VAE([layer(2, 4)], [layer(4, 4)]),
        "binarised": False, "learning_rate": 0.01,
    },
}  # fmt: skip


@pytest.fixture(params=RUNS)
def run(request, tmp_path):
    """The name of an old run, and a copy of its checkpoint after the second of four epochs."""
    copy = shutil.copy(OLD / f"{request.param}_epoch_2.npz", tmp_path / "run.npz")
    return request.param, Path(copy)


def test_an_old_run_goes_on_to_the_end_that_it_had_then(run):
    name, path = run
    result = train(IMAGES, np.random.default_rng(), checkpoint=path, resume=True, **COMMON, **RUNS[name])
    arrays, meta = read_archive(path, KIND)
    old_arrays, old_meta = read_archive(OLD / f"{name}_epoch_4.npz", KIND)
    # Where the machine computes as the one that wrote them, the files are equal to the last byte.
    assert meta["rng"] == old_meta["rng"]
    assert meta["settings"] == old_meta["settings"]
    assert meta.keys() == old_meta.keys() and arrays.keys() == old_arrays.keys()
    for key, array in arrays.items():
        assert array.dtype == old_arrays[key].dtype
        np.testing.assert_allclose(array, old_arrays[key], rtol=1e-4, atol=1e-6)
    assert result.history.keys() == old_meta["history"].keys()
    for column, numbers in result.history.items():
        np.testing.assert_allclose(numbers, old_meta["history"][column], rtol=1e-5)


def test_a_new_run_writes_what_the_old_one_wrote(run):
    name, path = run
    path.unlink()
    train(IMAGES, np.random.default_rng(3), checkpoint=path, **COMMON, **RUNS[name])
    arrays, meta = read_archive(path, KIND)
    old_arrays, old_meta = read_archive(OLD / f"{name}_epoch_4.npz", KIND)
    assert (meta["rng"], meta["settings"]) == (old_meta["rng"], old_meta["settings"])
    assert {key: a.shape for key, a in arrays.items()} == {key: a.shape for key, a in old_arrays.items()}


def test_another_setting_is_still_refused(run):
    name, path = run
    with pytest.raises(CheckpointError, match=r"from another run \(batch_size was 10, is 5\)"):
        train(IMAGES, np.random.default_rng(), checkpoint=path, resume=True,
              **{**COMMON, "batch_size": 5}, **RUNS[name])  # fmt: skip

"""Checkpoints: after a crash, a kill or Ctrl-C the run goes on as if nothing had happened, bit for bit."""

import signal
import subprocess
import sys

import numpy as np
import pytest

from vaecore import VAE, CheckpointError, DivergenceError, train
from vaecore.files.storage import read_archive, write_archive
from vaecore.foundations.parameters import leaves
from vaecore.training import vae as training
from vaecore.training.checkpoints import KIND, read_checkpoint

SMALL = {"hidden_sizes": (6,), "latent_size": 2, "batch_size": 10, "progress": False}
GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")


@pytest.fixture
def images(rng):
    return rng.random((25, 9)).astype(np.float32)


def new_rng(name="PCG64"):
    return np.random.Generator(getattr(np.random, name)(3))


def stop_after(epochs):
    """As a crash would: no Ctrl-C that `train` would handle."""

    def on_epoch(history):
        if len(history["epoch"]) == epochs:
            raise SystemError("crashed")

    return on_epoch


def run_with_a_crash(images, path, crash_after, name="PCG64", **settings):
    with pytest.raises(SystemError, match="crashed"):
        train(images, new_rng(name), checkpoint=path, on_epoch=stop_after(crash_after), **settings)


def assert_same_model(vae, other):
    pairs = zip(
        leaves([vae.gen_params, vae.rec_params]), leaves([other.gen_params, other.rec_params]), strict=True
    )
    assert all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("averaging", [0.0, 0.9])
@pytest.mark.parametrize("schedule", ["constant", "cosine"])
def test_a_resumed_run_equals_an_unbroken_one_bit_for_bit(images, tmp_path, schedule, averaging, dtype):
    images = images.astype(dtype)
    settings = {"epochs": 5, "schedule": schedule, "averaging": averaging, "held_out": images[:7], **SMALL}
    settings["kl_warm_up"] = 4  # the run breaks in the middle of it
    unbroken = train(images, new_rng(), checkpoint=tmp_path / "unbroken.npz", **settings)
    run_with_a_crash(images, tmp_path / "run.npz", 3, **settings)
    # The rng that is handed in does not matter any more: the file has the run's own.
    resumed = train(images, np.random.default_rng(), checkpoint=tmp_path / "run.npz", resume=True, **settings)
    assert_same_model(resumed.vae, unbroken.vae)
    assert resumed.history == unbroken.history
    # The file holds all that a run goes on from, so this compares moments and random numbers too.
    assert (tmp_path / "run.npz").read_bytes() == (tmp_path / "unbroken.npz").read_bytes()
    without_file = train(images, new_rng(), **settings)
    assert_same_model(resumed.vae, without_file.vae)


@pytest.mark.parametrize("name", GENERATORS)
def test_every_bit_generator_of_numpy_can_be_resumed(images, tmp_path, name):
    unbroken = train(images, new_rng(name), epochs=3, checkpoint=tmp_path / "unbroken.npz", **SMALL)
    run_with_a_crash(images, tmp_path / "run.npz", 1, name, epochs=3, **SMALL)
    resumed = train(images, new_rng(), epochs=3, checkpoint=tmp_path / "run.npz", resume=True, **SMALL)
    assert_same_model(resumed.vae, unbroken.vae)
    assert read_archive(tmp_path / "run.npz", KIND)[1]["rng"]["bit_generator"] == name
    assert (tmp_path / "run.npz").read_bytes() == (tmp_path / "unbroken.npz").read_bytes()


def test_a_crash_loses_at_most_the_last_interval(images, tmp_path):
    settings = {"epochs": 7, "checkpoint_every": 3, **SMALL}
    unbroken = train(images, new_rng(), **settings)
    run_with_a_crash(images, tmp_path / "run.npz", 5, **settings)
    assert read_archive(tmp_path / "run.npz", KIND)[1]["history"]["epoch"] == [1, 2, 3]
    resumed = train(images, new_rng(), checkpoint=tmp_path / "run.npz", resume=True, **settings)
    assert_same_model(resumed.vae, unbroken.vae)
    # The last epoch is always kept, even though 7 is no multiple of 3.
    assert read_archive(tmp_path / "run.npz", KIND)[1]["history"] == unbroken.history


def test_a_crash_before_the_first_interval_is_over_keeps_the_first_epoch(images, tmp_path):
    """Else what was written beside it, the history, would stand in the way of going on."""
    settings = {"epochs": 7, "checkpoint_every": 3, **SMALL}
    run_with_a_crash(images, tmp_path / "run.npz", 2, **settings)
    assert read_archive(tmp_path / "run.npz", KIND)[1]["history"]["epoch"] == [1]
    resumed = train(images, new_rng(), checkpoint=tmp_path / "run.npz", resume=True, **settings)
    assert_same_model(resumed.vae, train(images, new_rng(), **settings).vae)


def test_ctrl_c_then_resume_equals_an_unbroken_run(images, tmp_path, monkeypatch):
    unbroken = train(images, new_rng(), epochs=4, **SMALL)
    bound, calls = training.vae_lower_bound, []

    def interrupt_in_the_third_epoch(*arguments, **keywords):
        calls.append(1)
        if len(calls) == 8:
            raise KeyboardInterrupt
        return bound(*arguments, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(training, "vae_lower_bound", interrupt_in_the_third_epoch)
        broken = train(images, new_rng(), epochs=4, checkpoint=tmp_path / "run.npz", **SMALL)
    assert broken.interrupted
    resumed = train(images, new_rng(), epochs=4, checkpoint=tmp_path / "run.npz", resume=True, **SMALL)
    assert not resumed.interrupted
    assert_same_model(resumed.vae, unbroken.vae)


def test_a_run_that_diverges_keeps_and_names_its_last_good_checkpoint(images, tmp_path, monkeypatch):
    path, original = tmp_path / "run.npz", training._bound

    def bound(params, batch, rng, settings, beta):
        diverged = path.exists() and read_checkpoint(path, settings).epochs_done == 2
        return original(params, batch, rng, settings, beta) * (np.nan if diverged else 1)

    monkeypatch.setattr(training, "_bound", bound)
    with pytest.raises(DivergenceError, match=r"in epoch 3, .*the last good state is still in .*run"):
        train(images, new_rng(), epochs=9, checkpoint=path, **SMALL)
    monkeypatch.setattr(training, "_bound", original)
    resumed = train(images, new_rng(), epochs=9, checkpoint=path, resume=True, **SMALL)
    unbroken = train(images, new_rng(), epochs=9, **SMALL)
    assert_same_model(resumed.vae, unbroken.vae)


def test_resume_without_a_file_yet_starts(images, tmp_path):
    started = train(images, new_rng(), epochs=2, checkpoint=tmp_path / "run.npz", resume=True, **SMALL)
    assert_same_model(started.vae, train(images, new_rng(), epochs=2, **SMALL).vae)
    assert (tmp_path / "run.npz").exists()


def test_a_finished_run_resumed_is_what_it_was_and_may_be_prolonged(images, tmp_path):
    path = tmp_path / "run.npz"
    two = train(images, new_rng(), epochs=2, checkpoint=path, **SMALL)
    again = train(images, new_rng(), epochs=2, checkpoint=path, resume=True, **SMALL)
    assert_same_model(again.vae, two.vae)
    assert again.history == two.history
    longer = train(images, new_rng(), epochs=4, checkpoint=path, resume=True, **SMALL)
    assert_same_model(longer.vae, train(images, new_rng(), epochs=4, **SMALL).vae)


@pytest.mark.parametrize(
    ("settings", "changed", "what"),
    [
        ({"schedule": "cosine"}, {"epochs": 3}, "epochs was 2, is 3"),  # the schedule would have been another
        ({}, {"epochs": 1}, "epochs was 2, is 1"),
        ({}, {"batch_size": 5}, "batch_size was 10, is 5"),
        ({}, {"hidden_sizes": (7,)}, r"layers was \[9, 6, 2\], is \[9, 7, 2\]"),
        ({}, {"latent_size": 3}, r"layers was \[9, 6, 2\], is \[9, 6, 3\]"),
        ({}, {"learning_rate": 0.01, "beta": 2}, r"learning_rate was 0.001, is 0.01; beta was 1.0, is 2.0"),
        ({}, {"schedule": "cosine"}, "schedule was 'constant', is 'cosine'"),
        ({}, {"averaging": 0.9}, "averaging was 0.0, is 0.9"),
        ({}, {"binarised": False}, "binarised was True, is False"),
        ({}, {"num_samples": 2}, "num_samples was 1, is 2"),
        ({}, {"held_out": np.zeros((2, 9))}, "held_out was None, is"),
    ],
)
def test_other_settings_are_refused_by_name(images, tmp_path, settings, changed, what):
    settings = {"epochs": 2, "checkpoint": tmp_path / "run.npz", **SMALL, **settings}
    train(images, new_rng(), **settings)
    before = (tmp_path / "run.npz").read_bytes()
    with pytest.raises(CheckpointError, match=rf"run\.npz comes from another run \({what}.*another file"):
        train(images, new_rng(), resume=True, **{**settings, **changed})
    assert (tmp_path / "run.npz").read_bytes() == before


@pytest.mark.parametrize("change", ["a pixel", "the order", "dtype", "one less"])
def test_other_images_are_refused(images, tmp_path, change):
    settings = {"epochs": 2, "checkpoint": tmp_path / "run.npz", **SMALL}
    train(images, new_rng(), **settings)
    other = {"dtype": images.astype(np.float64), "one less": images[1:], "the order": images[::-1]}.get(
        change
    )
    if other is None:
        other = images.copy()
        other[3, 3] = 1 - other[3, 3]
    with pytest.raises(
        CheckpointError, match=r"comes from another run \(images was .* is .*same settings and images"
    ):
        train(other, new_rng(), resume=True, **settings)


def test_a_checkpoint_is_not_overwritten_without_being_asked(images, tmp_path):
    path = tmp_path / "run.npz"
    train(images, new_rng(), epochs=1, checkpoint=path, **SMALL)
    before = path.read_bytes()
    with pytest.raises(CheckpointError, match=r"run\.npz exists: pass resume=True .* or delete it"):
        train(images, new_rng(), epochs=1, checkpoint=path, **SMALL)
    assert path.read_bytes() == before


def test_a_checkpoint_in_a_missing_folder_is_refused_before_any_work(images, tmp_path, monkeypatch):
    monkeypatch.setattr(training, "run_epochs", None)
    with pytest.raises(CheckpointError, match=r"the folder of checkpoint .*run\.npz does not exist"):
        train(images, new_rng(), checkpoint=tmp_path / "none" / "run.npz", **SMALL)


def test_a_checkpoint_that_is_none_or_damaged_is_refused_and_kept(images, tmp_path):
    path = tmp_path / "run.npz"
    vae = train(images, new_rng(), epochs=1, checkpoint=path, **SMALL).vae
    content = path.read_bytes()
    vae.save(tmp_path / "vae.npz")
    write_archive(tmp_path / "other.npz", KIND, {}, {"format": 99})
    flipped = bytearray(content)
    flipped[len(content) // 2] ^= 1
    for wrong, what in [
        (content[:-1], "is not a file of vaecore's, or its end is missing|is damaged"),
        (content[: len(content) // 2], "its end is missing"),
        (bytes(flipped), "is damaged: its checksum does not match"),
        (b"", r"its end is missing \(0 bytes\)"),
        ((tmp_path / "vae.npz").read_bytes(), "holds a VAE, expected a training checkpoint"),
        ((tmp_path / "other.npz").read_bytes(), "has format 99, .* update vaecore"),
    ]:
        path.write_bytes(wrong)
        with pytest.raises(CheckpointError, match=what):
            train(images, new_rng(), epochs=1, checkpoint=path, resume=True, **SMALL)
        assert path.read_bytes() == wrong


# A process of its own that trains until it is stopped, and says when an epoch is done.
TRAIN_FOR_EVER = """
import signal, sys
import numpy as np
from vaecore import train
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have switched it off for its children
folder = sys.argv[1]
result = train(
    np.load(folder + "/images.npy"), np.random.default_rng(3), epochs=10**6, hidden_sizes=(6,), latent_size=2,
    batch_size=10, averaging=0.9, checkpoint=folder + "/run.npz", checkpoint_every=2, progress=False,
    on_epoch=lambda history: print(len(history["epoch"]), flush=True),
)
result.vae.save(folder + "/vae.npz")
print("interrupted" if result.interrupted else "finished", len(result.history["epoch"]))
"""


def stop_after_epoch(images, folder, epoch, how):
    """Train in another process, send a signal after `epoch` epochs; return its code and what it said."""
    np.save(folder / "images.npy", images)
    with subprocess.Popen(
        [sys.executable, "-c", TRAIN_FOR_EVER, str(folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        lines = [process.stdout.readline() for _ in range(epoch)]
        assert lines[-1], process.stderr.read()
        process.send_signal(how)
        rest, err = process.communicate(timeout=600)
    return process.returncode, [*lines, *rest.splitlines(keepends=True)], err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("epoch", [3, 8])
def test_a_killed_run_loses_at_most_the_last_interval(images, tmp_path, epoch):
    code, lines, _ = stop_after_epoch(images, tmp_path, epoch, signal.SIGKILL)
    assert code == -signal.SIGKILL
    kept = len(read_archive(tmp_path / "run.npz", KIND)[1]["history"]["epoch"])
    said = int(lines[-1])  # the kill came at any moment after this epoch's line
    assert said - 1 <= kept <= said + 1
    settings = {"epochs": kept + 3, "checkpoint_every": 2, "averaging": 0.9, **SMALL}
    resumed = train(images, new_rng(), checkpoint=tmp_path / "run.npz", resume=True, **settings)
    unbroken = train(images, np.random.default_rng(3), **settings)
    assert_same_model(resumed.vae, unbroken.vae)
    assert resumed.history == unbroken.history


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_real_ctrl_c_keeps_what_was_learnt(images, tmp_path):
    code, lines, err = stop_after_epoch(images, tmp_path, 3, signal.SIGINT)
    assert code == 0, err
    assert lines[-1].startswith("interrupted")
    epochs = int(lines[-1].split()[1])
    assert epochs >= 3
    assert f"Interrupted in epoch {epochs + 1}" in err
    assert "Traceback" not in err
    assert repr(VAE.load(tmp_path / "vae.npz")) == "VAE(9-6-2x2, 2-6-9)"

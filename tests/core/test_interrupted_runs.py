"""Ctrl-C: what has been learnt is written, and the run goes on with the very next batch, bit for bit."""

import os
import signal
import threading

import numpy as np
import pytest

from vaecore import CheckpointError, train
from vaecore.files.storage import read_archive
from vaecore.foundations.parameters import leaves
from vaecore.training import vae as training
from vaecore.training.checkpoints import KIND

GENERATORS = ("PCG64", "PCG64DXSM", "MT19937", "Philox", "SFC64")
SETTINGS = {
    "hidden_sizes": (6,), "latent_size": 2, "batch_size": 10, "progress": False, "epochs": 4,
    "averaging": 0.9, "schedule": "cosine", "checkpoint_every": 3,
}  # fmt: skip


@pytest.fixture
def images(rng):
    """Three batches an epoch; with the held-out bound an epoch asks four times for a bound."""
    return rng.random((25, 9)).astype(np.float32)


def run(images, path, name="PCG64", **more):
    rng = np.random.Generator(getattr(np.random, name)(3))
    return train(images, rng, held_out=images[:7], checkpoint=path, **SETTINGS, **more)


def at_call(call, what):
    """The lower bound, which at this call does something first."""
    bound, calls = training.vae_lower_bound, []

    def watched(*arguments, **keywords):
        calls.append(1)
        if len(calls) == call:
            what()
        return bound(*arguments, **keywords)

    return watched


def interrupt():
    raise KeyboardInterrupt


def press_ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)


def arrays_of(vae):
    return [array.tobytes() for array in leaves([vae.gen_params, vae.rec_params])]


@pytest.mark.parametrize("how", [interrupt, press_ctrl_c])
@pytest.mark.parametrize("call", [1, 2, 4, 6, 11, 13, 16])  # batches and, every fourth, held-out bounds
def test_a_run_goes_on_where_it_was_interrupted(call, how, images, tmp_path, monkeypatch):
    unbroken = run(images, tmp_path / "unbroken.npz")
    with monkeypatch.context() as patch:
        patch.setattr(training, "vae_lower_bound", at_call(call, how))
        broken = run(images, tmp_path / "run.npz")
    assert broken.interrupted and broken.resumable
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    bounds, bound = [], training.vae_lower_bound

    def counted(*arguments, **keywords):
        bounds.append(1)
        return bound(*arguments, **keywords)

    with monkeypatch.context() as patch:
        patch.setattr(training, "vae_lower_bound", counted)
        resumed = run(images, tmp_path / "run.npz", resume=True)
    done_before = call if how is press_ctrl_c and call % 4 else call - 1  # a step that began is ended
    assert len(bounds) == 16 - done_before  # no batch is learnt twice
    assert arrays_of(resumed.vae) == arrays_of(unbroken.vae) and resumed.history == unbroken.history
    assert (tmp_path / "run.npz").read_bytes() == (tmp_path / "unbroken.npz").read_bytes()


@pytest.mark.parametrize("name", GENERATORS)
def test_an_epoch_may_be_interrupted_again_and_again(name, images, tmp_path, monkeypatch):
    unbroken = run(images, tmp_path / "unbroken.npz", name)
    path, interruptions = tmp_path / "run.npz", 0
    result = None
    while result is None or result.interrupted:
        with monkeypatch.context() as patch:
            patch.setattr(training, "vae_lower_bound", at_call(2, interrupt))
            result = run(images, path, name, resume=path.exists())
        interruptions += result.interrupted
    assert interruptions > 10 and arrays_of(result.vae) == arrays_of(unbroken.vae)
    assert path.read_bytes() == (tmp_path / "unbroken.npz").read_bytes()


def test_a_step_that_was_torn_is_not_gone_on_from(images, tmp_path, monkeypatch):
    """Only a second Ctrl-C can do that: the parameters have changed, their average has not."""
    path = tmp_path / "run.npz"
    follow, calls = training.follow, []

    def torn(*arguments):
        calls.append(1)
        if len(calls) == 11:  # in epoch 4, after the checkpoint of epoch 3
            raise KeyboardInterrupt
        follow(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(training, "follow", torn)
        broken = run(images, path)
    assert broken.interrupted and not broken.resumable
    meta = read_archive(path, KIND)[1]
    assert meta["history"]["epoch"] == [1, 2, 3] and "under_way" not in meta
    unbroken = run(images, tmp_path / "unbroken.npz")
    assert arrays_of(run(images, path, resume=True).vae) == arrays_of(unbroken.vae)


def test_a_second_ctrl_c_does_not_wait(images, monkeypatch):
    reached = []

    def twice():
        press_ctrl_c()
        press_ctrl_c()
        reached.append("the step went on")

    monkeypatch.setattr(training, "vae_lower_bound", at_call(2, twice))
    assert run(images, None).interrupted and reached == []


def test_somebodys_own_handler_and_other_threads_are_left_alone(images):
    seen, results = [], []

    def handler(number, frame):
        seen.append(number)

    usual = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(training, "vae_lower_bound", at_call(2, press_ctrl_c))
            assert not run(images, None).interrupted  # it is that handler's affair
        assert seen == [signal.SIGINT] and signal.getsignal(signal.SIGINT) is handler
    finally:
        signal.signal(signal.SIGINT, usual)
    thread = threading.Thread(target=lambda: results.append(run(images, None)))
    thread.start()
    thread.join(600)
    assert results[0].interrupted is False


def test_a_checkpoint_that_cannot_be_written_on_ctrl_c_is_said_and_the_model_is_returned(
    images, tmp_path, monkeypatch, capsys
):
    def full(*_arguments):
        raise CheckpointError("could not write it: No space left on device")

    monkeypatch.setattr(training, "write_checkpoint", full)
    monkeypatch.setattr(training, "vae_lower_bound", at_call(3, interrupt))
    broken = run(images, tmp_path / "run.npz")
    assert broken.interrupted and not broken.resumable and len(arrays_of(broken.vae)) == 8
    assert "No space left on device" in capsys.readouterr().err
    assert not (tmp_path / "run.npz").exists()


def test_a_folder_that_cannot_be_written_is_noticed_before_the_first_step(images, tmp_path, monkeypatch):
    def refuse(*_arguments, **_keywords):
        raise PermissionError(13, "Permission denied")

    begun = []
    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    with pytest.raises(CheckpointError, match=r"cannot write into the folder .*Permission denied"):
        run(images, tmp_path / "run.npz", on_start=lambda: begun.append(1))
    assert begun == []

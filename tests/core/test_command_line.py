"""The console command `vaecore`: what it writes, what it says, and how it fails."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import matplotlib.image
import numpy as np
import pytest

from vaecore import VAE, Dataset, TrainingResult, command_line, lab_digits
from vaecore.files.storage import read_archive
from vaecore.training import vae as training

FILES = {
    "model.npz", "checkpoint.npz", "history.json", "curve.png",
    "task_3_1.png", "task_3_2.png", "task_3_3.png",
}  # fmt: skip
SMALL = ["--hidden", "6", "--latent", "2", "--batch", "10"]


@pytest.fixture
def dataset(rng, monkeypatch):
    """A small data set in place of MNIST: blobs, three of each class to train on, two held out."""
    images = np.clip(rng.normal(0.2, 0.4, (50, 784)), 0, 1).astype(np.float32)
    labels = np.arange(50) % 10
    dataset = Dataset(images[:30], labels[:30], images[30:], labels[30:], "sample")
    monkeypatch.setattr(command_line, "load_mnist", lambda source: dataset)
    return dataset


def run(*arguments):
    return command_line.main([str(argument) for argument in arguments])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_train_writes_what_it_promises_and_nothing_else(dataset, tmp_path, capsys):
    out = tmp_path / "new" / "run"
    assert run("train", *SMALL, "--epochs", 2, "--out", out) == 0
    assert {path.name for path in out.iterdir()} == FILES
    said = capsys.readouterr()
    assert said.out.startswith("Training on 30 digits, 2 epochs.\n")
    assert f"Written to {out}: {', '.join(sorted(FILES))}" in said.out
    assert "epoch 2, bound" in said.err
    history = json.loads((out / "history.json").read_text())
    assert history["epoch"] == [1, 2]
    assert history.keys() == {"epoch", "bound", "held_out_bound", "learning_rate"}
    assert history == read_archive(out / "checkpoint.npz", "training checkpoint")[1]["history"]
    assert f"Bound of held-out digits: {history['held_out_bound'][-1]:.2f} nats." in said.out
    assert repr(VAE.load(out / "model.npz")) == "VAE(784-6-2x2, 2-6-784)"


def test_the_pictures_are_those_of_the_tasks(dataset, tmp_path):
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path) == 0
    ink = {n: 1 - matplotlib.image.imread(tmp_path / f"task_3_{n}.png")[..., 0] for n in (1, 2, 3)}
    assert ink[1].shape == (5 * 30 + 2, 5 * 30 + 2)  # 25 samples
    assert ink[2].shape == (2 * 30 + 2, 10 * 30 + 2)  # ten digits above their reconstructions
    assert ink[3].shape == (5 * 30 + 2, 25 * 30 + 2)  # five pairs, 25 steps each
    digits = lab_digits(dataset)[0].reshape(10, 28, 28)
    vae = VAE.load(tmp_path / "model.npz")
    for i in range(10):
        np.testing.assert_allclose(ink[2][2:30, 2 + 30 * i : 30 + 30 * i], digits[i], atol=0.51 / 255)
    ends = vae.decode(vae.encode(digits.reshape(10, 784))[0]).reshape(10, 28, 28)
    for row in range(5):
        top = 2 + 30 * row
        np.testing.assert_allclose(ink[3][top : top + 28, 2:30], ends[2 * row], atol=0.51 / 255)
        np.testing.assert_allclose(ink[3][top : top + 28, -30:-2], ends[2 * row + 1], atol=0.51 / 255)


def test_the_seed_decides_everything(dataset, tmp_path):
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        assert run("train", *SMALL, "--epochs", 1, "--seed", seed, "--out", tmp_path / name) == 0
    a, b, c = (contents(tmp_path / name) for name in "abc")
    assert a == b
    assert a["model.npz"] != c["model.npz"] and a["task_3_1.png"] != c["task_3_1.png"]


def test_every_option_reaches_the_training(dataset, tmp_path, monkeypatch):
    got, real = {}, command_line.train

    def watch(images, rng, **keywords) -> TrainingResult:
        got.update(keywords, images=images)
        assert rng.bit_generator.state == np.random.default_rng(7).bit_generator.state
        return real(images, rng, **keywords)

    monkeypatch.setattr(command_line, "train", watch)
    assert run(
        "train", "--data", "sample", "--hidden", 7, 5, "--latent", 3, "--batch", 15, "--epochs", 1,
        "--rate", 0.002, "--schedule", "cosine", "--average", 0.9, "--beta", 4, "--seed", 7, "--samples", 2,
        "--free-bits", 0.1, "--out", tmp_path, "--checkpoint-every", 4,
    ) == 0  # fmt: skip
    assert got["images"] is dataset.train_images
    assert got["held_out"] is dataset.test_images
    expected = {
        "hidden_sizes": [7, 5], "latent_size": 3, "batch_size": 15, "epochs": 1, "learning_rate": 0.002,
        "schedule": "cosine", "averaging": 0.9, "beta": 4.0,
        "num_samples": 2, "importance_weighted": False, "start": None, "sampled_gradient": False,
        "free_bits": 0.1,
        "checkpoint": tmp_path / "checkpoint.npz", "checkpoint_every": 4, "resume": False,
    }  # fmt: skip
    assert {name: got[name] for name in expected} == expected


def test_the_digits_of_the_sample_can_be_kept_out(dataset, tmp_path, monkeypatch, capsys):
    less = replace(dataset, train_images=dataset.train_images[:20], train_labels=dataset.train_labels[:20])
    monkeypatch.setattr(
        command_line, "without_sample_held_out", lambda given: less if given is dataset else None
    )
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path, "--keep-out-sample") == 0
    assert "Training on 20 digits" in capsys.readouterr().out


def test_the_likelihood_is_estimated_when_asked_for(dataset, tmp_path, capsys):
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path, "--likelihood", 3) == 0
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("-log p(x): ")]
    assert line.endswith("nats, mean of 3 held-out digits.")
    assert 100 < float(line.split()[2]) < 784  # 784 log 2 = 543 is a model that knows nothing


def interrupt_bound(monkeypatch, call):
    bound, calls = training.vae_lower_bound, []

    def interrupted(*arguments, **keywords):
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        return bound(*arguments, **keywords)

    monkeypatch.setattr(training, "vae_lower_bound", interrupted)


def test_resumed_after_ctrl_c_every_file_equals_that_of_an_unbroken_run(
    dataset, tmp_path, monkeypatch, capsys
):
    command = ["train", *SMALL, "--epochs", 4, "--schedule", "cosine", "--average", 0.9, "--out"]
    assert run(*command, tmp_path / "unbroken") == 0
    with monkeypatch.context() as patch:
        interrupt_bound(patch, 10)  # three batches and the held-out bound make an epoch: in the third
        assert run(*command, tmp_path / "broken") == 130
    said = capsys.readouterr()
    assert "Go on with the same command and --resume. The model so far is in" in said.out
    assert "Interrupted in epoch 3" in said.err
    assert {path.name for path in (tmp_path / "broken").iterdir()} == FILES
    assert json.loads((tmp_path / "broken" / "history.json").read_text())["epoch"] == [1, 2]
    assert run(*command, tmp_path / "broken", "--resume") == 0
    assert contents(tmp_path / "broken") == contents(tmp_path / "unbroken")


def test_ctrl_c_elsewhere_is_said_in_one_line(dataset, tmp_path, monkeypatch, capsys):
    def interrupt(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(command_line, "load_mnist", interrupt)
    assert run("train", "--out", tmp_path) == 130
    assert capsys.readouterr().err == "vaecore: interrupted\n"


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--epochs", "0"], "--epochs is 0, expected a whole number of at least 1"),
        (["--batch", "31"], "--batch is 31, expected at most the 30 images there are"),
        (["--latent", "0"], "--latent is 0"),
        (["--hidden", "6", "-1"], "width 2 of --hidden is -1"),
        (["--rate", "nan"], "--rate is nan"),
        (["--rate", "1e30"], "use a smaller --rate than 1e+30"),
        (["--average", "1"], "--average is 1.0"),
        (["--samples", "0"], "--samples is 0"),
        (["--beta", "-1"], "--beta is -1.0"),
        (["--kl-warm-up", "-1"], "--kl-warm-up is -1"),
        (["--importance-weighted", "--kl-warm-up", "5"],
         "--importance-weighted has no KL divergence to weigh, and --kl-warm-up is 5: leave it out"),
        (["--importance-weighted", "--kl-warm-up", "5", "--beta", "4"],
         "--beta is 4.0 and --kl-warm-up is 5: leave both out"),
        (["--free-bits", "-1"], "--free-bits is -1.0"),
        (["--importance-weighted", "--kl-warm-up", "5", "--beta", "4", "--free-bits", "0.5"],
         "--beta is 4.0 and --kl-warm-up is 5 and --free-bits is 0.5: leave all of them out"),
        (["--sampled-gradient"], "--sampled-gradient chooses among the samples of the importance-weighted "
         "bound: set --importance-weighted too, or leave it out"),
        (["--start", "lab"], "expected the widths [784, 6, 2]: pass its --hidden and --latent too"),
        (["--start", "autoencoder"], "no VAE of this name comes with the package; there are lab, map, iwae"),
        (["--seed", "-1"], "--seed is -1, expected a whole number of at least 0"),
        (["--likelihood", "-1"], "--likelihood is -1"),
        (["--checkpoint-every", "0"], "--checkpoint-every is 0"),
    ],
)
def test_an_error_is_one_line_on_stderr(dataset, tmp_path, capsys, arguments, what):
    assert run("train", *SMALL, "--out", tmp_path, *arguments) == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("vaecore: error: ")
    assert what in last


def test_an_existing_run_is_not_overwritten(dataset, tmp_path, capsys):
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path) == 0
    before = contents(tmp_path)
    capsys.readouterr()
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path) == 1
    assert "checkpoint.npz exists: add --resume to go on from it" in capsys.readouterr().err
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path, "--resume", "--average", 0.5) == 1
    assert "--average was 0.0, is 0.5" in capsys.readouterr().err
    assert contents(tmp_path) == before


def test_a_folder_that_cannot_be_made_is_named(dataset, tmp_path, capsys):
    (tmp_path / "file").touch()
    for out in (tmp_path / "file", tmp_path / "file" / "run"):
        assert run("train", "--out", out) == 1
        assert f"could not make the folder {out}: " in capsys.readouterr().err


def test_a_full_disk_ends_it_with_one_line_and_the_old_files(dataset, tmp_path, monkeypatch, capsys):
    assert run("train", *SMALL, "--epochs", 1, "--out", tmp_path) == 0
    before = contents(tmp_path)
    capsys.readouterr()

    def disk_full(_descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", disk_full)
    assert run("train", *SMALL, "--epochs", 2, "--out", tmp_path, "--resume") == 1
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("vaecore: error: could not write ") and "No space left on device" in last
    assert contents(tmp_path) == before


# The same in a process of its own, with the digits that come with the package.
COMMAND = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have switched it off for its children
from vaecore.command_line import main
sys.exit(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_real_ctrl_c_in_the_terminal_keeps_the_model(tmp_path):
    out = tmp_path / "run"
    command = ["train", "--data", "sample", *SMALL, "--epochs", "100000", "--out", str(out)]
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        deadline = time.monotonic() + 600
        while not (out / "history.json").exists():  # the first epoch is done
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=600)
    assert process.returncode == 130, said
    assert "Interrupted in epoch" in said and "Traceback" not in said
    assert {path.name for path in out.iterdir()} == FILES
    assert repr(VAE.load(out / "model.npz")) == "VAE(784-6-2x2, 2-6-784)"

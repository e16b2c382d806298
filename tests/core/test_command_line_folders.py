"""The console command `vaecore train` and its folder: what is there is safe, and what is said is true."""

import numpy as np
import pytest

from vaecore import VAE, Dataset, command_line
from vaecore.training import vae as training

FILES = set(command_line.WRITTEN)
SMALL = ["train", "--hidden", "6", "--latent", "2", "--batch", "10", "--epochs", "3"]


@pytest.fixture(autouse=True)
def dataset(rng, monkeypatch):
    """A small data set in place of MNIST: three batches an epoch."""
    images = np.clip(rng.normal(0.2, 0.4, (50, 784)), 0, 1).astype(np.float32)
    labels = np.arange(50) % 10
    dataset = Dataset(images[:30], labels[:30], images[30:], labels[30:], "sample")
    monkeypatch.setattr(command_line, "load_mnist", lambda source: print(f"Data: {source}") or dataset)


def run(*arguments):
    return command_line.main([str(argument) for argument in (*SMALL, *arguments)])


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def interrupted_run(monkeypatch):
    """interrupted_run(call, ...): a run that is interrupted when it asks for a bound this often."""

    def start(call, *arguments):
        bound, calls = training.vae_lower_bound, []

        def interrupting(*given, **keywords):
            calls.append(1)
            if len(calls) == call:
                raise KeyboardInterrupt
            return bound(*given, **keywords)

        with monkeypatch.context() as patch:
            patch.setattr(training, "vae_lower_bound", interrupting)
            return run(*arguments)

    return start


@pytest.mark.parametrize(
    ("call", "every"), [(1, 1), (3, 1), (7, 1), (7, 3), (8, 2)], ids=str
)  # in the first epoch, between checkpoints, in a held-out bound
def test_after_ctrl_c_the_way_that_is_named_is_true(call, every, interrupted_run, tmp_path, capsys):
    options = ["--checkpoint-every", every, "--out"]
    assert run(*options, tmp_path / "unbroken") == 0
    assert interrupted_run(call, *options, tmp_path / "broken") == 130
    said = capsys.readouterr()
    assert "what has been learnt so far is kept" in said.err and "The checkpoint is not" not in said.err
    assert f"Go on with the same command and --resume. The model so far is in {tmp_path}" in said.out
    kept = VAE.load(tmp_path / "broken" / "model.npz")
    assert repr(kept) == "VAE(784-6-2x2, 2-6-784)"
    assert {path.name for path in (tmp_path / "broken").iterdir()} >= {"model.npz", "checkpoint.npz"}
    assert run(*options, tmp_path / "broken", "--resume") == 0
    assert "There is no checkpoint.npz" not in capsys.readouterr().out
    assert contents(tmp_path / "broken") == contents(tmp_path / "unbroken")


def test_where_nothing_can_be_gone_on_from_that_is_said(interrupted_run, tmp_path, monkeypatch, capsys):
    def full(*_arguments):
        raise training.CheckpointError("could not write it: No space left on device")

    monkeypatch.setattr(training, "write_checkpoint", full)
    assert interrupted_run(2, "--out", tmp_path) == 130
    said = capsys.readouterr()
    assert "The run cannot go on from here" in said.out and "--resume" not in said.out
    assert "No space left on device" in said.err and (tmp_path / "model.npz").exists()


@pytest.mark.parametrize("resume", [[], ["--resume"]])
@pytest.mark.parametrize("name", sorted(FILES - {"checkpoint.npz"}))
def test_somebodys_file_of_such_a_name_is_not_overwritten(name, resume, tmp_path, capsys):
    (tmp_path / name).write_text("mine")
    assert run("--out", tmp_path, *resume) == 1
    said = capsys.readouterr()
    assert f"{tmp_path} holds {name}, which would be overwritten" in said.err and said.out == ""
    assert contents(tmp_path) == {name: b"mine"}


def test_other_files_stay_and_are_not_listed_as_written(tmp_path, capsys):
    (tmp_path / "thesis.tex").write_text("mine")
    assert run("--out", tmp_path) == 0
    assert f"Written to {tmp_path}: {', '.join(sorted(FILES))}\n" in capsys.readouterr().out
    assert {path.name for path in tmp_path.iterdir()} == FILES | {"thesis.tex"}
    assert (tmp_path / "thesis.tex").read_text() == "mine"


def test_resume_where_nothing_has_begun_says_that_this_is_the_beginning(tmp_path, capsys):
    assert run("--out", tmp_path / "run", "--resume") == 0
    assert f"There is no checkpoint.npz in {tmp_path / 'run'} yet: this is the beginning." in (
        capsys.readouterr().out
    )


REFUSED = (
    ["--epochs", "0"], ["--latent", "0"], ["--hidden", "0"], ["--rate", "-1"], ["--average", "2"],
    ["--samples", "0"], ["--seed", "-1"], ["--likelihood", "-1"], ["--checkpoint-every", "0"],
    ["--start", "lab"], ["--start", "no such file"], ["--importance-weighted", "--beta", "2"],
)  # fmt: skip


@pytest.mark.parametrize("arguments", REFUSED, ids=" ".join)
def test_a_refused_run_leaves_no_folder_and_announces_nothing(arguments, tmp_path, capsys):
    assert run("--out", tmp_path / "new" / "run", *arguments) == 1
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_refused_because_of_the_digits_it_leaves_no_folder_and_does_not_say_that_it_trains(tmp_path, capsys):
    assert run("--out", tmp_path / "new" / "run", "--batch", 31) == 1
    assert capsys.readouterr().out == "Data: auto\n"
    assert list(tmp_path.iterdir()) == []


def test_folders_that_were_there_stay_and_so_do_those_that_hold_something(tmp_path, monkeypatch):
    (tmp_path / "mine").mkdir()
    assert run("--out", tmp_path / "mine" / "run", "--rate", "1e30") == 1  # diverges in the first epoch
    assert list(tmp_path.rglob("*")) == [tmp_path / "mine"]
    assert run("--out", tmp_path / "mine" / "run") == 0
    assert run("--out", tmp_path / "mine" / "run", "--resume", "--average", 0.5) == 1
    assert {path.name for path in (tmp_path / "mine" / "run").iterdir()} == FILES


def test_a_folder_that_cannot_be_written_is_noticed_before_the_first_epoch(tmp_path, monkeypatch, capsys):
    def refuse(*_arguments, **_keywords):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.NamedTemporaryFile", refuse)
    monkeypatch.setattr(training, "vae_lower_bound", None)  # not a step is taken
    assert run("--out", tmp_path / "run") == 1
    said = capsys.readouterr()
    assert f"cannot write into the folder {tmp_path / 'run'}: Read-only file system" in said.err
    assert "Training on" not in said.out and not (tmp_path / "run").exists()

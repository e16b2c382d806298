"""The console command `vaecore`: `data`, the help texts, and what it says to a wrong command."""

import os
import subprocess
import sys

import pytest

from vaecore import DataError, command_line

SMALL = ["train", "--data", "sample", "--hidden", "6", "--latent", "2", "--batch", "1500"]


def run(*arguments):
    return command_line.main(list(arguments))


def test_data_says_where_things_are_and_fetches_only_if_it_may(monkeypatch, capsys):
    fetched = []
    monkeypatch.setattr(command_line, "fetch_mnist", lambda: fetched.append(1))
    monkeypatch.setattr(command_line, "describe_data", lambda: "here they are")
    assert run("data", "--no-fetch") == 0
    assert (fetched, capsys.readouterr().out) == ([], "here they are\n")
    assert run("data") == 0
    assert (fetched, capsys.readouterr().out) == ([1], "here they are\n")


def test_data_that_cannot_be_fetched_gives_an_error(monkeypatch, capsys):
    def fail():
        raise DataError("no network")

    monkeypatch.setattr(command_line, "fetch_mnist", fail)
    assert run("data") == 1
    assert capsys.readouterr() == ("", "vaecore: error: no network\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--help"], ["train", "data", "Train a variational autoencoder on MNIST", "verify"]),
        (["train", "--help"], [
            "--data", "60,000 digits", "--hidden", "--latent", "--batch", "--epochs", "--rate", "--schedule",
            "--average", "--beta", "--seed", "--out", "--resume", "--likelihood",
            "tasks 3.1 to 3.3", "model.npz", "(default: 50)",
        ]),
        (["data", "--help"], ["--no-fetch", "say where the files are"]),
    ],
)  # fmt: skip
def test_help_names_everything(monkeypatch, capsys, arguments, words):
    monkeypatch.setenv("COLUMNS", "200")  # or the words would be broken across lines
    with pytest.raises(SystemExit) as end:
        run(*arguments)
    assert end.value.code == 0
    text = capsys.readouterr().out
    for word in words:
        assert word in text


@pytest.mark.parametrize(
    "arguments", [[], ["trian"], ["train", "--epochs", "many"], ["train", "--data", "cifar"]]
)
def test_a_wrong_command_shows_how_it_is_used(capsys, arguments):
    with pytest.raises(SystemExit) as end:
        run(*arguments)
    assert end.value.code == 2
    assert capsys.readouterr().err.startswith("usage: vaecore")


def test_no_message_speaks_python(capsys, tmp_path):
    """Each option, out of range; what Python calls it stands in the message no more."""
    wrong = {
        "--hidden": "0", "--latent": "0", "--batch": "0", "--epochs": "0", "--rate": "-1", "--average": "2",
        "--beta": "nan", "--kl-warm-up": "-3", "--samples": "0", "--seed": "-1", "--checkpoint-every": "0",
        "--likelihood": "-1",
    }  # fmt: skip
    for option, value in wrong.items():
        assert run(*SMALL, f"{option}={value}", "--out", str(tmp_path / "run")) == 1
        said = capsys.readouterr().err
        assert option in said and "_" not in said and "=True" not in said, said


def test_advice_about_data_is_that_of_the_command(monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("VAECORE_DATA", raising=False)
    monkeypatch.setenv("VAECORE_CACHE", str(tmp_path / "empty"))
    monkeypatch.setenv("VAECORE_OFFLINE", "1")
    assert run("train", "--data", "mnist", "--out", str(tmp_path / "run")) == 1
    said = capsys.readouterr().err
    assert "name it (VAECORE_DATA); or use the embedded digits, --data sample." in said
    monkeypatch.setenv("VAECORE_DATA", str(tmp_path))
    assert run("data") == 1
    said = capsys.readouterr().err
    assert "or name no folder, and unset VAECORE_DATA: then MNIST is downloaded." in said


def test_one_is_not_many(tmp_path, capsys):
    assert run(*SMALL, "--epochs", "1", "--out", str(tmp_path), "--likelihood", "1") == 0
    said = capsys.readouterr().out
    assert "4,500 digits, 1 epoch.\n" in said and "mean of 1 held-out digit.\n" in said


def test_a_run_goes_on_with_the_seed_that_it_began_with(tmp_path, capsys):
    command = [*SMALL, "--out", str(tmp_path / "run")]
    assert run(*command, "--epochs", "1", "--seed", "5") == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()}
    for other in ([], ["--seed", "4"]):
        capsys.readouterr()
        assert run(*command, "--epochs", "2", "--resume", *other) == 1
        assert f"did not begin with --seed {other[-1] if other else 0}" in capsys.readouterr().err
        assert {path.name: path.read_bytes() for path in (tmp_path / "run").iterdir()} == before
    assert run(*command, "--epochs", "2", "--resume", "--seed", "5") == 0


def test_what_is_said_fits_on_every_console(tmp_path):
    """The folder has a name that an ASCII console cannot write."""
    code = "import sys; from vaecore.command_line import main; sys.exit(main(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, *SMALL, "--epochs", "1", "--out", str(tmp_path / "café")],
        env={**os.environ, "PYTHONIOENCODING": "ascii"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "caf\\xe9: checkpoint.npz" in done.stdout


def test_missing_data_gives_one_line_exit_code_1_and_no_traceback(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "vaecore.command_line", "train", "--data", "mnist",
         "--out", str(tmp_path / "run")],
        env={**os.environ, "VAECORE_DATA": str(tmp_path / "none")},
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("vaecore: error: ") and "train-images-idx3-ubyte" in line
    assert not (tmp_path / "run").exists()

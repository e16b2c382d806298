"""The console command `vaecore`: `data`, the help texts, and what it says to a wrong command."""

import os
import subprocess
import sys

import pytest

from vaecore import DataError, command_line


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

"""Environments beside .venv: which Python, what goes into them, what runs there; nothing is installed."""

import subprocess
import sys

import pytest
from browser import ROOT

from tools.setup import make_venv, other_environments

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"


def fake_python(path, version, can_make_environments=True):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{f'echo {version}' if can_make_environments else 'exit 1'}\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_is_found_here_on_the_path_or_in_pyenv(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    assert other_environments.find_python(HERE) == sys.executable
    assert other_environments.find_python("3.99") is None
    own = fake_python(tmp_path / "pyenv/versions/3.99.4/bin/python", "3.99")
    assert other_environments.find_python("3.99") == own
    path = fake_python(tmp_path / "bin/python3.99", "3.99")
    assert other_environments.find_python("3.99") == path
    fake_python(tmp_path / "bin/python3.99", "3.99", can_make_environments=False)  # a shim, or without venv
    assert other_environments.find_python("3.99") == own


def test_what_is_installed_is_what_pyproject_asks_for():
    project = make_venv.read_pyproject()["project"]
    everything = other_environments.requirements(["test"], None)
    assert everything == project["dependencies"] + project["optional-dependencies"]["test"]
    without = other_environments.requirements(["test"], "torch")
    assert [line for line in everything if line not in without] == ["torch==2.13.0"]


def test_the_files_that_import_a_package():
    found = other_environments.importers("torch")
    assert "tests/core/test_kl.py" in found and "tests/core/test_pca.py" not in found
    assert "tests/core/test_equations.py" in found  # by way of tests/equations/
    assert other_environments.importers("surely_nobody_imports_this") == []


@pytest.fixture
def ran(monkeypatch):
    """What pytest would have been asked; each run ends with the next exit code of `ran.codes`, else 0."""
    commands = []

    def run(command, **options):
        commands.append([str(part) for part in command])
        return subprocess.CompletedProcess(command, codes.get(str(command[0]), 0))

    codes = {}
    monkeypatch.setattr(other_environments.subprocess, "run", run)
    monkeypatch.setattr(other_environments, "environment", lambda name, *a: f"{name}/python")
    monkeypatch.setattr(other_environments, "lowest_versions", lambda python: "numpy==2.0.0\n")
    return commands, codes


def test_each_supported_python_that_is_here_runs_what_needs_no_browser(ran, monkeypatch, capsys):
    commands, codes = ran
    here = {"3.11", "3.13", "3.14"}
    monkeypatch.setattr(other_environments, "find_python", lambda python: python if python in here else None)
    assert other_environments.test_pythons("torch", False, ["-x"])
    assert [command[0] for command in commands] == ["3.11/python", "3.13/python", "3.14/python"]
    for command in commands:
        assert command[command.index("not browser") - 1] == "-m" and command[-1] == "-x"
        assert "--ignore=tests/core/test_kl.py" in command
    said = capsys.readouterr().out
    assert "Left out, since they import torch: " in said and "tests/core/test_kl.py" in said
    assert "Python 3.12: not on this machine" in said and "Python 3.13: passed" in said
    codes["3.13/python"] = 1
    assert not other_environments.test_pythons(None, False, [])
    assert "Python 3.13: FAILED" in capsys.readouterr().out
    assert not any("--ignore" in part for part in commands[-1])


def test_the_python_of_make_test_need_not_run_again(ran, monkeypatch, capsys):
    commands, _ = ran
    monkeypatch.setattr(make_venv, "read_stamp", lambda: {"python": "3.11.7"})
    monkeypatch.setattr(other_environments, "find_python", lambda python: python if python < "3.13" else None)
    assert other_environments.test_pythons(None, True, [])
    assert [command[0] for command in commands] == ["3.12/python"]
    assert "Python 3.11: left to make test" in capsys.readouterr().out
    monkeypatch.setattr(other_environments, "find_python", lambda python: None)
    assert other_environments.test_pythons(None, True, [])  # a machine with one Python is in order


def test_where_no_python_is_found_nothing_has_passed(ran, monkeypatch):
    monkeypatch.setattr(other_environments, "find_python", lambda version: None)
    assert not other_environments.test_pythons(None, False, [])
    with pytest.raises(SystemExit, match=r"no Python of 3\.11, .* found"):
        other_environments.test_lowest([])


def test_the_lowest_versions_run_the_core_on_the_oldest_python(ran, monkeypatch):
    commands, codes = ran
    here = {"3.12", "3.14"}
    monkeypatch.setattr(other_environments, "find_python", lambda python: python if python in here else None)
    assert other_environments.test_lowest(["-q"])
    assert commands[-1][0] == "lowest/python" and commands[-1][-2:] == ["tests/core", "-q"]
    codes["lowest/python"] = 1
    assert not other_environments.test_lowest([])


def test_an_environment_is_made_once_and_afresh_when_something_changed(tmp_path, monkeypatch):
    steps = []

    def run(command, **options):
        steps.append(command[1:3])
        (tmp_path / "name").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(other_environments, "FOLDER", tmp_path)
    monkeypatch.setattr(other_environments.subprocess, "run", run)
    monkeypatch.setattr(other_environments, "environment_of_pip", lambda python: {})  # it asks a real pip
    for constraints, expected in (("a==1\n", 3), ("a==1\n", 0), ("a==2\n", 3)):
        steps.clear()
        other_environments.environment("name", sys.executable, ["a"], constraints)
        assert len(steps) == expected
    assert (tmp_path / "name" / "constraints.txt").read_text() == "a==2\n"
    assert not (ROOT / ".venvs" / "name").exists()


def test_what_could_not_be_installed_is_not_kept(tmp_path, monkeypatch):
    def run(command, **options):
        (tmp_path / "name").mkdir(exist_ok=True)
        return subprocess.CompletedProcess(command, 0 if "venv" in command else 1)

    monkeypatch.setattr(other_environments, "FOLDER", tmp_path)
    monkeypatch.setattr(other_environments.subprocess, "run", run)
    with pytest.raises(SystemExit, match="packages for name could not be installed"):
        other_environments.environment("name", sys.executable, ["a"], "")
    assert not (tmp_path / "name" / "vaecore-stamp").exists()

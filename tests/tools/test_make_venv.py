"""`.venv`: made once, completed, mended, never destroyed where it is somebody else's."""

import json
import shutil
import subprocess
import sys
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from browser import ROOT

from tools.setup import make_venv

VERSION = ".".join(map(str, sys.version_info[:3]))


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A checkout with the real dependencies, in which installing does nothing but take notes."""
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(make_venv, "ROOT", tmp_path)
    monkeypatch.setattr(make_venv, "VENV", venv)
    monkeypatch.setattr(make_venv, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(make_venv, "STAMP", venv / "vaecore-stamp.json")
    monkeypatch.setattr(make_venv, "UNFINISHED", venv / "vaecore-unfinished")
    return Project(venv, monkeypatch)


class Project:
    def __init__(self, venv, monkeypatch):
        self.venv, self.monkeypatch, self.steps = venv, monkeypatch, []
        monkeypatch.setattr(make_venv, "create", self.create)
        monkeypatch.setattr(make_venv, "install", self.install)

    def create(self):
        (self.venv / "bin").mkdir(parents=True)
        (self.venv / "pyvenv.cfg").touch()
        make_venv.UNFINISHED.touch()
        python = self.venv / "bin" / "python"
        python.write_text(f"#!/bin/sh\necho {VERSION}\n")
        python.chmod(0o755)
        self.steps.append("create")

    def install(self, extras, lock=None):
        make_venv.UNFINISHED.touch()
        self.steps.append(",".join(extras))

    def run(self, *arguments):
        """What one call does: `create`, and the extras that it installs."""
        self.steps.clear()
        self.monkeypatch.setattr(sys, "argv", ["make_venv.py", *arguments])
        make_venv.main()
        return list(self.steps)


def test_the_first_call_makes_it_and_the_next_does_nothing(project):
    assert project.run("book") == ["create", "book"]
    assert project.run("book") == []
    stamp = json.loads(make_venv.STAMP.read_text())
    assert stamp["python"] == VERSION and stamp["extras"] == ["book"]
    assert not make_venv.UNFINISHED.exists()


def test_another_target_adds_its_extras_and_loses_none(project):
    project.run("book")
    assert project.run("lab") == ["book,lab"]
    assert project.run("book") == []


@pytest.mark.parametrize("file", ["pyproject.toml", "requirements.lock"])
def test_changed_dependencies_are_installed_into_the_same_environment(project, file):
    project.run("book")
    path = make_venv.ROOT / file
    path.write_text(path.read_text().replace('"pooch>=1.8"', '"pooch>=1.9"').replace("pooch==", "pooch==9."))
    assert project.run("book") == ["book"]


def test_a_changed_setting_of_the_linter_installs_nothing(project):
    project.run("book")
    path = make_venv.ROOT / "pyproject.toml"
    path.write_text(path.read_text().replace("line-length = 110", "line-length = 111"))
    assert project.run("book") == []


def interrupted(project):
    make_venv.UNFINISHED.touch()


def moved(project):
    stamp = json.loads(make_venv.STAMP.read_text())
    make_venv.STAMP.write_text(json.dumps({**stamp, "path": "/somewhere/else/.venv"}))


def python_is_gone(project):
    make_venv.PYTHON.unlink()


def python_is_another(project):
    make_venv.PYTHON.write_text("#!/bin/sh\necho 3.99.0\n")


def damaged_stamp(project):
    make_venv.STAMP.write_text("{")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (interrupted, "the last installation was interrupted"),
        (moved, "it was made at /somewhere/else/.venv"),
        (python_is_gone, "its Python does not start any more"),
        (python_is_another, "its Python is now 3.99.0"),
        (damaged_stamp, "vaecore-stamp.json in it is damaged"),
    ],
)
def test_a_damaged_one_is_made_afresh_and_the_reason_is_said(project, capsys, damage, reason):
    project.run("book")
    (project.venv / "left-over").touch()
    damage(project)
    assert project.run("book") == ["create", "book"]
    assert f"Making .venv afresh, because {reason}" in capsys.readouterr().out
    assert not (project.venv / "left-over").exists()


def test_another_python_is_taken_only_when_it_was_asked_for(project):
    project.run("book")
    stamp = json.loads(make_venv.STAMP.read_text())
    make_venv.STAMP.write_text(json.dumps({**stamp, "python": "3.11.0"}))
    make_venv.PYTHON.write_text("#!/bin/sh\necho 3.11.0\n")
    if VERSION != "3.11.0":
        assert project.run("book") == []
        assert project.run("--exact-python", "book") == ["create", "book"]


def test_a_folder_that_is_no_environment_is_left_alone(project):
    project.venv.mkdir()
    (project.venv / "diary.txt").write_text("mine")
    with pytest.raises(SystemExit, match=r"in the way: it is not a virtual environment"):
        project.run("book")
    assert (project.venv / "diary.txt").read_text() == "mine"


def everything_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("arguments", [["book"], ["--exact-python", "book"]])
def test_somebodys_own_environment_is_left_alone(project, arguments):
    """Whatever made it: python -m venv, uv, an editor."""
    (project.venv / "bin").mkdir(parents=True)
    (project.venv / "pyvenv.cfg").write_text("home = /usr/bin")
    (project.venv / "bin" / "python").write_text("theirs")
    before = everything_in(project.venv)
    with pytest.raises(SystemExit, match=r"it was not made by make(.|\n)*Move it elsewhere, or delete it"):
        project.run(*arguments)
    assert everything_in(project.venv) == before and project.steps == []


def test_clearing_that_was_interrupted_leaves_what_make_knows_as_its_own(project, monkeypatch):
    project.run("book")
    moved(project)

    def interrupt(_folder):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(make_venv.shutil, "rmtree", interrupt)
        project.run("book")
    assert project.run("book") == ["create", "book"]


def test_a_link_to_an_empty_folder_is_filled_and_used(project, tmp_path):
    (tmp_path / "on a larger disk").mkdir()
    project.venv.symlink_to(tmp_path / "on a larger disk")
    assert project.run("book") == ["create", "book"]
    assert project.run("book") == []


def test_a_link_to_another_checkouts_environment_destroys_nothing_there(project, tmp_path):
    project.run("book")
    moved(project)
    other = project.venv.rename(tmp_path / "other")
    project.venv.symlink_to(other)
    before = everything_in(other)
    with pytest.raises(SystemExit, match=r"is a link to .*other, and cannot be used: it was made at"):
        project.run("book")
    assert everything_in(other) == before and project.steps == []


def test_a_link_to_nowhere_and_a_file_are_said(project):
    project.venv.symlink_to(project.venv.parent / "gone")
    with pytest.raises(SystemExit, match=r"is a link to .*gone, which is not there"):
        project.run("book")
    project.venv.unlink()
    project.venv.touch()
    with pytest.raises(SystemExit, match="it is not a virtual environment"):
        project.run("book")
    assert project.venv.is_file()


def test_a_checkout_that_cannot_be_written_is_said_in_a_sentence(tmp_path):
    """As a process of its own: what counts is what stands on the terminal."""
    (tmp_path / "tools" / "setup").mkdir(parents=True)
    for name in ("make_venv", "own_environment", "pips_environment", "children"):
        shutil.copy(ROOT / "tools" / "setup" / f"{name}.py", tmp_path / "tools" / "setup")
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    # Root may write everywhere, so the system's answer is put in its mouth.
    code = (
        "import errno, os, runpy, sys\n"
        "def refuse(path, *_a, **_k): raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))\n"
        "os.mkdir = refuse\n"
        "sys.argv = ['make_venv.py', 'book']\n"
        "runpy.run_path('tools/setup/make_venv.py', run_name='__main__')\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert done.stderr.startswith(f"error: {tmp_path / '.venv'}: Read-only file system.\n")
    assert "copy the checkout to a folder that you may write to" in done.stderr


@pytest.mark.parametrize("mark", ["vaecore-stamp.json", "vaecore-unfinished", None])
def test_distclean_removes_makes_own_environment_alone(mark, tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    venv = tmp_path / ".venv"
    venv.mkdir()
    (venv / (mark or "theirs")).touch()
    for folder in ("src", "tests", "tools"):
        (tmp_path / folder).mkdir()
    done = subprocess.run(["make", "distclean"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert venv.exists() == (mark is None)
    assert ("was not made by make" in done.stdout) == (mark is None)


def test_a_failed_installation_says_so_and_is_not_taken_for_a_finished_one(project, monkeypatch):
    monkeypatch.undo()
    for name, value in {"ROOT": project.venv.parent, "VENV": project.venv}.items():
        monkeypatch.setattr(make_venv, name, value)
    monkeypatch.setattr(make_venv, "STAMP", project.venv / "vaecore-stamp.json")
    monkeypatch.setattr(make_venv, "UNFINISHED", project.venv / "vaecore-unfinished")
    monkeypatch.setattr(make_venv, "PYTHON", project.venv / "bin" / "python")
    (project.venv / "bin").mkdir(parents=True)
    make_venv.PYTHON.write_text("#!/bin/sh\nexit 1\n")  # pip, without a network
    make_venv.PYTHON.chmod(0o755)
    with pytest.raises(SystemExit, match="could not be installed"):
        make_venv.install(["book"])
    assert make_venv.UNFINISHED.exists()
    assert not make_venv.STAMP.exists()


def test_a_python_without_venv_is_told_what_it_lacks(project, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "ensurepip", None)  # as in Debian's python3
    monkeypatch.setattr(make_venv, "VENV", project.venv)
    with pytest.raises(SystemExit, match=r"lacks the venv module(.|\n)*sudo apt install python3\.\d+-venv"):
        make_venv.create()
    assert not project.venv.exists()


def test_pip_is_held_to_the_lock(project, monkeypatch):
    monkeypatch.undo()
    commands = []

    @contextmanager
    def child(command, environment, lock, **options):
        commands.append(([str(part) for part in command], {"env": environment, **options}))
        yield SimpleNamespace(wait=lambda: 0)

    monkeypatch.setattr(make_venv, "VENV", project.venv)
    monkeypatch.setattr(make_venv, "PYTHON", sys.executable)  # `make test-pythons` needs no .venv
    monkeypatch.setattr(make_venv, "UNFINISHED", project.venv.parent / "unfinished")
    monkeypatch.setattr(make_venv, "child", child)
    for name in ("PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_NO_DEPS", "PIP_REQUIREMENT"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_USER", "1")
    monkeypatch.setenv("PIP_INDEX_URL", "https://registry.example/simple")
    make_venv.install(["book", "lab"])
    [(command, options)] = commands
    assert command[-4:] == ["-c", "requirements.lock", "-e", ".[book,lab]"]
    assert options["cwd"] == make_venv.ROOT
    assert "/elsewhere" not in options["env"].values() and options["env"]["PIP_USER"] == "0"
    assert options["env"]["PIP_INDEX_URL"] == "https://registry.example/simple"


def test_no_process_compiles_grammars_to_read_a_notebook(tmp_path, monkeypatch):
    """With the file in its folder of packages, Python imports jsonschema without the grammars."""
    packages = tmp_path / "lib" / "python3" / "site-packages"
    packages.mkdir(parents=True)
    monkeypatch.setattr(make_venv, "VENV", tmp_path)
    make_venv.start_quickly()
    (file,) = packages.iterdir()
    written = file.stat().st_mtime_ns
    make_venv.start_quickly()
    assert file.stat().st_mtime_ns == written, "a folder that is in order is not written into"
    begin = f"import site; site.addsitedir({str(packages)!r})"
    asked = "import jsonschema.validators, sys; print('lark' in sys.modules, sys.modules['rfc3987_syntax'])"
    command = [sys.executable, "-c", f"{begin}; {asked}"]
    assert subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout == "False None\n"

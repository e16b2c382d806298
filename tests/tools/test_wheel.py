"""The wheel, which is what a reader installs: built, put into an empty environment, and used there."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "vaecore"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*command, cwd):
    # Nothing of the checkout's: no PYTHONPATH, and another folder to stand in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([*map(str, command)], cwd=cwd, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    # The build backend is one of the tests' packages, so that building needs no network.
    pip = (sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder)
    run(*pip, ROOT, cwd=folder)
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """The Python of an environment that has the wheel, what it says it needs, and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    run(sys.executable, "-m", "venv", "--without-pip", "env", cwd=folder)
    python = folder / "env" / ("Scripts" if os.name == "nt" else "bin") / "python"
    pip = (sys.executable, "-m", "pip", "--python", python, "install", "--quiet")
    run(*pip, "--constraint", ROOT / "requirements.lock", wheel, cwd=folder)
    return python


def test_it_holds_the_package_whole_and_nothing_else(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {name for name in names if not re.match(r"vaecore-[^/]*\.dist-info/", name)}
    files = {p for p in PACKAGE.rglob("*") if p.is_file() and "__pycache__" not in p.parts}
    assert inside == {f"vaecore/{path.relative_to(PACKAGE).as_posix()}" for path in files}
    assert {Path(name).suffix for name in inside} >= {".py", ".js", ".css", ".npz", ".typed"}


def test_it_says_what_it_needs(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = HeaderParser().parsestr(archive.read(name).decode())
    needed = [line for line in metadata.get_all("Requires-Dist") if "extra ==" not in line]
    assert sorted(needed) == sorted(PROJECT["dependencies"])
    assert metadata["Version"] == PROJECT["version"]


def test_every_module_can_be_imported_there(python, tmp_path):
    code = """
import importlib, pkgutil, sys
import vaecore
assert sys.prefix in vaecore.__file__, vaecore.__file__
for module in pkgutil.walk_packages(vaecore.__path__, "vaecore."):
    # Numba is an extra; __main__ is run below.
    if module.name not in ("vaecore.foundations.compiled_loops", "vaecore.__main__"):
        importlib.import_module(module.name)
        print(module.name)
try:
    import vaebook
except ImportError:
    print("no vaebook")
"""
    said = run(python, "-c", code, cwd=tmp_path).split("\n")
    assert {"vaecore.kl", "vaecore.training.vae", "vaecore.widgets.elbo_gap.elbo_gap"} <= set(said)
    assert "no vaebook" in said


def test_the_command_runs_there(python, tmp_path):
    said = run(python.with_name("vaecore"), "--help", cwd=tmp_path)
    assert said.startswith("usage: vaecore") and "train" in said
    assert run(python, "-m", "vaecore", "--help", cwd=tmp_path) == said
    small = ("train", "--data", "sample", "--hidden", 8, "--latent", 2, "--epochs", 1, "--out", "run")
    assert "Bound of held-out digits" in run(python, "-m", "vaecore", *small, cwd=tmp_path)
    assert (tmp_path / "run" / "task_3_1.png").read_bytes().startswith(b"\x89PNG")


def test_an_answer_is_judged_there(python, tmp_path):
    code = """
from vaecore import compute_KL
from vaecore.exercises import check
print(check("L-KL", compute_KL).status, "|", check("L-KL", lambda e: -compute_KL(e)).status)
"""
    (line,) = [line for line in run(python, "-c", code, cwd=tmp_path).split("\n") if " | " in line]
    assert line == "passed | failed"

"""The files that say what gets installed agree with each other; make and CI do what they say."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from browser import ROOT
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from tools.setup import make_venv

PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PYPROJECT["optional-dependencies"]
GROUPS = {"vaecore": PYPROJECT["dependencies"], **EXTRAS}
LOCK_LINES = [
    line for line in (ROOT / "requirements.lock").read_text().splitlines() if not line.startswith("#")
]
LOCK = {line.split("==")[0]: line.split("==")[1].split(" ;")[0] for line in LOCK_LINES}
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def make(*arguments: str, cwd: Path = ROOT, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell, though the tests may be running under another make."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        ["make", *arguments], cwd=cwd, env={**environment, **variables}, capture_output=True, text=True
    )


@pytest.mark.parametrize("group", GROUPS)
def test_the_lock_has_a_version_for_every_dependency(group):
    for line in GROUPS[group]:
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        assert name in LOCK, f"{line} of {group} is not in requirements.lock; run make lock"
        assert wanted.specifier.contains(LOCK[name]), f"{line}, but the lock has {LOCK[name]}"


def test_the_lock_is_names_versions_and_markers_alone():
    assert len(LOCK_LINES) == len(LOCK) > 100
    for line in LOCK_LINES:
        assert re.fullmatch(r"[a-z0-9][a-z0-9-]*==[0-9][A-Za-z0-9.]*( ; .+)?", line), line
        if ";" in line:
            Marker(line.split(";", 1)[1])
    assert not re.search(r"://|@|\+|--", (ROOT / "requirements.lock").read_text())


def test_pytorch_is_the_plain_exact_version_and_for_tests_alone():
    users = {group for group in GROUPS for line in GROUPS[group] if Requirement(line).name == "torch"}
    assert users == {"test", "bench"}
    for group in users:
        assert f"torch=={LOCK['torch']}" in EXTRAS[group]


def test_a_reader_installs_these_and_nothing_else():
    names = {Requirement(line).name for line in GROUPS["vaecore"]}
    assert names == {"numpy", "autograd", "matplotlib", "ipywidgets", "anywidget", "pooch", "tqdm"}


def test_each_of_them_has_its_reason_beside_it():
    source = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for line in GROUPS["vaecore"]:
        assert re.search(rf'^\s*"{re.escape(line)}",\s*# \S+', source, re.MULTILINE), line


def test_this_environment_has_the_versions_of_the_lock():
    wrong = {}
    for installed in importlib.metadata.distributions():
        name, version = canonicalize_name(installed.metadata["Name"]), installed.version.split("+")[0]
        if LOCK.get(name, version) != version:
            wrong[name] = version
    assert wrong == {}, "run make test, which brings .venv into shape"


def test_environment_yml_is_pyproject_and_the_lock_as_conda_reads_them():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    *conda, pip = environment["dependencies"]
    python = next(line for line in conda if line.startswith("python="))
    assert SpecifierSet(PYPROJECT["requires-python"]).contains(python.removeprefix("python=") + ".0")
    assert set(conda) == {python, "pip"}  # everything else comes from the lock
    constraint, package = pip["pip"]
    assert constraint == "-c requirements.lock"
    extras = re.fullmatch(r"-e \.\[([a-z,]+)\]", package)[1].split(",")
    assert set(extras) <= set(EXTRAS)
    assert "jupyterlab" in {Requirement(line).name for extra in extras for line in EXTRAS[extra]}


def test_the_supported_pythons_are_named_alike_everywhere():
    supported = SpecifierSet(PYPROJECT["requires-python"])
    versions = [f"3.{minor}" for minor in range(9, 20) if supported.contains(f"3.{minor}.1")]
    assert versions == ["3.11", "3.12", "3.13", "3.14"] == make_venv.supported_pythons()
    for version in versions:
        assert f"Programming Language :: Python :: {version}" in PYPROJECT["classifiers"]
    assert "(3, 11) <= sys.version_info[:2] <= (3, 14)" in MAKEFILE
    for version in versions:
        assert version in (ROOT / "README.md").read_text(encoding="utf-8")


def test_make_help_lists_every_target():
    targets = set(re.findall(r"^([a-z][a-z-]*):(?!=)", MAKEFILE, re.MULTILINE))
    assert {"book", "serve", "lab", "test", "help", "checkpoints"} <= targets
    assert set(re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[1].split()) == targets
    shown = make("help")
    assert shown.returncode == 0, shown.stderr
    described = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", shown.stdout, re.MULTILINE))
    assert set(described) == targets
    assert make().stdout == shown.stdout  # make alone does the same


@pytest.mark.parametrize("target", ["book", "test"])
@pytest.mark.parametrize("python", ["too old", "not there"])
def test_make_without_a_suitable_python_says_which_to_install(tmp_path, target, python):
    shutil.copy(ROOT / "Makefile", tmp_path)
    candidate = tmp_path / "python3.9"
    if python == "too old":
        # It answers the Makefile's questions as Python 3.9 would.
        candidate.write_text('#!/bin/sh\n[ "$1" = --version ] && echo Python 3.9.99\n')
        candidate.chmod(0o755)
    made = make(target, f"PYTHON={candidate}", cwd=tmp_path)
    assert made.returncode != 0
    assert "no Python 3.11, 3.12, 3.13 or 3.14 found" in made.stderr
    answer = {"too old": "Python 3.9.99", "not there": "not there"}[python]
    assert f"{candidate}: {answer}\n" in made.stderr
    assert "apt install python3 python3-venv" in made.stderr
    assert f"make {target} PYTHON=" in made.stderr
    assert not (tmp_path / ".venv").exists()


def test_a_python_whose_path_has_a_blank_is_taken(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    python = tmp_path / "a b" / "python3.12"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\n[ "$2" = -c ] || echo "to run: $*"\n')  # suitable, and it says for what
    python.chmod(0o755)
    as_argument = make("copies", f"PYTHON={python}", cwd=tmp_path)
    as_variable = make("copies", cwd=tmp_path, PYTHON=str(python))
    for made in (as_argument, as_variable):
        assert "to run: -E -s -X utf8 tools/setup/make_venv.py --exact-python lab" in made.stdout, made.stderr


def test_the_makefile_judges_a_python_by_its_version():
    condition = re.search(r"^SUITABLE := (.*)$", MAKEFILE, re.MULTILINE)[1]
    for version, suitable in {(3, 10): False, (3, 11): True, (3, 14): True, (3, 15): False}.items():
        code = f"import sys; sys.version_info = {(*version, 0)}; {condition}"
        assert (subprocess.run([sys.executable, "-c", code]).returncode == 0) is suitable, version


@pytest.mark.parametrize("with_mnist", [True, False])
def test_ci_runs_make_test_with_mnist_where_it_is(tmp_path, with_mnist):
    checkout = tmp_path / "checkout"
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy2(ROOT / ".ci" / "run", checkout / ".ci")
    fake_make = tmp_path / "bin" / "make"
    fake_make.parent.mkdir()
    fake_make.write_text('#!/bin/sh\necho "make $*|$(pwd)|${VAECORE_DATA-unset}"\nexit 3\n')
    fake_make.chmod(0o755)
    mnist = tmp_path / "shared" / "data" / "mnist"
    if with_mnist:
        mnist.mkdir(parents=True)
    environment = {**os.environ, "PATH": f"{fake_make.parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("VAECORE_DATA", None)
    ran = subprocess.run([checkout / ".ci" / "run"], cwd="/", env=environment, capture_output=True, text=True)
    assert ran.returncode == 3, "what make test says must be what CI says"
    assert ran.stdout.strip() == f"make test|{checkout}|{mnist if with_mnist else 'unset'}"


def test_make_test_does_all_of_the_setting_up():
    planned = make("-n", "test").stdout
    order = ["tools/setup/make_venv.py", "tools.setup.ensure_browsers", "ruff check", "mypy", "pytest"]
    places = [planned.find(step) for step in order]
    assert -1 not in places and places == sorted(places)
    assert re.search(r"make_venv\.py\s+book lab test", planned)

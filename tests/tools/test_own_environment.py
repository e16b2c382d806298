"""What of a user's environment reaches set-up, build and tests: what is named, and nothing else."""

import json
import os
import subprocess
import sys

import pytest
from browser import ROOT, files_of_the_checkout

from tools.setup.own_environment import SET, own_environment
from vaebook.execution import kernels

UNWANTED = [
    "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONOPTIMIZE", "PYTHONSAFEPATH", "PYTHONWARNINGS",
    "PYTHONSOMETHINGNEW", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_NO_DEPS", "PIP_REQUIREMENT",
    "MATPLOTLIBRC", "MPLCONFIGDIR", "MPLBACKEND", "JUPYTER_PATH", "JUPYTER_CONFIG_DIR",
    "JUPYTER_PLATFORM_DIRS", "IPYTHONDIR", "SOURCE_DATE_EPOCH", "GIT_DIR", "UV_INDEX_URL", "PYTEST_ADDOPTS",
    "VIRTUAL_ENV", "MAKEFLAGS",
]  # fmt: skip
WANTED = [
    "PATH", "HOME", "TMPDIR", "LC_ALL", "https_proxy", "HTTPS_PROXY", "SSL_CERT_FILE", "PIP_INDEX_URL",
    "PIP_CERT", "LD_LIBRARY_PATH", "VAECORE_DATA", "VAECORE_CHROMIUM", "VAEBOOK_SOLUTIONS",
    "GITHUB_REPOSITORY", "DISPLAY",
]  # fmt: skip


def test_only_what_is_named_is_kept():
    present = dict.fromkeys([*UNWANTED, *WANTED], "theirs")
    assert own_environment(present) == {**dict.fromkeys(WANTED, "theirs"), **SET}
    assert own_environment({"PYTHONUTF8": "0", "PIP_USER": "1"}, MORE="ours") == {**SET, "MORE": "ours"}


def test_what_the_chapters_get_gets_as_far_as_the_build():
    names = [*kernels.OF_THE_SYSTEM, *kernels.MARKS, "VAECORE_DATA"]
    assert own_environment(dict.fromkeys(names, "x")) == {**dict.fromkeys(names, "x"), **SET}


@pytest.mark.parametrize(
    "name", ["PYTHONPATH", "PYTHONSAFEPATH", "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONHOME"]
)
def test_a_tool_starts_whatever_python_is_told(name, tmp_path):
    """As the Makefile starts each of its tools."""
    tools, theirs = tmp_path / "tools", tmp_path / "theirs"
    tools.mkdir()
    theirs.mkdir()
    (theirs / "json.py").write_text("raise ImportError('another json')")
    (tools / "show.py").write_text(
        '"""It has a docstring."""\nimport json, os, sys\n'
        "print(json.dumps([__doc__, sys.argv[1:], dict(os.environ), sys.flags.optimize, sys.warnoptions]))"
    )
    value = {"PYTHONPATH": str(theirs), "PYTHONOPTIMIZE": "2", "PYTHONWARNINGS": "error"}.get(name, "1")
    done = subprocess.run(
        [sys.executable, "-I", ROOT / "tools" / "setup" / "own_environment.py", "show", "--port", "1"],
        cwd=tools, env={**os.environ, name: value}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    docstring, arguments, environment, optimized, warnings = json.loads(done.stdout)
    assert docstring == "It has a docstring." and arguments == ["--port", "1"]
    assert name not in environment and SET.items() <= environment.items()
    assert (optimized, warnings) == (0, [])


def test_figures_of_the_tools_take_no_settings_from_the_home_folder(tmp_path):
    settings = tmp_path / ".config" / "matplotlib" / "matplotlibrc"
    settings.parent.mkdir(parents=True)
    settings.write_text("text.usetex: True\nfigure.facecolor: black\n")
    present = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "MPLCONFIGDIR": str(settings.parent)}
    code = "from matplotlib import rcParams as rc; print(rc['text.usetex'], rc['figure.facecolor'])"
    command = [sys.executable, "-c", code]
    theirs = subprocess.run(command, env=present, capture_output=True, text=True, check=True)
    ours = subprocess.run(command, env=own_environment(present), capture_output=True, text=True, check=True)
    assert (theirs.stdout, ours.stdout) == ("True black\n", "False white\n")


def test_the_makefile_starts_every_tool_so():
    lines = (ROOT / "Makefile").read_text(encoding="utf-8").splitlines()
    assert "RUN := .venv/bin/python -I tools/setup/own_environment.py" in lines
    recipes = [line for line in lines if line.startswith("\t") and ("python" in line or "$(RUN)" in line)]
    assert len(recipes) > 15
    for line in recipes:
        assert line.startswith(("\t@$(RUN) ", "\t$(call environment,", "\t$(call with_python,")), line
    calls = [line for line in lines if 'exec "$$python"' in line]
    assert len(calls) == 2 and all('"$$python" -E -c' in line and "-E -s -X utf8" in line for line in calls)


def test_the_files_of_a_checkout_without_git(tmp_path):
    """A zip, unpacked; even in somebody's repository, which ignores it."""
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    (tmp_path / ".gitignore").write_text("unpacked/\n")
    unpacked = tmp_path / "unpacked"
    for name in ("README.md", "book/05_kl.md", "book/_build/html/index.html", ".venv/pyvenv.cfg"):
        (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / name).touch()
    (unpacked / ".gitignore").write_bytes((ROOT / ".gitignore").read_bytes())
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert files_of_the_checkout(unpacked, scratch) == [".gitignore", "README.md", "book/05_kl.md"]

"""vaecore on the other supported Pythons of this machine: installed there, some of the core's tests pass.

A sample of `make test-pythons`, which runs all tests that need no browser on each of them.
"""

import re
import subprocess
import sys

import pytest
from browser import ROOT
from sample import sample

from tools.setup import lock_requirements, make_venv, other_environments
from tools.setup.own_environment import own_environment

HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
OTHERS = [version for version in make_venv.supported_pythons() if version != HERE]
# Where there is no other Python, this one in an environment of its own.
INSTALLED = [version for version in OTHERS if other_environments.find_python(version)] or [HERE]
# Of what tests need; not PyTorch, nor a browser.
NEEDED = re.compile("pytest|psutil|hypothesis|mpmath|pyyaml")
SAMPLE = "data imports latent_arithmetic mnist_files old_checkpoints pca shipped training_vae vae"


@pytest.mark.spread
@pytest.mark.parametrize("version", sample(INSTALLED, kept=INSTALLED[:1]))
def test_some_of_the_core_passes_there(version):
    of_readers = other_environments.requirements([], None)
    every = other_environments.requirements(["test"], None)
    wanted = [line for line in every if line in of_readers or NEEDED.match(line)]
    lock = lock_requirements.LOCK.read_text(encoding="utf-8")
    python = other_environments.find_python(version)
    program = other_environments.environment(f"sample-{version}", python, wanted, lock)
    files = [f"tests/core/test_{name}.py" for name in SAMPLE.split()]
    done = subprocess.run(
        [program, "-m", "pytest", "-p", "no:cacheprovider", "--quiet", *files],
        cwd=ROOT, env=own_environment(), capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(re.search(r"(\d+) passed", done.stdout)[1]) > 100

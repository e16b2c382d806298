"""The Pythons in which the chapters run: .venv's own, and others with lower, newer and Colab's versions.

Each of the others has a folder in .venvs/, which is kept; see tools/setup/other_environments.py.
"""

from __future__ import annotations

import subprocess
import sys

from tools.setup import make_venv, other_environments
from tools.setup.own_environment import own_environment

EXTRAS = ["fast", "lab"]  # numba, and the kernel
# What Google Colab had in August 2026, as far as chapters touch it. Its numba is lower than what the extra
# "fast" asks for, and it is there whether one asks or not: the compiled loops are on for everybody.
COLAB_PYTHON = "3.13"
COLAB = ["numpy==2.1.*", "ipywidgets==7.7.1", "numba==0.61.*", "ipykernel>=6.29"]
NAMES = ["locked", "lowest", "newest", "colab"]


def wanted() -> list[str]:
    """What a chapter's kernel needs: the package's own requirements, numba, and ipykernel."""
    return [*other_environments.requirements(["fast"], None), "ipykernel>=6.29"]


def without_numba(lines: list[str]) -> list[str]:
    return [line for line in lines if not line.startswith("numba")]


def pythons_here() -> list[tuple[str, str]]:
    """Version and program of each supported Python of this machine, the oldest first."""
    found = ((version, other_environments.find_python(version)) for version in make_venv.supported_pythons())
    return [(version, python) for version, python in found if python]


def make(name: str) -> str | None:
    """The Python program of the environment `name`; None if this machine has no Python for it."""
    here = pythons_here()
    if name == "locked":
        return sys.executable
    if name == "lowest":
        version, python = here[0]
        lowest = other_environments.resolve(version, "lowest-direct", EXTRAS)
        return str(other_environments.environment("chapters-lowest", python, wanted(), lowest))
    if name == "newest":
        version, python = here[-1]
        newest = other_environments.resolve(version, "highest", EXTRAS)
        return str(other_environments.environment("chapters-newest", python, wanted(), newest))
    python = dict(here).get(COLAB_PYTHON)
    lines = [*without_numba(wanted()), *COLAB]
    return python and str(other_environments.environment("chapters-colab", python, lines, ""))


# Some builds of OpenBLAS lack a routine for small float32 matrices on an old core, and jump into nothing:
# NumPy 2.5.5 ends with a segmentation fault here on Prescott.
SMALL_PRODUCT = "import numpy as np; a = np.ones((8, 784), np.float32); a @ np.ones((784, 8), np.float32)"


def multiplies(python: str, core: str) -> bool:
    """Whether the NumPy of a Python survives a product when it computes as on this core."""
    environment = own_environment(OPENBLAS_CORETYPE=core)
    ran = subprocess.run([python, "-c", SMALL_PRODUCT], env=environment, stderr=subprocess.DEVNULL)
    return ran.returncode == 0

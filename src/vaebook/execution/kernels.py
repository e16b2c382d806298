"""The environment in which the chapters' cells run, so that a page does not depend on who builds it where.

It is built up from nothing: what decides an output is set here, and of the reader's variables only those go
in that a process needs to run at all. So no PYTHONPATH, no matplotlibrc, no settings of Jupyter's, no locale
and no file of the home folder reaches a page. Kernels inherit the variables of the process that starts them,
which is Sphinx: they are exchanged when the build begins and put back when it ends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from vaebook.settings import build_of, cache, import_from

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Without these a process may not start, or not find its libraries.
LIBRARIES = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH", "NIX_LD_LIBRARY_PATH")
OF_THE_SYSTEM = (
    "PATH", "TMPDIR", "TEMP", "TMP", *LIBRARIES,
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS",  # Windows
)  # fmt: skip
# By these the tests, and Jenkins, find the processes that a run has left behind.
MARKS = ("TESTS_OF_THE_BOOK", "BUILD_ID", "JENKINS_NODE_COOKIE")

DECISIVE = {
    "VAECORE_OFFLINE": "1",
    "VAECORE_COMPILED": "0",  # with Numba or without, the book shows the same digits
    "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",  # whatever the locale
    "PYTHONNOUSERSITE": "1",
    # On a busy machine, threads that wait for each other make small matrix products ten times slower.
    "OPENBLAS_NUM_THREADS": "1",
    "TZ": "UTC",
}

KERNEL_SETTINGS = """\
# Kernels on the loopback warn that their sockets are not encrypted; only errors are of interest.
c.IPKernelApp.log_level = "ERROR"
# A busy machine would flush what a cell prints in the middle of a line, and the page would show two lines.
c.IPKernelApp.exec_lines = ["__import__('sys').stdout.flush_interval = 1e6"]
"""


class Folders(NamedTuple):
    """Where a build keeps what its kernels write: a home, the files of widgets' pages, IPython's settings."""

    home: Path
    weights: Path
    ipython: Path


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", prepare, priority=650)
    app.connect("build-finished", put_back, priority=950)
    return {"parallel_read_safe": True}


def mnist_folder() -> str:
    """VAECORE_DATA as an absolute path (the chapters run in another folder); "" if it is not set."""
    folder = os.environ.get("VAECORE_DATA", "")
    return str(Path(folder).expanduser().resolve()) if folder else ""


def environment_of_the_chapters(
    present: Mapping[str, str], folders: Folders, packages: Iterable[str] = ()
) -> dict[str, str]:
    """The whole environment of a kernel.

    present: the environment of the build.  packages: folders that the cells import from, beside what is
    installed.
    """
    mnist = mnist_folder()
    places = {
        "HOME": folders.home,  # and below it the settings and caches of IPython, Jupyter and Matplotlib
        "USERPROFILE": folders.home,  # the same on Windows
        "VAECORE_WIDGETS": folders.weights,  # widgets become HTML
        # What an earlier download left in the reader's cache must not decide what the book shows.
        **({"VAECORE_DATA": mnist} if mnist else {"VAECORE_CACHE": folders.home}),
        "IPYTHONDIR": folders.ipython,
    }
    path = os.pathsep.join(packages)
    return {
        **{name: value for name, value in present.items() if name in (*OF_THE_SYSTEM, *MARKS)},
        **DECISIVE,
        **{name: str(place) for name, place in places.items()},
        **({"PYTHONPATH": path} if path else {}),
    }


def what_decides(present: Mapping[str, str]) -> str:
    """What of a kernel's environment may decide an output, as a text to be hashed."""
    libraries = {name: present.get(name, "") for name in LIBRARIES}
    return json.dumps([DECISIVE, libraries, mnist_folder(), KERNEL_SETTINGS], sort_keys=True)


def prepare(app: Sphinx) -> None:
    """Write the kernels' settings, and exchange the environment."""
    profile = cache(app, "ipython", "profile_default")
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS, encoding="utf-8")
    folders = Folders(cache(app, "home"), cache(app, "weights"), cache(app, "ipython"))
    build_of(app).variables = dict(os.environ)
    exchange(environment_of_the_chapters(os.environ, folders, import_from(app)))
    fonts = cache(app) / f"fonts-listed-{metadata.version('matplotlib')}"
    if not fonts.exists():
        # The first import ever builds a font cache, and says so where a chapter would show it.
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True)
        fonts.touch()


def put_back(app: Sphinx, exception: Exception | None) -> None:
    if variables := build_of(app).variables:
        exchange(variables)


def exchange(variables: Mapping[str, str]) -> None:
    """Make these the environment of this process, and of those that it starts from now on."""
    after = dict(variables)
    os.environ.clear()
    os.environ.update(after)

"""The environment in which the chapters' cells run, so that a page does not depend on who builds it where.

Kernels inherit the variables of the process that starts them, which is Sphinx: they are set when the build
begins and put back when it ends.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from vaebook.settings import build_of, cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx

KERNEL_SETTINGS = """\
# Kernels on the loopback warn that their sockets are not encrypted; only errors are of interest.
c.IPKernelApp.log_level = "ERROR"
# A busy machine would flush what a cell prints in the middle of a line, and the page would show two lines.
c.IPKernelApp.exec_lines = ["__import__('sys').stdout.flush_interval = 1e6"]
"""


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", prepare, priority=650)
    app.connect("build-finished", put_back, priority=950)
    return {"parallel_read_safe": True}


def mnist_folder() -> str:
    """VAECORE_DATA as an absolute path (the chapters run in another folder); "" if it is not set."""
    folder = os.environ.get("VAECORE_DATA", "")
    return str(Path(folder).expanduser().resolve()) if folder else ""


def environment_of_the_chapters(weights: Path, ipython: Path, no_downloads: Path) -> dict[str, str | None]:
    """What is different in a kernel's environment; None for a variable that must not be there.

    weights: the folder for the files that widgets' pages load.  ipython: a folder for IPython's settings, in
    place of somebody's own.  no_downloads: an empty folder, in place of the reader's cache of MNIST.
    """
    folder = mnist_folder()
    return {
        "VAECORE_OFFLINE": "1",
        "VAECORE_COMPILED": "0",  # with Numba or without, the book shows the same digits
        "VAECORE_WIDGETS": str(weights),  # widgets become HTML
        "VAECORE_DATA": folder or None,
        # What an earlier download left in the reader's cache must not decide what the book shows.
        "VAECORE_CACHE": None if folder else str(no_downloads),
        "IPYTHONDIR": str(ipython),
        "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel, not one in the home folder
        "MPLBACKEND": None,  # the kernel chooses the one that draws into the page
        "PYTHONHASHSEED": "0",
        # On a busy machine, threads that wait for each other make small matrix products ten times slower.
        "OPENBLAS_NUM_THREADS": "1",
    }


def prepare(app: Sphinx) -> None:
    """Write the kernels' settings, and set the variables."""
    profile = cache(app, "ipython", "profile_default")
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS, encoding="utf-8")
    changes = environment_of_the_chapters(
        cache(app, "weights"), cache(app, "ipython"), cache(app, "no-downloads")
    )
    build_of(app).variables = {name: os.environ.get(name) for name in changes}
    set_variables(changes)
    fonts = cache(app) / "fonts-listed"
    if not fonts.exists():
        # The first import ever builds a font cache, and says so where a chapter would show it.
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], check=True)
        fonts.touch()


def put_back(app: Sphinx, exception: Exception | None) -> None:
    set_variables(build_of(app).variables)


def set_variables(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value

"""Run a chapter's notebook in a kernel, with other arithmetic, and judge what its prose says of it.

The kernel's arithmetic is changed from outside, by variables of its environment and by a start-up file of
IPython's; the package knows nothing of it.
"""

from __future__ import annotations

import json
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

from tools.setup.own_environment import own_environment

ROOT = Path(__file__).resolve().parents[2]
# Bytes of an executed notebook, its widgets' states included. The shipped weights have 16 bits and moved ones
# need 32, so that a notebook with moved weights may be twice as large.
LARGEST = 3_000_000

MOVED_WEIGHTS = '''\
"""The weights with which a chapter starts are moved by 1e-6, up or down: those drawn, and those loaded."""
import sys

import numpy as np
import vaecore.training
from vaecore.files import network_files
from vaecore.foundations import networks


def moving(function, networks_in):
    def moved(*args, **kwargs):
        result = function(*args, **kwargs)
        rng = np.random.default_rng({seed})  # the same for all: what starts alike goes on starting alike
        for params in networks_in(result):
            for weights, _ in params:
                weights += (1e-6 * rng.choice([-1, 1], weights.shape)).astype(weights.dtype)
        return result
    return moved


for name, module, networks_in in (
    ("init_network", networks, lambda result: [result]),
    ("read_networks", network_files, lambda result: result[0]),
):
    original = getattr(module, name)
    replacement = moving(original, networks_in)
    for module in [m for key, m in sys.modules.items() if key.partition(".")[0] == "vaecore"]:
        if vars(module).get(name) is original:
            setattr(module, name, replacement)
'''
JUDGING = """\
import sys
sys.path.insert(0, {tests!r})
from claims.registry import bytes_of_widgets, judge
judge({chapter!r}, globals())
print("widgets:", bytes_of_widgets(), "bytes")"""


@dataclass(frozen=True)
class Run:
    """What is different in a run.  versions: an environment's name.  core: for OPENBLAS_CORETYPE.

    moved: 0 leaves the starting weights as they are; other numbers are seeds of the signs.
    """

    versions: str = "locked"
    core: str = ""
    threads: int = 1
    compiled: bool = False
    moved: int = 0

    def __str__(self) -> str:
        parts = [f"{self.versions} versions", self.core or "this core", f"{self.threads} thread(s)"]
        parts += ["numba"] * self.compiled + [f"weights moved ({self.moved})"] * (self.moved > 0)
        return ", ".join(parts)

    def variables(self) -> dict[str, str]:
        """What it sets in the kernel's environment."""
        threads = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "NUMBA_NUM_THREADS")
        chosen = dict.fromkeys(threads, str(self.threads))
        if self.core:
            chosen["OPENBLAS_CORETYPE"] = self.core
        quiet = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # Python 3.13 would warn of its own frozen modules
        return {**chosen, **quiet, "VAECORE_COMPILED": str(int(self.compiled))}


def move_weights(ipython: Path, seed: int) -> None:
    """Write the start-up file that moves the starting weights.  ipython: the kernel's IPYTHONDIR."""
    folder = ipython / "profile_default" / "startup"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "00-moved-weights.py").write_text(MOVED_WEIGHTS.format(seed=seed), encoding="utf-8")


def judging_cell(chapter: str) -> nbformat.NotebookNode:
    """A cell that fails, with the sentence, where the chapter's prose is not true of what was computed."""
    source = JUDGING.format(tests=str(ROOT / "tests"), chapter=chapter)
    return nbformat.v4.new_code_cell(source, id="judging")


RUNNING: set[AsyncKernelManager] = set()


def end_all() -> None:
    """End the kernels of all notebooks that run; each run then returns that its kernel died."""
    for manager in list(RUNNING):
        process = getattr(manager.provisioner, "process", None)  # none before it has started
        if process is not None:
            process.kill()


def manager_for(python: str, folder: Path) -> AsyncKernelManager:
    """A manager of kernels of this Python."""
    kernel = folder / "kernels" / "chapters"
    kernel.mkdir(parents=True)
    command = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    description = {"argv": command, "display_name": "chapters", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(description))
    specs = KernelSpecManager(kernel_dirs=[str(folder / "kernels")], ensure_native_kernel=False)
    return AsyncKernelManager(kernel_name="chapters", kernel_spec_manager=specs)


def run_notebook(path: Path, python: str, run: Run, judge: bool = True) -> str:
    """Run a notebook, and return what is wrong with it; "" if nothing is.

    python: the program of the environment, which has ipykernel.
    """
    notebook = nbformat.read(path, as_version=4)
    if judge:
        notebook.cells.append(judging_cell(path.stem))
    with tempfile.TemporaryDirectory(prefix="chapters-") as name:
        folder = Path(name)
        if run.moved:
            move_weights(folder / "ipython", run.moved)
        inherited = {key: value for key, value in own_environment().items() if not key.startswith("VAECORE")}
        variables = {
            **inherited, **run.variables(), "VAECORE_OFFLINE": "1",
            "IPYTHONDIR": str(folder / "ipython"), "VAECORE_CACHE": str(folder / "cache"),
        }  # fmt: skip
        client = NotebookClient(
            notebook, km=manager_for(python, folder), timeout=None, extra_arguments=["--log-level=ERROR"],
            resources={"metadata": {"path": name}},
        )
        client.owns_km = True  # it ends the kernel when the last cell has run
        RUNNING.add(client.km)
        try:
            client.execute(env=variables)
        except DeadKernelError:
            return "its kernel died"
        except CellExecutionError as error:
            where = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback).splitlines()[-8:]
            return error.evalue if judge and error.evalue.startswith(path.stem) else "\n".join(where)
        finally:
            RUNNING.discard(client.km)
    size, limit = len(nbformat.writes(notebook)), LARGEST * (2 if run.moved else 1)
    return f"the executed notebook has {size:,} bytes, more than {limit:,}" if size > limit else ""

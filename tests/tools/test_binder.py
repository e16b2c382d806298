"""What Binder would do: install environment.yml, start a server, open a launch button's notebook, run all.

Everything happens in a copy of the repository, in a fresh virtual environment, on the loopback address.

The kernels' arithmetic is not that of the built book: starting weights are moved by 1e-6. And each chapter
that has run is judged by what its prose says.  `make test` opens two notebooks in JupyterLab and runs the one
on which rounding bears most without it; `make test-whole` opens and runs all.
"""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

import nbformat
import pytest
import yaml
from browser import ROOT, OpenPage, book_pages
from notebook_server import HAS_RUN, KERNEL_IS_IDLE, environment_of_its_own, jupyterlab
from packaging.utils import canonicalize_name
from sample import sample

from tools.arithmetic import kernels
from tools.arithmetic.run_chapters import has_claims
from tools.setup import other_environments
from vaebook.repository import Repository

INSTALLED = """\
import importlib.metadata, json, vaecore
versions = {d.metadata["Name"]: d.version for d in importlib.metadata.distributions()}
print(json.dumps({"versions": versions, "vaecore": vaecore.__file__}))
"""


@dataclass
class Binder:
    """A copy of the repository with the environment that environment.yml describes."""

    repository: Path
    python: Path
    home: Path

    def run(self, *command: str | Path) -> str:
        ran = subprocess.run(
            [self.python, *command], cwd=self.repository, env=environment_of_its_own(self.home),
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        assert ran.returncode == 0, f"{command}:\n{ran.stdout}\n{ran.stderr}"
        return ran.stdout


def python_of(conda_dependencies: list) -> str:
    """The Python that environment.yml names, where this machine has it; else the one of these tests."""
    version = next(line for line in conda_dependencies if str(line).startswith("python="))
    return other_environments.find_python(version.removeprefix("python=")) or sys.executable


@pytest.fixture(scope="module")
def binder(tmp_path_factory, tracked_files) -> Binder:
    folder = tmp_path_factory.mktemp("binder")
    repository = folder / "repository"
    for path in tracked_files:
        (repository / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / path, repository / path)
    dependencies = yaml.safe_load((repository / "environment.yml").read_text())["dependencies"]
    subprocess.run([python_of(dependencies), "-m", "venv", folder / "venv"], check=True)
    binder = Binder(repository, folder / "venv" / "bin" / "python", folder / "home")
    # conda writes the pip lines to a file beside environment.yml, and runs pip there with these arguments.
    pip_lines = next(entry["pip"] for entry in dependencies if isinstance(entry, dict))
    requirements = repository / "condaenv.requirements.txt"
    requirements.write_text("\n".join(pip_lines))
    # Compiling everything in advance takes as long as installing it; Python compiles what it imports.
    install = ["install", "--quiet", "--no-compile", "-U", "-r", requirements, "--exists-action=b"]
    binder.run("-m", "pip", *install)
    return binder


@pytest.fixture(scope="module")
def one_server(binder: Binder) -> Iterator[tuple[str, str]]:
    """Address and token of a JupyterLab as Binder starts it: with the repository as its root."""
    kernels.move_weights(Path(environment_of_its_own(binder.home)["IPYTHONDIR"]), seed=1)
    with jupyterlab(binder.python, binder.repository, binder.home) as server:
        yield server


@pytest.fixture
def server(one_server: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """The same for all notebooks; the kernel of each is ended, though."""
    yield one_server
    address, token = one_server
    headers = {"Authorization": f"token {token}"}
    with urlopen(Request(f"{address}api/kernels", headers=headers)) as answer:
        kernels = json.load(answer)
    for kernel in kernels:
        urlopen(Request(f"{address}api/kernels/{kernel['id']}", headers=headers, method="DELETE")).close()


def launch_path(name: str) -> str:
    """What a page's Binder button opens on the server: `lab/tree/...`.

    The page has one where a published copy is known; tests/pages/test_repository.py looks there.
    """
    published = Repository("https://github.com/o/r", "main", "book", configured=False)
    return published.binder("https://mybinder.org", f"{name}.ipynb").partition("?urlpath=")[2]


def test_the_environment_is_what_the_lock_says(binder):
    installed = json.loads(binder.run("-c", INSTALLED))
    assert Path(installed["vaecore"]).is_relative_to(binder.repository / "src")
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    lock = dict(line.split(" ;")[0].split("==") for line in lines if "==" in line)
    versions = {canonicalize_name(name): version for name, version in installed["versions"].items()}
    assert {"vaecore", "jupyterlab", "ipykernel", "numpy"} <= set(versions)
    assert "torch" not in versions
    for came_with_python in ("pip", "setuptools"):
        versions.pop(came_with_python, None)
    del versions["vaecore"]
    assert {name: lock.get(name) for name in versions} == versions


def test_the_package_works_there(binder):
    code = "from vaecore import VAE, load_mnist; print(load_mnist('auto').source, VAE.load_shipped('lab'))"
    assert binder.run("-c", code).splitlines()[-1].startswith("sample ")


# Of what the core's tests need: not PyTorch, nor a browser.
NEEDED = re.compile("pytest|psutil|hypothesis|mpmath|pyyaml")
CORE = "data imports latent_arithmetic mnist_files old_checkpoints pca shipped training_vae vae"


def test_some_of_the_core_passes_there(binder):
    """On what may be another Python; `make test-pythons` runs far more on each that this machine has."""
    wanted = [line for line in other_environments.requirements(["test"], None) if NEEDED.match(line)]
    binder.run("-m", "pip", "install", "--quiet", "--no-compile", "-c", "requirements.lock", *wanted)
    files = [f"tests/core/test_{name}.py" for name in CORE.split()]
    printed = binder.run("-m", "pytest", "-p", "no:cacheprovider", "--quiet", *files)
    assert int(re.search(r"(\d+) passed", printed)[1]) > 100


OPENED = ("index", "05_kl")  # in JupyterLab, by `make test`
RUN = ("06_adam",)  # without it
NOTEBOOKS = [name for name in book_pages() if (ROOT / "book" / f"{name}.ipynb").exists()]
SAVED = "() => !jupyterapp.shell.currentWidget.context.model.dirty"


@pytest.mark.parametrize("name", sample(NOTEBOOKS, kept=OPENED))
def test_the_launch_button_opens_a_notebook_that_runs(name, binder, server, open_page: OpenPage):
    path = launch_path(name)
    file = path.removeprefix("lab/tree/")
    if has_claims(name):
        chapter = nbformat.read(binder.repository / file, as_version=4)
        chapter.cells.append(kernels.judging_cell(name))
        nbformat.write(chapter, binder.repository / file)
    page, problems = open_page(width=1400)
    address, token = server
    page.goto(f"{address}{path}?token={token}&reset")  # forget the notebooks of the last visit
    page.wait_for_selector(".jp-NotebookPanel:visible")
    page.wait_for_function(KERNEL_IS_IDLE, arg=file)
    assert page.locator("dialog, .jp-Dialog").count() == 0  # "Select kernel", or an error

    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(HAS_RUN, timeout=600_000)
    page.wait_for_function(KERNEL_IS_IDLE, arg=file)
    page.keyboard.press("Control+s")
    page.wait_for_function(SAVED)

    notebook = json.loads((binder.repository / file).read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    outputs = [output for cell in cells for output in cell["outputs"]]
    assert [output["evalue"] for output in outputs if output["output_type"] == "error"] == []
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    printed = "".join("".join(output["text"]) for output in outputs if output["output_type"] == "stream")
    assert "Warning" not in printed and "%pip" not in printed
    if has_claims(name):  # its last cell has judged it, and has weighed its widgets
        widgets = int(re.search(r"^widgets: (\d+) bytes$", printed, re.MULTILINE)[1])
        assert widgets + len((binder.repository / file).read_bytes()) < 2 * kernels.LARGEST
    assert [problem for problem in problems if problem.startswith("asks another host")] == []


@pytest.mark.parametrize("name", sample([name for name in NOTEBOOKS if name not in OPENED], kept=RUN))
def test_a_notebook_runs_there(name, binder):
    """With its kernel alone; and its claims hold with weights that were moved."""
    path = binder.repository / "book" / f"{name}.ipynb"
    assert kernels.run_notebook(path, str(binder.python), kernels.Run(moved=1), judge=has_claims(name)) == ""

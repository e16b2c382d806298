"""The chapters' .ipynb twins: in step, without outputs, legible everywhere, and they run on Colab."""

import os
import re
import shutil
import subprocess
import sys
from importlib import util

import jupytext
import nbformat
import pytest
import yaml
from browser import BOOK, ROOT, book_pages
from nbconvert.exporters import ScriptExporter

from tools.setup import make_venv
from vaebook.chapters.twins import find_chapters, fold_solutions, front_matter, setup_cell
from vaebook.repository import Repository

CHAPTERS = find_chapters(BOOK)
NAMES = [chapter.stem for chapter in CHAPTERS]


def twin(name: str) -> nbformat.NotebookNode:
    return nbformat.read(BOOK / f"{name}.ipynb", as_version=nbformat.NO_CONVERT)


def code_of(notebook: nbformat.NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def run_tool(root, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.writing.sync_notebooks", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


@pytest.fixture
def copied_book(tmp_path):
    """The chapters and their twins, to be changed."""
    shutil.copytree(BOOK, tmp_path / "book", ignore=shutil.ignore_patterns("_build"))
    return tmp_path


def test_the_twins_are_in_step():
    checked = run_tool(ROOT, "--check")
    assert checked.returncode == 0, checked.stdout


def test_every_page_with_cells_has_one_and_nothing_else_has():
    with_cells = {name for name in book_pages() if "{code-cell}" in (BOOK / f"{name}.md").read_text()}
    assert {path.stem for path in BOOK.glob("*.ipynb")} == set(NAMES) >= with_cells - {"style"}
    assert "07_mnist_lab" in with_cells
    assert "style" not in NAMES  # it is for those who write chapters


def test_a_changed_chapter_is_noticed_and_mended(copied_book):
    chapter = copied_book / "book" / "07_mnist_lab.md"
    assert run_tool(copied_book, "--check").returncode == 0
    chapter.write_text(chapter.read_text() + "\nOne more line.\n")
    before = chapter.with_suffix(".ipynb").read_bytes()
    checked = run_tool(copied_book, "--check")
    assert checked.returncode == 1
    assert "07_mnist_lab.ipynb is out of step with its chapter; run: make notebooks" in checked.stdout
    assert chapter.with_suffix(".ipynb").read_bytes() == before  # --check writes nothing
    assert run_tool(copied_book).stdout.strip() == "wrote book/07_mnist_lab.ipynb"
    assert "One more line." in chapter.with_suffix(".ipynb").read_text()
    assert run_tool(copied_book, "--check").returncode == 0


def test_a_twin_that_was_run_edited_or_orphaned_is_noticed(copied_book):
    path = copied_book / "book" / "07_mnist_lab.ipynb"
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code")["execution_count"] = 1
    nbformat.write(notebook, path)
    (copied_book / "book" / "orphan.ipynb").write_text("{}")
    checked = run_tool(copied_book, "--check")
    assert checked.returncode == 1
    assert "07_mnist_lab.ipynb" in checked.stdout and "orphan.ipynb" in checked.stdout


def test_a_twin_that_was_worked_in_is_kept_in_the_readers_folder_before_it_is_written(copied_book):
    path, mine = copied_book / "book" / "07_mnist_lab.ipynb", copied_book / "my-notebooks"
    fresh = path.read_bytes()
    for kept in ("07_mnist_lab.ipynb", "07_mnist_lab.from-book-1.ipynb", "07_mnist_lab.from-book-2.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.cells.append(nbformat.v4.new_code_cell(f"my_answer = {kept!r}"))
        nbformat.write(notebook, path)
        answered = path.read_bytes()
        said = run_tool(copied_book).stdout
        assert f"book/07_mnist_lab.ipynb had been changed by hand: that is now my-notebooks/{kept}" in said
        assert (mine / kept).read_bytes() == answered and path.read_bytes() == fresh
    chapter = path.with_suffix(".md")
    chapter.write_text(chapter.read_text() + "\nOne more line.\n")
    assert run_tool(copied_book).stdout == "wrote book/07_mnist_lab.ipynb\n"  # nobody's work: no copy
    assert len(list(mine.iterdir())) == 3


def test_an_address_that_is_set_on_purpose_reaches_the_twins_and_no_other_does(copied_book):
    twin_text = (copied_book / "book" / "07_mnist_lab.ipynb").read_text
    assert "git+" not in twin_text() and yaml.safe_load((BOOK / "_config.yml").read_text())["repository"] == {
        "url": "", "branch": "", "path_to_book": "book",
    }  # fmt: skip
    subprocess.run(["git", "init", "-q", copied_book], check=True)
    command = ["git", "-C", copied_book, "remote", "add", "origin", "https://example.org/found/book"]
    subprocess.run(command, check=True)
    assert run_tool(copied_book).stdout == ""
    config = copied_book / "book" / "_config.yml"
    config.write_text(config.read_text().replace('url: ""', "url: https://example.org/my/fork"))
    run_tool(copied_book)
    assert "git+https://example.org/my/fork@main" in twin_text() and "found/book" not in twin_text()


@pytest.mark.parametrize("name", NAMES)
def test_a_twin_is_a_valid_notebook_without_outputs(name):
    notebook = twin(name)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)  # with cell ids
    assert notebook.metadata.kernelspec.name == "python3"
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_the_script_that_nbconvert_makes_of_a_twin_is_pythons():
    """`nbconvert --to script` names the file by what the notebook says of its language."""
    script, resources = ScriptExporter().from_notebook_node(twin("05_kl"))
    assert resources["output_extension"] == ".py" and "import vaecore" in script


@pytest.mark.parametrize("name", NAMES)
def test_a_twin_has_the_cells_of_its_chapter(name):
    source = (BOOK / f"{name}.md").read_text(encoding="utf-8")
    setup, *cells = code_of(twin(name))
    assert "vaecore" in setup
    assert len(cells) == len(re.findall(r"^```\{code-cell\}", source, re.MULTILINE))
    for cell in cells:
        assert cell in source


@pytest.mark.parametrize("name", NAMES)
def test_a_twin_shows_no_directive_and_no_role(name):
    for cell in twin(name).cells:
        if cell.cell_type == "markdown":
            text = re.sub(r"^```[^{].*?^```", "", cell.source, flags=re.DOTALL | re.MULTILINE)
            assert not re.search(r"^\s*(`{3,}|:{3,})\{", text, re.MULTILINE), cell.source
            assert not re.search(r"\{[\w:-]+\}`", text), cell.source
            assert not re.search(r"^\([\w-]+\)=|\$\$ \(", text, re.MULTILINE), cell.source


@pytest.mark.parametrize("name", NAMES)
def test_links_of_a_twin_lead_to_files_that_are_there(name):
    for cell in twin(name).cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"\]\(([\w./-]+?\.(?:ipynb|md|png|svg))(?:#[^)]*)?\)", cell.source):
                assert (BOOK / target).exists(), target


def test_solutions_are_folded_in_jupyterlab_and_colab():
    """Code cells of a solution; the exercises of the catalogue have none."""
    source = """```{solution-start} ex-a
```

```{code-cell} ipython3
1
```

```{solution-end}
```

```{code-cell} ipython3
2
```
"""
    notebook = jupytext.reads(source, fmt="md:myst")
    fold_solutions(notebook.cells)
    inside, outside = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert inside.metadata["jupyter"]["source_hidden"] and inside.metadata["cellView"] == "form"
    assert not outside.metadata


def run_setup_cell(
    monkeypatch, repository: Repository | None, installed: bool, pip: bool = True, works: bool = True
) -> list[str]:
    """Run the setup cell of a twin as IPython would; what it hands to pip.

    pip: whether there is one.  works: whether it can install anything.
    """
    setup = setup_cell(repository).source
    calls: list[str] = []

    def find_spec(name: str) -> object:
        found = pip if name == "pip" else installed or (works and calls)
        return object() if found else None

    monkeypatch.setattr(util, "find_spec", find_spec)
    exec(re.sub(r"(?m)^( *)%pip (.*)", r"\1pip(r'''\2''')", setup), {"pip": calls.append})
    return calls


PUBLISHED = Repository("https://example.org/my/fork", "trunk", "book", configured=False)


def test_colab_installs_vaecore_from_the_published_copy(monkeypatch):
    [call] = run_setup_cell(monkeypatch, PUBLISHED, installed=False)
    assert call.startswith("install ")
    assert '"vaecore @ git+https://example.org/my/fork@trunk"' in call


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"pip": False}, r"^There is no pip beside this kernel: .* 'uv pip install \"vaecore @ git\+https"),
        ({"works": False}, "^vaecore could not be installed: pip says above what is in its way.$"),
    ],
)
def test_where_the_installation_fails_the_first_cell_stops_with_one_sentence(
    environment, sentence, monkeypatch
):
    with pytest.raises(ImportError, match=sentence) as error:
        run_setup_cell(monkeypatch, PUBLISHED, installed=False, **environment)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("version", [(3, 10, 14), (3, 15, 0)])
def test_a_python_that_vaecore_refuses_is_told_before_pip_is_asked(version, monkeypatch):
    monkeypatch.setattr("sys.version_info", version)
    with pytest.raises(ImportError, match=r"^vaecore needs Python 3\.11 to 3\.14: choose another kernel"):
        run_setup_cell(monkeypatch, PUBLISHED, installed=False)


def test_the_first_cell_knows_the_pythons_that_the_package_asks_for():
    versions = make_venv.supported_pythons()
    cell = setup_cell(PUBLISHED).source
    low, high = ("({})".format(version.replace(".", ", ")) for version in (versions[0], versions[-1]))
    assert f"{low} <= sys.version_info[:2] <= {high}" in cell
    assert f"Python {versions[0]} to {versions[-1]}" in cell


def test_where_no_copy_is_published_the_first_cell_says_what_to_do(monkeypatch):
    with pytest.raises(ModuleNotFoundError, match="open this notebook by `make lab`") as error:
        run_setup_cell(monkeypatch, None, installed=False)
    assert "\n" not in str(error.value)
    assert code_of(twin("07_mnist_lab"))[0] == setup_cell(None).source


@pytest.mark.parametrize("repository", [PUBLISHED, None])
def test_where_vaecore_is_there_nothing_is_installed(repository, monkeypatch):
    assert run_setup_cell(monkeypatch, repository, installed=True) == []


def test_front_matter():
    assert front_matter("---\na: 1\n---\n# T\n") == {"a": 1}
    assert front_matter("# T\n\n---\na: 1\n---\n") == {}

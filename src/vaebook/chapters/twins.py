"""A chapter's .ipynb twin: what Binder, Colab and VS Code open, and what its page offers to download.

A chapter is a page with `file_format: mystnb` or a jupytext header.  Its twin is without outputs, in plain
Markdown, and the same bytes whenever it is written.  A page for writers says `notebook: false`, and has none.
"""

from __future__ import annotations

import re
from pathlib import Path

import jupytext
import nbformat
import yaml

from vaebook.chapters.exercise_places import for_notebooks
from vaebook.chapters.plain_markdown import Index, cited_alone, to_plain_markdown
from vaebook.repository import Repository
from vaecore.files.notebooks import ids_of

INSTALL = """\
# On Colab, and wherever else vaecore is missing, this cell installs it.
import importlib.util
import sys

if importlib.util.find_spec("vaecore") is None:
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        raise ImportError("vaecore needs Python 3.11 to 3.14: choose another kernel for this notebook.")
    if importlib.util.find_spec("pip") is None:
        raise ImportError(
            "There is no pip beside this kernel: install vaecore from a terminal, with "
            "'uv pip install \\"vaecore @ git+{url}@{branch}\\"' for example, and restart the kernel."
        )
    %pip install --quiet "vaecore @ git+{url}@{branch}"
    importlib.invalidate_caches()
    if importlib.util.find_spec("vaecore") is None:
        raise ImportError("vaecore could not be installed: pip says above what is in its way.")
"""
EXPLAIN = """\
# The cells below import vaecore, the package of this book.
import importlib.util

if importlib.util.find_spec("vaecore") is None:
    raise ModuleNotFoundError(
        "vaecore is not installed here: open this notebook by `make lab` in a copy of the book, "
        "or install the package from a copy that you trust (%pip install FOLDER) and restart the kernel."
    )
"""

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python", "file_extension": ".py"},  # nbconvert names its script by it
}


def front_matter(source: str) -> dict:
    match = re.match(r"---\n(.*?)\n---\n", source, re.DOTALL)
    return (yaml.safe_load(match[1]) or {}) if match else {}


def is_chapter(source: str) -> bool:
    """Whether a page has cells to run."""
    header = front_matter(source)
    return header.get("file_format") == "mystnb" or "jupytext" in header


def has_twin(source: str) -> bool:
    """Whether a page has cells that its readers run too."""
    return is_chapter(source) and front_matter(source).get("notebook", True)


def find_chapters(book: Path) -> list[Path]:
    """The pages with twins, in order of their names."""
    return [path for path in sorted(book.glob("*.md")) if has_twin(path.read_text(encoding="utf-8"))]


def setup_cell(repository: Repository | None) -> nbformat.NotebookNode:
    """The first cell: it installs vaecore where it is missing, if it is known from where."""
    code = INSTALL.format(url=repository.url, branch=repository.branch) if repository else EXPLAIN
    return nbformat.v4.new_code_cell(code.rstrip(), metadata={"tags": ["setup"]})


def fold_solutions(cells: list[nbformat.NotebookNode]) -> None:
    """Hide the code between solution-start and solution-end; the reader opens it with a click."""
    in_solution = False
    for cell in cells:
        if cell.cell_type == "code" and in_solution:
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
            cell.metadata["cellView"] = "form"  # Colab's word for it
        for directive in re.findall(r"\{solution-(start|end)\}", cell.source):
            in_solution = directive == "start"


def twin_of(source: str, index: Index, repository: Repository | None) -> str:
    """The text of a chapter's twin.

    source: the chapter's text.  repository: where its first cell installs from; None if it is not known.
    """
    notebook = jupytext.reads(for_notebooks(source), fmt="md:myst")
    index = cited_alone(index, source)
    fold_solutions(notebook.cells)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = to_plain_markdown(cell.source, index)
        else:
            cell.outputs, cell.execution_count = [], None
    cells = [cell for cell in notebook.cells if cell.source]
    first_code = next((i for i, cell in enumerate(cells) if cell.cell_type == "code"), len(cells))
    cells.insert(first_code, setup_cell(repository))
    for cell, name in zip(cells, ids_of((cell.cell_type, cell.source) for cell in cells), strict=True):
        cell["id"] = name
    twin = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(twin)
    return nbformat.writes(twin, version=4) + "\n"

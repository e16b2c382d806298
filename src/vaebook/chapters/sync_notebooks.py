"""Write the chapters' .ipynb twins (`make notebooks`, and part of `make book`).

    python tools/sync_notebooks.py            write those that are out of step
    python tools/sync_notebooks.py --check    only say which are out of step, and exit with 1 if any is

A chapter is a book/*.md file with `file_format: mystnb` or a jupytext header. Its twin is what Binder,
Colab and VS Code open: without outputs, in plain Markdown, and the same bytes whenever it is written.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
from pathlib import Path

import jupytext
import nbformat
import yaml

from vaebook.chapters.exercise_places import for_notebooks
from vaebook.chapters.plain_markdown import Index, cited_alone, read_index, to_plain_markdown

ROOT = Path.cwd()
BOOK = ROOT / "book"

SETUP = """\
# On Colab, and wherever else vaecore is missing, this cell installs it.
import importlib.util

if importlib.util.find_spec("vaecore") is None:
    %pip install --quiet "vaecore @ git+{url}@{branch}"
"""

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def front_matter(source: str) -> dict:
    match = re.match(r"---\n(.*?)\n---\n", source, re.DOTALL)
    return (yaml.safe_load(match[1]) or {}) if match else {}


def find_chapters(book: Path = BOOK) -> list[Path]:
    """The pages with cells to run, in order of their names."""
    chapters = []
    for path in sorted(book.glob("*.md")):
        header = front_matter(path.read_text(encoding="utf-8"))
        if header.get("file_format") == "mystnb" or "jupytext" in header:
            chapters.append(path)
    return chapters


def setup_cell(book: Path = BOOK) -> nbformat.NotebookNode:
    repository = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))["repository"]
    code = SETUP.format(url=repository["url"], branch=repository["branch"]).rstrip()
    return nbformat.v4.new_code_cell(code, metadata={"tags": ["setup"]})


def fold_solutions(cells: list[nbformat.NotebookNode]) -> None:
    """Hide the code between solution-start and solution-end; the reader opens it with a click."""
    in_solution = False
    for cell in cells:
        if cell.cell_type == "code" and in_solution:
            cell.metadata["jupyter"] = {**cell.metadata.get("jupyter", {}), "source_hidden": True}
            cell.metadata["cellView"] = "form"  # Colab's word for it
        for directive in re.findall(r"\{solution-(start|end)\}", cell.source):
            in_solution = directive == "start"


def number_cells(cells: list[nbformat.NotebookNode]) -> None:
    """Ids made from the cells' own content, so that the same chapter always gives the same file."""
    seen: set[str] = set()
    for cell in cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()
        name, repeat = digest[:12], 1
        while name in seen:
            repeat += 1
            name = f"{digest[:12]}-{repeat}"
        seen.add(name)
        cell["id"] = name


def twin_of(chapter: Path, index: Index, book: Path = BOOK) -> str:
    """The text of a chapter's twin."""
    source = chapter.read_text(encoding="utf-8")
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
    cells.insert(first_code, setup_cell(book))
    number_cells(cells)
    twin = nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
    nbformat.validate(twin)
    return nbformat.writes(twin, version=4) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a twin is out of step"
    )
    check = parser.parse_args().check

    chapters = find_chapters()
    index = read_index(BOOK, chapters)
    twins = {chapter.with_suffix(".ipynb"): twin_of(chapter, index) for chapter in chapters}
    stale = [path for path in sorted(BOOK.glob("*.ipynb")) if path not in twins]
    changed = [
        path for path, text in twins.items() if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    if check:
        for path in [*changed, *stale]:
            print(f"{path.relative_to(ROOT)} is out of step with its chapter; run: make notebooks")
        return bool(changed or stale)
    for path in changed:
        path.write_text(twins[path], encoding="utf-8")
        print(f"wrote {path.relative_to(ROOT)}")
    for path in stale:
        print(
            f"{path.relative_to(ROOT)} belongs to no chapter; delete it if it is not needed", file=sys.stderr
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""What each chapter says of its numbers came out when it was executed for its page."""

import sys
from pathlib import Path

import judged_build
import nbformat
import pytest
from claims import registry
from nbclient import NotebookClient
from workers import Once

from tools.arithmetic import kernels
from tools.setup.own_environment import own_environment

CHAPTERS = sorted(judged_build.cells_of_the_chapters())


def test_all_chapters_with_claims_are_judged():
    assert [registry.module_of(chapter) for chapter in CHAPTERS] == [
        chapter.stem[3:] for chapter in sorted(registry.BOOK.glob("0*.md"))
    ]


@pytest.mark.spread
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_what_a_chapter_says_came_out(chapter, built_book, once: Once):
    assert judged_build.verdict(chapter, once.folder / "judged") == ""


def run(tmp_path: Path, *cells: str) -> str:
    """What the cells print, or the name of their error, in a kernel with these settings of IPython's."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = NotebookClient(notebook, km=kernels.manager_for(sys.executable, tmp_path / "kernel"))
    client.owns_km = client.allow_errors = True
    client.execute(env=own_environment(IPYTHONDIR=str(tmp_path / "ipython")))
    outputs = [output for cell in notebook.cells for output in cell.outputs]
    return "".join(str(output.get("text") or output.get("ename")) for output in outputs)


def test_a_chapter_is_judged_when_all_its_cells_have_run(tmp_path):
    chapters = {"06_adam": ["x = 1", "print(x)"], "05_kl": ["x = 1", "print(x)", "x = 2"]}
    folder = tmp_path / "judged"
    with judged_build.judging(folder, chapters, tmp_path / "ipython"):
        printed = run(tmp_path, "x = 1\n", "print(x)", "names = sorted(globals())", "print('watch' in names)")
        judged = {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    assert printed == "1\nFalse\n" and list(judged) == ["06_adam"], "the third cell is another one"
    sentences = [sentence for sentence, _ in registry.claims_of("06_adam")]
    assert [sentence for sentence in sentences if f"“{sentence}”" not in judged["06_adam"]] == []


def test_nothing_is_judged_afterwards(tmp_path):
    with judged_build.judging(tmp_path / "judged", {"06_adam": ["x = 1"]}, tmp_path / "ipython"):
        pass
    assert run(tmp_path, "x = 1", "print(x)") == "1\n"
    assert list((tmp_path / "judged").iterdir()) == []

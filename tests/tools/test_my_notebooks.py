"""The reader's own copies: made where missing, never written over, whole with pictures and links."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from browser import BOOK, ROOT, OpenPage
from notebook_server import jupyterlab

from tools.serving import my_notebooks

MINE = "my-notebooks"
LINK = re.compile(r"\]\(([\w./-]+\.(?:ipynb|md|png|svg|json))(?:#[^)]*)?\)|(?:src|href)=\"([\w./-]+)\"")


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A checkout with the book's notebooks."""
    shutil.copytree(BOOK, tmp_path / "book", ignore=shutil.ignore_patterns("_build", ".*"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> None:
    sys.argv = ["my_notebooks.py", *arguments]
    assert my_notebooks.main() == 0


@pytest.fixture(autouse=True)
def own_arguments(monkeypatch):
    monkeypatch.setattr(sys, "argv", sys.argv)


def write_answer(path: Path, answer: str = "my answer = 42") -> bytes:
    notebook = nbformat.read(path, as_version=4)
    next(cell for cell in notebook.cells if cell.cell_type == "code").source = answer
    nbformat.write(notebook, path)
    return path.read_bytes()


def test_the_copies_are_made_and_what_is_written_into_one_stays(root, capsys):
    run()
    notebooks = list((root / "book").glob("*.ipynb"))
    assert len(notebooks) > 9
    assert f"Copied {len(notebooks)} notebooks into my-notebooks/" in capsys.readouterr().out
    for notebook in notebooks:
        assert (root / MINE / notebook.name).read_bytes() == notebook.read_bytes()
    assert list((root / MINE).glob("style.*")) == []  # that page is for those who write chapters
    answered = write_answer(root / MINE / "05_kl.ipynb")
    (root / MINE / "06_adam.ipynb").unlink()
    run()
    assert capsys.readouterr().out.startswith("Copied 1 notebooks")
    assert (root / MINE / "05_kl.ipynb").read_bytes() == answered
    run()
    assert capsys.readouterr().out == ""


def test_the_books_new_notebook_writes_over_no_copy_and_is_announced(root, capsys):
    run()
    answered = write_answer(root / MINE / "05_kl.ipynb")
    untouched = (root / MINE / "06_adam.ipynb").read_bytes()
    for name in ("05_kl.ipynb", "06_adam.ipynb"):
        path = root / "book" / name
        path.write_text(path.read_text().replace("The", "Thee", 1))
    capsys.readouterr()
    run()
    said = capsys.readouterr().out
    assert "my-notebooks/05_kl.ipynb stays as it is" in said and "make fresh NOTEBOOK=05_kl" in said
    assert (root / MINE / "05_kl.ipynb").read_bytes() == answered
    assert (root / MINE / "06_adam.ipynb").read_bytes() == untouched


def test_pages_and_pictures_follow_the_book_until_somebody_changes_them(root):
    run()
    mine = root / MINE
    (mine / "glossary.md").write_text("my notes")
    for name in ("glossary.md", "notation.md"):
        (root / "book" / name).write_text("new")
    run()
    assert (mine / "glossary.md").read_text() == "my notes"
    assert (mine / "notation.md").read_text() == "new"


def test_every_link_and_picture_of_the_copies_is_there(root):
    run()
    links = 0
    for path in (root / MINE).iterdir():
        if path.suffix == ".ipynb":
            text = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells)
        elif path.suffix == ".md":
            text = path.read_text()
        else:
            continue
        for found in LINK.finditer(text):
            links += 1
            assert (root / MINE / (found[1] or found[2])).exists(), f"{path.name}: {found[0]}"
    assert links > 100


SHOWN = """() => {
  const picture = document.querySelector('.jp-RenderedMarkdown img[src*=training_speed]');
  return picture?.complete && picture.naturalWidth > 0;
}"""
LINKED = """() => document.querySelectorAll('.jp-RenderedMarkdown a[href*="/files/"]').length > 3"""
FETCH = """() => Promise.all([...document.querySelectorAll('.jp-RenderedMarkdown a[href*="/files/"]')].map(
  async link => [link.href, (await fetch(link.href)).status]
))"""


def test_in_jupyterlab_the_pictures_of_a_copy_are_shown_and_its_links_lead_somewhere(
    root, tmp_path, open_page: OpenPage
):
    run()
    with jupyterlab(sys.executable, root / MINE, tmp_path / "home") as (address, token):
        page, problems = open_page(width=1400)
        page.goto(f"{address}lab/tree/lab_handout.ipynb?token={token}")
        page.wait_for_function(SHOWN)
        page.goto(f"{address}lab/tree/07_mnist_lab.ipynb?token={token}")
        page.wait_for_function(LINKED)
        links = dict(page.evaluate(FETCH))
        assert any("/03_elbo.ipynb" in link for link in links), links
        assert set(links.values()) == {200}, links
        assert [problem for problem in problems if "404" in problem] == []


def test_a_fresh_copy_keeps_the_old_one(root, capsys):
    run()
    for number, name in enumerate(("05_kl", "05_kl.ipynb", f"{MINE}/05_kl.ipynb"), start=1):
        answered = write_answer(root / MINE / "05_kl.ipynb", f"answer {number}")
        run("--fresh", name)
        assert (root / MINE / f"05_kl.before-{number}.ipynb").read_bytes() == answered
        assert (root / MINE / "05_kl.ipynb").read_bytes() == (root / "book" / "05_kl.ipynb").read_bytes()
        assert f"What you had is now my-notebooks/05_kl.before-{number}.ipynb" in capsys.readouterr().out
    run("--fresh", "05_kl")  # which is fresh already
    assert "nothing in it has changed" in capsys.readouterr().out
    assert len(list((root / MINE).glob("05_kl.*"))) == 4


@pytest.mark.parametrize("name", ["", "5", "../README"])
def test_a_notebook_that_does_not_exist_is_said(name, root):
    with pytest.raises(SystemExit, match=r"there is no notebook .*05_kl, 06_adam"):
        run("--fresh", name)


def test_the_differences_are_the_cells_and_not_the_outputs(root, capsys):
    run()
    path = root / MINE / "05_kl.ipynb"
    notebook = json.loads(path.read_text())
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
    path.write_text(json.dumps(notebook))
    capsys.readouterr()
    run("--differences", "05_kl")
    assert capsys.readouterr().out == "my-notebooks/05_kl.ipynb has the same cells as the book's.\n"
    write_answer(path)
    run("--differences")
    said = capsys.readouterr().out
    assert "\n+my answer = 42\n" in said and "+++ my-notebooks/05_kl.ipynb" in said
    assert "my-notebooks/06_adam.ipynb has the same cells" in said


def test_what_was_written_into_the_books_own_notebook_comes_along(root, capsys):
    answered = write_answer(root / "book" / "05_kl.ipynb")
    run()
    assert (root / MINE / "05_kl.ipynb").read_bytes() == answered
    assert "begins with what was written into book/05_kl.ipynb" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="Run: make notebooks"):
        run("--fresh", "05_kl")


def test_a_folder_that_cannot_be_made_is_said_in_a_sentence(root):
    (root / MINE).touch()
    with pytest.raises(SystemExit, match="must be a folder that you may write to"):
        run()


def test_make_lab_opens_the_copies_and_git_does_not_see_them():
    recipe = subprocess.run(
        ["make", "--dry-run", "lab"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    opened = recipe.index("--ServerApp.root_dir=my-notebooks")
    assert 0 <= recipe.index("tools.serving.my_notebooks") < opened and "root_dir=book" not in recipe
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert "/my-notebooks/" in ignored and "vae_progress*.json" in ignored

"""Plain Jupyter Book, and plain Sphinx, build the same pages as `make book`."""

import filecmp
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from browser import BOOK, ROOT
from sample import sample
from small_book import CHAPTER, HEADER, SmallBook, read

MORE = HEADER.format(title="More") + """\
$$ e^{i \\pi} + 1 = 0 $$

```{admonition} Hint 1 of 1
:class: hint dropdown

Of p(x | z).
```
"""


def differences(one: Path, other: Path, *ignored: str) -> list[str]:
    """The files that two folders do not have in common, byte for byte."""
    files = [
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - set(ignored)
        for folder in (one, other)
    ]
    _, different, failed = filecmp.cmpfiles(one, other, files[0] & files[1], shallow=False)
    return sorted(files[0] ^ files[1]) + different + failed


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> SmallBook:
    """A small book, built as `make book` does."""
    book = SmallBook(tmp_path_factory.mktemp("plain") / "small")
    book.write(index=CHAPTER, more=MORE)
    book.build_successfully()
    return book


def test_jupyter_book_alone_makes_the_same_pages(made, tmp_path):
    """Executed afresh, in another place."""
    plain = SmallBook(tmp_path / "other place")
    plain.write(index=CHAPTER, more=MORE)
    done = plain.run("jupyter-book", "build", "book")
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr
    assert differences(made.html, plain.html) == []
    assert plain.executions() == 1


def test_a_second_build_makes_the_same_pages(made):
    kept = made.html.rename(made.html.with_name("first"))
    done = made.run("jupyter-book", "build", "book")
    assert done.returncode == 0, done.stderr
    assert differences(kept, made.html) == [] and made.executions() == 1
    shutil.rmtree(kept)


@pytest.mark.parametrize("where", sample(["in the book", "elsewhere"], kept=["elsewhere"]))
def test_sphinx_alone_makes_the_same_pages(where, made, tmp_path):
    plain = SmallBook(tmp_path / "small")
    plain.write(index=CHAPTER, more=MORE)
    assert plain.run("jupyter-book", "config", "sphinx", "book").returncode == 0
    options: list[str | Path] = []
    if where == "elsewhere":
        (plain.root / "settings").mkdir()
        shutil.move(plain.root / "book" / "conf.py", plain.root / "settings" / "conf.py")
        options = ["-c", "settings"]
    command = ["sphinx-build", "-W", "-n", "--keep-going", *options, "-b", "html", "book", "out/html"]
    for sentence in ("\nMore.\n", ""):  # what Sphinx has read lies in the output folder here, and must stay
        plain.write(index=CHAPTER, more=MORE + sentence)
        done = plain.run(*command)
        assert done.returncode == 0, done.stderr
    shutil.rmtree(plain.root / "out" / "html" / ".doctrees")
    # Sphinx notes a hash of its settings; those that come from the command line are others.
    assert differences(made.html, plain.root / "out" / "html", ".buildinfo") == []


@pytest.mark.whole(sample="test_jupyter_book_alone_makes_the_same_pages")
def test_of_the_whole_book_too(built_book, tmp_path):
    """From the outputs of the built one: this compares the pages, not the arithmetic."""
    build = tmp_path / "_build"
    build.mkdir()
    for cache in (".jupyter_cache", ".vaebook"):
        shutil.copytree(BOOK / "_build" / cache, build / cache)
    for stamp in ("finished-with.txt", "output.txt"):
        (build / ".vaebook" / stamp).unlink(missing_ok=True)
    command = [Path(sys.executable).parent / "jupyter-book", "build", BOOK, "--path-output", tmp_path]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr
    assert "Executing notebook" not in done.stdout
    assert differences(built_book, build / "html") == []


def test_a_file_that_is_only_newer_leaves_no_page_unfinished(made):
    kept = tree(made.html)
    (made.root / "book" / "more.md").touch()
    done = made.run("jupyter-book", "build", "book")
    assert done.returncode == 0 and "Nothing has changed" not in done.stdout
    assert tree(made.html) == kept
    assert "Nothing has changed" in made.run("jupyter-book", "build", "book").stdout
    assert tree(made.html) == kept


def test_only_the_page_with_the_changed_sentence_is_read_again(made):
    page = made.root / "book" / "more.md"
    page.write_text(MORE + "\nOne sentence more.\n")
    done = made.run("jupyter-book", "build", "book")
    assert "0 added, 1 changed, 0 removed" in done.stdout and "Executing notebook" not in done.stdout
    assert "One sentence more." in made.page("more") and made.executions() == 1
    page.write_text(MORE)
    assert made.run("jupyter-book", "build", "book").returncode == 0


def test_a_warning_comes_again_until_it_is_mended(made):
    made.write(index=CHAPTER, more=MORE + "\n[gone](gone.md)\n")
    for _ in range(2):
        done = made.run("jupyter-book", "build", "book")
        assert done.returncode == 0 and "gone" in done.stderr
    made.write(index=CHAPTER, more=MORE)
    done = made.run("jupyter-book", "build", "book")
    assert done.returncode == 0 and "WARNING" not in done.stderr
    assert "gone" not in read(made.html / "more.html")

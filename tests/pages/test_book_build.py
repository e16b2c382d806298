"""The build of the book: complete, without a warning, executed afresh when it must be, and in step."""

import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import ROOT, book_pages
from sample import sample
from small_book import CHAPTER, HEADER, read

PAGES = book_pages()


class Elements(HTMLParser):
    """All start tags of a page, with their attributes."""

    def __init__(self, html: str):
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def __call__(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def test_every_page_of_the_contents_is_there_and_no_other(built_book):
    assert {path.stem for path in built_book.glob("*.html")} == {*PAGES, "search", "genindex"}
    below = {path.relative_to(built_book).parts[0] for path in built_book.glob("*/**/*.html")}
    assert below == {"_modules", "_static"}  # source, and what the theme keeps
    assert "07_mnist_lab" in PAGES and PAGES[0] == "index"


WRONG = {
    "a failing cell": ("```{code-cell} ipython3\n1 / 0\n```\n", "ZeroDivisionError"),
    "a cell that warns": (
        "```{code-cell} ipython3\nimport warnings; warnings.warn('take care')\n```\n",
        "stderr",
    ),
    "a reference to nothing": ("See {ref}`nowhere`, [this](gone.md), {eq}`eq-gone`.\n", "nowhere"),
}


@pytest.mark.parametrize("mistake", sample(WRONG, kept=["a failing cell"]))
def test_a_mistake_fails_the_build_and_does_so_again(small_book, mistake):
    """Sphinx warns about a page only when it reads it: the second run must not pass in silence."""
    text, complaint = WRONG[mistake]
    small_book.write(index=CHAPTER, mistaken=HEADER.format(title="Mistaken") + text)
    for _ in range(2):
        built = small_book.build()
        assert built.returncode != 0
        assert complaint in built.stdout + built.stderr
        assert "the book was not built" in built.stderr
        assert "The book is built" not in built.stdout


def test_chapters_are_executed_afresh_when_what_they_import_changes(small_book):
    small_book.build_successfully()
    assert small_book.executions() == 1
    assert "The answer is 42" in small_book.page()
    assert "Nothing has changed" in small_book.build_successfully()
    assert small_book.executions() == 1

    small_book.set_answer(43)
    assert "executing all of them afresh" in small_book.build_successfully()
    assert small_book.executions() == 2
    assert "The answer is 43" in small_book.page()


def test_a_page_that_was_renamed_leaves_nothing_behind(small_book):
    small_book.write(index=CHAPTER, old_name="# Old name\n")
    said = small_book.build_successfully()
    for text in (str(small_book.html / "index.html"), "make serve", "http.server --bind 127.0.0.1"):
        assert text in said
    assert (small_book.html / "old_name.html").exists()
    (small_book.root / "book" / "old_name.md").unlink()
    small_book.write(index=CHAPTER, new_name="# New name\n")
    small_book.build_successfully()
    assert {path.name for path in small_book.html.glob("*name*")} == {"new_name.html"}
    assert "old_name" not in read(small_book.html / "searchindex.js") + read(small_book.html / "index.html")


def test_code_that_changes_during_the_build_is_noticed(small_book):
    meddle = "```{code-cell} ipython3\nopen(answer.__file__, 'w').write('VALUE = 7')\n```\n"
    small_book.write(index=f"{CHAPTER}\n{meddle}")
    built = small_book.build()
    assert built.returncode != 0
    assert "the code changed while the book was being built" in built.stderr
    assert small_book.build().returncode == 0  # executed afresh, with the code as it is now
    assert small_book.executions() == 2 and "The answer is 7" in small_book.page()


def test_every_figure_has_a_description(built_book):
    figures = 0
    for name in PAGES:
        for image in Elements(read(built_book / f"{name}.html"))("img"):
            source, alt = image["src"] or "", (image.get("alt") or "").strip()
            assert alt, f"{name}: {source} has no alt text"
            if source.startswith("_images/"):
                figures += 1
                assert Path(source).stem not in alt, f"{name}: {source} has no alt text of its own"
                assert len(alt) > 25, f"{name}: {alt!r} does not say what there is to be seen"
    assert figures >= 8


def test_no_page_knows_the_machine_that_made_it(built_book):
    places = {str(ROOT), sys.prefix, "/ipykernel_"}
    if len(Path.home().parts) > 1:
        places.add(f"{Path.home()}/")
    files = [path for path in built_book.rglob("*") if path.suffix in {".html", ".md", ".txt", ".inv"}]
    for path in [*files, built_book / "searchindex.js"]:
        text = path.read_bytes().decode(errors="replace")
        assert [place for place in places if place in text] == [], path


def test_what_readers_leave_in_the_book_changes_nothing_and_is_not_changed(small_book):
    """A notebook with answers, a progress file, its lock: no page is made anew, and they stay as they are."""
    small_book.build_successfully()
    left = ("index.ipynb", "index.mine.ipynb", "vae_progress.json", ".vae_progress.json.lock")
    for name in left:
        (small_book.root / "book" / name).write_text(f"answers in {name}")
    assert "Nothing has changed" in small_book.build_successfully()
    small_book.set_answer(43)
    small_book.build_successfully()  # and where everything is made anew
    for name in left:
        assert read(small_book.root / "book" / name) == f"answers in {name}"

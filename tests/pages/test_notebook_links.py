"""The pages lead to their notebooks: a line under each exercise with code, and the twin to download."""

import re

import pytest
from browser import BOOK

from vaebook.chapters.exercise_places import NOTEBOOK, all_places
from vaebook.pages.notebook_links import notebook_line
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise

WAYS = [("on Binder", "https://hub.example/v2/gh/o/r/main?a=1&b=2"), ("on Colab", "https://c.example/x")]


@pytest.mark.parametrize(("ways", "listed"), [(WAYS, ", or "), (WAYS[:1], "</a>, or ")])
def test_the_line_names_all_ways(ways, listed):
    line = notebook_line(ways, "_sources/one.ipynb")
    assert re.findall(r'<a href="([^"]*)"( download)?>([^<]*)</a>', line) == [
        *((address.replace("&", "&amp;"), "", words) for words, address in ways),
        ("_sources/one.ipynb", " download", "download it"),
    ]
    assert line.count("<a ") - 1 == line.count(", ") and listed in line


def test_every_exercise_with_code_has_its_line_in_the_book(built_book):
    for page in {place.page.stem for place in all_places(BOOK).values()}:
        text = (built_book / f"{page}.html").read_text(encoding="utf-8")
        here = [name for name, place in all_places(BOOK).items() if place.page.stem == page]
        code = [name for name in here if isinstance(EXERCISES[name], CodeExercise)]
        lines = re.findall(r'<p class="notebook-link">.*?</p>', text)
        assert len(lines) == len(code) and NOTEBOOK not in text
        assert all(f'<a href="_sources/{page}.ipynb" download>' in line for line in lines)


def test_what_the_book_offers_to_download_are_its_notebooks(built_book):
    """The committed twins, but for the first cell: it knows the address if one was found for the pages."""
    twins = sorted(path.name for path in BOOK.glob("*.ipynb"))
    assert sorted(path.name for path in (built_book / "_sources").glob("*.ipynb")) == twins and twins
    for name in twins:
        offered, committed = ((folder / name).read_text() for folder in (built_book / "_sources", BOOK))
        assert offered.split('"id": "')[3:] == committed.split('"id": "')[3:]

"""The pages lead to their notebooks: a line under each exercise with code, and the twin to download."""

import re

import pytest
from browser import BOOK

from vaebook.chapters.exercise_places import NOTEBOOK, all_places
from vaebook.chapters.notebook_links import link_notebooks, notebook_line
from vaebook.errors import UnexpectedPage
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise

PAGE = """\
<a href="https://mybinder.org/v2/gh/o/r/main?urlpath=lab/tree/book/one.ipynb" target="_blank"
   class="btn" title="Launch on Binder"></a>
<a href="https://colab.research.google.com/github/o/r/blob/main/book/one.ipynb" target="_blank"
   class="btn" title="Launch on Colab"></a>
<a href="_sources/one.ipynb" class="btn btn-sm btn-download-notebook-button dropdown-item"></a>
<p>Before.</p>
""" + f"{NOTEBOOK}\n<p>Between.</p>\n{NOTEBOOK}\n"


@pytest.fixture
def site(tmp_path):
    (tmp_path / "html" / "_sources").mkdir(parents=True)
    (tmp_path / "html" / "one.html").write_text(PAGE)
    (tmp_path / "html" / "_sources" / "one.ipynb").write_text("what Sphinx made")
    (tmp_path / "one.ipynb").write_text("the twin")
    return tmp_path


def test_each_place_gets_the_line_and_the_download_is_the_twin(site):
    link_notebooks(site / "html", site)
    text = (site / "html" / "one.html").read_text()
    assert NOTEBOOK not in text and text.count('<p class="notebook-link">') == 2
    line = text.split("<p>Before.</p>")[1].split("<p>Between.</p>")[0]
    assert re.findall(r'<a href="([^"]*)"( download)?>([^<]*)</a>', line) == [
        ("https://mybinder.org/v2/gh/o/r/main?urlpath=lab/tree/book/one.ipynb", "", "on Binder"),
        ("https://colab.research.google.com/github/o/r/blob/main/book/one.ipynb", "", "on Colab"),
        ("_sources/one.ipynb", " download", "download it"),
    ]
    assert (site / "html" / "_sources" / "one.ipynb").read_text() == "the twin"


def test_a_page_without_buttons_is_left_alone_unless_it_has_exercises(site):
    page = site / "html" / "one.html"
    page.write_text("<p>Text.</p>")
    link_notebooks(site / "html", site)
    assert page.read_text() == "<p>Text.</p>"
    page.write_text(NOTEBOOK)
    with pytest.raises(UnexpectedPage, match=r"one\.html has exercises with code, and no button 'on Binder'"):
        link_notebooks(site / "html", site)


def test_a_missing_notebook_is_an_error(site):
    (site / "one.ipynb").unlink()
    with pytest.raises(UnexpectedPage, match=r"one\.html offers a notebook, and there is none"):
        link_notebooks(site / "html", site)


def test_every_exercise_with_code_has_its_line_in_the_book(built_book):
    for page in {place.page.stem for place in all_places(BOOK).values()}:
        text = (built_book / f"{page}.html").read_text(encoding="utf-8")
        here = [name for name, place in all_places(BOOK).items() if place.page.stem == page]
        code = [name for name in here if isinstance(EXERCISES[name], CodeExercise)]
        assert text.count(notebook_line(text, page)) == len(code) and NOTEBOOK not in text
        assert f"/{page}.ipynb" in notebook_line(text, page)


def test_what_the_book_offers_to_download_are_the_twins(built_book):
    twins = sorted(path.name for path in BOOK.glob("*.ipynb"))
    assert sorted(path.name for path in (built_book / "_sources").glob("*.ipynb")) == twins and twins
    for name in twins:
        assert (built_book / "_sources" / name).read_bytes() == (BOOK / name).read_bytes()

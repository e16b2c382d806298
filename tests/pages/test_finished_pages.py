"""What is done to finished pages says what it expected where it does not find it."""

import pytest

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.accessibility import MENDS, mend_accessibility
from vaebook.finished_pages.freshness import empty
from vaebook.finished_pages.lighter_files import SEARCH, drop_search_scripts
from vaebook.finished_pages.pictures import remembered

SCRIPTS = "".join(f'<script src="{file}?v=1"></script>\n' for file in SEARCH)
ELEMENTS = {
    "the search button": '<button class="btn search-button-field search-button" title="x" {}>',
    "the logo": '<div class="{}">\n<a class="navbar-brand logo" href="#">',
    "an icon": '<i class="{}"></i>',
    "a reference": '<div class="citation" id="x" {}></div>',
}
AS_KNOWN = {
    "the search button": 'aria-label="Search"',
    "the logo": "sidebar-primary-item",
    "an icon": "fas fa-bars",
    "a reference": 'role="doc-biblioentry"',
}


def write(folder, text):
    (folder / "page.html").write_text(text)
    return folder


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_is_mended_as_it_is_known(element, tmp_path):
    before = ELEMENTS[element].format(AS_KNOWN[element])
    mend_accessibility(write(tmp_path, before))
    assert (tmp_path / "page.html").read_text() != before


@pytest.mark.parametrize("element", [name for name in ELEMENTS if name != "an icon"])
def test_an_element_of_another_form_stops_the_build(element, tmp_path):
    write(tmp_path, ELEMENTS[element].format("something-else"))
    with pytest.raises(UnexpectedPage, match=r"page\.html: expected that .*, and found it otherwise"):
        mend_accessibility(tmp_path)


def test_every_mend_is_tested():
    assert len(MENDS) == len(ELEMENTS)


def test_search_is_left_where_its_results_are(tmp_path):
    drop_search_scripts(write(tmp_path, f"{SCRIPTS}<p>Text.</p>"))
    assert (tmp_path / "page.html").read_text() == "<p>Text.</p>"
    drop_search_scripts(write(tmp_path, f'{SCRIPTS}<div id="search-results">'))
    assert SCRIPTS in (tmp_path / "page.html").read_text()
    with pytest.raises(UnexpectedPage, match=r"page\.html loads _static/searchtools\.js 0 times"):
        drop_search_scripts(write(tmp_path, "<p>Text.</p>"))


def test_only_a_folder_that_a_build_has_made_is_emptied(tmp_path):
    output, stamp = tmp_path / "html", tmp_path / "output.txt"
    output.mkdir()
    (output / "somebody's.txt").write_text("")
    (output / ".doctrees").mkdir()
    empty(output, stamp, keep=output / ".doctrees")
    assert (output / "somebody's.txt").exists()
    empty(output, stamp, keep=output / ".doctrees")
    assert [path.name for path in output.iterdir()] == [".doctrees"]
    empty(tmp_path / "another", stamp, keep=tmp_path / "doctrees")
    assert (tmp_path / "another").is_dir() and output.exists()


def test_a_picture_is_written_smaller_once(tmp_path, monkeypatch):
    monkeypatch.setattr("vaebook.finished_pages.pictures.smaller", lambda content: content[:1])
    assert remembered(b"one", tmp_path) == b"o"
    monkeypatch.setattr("vaebook.finished_pages.pictures.smaller", lambda content: b"never")
    assert remembered(b"one", tmp_path) == b"o" and remembered(b"two", tmp_path) == b"never"

"""The reference: complete, true to the docstrings, with its source, and linked from the chapters."""

import html
import inspect
import pkgutil
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urldefrag

import nbformat
import pytest
from browser import BOOK, book_pages
from bs4 import BeautifulSoup, Tag

import vaecore
import vaecore.exercises
import vaecore.widgets
from vaebook.chapters.twins import is_chapter
from vaebook.errors import UnexpectedPage
from vaebook.pages.docstrings import as_rest
from vaebook.pages.reference_links import imported_names, link_first

CHAPTERS = [name for name in book_pages() if is_chapter((BOOK / f"{name}.md").read_text(encoding="utf-8"))]
ADD = "add a line to book/reference.md: ```{reference} %s```"

# The modules that chapters teach lie beside vaecore/__init__.py; these two make the console command.
NOT_TAUGHT = {"command_line", "__main__"}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def named(name: str):
    """What a full name stands for: a module's member, or a member of its class."""
    parts = name.split(".")
    end = len(parts) - 1  # vaecore.widgets.question is the function, not the module
    while find_spec_of(parts[:end]) is None:
        end -= 1
    thing = import_module(".".join(parts[:end]))
    for part in parts[end:]:
        thing = inspect.getattr_static(thing, part)
    return thing


def find_spec_of(parts: list[str]):
    try:
        return find_spec(".".join(parts))
    except ModuleNotFoundError:  # what is before the last dot is no package
        return None


def members(name, thing):
    """(its name, it) of every public method of a class."""
    for member, method in vars(thing).items() if inspect.isclass(thing) else ():
        is_method = inspect.isfunction(method) or isinstance(method, (property, classmethod))
        if is_method and not member.startswith("_"):
            yield f"{name}.{member}", method


def public_things():
    """(where it should stand, its name, it) of every public function, class and method."""
    for package in (vaecore, vaecore.exercises, vaecore.widgets):
        for name in package.__all__:
            yield getattr(package, name).__module__, name, getattr(package, name)
    for info in pkgutil.iter_modules(vaecore.__path__):
        if info.ispkg or info.name in NOT_TAUGHT:
            continue
        module = import_module(f"vaecore.{info.name}")
        for name, thing in vars(module).items():
            is_own = getattr(thing, "__module__", None) == module.__name__
            if is_own and not name.startswith("_") and (inspect.isfunction(thing) or inspect.isclass(thing)):
                yield module.__name__, name, thing
                yield from ((module.__name__, *member) for member in members(name, thing))


@pytest.fixture(scope="session")
def reference(built_book) -> BeautifulSoup:
    return BeautifulSoup((built_book / "reference.html").read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="session")
def entries(reference) -> dict[str, Tag]:
    """The heads of the entries, by full name."""
    return {str(head["id"]): head for head in reference.select("dl.py > dt.sig-object[id]")}


def test_every_public_name_has_an_entry(entries):
    shown = [named(name) for name in entries]
    things = list(public_things())
    assert len(things) > 130
    missing = [place for place in things if not any(place[-1] is thing for thing in shown)]
    assert [f"{name}: {ADD % module}" for module, name, _ in missing] == []
    assert "vaecore.kl.compute_KL" in entries and "vaecore.adam.Adam.state" in entries


def test_an_entry_says_what_the_docstring_says(entries):
    """All its words, in their order, and nothing else: shapes, units, errors, the source."""
    different = []
    for name, head in entries.items():
        thing = named(name)
        if not (inspect.isclass(thing) or callable(thing) or isinstance(thing, (property, classmethod))):
            continue  # a value, which a comment describes
        body = BeautifulSoup(str(head.find_next_sibling("dd")), "html.parser")
        for member in body.select("dl.py"):
            member.decompose()
        for term in body.select("dt"):
            term.append(" ")
        if words(body.get_text()) != words(inspect.getdoc(thing) or ""):
            different.append(name)
    assert different == []
    assert len(entries) > 130


def test_arguments_errors_and_sources_stand_out(entries):
    body = entries["vaecore.kl.compute_KL"].find_next_sibling("dd")
    terms = [term.get_text() for term in body.select("dl.simple > dt")]
    assert terms == ["encoder_output", "Returns", "Source", "Raises"]
    assert [link["href"] for link in body.select("dl.simple a")] == [
        "#vaecore.foundations.errors.InvalidInputError"
    ]
    assert body.select_one("pre").get_text().startswith("KL = 1/2 sum_j [ std_j^2")


def test_signatures_are_those_of_the_source(entries):
    def signature(name):
        return re.sub(r"\s+", " ", entries[name].get_text()).replace("[source]", "").strip("# ")

    assert signature("vaecore.kl.compute_KL") == "compute_KL(encoder_output: Any) → Any"
    assert signature("vaecore.foundations.networks.neural_net_predict") == (
        "neural_net_predict(params: Network, inputs: Any) → Any"
    )
    assert "learning_rate: float = 0.001" in signature("vaecore.training.train")
    assert "'Figure'" not in signature("vaecore.foundations.plots.show_images")


def test_every_function_and_class_leads_to_its_source(entries, built_book):
    pages: dict[str, BeautifulSoup] = {}
    for name, head in entries.items():
        thing = named(name)
        if not (inspect.isfunction(thing) or inspect.isclass(thing)):
            continue
        page, anchor = urldefrag(str(head.select_one("a:has(.viewcode-link)")["href"]))
        if page not in pages:
            pages[page] = BeautifulSoup((built_book / page).read_text(encoding="utf-8"), "html.parser")
        source = pages[page].find(id=anchor)
        first = inspect.getsource(thing).strip().splitlines()[0]
        assert first in source.get_text(), name
    assert len(pages) > 30


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_links_each_name_that_it_imports_once(page, built_book, entries):
    text = (BOOK / f"{page}.md").read_text(encoding="utf-8")
    soup = BeautifulSoup((built_book / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    cells = soup.select("div.cell_input pre")
    plain = re.compile(r'<span class="n">(\w+)</span>')
    in_cells = {name for cell in cells for name in plain.findall(str(cell))}
    links = [link for cell in cells for link in cell.select("a.to-reference")]
    linked = [link.get_text() for link in links]
    assert sorted(linked) == sorted({name for _, name in imported_names(text)} & in_cells)
    in_prose = [link.get_text() for link in soup.select("a.to-reference") if not link.find_parent("pre")]
    assert len(in_prose) == len(set(in_prose))
    for link in soup.select("a.to-reference"):
        goal, anchor = urldefrag(str(link["href"]))
        assert goal == "reference.html"
        assert anchor in entries or anchor.startswith("module-")
        assert anchor.endswith(link.get_text().rpartition(".")[2])


def test_the_chapters_have_links(built_book):
    text = "".join((built_book / f"{page}.html").read_text(encoding="utf-8") for page in CHAPTERS)
    assert text.count('class="to-reference"') > 80
    assert text.count("to-reference") > 90  # some in prose


@pytest.mark.parametrize("page", ["05_kl", "07_mnist_lab"])
def test_what_is_copied_from_a_cell_is_the_cell(page, built_book):
    notebook = nbformat.read(BOOK / f"{page}.ipynb", as_version=4)
    sources = {cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"}
    soup = BeautifulSoup((built_book / f"{page}.html").read_text(encoding="utf-8"), "html.parser")
    linked = [cell for cell in soup.select("div.cell_input pre") if cell.select("a.to-reference")]
    assert len(linked) > 3
    assert [cell.get_text() for cell in linked if cell.get_text().strip() not in sources] == []


CODE = '<span class="n">a</span><span class="o">.</span><span class="n">kl</span> <span class="n">kl</span>\n'


def test_a_link_changes_no_letter_and_passes_attributes_by():
    linked = link_first(CODE, "kl", "reference.html#x&y")
    link = '<a class="to-reference" href="reference.html#x&amp;y"><span class="n">kl</span></a>'
    assert linked == CODE.removesuffix('<span class="n">kl</span>\n') + link + "\n"
    assert re.sub("<[^>]+>", "", linked) == html.unescape(re.sub("<[^>]+>", "", CODE))
    with pytest.raises(UnexpectedPage, match="train stands in a cell"):
        link_first(CODE, "train", "reference.html")


def test_imports_of_all_forms_are_found():
    text = "from vaecore.kl import a, b  # why\nfrom vaecore import (\n    c,\n    d,\n)\nimport vaecore\n"
    assert list(imported_names(text)) == [
        ("vaecore.kl", "a"), ("vaecore.kl", "b"), ("vaecore", "c"), ("vaecore", "d")
    ]  # fmt: skip


DOCSTRINGS = {
    "special characters": (
        "p(x | z) of *all* x_, 2 ** 3 \\ 4",
        ["\\ p(x \\| z) of \\*all\\* x\\_, 2 \\*\\* 3 \\\\ 4"],
    ),
    "a formula": (
        "Say.\n\n    a_j = b\n      + c",
        ["\\ Say.", ".. code-block:: none", "   a_j = b", "     + c"],
    ),
    "arguments": (
        "x, y: (B, 2L), two.  z: one\n    number.  Note: not one.",
        ["``x``, ``y``", "   \\ (B, 2L), two.", "``z``", "   \\ one number. Note: not one."],
    ),
    "the end of a sentence": (
        "Do it. Raises DataError if not.  Returns (B,).\nSource: A & B (2014), eq. 10.",
        ["\\ Do it.", "Raises", "   \\ \\ :py:obj:`DataError`\\  if not.", "Returns", "   \\ (B,).", "Source",
         "   \\ A & B (2014), eq. 10."],
    ),
    "no error": ("Raises the bar.", ["\\ Raises the bar."]),
    "code": ("See `train`, ``a + b``.", ["\\ See \\ :py:obj:`train`\\ , \\ ``a + b``\\ ."]),
    "keys": ('"rate": far.\n"all": so far.', ['``"rate"``', "   \\ far.", '``"all"``', "   \\ so far."]),
    "a list": ("- one\n  and a half\n- two", ["- \\ one and a half", "- \\ two"]),
    "what looks like a list": ("1. is a number", ["\\ 1. is a number"]),
}  # fmt: skip


@pytest.mark.parametrize("habit", DOCSTRINGS)
def test_a_docstring_becomes_rest(habit):
    text, expected = DOCSTRINGS[habit]
    assert [line for line in as_rest(text, {"x", "y", "z"}) if line] == expected


def test_no_page_of_source_gives_answers_away(built_book):
    assert (built_book / "_modules/vaecore/kl.html").exists()
    exercises = [path.name for path in Path(built_book, "_modules/vaecore/exercises").rglob("*.html")]
    assert exercises == ["checking.html"]

"""`make pdf`: numbers, contents, outline and links lead to the right sheets; solutions at the end or not."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from browser import BOOK, ROOT, chromium_only
from pypdf import PdfReader
from pypdf.generic import Destination
from sample import sample

from tools.printing import sheets
from tools.printing.print_book import chosen, main, settings
from vaebook.chapters.contents import pages_of

SHORT = "05_kl"
ROMAN = re.compile(r"[ivx]+")
SOLVED = "def term(a, b):"  # a line of the solution of X-4 alone


class Printed:
    """A PDF: the text of each sheet, and where links and the outline lead."""

    def __init__(self, path: Path) -> None:
        self.reader = PdfReader(path)
        self.texts = [page.extract_text() for page in self.reader.pages]
        self.labels = self.reader.page_labels
        self.ids = {page.indirect_reference.idnum: n for n, page in enumerate(self.reader.pages)}

    def outline(self) -> list[tuple[int, str, int]]:
        """(depth, title, sheet) of each entry."""
        found: list[tuple[int, str, int]] = []

        def walk(entries: list, depth: int) -> None:
            for entry in entries:
                if isinstance(entry, Destination):
                    found.append((depth, entry.title, self.reader.get_destination_page_number(entry)))
                else:
                    walk(entry, depth + 1)

        walk(self.reader.outline, 1)
        return found

    def links(self, sheet: int) -> list[tuple[list[float], int | str]]:
        """Where each link of a sheet lies, and the sheet or the address to which it leads."""
        found = []
        for link in self.reader.pages[sheet].get("/Annots", []):
            link = link.get_object()
            goal = self.ids[link["/Dest"][0].idnum] if "/Dest" in link else link["/A"]["/URI"]
            found.append(([float(x) for x in link["/Rect"]], goal))
        return found


def print_it(out: Path, *options: str | Path) -> Printed:
    """Run the tool, in a process of its own: this one may drive a browser already."""
    command = [sys.executable, "-m", "tools.printing.print_book", *map(str, options), "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert re.search(r"Written: .*, [1-9]\d* sheets", done.stdout)
    return Printed(out)


@pytest.fixture(scope="module", params=sample([SHORT, ""], kept=[SHORT]))
def book(request, built_book, tmp_path_factory) -> Printed:
    out = tmp_path_factory.mktemp("pdf") / "book.pdf"
    return print_it(out, "--chapter", request.param, "--built", built_book)


def plain(text: str) -> str:
    return re.sub(r"\W+", "", text)


@chromium_only
def test_each_sheet_has_its_number_and_something_on_it(book):
    front = sum(bool(ROMAN.fullmatch(label)) for label in book.labels)
    assert 1 <= front <= 4
    assert book.labels[front:] == [str(n + 1) for n in range(len(book.labels) - front)]
    parts = [(sheet, title) for depth, title, sheet in book.outline() if depth == 1]
    for sheet, (label, text) in enumerate(zip(book.labels, book.texts, strict=True)):
        running = ([settings()[1]["title"]] + [title for start, title in parts if start <= sheet])[-1]
        foot = {plain(label + running), plain(running + label)}
        lines = [plain(line) for line in text.splitlines()]
        assert foot & {lines[0], lines[-1]}, (label, lines[0], lines[-1])
        assert len("".join(lines[1:])) > 20, f"sheet {label} is empty: {text!r}"


@chromium_only
def test_the_outline_and_the_contents_lead_to_headings(book):
    entries = book.outline()
    titles = [title for _, title, _ in entries]
    assert "5. The KL divergence" in titles and "Solutions: 5. The KL divergence" in titles
    assert (2, "Two coins") in [entry[:2] for entry in entries]
    for _, title, sheet in entries:
        assert plain(title) in plain(book.texts[sheet]), (title, book.labels[sheet])
    front = [n for n, label in enumerate(book.labels) if ROMAN.fullmatch(label)]
    contents = " ".join(book.texts[n] for n in front)
    leads = [goal for n in front for _, goal in book.links(n)]
    assert len(leads) > 20 and all(isinstance(goal, int) for goal in leads)
    places = {title: sheet for _, title, sheet in reversed(entries)}
    for title in ("5. The KL divergence", "Two coins", "Solutions: 5. The KL divergence"):
        assert places[title] in leads
        number = re.search(rf"{re.escape(title)}\s*(\d+)", contents)
        assert number and number[1] == book.labels[places[title]], title


@chromium_only
def test_links_lead_into_the_book_or_to_another_host(book):
    goals = [goal for n in range(len(book.labels)) for _, goal in book.links(n)]
    assert [
        goal for goal in goals if isinstance(goal, str) and not goal.startswith(("http", "mailto:"))
    ] == []
    entries = {title: sheet for _, title, sheet in book.outline()}
    first = entries["Solutions: 5. The KL divergence"]
    assert entries["Two coins"] in [goal for _, goal in book.links(first)]  # "See chapter 5, 'Two coins'"


@chromium_only
def test_formulas_are_typeset_and_solutions_come_last(book):
    everything = "\n".join(book.texts)
    assert "KL(Bernoulli(p)∥Bernoulli(q))=plog" in re.sub(r"\s", "", everything)  # (5.1)
    assert r"\mathrm" not in everything and r"\operatorname" not in everything and "$" not in everything
    first = {title: sheet for _, title, sheet in book.outline()}["Solutions: 5. The KL divergence"]
    assert [n for n, text in enumerate(book.texts) if SOLVED in text] == [first]


@chromium_only
def test_a_class_gets_no_solutions(built_book, tmp_path):
    out = tmp_path / "class.pdf"
    options = ["--chapter", SHORT, "--solutions", "none", "--paper", "Letter"]
    printed = print_it(out, *options, "--built", built_book)
    assert not any(SOLVED in text or "Solutions:" in text for text in printed.texts)
    assert any("Exercise 5.1" in text for text in printed.texts)
    assert float(printed.reader.pages[0].mediabox.width) == 612


def test_what_gives_answers_away_comes_last_or_not_at_all():
    pages, config = settings()
    answers = config["sphinx"]["config"]["vaebook_gives_away"]
    assert answers and set(answers) < set(pages)
    assert chosen(pages, "", answers, "end")[-len(answers) :] == answers
    assert sorted(chosen(pages, "", answers, "end")) == sorted(pages)
    assert set(chosen(pages, "", answers, "none")) == set(pages) - set(answers)
    with pytest.raises(ValueError, match="the chapter is '5', expected one of index, 01_autoencoders"):
        chosen(pages, "5", answers, "end")


def test_the_pages_are_those_of_the_contents():
    assert pages_of({"root": "a", "parts": [{"chapters": [{"file": "b"}, {"file": "c"}]}]}) == ["a", "b", "c"]
    assert all((BOOK / f"{page}.md").exists() for page in settings()[0])


def test_it_says_what_is_missing(tmp_path, capsys, monkeypatch):
    assert main(["--built", str(tmp_path)]) == 1
    assert "has no index.html, expected the built book; run: make book" in capsys.readouterr().err
    (tmp_path / "05_kl.html").write_text("")
    monkeypatch.setattr(sheets.ensure_browsers, "find", lambda browser: None)
    assert main(["--built", str(tmp_path), "--chapter", SHORT]) == 1
    assert "no Chromium was found here" in capsys.readouterr().err

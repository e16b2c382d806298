"""What a reader meets first: a sentence and a figure, and nothing that is true of the build alone."""

import re

import pytest
from browser import BOOK, OpenPage, book_pages, every_engine
from bs4 import BeautifulSoup
from judgements import open_fully
from question_pages import RIGHT

from vaecore.exercises.book_order import BOOK_ORDER
from vaecore.exercises.machinery.questions import QuestionExercise

CHAPTERS = [name for name in book_pages() if re.match(r"\d\d_", name)]
QUESTIONS = [exercise for exercise in BOOK_ORDER if isinstance(exercise, QuestionExercise)]
# What the machine or the hour of a build leaves behind.
LEFTOVERS = re.compile(
    r"Show code cell|exercises passed|VAECORE_OFFLINE|VAECORE_WIDGETS|<matplotlib\.|<Figure size|object at 0x"
    r"|/tmp/|ipykernel_|" + re.escape(str(BOOK.parent))
)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_opens_with_a_sentence_and_a_figure(name, built_book):
    page = BeautifulSoup((built_book / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
    article = page.select_one("article section")
    parts = [part for part in article.find_all(recursive=False) if part.name != "span"]
    assert "header-picture" in parts[1]["class"]
    assert [part.name for part in parts[:4]] == ["h1", "div", "p", "div"]
    assert parts[3].select_one(".cell_output :is(img, .vaecore-widget)")
    assert page.select("details.hide") == []
    for folded in page.select("details.folded-code"):
        assert folded.select_one("summary > .closed").text == "Show the code"
        assert folded.find_next_sibling() is None, folded.text[:80]  # of what it has made


def test_nothing_of_the_build_is_left_on_a_page(built_book):
    found = {}
    for name in book_pages():
        page = BeautifulSoup((built_book / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        for out in page.select(".cell_output"):
            if left := LEFTOVERS.findall(out.text):
                found[name] = left
    assert found == {}
    assert LEFTOVERS.search("0 of 71 exercises passed") and LEFTOVERS.search("[<matplotlib.lines.Line2D>]")


@every_engine
def test_progress_says_what_this_browser_has_passed(engine, built_book, http_server, open_page: OpenPage):
    """Where it is passed at once, on another page at once, and after the answer was taken back too."""
    page, problems = open_page()
    open_fully(page, f"{http_server}01_autoencoders.html")
    progress, there = page.locator("[data-progress]"), len(QUESTIONS)
    heading, first = progress.locator("strong"), progress.locator("details").first
    assert heading.inner_text().startswith(f"0 of {there} questions passed in this browser; ")
    asked = sum(exercise.chapter == 1 for exercise in QUESTIONS)
    written = sum(exercise.chapter == 1 for exercise in BOOK_ORDER) - asked
    words = f"0 of {asked} questions passed {'○' * asked}, 0 of {written} functions {'○' * written}"
    assert first.locator("summary").inner_text() == f"Chapter 1: {words}"
    question = page.locator("#ex-x-1 .vaecore-widget")
    question.evaluate("(holder, answer) => holder.vaecoreModel.set('answer', answer)", RIGHT["choice"])
    question.get_by_role("button", name="Check").click()
    row = first.locator("[data-question=X-1]")
    assert heading.inner_text().startswith(f"1 of {there} ") and "✓ passed" in row.text_content()
    question.get_by_role("button", name="Start again").click()
    name = first.locator("[data-function]").first.get_attribute("data-function")
    page.evaluate("key => localStorage.setItem(key, '')", f"vae-book/passed/{name}")  # as an exercise does
    page.goto(f"{http_server}05_kl.html")
    assert page.locator("[data-progress] strong").inner_text().startswith(f"1 of {there} ")
    assert "; 1 of " in page.locator("[data-progress] strong").inner_text()
    for passed in ("[data-question=X-1]", f"[data-function={name}]"):
        assert "✓ passed" in page.locator(passed).text_content()
    assert problems == []


def test_without_scripts_progress_says_nothing_untrue(built_book):
    page = BeautifulSoup((built_book / "05_kl.html").read_text(encoding="utf-8"), "html.parser")
    there, asked = len(BOOK_ORDER), len(QUESTIONS)
    words = f"{there} exercises: {asked} questions, {there - asked} to write in a notebook"
    assert page.select_one("[data-progress] strong").text == words
    assert {row["data-question"] for row in page.select("[data-question]")} == {e.id for e in QUESTIONS}


def test_where_boxes_are_ticked_nobody_is_asked_for_letters(built_book, open_page: OpenPage):
    page, _ = open_page()
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw Error('no') } })")
    open_fully(page, f"{(built_book / '01_autoencoders').as_uri()}.html")
    question = page.locator("#ex-x-1")
    question.get_by_role("button", name="Check").click()
    assert "letters" not in question.inner_text() and "which statements are true?" in question.inner_text()
    # A browser that keeps nothing counts what is passed while the page is open.
    page.locator("#ex-x-1 .vaecore-widget").evaluate(
        "(holder, answer) => holder.vaecoreModel.set('answer', answer)", RIGHT["choice"]
    )
    question.get_by_role("button", name="Check").click()
    assert page.locator("[data-progress] strong").inner_text().startswith("1 of ")

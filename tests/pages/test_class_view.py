"""Class view: a page as screens for the back row, which the keys turn, and which leaves no trace."""

import re

import pytest
from browser import HTML, OpenPage, book_pages, every_engine, firefox_whole
from judgements import open_fully, violations
from playwright.sync_api import expect

SIZES = [(1024, 768), (1920, 1080)]
# What class view adds or changes: nothing of it may stay.
STANDS = """() => {
  const root = document.documentElement;
  return JSON.stringify([
    root.getAttributeNames().map(name => [name, root.getAttribute(name)]), document.body.children.length,
    document.querySelectorAll('[data-off-screen], [data-next-page], [data-next-line]').length,
    [...document.querySelectorAll('.admonition.dropdown')].map(box => box.className)]);
}"""
# The blocks on the screen, and which of them end below it or stick out at the side.
ON_SCREEN = """() => [
  ...document.querySelectorAll('.bd-article section:not(.admonition *, .vw *) > :not(section)'),
]
  .filter(block => block.getBoundingClientRect().height > 0)
  .map(block => block.id || block.className || block.textContent.slice(0, 40))"""
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
NOT_CUT = """() => {
  const bottom = document.querySelector('.class-view-bar').getBoundingClientRect().top;
  const seen = [...document.querySelectorAll('.bd-article section:not(.admonition *, .vw *) > :not(section)')]
    .filter(block => block.getBoundingClientRect().height > 0);
  return seen.length < 2 || seen.at(-1).getBoundingClientRect().bottom <= bottom + 1;
}"""
ALIVE = """() => [...document.querySelectorAll('.vaecore-widget')]
  .every(widget => !widget.checkVisibility() || widget.dataset.state === 'alive')"""
# Which blocks have been on a screen so far, and which have not at the end.
COUNT = """() => document.querySelectorAll('.bd-article section > :not(section)').forEach(block => {
  block.wasOnAScreen ||= block.getBoundingClientRect().height > 0;
})"""
NEVER = """() => [...document.querySelectorAll('.bd-article section > *')]
  .filter(block => !block.matches('section, span, script, .passed-file, .python-check'))
  .filter(block => !block.matches('.admonition *, .vw *') && !block.wasOnAScreen && block.textContent.trim())
  .map(block => block.outerHTML.slice(0, 120))"""


def place(page) -> str:
    return page.locator(".class-view-place").inner_text()


def typeset(page) -> None:
    page.wait_for_function("() => window.MathJax?.startup?.promise !== undefined")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.math')].every(part => part.querySelector('mjx-container'))"
    )


@firefox_whole
def test_a_chapter_is_turned_through_and_left_as_it_was(engine, http_server, open_page: OpenPage):
    """Every block comes once at least, nothing is wider than the screen, and pages end where blocks do."""
    folder = engine == "firefox"
    width, height = SIZES[folder]
    page, problems = open_page(dark=folder, width=width)
    page.set_viewport_size({"width": width, "height": height})
    open_fully(page, f"{HTML.as_uri()}/05_kl.html" if folder else f"{http_server}03_elbo.html")
    page.evaluate("scrollTo(0, 0)")
    before, address = page.evaluate(STANDS), page.url
    button = page.locator(".class-view-button")
    page.keyboard.press("c")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert not page.locator(".bd-sidebar-primary").is_visible()
    letters = page.evaluate("parseFloat(getComputedStyle(document.querySelector('article p')).fontSize)")
    assert letters >= height / 36, "a line is at least a thirty-sixth of the screen high"
    forward = page.get_by_role("button", name="Forward")
    shut = "() => document.querySelectorAll('.admonition.dropdown:not(.toggle-hidden)').length"
    wide, places = [], []
    for _ in range(600):
        page.evaluate(COUNT)
        places.append((place(page), page.evaluate("scrollY")))
        if page.evaluate(WIDE):
            wide.append(places[-1])
        page.wait_for_function(NOT_CUT)  # editors and figures grow as they come to life
        if forward.is_disabled():
            break
        page.keyboard.press("PageDown")
    assert forward.is_disabled(), "the end of the chapter is reached"
    assert len(set(places)) == len(places), "each step shows something else"
    assert (wide, page.evaluate(NEVER), page.evaluate(shut)) == ([], [], 0)
    page.keyboard.press("ArrowLeft")
    assert (place(page), page.evaluate("scrollY")) == places[-2]
    assert violations(page) == []
    page.keyboard.press("c")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.url == address
    assert page.evaluate(STANDS) == before
    assert problems == []


@every_engine
def test_the_address_keeps_the_place_in_a_derivation(engine, http_server, open_page: OpenPage):
    page, problems = open_page(width=1024)
    page.goto(f"{http_server}03_elbo.html?class=how-far-is-q-from-the-posterior.0.1")
    typeset(page)
    rows = page.locator("#how-far-is-q-from-the-posterior > .derivation mjx-mtr")
    hidden = "() => document.querySelectorAll('mjx-mtr[data-next-line]').length"
    while not rows.first.is_visible():
        page.keyboard.press("ArrowRight")
    count = re.search(r"line 1 of (\d+)", place(page))
    assert count and page.evaluate(hidden) > 0
    lines = page.evaluate(hidden)
    page.keyboard.press("ArrowRight")
    assert page.evaluate(hidden) == lines - 1
    assert "line 2 of" in place(page)
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(hidden) == lines
    page.keyboard.press("ArrowRight")
    here, address = place(page), page.url
    page.reload()
    typeset(page)
    expect(page.locator(".class-view-place")).to_have_text(here)
    assert page.url == address
    for _ in range(int(count[1]) - 2):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(hidden) == 0
    assert problems == []


@every_engine
def test_controls_keep_their_keys_until_escape(engine, http_server, open_page: OpenPage):
    page, problems = open_page(width=1024)
    page.goto(f"{http_server}05_kl.html?class=x.0.1")
    menu = page.get_by_role("combobox", name="What is on the screen")
    titles = menu.locator("option").all_inner_texts()
    slider = page.locator(".vw input[type=range]:visible").first
    page.wait_for_function(ALIVE)
    while slider.count() == 0:
        page.keyboard.press("PageDown")
        page.wait_for_function(ALIVE)
    slider.focus()
    here, value = (place(page), page.evaluate("scrollY")), slider.input_value()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("c")
    assert slider.input_value() != value
    assert (place(page), page.evaluate("scrollY")) == here
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowRight")
    assert (place(page), page.evaluate("scrollY")) != here

    # A question by itself: chosen from the list, with its hints shut.
    question = next(title for title in titles if title.strip().startswith("Exercise "))
    menu.select_option(label=question)
    page.keyboard.press("Escape")
    seen = page.evaluate(ON_SCREEN)
    assert seen[0].startswith("ex-") and not any("section" in name for name in seen)
    assert len([name for name in seen if name.startswith("ex-")]) == 1
    page.mouse.click(5, 5)
    page.keyboard.press("c")
    assert page.locator(".class-view-bar").count() == 0
    assert problems == []


@pytest.mark.whole(sample="test_a_chapter_is_turned_through_and_left_as_it_was")
@pytest.mark.parametrize("name", book_pages())
def test_every_page_has_its_screens(name, http_server, open_page: OpenPage):
    page, problems = open_page(width=1024)
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto(f"{http_server}{name}.html?class")
    forward = page.get_by_role("button", name="Forward")
    wide = []
    for _ in range(1000):
        if page.evaluate(WIDE):
            wide.append(place(page))
        if forward.is_disabled():
            break
        page.keyboard.press("PageDown")
    assert forward.is_disabled()
    assert (wide, problems) == ([], [])

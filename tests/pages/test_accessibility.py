"""The book for those who do not see it, or use no mouse; and that axe sees what is wrong."""

import re

import pytest
from browser import OpenPage
from judgements import open_fully, violations
from playwright.sync_api import expect
from sample import sample

WAYS = [("light", 360), ("dark", 1400)]


# Every page is judged in two ways when it is visited, in test_book_pages.py; here one goes the other two.
@pytest.mark.parametrize(("scheme", "width"), sample(WAYS, kept=WAYS[1:]))
def test_axe_finds_nothing(scheme, width, http_server, open_page: OpenPage):
    page, problems = open_page(dark=scheme == "dark", width=width)
    open_fully(page, f"{http_server}07_mnist_lab.html")
    page.wait_for_load_state("networkidle")
    assert violations(page) + problems == []


def test_axe_would_find_something(http_server, open_page: OpenPage):
    page, _ = open_page()
    open_fully(page, f"{http_server}07_mnist_lab.html")
    page.evaluate(
        """() => {
          document.querySelector('article img').removeAttribute('alt');
          document.querySelector('article p').style.color = '#bbb';
          document.querySelector('article section').setAttribute('role', 'doc-biblioentry');
        }"""
    )
    assert {"image-alt", "color-contrast", "aria-deprecated-role"} <= {found[0] for found in violations(page)}


def test_a_wide_formula_scrolls_with_the_keyboard(http_server, open_page: OpenPage):
    page, _ = open_page(width=360)
    open_fully(page, f"{http_server}07_mnist_lab.html")
    formula = page.locator("#equation-eq-lab-kl")
    scrolling = formula.locator("xpath=descendant-or-self::*[@data-scrolls]").first
    scrolling.focus()
    assert scrolling.get_attribute("aria-label") == "Wide formula"
    page.keyboard.press("ArrowRight")
    page.wait_for_function("box => box.scrollLeft > 0", arg=scrolling.element_handle())
    page.set_viewport_size({"width": 1900, "height": 900})  # nothing scrolls there: no stop for the keyboard
    expect(formula.locator("xpath=descendant-or-self::*[@data-scrolls or @tabindex]")).to_have_count(0)


def test_formulas_are_read_to_those_who_do_not_see_them(http_server, open_page: OpenPage):
    """As MathML, which screen readers know; what is to be seen of them is hidden from the screen reader."""
    page, _ = open_page()
    open_fully(page, f"{http_server}07_mnist_lab.html")
    counts = page.evaluate(
        """() => ['mjx-container', 'mjx-container > mjx-assistive-mml > math', 'mjx-math[aria-hidden=true]']
          .map(selector => document.querySelectorAll(selector).length)"""
    )
    assert counts[0] > 20 and len(set(counts)) == 1


def test_names_are_what_is_to_be_seen(http_server, open_page: OpenPage):
    page, _ = open_page()
    open_fully(page, f"{http_server}07_mnist_lab.html")
    expect(page.get_by_role("button", name=re.compile(r"^Search Ctrl ?\+ ?K$"))).to_have_count(1)
    assert page.get_by_role("navigation", name="Home").get_by_role("link").count() == 1
    folded = page.locator("details.folded-code summary").first
    assert folded.inner_text().strip() == "Show the code"
    assert folded.get_attribute("aria-label") is None  # it would be read in place of that

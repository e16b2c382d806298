"""Every page of the finished book judged by axe, in light and dark, wide and narrow: no violation at all."""

import re

import pytest
from browser import EXTRA_PAGES, OpenPage, book_pages, wait_until_typeset
from playwright.sync_api import Page, expect

PAGES = book_pages()


def violations(page: Page) -> list[tuple[str, list[str], str]]:
    from axe_playwright_python.sync_playwright import Axe

    # Without preloading: axe would ask for the style sheets again, some at a wrong address.
    report = Axe().run(page, options={"preload": False}).response
    assert len(report["passes"]) > 10
    return [
        (violation["id"], node["target"], node["failureSummary"])
        for violation in report["violations"] for node in violation["nodes"]
    ]  # fmt: skip


def open_fully(page: Page, address: str) -> None:
    """With every widget alive, and all formulas typeset."""
    page.goto(address)
    widgets = page.locator(".vaecore-widget")
    for i in range(widgets.count()):
        widgets.nth(i).scroll_into_view_if_needed()
        page.wait_for_function("i => document.querySelectorAll('.vaecore-widget')[i].dataset.state", arg=i)
    wait_until_typeset(page)


# Colours depend on the scheme, what is there on the width: two ways see everything. One page goes all four.
WAYS = [(name, *way) for name in PAGES + EXTRA_PAGES for way in (("light", 1400), ("dark", 360))]
WAYS += [("07_mnist_lab", "light", 360), ("07_mnist_lab", "dark", 1400)]


@pytest.mark.parametrize(("name", "scheme", "width"), WAYS)
def test_axe_finds_nothing(name, scheme, width, http_server, open_page: OpenPage):
    page, problems = open_page(dark=scheme == "dark", width=width)
    open_fully(page, f"{http_server}{name}.html" + ("?q=Bernoulli" if name == "search" else ""))
    if name == "search":
        page.locator("#search-results ul.search li a").first.wait_for()
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
    folded = page.locator("details.hide summary").first
    assert folded.inner_text().strip() == "Show code cell source"
    assert folded.get_attribute("aria-label") is None  # it would be read in place of that

"""Every page of the finished book in a real Chromium: offline, without an error, wide and narrow."""

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from browser import BOOK, ENGINES, EXTRA_PAGES, OpenPage, book_pages, every_engine, wait_until_typeset
from fonts import one_of_both
from judgements import (
    BACKGROUND,
    STICKS_OUT,
    bring_to_life,
    complaints,
    icon_troubles,
    open_fully,
    sticking_out,
    violations,
)
from looks import LARGE, SPACED, STANDS
from playwright.sync_api import expect
from sample import sample

PAGES = book_pages()
WIDE, PHONE = 1400, 360
BETWEEN = (480, 768, 1024, 1200)


def address(origin: str, built_book: Path, http_server: str, page: str) -> str:
    return (http_server if origin == "http" else built_book.as_uri() + "/") + f"{page}.html"


# Each browser visits each page twice: over http, light, wide, in narrow letters; and from the folder, dark,
# narrow, in wide letters.  So everything is seen in both ways, though not every pair of them.
WAYS = [("http", "light", "narrow"), ("file", "dark", "wide")]
# `make test` opens these so, and tries them at all widths and with other letters; each of the others it opens
# once, in Chromium, in one of the ways in turn.  `make test-whole` does all of it with all pages.
IN_FULL = ("05_kl", "search")
BY_AXE = (*IN_FULL, *PAGES[2::4])  # `make test` has axe judge these, and sees all else of every page
VISITS = [
    pytest.param(
        engine, *way, name, id="-".join((name, engine, *way)),
        marks=[pytest.mark.xdist_group(engine + way[1])]
        + [pytest.mark.whole] * (name not in IN_FULL and (engine, way) != ("chromium", WAYS[number % 2])),
    )
    for number, name in enumerate(PAGES + EXTRA_PAGES)
    for engine in ("chromium", "firefox") for way in WAYS
]  # fmt: skip
SEARCHES = [(engine, origin) for engine in ENGINES for origin in ("http", "file")]
# How wide the window is made besides, with which letters; sources are as wide as their lines.
LETTERS = {
    ("chromium", "light"): [("", BETWEEN)],
    ("chromium", "dark"): [(SPACED, (PHONE, *BETWEEN, WIDE)), (LARGE, (WIDE,))],
    ("firefox", "light"): [("", BETWEEN)],
    ("firefox", "dark"): [(SPACED, (PHONE, 768, WIDE)), (LARGE, (WIDE,))],
}


@pytest.mark.parametrize(("engine", "origin", "scheme", "fonts", "name"), VISITS)
def test_page_is_whole_and_asks_nobody(
    name, engine, origin, scheme, fonts, built_book, http_server, open_page: OpenPage, request
):
    """One visit, many judgements.

    Colours depend on the scheme, what is there on the width: axe sees everything in two ways, light and
    wide, dark and narrow. (One page goes all four, in test_accessibility.py.) It asks one browser; the
    other with `make test-firefox`. Each page is resized then.
    """
    width, other = (WIDE, PHONE) if scheme == "light" else (PHONE, WIDE)
    page, problems = open_page(dark=scheme == "dark", width=width)
    query = "?q=Bernoulli" if (name, origin) == ("search", "http") else ""
    page.goto(address(origin, built_book, http_server, name) + query, wait_until="networkidle")
    wait_until_typeset(page)
    assert page.locator("html").get_attribute("data-theme") == scheme
    assert (page.evaluate(BACKGROUND) < 90) == (scheme == "dark")
    found = complaints(page) + sticking_out(page, width)
    bring_to_life(page)
    if query:
        page.locator("#search-results ul.search li a").first.wait_for()
        page.wait_for_load_state("networkidle")
    whole = request.config.getoption("whole")
    if engine == request.config.getoption("engine") and (whole or name in BY_AXE):
        found += violations(page)
    if scheme == "light":
        found += icon_troubles(page)
    found += complaints(page) + sticking_out(page, other)
    if name in IN_FULL or (whole and not name.startswith("_modules")):
        for letters, widths in LETTERS[engine, scheme]:
            style = page.add_style_tag(content=f"/* other letters */ {letters}")
            found += [what for between in widths for what in sticking_out(page, between)]
            style.evaluate("style => style.remove()")
    assert problems + found == []


def test_mathematics_is_there(built_book, open_page: OpenPage):
    """The checks above would pass if the formulas were lost on the way; so count them in the source."""
    formulas = (BOOK / "07_mnist_lab.md").read_text(encoding="utf-8").count("$$") // 2
    assert formulas > 5
    page, _ = open_page()
    page.goto(address("file", built_book, "", "07_mnist_lab"))
    wait_until_typeset(page)
    assert page.locator("mjx-container[display=true]").count() == formulas
    # A glyph of MathJax's own fonts, which come from the book's folder too.
    assert page.evaluate("() => document.fonts.ready.then(() => document.fonts.check('12px MJXTEX'))")


@every_engine
def test_while_formulas_are_typeset_the_page_answers(engine, http_server, open_page: OpenPage):
    """They come in pieces: what else waits for its turn gets it in between."""
    page, problems = open_page()
    page.add_init_script(
        """window.counts = new Set();
        (function look() {
          counts.add(document.querySelectorAll('mjx-container').length);
          setTimeout(look);
        })();"""
    )
    page.goto(f"{http_server}07_mnist_lab.html")
    wait_until_typeset(page)
    pieces, last = page.evaluate("() => [counts.size, Math.max(...counts)]")
    assert pieces > 5 and last > 60
    assert complaints(page) + problems == []


def test_the_checks_see_what_is_wrong(tmp_path, open_page: OpenPage):
    """A page with one of everything that must not be; or else a check may have gone blind."""
    (tmp_path / "bad.html").write_text(
        "<!DOCTYPE html><article><p>raw \\(x\\) here</p><span class=math>y</span><mjx-merror>z</mjx-merror>"
        "<img src=gone.png><div style='width:600px'>wide</div></article>"
        "<script src=http://elsewhere.example/x.js></script><script>console.error('oh'); null.x</script>"
    )
    page, problems = open_page(width=360)
    page.goto((tmp_path / "bad.html").as_uri(), wait_until="networkidle")
    found = " ".join(complaints(page))
    for text in ("raw TeX: raw", "not typeset: y", "wrong TeX: z", "gone.png"):
        assert text in found
    assert any("DIV. ends at" in what for what in page.evaluate(STICKS_OUT))
    for text in ("asks another host", "request failed", "console error: oh", "JavaScript error"):
        assert any(text in problem for problem in problems), text


def test_internal_links_and_anchors_lead_somewhere(built_book, open_page: OpenPage):
    ids, links = {}, {}
    page, _ = open_page()
    for name in PAGES + EXTRA_PAGES:
        file = built_book / f"{name}.html"
        page.goto(file.as_uri())
        ids[file] = set(page.eval_on_selector_all("[id]", "elements => elements.map(e => e.id)"))
        links[file] = set(page.eval_on_selector_all("a[href]", "links => links.map(a => a.href)"))
    checked, broken = 0, []
    for file, targets in links.items():
        for target in targets:
            path, anchor = urldefrag(target)
            if not path.startswith("file:"):
                continue
            checked += 1
            goal = Path(unquote(path.removeprefix("file://").split("?")[0]))
            if not goal.exists():
                broken.append(f"{file.name}: {target}")
            elif anchor and goal in ids and unquote(anchor) not in ids[goal]:
                broken.append(f"{file.name}: no #{anchor} in {goal.name}")
    assert checked > 3 * len(PAGES)
    assert broken == []


def test_solutions_and_hints_are_folded_and_open_with_a_click(built_book, open_page: OpenPage):
    source = (BOOK / "07_mnist_lab.md").read_text(encoding="utf-8")
    exercises = source.count("{exercise-start}")
    assert exercises >= 5
    page, problems = open_page()
    # What still comes, and grows, takes a button away from under the mouse.
    open_fully(page, address("file", built_book, "", "07_mnist_lab"))
    folded = page.locator(".solution.dropdown, .hint.dropdown")
    expect(page.locator(".solution.dropdown")).to_have_count(exercises)
    expect(folded).to_have_count(exercises + source.count(":class: hint dropdown"))
    for i in range(folded.count()):
        content = folded.nth(i).locator("pre, li, p:not(.admonition-title)").first
        expect(content).to_be_hidden()
        button = folded.nth(i).locator("button.toggle-button")
        button.scroll_into_view_if_needed()
        button.evaluate(STANDS)
        button.click()
        expect(content).to_be_visible()
        button.click()
        expect(content).to_be_hidden()
    assert problems == []


def test_hidden_code_opens_with_a_click(built_book, open_page: OpenPage):
    page, _ = open_page()
    open_fully(page, address("file", built_book, "", "07_mnist_lab"))
    folded = page.locator("details.folded-code")
    expect(folded.first.locator(".highlight").first).to_be_hidden()
    folded.first.locator("summary").click()
    expect(folded.first.locator(".highlight").first).to_be_visible()


@one_of_both
@pytest.mark.parametrize("half", sample([0, 1], kept=[1]))
def test_wide_tables_and_formulas_scroll_in_their_own_box(half, built_book, open_page: OpenPage):
    page, _ = open_page(width=PHONE)
    scrolled = {"table": 0, "mjx-container[display]": 0}
    for name in PAGES[half::2]:
        page.goto(address("file", built_book, "", name))
        wait_until_typeset(page)
        for selector in scrolled:
            scrolled[selector] += page.eval_on_selector_all(
                f"article {selector}",
                """elements => elements.filter(element => {
                  let box = element;
                  while (box.tagName !== 'ARTICLE' && box.scrollWidth <= box.clientWidth + 1)
                    box = box.parentElement;
                  if (box.tagName === 'ARTICLE') return false;
                  box.scrollLeft = 30;
                  if (box.scrollLeft === 0) throw new Error(`cut off: ${element.textContent.slice(0, 80)}`);
                  return true;
                }).length""",
            )
    assert scrolled["table"] > 0 and scrolled["mjx-container[display]"] > 0


@pytest.mark.parametrize(("engine", "origin"), sample(SEARCHES, kept=SEARCHES[1:3]))
def test_search_finds_a_word(engine, origin, built_book, http_server, open_page: OpenPage):
    page, problems = open_page()
    page.goto(f"{address(origin, built_book, http_server, 'search')}?q=Bernoulli")
    found = page.locator("#search-results ul.search li a").first
    expect(found).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert problems == []
    found.click()
    expect(page.locator("article.bd-article")).to_contain_text(re.compile("bernoulli", re.IGNORECASE))


def test_the_search_knows_no_word_that_no_page_has(http_server, open_page: OpenPage):
    """Any object of JavaScript has a "constructor", the search's lists of words too."""
    page, problems = open_page()
    page.goto(f"{http_server}search.html?q=constructor")
    expect(page.locator("#search-results")).to_contain_text("did not match any documents")
    assert problems == []


# As a browser answers whose user has blocked cookies and site data.
BLOCKED = """for (const name of ['localStorage', 'sessionStorage'])
  Object.defineProperty(window, name, {
    configurable: true,
    get() { throw new DOMException('The operation is insecure.', 'SecurityError'); },
  });"""


@every_engine
def test_a_browser_that_keeps_nothing_loses_nothing_else(engine, http_server, open_page: OpenPage):
    """The theme's switch, the folded boxes, a question and the search work without storage."""
    page, problems = open_page()
    page.add_init_script(BLOCKED)
    page.goto(f"{http_server}05_kl.html", wait_until="networkidle")
    root = page.locator("html")
    expect(root).to_have_attribute("data-theme", "light")
    page.locator("button.theme-switch-button").first.click()
    expect(root).to_have_attribute("data-mode", re.compile("light|dark"))
    expect(page.locator(".toggle-button").first).to_be_attached()
    bring_to_life(page)
    page.goto(f"{http_server}search.html?q=Bernoulli")
    expect(page.locator("#search-results ul.search li a").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert problems == []

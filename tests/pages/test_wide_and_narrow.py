"""Code fits in its column; on a phone figures and menus can be read; links land below the bar."""

import re

from browser import OpenPage, book_pages, firefox_whole, wait_until_typeset
from fonts import one_of_both
from judgements import bring_to_life, open_fully, sticking_out
from looks import LARGE

PAGES = book_pages()
CHAPTERS = [name for name in PAGES if re.match(r"\d\d_", name)]
# Listings that scroll, folded ones included; what cells print wraps.
SCROLLING_CODE = """() => {
  document.querySelectorAll('details').forEach(details => { details.open = true; });
  return [...document.querySelectorAll('article div.highlight pre')]
    .filter(pre => pre.clientWidth && pre.scrollWidth > pre.clientWidth + 1)
    .map(pre => pre.textContent.split('\\n').reduce((a, b) => a.length < b.length ? b : a));
}"""
# Of each figure: how much of its size is left, and the box that it scrolls in.
FIGURES = """() => [...document.querySelectorAll('article .cell_output img')]
  .filter(image => !image.closest('.vaecore-widget')).map(image => {
    const box = image.closest('.figure-box');
    const digits = image.closest('.cell').textContent.includes('show_images(');
    return {
      left: image.clientWidth / image.naturalWidth, digits, inBox: box !== null,
      scrolls: box !== null && box.scrollWidth > box.clientWidth,
      forTheKeyboard: box?.tabIndex === 0 && box.getAttribute('aria-label') === 'Wide figure',
    };
  })"""
# Menus that are narrower than their longest entry.
CUT_MENUS = """() => [...document.querySelectorAll('article select')].filter(menu => {
  const whole = menu.cloneNode(true);
  whole.style.cssText = 'position: absolute; width: auto; max-width: none; flex: none';
  menu.after(whole);
  const {width} = whole.getBoundingClientRect();
  whole.remove();
  return menu.getBoundingClientRect().width < width - 1;
}).map(menu => menu.id)"""
# Of all that a link may lead to on a page: what is not to be seen below the bar at the top.
OUT_OF_SIGHT = """async () => {
  const bar = document.querySelector('.bd-header-article'), found = [];
  const goals = [...document.querySelectorAll('article [id]')].filter(goal => goal.checkVisibility()
    && !goal.closest('svg, mjx-container, .vaecore-widget, .python-stub')
    && !goal.closest('.toggle-hidden > :not(.admonition-title)'));
  for (const goal of goals.filter(goal => document.getElementById(goal.id) === goal)) {
    location.hash = goal.id;
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const {top} = goal.getBoundingClientRect();
    if (top < bar.getBoundingClientRect().bottom - 1 || top > innerHeight) found.push(`${goal.id}: ${top}`);
  }
  return [goals.length, found];
}"""


@one_of_both
def test_code_fits_in_its_column(fonts, built_book, open_page: OpenPage):
    page, _ = open_page(width=1400)
    found = {}
    for name in PAGES:
        page.goto(f"{(built_book / name).as_uri()}.html")
        if lines := page.evaluate(SCROLLING_CODE):
            found[name] = lines
    assert found == {}


def test_figures_can_be_read_on_a_phone(built_book, open_page: OpenPage, request):
    """Numbers of 14 pixels are 8 at least; rows of digits, which have none, fit.  `make test`: some."""
    page, problems = open_page(width=360)
    scrolling = 0
    for name in CHAPTERS if request.config.getoption("whole") else CHAPTERS[1::3]:
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{(built_book / name).as_uri()}.html")
        wait_until_typeset(page)
        page.wait_for_function(
            "() => [...document.querySelectorAll('.figure-box')]"
            ".every(box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"
        )
        for figure in page.evaluate(FIGURES):
            assert figure["digits"] or figure["left"] > 0.6, (name, figure)
            assert figure["scrolls"] == figure["forTheKeyboard"], (name, figure)
            assert not (figure["digits"] and figure["scrolls"]), (name, figure)
            scrolling += figure["scrolls"]
        page.set_viewport_size({"width": 1400, "height": 900})
        page.wait_for_function("() => !document.querySelector('.figure-box[tabindex]')")
    assert scrolling > 3 and problems == []


@one_of_both
def test_menus_show_whole_names_on_a_phone(fonts, built_book, open_page: OpenPage):
    page, _ = open_page(width=360)
    for name in ("04_reparameterization", "07_mnist_lab", "08_beyond_the_lab"):
        open_fully(page, f"{(built_book / name).as_uri()}.html")
        for width in (360, 480, 700):
            page.set_viewport_size({"width": width, "height": 740})
            assert page.evaluate(CUT_MENUS) == [], (name, width)
        page.set_viewport_size({"width": 360, "height": 740})
    assert page.locator("article select").count() > 2


@firefox_whole
def test_every_target_of_a_link_is_seen_below_the_bar(engine, built_book, open_page: OpenPage):
    """Headings, equations, figures, terms, citations, slips: whatever has a name."""
    page, _ = open_page()
    for name, at_least in (("05_kl", 100), ("glossary", 5), ("bibliography", 20), ("slips", 40)):
        page.goto(f"{(built_book / name).as_uri()}.html")
        bring_to_life(page)
        count, found = page.evaluate(OUT_OF_SIGHT)
        assert count >= at_least and found == [], name


# Formulas in running text that scroll on lines of their own, and those that a box cuts below the line.
INLINE = """() => [
  document.querySelectorAll('mjx-container[data-wide][tabindex="0"]').length,
  [...document.querySelectorAll('span.math')]
    .filter(box => getComputedStyle(box).overflowY === 'hidden').length,
]"""


def test_letters_twice_as_large_fit_whatever_fonts_there_are(built_book, open_page: OpenPage):
    """In the chapter with the longest formulas in its lines; the book's fonts and MathJax's are missing."""
    page, _ = open_page(width=360)
    page.route("**/*.woff*", lambda route: route.abort())
    open_fully(page, f"{(built_book / '04_reparameterization').as_uri()}.html")
    page.add_style_tag(content=LARGE)
    for width, least in ((1024, 0), (360, 5)):
        assert sticking_out(page, width) == []
        scrolling, cut = page.evaluate(INLINE)
        assert scrolling >= least and cut == 0

"""A link into a page shows what it names: below the bar at the top, and it stays there.

Hints are folded, formulas typeset and widgets drawn while the page comes; all of that stands above the goal.
"""

import re

import pytest
from browser import ENGINES, OpenPage, book_pages, every_engine, wait_until_typeset
from looks import TWO_FRAMES
from sample import sample

LINK = re.compile(r'href="([\w-]+)\.html#(ex-[\w-]+)"')
# How far below the bar at the top the goal begins, in pixels; 0 at the end of the page, where it can rise no
# further and is to be seen all the same.
OFF = """anchor => {
  const goal = document.getElementById(anchor), {top} = goal.getBoundingClientRect();
  const bar = document.querySelector('.bd-header-article').getBoundingClientRect().bottom;
  const end = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
  return end && top >= bar && top < innerHeight - 20 ? 0 : top - bar;
}"""
CHAPTERS = [page for page in book_pages() if re.match(r"\d\d_", page)]
VISITS = [(name, engine, width) for name in CHAPTERS for engine in ENGINES for width in (1280, 360)]
HIGHEST = 40  # the distance that the theme leaves


@pytest.fixture(scope="session")
def exercises(built_book) -> dict[str, list[str]]:
    """The anchors of the exercises that are listed, by page."""
    found: dict[str, list[str]] = {}
    for page, anchor in LINK.findall((built_book / "exercises.html").read_text(encoding="utf-8")):
        found.setdefault(page, []).append(anchor)
    return found


def follow(page, anchor: str) -> None:
    """Click a link to an anchor of the page that is open."""
    page.evaluate(
        """anchor => {
          const link = document.body.appendChild(document.createElement('a'));
          link.href = `#${anchor}`;
          link.click();
          link.remove();
        }""",
        anchor,
    )


@pytest.mark.parametrize(("name", "engine", "width"), sample(VISITS, kept=VISITS[::7]))
def test_the_exercises_are_where_the_list_says(name, width, engine, http_server, exercises, open_page):
    """The last one as a reader comes to it, the others from there.  Over http, where more arrives later."""
    *others, last = exercises[name]
    page, problems = open_page(width=width)
    page.goto(f"{http_server}{name}.html#{last}", wait_until="networkidle")
    wait_until_typeset(page)
    off = {last: page.evaluate(OFF, last)}
    for anchor in others:
        follow(page, anchor)
        page.wait_for_function("anchor => location.hash === `#${anchor}`", arg=anchor)
        page.evaluate(TWO_FRAMES)
        off[anchor] = page.evaluate(OFF, anchor)
    assert {anchor: distance for anchor, distance in off.items() if not 0 <= distance <= HIGHEST} == {}
    assert problems == []


@every_engine
def test_a_link_into_a_folded_solution_opens_it(engine, built_book, open_page: OpenPage):
    page, _ = open_page()
    page.goto(f"{(built_book / '05_kl').as_uri()}.html", wait_until="networkidle")
    inside = page.locator(".solution.dropdown p:not(.admonition-title)").last
    inside.evaluate("paragraph => { paragraph.id = 'inside-the-solution' }")
    assert not inside.is_visible()
    follow(page, "inside-the-solution")
    inside.wait_for(state="visible")


def test_the_reader_s_hand_is_stronger(built_book, open_page: OpenPage):
    """Who scrolls away while the page still grows is not called back."""
    page, _ = open_page()
    page.goto(f"{(built_book / '05_kl').as_uri()}.html#two-coins", wait_until="networkidle")
    page.mouse.move(600, 400)
    page.mouse.wheel(0, 700)
    page.wait_for_function("() => document.getElementById('two-coins').getBoundingClientRect().top < -300")
    page.evaluate("() => { document.querySelector('article').style.paddingBottom = '500px' }")
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("() => document.getElementById('two-coins').getBoundingClientRect().top") < -300


@every_engine
def test_nothing_moves_when_hints_are_folded(engine, built_book, open_page: OpenPage):
    """They are folded by style from the first paint; the script adds their buttons and no height."""
    page, _ = open_page()
    page.route("**/togglebutton.js*", lambda route: route.abort())
    page.goto(f"{(built_book / '05_kl').as_uri()}.html", wait_until="networkidle")
    heights = "() => [...document.querySelectorAll('.admonition.dropdown')].map(box => box.offsetHeight)"
    before = page.evaluate(heights)
    page.unroute("**/togglebutton.js*")
    page.reload(wait_until="networkidle")
    after = page.evaluate(heights)
    assert len(after) > 20 and before == after

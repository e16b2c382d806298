"""Fingers on widgets: a swipe up or down scrolls the page and changes nothing; a tap and one sideways do."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from browser import chromium_only
from every_widget import every_widget
from fonts import both_fonts
from looks import STICKING_OUT, TARGETS

if TYPE_CHECKING:
    from playwright.sync_api import CDPSession, Page

# What a finger moves: of each widget one slider, and all films and charts; named, for who reads what failed.
MOVABLE = """() => [...document.querySelectorAll('.vaecore-widget')].flatMap((holder, i) => {
  const found = [...holder.querySelectorAll('input[type=range]')].filter(range => range.checkVisibility());
  const all = [...found.slice(0, 1), ...holder.querySelectorAll('.vw-films, .vw-draggable')];
  return all.map((part, k) =>
    (part.dataset.finger = `${holder.dataset.widget} ${i}: ${part.classList[0] ?? part.type} ${k}`));
})"""
# Scrolls one of them into the middle of the window; its box.
CENTRE = """name => {
  const part = document.querySelector(`[data-finger="${name}"]`);
  part.scrollIntoView({block: 'center', behavior: 'instant'});
  const {left, top, width, height} = part.getBoundingClientRect();
  return [left, top, width, height];
}"""
# What can change of the widgets' states: numbers, words, short lists of numbers. Weights would take long.
STATES = """() => {
  const short = value => Array.isArray(value) && value.length < 60 && value.every(Number.isFinite);
  const changes = ([, value]) => typeof value !== 'object' || short(value);
  const holders = [...document.querySelectorAll('.vaecore-widget')];
  return JSON.stringify(holders.map(holder => Object.entries(holder.vaecoreModel.state).filter(changes)));
}"""


class Finger:
    """On the screen of a page; it rests before it is lifted, so that the page does not go on scrolling."""

    def __init__(self, page: Page) -> None:
        self.session: CDPSession = page.context.new_cdp_session(page)
        self.now = 1.0

    def __call__(self, *points: tuple[float, float]) -> None:
        for i, (x, y) in enumerate([*points, points[-1]]):
            self.now += 0.5 if i == len(points) else 0.02
            kind = "touchMove" if i else "touchStart"
            touch = {"type": kind, "touchPoints": [{"x": x, "y": y}], "timestamp": self.now}
            self.session.send("Input.dispatchTouchEvent", touch)
        lifted = {"type": "touchEnd", "touchPoints": [], "timestamp": self.now}
        self.session.send("Input.dispatchTouchEvent", lifted)


@pytest.fixture
def page(open_widget):
    return open_widget(every_widget(), "http", width=412, touch=True)


@chromium_only
def test_a_swipe_down_scrolls_a_tap_and_a_swipe_sideways_change_the_value(page):
    finger = Finger(page)
    names = page.evaluate(MOVABLE)
    assert len(names) > 25 and len({name.split()[0] for name in names}) == 14
    wrong = []
    for name in names:
        left, top, width, height = page.evaluate(CENTRE, name)
        x, y = left + 0.3 * width, top + 0.5 * height
        before, scrolled = page.evaluate(STATES), page.evaluate("scrollY")
        finger(*[(x, y - 12 * i) for i in range(9)])
        page.wait_for_function("before => scrollY > before + 40", arg=scrolled)
        if page.evaluate(STATES) != before:
            wrong.append(f"{name}: a swipe changes it")
        left, top, width, height = page.evaluate(CENTRE, name)
        before, x, y = page.evaluate(STATES), left + 0.62 * width, top + 0.4 * height
        finger((x, y))
        if page.evaluate(STATES) == before:
            wrong.append(f"{name}: a tap does not change it")
        before = page.evaluate(STATES)
        finger(*[(x - 0.05 * width * i, y - 2 * i) for i in range(9)])
        if page.evaluate(STATES) == before:
            wrong.append(f"{name}: a swipe sideways does not change it")
    assert wrong == []


@chromium_only
@both_fonts
def test_what_a_finger_presses_is_44_pixels_high(fonts, page):
    assert page.evaluate("() => matchMedia('(pointer: coarse)').matches")
    for width in (360, 412, 830):
        page.set_viewport_size({"width": width, "height": 900})
        targets = page.evaluate(TARGETS)
        assert len(targets) > 100
        assert [(name, height) for name, height in targets if height < 44] == []
        assert page.evaluate(STICKING_OUT) == []

"""A digit drawn by hand: with the mouse, the keyboard or a finger."""

import re

import numpy as np
from moments import moments
from playwright.sync_api import expect
from test_widget_one_digit import READY, check, draw, make
from widget_pages import state


def test_drawing_with_the_mouse_and_taking_it_back(open_widget):
    page = open_widget(make)
    draw(page, [(0.3, 0.2), (0.7, 0.2), (0.45, 0.85)])
    assert state(page, "digit") == -1 and page.locator(".vw-choice input:checked").count() == 0
    draw(page, [(0.35, 0.5), (0.65, 0.5)])
    strokes = state(page, "strokes")
    assert len(strokes) == 2 and len(strokes[0]) > 10
    np.testing.assert_allclose(strokes[0][:2] + strokes[0][-2:], [0.3, 0.2, 0.45, 0.85], atol=0.01)
    page.wait_for_function(READY)
    (seen,) = moments(page, [{}], canvases=[".vw-made canvas", ".vw-seen canvas"])
    check(make(strokes=strokes, digit=-1), seen.values, *seen.inks)
    page.get_by_role("button", name="Undo").click()
    assert state(page, "strokes") == strokes[:1]
    page.get_by_role("button", name="Blank").click()
    assert state(page, "strokes") == [] and state(page, "digit") == -1
    expect(page.get_by_role("img", name="x: nothing")).to_be_visible()
    page.get_by_role("radio", name="2 (digit 2)").check()
    assert state(page, "digit") == 1
    page.get_by_role("button", name="Undo").click()
    assert state(page, "digit") == 1  # a picked digit has no last stroke


def test_drawing_with_the_keyboard(open_widget):
    page = open_widget(make)
    pad = page.get_by_role("application", name="Pad to draw a digit on")
    pad.focus()
    expect(pad).to_have_accessible_description(re.compile("Arrow keys move the pen"))
    for key in ("ArrowLeft", "ArrowUp", " ", "Shift+ArrowDown", "ArrowDown", "Shift+ArrowRight"):
        pad.press(key)
    expect(page.locator(".vw-status")).to_have_text("Pen down, column 17, row 11 of 28.")
    assert state(page, "strokes") == []  # the stroke is still growing
    pad.press(" ")
    ends = [13 / 28, 6 / 28, 13 / 28, 10 / 28, 13 / 28, 11 / 28, 17 / 28, 11 / 28]
    np.testing.assert_allclose(state(page, "strokes"), [ends], atol=1e-4)
    pad.press("Shift+ArrowDown")
    pad.press(" ")
    pad.press("ArrowLeft")
    pad.press("Tab")  # who goes away lifts the pen
    assert len(state(page, "strokes")) == 2
    pad.focus()
    pad.press("Backspace")
    assert len(state(page, "strokes")) == 1
    page.wait_for_function(READY)


def test_a_finger_draws_and_the_page_does_not_scroll(open_widget):
    page = open_widget(make, touch=True, width=360)
    pad = page.locator(".vw-pad")
    assert pad.evaluate("pad => getComputedStyle(pad).touchAction") == "none"
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    session = page.context.new_cdp_session(page)

    def at(x: float, y: float) -> list[dict[str, float]]:
        return [{"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}]

    scrolled = page.evaluate("scrollY")
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": at(0.5, 0.2)})
    for i in range(1, 9):
        session.send(
            "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": at(0.5, 0.2 + 0.07 * i)}
        )
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function(
        "() => document.querySelector('.vaecore-widget').vaecoreModel.get('strokes').length"
    )
    (stroke,) = state(page, "strokes")
    assert len(stroke) > 6 and stroke[-1] > 0.7 and page.evaluate("scrollY") == scrolled

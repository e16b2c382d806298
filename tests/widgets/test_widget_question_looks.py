"""How questions look, light and dark, at every width, without scripts and on paper; in a real Chromium."""

import pytest
from browser import chromium_only, watch
from fonts import both_fonts
from looks import MISFITS, TARGETS, axe_judges, set_theme
from playwright.sync_api import expect
from question_pages import KINDS, RIGHT, WRONG, check, every_kind
from widget_pages import set_state, shown_values, wait_until_alive, widget_html, write_page

from vaecore.exercises.checking import EXERCISES
from vaecore.widgets import question

# Where the button and the widget end on the page, however far it is scrolled.
PLACES = """() => ['.vw-check', '.vw']
  .map(name => document.querySelector(name).getBoundingClientRect().bottom + scrollY)"""


@every_kind
def test_nothing_jumps_from_the_first_feedback_on(kind, ask):
    """Whatever was answered: the button, and the text below the widget, stay where they are.

    At first there is no empty box; the first answer that is checked makes room for all the others.
    """
    exercise = EXERCISES[KINDS[kind]]
    for width in (1280, 360):
        page = ask(kind, width=width)
        page.evaluate("() => document.querySelector('main').append('The text below.')")
        button, end = page.evaluate(PLACES)
        assert end - button < 90
        set_state(page, answer=WRONG[kind])
        button, _ = page.evaluate(PLACES)
        check(page)
        assert page.evaluate(PLACES)[0] == pytest.approx(button, abs=0.01)
        for answer in (wrong for mistake in exercise.mistakes for wrong in mistake.wrong):
            set_state(page, answer=answer, checked=None)
            before = page.evaluate(PLACES)
            check(page)
            assert page.evaluate(PLACES) == pytest.approx(before, abs=0.01)
        set_state(page, answer=RIGHT[kind], checked=None)
        before = page.evaluate(PLACES)
        assert check(page)["status"] == "passed"
        assert page.evaluate(PLACES) == pytest.approx(before, abs=0.01)


@every_kind
def test_axe_finds_nothing(kind, ask):
    page = ask(kind, "http")
    for answer in (None, WRONG[kind], RIGHT[kind]):
        if answer is not None:
            set_state(page, answer=answer)
            check(page)
        for theme in ("light", "dark"):
            set_theme(page, theme)
            ((_, found, passes),) = axe_judges(page)
            assert found == [] and passes > 5


@both_fonts
@every_kind
def test_everything_fits_and_is_large_enough_for_a_finger(kind, ask):
    """A window of 1280 pixels is 640 wide at 200%, and 320 at 400%."""
    page = ask(kind)
    for answer in (WRONG[kind], RIGHT[kind]):
        set_state(page, answer=answer, checked=answer)
        for width in (320, 360, 480, 640, 830, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(MISFITS) == [], width
            assert [target for target in page.evaluate(TARGETS) if target[1] < 32] == []


@every_kind
def test_without_javascript_the_question_can_be_read(kind, chromium, tmp_path):
    write_page(tmp_path, widget_html(tmp_path, lambda: question(KINDS[kind])))
    exercise = EXERCISES[KINDS[kind]]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    problems = watch(page)
    page.goto((tmp_path / "index.html").as_uri())
    text = page.locator(".vw-fallback")
    expect(text).to_be_visible()
    for words in (exercise.id, exercise.title, f'check("{exercise.id}", ...) judges the answer'):
        expect(text).to_contain_text(words)
    assert page.locator("img").count() == 0
    if kind != "value":
        count = len(exercise.statements if kind == "choice" else exercise.lines)
        values = [int(item.get_attribute("value")) for item in text.locator("li").all()]
        assert sorted(values) == list(range(1, count + 1))
    assert problems == []
    context.close()


@chromium_only  # which shows a page as if printed
@every_kind
def test_on_paper_the_question_has_its_answer(kind, ask):
    page = ask(kind)
    expect(page.locator(".vw-fallback")).to_be_hidden()
    set_state(page, answer=WRONG[kind])
    page.emulate_media(media="print")
    expect(page.locator(".vw")).to_be_visible()
    expect(page.locator(".vw-fallback")).to_be_hidden()
    for button in page.locator("button").all():
        expect(button).to_be_hidden()


@every_kind
def test_random_clicks_and_keys_break_nothing(kind, ask, rng):
    page = ask(kind, width=700)
    widget = page.locator(".vw")
    for _ in range(60):
        if rng.random() < 0.6:
            keys = ["Tab", "Tab", "Space", "Enter", "1", "-", ",", "Backspace", "ArrowDown", "Shift+Tab"]
            page.keyboard.press(str(rng.choice(keys)))
        else:
            widget.evaluate("widget => widget.scrollIntoView({block: 'nearest'})")
            box, (x, y) = widget.bounding_box(), rng.random((2, 2))
            page.mouse.move(box["x"] + x[0] * box["width"], box["y"] + y[0] * box["height"])
            page.mouse.down()
            page.mouse.move(box["x"] + x[1] * box["width"], box["y"] + y[1] * box["height"], steps=3)
            page.mouse.up()
        if "index.html" not in page.url:
            page.go_back()
            wait_until_alive(page)
        shown_values(page)
    check(page)
    assert "undefined" not in widget.evaluate("widget => widget.outerHTML")

"""Latent arithmetic on a page: its z and its pictures are vaecore's, in a real Chromium."""

import re

import numpy as np
import pytest
from fonts import both_fonts
from widget_pages import every_origin, set_state, shipped, shown_values, snapshot, state

from vaecore import InvalidInputError, load_mnist
from vaecore.latent_arithmetic import arithmetic
from vaecore.widgets import LatentArithmetic

DATA = load_mnist("sample")
DIGITS, LABELS = DATA.test_images[:20], DATA.test_labels[:20]
LEVEL = 1 / 255
CANVASES = [
    *(f".vw-term:nth-of-type({i}) .vw-pair canvas:nth-of-type({k})" for i in (1, 3, 5) for k in (1, 2)),
    ".vw-output", ".vw-films canvas",
]  # fmt: skip


def make(**state):
    return LatentArithmetic(shipped("lab"), DIGITS, LABELS, **state)


def check(page):
    """z and all pictures are those that Python computes from the same state; returns the state."""
    a, b, c, t = (state(page, name) for name in ("a", "b", "c", "amount"))
    vae, shown = shipped("lab"), shown_values(page)
    means = vae.encode(DIGITS)[0].astype(float)
    z = means[a] + t * (means[c] - means[b])
    assert [shown[name] for name in ("a", "b", "c", "amount")] == [a, b, c, t]
    np.testing.assert_allclose(shown["z"], z, rtol=1e-9, atol=1e-12)
    assert shown["length"] == pytest.approx(np.linalg.norm(z), rel=1e-9)
    _, pictures = snapshot(page, *CANVASES)
    decoded = vae.decode(vae.encode(DIGITS)[0])
    expected = [image for i in (a, b, c) for image in (DIGITS[i], decoded[i])]
    expected.append(arithmetic(vae, *DIGITS[[a, b, c]], t))
    for picture, right in zip(pictures, expected, strict=False):
        np.testing.assert_allclose(picture, right.reshape(28, 28), rtol=0, atol=LEVEL)
    film = [arithmetic(vae, *DIGITS[[a, b, c]], s).reshape(28, 28) for s in np.linspace(0, 2, 9)]
    np.testing.assert_allclose(pictures[-1], np.hstack(film), rtol=0, atol=LEVEL)
    return a, b, c, t


# Without a browser


def test_state_can_be_read_and_set():
    widget = make(a=np.int64(4), amount=0.25)
    assert (widget.a, widget.b, widget.c, widget.amount) == (4, 1, 2, 0.25)
    widget.c = 7
    assert f"c (a {LABELS[7]})" in widget.sentence
    assert widget.fallback().shape == (2 * 30 + 2, 9 * 30 + 2)
    alone = LatentArithmetic(shipped("lab"), DIGITS[:1], LABELS[:1])
    assert (alone.a, alone.b, alone.c) == (0, 0, 0)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"a": 20}, "a is 20, expected 0 to 19"),
        ({"b": -1}, "b is -1, expected a whole number"),
        ({"c": 1.5}, "c is 1.5, expected a whole number"),
        ({"amount": 2.5}, "amount is 2.5, expected a number from 0 to 2"),
        ({"amount": np.nan}, "amount is nan, expected a finite number"),
    ],
)
def test_bad_state_is_named(values, message):
    with pytest.raises(InvalidInputError, match=message):
        make(**values)


def test_bad_digits_are_named():
    with pytest.raises(InvalidInputError, match="the list of digits is empty"):
        LatentArithmetic(shipped("lab"), DIGITS[:0], LABELS[:0])


# In Chromium


@every_origin
def test_twenty_sums(open_widget, origin, rng):
    page = open_widget(make, origin)
    seen = set()
    for _ in range(20):
        for name in "abc":
            page.get_by_label(name, exact=True).select_option(str(rng.integers(20)))
        page.get_by_label("t", exact=True).fill(f"{rng.uniform(0, 2):.2f}")
        seen.add(check(page))
    assert len(seen) == 20


def test_python_is_obeyed_and_words_say_it(open_widget):
    page = open_widget(make)
    set_state(page, a=5, b=6, c=7, amount=1.0)
    assert check(page) == (5, 6, 7, 1)
    assert "this is a − b + c" in page.locator(".vw-summary").inner_text()
    set_state(page, amount=0.5)
    assert check(page)[3] == 0.5
    assert "a − b + c" not in page.locator(".vw-summary").inner_text()
    assert page.get_by_label("t", exact=True).get_attribute("aria-valuetext") == "0.50"
    assert page.locator("[role=status]").inner_text() == (
        f"a is a {LABELS[5]}, b a {LABELS[6]}, c a {LABELS[7]}."
    )


def test_the_keyboard_and_the_mouse_move_it(open_widget):
    page = open_widget(make)
    slider = page.get_by_label("t", exact=True)
    slider.focus()
    for key, value in (("Home", 0), ("ArrowRight", 0.01), ("End", 2), ("ArrowLeft", 1.99)):
        slider.press(key)
        assert check(page)[3] == pytest.approx(value)
    film = page.locator(".vw-films canvas").bounding_box()
    at = [(film["x"] + (k + 0.5) / 9 * film["width"], film["y"] + film["height"] / 2) for k in (1, 6)]
    page.mouse.move(*at[0])
    page.mouse.down()
    assert check(page)[3] == 0.25
    page.mouse.move(*at[1])
    page.mouse.up()
    assert check(page)[3] == 1.5
    marker = page.locator(".vw-marker").bounding_box()
    assert marker["x"] + marker["width"] / 2 == pytest.approx(at[1][0], abs=1)


def test_random_hands_break_nothing(open_widget, rng):
    page = open_widget(make, width=500)
    widget = page.locator(".vw")
    keys = ["Tab", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "Shift+Tab", "5", "Escape"]
    for _ in range(80):
        if rng.random() < 0.6:
            page.keyboard.press(str(rng.choice(keys)))
        else:
            box = widget.bounding_box()
            page.mouse.click(*(box[a] + rng.random() * box[b] for a, b in (("x", "width"), ("y", "height"))))
    check(page)
    assert not re.search("NaN|undefined|Infinity", widget.evaluate("widget => widget.outerHTML"))


@both_fonts
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_and_everything_fits(open_widget, theme, width):
    from axe_playwright_python.sync_playwright import Axe

    page = open_widget(make, "http", theme, width=width, dark=theme == "dark")
    report = Axe().run(page, context=".vaecore-widget").response
    assert [(v["id"], [n["target"] for n in v["nodes"]]) for v in report["violations"]] == []
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    out = page.evaluate(
        """() => {
          const frame = document.querySelector('.vw').getBoundingClientRect();
          return [...document.querySelectorAll('.vw *:not(.vw-hidden, option)')].filter(e => {
            const box = e.getBoundingClientRect();
            return box.width && (box.left < frame.left || box.right > frame.right);
          }).map(e => e.className);
        }"""
    )
    assert out == []

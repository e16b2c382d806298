"""Latent arithmetic on a page: its z and its pictures are vaecore's, in a real Chromium."""


import numpy as np
import pytest
from hands import random_hands
from moments import moments
from widget_pages import every_origin, set_state, shipped

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


def look(page, *changes):
    return moments(page, changes or [{}], names=("a", "b", "c", "amount"), canvases=CANVASES)


def check(page):
    return check_moment(*look(page))


def check_moment(now):
    """z and all pictures are those that Python computes from the same state; returns the state."""
    a, b, c, t = now.state.values()
    vae, shown = shipped("lab"), now.values
    means = vae.encode(DIGITS)[0].astype(float)
    z = means[a] + t * (means[c] - means[b])
    assert [shown[name] for name in ("a", "b", "c", "amount")] == [a, b, c, t]
    np.testing.assert_allclose(shown["z"], z, rtol=1e-9, atol=1e-12)
    assert shown["length"] == pytest.approx(np.linalg.norm(z), rel=1e-9)
    pictures = now.inks
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
    changes = [
        {"controls": {**{name: str(rng.integers(20)) for name in "abc"}, "t": f"{rng.uniform(0, 2):.2f}"}}
        for _ in range(20)
    ]
    assert len({check_moment(now) for now in look(page, *changes)}) == 20


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
    keys = "Tab ArrowLeft ArrowRight Home End PageUp Shift+Tab 5 Escape".split()
    random_hands(page, rng, 80, keys=keys, share_of_keys=0.6, points=[1], check=lambda: check(page))

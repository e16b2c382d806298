"""Path comparison: several models between the same two digits, in Python and in a real Chromium."""

import json
from functools import cache

import numpy as np
import pytest
from browser import OpenPage
from hands import random_hands
from moments import Moment, moments
from playwright.sync_api import Page, expect
from widget_pages import every_origin, set_state, small_vae, state

from vaecore import VAE, InvalidInputError, lab_digits, load_mnist
from vaecore.autoencoders import Autoencoder
from vaecore.pca import PCA
from vaecore.widgets import PathComparison

LEVEL = 1 / 255


@cache
def models() -> dict:
    return {
        "PCA": PCA.fit(load_mnist("sample").train_images, 2),
        "autoencoder": Autoencoder.load_shipped("autoencoder"),
        "VAE": VAE.load_shipped("map"),
    }


def make(**values):
    return PathComparison(models(), *lab_digits(load_mnist("sample")), **values)


def expected(name: str, first: int, second: int, s: float) -> np.ndarray:
    images, _ = lab_digits(load_mnist("sample"))
    model = models()[name]
    codes = model.encode(images)
    codes = codes[0] if isinstance(codes, tuple) else codes
    z = (1 - s) * codes[first] + s * codes[second]
    return np.clip(model.decode(z[None].astype(np.float32))[0], 0, 1).reshape(28, 28)


# In Python


def test_the_state_can_be_read_and_set():
    widget = make(s=0.25, first=3)
    assert (widget.first, widget.second, widget.s) == (3, 1, 0.25)
    widget.second = np.int64(9)
    assert widget.second == 9
    assert repr(widget) == "PathComparison(PCA, autoencoder, VAE; 10 digits)"
    assert "From the 0 to the 9" in widget.sentence and "PCA, autoencoder, VAE" in widget.sentence
    json.dumps(widget.get_state(), allow_nan=False)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"first": 10}, "first is 10, expected 0 to 9"),
        ({"second": -1}, "second is -1"),
        ({"s": 1.5}, "s is 1.5, expected a number from 0 to 1"),
        ({"s": float("nan")}, "s"),
    ],
)
def test_a_value_out_of_range_is_refused_and_the_old_one_stays(values, said):
    widget = make()
    (name, value), before = *values.items(), widget.get_state()
    with pytest.raises(InvalidInputError, match=said):
        setattr(widget, name, value)
    assert widget.get_state() == before


def test_bad_models_and_digits_are_refused(rng):
    images, labels = lab_digits(load_mnist("sample"))
    broken = small_vae(rng)
    broken.gen_params[0][0][0, 0] = np.nan
    cases = [
        (({}, images, labels), "1 to 6 models"),
        (([VAE.load_shipped("map")], images, labels), "expected a dict"),
        (({"a": 3}, images, labels), "int"),
        (({"a": small_vae(rng, image=100)}, images, labels), "28 x 28"),
        (({"a": broken}, images, labels), "gen_params"),
        ((models(), images[:0], labels[:0]), "empty"),
        ((models(), images, labels[:9]), "labels"),
        ((models(), images + 1, labels), "digits"),
    ]
    for arguments, said in cases:
        with pytest.raises(InvalidInputError, match=said):
            PathComparison(*arguments)


def test_the_fallback_has_a_row_for_each_model():
    picture = make(first=2, second=5).fallback()
    assert picture.shape == (3 * 30 + 2, 13 * 30 + 2)
    for row, name in enumerate(models()):
        for step in (0, 6, 12):
            cell = picture[2 + 30 * row :, 2 + 30 * step :][:28, :28]
            np.testing.assert_allclose(cell, expected(name, 2, 5, step / 12), atol=1e-5)


# On a static page


NAMES = ("first", "second", "s")
CANVASES = [f".vw-path:nth-of-type({i + 2}) .vw-output" for i in range(3)]


def check(page: Page) -> None:
    check_moment(*moments(page, [{}], names=NAMES, canvases=CANVASES))


def check_moment(now: Moment) -> None:
    values = [now.state[name] for name in NAMES]
    for picture, name in zip(now.inks, models(), strict=True):
        np.testing.assert_allclose(picture, expected(name, *values), rtol=0, atol=LEVEL)


@every_origin
def test_the_pictures_are_those_of_the_models(origin, open_widget, rng):
    page = open_widget(make, origin)
    changes = []
    for _ in range(20):
        first, second = (str(i) for i in rng.choice(10, 2, replace=False))
        s = f"{rng.random():.2f}"
        changes.append({"controls": {"From (s = 0)": first, "to (s = 1)": second, "s": s}})
    seen = moments(page, changes, names=NAMES, canvases=CANVASES)
    for now in seen:
        check_moment(now)
    assert len({tuple(now.state.values()) for now in seen}) == 20


def test_keyboard_film_and_python_move_it(open_widget):
    page = open_widget(make)
    slider = page.get_by_label("s", exact=True)
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert state(page, "s") == pytest.approx(0.51)
    check(page)
    box = page.locator(".vw-strip").nth(1).bounding_box()
    page.mouse.click(box["x"] + 0.96 * box["width"], box["y"] + box["height"] / 2)
    assert state(page, "s") == 1
    expect(slider).to_have_attribute("aria-valuetext", "1.00, from the 7 to the 2")
    set_state(page, s=0.25, first=4)
    expect(slider).to_have_value("0.25")
    expect(page.get_by_label("From (s = 0)")).to_have_value("4")
    check(page)


def test_random_input_breaks_nothing(open_widget, rng):
    page = open_widget(make)
    keys = "Tab ArrowLeft PageUp End Home Escape 7".split()
    random_hands(page, rng, 160, keys=keys, points=[1], every=80, check=lambda: check(page))
    assert 0 <= state(page, "s") <= 1


def test_without_javascript_there_is_the_picture(tmp_path, chromium, open_page: OpenPage):
    from widget_pages import widget_html, write_page

    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(write_page(tmp_path, widget_html(tmp_path, make)).as_uri())
    expect(page.locator(".vw-fallback img")).to_be_visible()
    expect(page.locator("figcaption")).to_contain_text("one row a model")
    context.close()

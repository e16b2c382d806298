"""The beta slider: its numbers are vaecore's, its pictures the decoders', in a real Chromium."""


import numpy as np
import pytest
from hands import random_hands
from moments import moments
from widget_pages import every_origin, set_state, shown_values, small_vae

from vaecore import InvalidInputError, binarise, lab_digits, load_mnist, neural_net_predict
from vaecore.beta_vae import active_units, load_beta_family, rate_and_distortion
from vaecore.kl import kl_per_dimension
from vaecore.widgets import BetaSlider

FAMILY = load_beta_family()
BETAS = list(FAMILY)
DIGITS, LABELS = lab_digits(load_mnist("sample"))
IMAGES = binarise(load_mnist("sample").test_images[:100], np.random.default_rng(0))
SMALL = small_vae(np.random.default_rng(0))
LEVEL = 1 / 255
STRIPS = [".vw-strips:nth-of-type(2) canvas:nth-of-type(2)", ".vw-beta-half .vw-strip"]
WALK = np.linspace(-3, 3, 9)


def make(**state):
    return BetaSlider(FAMILY, DIGITS, LABELS, IMAGES, **state)


def right_numbers(beta, rank):
    """What the widget should show, computed from the model alone."""
    vae = FAMILY[beta]
    rate, distortion = rate_and_distortion(vae, IMAGES, np.random.default_rng(0))
    output = neural_net_predict(vae.rec_params, IMAGES)
    kl = kl_per_dimension(output).mean(axis=0)
    j = int(np.argsort(-kl, kind="stable")[rank])
    return {
        "beta": beta, "rate": rate, "distortion": distortion, "alive": int(active_units(output).sum()),
        "dimension": j, "kl": float(kl[j]),
    }  # fmt: skip


def look(page, *changes):
    return moments(page, changes or [{}], names=("model", "digit", "dimension"), canvases=STRIPS)


def check(page):
    return check_moment(*look(page))


def check_moment(now):
    """Numbers and pictures are those that Python computes from the same state; returns the state."""
    model, digit, rank = now.state.values()
    beta, shown = BETAS[model], now.values
    vae, right = FAMILY[beta], right_numbers(beta, rank)
    for name, value in right.items():
        assert shown[name] == pytest.approx(value, rel=1e-9), name
    means, _ = vae.encode(DIGITS)
    np.testing.assert_allclose(shown["start"], means[digit], rtol=1e-9)
    z = np.repeat(means[digit : digit + 1], 9, axis=0)
    z[:, right["dimension"]] = WALK
    for picture, images in zip(now.inks, (vae.decode(means), vae.decode(z)), strict=True):
        strip = images.reshape(-1, 28, 28).transpose(1, 0, 2).reshape(28, -1)
        np.testing.assert_allclose(picture, strip, rtol=0, atol=LEVEL)
    return model, digit, rank


# Without a browser


def test_state_can_be_read_and_set():
    widget = make(model=np.int64(4), digit=3)
    assert (widget.model, widget.digit, widget.dimension, widget.beta) == (4, 3, 0, 4)
    assert make().beta == 1
    widget.model = 0
    assert widget.beta == 0.25 and "beta = 0.25, 0.5, 1, 2, 4, 8, 16" in widget.sentence
    assert widget.fallback().shape == (8 * 30 + 2, 10 * 30 + 2)
    assert repr(widget) == "BetaSlider(7 models, 10 digits)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: make(model=7), "model is 7, expected 0 to 6"),
        (lambda: make(digit=10), "digit is 10, expected 0 to 9"),
        (lambda: make(dimension=-1), "dimension is -1, expected a whole number of at least 0"),
        (
            lambda: BetaSlider([FAMILY[1]], DIGITS, LABELS, IMAGES),
            "models is of type list, expected a dictionary of 2 to 12",
        ),
        (
            lambda: BetaSlider({1: FAMILY[1]}, DIGITS, LABELS, IMAGES),
            "with 1 models, expected a dictionary of 2 to 12",
        ),
        (
            lambda: BetaSlider({2: FAMILY[2], 1: FAMILY[1]}, DIGITS, LABELS, IMAGES),
            r"\[2.0, 1.0\], expected them in rising order",
        ),
        (
            lambda: BetaSlider({1: FAMILY[1], 2: SMALL}, DIGITS, LABELS, IMAGES),
            r"have \[3, 10\] latent dimensions, expected one number",
        ),
        (lambda: BetaSlider(FAMILY, DIGITS, LABELS, IMAGES * 0.5), "grey pixels"),
        (lambda: BetaSlider(FAMILY, DIGITS, LABELS[:3], IMAGES), r"labels has shape \(3,\)"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(InvalidInputError, match=message):
        call()


# In Chromium


@every_origin
def test_every_model_digit_and_dimension(open_widget, origin):
    page = open_widget(make, origin)
    settings = [(i % 7, i * 3 % 10, i * 7 % 10) for i in range(21)]
    labels = ("β", "Start from", "Dimension")
    changes = [{"controls": dict(zip(labels, values, strict=True))} for values in settings]
    assert [check_moment(now) for now in look(page, *changes)] == settings
    assert len(set(settings)) == 21


def test_python_is_obeyed_and_words_say_it(open_widget):
    page = open_widget(make)
    set_state(page, model=6, digit=2, dimension=9)
    assert check(page) == (6, 2, 9)
    assert page.get_by_label("β", exact=True).get_attribute("aria-valuetext") == "β = 16"
    right = right_numbers(16, 9)
    assert f"{right['kl']:.2f} nats" in page.get_by_label("Dimension").get_attribute("aria-valuetext")
    status = page.locator("[role=status]").inner_text()
    assert status.startswith(f"{right['alive']} of 10 dimensions alive, rate {right['rate']:.1f}")
    chart = page.locator(".vw-chart").get_attribute("aria-label")
    assert f"With beta 16 the rate is {right['rate']:.1f}" in chart


def test_the_keyboard_and_the_mouse_move_it(open_widget):
    page = open_widget(make)
    slider = page.get_by_label("β", exact=True)
    slider.focus()
    slider.press("End")
    assert check(page)[0] == 6
    slider.press("ArrowLeft")
    assert check(page)[0] == 5
    slider.press("Home")
    assert check(page)[0] == 0
    chart = page.locator(".vw-chart").bounding_box()
    page.mouse.move(chart["x"] + 0.6 * chart["width"], chart["y"] + 0.5 * chart["height"])
    page.mouse.down()
    page.mouse.move(chart["x"] + 0.14 * chart["width"], chart["y"] + 0.5 * chart["height"])
    page.mouse.up()
    assert check(page)[0] == 6  # the smallest rate lies on the left


def test_the_point_lies_where_its_numbers_say(open_widget):
    page = open_widget(make)
    places = []
    for model in range(7):
        set_state(page, model=model)
        box = page.locator(".vw-chart .vw-dot.vw-of-third").bounding_box()
        shown = shown_values(page)
        places.append((shown["rate"], shown["distortion"], box["x"], box["y"]))
    rate, distortion, x, y = np.array(places).T
    for value, pixel in ((rate, x), (distortion, y)):  # axes are linear
        np.testing.assert_allclose(np.polyval(np.polyfit(value, pixel, 1), value), pixel, atol=0.5)
    assert x[0] > x[-1] and y[-1] < y[0]


def test_random_hands_break_nothing(open_widget, rng):
    page = open_widget(make, width=500)
    keys = "Tab ArrowLeft ArrowRight Home End PageUp Shift+Tab 5 Escape".split()
    random_hands(page, rng, 80, keys=keys, share_of_keys=0.6, points=[1], check=lambda: check(page))

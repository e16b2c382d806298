"""The widgets seen from Python: their state, links to stock controls, and what is refused.

What the browser is given of it: test_widgets_html.py.  What it does there: test_widgets_static.py.
"""

import json

import ipywidgets
import numpy as np
import pytest
import traitlets
from widget_pages import KINDS, every_widget, small_vae

from vaecore import InvalidInputError
from vaecore.widgets import LatentSliders, LiveInterpolation

pytestmark = pytest.mark.usefixtures("in_a_notebook")


@pytest.fixture
def vae(rng):
    return small_vae(rng)


@pytest.fixture
def sliders(vae, digits):
    return LatentSliders(vae, *digits)


@pytest.fixture
def film(vae, digits):
    return LiveInterpolation(vae, *digits)


def seen(widget, name):
    """A list that grows with every new value of a trait."""
    values = []
    widget.observe(lambda change: values.append(change["new"]), name)
    return values


# State


def test_the_sliders_start_at_the_mean_of_the_first_digit(sliders, vae, digits):
    np.testing.assert_allclose(sliders.z, vae.encode(digits[0])[0][0], rtol=1e-6)
    assert sliders.digit == 0 and len(sliders.digits) == len(digits[0])


def test_z_can_be_read_set_and_observed(sliders):
    values = seen(sliders, "z")
    for z in ([0.0, 1.5, -9], (0.5, 0, 0), np.array([1, 2, 3]), np.float32([0.5, 0.25, -1])):
        sliders.z = z
        assert sliders.z == [float(v) for v in z] and all(type(v) is float for v in sliders.z)
        assert sliders.digit == -1  # z is the mean of no digit any more
    assert len(values) == 4


def test_the_digit_moves_z_to_its_mean_and_z_leaves_the_digit(sliders, vae, digits):
    values = seen(sliders, "z")
    sliders.digit = np.int64(3)
    np.testing.assert_allclose(sliders.z, vae.encode(digits[0])[0][3], rtol=1e-6)
    assert sliders.digit == 3 and len(values) == 1
    sliders.digit = -1
    assert len(values) == 1


def test_what_the_front_end_sends_in_one_message_arrives_together(sliders):
    sliders.set_state({"z": [1, 2, 3], "digit": -1})
    assert (sliders.z, sliders.digit) == ([1, 2, 3], -1)
    mean = sliders.digits[2]["mean"]
    sliders.set_state({"z": json.loads(json.dumps(mean)), "digit": 2})
    assert (sliders.z, sliders.digit) == (mean, 2)


def test_the_start_can_be_chosen(vae, digits):
    chosen = LatentSliders(vae, *digits, digit=4)
    assert chosen.digit == 4 and chosen.z == chosen.digits[4]["mean"]
    free = LatentSliders(vae, *digits, z=[0, 0, 1])
    assert free.digit == -1 and free.z == [0, 0, 1]
    film = LiveInterpolation(vae, *digits, first=2, second=7, s=0, playing=True)
    assert (film.first, film.second, film.s, film.playing) == (2, 7, 0, True)


def test_the_dimensions_come_with_their_mean_kl(sliders, vae, digits):
    mean, log_std = vae.encode(digits[0].astype(np.float64))
    kl = (0.5 * (np.exp(2 * log_std) + mean**2 - 1) - log_std).mean(axis=0)
    np.testing.assert_allclose(sliders.kl, kl, rtol=1e-4)


def test_the_film_can_be_read_set_and_observed(film):
    assert (film.first, film.second, film.s, film.playing) == (0, 1, 0.5, False)
    for name, value in {"first": np.int64(3), "second": 0, "s": np.float32(0.25), "playing": True}.items():
        values = seen(film, name)
        setattr(film, name, value)
        assert getattr(film, name) == value and values == [value]
    assert type(film.first) is int and type(film.s) is float


def test_a_single_digit_is_both_ends(vae, digits):
    film = LiveInterpolation(vae, digits[0][:1], digits[1][:1])
    assert (film.first, film.second) == (0, 0)


def test_stock_controls_can_drive_them(film, sliders):
    """jslink runs in the browser; here it must only be made. `link` runs here."""
    ipywidgets.jslink((ipywidgets.FloatSlider(), "value"), (film, "s"))
    ipywidgets.jslink((ipywidgets.Play(), "value"), (sliders, "digit"))
    ipywidgets.jslink((ipywidgets.Checkbox(), "value"), (film, "playing"))
    slider, menu = ipywidgets.FloatSlider(0.5, max=1), ipywidgets.Dropdown(options=range(10))
    ipywidgets.link((slider, "value"), (film, "s"))
    ipywidgets.link((menu, "value"), (sliders, "digit"))
    slider.value, menu.value = 0.75, 5
    assert film.s == 0.75 and sliders.digit == 5 and sliders.z == sliders.digits[5]["mean"]
    film.s = 0.125
    assert slider.value == 0.125


BAD_STATE = [
    ("latent_sliders", "z", [1.0, 2.0], "2 numbers, expected 3"),
    ("latent_sliders", "z", [0, np.nan, 0], r"z\[1\] is nan"),
    ("latent_sliders", "z", np.array([0, 0, np.inf]), r"z\[2\] is .*inf"),
    ("latent_sliders", "z", [0, "1", 0], r"z\[1\] is '1'"),
    ("latent_sliders", "z", np.zeros((1, 3)), "one-dimensional"),
    ("latent_sliders", "z", 3.0, "one-dimensional"),
    ("latent_sliders", "z", None, "one-dimensional"),
    ("latent_sliders", "digit", 10, "expected -1"),
    ("latent_sliders", "digit", -2, "at least -1"),
    ("latent_sliders", "digit", 1.5, "whole number"),
    ("live_interpolation", "first", 10, "first is 10, expected 0 to 9"),
    ("live_interpolation", "second", -1, "at least 0"),
    ("live_interpolation", "second", "7", "whole number"),
    ("live_interpolation", "s", 1.01, "from 0 to 1"),
    ("live_interpolation", "s", -0.01, "from 0 to 1"),
    ("live_interpolation", "s", np.nan, "finite number"),
    ("live_interpolation", "s", "half", "finite number"),
]


@pytest.mark.parametrize(("kind", "name", "value", "message"), BAD_STATE)
def test_a_wrong_value_is_refused_and_the_old_one_stays(vae, digits, kind, name, value, message):
    widget = KINDS[kind](vae, *digits)
    before = getattr(widget, name)
    with pytest.raises(InvalidInputError, match=message):
        setattr(widget, name, value)
    assert getattr(widget, name) == before
    with pytest.raises(InvalidInputError, match=message):
        KINDS[kind](vae, *digits, **{name: value})


def test_playing_is_true_or_false(film):
    with pytest.raises(traitlets.TraitError, match="boolean"):
        film.playing = "yes"


def test_a_wrong_value_takes_the_whole_group_back(film):
    with pytest.raises(InvalidInputError), film.hold_trait_notifications():
        film.s, film.first = 0.1, 99
    assert (film.s, film.first) == (0.5, 0)


# What is refused


def broken(vae, network):
    getattr(vae, network)[0][0][1, 1] = np.nan  # a training run that went wrong, after the model was made
    return vae


BAD_INPUT = {
    "no model": (lambda v, d, n, rng: (None, d, n), "NoneType, expected a vaecore.VAE"),
    "no 28 x 28 image": (lambda v, d, n, rng: (small_vae(rng, image=100), d[:, :100], n), "28 x 28 = 784"),
    "too many latents": (lambda v, d, n, rng: (small_vae(rng, latent=201), d, n), "201 latent.*at most 200"),
    "NaN in the decoder": (lambda v, d, n, rng: (broken(v, "gen_params"), d, n), "gen_params.0.*NaN"),
    "NaN in the encoder": (lambda v, d, n, rng: (broken(v, "rec_params"), d, n), "rec_params.0.*NaN"),
    "no digits": (lambda v, d, n, rng: (v, [], []), "digits is empty"),
    "no rows of digits": (lambda v, d, n, rng: (v, d[:0], n[:0]), "digits is empty"),
    "too many digits": (lambda v, d, n, rng: (v, d.repeat(11, 0), n.repeat(11)), "110 digits.*at most 100"),
    "bytes": (lambda v, d, n, rng: (v, (255 * d).astype(np.uint8), n), "uint8"),
    "wrong size": (lambda v, d, n, rng: (v, d[:, :100], n), r"expected \(B, 784\)"),
    "NaN pixels": (lambda v, d, n, rng: (v, d * np.nan, n), "NaN"),
    "one image": (lambda v, d, n, rng: (v, d[0], n), "two axes"),
    "too few labels": (lambda v, d, n, rng: (v, d, n[1:]), r"labels has shape \(9,\).*expected 10 whole"),
    "labels as floats": (lambda v, d, n, rng: (v, d, n / 2), "float64, expected 10 whole"),
    "labels as words": (lambda v, d, n, rng: (v, d, ["seven"] * 10), "expected 10 whole"),
    "labels beyond 9": (lambda v, d, n, rng: (v, d, n + 5), "from 0 to 9"),
}


@every_widget
@pytest.mark.parametrize("case", BAD_INPUT)
def test_what_it_cannot_show_is_refused(kind, case, vae, digits, rng):
    change, message = BAD_INPUT[case]
    with pytest.raises(InvalidInputError, match=message):
        kind(*change(vae, *digits, rng))


@pytest.mark.parametrize("labels", [None, [], [3] * 9, [11] * 10])
def test_labels_of_the_map_must_match_it(digits, rng, labels):
    with pytest.raises(InvalidInputError, match="scatter_labels"):
        LatentSliders(small_vae(rng, latent=2), *digits, digits[0], labels)


def test_a_kl_too_large_for_a_number_is_refused(vae, digits):
    vae.rec_params[-1][1][3:] = 60.0  # log standard deviations: exp(2 * 60) is beyond float32
    with np.errstate(over="ignore"), pytest.raises(InvalidInputError, match="KL divergence"):
        LatentSliders(vae, *digits)

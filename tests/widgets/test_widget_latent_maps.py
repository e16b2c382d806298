"""Latent maps: their numbers and pictures are vaecore's, and every way of moving a point works."""

import re
from functools import cache

import numpy as np
import pytest
from browser import OpenPage
from fonts import both_fonts
from looks import MISFITS
from moments import Moment, moments
from playwright.sync_api import Locator, Page, expect
from widget_pages import every_origin, set_state, shipped, shown_values, small_vae, state

from vaecore import PCA, Autoencoder, InvalidInputError, init_network, load_mnist
from vaecore.autoencoders import distances_between
from vaecore.widgets import LatentMaps, LatentSliders
from vaecore.widgets.latent_maps.latent_maps import widest_gap
from vaecore.widgets.parts.packing import codes, pack_decoder

TITLES = ["autoencoder", "VAE", "PCA"]


@cache
def models():
    images = load_mnist("sample").train_images
    return dict(
        zip(
            TITLES, (Autoencoder.load_shipped("autoencoder"), shipped("map"), PCA.fit(images, 2)), strict=True
        )
    )


@cache
def digits_and_codes():
    data = load_mnist("sample")
    return data.test_images, data.test_labels, [codes(model, data.test_images) for model in models().values()]


def make(**options):
    return LatentMaps(models(), *digits_and_codes()[:2], **options)


def linear_autoencoder(rng, latent=2):
    """Its pixels lie far beyond 0 and 1."""
    encoder, decoder = init_network([784, latent], rng), init_network([latent, 784], rng)
    decoder[0][0][:] *= 20
    return Autoencoder(encoder, decoder, output="linear")


def put(slider: Locator, value: float) -> None:
    """Move it there, as a hand does: to one of its steps, and no further than it goes."""
    slider.evaluate(
        "(c, v) => { c.value = v; c.dispatchEvent(new Event('input', {bubbles: true})) }", str(value)
    )


def slide(page: Page, name: str, value: float) -> None:
    put(page.get_by_role("slider", name=name), value)


# From Python


@pytest.mark.usefixtures("in_a_notebook")
def test_the_points_start_in_gaps_and_can_be_set():
    maps = make()
    _, _, all_codes = digits_and_codes()
    for i, z in enumerate(all_codes):
        distance = distances_between(np.array([maps.z[2 * i : 2 * i + 2]]), z).min()
        assert distance > 5 * maps.maps[i]["usual"]
        left, right, bottom, top = maps.maps[i]["window"]
        assert (left <= z[:, 0].min()) and (z[:, 0].max() <= right) and np.isclose(right - left, top - bottom)
        assert (bottom <= z[:, 1].min()) and (z[:, 1].max() <= top)
    assert maps.maps[1]["window"] == [-4, 4, -4, 4]  # the VAE's, around its prior
    maps.z = np.arange(6)
    assert maps.z == [0, 1, 2, 3, 4, 5]
    assert make(z=[0.5] * 6, nearest=False).z == [0.5] * 6
    assert repr(maps).startswith("LatentMaps({'autoencoder': Autoencoder(") and len(repr(maps)) < 400


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize("z", [[0.0] * 5, [0.0] * 7, [np.nan] * 6, "123456", [[0, 0]] * 3])
def test_a_wrong_z_is_refused_and_the_old_one_stays(z):
    maps = make()
    before = list(maps.z)
    with pytest.raises(InvalidInputError, match="z"):
        maps.z = z
    assert maps.z == before


def test_the_widest_gap_is_where_it_must_be():
    two_clouds = np.array([[0, 0], [0, 1], [1, 0], [20, 0], [20, 1], [21, 0.0]])
    x, _ = widest_gap(two_clouds)
    assert 9 < x < 12


@pytest.mark.usefixtures("in_a_notebook")
@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda m, x, y, rng: ({}, x, y), "expected a dictionary of 1 to 4 models"),
        (lambda m, x, y, rng: ([*m.values()], x, y), "expected a dictionary of 1 to 4 models"),
        (lambda m, x, y, rng: ({str(i): m["VAE"] for i in range(5)}, x, y), "dictionary of 1 to 4"),
        (lambda m, x, y, rng: ({" ": m["VAE"]}, x, y), "' ' is no title"),
        (lambda m, x, y, rng: ({"a": None}, x, y), "NoneType, expected a vaecore.VAE, Autoencoder or PCA"),
        (lambda m, x, y, rng: ({"lab": small_vae(rng)}, x, y), "'lab' has 3 latent dimensions, expected 2"),
        (lambda m, x, y, rng: (m, x[:1], y[:1]), "expected at least two digits"),
        (lambda m, x, y, rng: (m, np.tile(x, (5, 1)), y), "digits has 2500 images, .* at most 2000"),
        (lambda m, x, y, rng: (m, x[:, :9], y), r"expected \(B, 784\)"),
        (lambda m, x, y, rng: (m, x, y[:-1]), "labels has shape"),
    ],
)
def test_what_it_cannot_show_is_refused(change, what, rng):
    with pytest.raises(InvalidInputError, match=what):
        LatentMaps(*change(models(), *digits_and_codes()[:2], rng))


@pytest.mark.usefixtures("in_a_notebook")
def test_widgets_for_vaes_say_so(digits):
    with pytest.raises(InvalidInputError, match=r"of type Autoencoder, expected a vaecore\.VAE"):
        LatentSliders(models()["autoencoder"], *digits)


def test_pca_and_a_linear_output_are_packed_as_such(rng):
    (layer,) = pack_decoder(models()["PCA"])
    assert layer["linear"] is True and (layer["inputs"], layer["outputs"]) == (2, 784)
    assert [layer.get("linear") for layer in pack_decoder(models()["autoencoder"])] == [None] * 3
    assert pack_decoder(linear_autoencoder(rng))[-1]["linear"] is True


# In a browser

def look(page: Page, *changes: dict, count: int = 3) -> list[Moment]:
    canvases = [f".vw-map-panel:nth-of-type({i + 1}) .vw-decoded canvas" for i in range(count)]
    return moments(page, changes or [{}], canvases=canvases)


def check(page: Page) -> list[dict]:
    return check_moment(*look(page))


def check_moment(now: Moment, chosen: list = TITLES, only: dict | None = None) -> list[dict]:
    """What is shown is what Python computes for the same z."""
    all_codes = dict(zip(TITLES, digits_and_codes()[2], strict=True))
    for title, values, ink in zip(chosen, now.values, now.inks, strict=True):
        model = (only or models())[title]
        z = np.array([values["z"]])
        pixels = np.clip(model.decode(z.astype(np.float32))[0], 0, 1)
        np.testing.assert_allclose(ink.ravel(), pixels, rtol=0, atol=1 / 255)
        if only:
            continue
        distances = distances_between(z, all_codes[title].astype(np.float32))[0]
        assert values["nearest"] == np.argmin(distances)
        np.testing.assert_allclose(values["distance"], distances.min(), rtol=1e-9)
        usual = np.median(np.sort(distances_between(all_codes[title], all_codes[title]), axis=1)[:, 1])
        np.testing.assert_allclose(values["times"], distances.min() / usual, rtol=1e-9)
    return now.values


@every_origin
def test_the_numbers_and_pictures_are_vaecores(origin, open_widget, rng):
    page = open_widget(make, origin)
    points = rng.uniform([-8, -14, -4, -4, -5, -5], [25, 24, 4, 4, 8, 8], (20, 6)).tolist()
    first, *others = [check_moment(now) for now in look(page, {}, *({"state": {"z": z}} for z in points))]
    assert first and [[v for one in shown for v in one["z"]] for shown in others] == points


def test_a_linear_output_is_cut_off_at_0_and_1(open_widget, rng):
    only = {"PCA": linear_autoencoder(rng)}
    page = open_widget(lambda: LatentMaps(only, *digits_and_codes()[:2]))
    changes = [{"state": {"z": z}} for z in rng.normal(size=(5, 2)).tolist()]
    for now in look(page, *changes, count=1):
        check_moment(now, ["PCA"], only)
        assert (now.inks[0] == 0).any() and (now.inks[0] == 1).any()


def test_a_model_that_puts_all_digits_in_one_place(open_widget, rng):
    """As a VAE does whose KL is all that counts: there is no usual distance then."""
    vae = small_vae(rng, latent=2)
    vae.rec_params[-1][0][:] = 0
    page = open_widget(lambda: LatentMaps({"KL only": vae}, *digits_and_codes()[:2]))
    set_state(page, z=[3.0, 4.0])
    (values,) = shown_values(page)
    assert values["distance"] == 5 and values["times"] is None
    expect(page.locator(".vw-nearest")).to_contain_text("5.00 away")
    assert "usual" not in page.locator(".vw").inner_text()


def test_sliders_keys_and_the_pointer_move_one_point(open_widget):
    page = open_widget(make)
    start = state(page, "z")
    slider = page.get_by_role("slider", name="z₂ of VAE")
    slider.fill("1.5")
    assert state(page, "z") == [*start[:3], 1.5, *start[4:]]
    slider.press("ArrowLeft")
    after = check(page)[1]["z"][1]
    assert after < 1.5 and state(page, "z")[3] == after
    assert re.fullmatch(r"1\.\d+; nearest digit: a \d, .* away", slider.get_attribute("aria-valuetext"))

    canvas = page.get_by_role("img", name="Map of the latent plane of autoencoder")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    left, right, bottom, top = make().maps[0]["window"]
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    page.mouse.up()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    z = check(page)[0]["z"]
    pixel = (right - left) / box["width"]
    np.testing.assert_allclose(z, [left + (right - left) / 4, (bottom + top) / 2], atol=2 * pixel + 0.1)
    assert state(page, "z")[2:] == [start[2], after, *start[4:]]
    page.get_by_role("button", name="Reset").click()
    assert state(page, "z") == start
    expect(page.locator(".vw-foot [role=status]")).to_have_text(
        "The points are back where they were at first."
    )


@pytest.mark.parametrize("chosen", TITLES)
def test_points_that_move_together_are_as_many_standard_deviations_from_the_middle(chosen, open_widget):
    page = open_widget(lambda: make(together=True, nearest=False))
    spreads = [(own.mean(axis=0), own.std(axis=0)) for own in digits_and_codes()[2]]
    np.testing.assert_allclose(state(page, "z"), np.ravel([middle for middle, _ in spreads]), atol=0.06)
    i = TITLES.index(chosen)
    middle, spread = spreads[i]
    for axis, score in ((0, -0.75), (1, 1.25)):
        slide(page, f"{('z₁', 'z₂')[axis]} of {chosen}", middle[axis] + score * spread[axis])
    maps = make().maps
    for z, (middle, spread), own in zip(np.reshape(state(page, "z"), (3, 2)), spreads, maps, strict=True):
        tolerance = maps[i]["step"] / spreads[i][1] + 1.5 * own["step"] / spread
        np.testing.assert_array_less(np.abs((z - middle) / spread - [-0.75, 1.25]), tolerance)
    check(page)
    slide(page, f"z₁ of {chosen}", maps[i]["window"][1])  # another map may end before that
    for (z, _), own in zip(np.reshape(state(page, "z"), (3, 2)), maps, strict=True):
        assert own["window"][0] <= z <= own["window"][1]
    page.get_by_role("button", name="Reset").click()
    np.testing.assert_allclose(state(page, "z"), np.ravel([middle for middle, _ in spreads]), atol=0.06)


def test_codes_in_one_place_move_with_the_others(open_widget, rng):
    still = small_vae(rng, latent=2)
    still.rec_params[-1][0][:] = 0
    both = {"still": still, "VAE": shipped("map")}
    page = open_widget(lambda: LatentMaps(both, *digits_and_codes()[:2], together=True))
    slide(page, "z₁ of still", 2.5)
    assert np.isfinite(state(page, "z")).all() and state(page, "z")[0] == 2.5


def test_it_can_ask_first(open_widget):
    first = {"question": "Which is it?", "answers": ["PCA.", "The VAE."], "look": "Look there."}
    page = open_widget(lambda: make(prediction=first))
    assert page.locator(".vw-maps").evaluate("part => part.closest('[inert]') !== null")
    page.get_by_role("button", name="The VAE.").click()
    assert state(page, "expected") == 1
    assert page.locator(".vw-maps").evaluate("part => part.closest('[inert]') === null")
    expect(page.get_by_text("Look there.")).to_be_visible()


def test_the_distance_can_be_left_out(open_widget):
    page = open_widget(lambda: make(nearest=False))
    assert page.locator(".vw-nearest:visible").count() == 0
    set_state(page, nearest=True)
    expect(page.locator(".vw-nearest:visible")).to_have_count(3)
    values = shown_values(page)
    for note, value in zip(page.locator(".vw-nearest").all(), values, strict=True):
        label = digits_and_codes()[1][value["nearest"]]
        assert f"Nearest digit: a {label}" in note.inner_text()
        assert float(re.search(r"([\d.]+) × the usual", note.inner_text())[1]) == pytest.approx(
            value["times"], rel=0.05
        )


def test_nothing_breaks_under_a_bombardment(open_widget, rng):
    page = open_widget(make)
    controls = page.locator(".vw input, .vw-foot button")
    for _ in range(60):
        control = controls.nth(int(rng.integers(controls.count())))
        if control.get_attribute("type") == "button":
            control.click()
        else:
            low, high = float(control.get_attribute("min")), float(control.get_attribute("max"))
            put(control, rng.uniform(2 * low, 2 * high))
        assert np.isfinite(state(page, "z")).all()
    check(page)
    assert not re.search("NaN|undefined|Infinity", page.locator(".vw").evaluate("widget => widget.outerHTML"))


@both_fonts
def test_nothing_is_cut(open_widget):
    page = open_widget(make)
    for wide in (1280, 640, 360, 320):
        page.set_viewport_size({"width": wide, "height": 800})
        assert page.evaluate(MISFITS) == [], wide


def test_without_scripts_there_is_a_picture(open_page: OpenPage, tmp_path):
    from widget_pages import widget_html

    html = widget_html(tmp_path, make)
    assert "Maps of the latent space of autoencoder and VAE and PCA: the same 500 digits" in html
    assert html.count("data:image/png;base64,") == 1
    assert len(list((tmp_path / "_static" / "widgets").glob("model-*.js"))) == 3

"""The widgets on a static page, under a reader's hands: in a real Chromium, over http and from a folder."""

import numpy as np
import pytest
from browser import OpenPage, chromium_only
from hands import mouse, random_hands
from moments import Moment, moments
from playwright.sync_api import Page, expect
from widget_pages import (
    every_origin,
    every_pair,
    shipped,
    snapshot,
    state,
    static_html,
    wait_until_alive,
    write_page,
)

from vaecore import lab_digits, load_mnist

LEVEL = 1 / 255
FRAMES = """() => new Promise(done => {
  let left = 10;
  const wait = () => left-- ? requestAnimationFrame(wait) : done();
  wait();
})"""  # the film is drawn five pictures a frame: 25 are there after five frames
OUTPUTS = {
    "latent_sliders": [".vw-output"],
    "live_interpolation": [".vw-between:nth-of-type(2) canvas", ".vw-between:nth-of-type(3) canvas"],
}


def decode(model, z):
    return shipped(model).decode(np.array([z], np.float32))[0].reshape(28, 28)


def between(model, changing, s=None):
    """What the film shows at s: decoded, and blended."""
    s = changing["s"] if s is None else s
    images, _ = lab_digits(load_mnist("sample"))
    pair = images[[changing["first"], changing["second"]]]
    means, _ = shipped(model).encode(pair)
    blend = (1 - s) * pair[0] + s * pair[1]
    return decode(model, (1 - s) * means[0] + s * means[1]), blend.reshape(28, 28)


def look(page: Page, kind: str, *changes: dict) -> list[Moment]:
    names = ("z", "digit", "first", "second", "s", "playing")
    return moments(page, changes or [{}], names=names, canvases=OUTPUTS[kind])


def check_pictures(page: Page, kind: str, model: str) -> dict:
    return check_moment(*look(page, kind), kind, model)


def check_moment(now: Moment, kind: str, model: str) -> dict:
    """The 28 x 28 pixels of the canvases are those that Python computes from the same state."""
    changing, pictures = now.state, now.inks
    if kind == "latent_sliders":
        expected = (decode(model, changing["z"]),)
    else:
        expected = between(model, changing)
    for picture, right in zip(pictures, expected, strict=True):
        assert picture.shape == (28, 28)
        np.testing.assert_allclose(picture, right, rtol=0, atol=LEVEL)
    return changing


@pytest.fixture
def opened(open_page: OpenPage, widget_origins):
    """Open the page of one widget; whatever goes wrong on it fails the test."""
    lists = []

    def opened(kind, model, origin="file", **options):
        page, problems = open_page(**options)
        lists.append(problems)
        page.goto(f"{widget_origins[origin]}{kind}-{model}.html")
        wait_until_alive(page)
        return page

    yield opened
    assert lists and [problem for problems in lists for problem in problems] == []


@every_origin
@pytest.mark.parametrize("model", ["lab", "map"])
def test_the_sliders_show_what_the_decoder_makes(model, origin, opened, rng):
    page = opened("latent_sliders", model, origin)
    names = page.locator(".vw-slider label").all_inner_texts()
    assert len(names) == {"lab": 8, "map": 2}[model]
    changes = [
        {"controls": {str(name): f"{rng.uniform(-4, 4):.2f}" for name in rng.choice(names, 2, replace=False)}}
        for _ in range(20)
    ]
    shown = look(page, "latent_sliders", *changes)
    assert len({tuple(check_moment(now, "latent_sliders", model)["z"]) for now in shown}) == 20


@every_origin
@pytest.mark.parametrize("model", ["lab", "map"])
def test_the_film_shows_what_lies_between(model, origin, opened, rng):
    page = opened("live_interpolation", model, origin)
    labels = ["First (s = 0)", "Second (s = 1)", "s, from the first digit to the second"]
    seen = set()
    for count in (1, 4, 1, 4, 1, 4, 1, 4):
        changes = []
        for _ in range(count):
            first, second = rng.choice(10, 2, replace=False)
            values = str(first), str(second), f"{rng.random():.2f}"
            changes.append({"controls": dict(zip(labels, values, strict=True))})
        for now in look(page, "live_interpolation", *changes):
            changing = check_moment(now, "live_interpolation", model)
            seen.add((changing["first"], changing["second"], changing["s"]))
        if count == 1:  # the whole film, once it is drawn
            page.evaluate(FRAMES)
            _, films = snapshot(page, ".vw-films canvas:nth-of-type(1)", ".vw-films canvas:nth-of-type(2)")
            right = [between(model, changing, step / 24) for step in range(25)]
            for film, strip in zip(films, zip(*right, strict=True), strict=True):
                np.testing.assert_allclose(film, np.concatenate(strip, axis=1), rtol=0, atol=LEVEL)
    assert len(seen) == 20


@pytest.mark.parametrize("model", ["lab", "map"])
def test_every_digit_sample_and_reset(model, opened):
    page = opened("latent_sliders", model)
    images, labels = lab_digits(load_mnist("sample"))
    means, _ = shipped(model).encode(images)
    for i, label in enumerate(labels):
        page.get_by_role("radio", name=f"{label} (digit {i + 1})").check()
        np.testing.assert_allclose(state(page, "z"), means[i], atol=1e-5)
        changing, (shown,) = snapshot(page, ".vw-input canvas")
        assert changing["digit"] == i
        np.testing.assert_allclose(shown, images[i].reshape(28, 28), atol=1e-6)
    page.get_by_role("button", name="Sample from the prior").click()
    assert check_pictures(page, "latent_sliders", model)["digit"] == -1
    assert page.get_by_role("radio", checked=True).count() == 0
    expect(page.locator("[role=status]")).to_contain_text("from the prior")
    page.get_by_role("button", name="Reset").click()
    np.testing.assert_allclose(check_pictures(page, "latent_sliders", model)["z"], means[0], atol=1e-5)
    expect(page.locator("[role=status]")).to_contain_text(f"for this {labels[0]}")


def test_all_fifty_dimensions_on_demand_the_most_informative_first(opened):
    page = opened("latent_sliders", "lab")
    kl, ranges = np.array(state(page, "kl")), page.locator(".vw-slider input")
    page.get_by_role("button", name="Show the other 42").click()
    assert ranges.count() == 50
    names = [name.removeprefix("z") for name in page.locator(".vw-slider label").all_inner_texts()]
    order = [int(name.translate({0x2080 + d: str(d) for d in range(10)})) - 1 for name in names]
    assert sorted(order) == list(range(50)) and (np.diff(kl[order]) <= 0).all()
    ranges.last.fill("3")
    assert check_pictures(page, "latent_sliders", "lab")["z"][order[-1]] == 3
    page.get_by_role("button", name="Show fewer").click()
    assert ranges.count() == 8


def slider_of(page):
    return page.get_by_role("slider").first


@every_origin
@every_pair
def test_the_keyboard_moves_the_slider(kind, model, origin, opened):
    page = opened(kind, model, origin)
    slider = slider_of(page)
    slider.focus()
    slider.press("Home")
    low = float(slider.input_value())
    for key, least in (("ArrowRight", 0.01), ("ArrowUp", 0.02), ("PageUp", 0.05)):
        slider.press(key)
        assert float(slider.input_value()) >= low + least - 1e-9
        check_pictures(page, kind, model)
    slider.press("End")
    assert float(slider.input_value()) == -low or kind == "live_interpolation"
    assert f"{float(slider.input_value()):.2f}" in slider.get_attribute("aria-valuetext")
    check_pictures(page, kind, model)


def touch(page: Page, points):
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    for i, (x, y) in enumerate(points):
        kind = "touchMove" if i else "touchStart"
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def along(box, *parts):
    """Points in a box, from parts of its width and height."""
    return [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in parts]


@every_origin
@pytest.mark.parametrize("hand", [mouse, pytest.param(touch, marks=chromium_only)])
@every_pair
def test_dragging_moves_the_slider(kind, model, hand, origin, opened):
    page = opened(kind, model, origin)
    slider = slider_of(page)
    slider.scroll_into_view_if_needed()
    slider.fill("0")
    start = 0.5 if kind == "latent_sliders" else 0.03
    hand(page, along(slider.bounding_box(), (start, 0.5), (0.6, 0.5), (0.7, 0.5), (0.8, 0.5)))
    low, high = float(slider.get_attribute("min")), float(slider.get_attribute("max"))
    assert abs((float(slider.input_value()) - low) / (high - low) - 0.8) < 0.05
    check_pictures(page, kind, model)


@every_origin
@pytest.mark.parametrize("hand", [mouse, pytest.param(touch, marks=chromium_only)])
def test_dragging_on_the_map_moves_z(hand, origin, opened):
    page = opened("latent_sliders", "map", origin)
    plane = page.locator(".vw-map")
    hand(page, [(1, 1)])  # where fingers are at work, controls are larger
    plane.scroll_into_view_if_needed()
    hand(page, along(plane.bounding_box(), (0.5, 0.5), (0.6, 0.4), (0.25, 0.75), (0.75, 0.125)))
    limit = float(slider_of(page).get_attribute("max"))
    z = check_pictures(page, "latent_sliders", "map")["z"]
    np.testing.assert_allclose(z, [0.5 * limit, 0.75 * limit], atol=0.06)
    by_name = {name: page.get_by_label(name, exact=True).input_value() for name in ("z₁", "z₂")}
    assert [float(value) for value in by_name.values()] == z
    hand(page, along(plane.bounding_box(), (0.5, 0.5), (1.2, -0.2)))  # beyond the edge
    assert state(page, "z") == [limit, limit]


@pytest.mark.parametrize("hand", [mouse, pytest.param(touch, marks=chromium_only)])
def test_dragging_on_the_film_moves_s(hand, opened):
    page = opened("live_interpolation", "lab")
    strip = page.locator(".vw-strip").first
    strip.scroll_into_view_if_needed()
    hand(page, along(strip.bounding_box(), (0.5 / 25, 0.5), (5.5 / 25, 0.5), (18.5 / 25, 0.6)))
    assert check_pictures(page, "live_interpolation", "lab")["s"] == 18 / 24


KEYS = ["Tab", "Shift+Tab", "ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "Home", "End", "PageUp",
        "PageDown", "Space", "Enter", "Escape", "7"]  # fmt: skip


@every_pair
def test_random_clicks_keys_and_drags_break_nothing(kind, model, opened, rng, request):
    """About 30 s of them for the two models of a widget together, counted in actions; `make test`: fewer."""
    page = opened(kind, model, width=int(rng.choice([400, 900])))

    def check():
        changing = check_pictures(page, kind, model)
        numbers = [value for value in changing.values() if isinstance(value, int | float)]
        assert np.isfinite(numbers + (changing["z"] or [])).all()

    actions = 520 if request.config.getoption("whole") else 120
    random_hands(page, rng, actions, keys=KEYS, points=(1, 4), check=check)


def test_playing_sweeps_to_the_end_and_back(opened):
    page = opened("live_interpolation", "lab")
    page.clock.install()
    page.reload()
    wait_until_alive(page)
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[role=status]")).to_have_text("Playing.")
    values = []
    for _ in range(30):
        page.clock.run_for(200)
        values.append(check_pictures(page, "live_interpolation", "lab")["s"])
    assert 0.9 < max(values) <= 1 and 0 <= min(values) < 0.7
    assert {1, -1} <= set(np.sign(np.diff(values)))
    page.get_by_role("button", name="Pause").click()
    paused = state(page, "s")
    expect(page.locator("[role=status]")).to_have_text(f"Paused at s = {paused:.2f}.")
    page.clock.run_for(1000)
    assert state(page, "s") == paused


@chromium_only  # the preference is set for one page
def test_who_wants_less_motion_gets_single_pictures(opened):
    page = opened("live_interpolation", "lab")
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.reload()
    wait_until_alive(page)
    before = state(page, "s")
    page.clock.run_for(2000)
    assert state(page, "s") == before  # nothing moves by itself
    now = "() => performance.now()"  # beside what the test adds, it goes on by itself
    page.get_by_role("button", name="Play").click()
    began = page.evaluate(now)
    values = []
    for _ in range(60):
        page.clock.run_for(50)
        values.append(round(24 * (state(page, "s") - before), 6))
    assert sorted(set(values)) == list(range(round(max(values)) + 1))  # whole steps of the film, one by one
    pictures = (page.evaluate(now) - began) / 500  # one every half second
    assert pictures - 2 <= max(values) <= pictures + 1 and max(values) >= 4


def test_a_film_may_start_by_itself_where_it_is_told_to(tmp_path, open_page: OpenPage):
    write_page(tmp_path, static_html(tmp_path, "live_interpolation", "lab", playing=True, s=0.25))
    page, problems = open_page()
    page.goto((tmp_path / "index.html").as_uri())
    wait_until_alive(page)
    page.wait_for_function("() => document.querySelector('.vaecore-widget').vaecoreModel.get('s') > 0.3")
    assert page.get_by_role("button", name="Pause").count() == 1 and problems == []

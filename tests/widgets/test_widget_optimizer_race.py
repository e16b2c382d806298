"""The race uphill in a browser: its numbers are vaecore's, hands and keys move it, and it plays."""

import re

import numpy as np
from browser import chromium_only
from hands import random_hands
from moments import moments
from playwright.sync_api import expect
from widget_pages import every_origin, set_state, shown_values, state, wait_until_alive

from vaecore.landscapes import LANDSCAPES
from vaecore.widgets import OptimizerRace
from vaecore.widgets.optimizer_race.optimizer_race import MAX_STEPS, RUNNERS

CHANGING = ("landscape", "learning_rate", "beta1", "beta2", "noise", "start", "steps")


def make(**settings):
    return OptimizerRace(np.random.default_rng(6), **settings)


def check_numbers(page):
    """What the page says that it shows is what vaecore computes from the same state; returns that state."""
    (now,) = moments(page, [{}], names=CHANGING)
    return check(now, precision_of(page))


def precision_of(page):
    """Firefox's exp may differ from NumPy's in the last bit, and a long way up a ridge makes more of it."""
    return 1e-9 if page.context.browser.browser_type.name == "chromium" else 1e-5


def check(now, precision):
    changing, shown = now.state, now.values  # both of the same moment
    expected = make(**changing).paths()
    top = LANDSCAPES[changing["landscape"]].top
    assert (shown["landscape"], shown["steps"]) == (changing["landscape"], changing["steps"])
    assert list(shown["paths"]) == list(expected) == list(RUNNERS)
    for name, path in expected.items():
        np.testing.assert_allclose(shown["paths"][name], path, rtol=precision, atol=precision)
        distance = np.linalg.norm(path[-1] - top)
        np.testing.assert_allclose(shown["distances"][name], distance, rtol=precision, atol=precision)
    return changing


@every_origin
def test_the_numbers_are_vaecores(origin, open_widget, rng):
    page = open_widget(make, origin)
    settings = [
        {
            "landscape": str(rng.choice(list(LANDSCAPES))),
            "learning_rate": float(10 ** rng.uniform(-4, 0)),
            "beta1": float(rng.choice([0, 0.5, 0.9, 0.99, rng.random()])),
            "beta2": float(rng.choice([0, 0.5, 0.9, 0.999, 0.9999, rng.random()])),
            "noise": float(rng.choice([0, 2, rng.uniform(0, 5)])),
            "start": rng.uniform(-2, 2, 2).tolist(),
            "steps": int(rng.integers(0, MAX_STEPS + 1)),
        }
        for _ in range(40)
    ]
    changes = [{"state": values} for values in settings]
    seen = [check(now, precision_of(page)) for now in moments(page, changes, names=CHANGING)]
    assert seen == settings
    assert len({changing["learning_rate"] for changing in seen}) == 40
    assert {changing["landscape"] for changing in seen} == set(LANDSCAPES)


def test_the_sliders_move_the_state_and_obey_it(open_widget):
    page = open_widget(make)
    alpha = page.get_by_label("learning rate α")
    alpha.fill("-2")
    assert check_numbers(page)["learning_rate"] == 0.01
    page.get_by_label("β₁").fill("0")
    page.get_by_label("β₂").fill("5")
    page.get_by_label("noise").fill("1.5")
    page.get_by_label("start x").fill("-3")
    page.get_by_label("start y").fill("0.5")
    page.get_by_role("slider", name="steps").fill("77")
    changing = check_numbers(page)
    assert (changing["beta1"], changing["beta2"], changing["noise"]) == (0, 0.9999, 1.5)
    assert (changing["start"], changing["steps"]) == ([-3, 0.5], 77)
    set_state(page, learning_rate=0.1, beta1=0.95, beta2=0.5, noise=0.2, start=[1, -1], steps=12)
    values = [slider.input_value() for slider in page.get_by_role("slider").all()]
    assert values == ["12", "-1", "4", "1", "0.2", "1", "-1"]
    texts = [slider.get_attribute("aria-valuetext") for slider in page.get_by_role("slider").all()]
    assert texts == ["12", "0.1", "0.95", "0.5", "0.2", "1", "−1"]
    set_state(page, beta2=0.998)  # between two of the slider's values: the number is told as it is
    assert page.get_by_label("β₂").get_attribute("aria-valuetext") == "0.998"
    assert page.get_by_label("β₂").input_value() == "4"


def test_a_chosen_landscape_brings_its_settings(open_widget):
    page = open_widget(make)
    for name, hill in LANDSCAPES.items():
        page.get_by_label("Landscape").select_option(name)
        changing = check_numbers(page)
        assert (changing["start"], changing["learning_rate"]) == (list(hill.start), hill.learning_rate)
        assert changing["noise"] == hill.noise
        expect(page.get_by_role("img").first).to_have_attribute("aria-label", re.compile(hill.name))
    expect(page.locator("[role=status]")).to_contain_text(
        "After 60 steps, distance to the top: gradient ascent"
    )


def test_the_keyboard_moves_the_sliders(open_widget):
    page = open_widget(make)
    alpha = page.get_by_label("learning rate α")
    alpha.focus()
    for key, expected in (("Home", 1e-4), ("ArrowRight", 1.122e-4), ("End", 1)):
        alpha.press(key)
        assert check_numbers(page)["learning_rate"] == expected
    page.get_by_label("start x").press("ArrowLeft")
    assert check_numbers(page)["start"] == [-4.51, 1.2]


def drag(page, locator, *parts):
    """Press, move and release at parts of an element's width and height."""
    locator.scroll_into_view_if_needed()
    box = locator.bounding_box()
    places = [(box["x"] + u * box["width"], box["y"] + v * box["height"]) for u, v in parts]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place)
    page.mouse.up()


@every_origin
def test_the_start_can_be_dragged(origin, open_widget):
    page = open_widget(make, origin)
    plane = page.get_by_role("img").first
    drag(page, plane, (0.5, 0.5), (0.3, 0.2), (40 / 440 + 0.25 * 392 / 440, 8 / 250 + 0.5 * 216 / 250))
    start = check_numbers(page)["start"]
    np.testing.assert_allclose(start, [-3.25, 0], atol=0.03)  # a quarter from the left of -5 to 2
    drag(page, plane, (0.5, 0.5), (1.2, -0.3))
    assert check_numbers(page)["start"] == [2, 1.75]  # not beyond the edge


def test_dragging_on_the_chart_moves_the_steps(open_widget):
    page = open_widget(make)
    drag(page, page.get_by_role("img").nth(1), (0.2, 0.5), (60 / 360 + 0.5 * 288 / 360, 0.4))
    assert abs(check_numbers(page)["steps"] - 150) <= 2


def test_playing_runs_to_the_last_step_and_starts_again(open_widget):
    page = open_widget(lambda: make(steps=100))
    page.clock.install()
    page.reload()
    wait_until_alive(page)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)  # from here on it runs when it is told to
    page.get_by_role("button", name="Play").click()
    expect(page.locator("[role=status]")).to_have_text("Playing.")
    seen = []
    for _ in range(30):
        page.clock.run_for(200)
        seen.append(check_numbers(page)["steps"])
    assert seen == sorted(seen) and len(set(seen)) > 10 and seen[-1] == MAX_STEPS
    assert state(page, "playing") is False
    expect(page.locator("[role=status]")).to_contain_text("After 300 steps")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(1000)
    page.get_by_role("button", name="Pause").click()
    paused = check_numbers(page)["steps"]
    assert 0 < paused < 100
    page.clock.run_for(1000)
    assert state(page, "steps") == paused


@chromium_only  # the preference is set for one page
def test_who_wants_less_motion_gets_single_pictures(open_widget):
    page = open_widget(lambda: make(steps=0))
    page.emulate_media(reduced_motion="reduce")
    page.clock.install()
    page.reload()
    wait_until_alive(page)
    page.clock.run_for(2000)
    assert state(page, "steps") == 0  # nothing moves by itself
    now = "() => performance.now()"
    page.get_by_role("button", name="Play").click()
    began = page.evaluate(now)
    seen = set()
    for _ in range(60):
        page.clock.run_for(50)
        seen.add(state(page, "steps"))
    pictures = (page.evaluate(now) - began) / 500  # one every half second
    assert all(steps % 20 == 0 for steps in seen)
    assert pictures - 2 <= max(seen) / 20 <= pictures + 1 and len(seen) >= 5


def test_a_path_that_leaves_is_called_gone(open_widget):
    page = open_widget(lambda: make(learning_rate=0.5))
    check_numbers(page)
    expect(page.locator("tr").first).to_contain_text("gone")
    assert len(shown_values(page)["paths"]["gradient_ascent"]) < 20
    expect(page.locator(".vw-note", has_text="gradient ascent (off the map)")).to_have_count(1)


def test_random_clicks_keys_and_drags_break_nothing(open_widget, rng):
    page = open_widget(make, width=int(rng.choice([400, 900])))
    keys = "Tab Shift+Tab ArrowLeft ArrowRight Home End PageUp Space Enter 7".split()

    def check_paused():
        set_state(page, playing=False)
        check_numbers(page)

    random_hands(page, rng, 200, keys=keys, points=(1, 2, 3), check=check_paused)

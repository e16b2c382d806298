"""The race uphill: its state in Python; in Chromium its numbers, its controls, its looks."""

import re

import numpy as np
import pytest
from fonts import both_fonts
from playwright.sync_api import expect
from widget_pages import every_origin, set_state, shown_values, state, wait_until_alive

from vaecore import InvalidInputError
from vaecore.landscapes import LANDSCAPES
from vaecore.widgets import OptimizerRace
from vaecore.widgets.optimizer_race.optimizer_race import MAX_STEPS, RUNNERS

CHANGING = ("landscape", "learning_rate", "beta1", "beta2", "noise", "start", "steps")


def make(**settings):
    return OptimizerRace(np.random.default_rng(6), **settings)


def check_numbers(page):
    """What the page says that it shows is what vaecore computes from the same state; returns that state."""
    changing, shown = page.evaluate(  # both at the same moment
        """names => {
          const holder = document.querySelector('.vaecore-widget'), model = holder.vaecoreModel;
          const shown = JSON.parse(holder.querySelector('[data-values]').dataset.values);
          return [Object.fromEntries(names.map(name => [name, model.get(name)])), shown];
        }""",
        CHANGING,
    )
    expected = make(**changing).paths()
    top = LANDSCAPES[changing["landscape"]].top
    assert (shown["landscape"], shown["steps"]) == (changing["landscape"], changing["steps"])
    assert list(shown["paths"]) == list(expected) == list(RUNNERS)
    for name, path in expected.items():
        np.testing.assert_allclose(shown["paths"][name], path, rtol=1e-9, atol=1e-9)
        distance = np.linalg.norm(path[-1] - top)
        np.testing.assert_allclose(shown["distances"][name], distance, rtol=1e-9, atol=1e-9)
    return changing


# In Python


def test_a_landscape_brings_its_start_learning_rate_and_noise():
    for name, hill in LANDSCAPES.items():
        race = make(landscape=name)
        assert (tuple(race.start), race.learning_rate, race.noise) == (
            hill.start,
            hill.learning_rate,
            hill.noise,
        )
        assert name in repr(race)
    assert make(landscape="hill", noise=0.5, start=np.array([1, 2])).start == [1.0, 2.0]
    assert make(landscape="hill", noise=0.5).noise == 0.5


def test_the_paths_start_together_and_have_a_position_for_each_step():
    race = make(steps=40)
    paths = race.paths()
    assert list(paths) == list(RUNNERS)
    for path in paths.values():
        assert path.shape == (41, 2)
        np.testing.assert_array_equal(path[0], race.start)
    ends = {name: path[-1] for name, path in paths.items()}
    assert np.linalg.norm(ends["adam"]) < np.linalg.norm(ends["gradient_ascent"])
    assert np.linalg.norm(ends["adam"] - ends["uncorrected"]) > 0.1


def test_the_noise_is_that_of_the_generator_and_stays():
    race = make(landscape="hill")
    first, again = race.paths(), race.paths()
    np.testing.assert_array_equal(first["adam"], again["adam"])
    np.testing.assert_array_equal(race.draws, make().draws)
    other = OptimizerRace(np.random.default_rng(7), "hill").paths()
    assert np.abs(other["adam"] - first["adam"]).max() > 0.1
    assert len(race.draws) == 2 * MAX_STEPS
    assert np.std(race.draws) == pytest.approx(
        1, abs=0.15
    )  # 5 standard errors: less than 1e-6, and a fixed seed


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"landscape": "valley"}, "landscape is 'valley', expected one of ridge, rosenbrock, hill"),
        ({"landscape": ["ridge"]}, r"landscape is \['ridge'\], expected one of"),
        ({"learning_rate": 0}, "learning_rate is 0, expected a number from 0.0001 to 1"),
        ({"learning_rate": 1.5}, "learning_rate is 1.5, expected a number from"),
        ({"beta1": 1}, "beta1 is 1, expected a number from 0 to 0.999"),
        ({"beta2": -0.1}, "beta2 is -0.1, expected a number from 0 to 0.9999"),
        ({"noise": np.nan}, "noise is nan, expected a finite number"),
        ({"steps": 301}, "steps is 301, expected 0 to 300"),
        ({"steps": 2.5}, "steps is 2.5, expected a whole number"),
        ({"start": [1.0]}, r"start is \[1.0\], expected two numbers from -5 to 5"),
        ({"start": [1.0, 6.0]}, "start is .* expected two numbers from -5 to 5"),
        ({"start": 3.0}, "start is 3.0, expected a list"),
    ],
)
def test_bad_state_is_named_and_not_taken(settings, message):
    with pytest.raises(InvalidInputError, match=message):
        make(**settings)
    race = make()
    before = {name: getattr(race, name) for name in CHANGING}
    with pytest.raises(InvalidInputError, match=message):
        for name, value in settings.items():
            setattr(race, name, value)
    assert {name: getattr(race, name) for name in CHANGING} == before


def test_the_noise_needs_a_generator():
    with pytest.raises(InvalidInputError, match="rng is of type int, expected"):
        OptimizerRace(6)


@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_the_fallback_is_a_picture_with_a_sentence_of_numbers(landscape):
    race = make(landscape=landscape, steps=50)
    assert race.fallback().startswith(b"\x89PNG")
    top = LANDSCAPES[landscape].top
    for path in race.paths().values():
        assert f"{np.linalg.norm(path[-1] - top):.2g}" in race.sentence
    assert "after 50 steps" in race.sentence


def test_a_picture_of_paths_that_have_left_can_be_drawn():
    assert make(learning_rate=1, start=[5, 5]).fallback().startswith(b"\x89PNG")


# In a browser


@every_origin
def test_the_numbers_are_vaecores(origin, open_widget, rng):
    page = open_widget(make, origin)
    seen = []
    for _ in range(40):
        landscape = str(rng.choice(list(LANDSCAPES)))
        set_state(
            page,
            landscape=landscape,
            learning_rate=float(10 ** rng.uniform(-4, 0)),
            beta1=float(rng.choice([0, 0.5, 0.9, 0.99, rng.random()])),
            beta2=float(rng.choice([0, 0.5, 0.9, 0.999, 0.9999, rng.random()])),
            noise=float(rng.choice([0, 2, rng.uniform(0, 5)])),
            start=rng.uniform(-2, 2, 2).tolist(),
            steps=int(rng.integers(0, MAX_STEPS + 1)),
        )
        seen.append(check_numbers(page))
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
    widget = page.locator(".vw")
    keys = ["Tab", "Shift+Tab", "ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "Space", "Enter", "7"]
    for action in range(200):
        if rng.random() < 0.5:
            page.keyboard.press(str(rng.choice(keys)))
        else:
            widget.evaluate("widget => widget.scrollIntoView({block: 'nearest'})")
            drag(page, widget, *rng.random((int(rng.integers(1, 4)), 2)))
        if action % 20 == 19:
            set_state(page, playing=False)
            check_numbers(page)
    assert not re.search("NaN|undefined|Infinity", widget.evaluate("widget => widget.outerHTML"))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing(theme, width, open_widget):
    from axe_playwright_python.sync_playwright import Axe

    page = open_widget(make, "http", theme, width=width, dark=theme == "dark")
    report = Axe().run(page, context=".vaecore-widget").response
    found = [
        (violation["id"], node["target"]) for violation in report["violations"] for node in violation["nodes"]
    ]
    assert found == [] and len(report["passes"]) > 5


@both_fonts
@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_everything_fits(landscape, open_widget):
    """Every part, the names beside the paths' ends included, at widths down to 1280 at 400%."""
    page = open_widget(lambda: make(landscape=landscape))
    for width in (320, 360, 480, 640, 830, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        sticking_out = page.evaluate(
            """() => {
              const {left, right} = document.querySelector('.vw').getBoundingClientRect();
              const all = [...document.querySelectorAll('.vw *:not(.vw-hidden, clipPath, clipPath *)')];
              const charts = all.filter(part => !part.closest('g[clip-path]'));
              const out = charts.filter(part => {
                const box = part.getBoundingClientRect();
                return box.width && (box.left < left || box.right > right);
              }).map(part => part.outerHTML.slice(0, 200));
              const wide = document.documentElement;
              return wide.scrollWidth > wide.clientWidth ? [...out, 'the page is too wide'] : out;
            }"""
        )
        assert sticking_out == [], width
        names = page.locator(".vw-race-map .vw-note:not(.vw-top, .vw-start-name)").all()
        boxes = [name.bounding_box() for name in names]
        for i, a in enumerate(boxes):  # direct labels can be read: none lies on another
            for b in boxes[:i]:
                apart = abs(a["y"] - b["y"]) > 0.7 * a["height"]
                assert apart or a["x"] > b["x"] + b["width"] or b["x"] > a["x"] + a["width"], width


def test_every_control_has_a_name_and_a_size_for_a_finger(open_widget):
    page = open_widget(make, width=360)
    controls = page.get_by_role("slider").all() + page.get_by_role("button").all()
    assert len(controls) == 8
    for control in controls:
        assert control.bounding_box()["height"] >= 32
    labels = page.locator(".vw label").all_inner_texts()
    expected = ["Landscape", "steps", "learning rate α", "β₁", "β₂", "noise", "start x", "start y"]
    assert labels == expected

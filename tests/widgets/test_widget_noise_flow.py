"""Noise flow: its state, its numbers beside vaecore's, and its controls in a real Chromium."""

import json

import numpy as np
import pytest
from browser import OpenPage
from hands import random_hands
from moments import moments
from playwright.sync_api import expect
from widget_pages import (
    every_origin,
    set_state,
    wait_until_alive,
    widget_html,
    write_page,
)

from vaecore import InvalidInputError
from vaecore.widgets import NoiseFlow
from vaecore.widgets.noise_flow.noise_flow import DRAWS, FUNCTIONS, SHOWN

BINS = 51


pytestmark = pytest.mark.usefixtures("in_a_notebook")


def exact_gradient(f, mean, std):
    """d/dmean E[f(z)], from closed forms where there is one, else by quadrature of f times the score."""
    if f == "square":
        return 2 * mean
    if f == "cosine":
        return -np.exp(-(std**2) / 2) * np.sin(mean)
    eps = np.linspace(-12, 12, 200_001)
    weight = np.exp(-(eps**2) / 2) / np.sqrt(2 * np.pi) * (eps[1] - eps[0])
    return np.sum(np.tanh(4 * (mean + std * eps)) * eps / std * weight)


def look(page, *changes):
    names = ("mean", "std", "f", "block")
    return moments(page, changes or [{}], names=names, texts=[".vw-readings td:nth-last-child(-n+2)"])


def check(page) -> dict:
    return check_moment(*look(page))


def check_moment(now) -> dict:
    """All that the widget says it shows is what vaecore computes from the same state."""
    shown = now.values
    widget = NoiseFlow(**now.state)
    assert {name: shown[name] for name in ("mean", "std", "f", "block")} == {
        name: getattr(widget, name) for name in ("mean", "std", "f", "block")
    }
    eps = widget.eps[widget.block * SHOWN : (widget.block + 1) * SHOWN]
    np.testing.assert_array_equal(shown["eps"], eps)
    np.testing.assert_allclose(shown["z"], widget.mean + widget.std * eps, rtol=1e-12, atol=1e-14)
    right = exact_gradient(widget.f, widget.mean, widget.std)
    assert shown["exact"] == pytest.approx(right, rel=1e-9, abs=1e-10)
    low, high = shown["ends"]
    assert low < right < high
    for name, estimates in zip(("score", "path"), widget.estimates(), strict=True):
        assert shown[name]["mean"] == pytest.approx(estimates.mean(), rel=1e-9, abs=1e-12)
        assert shown[name]["variance"] == pytest.approx(estimates.var(), rel=1e-9, abs=1e-15)
        bins = np.floor((estimates - low) / (high - low) * BINS)
        counts = np.bincount(bins[(bins >= 0) & (bins < BINS)].astype(int), minlength=BINS)
        # A number within rounding of an edge may fall to either side.
        assert len(shown["counts"][name]) == BINS and np.abs(counts - shown["counts"][name]).sum() <= 2
        assert sum(shown["counts"][name]) >= 0.97 * DRAWS  # all but the farthest
    return shown


# From Python


def test_the_state_can_be_read_set_and_observed():
    widget, seen = NoiseFlow(), []
    widget.observe(lambda change: seen.append((change["name"], change["new"])))
    widget.mean, widget.std, widget.f, widget.block = np.float32(-0.5), 1, "cosine", np.int64(3)
    assert seen == [("mean", -0.5), ("std", 1.0), ("f", "cosine"), ("block", 3)]
    assert json.loads(json.dumps(widget.get_state(["mean", "std", "f", "block"])))["block"] == 3


def test_the_noise_is_standard_normal_its_seed_decides_and_nothing_else_moves_it():
    widget = NoiseFlow(seed=4)
    before = widget.eps
    widget.mean, widget.std, widget.f, widget.block = 1, 1.2, "step", 7
    np.testing.assert_array_equal(widget.eps, before)
    drawn = np.random.default_rng(4).standard_normal(DRAWS)
    np.testing.assert_allclose(before, drawn, rtol=2**-11, atol=1e-7)  # half precision
    assert not np.array_equal(before, NoiseFlow(seed=5).eps)


@pytest.mark.parametrize("f", FUNCTIONS)
def test_the_estimates_scatter_around_the_exact_gradient(f):
    """Six and a half standard errors: a false alarm in 1e-10 of the seeds."""
    for mean, std in ((-1.2, 0.4), (0.0, 1.0), (2.0, 1.4)):
        for estimates in NoiseFlow(mean=mean, std=std, f=f, seed=9).estimates():
            error = estimates.mean() - exact_gradient(f, mean, std)
            assert abs(error) < 6.5 * estimates.std() / np.sqrt(DRAWS)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"mean": 3}, "mean is 3, expected a number from -2.5 to 2.5"),
        ({"mean": "1"}, "mean is '1', expected a finite number"),
        ({"std": 0}, "std is 0, expected a number from 0.1 to 1.5"),
        ({"f": "sine"}, "f is 'sine', expected one of square, cosine, step"),
        ({"block": -1}, "block is -1, expected a whole number of at least 0"),
        ({"block": 50}, "block is 50, expected 0 to 49"),
        ({"seed": 0.5}, "seed is 0.5, expected a whole number"),
    ],
)
def test_what_it_cannot_show_is_named(values, message):
    with pytest.raises(InvalidInputError, match=message):
        NoiseFlow(**values)


def test_the_page_is_light_and_the_picture_stands_in(tmp_path):
    html = widget_html(tmp_path, NoiseFlow)
    script = html[html.index('<script type="application/json">') : html.index("</script>")]
    assert len(script) < 8_000
    assert NoiseFlow().fallback().startswith(b"\x89PNG")
    score, path = NoiseFlow().estimates()
    assert f"score function, variance {score.var():.3g}; by the path, {path.var():.3g}." in html


# Under the reader's hand


@every_origin
def test_the_page_shows_vaecores_numbers(origin, open_widget, rng):
    page = open_widget(NoiseFlow, origin)
    changes = [
        {
            "controls": {
                "mean μ": f"{rng.uniform(-2.5, 2.5):.2f}", "std σ": f"{rng.uniform(0.1, 1.5):.2f}",
                "f(z) =": str(rng.choice(list(FUNCTIONS))),
            },
            "press": "New noise",
        }
        for _ in range(25)
    ]  # fmt: skip
    seen = set()
    for now in look(page, *changes):
        shown = check_moment(now)
        seen.add((shown["mean"], shown["std"], shown["block"]))
        texts = now.texts[0]
        assert len(texts) == 4 and not any("NaN" in text or "Infinity" in text for text in texts)
    assert len(seen) == 25


def test_at_the_ends_too(open_widget):
    page = open_widget(NoiseFlow)
    for f in FUNCTIONS:
        for mean in (-2.5, 0, 2.5):
            for std in (0.1, 1.5):
                set_state(page, mean=mean, std=std, f=f)
                check(page)
                assert "NaN" not in page.locator(".vw").inner_html()


def test_moving_the_mean_moves_all_z_by_one_step_and_no_noise(open_widget):
    page = open_widget(NoiseFlow)
    before = check(page)
    page.get_by_label("mean μ").fill("-0.75")
    after = check(page)
    assert after["eps"] == before["eps"]
    np.testing.assert_allclose(np.subtract(after["z"], before["z"]), -0.75 - before["mean"], rtol=1e-12)
    page.get_by_label("std σ").fill("1")
    wider = check(page)
    assert wider["eps"] == before["eps"]
    np.testing.assert_allclose(np.subtract(wider["z"], after["z"]), 0.5 * np.array(before["eps"]), rtol=1e-9)


def test_the_dots_and_lines_are_where_the_numbers_are(open_widget):
    """Positions on the screen, mapped back through the ticks of the axis."""
    page = open_widget(NoiseFlow)
    page.get_by_label("std σ").fill("1.2")
    shown = check(page)
    drawn = page.evaluate(
        """() => {
          const chart = document.querySelector('.vw-flow-charts svg');
          const texts = [...chart.querySelectorAll('.vw-axes text')];
          const ticks = texts.map(t => [+t.textContent.replace('−', '-'), +t.getAttribute('x')]);
          const dots = [...chart.querySelectorAll('circle')].filter(c => c.style.display !== 'none');
          return [ticks, dots.map(c => [+c.getAttribute('cx'), +c.getAttribute('cy')])];
        }"""
    )
    ticks, dots = (np.array(part) for part in drawn)
    slope, offset = np.polyfit(ticks[:, 1], ticks[:, 0], 1)
    height = np.sort(np.unique(dots[:, 1]))
    assert len(height) == 2
    for y, values in zip(height, (shown["eps"], shown["z"]), strict=True):
        values = np.sort([value for value in values if abs(value) <= 5])
        np.testing.assert_allclose(np.sort(slope * dots[dots[:, 1] == y, 0] + offset), values, atol=1e-6)


def test_the_bars_are_as_long_as_the_counts_and_the_rule_stands_at_the_exact_gradient(open_widget):
    page = open_widget(NoiseFlow)
    page.get_by_label("mean μ").fill("0.8")
    shown = check(page)
    for style, name in (("vw-of-second", "score"), ("vw-of-first", "path")):
        heights, middles = page.locator(f".vw-flow-charts .vw-bar.{style}").evaluate_all(
            """bars => [bars.map(b => +b.getAttribute('height')),
                        bars.map(b => +b.getAttribute('x') + b.getAttribute('width') / 2)]"""
        )
        counts = np.array(shown["counts"][name])
        np.testing.assert_allclose(np.array(heights) / max(heights), counts / counts.max(), atol=1e-9)
        np.testing.assert_allclose(np.diff(middles), (middles[-1] - middles[0]) / (BINS - 1), rtol=1e-6)
    (low, high), (first, last) = shown["ends"], (middles[0], middles[-1])
    at = first + (last - first) * ((shown["exact"] - low) / (high - low) * BINS - 0.5) / (BINS - 1)
    rule = page.locator(".vw-truth").get_attribute("d")
    assert float(rule[1:].split()[0]) == pytest.approx(at, abs=0.01)


def test_new_noise_is_new_and_comes_round(open_widget):
    page = open_widget(lambda: NoiseFlow(block=49))
    before = check(page)
    page.get_by_role("button", name="New noise").click()
    after = check(page)
    assert after["block"] == 0 and after["eps"] != before["eps"]
    assert after["score"] == before["score"]  # the histograms are those of all 2,000
    expect(page.locator(".vw [role=status]")).to_have_text("40 other draws of the noise.")


def test_keys_move_the_sliders(open_widget):
    page = open_widget(NoiseFlow)
    for name, low in (("mean μ", -2.5), ("std σ", 0.1)):
        slider = page.get_by_label(name)
        slider.focus()
        slider.press("Home")
        assert float(slider.input_value()) == low
        slider.press("ArrowRight")
        assert float(slider.input_value()) == pytest.approx(low + 0.01)
        assert slider.get_attribute("aria-valuetext") == f"{low + 0.01:.2f}"
        check(page)


def test_dragging_moves_the_mean(open_widget):
    page = open_widget(NoiseFlow)
    chart = page.locator(".vw-flow-charts svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()

    def at(x):  # the axis runs from -5 to 5 between margins of 10 of 360
        return box["x"] + box["width"] * (10 + 340 * (x + 5) / 10) / 360, box["y"] + box["height"] / 2

    page.mouse.move(*at(0))
    page.mouse.down()
    page.mouse.move(*at(-1))
    assert check(page)["mean"] == pytest.approx(-1, abs=0.03)
    page.mouse.move(*at(-4.5))  # beyond what the slider reaches
    page.mouse.up()
    assert check(page)["mean"] == -2.5
    assert float(page.get_by_label("mean μ").input_value()) == -2.5


def test_it_obeys_python(open_widget):
    page = open_widget(NoiseFlow)
    for values in ({"mean": -1.25}, {"std": 0.33}, {"f": "step"}, {"block": 12}):
        set_state(page, **values)
        check(page)
    assert page.get_by_label("mean μ").input_value() == "-1.25"
    assert page.get_by_label("std σ").input_value() == "0.33"
    assert page.get_by_label("f(z) =").input_value() == "step"


@pytest.mark.parametrize("width", [400, 900])
def test_random_clicks_keys_and_drags_break_nothing(width, open_widget, rng):
    page = open_widget(NoiseFlow, width=width)
    keys = "Tab Shift+Tab ArrowLeft ArrowRight ArrowDown Home End PageUp Space Enter".split()
    random_hands(page, rng, 120, keys=keys, points=[2], check=lambda: check(page))


def test_two_of_them_on_a_page_do_not_disturb_each_other(open_page: OpenPage, tmp_path):
    bodies = [widget_html(tmp_path, lambda mean=mean: NoiseFlow(mean=mean)) for mean in (-1, 2)]
    write_page(tmp_path, "\n".join(bodies))
    page, problems = open_page()
    page.goto((tmp_path / "index.html").as_uri())
    wait_until_alive(page, 2)
    page.get_by_label("std σ").first.fill("1.1")
    values = [json.loads(e.get_attribute("data-values")) for e in page.locator("[data-values]").all()]
    assert [(v["mean"], v["std"]) for v in values] == [(-1, 1.1), (2, 0.5)] and problems == []

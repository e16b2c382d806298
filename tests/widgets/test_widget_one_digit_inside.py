"""Inside one digit's way through a VAE: units, weights and costs are vaecore's, and so is the code."""

import json

import numpy as np
import pytest
from browser import OpenPage
from playwright.sync_api import Page, expect
from test_widget_one_digit import make
from widget_pages import every_origin, set_state, shown_values, state, wait_until_alive

from vaecore import InvalidInputError
from vaecore.foundations.networks import neural_net_predict
from vaecore.kl import kl_per_dimension
from vaecore.widgets.one_digit import inside as steps
from vaecore.widgets.one_digit.drawing import LETTER
from vaecore.widgets.parts.bound import in_double

IS_THERE = "() => document.querySelector('.vw-inside').dataset.inside"
# The middle of each square: how far from white, above 0 where it is blue.
SQUARES = """() => [...document.querySelectorAll('.vw-inside canvas')].map(canvas => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height), values = [];
  for (let y = 4; y < canvas.height; y += 8) for (let x = 4; x < canvas.width; x += 8) {
    const at = 4 * (y * canvas.width + x), [red, , blue] = data.slice(at, at + 3);
    values.push(red < blue ? (255 - red) / 255 : (blue - 255) / 255);
  }
  return values;
})"""
LEVEL = 2.5 / 255  # near white the two colours are one


def open_step(page: Page, name: str) -> dict:
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_function(IS_THERE)
    return inside(page)


def inside(page: Page) -> dict:
    return json.loads(page.locator(".vw-inside").get_attribute("data-inside"))


def layers_of(params, x) -> list[np.ndarray]:
    """What each layer puts out: the first ones by the network that ends there."""
    return [
        *(np.tanh(neural_net_predict(params[:k], x[None, :])[0]) for k in range(1, len(params))),
        neural_net_predict(params, x[None, :])[0],
    ]


@pytest.mark.parametrize("drawing", [[], LETTER])
@every_origin
def test_the_encoders_units_and_weights(origin, drawing, open_widget, rng):
    page = open_widget(make, origin)
    figure = make()
    if drawing:
        set_state(page, strokes=drawing, digit=-1)
        figure.strokes = drawing
    open_step(page, "Encoder")
    params = in_double(figure.vae.rec_params)
    layers = layers_of(params, figure.image.astype(float))
    ends = np.cumsum([len(layer) for layer in layers])
    for unit in [0, *rng.integers(0, ends[-1], 4), ends[0] - 1, ends[1], ends[-1] - 1]:
        set_state(page, unit=int(unit))
        k = int(np.searchsorted(ends, unit, side="right"))
        i = int(unit) - ([0, *ends][k])
        assert (inside(page)["layer"], inside(page)["unit"]) == (k, i)
        assert inside(page)["value"] == pytest.approx(layers[k][i], abs=1e-5)
        *squares, weights = page.evaluate(SQUARES)
        for layer, shown, scale in zip(layers, squares, [1, 1, max(1, abs(layers[2]).max())], strict=True):
            np.testing.assert_allclose(shown, layer / scale, atol=LEVEL)
        those = params[k][0][:, i]
        np.testing.assert_allclose(weights, those / abs(those).max(), atol=LEVEL)
        expect(page.get_by_text(f"up to ±{abs(those).max():.2f}")).to_be_visible()


def test_the_decoders_units_and_weights(open_widget, rng):
    page = open_widget(make)
    set_state(page, eps=[0.5, -2])
    open_step(page, "Decoder")
    figure = make(eps=[0.5, -2])
    params = in_double(figure.vae.gen_params)
    z = np.array(figure.numbers["z"])
    layers = [z, *layers_of(params, z)[:-1]]
    for unit, k, i in [(0, 0, 0), (1, 0, 1), (2, 1, 0), (150, 1, 148), (202, 2, 0), (10_000, 2, 199)]:
        set_state(page, unit=unit)
        seen = inside(page)
        assert (seen["layer"], seen["unit"], seen["value"]) == (k, i, pytest.approx(layers[k][i], abs=1e-5))
        *squares, weights = page.evaluate(SQUARES)
        for layer, shown, scale in zip(layers, squares, [max(1, abs(z).max()), 1, 1], strict=True):
            np.testing.assert_allclose(shown, layer / scale, atol=LEVEL)
        those = params[k][0][i]
        assert len(weights) == (784 if k == 2 else 200)
        np.testing.assert_allclose(weights, those / abs(those).max(), atol=LEVEL)


def test_what_each_pixel_costs(open_widget):
    page = open_widget(make)
    seen = open_step(page, "The bound")
    figure = make()
    z = np.array([figure.numbers["z"]])
    logits = neural_net_predict(in_double(figure.vae.gen_params), z)[0]
    costs = np.logaddexp(0, np.where(figure.image > 0, -logits, logits))
    assert seen["sum"] == pytest.approx(costs.sum(), abs=1e-5)
    assert seen["sum"] == pytest.approx(-shown_values(page)["log_likelihood"], abs=1e-9)
    np.testing.assert_allclose(page.evaluate(SQUARES)[0], costs / costs.max(), atol=LEVEL)
    q = np.array([[*figure.numbers["mean"], *figure.numbers["log_std"]]])
    expect(page.locator(".vw-inside")).to_contain_text(", ".join(
        f"{nats:.2f} for z{sub}" for nats, sub in zip(kl_per_dimension(q)[0], "₁₂", strict=True)
    ))  # fmt: skip


def test_the_sum_that_makes_z(open_widget):
    page = open_widget(make)
    set_state(page, eps=[0.25, -3])
    open_step(page, "z = μ + σ ε")
    figure = make(eps=[0.25, -3])
    rows = figure.numbers["mean"], np.exp(figure.numbers["log_std"]), figure.eps, figure.numbers["z"]
    shown = page.locator(".vw-inside tbody td").all_inner_texts()
    np.testing.assert_allclose([float(text.replace("−", "-")) for text in shown], np.ravel(rows), atol=6e-4)


def test_a_step_is_opened_and_closed_and_a_unit_pressed(open_widget):
    page = open_widget(make)
    button = page.get_by_role("button", name="Encoder", exact=True)
    assert page.locator(".vw-inside canvas").count() == 0 and button.get_attribute("aria-pressed") == "false"
    open_step(page, "Encoder")
    assert button.get_attribute("aria-pressed") == "true" and state(page, "inside") == "encoder"
    second = page.locator(".vw-inside canvas").nth(1)
    box = second.bounding_box()
    second.click(position={"x": box["width"] * 3.5 / 20, "y": box["height"] * 2.5 / 10})
    assert state(page, "unit") == 200 + 43
    slider = page.get_by_role("slider", name="unit")
    slider.press("ArrowRight")
    assert state(page, "unit") == 244 and slider.get_attribute("aria-valuetext").startswith(
        "hidden layer 2, unit 45: "
    )
    button.press("Enter")
    assert state(page, "inside") == "" and page.locator(".vw-inside canvas").count() == 0


@pytest.mark.parametrize("step", steps.STEPS)
def test_the_code_is_the_packages(step, open_widget):
    page = open_widget(lambda: make(inside=step))
    page.wait_for_function(IS_THERE)
    shown = page.locator(".vw-code").inner_text()
    for function in steps.STEPS[step]:
        assert f"def {getattr(function, 'fun', function).__name__}(" in shown
    assert '"""' not in shown and "return" in shown
    assert shown.strip() == steps.source_of(*steps.STEPS[step]).strip()


def test_code_that_python_cannot_find_is_left_out(monkeypatch):
    def lost(function):
        raise OSError("could not get source code")

    monkeypatch.setattr(steps.inspect, "getsource", lost)
    assert steps.source_of(neural_net_predict) == ""


def test_a_network_comes_when_it_is_looked_into(open_page: OpenPage, site):
    page, problems = open_page()
    page.goto(site.origins["http"] + site.add(make))
    wait_until_alive(page)
    page.get_by_role("button", name="Encoder", exact=True).click()
    page.wait_for_function(IS_THERE)
    assert len(page.evaluate(SQUARES)) == 4 and problems == []


@pytest.mark.parametrize("values", [{"inside": "middle"}, {"unit": -1}, {"unit": 0.5}])
@pytest.mark.usefixtures("in_a_notebook")
def test_what_is_not_there_cannot_be_looked_into(values):
    figure = make()
    with pytest.raises(InvalidInputError):
        figure.set_trait(*next(iter(values.items())))
    assert (figure.inside, figure.unit) == ("", 0)

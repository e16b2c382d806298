"""A link to a figure as it stands, and pictures of it; and links that somebody else wrote."""

import base64
import io
import json
from xml.etree import ElementTree

import numpy as np
import pytest
from browser import OpenPage, every_engine
from every_widget import every_widget
from PIL import Image
from widget_pages import ARRIVED, PICTURES, come_near, set_state, state, wait_until_alive

from vaecore.widgets.page.static_page import widgets_in

MAKERS = {widget.script: make for make in every_widget() if (widget := make()).script != "question"}
# For each widget, where its reader has moved it to.
MOVED = {
    "beta_slider": {"model": 5, "digit": 3, "dimension": 2},
    "elbo_gap": {"x": -1.5, "mean": 1.25, "std": 0.5, "posterior": "two humps"},
    "fit_q": {"digit": 7, "mean": [1.5, -0.5], "log_std": [-2, -1.25], "compare": True, "expected": 1},
    "latent_arithmetic": {"a": 4, "b": 2, "c": 9, "amount": 1.75},
    "latent_maps": {"z": [0.5, -0.25, 1, 1, 3.5, -2]},
    "latent_sliders": {"z": [0.75, -1.5], "digit": -1},
    "live_interpolation": {"first": 3, "second": 8, "s": 0.25},
    "model_learns": {"moment": 1},
    "noise_flow": {"mean": -1, "std": 0.25, "f": "step", "block": 2},
    "one_digit": {
        "strokes": [[0.25, 0.25, 0.5, 0.75], [0.5, 0.5]], "digit": -1, "eps": [2, 0.5], "noise": False,
        "inside": "decoder", "unit": 7,
    },
    "optimizer_race": {"landscape": "turned", "learning_rate": 0.2, "steps": 30, "start": [-3, 2]},
    "path_comparison": {"first": 2, "second": 6, "s": 0.75},
    "three_bars": {"p": [0.25, 0.25, 0.5], "q": [0.5, 0.125, 0.375]},
    "two_gaussians": {"mean_q": -1.5, "std_q": 0.75, "mean_p": 1, "std_p": 2},
}


def press_share(page, what):
    if page.get_by_role("button", name="Share", exact=True).count():
        page.get_by_role("button", name="Share", exact=True).click()
    page.get_by_role("button", name=what, exact=True).click()


# Notes what is handed to the browser as a file; not every driver hears of downloads.
NOTED = """() => {
  const click = HTMLAnchorElement.prototype.click, make = URL.createObjectURL;
  let blob = null;
  URL.createObjectURL = (made) => make.call(URL, (blob = made));
  HTMLAnchorElement.prototype.click = async function () {
    if (!this.download) return click.call(this);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    window.saved = [this.download, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))];
  };
}"""


def saved(page, what):
    page.evaluate("() => { window.saved = null; }")
    press_share(page, what)
    name, content = page.wait_for_function("() => window.saved").json_value()
    return name, base64.b64decode(content)


def test_every_widget_that_moves_is_here():
    assert set(MOVED) == set(MAKERS)


@pytest.mark.parametrize("name", MOVED)
def test_a_link_opens_the_page_at_the_figure_with_its_state(name, open_widget):
    first = open_widget(MAKERS[name])
    begun = {key: state(first, key) for key in MOVED[name]}
    set_state(first, **MOVED[name])
    press_share(first, "Copy link")
    first.wait_for_function("location.hash !== ''")
    link = first.evaluate("location.href")
    assert f"#{name}-1;" in link and " " not in link
    first.goto("about:blank")
    first.goto(link)
    wait_until_alive(first)
    assert {key: state(first, key) for key in MOVED[name]} == MOVED[name] != begun
    # Before a hand comes near it shows what it shows afterwards.
    first.wait_for_function(ARRIVED)
    shown = first.evaluate(PICTURES)
    come_near(first)
    assert first.evaluate(PICTURES) == shown


@every_engine
@pytest.mark.parametrize("origin", ["http", "file"])
def test_png_and_svg_show_what_is_on_the_screen(engine, origin, open_widget):
    page = open_widget(MAKERS["latent_sliders"], origin)
    set_state(page, z=[0.75, -1.5])
    page.evaluate(NOTED)
    box = page.locator(".vw").bounding_box()
    name, content = saved(page, "Save PNG")
    assert name == "Widgets-latent_sliders-1.png"
    picture = Image.open(io.BytesIO(content)).convert("L")
    assert abs(picture.width / 2 - box["width"]) <= 1 and picture.height > 400
    # The map and the digit are where they are on the screen.
    for selector in (".vw-map", ".vw-output"):
        part = page.locator(selector)
        place = part.bounding_box()
        x, y = 2 * (place["x"] - box["x"]), 2 * (place["y"] - box["y"])
        cut = picture.crop((x, y, x + 2 * place["width"], y + 2 * place["height"])).resize((140, 140))
        there = Image.open(io.BytesIO(part.screenshot())).convert("L").resize((140, 140))
        off = np.abs(np.asarray(cut, float) - np.asarray(there, float))
        assert np.asarray(there).std() > 20 and off.mean() < 12, (selector, off.mean())
    name, content = saved(page, "Save SVG")
    assert name.endswith(".svg") and content.startswith(b"<svg") and b"<script" not in content
    text = "".join(ElementTree.fromstring(content).itertext())
    assert text.count("Sample from the prior") == 1 and "Share" not in text


HOSTILE = [
    "digit=99999", "digit=-7", "digit=1.5", 'digit="4"', "digit=null", "z=[1]", "z=[1e999,0]", "z=[1,2,3]",
    'z=["a","b"]', "z=[[0],[0]]", "z={}", "z=", "=", ";;;", "%", "z=%", "z=%E0%A4%A", "kl=[0,0]",
    'colours=["red"]', "layers=1", 'layers="model-x"', '__proto__={"a":1}', 'constructor={"name":1}',
    "toString=[1,2]", "z=[1,2]<img src=x onerror=alert(1)>", "z=" + "[" * 10_000, "digits=[]",
]  # fmt: skip


def test_a_link_that_does_not_fit_changes_nothing(open_page: OpenPage, site):
    page, problems = open_page()
    address = site.origins["http"] + site.add(MAKERS["latent_sliders"])
    page.goto(address)
    wait_until_alive(page)
    begun = page.evaluate("document.querySelector('.vaecore-widget').vaecoreModel.state")
    for parts in HOSTILE:
        page.goto("about:blank")
        page.goto(f"{address}#latent_sliders-1;{parts}")
        wait_until_alive(page)
        now = page.evaluate("document.querySelector('.vaecore-widget').vaecoreModel.state")
        assert {**now, "digit": 0} == {**begun, "digit": 0}, parts
        page.evaluate("location.hash = ''")
        page.evaluate(f"location.hash = {json.dumps('#latent_sliders-1;' + parts)}")
        page.evaluate("() => new Promise(done => setTimeout(() => requestAnimationFrame(done)))")
        assert state(page, "z") == begun["z"], parts
    assert problems == [] and page.locator("img[src=x]").count() == 0


def test_a_link_is_followed_on_an_open_page(open_page: OpenPage, site):
    page, problems = open_page()
    page.goto(site.origins["http"] + site.add(MAKERS["elbo_gap"], MAKERS["fit_q"]))
    wait_until_alive(page, 2)
    page.evaluate("location.hash = '#fit_q-1;digit=3;mean=[1,2]'")
    page.wait_for_function("document.getElementById('fit_q-1').vaecoreModel.get('digit') === 3")
    page.evaluate("location.hash = '#fit_q-1;mean=[2,2]'")
    page.wait_for_function("document.getElementById('fit_q-1').vaecoreModel.get('mean')[0] === 2")
    assert page.evaluate("document.getElementById('fit_q-1').vaecoreModel.get('digit')") == 0
    assert page.evaluate("Math.abs(document.getElementById('fit_q-1').getBoundingClientRect().top) < 100")
    assert problems == []


def test_a_question_is_not_offered_for_sharing(open_widget):
    (question,) = [make for make in every_widget() if make().script == "question"][:1]
    page = open_widget(question)
    assert page.get_by_role("button", name="Share").count() == 0
    assert widgets_in(page.content()) == ["question"]

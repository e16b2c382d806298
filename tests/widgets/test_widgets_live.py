"""The widgets in a real JupyterLab with a real kernel: Python sees what the reader moves, and the reverse."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from live_notebook import Lab, open_lab
from playwright.sync_api import Browser, expect

CELLS = {
    "setup": """
        import json
        import ipywidgets
        import numpy as np
        from vaecore import VAE, lab_digits, load_mnist, train
        from vaecore.widgets import LatentSliders, LiveInterpolation
        data = load_mnist("sample")
        digits, labels = lab_digits(data)
        def ink(vae, z):
            return [float(v) for v in vae.decode(np.array([z], np.float32))[0]]
        """,
    "sliders": """
        model = VAE.load_shipped("map")
        sliders = LatentSliders(model, digits, labels)
        seen = []
        sliders.observe(lambda change: seen.append(change["new"]), "z")
        sliders
        """,
    "trained": """
        result = train(
            data.train_images[:1000], np.random.default_rng(0), epochs=1, hidden_sizes=(16,), latent_size=3,
            progress=False,
        )
        fresh = LatentSliders(result.vae, digits, labels)
        fresh
        """,
    "film": """
        film = LiveInterpolation(result.vae, digits, labels)
        film
        """,
    "controls": """
        s = ipywidgets.FloatSlider(min=0, max=1, step=0.01, value=0.5, description="s")
        second = ipywidgets.Dropdown(options=[(str(label), i) for i, label in enumerate(labels)], value=1)
        play = ipywidgets.Play(min=0, max=5, interval=50)
        ipywidgets.jslink((s, "value"), (film, "s"))
        ipywidgets.link((second, "value"), (film, "second"))
        play.observe(lambda change: setattr(film, "s", change["new"] / 5), "value")
        ipywidgets.HBox([play, s, second])
        """,
    "question": """
        from vaecore.exercises import progress
        from vaecore.widgets import question
        asked = question("X-1")
        asked
        """,
}

INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  return Array.from({ length: 784 }, (_, i) => 1 - data[4 * i] / 255);
}"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("lab"), chromium, CELLS) as lab:
        expect(lab.page.locator(".jp-OutputArea-output .vw")).to_have_count(4)
        yield lab


def shown_ink(lab: Lab, i: int, selector: str = ".vw-output") -> np.ndarray:
    return np.array(lab.widget(i).locator(selector).first.evaluate(INK))


@pytest.mark.parametrize("key", ["ArrowRight", "ArrowLeft", "PageUp"])
def test_python_sees_the_slider(key, lab):
    lab.run("seen.clear()")
    before = lab.ask("sliders.z")
    slider = lab.widget(0).locator(".vw-slider input").first
    slider.focus()
    lab.page.keyboard.press(key)
    lab.until("len(seen)", lambda count: count > 0)
    after = lab.ask("sliders.z")
    moved = [j for j in range(2) if after[j] != before[j]]
    assert len(moved) == 1 and (after[moved[0]] > before[moved[0]]) == (key != "ArrowLeft")
    assert float(slider.input_value()) == pytest.approx(after[moved[0]], abs=1e-9)
    np.testing.assert_allclose(shown_ink(lab, 0), lab.ask("ink(model, sliders.z)"), atol=1 / 255)


def test_the_slider_obeys_python(lab):
    for z in ([1.25, -0.5], [-3.0, 2.0]):
        lab.run(f"sliders.z = {z}")
        inputs = lab.widget(0).locator(".vw-slider input")
        by_name = {f"z{'₁₂'[j]}": value for j, value in enumerate(z)}
        for name, value in by_name.items():
            expect(lab.widget(0).get_by_label(name)).to_have_value(f"{value:g}")
        assert inputs.count() == 2
        np.testing.assert_allclose(shown_ink(lab, 0), lab.ask("ink(model, sliders.z)"), atol=1 / 255)


def test_dragging_the_map_reaches_python(lab):
    area = lab.widget(0).locator(".vw-map")
    area.scroll_into_view_if_needed()
    box = area.bounding_box()
    lab.run("seen.clear()")
    lab.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    lab.page.mouse.down()
    lab.page.mouse.move(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4, steps=4)
    lab.page.mouse.up()
    z = lab.until("sliders.z", lambda z: z[0] < -1.8 and z[1] > 1.8)
    assert lab.ask("seen[-1]") == z and lab.ask("sliders.digit") == -1


def test_a_second_widget_shows_the_model_just_trained(lab):
    lab.run("fresh.z = [0.5, -1.0, 1.5]")
    expect(lab.widget(1).get_by_label("z₃")).to_have_value("1.5")
    expected = np.array(lab.ask("ink(result.vae, fresh.z)"))
    np.testing.assert_allclose(shown_ink(lab, 1), expected, atol=1 / 255)
    assert np.ptp(expected) > 0.1  # not a blank picture
    lab.run("sliders.z = [0, 0]")  # the first widget has a model of its own
    np.testing.assert_allclose(shown_ink(lab, 1), expected, atol=1 / 255)


def test_plain_ipywidgets_drive_a_widget(lab):
    """A slider in the browser alone (jslink), a Dropdown through the kernel (link), a Play (observe)."""
    handle = lab.page.locator(".widget-slider [role=slider]").first
    handle.focus()
    lab.page.keyboard.press("ArrowRight")
    s = lab.until("film.s", lambda s: s != 0.5)
    assert s == pytest.approx(0.51)
    expect(lab.widget(2).locator(".vw-track input")).to_have_value("0.51")
    lab.page.locator(".widget-dropdown select").first.select_option("9")
    lab.until("film.second", lambda second: second == lab.ask("[int(l) for l in labels].index(9)"))
    lab.page.locator(".jupyter-widgets.widget-play button").first.click()
    lab.until("film.s", lambda s: s == 1)
    expect(lab.widget(2).locator(".vw-track input")).to_have_value("1")


def test_arrow_keys_and_typing_stay_in_the_widget(lab):
    """JupyterLab would select another cell, or add one."""
    cells = lab.page.locator(".jp-Cell").count()
    active = "() => jupyterapp.shell.currentWidget.content.activeCellIndex"
    lab.widget(1).locator(".vw-slider input").first.click()
    at = lab.page.evaluate(active)
    for key in ("ArrowDown", "ArrowUp", "b", "d", "d", "Home"):
        lab.page.keyboard.press(key)
    assert lab.page.evaluate(active) == at
    assert lab.page.locator(".jp-Cell").count() == cells


def test_an_answer_that_is_checked_reaches_python_and_its_progress_file(lab):
    """What the page says is what Python says; the answer can be set from Python."""
    widget = lab.page.locator(".vw-question")
    button = widget.get_by_role("button", name="Check")
    for letters, status in (("bc", "failed"), ("e", "passed")):
        assert not lab.ask("'X-1' in progress().passed")
        for letter in letters:
            widget.locator(f"input[value={letter}]").check()
        button.click()
        expect(widget.locator(".vw-feedback")).to_contain_text(status)
        lab.until("asked.checked == asked.answer", bool)
        shown = json.loads(widget.get_attribute("data-values"))
        said = lab.ask("[asked.verdict.status, asked.verdict.misconception, asked.verdict.message]")
        assert said == [shown["status"], shown["misconception"], shown["message"]] and said[0] == status
    assert lab.ask("'X-1' in progress().passed and asked.checked") == "bce"
    lab.run("asked.answer = 'ad'")
    expect(widget.locator("input[value=a]")).to_be_checked()
    expect(widget.locator("input[value=b]")).not_to_be_checked()
    expect(widget.locator(".vw-stale")).to_be_visible()
    lab.run("asked.checked = 'ad'")
    expect(widget.locator(".vw-feedback a")).to_have_attribute("href", "01_autoencoders.ipynb")
    assert lab.page.evaluate("() => Object.keys(localStorage).filter(key => key.includes('vae-book'))") == []


def test_two_views_of_one_film_do_not_hurry(lab):
    """One end to the other takes 4,000 ms, however many views there are; more on a busy machine."""
    lab.page.evaluate(
        """async () => {
          const notebook = jupyterapp.shell.currentWidget.content;
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          notebook.activeCellIndex = 3;
          await jupyterapp.commands.execute("notebook:insert-cell-below");
          notebook.activeCell.model.sharedModel.setSource("film");
          await jupyterapp.commands.execute("notebook:run-cell");
        }"""
    )
    expect(lab.page.locator(".jp-OutputArea-output .vw")).to_have_count(5)
    lab.run("film.s = 0")
    ranges = lab.page.locator(".vw-track input")
    expect(ranges.nth(0)).to_have_value("0")
    expect(ranges.nth(1)).to_have_value("0")
    position, took = lab.page.evaluate(
        """async () => {
          const inputs = [...document.querySelectorAll(".vw-track input")];
          const play = document.querySelector(".vw-play");
          const began = performance.now();
          play.click();
          await new Promise(resolve => {
            const wait = () => Number(inputs[0].value) >= 0.6 ? resolve() : requestAnimationFrame(wait);
            requestAnimationFrame(wait);
          });
          const took = performance.now() - began;
          play.click();
          return [Number(inputs[0].value), took];
        }"""
    )
    assert took >= 0.9 * 4000 * 0.6 and position <= 0.75

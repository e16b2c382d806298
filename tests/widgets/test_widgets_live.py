"""The widgets in a real JupyterLab with a real kernel: Python sees what the reader moves, and the reverse."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from browser import TIMEOUT, is_elsewhere, watch
from notebook_server import HAS_RUN, KERNEL_IS_IDLE, jupyterlab
from playwright.sync_api import Browser, Page, expect

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

ASK = """async code => {
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const future = kernel.requestExecute({ code });
  let text = "";
  future.onIOPub = ({ header, content }) => {
    if (header.msg_type === "stream") text += content.text;
    if (header.msg_type === "error") text += `error: ${content.evalue}`;
  };
  await future.done;
  return text;
}"""
INK = """canvas => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, 28, 28);
  return Array.from({ length: 784 }, (_, i) => 1 - data[4 * i] / 255);
}"""


def notebook() -> dict[str, Any]:
    cells = []
    for name, code in CELLS.items():
        lines = [line.removeprefix(" " * 8) for line in code.strip("\n").splitlines()]
        source = "\n".join(lines).rstrip()
        cells.append(
            {
                "cell_type": "code", "id": name, "metadata": {}, "source": source,
                "outputs": [], "execution_count": None,
            }
        )  # fmt: skip
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


class Lab:
    """The notebook above, open and run; `ask` runs code in its kernel and reads the JSON that it prints."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask(self, expression: str) -> Any:
        answer = self.page.evaluate(ASK, f"print(json.dumps({expression}))")
        assert not answer.startswith("error"), answer
        return json.loads(answer)

    def run(self, code: str) -> None:
        assert self.page.evaluate(ASK, code) == ""

    def widget(self, i: int) -> Any:
        return self.page.locator(".vw").nth(i)

    def until(self, expression: str, condition: Callable[[Any], bool]) -> Any:
        """Ask again after each message until the condition holds: comm messages are on their way."""
        for _ in range(200):
            if condition(value := self.ask(expression)):
                return value
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        pytest.fail(f"{expression} stayed {value}")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Lab]:
    root, home = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("home")
    (root / "widgets.ipynb").write_text(json.dumps(notebook()), encoding="utf-8")
    with jupyterlab(sys.executable, root, home) as (address, token):
        page = chromium.new_page(viewport={"width": 1300, "height": 1000})
        page.set_default_timeout(TIMEOUT)
        problems = watch(page)
        page.goto(f"{address}lab/tree/widgets.ipynb?token={token}")
        page.wait_for_function(KERNEL_IS_IDLE, arg="widgets.ipynb")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        page.wait_for_function(HAS_RUN)
        page.wait_for_function(KERNEL_IS_IDLE, arg="widgets.ipynb")
        expect(page.locator(".jp-OutputArea-output .vw")).to_have_count(4)
        yield Lab(page)
        assert [problem for problem in problems if "another host" in problem or "JavaScript" in problem] == []
        assert not is_elsewhere(page.url)
        page.close()


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

"""Every widget in a real JupyterLab with a real kernel: both ways, two views, closed, shown again, saved."""

import json
from collections.abc import Iterator
from textwrap import indent

import pytest
from live_notebook import Lab, open_lab
from playwright.sync_api import Browser, expect
from test_sharing import MOVED

SETUP = f"""
import ipywidgets
import json
import numpy as np
from vaecore import PCA, VAE, Autoencoder, binarise, lab_digits, load_mnist
from vaecore.beta_vae import load_beta_family
from vaecore.training import Recording
from vaecore.widgets import *
data = load_mnist("sample")
digits = lab_digits(data)
both = *digits, data.test_images, data.test_labels
map_model = VAE.load_shipped("map")
models = {{
    "autoencoder": Autoencoder.load_shipped("autoencoder"), "VAE": map_model,
    "PCA": PCA.fit(data.train_images, 2),
}}
recording = Recording(*digits, np.random.default_rng(0), samples=10)
for i in range(3):
    recording.record(i, map_model)
binary = binarise(data.test_images[:100], np.random.default_rng(0))
made = {{
    "beta_slider": lambda **state: BetaSlider(load_beta_family(), *digits, binary, **{{"model": 3, **state}}),
    "elbo_gap": ElboGap,
    "fit_q": lambda **state: FitQ(map_model, *both, **state),
    "latent_arithmetic": lambda **state: LatentArithmetic(map_model, *digits, **state),
    "latent_maps": lambda **state: LatentMaps(models, *both[2:], **state),
    "latent_sliders": lambda **state: LatentSliders(map_model, *digits, **state),
    "live_interpolation": lambda **state: LiveInterpolation(map_model, *digits, **state),
    "model_learns": lambda **state: ModelLearns(recording, **state),
    "noise_flow": NoiseFlow,
    "one_digit": lambda **state: OneDigit(map_model, *both, **state),
    "optimizer_race": lambda **state: OptimizerRace(np.random.default_rng(6), **state),
    "path_comparison": lambda **state: PathComparison(models, *digits, **state),
    "three_bars": ThreeBars,
    "two_gaussians": TwoGaussians,
}}
figures = {{name: make() for name, make in made.items()}}
seen = {{name: [] for name in made}}
moved = json.loads({json.dumps(json.dumps(MOVED))})
def state(name):
    return {{key: getattr(figures[name], key) for key in moved[name]}}
def move(name):
    for key, value in moved[name].items():
        figures[name].set_trait(key, value)
for name, figure in figures.items():
    figure.observe(lambda change, name=name: seen[name].append(change["name"]))
"""
NAMES = list(MOVED)
CELLS = {
    "setup": indent(SETUP, 8 * " "),
    # Two views of each: a notebook keeps no cell in its page that is far from the window.
    "figures": "box = ipywidgets.VBox([*figures.values(), *figures.values()])\nbox",
}

# What some views show: their pictures, curves and controls.
SHOWN = """places => {
  const views = document.querySelectorAll('.jp-OutputArea-output .vw');
  return places.map(i => [...views[i]?.querySelectorAll('canvas, input, select, svg path') ?? []].map(part =>
    part.matches('canvas') ? part.toDataURL() : part.matches('path') ? part.getAttribute('d')
    : part.matches('[type=checkbox], [type=radio]') ? part.checked : part.value).join(' '));
}"""
ALIKE = f"""([places, before]) => {{
  const [first, second] = ({SHOWN})(places);
  return first && first === second && first !== before;
}}"""
OTHERS = f"""([places, before]) => ({SHOWN})(places).every((now, i) => now !== before[i])"""


# What takes a while is there in all views, too.
RESTED = """() => ![...document.querySelectorAll('.jp-OutputArea-output .vw-terms-note')].some(
  note => note.textContent.includes('when the hand rests'))"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("lab"), chromium, CELLS) as lab:
        all_there(lab)
        yield lab


def all_there(lab: Lab) -> None:
    expect(lab.page.locator(".jp-OutputArea-output .vw")).to_have_count(2 * len(NAMES))


def views_of(name: str) -> list[int]:
    return [NAMES.index(name), NAMES.index(name) + len(NAMES)]


def shown(lab: Lab) -> list[str]:
    """What the first view of each widget shows."""
    return lab.page.evaluate(SHOWN, list(range(len(NAMES))))


def until_alike(lab: Lab, name: str, before: str | None = None) -> None:
    """Until both views show the same, and something else than before."""
    lab.page.wait_for_function(RESTED)
    lab.page.wait_for_function(ALIKE, arg=[views_of(name), before])


def in_python(lab: Lab, name: str):
    return lab.ask(f"state({name!r})")


@pytest.mark.parametrize("name", NAMES)
def test_both_views_obey_python_and_python_both(name, lab):
    until_alike(lab, name)
    before = shown(lab)[NAMES.index(name)]
    lab.run(f"move({name!r})")
    until_alike(lab, name, before)
    before, state = shown(lab)[NAMES.index(name)], in_python(lab, name)
    lab.run(f"seen[{name!r}].clear()")
    view = lab.widget(NAMES.index(name) + len(NAMES))
    slider = view.locator("input[type=range]:enabled").first
    slider.focus()
    slider.press("ArrowLeft" if slider.input_value() == slider.get_attribute("max") else "ArrowRight")
    lab.until(f"len(seen[{name!r}])", lambda count: count > 0)
    assert in_python(lab, name) != state
    until_alike(lab, name, before)


def test_what_was_closed_or_saved_shows_the_same_again(lab):
    for name in NAMES:
        lab.run(f"move({name!r})")
        until_alike(lab, name)
    before, states = shown(lab), {name: in_python(lab, name) for name in NAMES}
    lab.run("children, box.children = box.children, []")
    expect(lab.page.locator(".jp-OutputArea-output .vw")).to_have_count(0)
    lab.run("box.children = children")
    all_there(lab)
    for name in NAMES:
        until_alike(lab, name)
    assert shown(lab) == before
    lab.page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.save(); }")
    lab.page.reload()
    lab.wait_until_idle()
    all_there(lab)
    for name in NAMES:
        until_alike(lab, name)
    assert {name: in_python(lab, name) for name in NAMES} == states
    assert shown(lab) == before


@pytest.mark.whole(sample="test_what_was_closed_or_saved_shows_the_same_again")
def test_without_its_kernel_a_figure_moves_on_and_a_new_kernel_makes_new_ones(lab):
    before = shown(lab)
    lab.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    lab.wait_until_idle()
    for i in range(len(NAMES)):
        slider = lab.widget(i).locator("input[type=range]:enabled").first
        slider.focus()
        slider.press("ArrowLeft" if slider.input_value() == slider.get_attribute("max") else "ArrowRight")
    lab.page.wait_for_function(OTHERS, arg=[list(range(len(NAMES))), before])
    lab.run_all_cells()
    all_there(lab)
    for name in NAMES:
        until_alike(lab, name)
        lab.run(f"move({name!r})")
        until_alike(lab, name)
    assert {name: in_python(lab, name) for name in NAMES} == lab.ask("moved")

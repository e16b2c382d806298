"""In a page's own Python there are no processes, no threads, and none of the packages of a notebook.

An interpreter in which their imports fail, and which takes itself for that of a page, makes widgets' HTML.
"""

import json

import pytest
from like_a_page import run

WIDGETS = """
from vaecore import VAE, lab_digits, load_mnist
from vaecore.beta_vae import load_beta_family
from vaecore import widgets
from vaecore.landscapes import LANDSCAPES
from vaecore.training import Recording

data = load_mnist("sample")
digits, vae = lab_digits(data), VAE.load_shipped("map")
models = {"a": vae, "b": VAE.load_shipped("lab")}
rng = np.random.default_rng(6)
recording = Recording(data.test_images, data.test_labels, rng)
recording.record(0, vae)
made = [
    widgets.ElboGap(), widgets.NoiseFlow(), widgets.ThreeBars(), widgets.TwoGaussians(),
    widgets.question("X-1"),
    widgets.OptimizerRace(rng, next(iter(LANDSCAPES))), widgets.LatentSliders(vae, *digits),
    widgets.LiveInterpolation(vae, *digits), widgets.PathComparison(models, *digits),
    widgets.LatentMaps({"a": vae, "c": vae}, data.test_images, data.test_labels),
    widgets.FitQ(vae, *digits, data.test_images, data.test_labels),
    widgets.ModelLearns(recording),
    widgets.OneDigit(vae, *digits, data.test_images, data.test_labels),
    widgets.LatentArithmetic(vae, data.test_images[:20], data.test_labels[:20]),
    widgets.BetaSlider(load_beta_family(), *digits, np.round(data.test_images[:100]), model=3),
]
print(json.dumps([[type(one).__name__, one._repr_mimebundle_()] for one in made]))
"""

@pytest.fixture(scope="module")
def bundles(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    return folder, json.loads(run(WIDGETS, folder, VAECORE_WIDGETS=str(folder)).stdout)


def test_every_widget_becomes_html_without_a_picture(bundles):
    from vaecore import widgets
    from vaecore.widgets.page.static_page import weights_in, widgets_in

    folder, made = bundles
    assert {name for name, _ in made} == {name for name in widgets.__all__ if name[0].isupper()}
    assert {name for _, bundle in made for name in widgets_in(bundle["text/html"])} == {
        name for name in widgets.page.sources.widget_names()
    }
    for name, bundle in made:
        assert "<img" not in bundle["text/html"] and "vw-fallback" in bundle["text/html"], name
        assert all((folder / file).exists() for file in weights_in(bundle["text/html"])), name


def test_the_state_is_that_of_the_widget_with_anywidget(bundles, tmp_path, monkeypatch):
    from vaecore.widgets import TwoGaussians, question

    monkeypatch.setenv("VAECORE_WIDGETS", str(tmp_path))
    made = dict(bundles[1])
    for name, one in (("TwoGaussians", TwoGaussians()), ("Question", question("X-1"))):
        state = one._repr_mimebundle_()["text/html"].splitlines()[1]
        assert state == made[name]["text/html"].splitlines()[1] and len(state) > 60


def test_without_a_folder_for_weights_a_widget_is_its_name(tmp_path):
    code = "from vaecore.widgets import ThreeBars\nprint(json.dumps(ThreeBars()._repr_mimebundle_()))"
    assert json.loads(run(code, tmp_path, VAECORE_WIDGETS="").stdout) == {"text/plain": "ThreeBars()"}

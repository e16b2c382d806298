"""All widgets of the package on one page: axe finds nothing, everything fits, controls are large enough.

Wide and narrow, light and dark, with wide and with narrow letters; in a real Chromium, one visit for each
kind of letters.  What only one widget has is tested with that widget.
"""

from functools import cache

import numpy as np
import pytest
from fonts import both_fonts
from looks import STICKING_OUT, TARGETS, axe_judges, set_theme
from widget_pages import make_widget, shipped

from vaecore import PCA, Autoencoder, binarise, lab_digits, load_mnist
from vaecore.beta_vae import load_beta_family
from vaecore.landscapes import LANDSCAPES
from vaecore.widgets import (
    BetaSlider,
    ElboGap,
    LatentArithmetic,
    LatentMaps,
    NoiseFlow,
    OptimizerRace,
    PathComparison,
    ThreeBars,
    TwoGaussians,
    question,
)
from vaecore.widgets.page import sources

WIDTHS = (320, 360, 412, 480, 560, 600, 640, 700, 760, 830, 1280)
# Where a state needs more room, or shows something else, than the first one: (widget, values).
FURTHER = [
    [("beta_slider", {"model": 0}), ("elbo_gap", {"mean": -3, "std": 2, "x": 2})],
    [
        ("beta_slider", {"model": 6}),
        ("elbo_gap", {"posterior": "two humps"}),
        ("three_bars", {"q": [0.6, 0.4, 0]}),
    ],
]
SET = """changes => {
  for (const [widget, values] of changes) {
    const {vaecoreModel} = document.querySelector(`[data-widget=${widget}]`);
    for (const [name, value] of Object.entries(values)) vaecoreModel.set(name, value);
  }
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


@cache
def makers():
    data = load_mnist("sample")
    digits, models = lab_digits(data), {
        "autoencoder": Autoencoder.load_shipped("autoencoder"), "VAE": shipped("map"),
        "PCA": PCA.fit(data.train_images, 2),
    }  # fmt: skip
    binary = binarise(data.test_images[:100], np.random.default_rng(0))
    return [
        lambda: BetaSlider(load_beta_family(), *digits, binary, model=3),
        ElboGap,
        lambda: LatentArithmetic(shipped("lab"), data.test_images[:20], data.test_labels[:20]),
        lambda: LatentMaps(models, data.test_images, data.test_labels),
        lambda: make_widget("latent_sliders", "map"),
        lambda: make_widget("live_interpolation", "lab"),
        NoiseFlow,
        *(lambda name=name: OptimizerRace(np.random.default_rng(6), name) for name in LANDSCAPES),
        lambda: PathComparison(models, *digits),
        ThreeBars,
        TwoGaussians,
        *(lambda name=name: question(name) for name in ("X-1", "P-1c", "X-5n")),
    ]


@pytest.fixture
def page(open_widget):
    return open_widget(makers(), "http")


@both_fonts
def test_axe_finds_nothing_everything_fits_and_fingers_find_the_controls(fonts, page):
    for changes in ([], *FURTHER):
        page.evaluate(SET, changes)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            for theme in ("light", "dark"):
                set_theme(page, theme)
                judged = axe_judges(page)
                assert [found for _, found, _ in judged if found] == [], (width, theme)
                assert {name for name, _, passes in judged if passes > 5} == set(sources.widget_names())
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate(TWO_FRAMES)
            assert page.evaluate(STICKING_OUT) == [], width
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            targets = page.evaluate(TARGETS)
            assert len(targets) > 100 and [target for target in targets if target[1] < 32] == []


def test_the_checks_can_see(page):
    page.add_style_tag(content=".vw-kl-name { color: #ccc !important } .vw-chart { margin-left: 900px }")
    page.evaluate("() => document.querySelector('[data-widget=noise_flow] label').remove()")
    found = {name: {violation[0] for violation in violations} for name, violations, _ in axe_judges(page)}
    assert "label" in found["noise_flow"] and "color-contrast" in found["two_gaussians"]
    assert found["three_bars"] == set()
    out = page.evaluate(STICKING_OUT)
    assert any("the page is" in text for text in out) and any("Noise flow" in text for text in out)
    page.add_style_tag(content=".vw .vw-presets button { min-height: 0; height: 20px }")
    assert [target for target in page.evaluate(TARGETS) if target[1] < 32]

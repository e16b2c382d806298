"""All widgets of the package on one page: axe finds nothing, everything fits, controls are large enough.

Wide and narrow, light and dark, with wide and with narrow letters; in a real Chromium, one visit for each
kind of letters.  What only one widget has is tested with that widget.
"""

import numpy as np
import pytest
from every_widget import FURTHER, every_widget, show
from fonts import one_of_both
from looks import LARGE, SPACED, STICKING_OUT, TARGETS, TWO_FRAMES, UNREADABLE, axe_judges, set_theme

from vaecore.widgets.page import sources

WIDTHS = (320, 360, 412, 480, 560, 600, 640, 700, 760, 830, 1280)
LARGE_WIDTHS = (640, 830, 1280)  # twice as large, a widget has the room of one in half the width


@pytest.fixture
def page(open_widget):
    return open_widget(every_widget(), "http")


@one_of_both
def test_axe_finds_nothing_everything_fits_and_fingers_find_the_controls(fonts, page, request):
    """In three states of all widgets; in the first and the last with `make test`."""
    states = [[], *FURTHER]
    for changes in states if request.config.getoption("whole") else states[::2]:
        show(page, changes)
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            for theme in ("light", "dark"):
                set_theme(page, theme)
                judged = axe_judges(page)
                assert [found for _, found, _ in judged if found] == [], (width, theme)
                assert {name for name, _, passes in judged if passes > 5} == set(sources.widget_names())
        for text, widths in (("/* as it is */", WIDTHS), (LARGE, LARGE_WIDTHS), (SPACED, WIDTHS[1:])):
            style = page.add_style_tag(content=text)
            for width in widths:
                page.set_viewport_size({"width": width, "height": 900})
                page.evaluate(TWO_FRAMES)
                assert page.evaluate(STICKING_OUT) + page.evaluate(UNREADABLE) == [], (text, width)
            style.evaluate("style => style.remove()")
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            targets = page.evaluate(TARGETS)
            assert len(targets) > 100 and [target for target in targets if target[1] < 32] == []


@one_of_both
def test_labels_can_be_read_whatever_is_shown(fonts, page, rng, request):
    """24 random states of all widgets with charts, wide and narrow; 8 with `make test`."""
    for _ in range(24 if request.config.getoption("whole") else 8):
        q = rng.dirichlet(np.ones(3)).tolist()
        changes = [
            ("beta_slider", {"model": int(rng.integers(7))}),
            ("elbo_gap", {
                "posterior": ["gaussian", "two humps"][rng.integers(2)], "x": float(rng.uniform(-2, 2)),
                "mean": float(rng.uniform(-3, 3)), "std": float(rng.uniform(0.25, 2)),
            }),
            ("noise_flow", {"mean": float(rng.uniform(-2.5, 2.5)), "std": float(rng.uniform(0.1, 1.5))}),
            ("optimizer_race", {"steps": int(rng.integers(301))}),
            ("three_bars", {"q": q, "p": rng.dirichlet(np.ones(3)).tolist()}),
            ("two_gaussians", {
                "mean_q": float(rng.uniform(-4, 4)), "std_q": float(rng.uniform(0.25, 3)),
                "mean_p": float(rng.uniform(-4, 4)), "std_p": float(rng.uniform(0.25, 3)),
            }),
        ]  # fmt: skip
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            show(page, changes)
            assert page.evaluate(UNREADABLE) == [], (width, changes)


def test_the_checks_can_see(page):
    page.add_style_tag(content=".vw-kl-name { color: #ccc !important } .vw-chart { margin-left: 900px }")
    page.evaluate("() => document.querySelector('[data-widget=noise_flow] label').remove()")
    found = {name: {violation[0] for violation in violations} for name, violations, _ in axe_judges(page)}
    assert "label" in found["noise_flow"] and "color-contrast" in found["two_gaussians"]
    assert found["three_bars"] == set()
    out = page.evaluate(STICKING_OUT)
    assert any("the page is" in text for text in out) and any("Noise flow" in text for text in out)
    page.add_style_tag(content=".vw-chart text { font-size: 50px !important }")
    assert any("lies on" in text for text in page.evaluate(UNREADABLE))
    page.add_style_tag(content=".vw .vw-presets button { min-height: 0; height: 20px }")
    assert [target for target in page.evaluate(TARGETS) if target[1] < 32]

"""How the race uphill looks: every part fits, names do not lie on each other, controls are named."""

import numpy as np
import pytest
from fonts import both_fonts

from vaecore.landscapes import LANDSCAPES
from vaecore.widgets import OptimizerRace


def make(**settings):
    return OptimizerRace(np.random.default_rng(6), **settings)


@both_fonts
@pytest.mark.parametrize("landscape", LANDSCAPES)
def test_everything_fits(landscape, open_widget):
    """Every part, the names beside the paths' ends included, at widths down to 1280 at 400%."""
    page = open_widget(lambda: make(landscape=landscape))
    for width in (320, 360, 480, 640, 830, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        sticking_out, boxes = page.evaluate(
            """async () => {
              await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
              const {left, right} = document.querySelector('.vw').getBoundingClientRect();
              const all = [...document.querySelectorAll('.vw *:not(.vw-hidden, clipPath, clipPath *)')];
              const charts = all.filter(part => !part.closest('g[clip-path]'));
              const out = charts.filter(part => {
                const box = part.getBoundingClientRect();
                return box.width && (box.left < left || box.right > right);
              }).map(part => part.outerHTML.slice(0, 200));
              const wide = document.documentElement;
              if (wide.scrollWidth > wide.clientWidth) out.push('the page is too wide');
              const beside = document.querySelectorAll('.vw-race-map .vw-note:not(.vw-top, .vw-start-name)');
              const names = [...beside]
                .filter(name => getComputedStyle(name).display !== 'none');
              return [out, names.map(name => name.getBoundingClientRect().toJSON())];
            }"""
        )
        assert sticking_out == [], width
        # Where it is narrow the table alone has them, in the same colours.
        assert [box["width"] > 0 for box in boxes] == [True] * (3 if width >= 480 else 0), width
        for i, a in enumerate(boxes):  # direct labels can be read: none lies on another
            for b in boxes[:i]:
                apart = abs(a["y"] - b["y"]) > 0.7 * a["height"]
                assert apart or a["x"] > b["x"] + b["width"] or b["x"] > a["x"] + a["width"], width


def test_every_control_has_a_name_and_a_size_for_a_finger(open_widget):
    page = open_widget(make, width=360)
    controls = page.get_by_role("slider").all() + page.get_by_role("button").all()
    assert len(controls) == 9
    for control in controls:
        assert control.bounding_box()["height"] >= 32
    labels = page.locator(".vw label").all_inner_texts()
    expected = ["Landscape", "steps", "learning rate α", "β₁", "β₂", "noise", "start x", "start y"]
    assert labels == expected

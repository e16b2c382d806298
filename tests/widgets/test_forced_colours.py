"""Where the system forces its colours on pages, what is drawn is seen: bars, grips, the play sign, curves."""

import io

import numpy as np
import pytest
from browser import chromium_only
from every_widget import every_widget
from looks import TWO_FRAMES
from PIL import Image
from playwright.sync_api import Page
from sample import sample

STRIP, OVERLAP = 3000, 1000  # pixels: the page is higher than Chromium can take a picture of

# What has no text and no border, and shows something by its colour alone.
DRAWN = (
    ".vw-kl-fill, .vw-grip, .vw-symbol, .vw-arrow, .vw-marker, .vw-chart .vw-bar, "
    ".vw-chart .vw-line:not(.vw-contour, .vw-thread, .vw-ground), .vw-chart .vw-dot, .vw input[type=range]"
)
# One of each kind in each widget, so that few pictures are taken; its name and its box on the page.
PLACES = """drawn => {
  const kinds = new Set();
  return [...document.querySelectorAll(drawn)].flatMap(part => {
    const {widget} = part.closest('.vaecore-widget').dataset;
    const name = `${widget}: ${part.getAttribute('class') ?? part.type}`;
    const {left, top, width, height} = part.getBoundingClientRect();
    if (kinds.has(name) || (width < 2 && height < 2)) return [];
    kinds.add(name);
    return [[name, {x: left + scrollX - 1, y: top + scrollY - 1, width: width + 2, height: height + 2}]];
  });
}"""


def luminances(page: Page) -> list[np.ndarray]:
    """The page's relative luminance (WCAG), in strips of its whole width that overlap."""
    width, height = page.evaluate("(({scrollWidth: w, scrollHeight: h}) => [w, h])(document.documentElement)")
    strips = []
    for top in range(0, height, STRIP):
        clip = {"x": 0, "y": top, "width": width, "height": min(STRIP + OVERLAP, height - top)}
        with Image.open(io.BytesIO(page.screenshot(clip=clip, full_page=True))) as picture:
            levels = np.asarray(picture.convert("RGB")) / 255
        linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
        strips.append(linear @ [0.2126, 0.7152, 0.0722])
    return strips


def contrast(strips: list[np.ndarray], box: dict[str, float]) -> float:
    """The strongest contrast between two colours in a box of the page."""
    strip = int(box["y"] // STRIP)
    top, left = round(box["y"]) - strip * STRIP, round(box["x"])
    part = strips[strip][top : top + round(box["height"]), left : left + round(box["width"])]
    return float((part.max() + 0.05) / (part.min() + 0.05))


@chromium_only
@pytest.mark.parametrize("scheme", sample(["light", "dark"], kept=["dark"]))
def test_what_is_drawn_is_seen(scheme, open_widget):
    page = open_widget(every_widget(), "http")
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.evaluate(TWO_FRAMES)
    places = page.evaluate(PLACES, DRAWN)
    assert len(places) > 40
    for needed in ("vw-kl-fill", "vw-grip", "vw-symbol"):
        assert any(needed in name for name, _ in places)
    strips = luminances(page)
    assert [name for name, box in places if contrast(strips, box) < 3] == []
    blank = {"x": 1, "y": 1, "width": 20, "height": 4}
    assert contrast(strips, blank) == 1, "the page's margin: the judgement is not blind"

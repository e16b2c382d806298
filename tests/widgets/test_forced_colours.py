"""Where the system forces its colours on pages, what is drawn is seen: bars, grips, the play sign, curves."""

import base64

import pytest
from browser import chromium_only
from every_widget import every_widget
from looks import PIXELS, TWO_FRAMES

# What has no text and no border, and shows something by its colour alone.
DRAWN = (
    ".vw-kl-fill, .vw-grip, .vw-symbol, .vw-arrow, .vw-marker, .vw-chart .vw-bar, "
    ".vw-chart .vw-line:not(.vw-contour, .vw-thread, .vw-ground), .vw-chart .vw-dot, .vw input[type=range]"
)
# For each the strongest contrast between two colours of its picture, by relative luminance.
CONTRAST = (
    "async picture => {"
    + PIXELS
    + """
  const {data} = await pixels(picture);
  let low = 1, high = 0;
  for (let i = 0; i < data.length; i += 4) {
    const light = luminance(data, i);
    low = Math.min(low, light);
    high = Math.max(high, light);
  }
  return (high + 0.05) / (low + 0.05);
}"""
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


@chromium_only
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_drawn_is_seen(scheme, open_widget):
    page = open_widget(every_widget(), "http")
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    page.evaluate(TWO_FRAMES)
    places = page.evaluate(PLACES, DRAWN)
    assert len(places) > 40
    for needed in ("vw-kl-fill", "vw-grip", "vw-symbol"):
        assert any(needed in name for name, _ in places)
    pale = []
    for name, box in places:
        picture = base64.b64encode(page.screenshot(clip=box, full_page=True)).decode()
        if page.evaluate(CONTRAST, picture) < 3:
            pale.append(name)
    assert pale == []

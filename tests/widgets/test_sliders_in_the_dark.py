"""A slider's track has the colours of its page: in the dark it is not white."""

import base64

import pytest
from browser import every_engine
from looks import PIXELS

from vaecore.widgets import TwoGaussians

# How light, from 0 to 1, of the pixel in the middle of a picture.
MIDDLE = (
    "async picture => {"
    + PIXELS
    + """
  const {data, width, height} = await pixels(picture);
  const [r, g, b] = data.slice(4 * ((height >> 1) * width + (width >> 1)));
  return (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255;
}"""
)


@every_engine
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_track_has_the_colours_of_the_page(theme, engine, open_widget):
    page = open_widget(TwoGaussians, theme=theme, dark=theme == "dark")
    slider = page.get_by_label("mean of q")
    slider.fill("-3")
    box = slider.bounding_box()
    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    middle = {"x": x - 2, "y": y - 2, "width": 5, "height": 5}
    light = page.evaluate(MIDDLE, base64.b64encode(page.screenshot(clip=middle)).decode())
    assert light < 0.5 if theme == "dark" else light > 0.5

"""Figures that cells draw keep a size at which their numbers can be read: on a phone they scroll sideways.

Each gets a box, and the box the smallest width.  book/_static/figures.css does the rest, and
scrolling_boxes.js lets the keyboard in where the box scrolls.  Rows of digits have no numbers: they shrink.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from PIL import Image
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

SMALLEST = 0.61  # of its own width: 911 pixels become 560, and numbers of 14 pixels 8.5
PHONE = 296  # pixels that a phone leaves, its margins and an exercise's box taken off
ONLY_DIGITS = "show_images("


class FigureBox(nodes.Element):
    """A box around a picture; `smallest` is the width, in pixels, that the picture keeps."""


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(FigureBox, html=(visit, depart))
    app.add_post_transform(BoxFigures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class BoxFigures(SphinxPostTransform):
    """Put each wide figure that a cell has drawn into a box."""

    default_priority = 710
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for cell in self.document.findall(nodes.container):
            if cell.get("nb_element") != "cell_code":
                continue
            if any(ONLY_DIGITS in code.astext() for code in cell.findall(nodes.literal_block)):
                continue
            for picture in list(cell.findall(nodes.image)):
                smallest = round(SMALLEST * self.width(picture))
                if smallest > PHONE:
                    box = FigureBox(smallest=smallest)
                    picture.replace_self(box)
                    box += picture

    def width(self, picture: nodes.image) -> int:
        """In pixels; 0 for what is no picture of pixels."""
        file = Path(self.app.srcdir, picture["uri"])
        if file.suffix != ".png":
            return 0
        with Image.open(file) as opened:
            return opened.width


def visit(self: HTML5Translator, node: FigureBox) -> None:
    self.body.append(f'<div class="figure-box" style="--smallest: {node["smallest"]}px">')


def depart(self: HTML5Translator, node: FigureBox) -> None:
    self.body.append("</div>\n")

"""Code that a chapter folds away (`hide-input`): one quiet line below what the code has made, never above it.

A chapter opens with a sentence and a figure.  MyST-NB would put a box "Show code cell source" between them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.transforms.post_transforms import SphinxPostTransform

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.writers.html5 import HTML5Translator

SHOW, HIDE = "Show the code", "Hide the code"


class FoldedCode(nodes.Element):
    """A <details> with the code of a cell."""


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(FoldedCode, html=(visit, depart))
    app.add_post_transform(FoldQuietly)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class FoldQuietly(SphinxPostTransform):
    """Put folded code below its output, and its own words on it."""

    default_priority = 200  # right after MyST-NB has folded it
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for box in list(self.document.findall(HideCodeCellNode)):
            if "above-input" in box["classes"] and (cell := box.parent):
                cell.remove(box)
                cell += FoldedCode("", *box.children)


def visit(self: HTML5Translator, node: FoldedCode) -> None:
    self.body.append(
        f'<details class="folded-code"><summary><span class="closed">{SHOW}</span>'
        f'<span class="opened">{HIDE}</span></summary>\n'
    )


def depart(self: HTML5Translator, node: FoldedCode) -> None:
    self.body.append("</details>\n")

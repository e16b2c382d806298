"""Set the formulas in exercises, hints and solutions as those in the questions' widgets are set.

The catalogue writes formulas as plain text, p(x | z), which a notebook shows as it is.  On a page the letters
of mathematics are wanted, in questions, hints and solutions alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from vaecore.exercises.machinery.formulas import formula

if TYPE_CHECKING:
    from sphinx.application import Sphinx

BOXES = {"exercise", "hint", "solution"}
FINISHED = (nodes.math, nodes.raw, nodes.emphasis, nodes.subscript)  # paragraphs with formulas of their own
KEPT = (nodes.literal, nodes.reference)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(SetFormulas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class SetFormulas(SphinxPostTransform):
    """After references are resolved; code and links stay as they are."""

    default_priority = 750
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        for box in self.document.findall(nodes.Admonition):
            if isinstance(box, nodes.Element) and BOXES & set(box["classes"]):
                for paragraph in box.findall(nodes.paragraph):
                    set_paragraph(paragraph)


def set_paragraph(paragraph: nodes.paragraph) -> None:
    """Replace the paragraph's text by the same with its formulas set, as HTML."""
    if any(isinstance(node, FINISHED) for node in paragraph.findall()):
        return
    for text in list(paragraph.findall(nodes.Text)):
        if text.strip() and not _inside(text, KEPT, paragraph):
            text.parent.replace(text, nodes.raw("", formula(text.astext()), format="html"))


def _inside(node: nodes.Node, kinds: tuple[type, ...], end: nodes.Node) -> bool:
    while node is not end:
        node = node.parent
        if isinstance(node, kinds):
            return True
    return False

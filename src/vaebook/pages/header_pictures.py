"""The picture at the head of a chapter, in the page itself, so that it has the page's colours.

    ```{header-picture}
    What it shows, for those who do not see it.
    ```

The picture is book/assets/headers/PAGE.svg, which tools/writing/draw_headers.py computes; an argument names
that of another page.
"""

from __future__ import annotations

import html
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

FOLDER = "assets/headers"  # in the book's folder


class HeaderPicture(SphinxDirective):
    has_content = True
    optional_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0] if self.arguments else self.env.docname
        file = Path(self.env.srcdir, FOLDER, f"{name}.svg")
        if not file.is_file():
            raise self.error(f"there is no picture {file}: python -m tools.writing.draw_headers {name}")
        alternative = " ".join(self.content)
        if not alternative:
            raise self.error("a picture needs words for those who do not see it")
        self.env.note_dependency(str(file))
        svg = file.read_text(encoding="utf-8")
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alternative)}" ', 1)
        return [nodes.raw("", f'<div class="header-picture">{svg}</div>', format="html")]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_directive("header-picture", HeaderPicture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

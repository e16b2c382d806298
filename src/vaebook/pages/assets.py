"""Scripts and styles that extensions put on every page: only on those that need them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from docutils import nodes

from vaebook.pages.mathematics import LATE, has_formulas

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# A file's name in _static, and what a page must hold to need it.
NEEDED_WITH = {
    "sphinx-design.min.css": r'class="[^"]*\bsd-',
    "design-tabs.js": r'class="[^"]*\bsd-tab',
    "exercise.css": r'class="[^"]*\b(exercise|solution)\b',
}


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("html-page-context", drop_unneeded, priority=900)  # after all have added theirs
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def drop_unneeded(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    body = context.get("body", "")
    # A formula in the title of any page stands in the contents at the side of every page.
    in_a_title = any(any(title.findall(nodes.math)) for title in app.env.titles.values())

    def needed(file: Any) -> bool:
        name = str(getattr(file, "filename", file) or "").rpartition("/")[2]
        if name == LATE:
            return in_a_title or has_formulas(body)
        return name not in NEEDED_WITH or re.search(NEEDED_WITH[name], body) is not None

    for files in ("css_files", "script_files"):
        context[files] = [file for file in context[files] if needed(file)]

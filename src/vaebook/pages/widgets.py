"""The scripts, styles and weights of the widgets: on the pages that show them, and on no other.

A cell puts out a widget's state and its fallback picture.  What brings it to life is added here, when the
page is built; a change of it executes nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from vaebook.errors import UnexpectedPage
from vaebook.settings import cache
from vaecore.widgets.page.static_page import scripts_and_styles, sheets_of, weights_in, widgets_in

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

FOLDER = "widgets"  # in _static
MOUNT = f"{FOLDER}/mount.js"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", offer_scripts_and_styles, priority=500)
    app.connect("html-page-context", load_what_the_page_shows)
    return {"parallel_read_safe": True}


def offer_scripts_and_styles(app: Sphinx, config: Config) -> None:
    """Write all of them where the pages' static files are taken from."""
    shutil.rmtree(cache(app, "static", FOLDER))
    folder = cache(app, "static", FOLDER)
    for name, text in scripts_and_styles().items():
        (folder / name).write_text(text, encoding="utf-8")


def load_what_the_page_shows(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if doctree is None:
        return
    shown = "\n".join(node.astext() for node in doctree.findall(nodes.raw))
    names = widgets_in(shown)
    if not names:
        return
    for sheet in sheets_of(names):
        app.add_css_file(f"{FOLDER}/{sheet}")
    app.add_js_file(MOUNT, loading_method="defer")
    for name in sorted(weights_in(shown)):
        source = cache(app, "weights") / name
        if not source.exists():
            raise UnexpectedPage(f"{page} shows a widget whose weights are gone: {source}; run: make clean")
        goal = Path(app.outdir, "_static", FOLDER, name)
        if not goal.exists():
            shutil.copyfile(source, goal)

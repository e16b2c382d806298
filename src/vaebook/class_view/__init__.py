"""Class view: a page as screens for the back row, one section at a time, until the lecturer leaves it.

A button at the top of each page and the key `c`; everything else is done by the script, in the browser.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vaebook.settings import cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

# In this order: each hands the next what it knows by `vaebookClassView`.
SCRIPTS = ("screens.js", "derivation_lines.js", "class_view.js")
SHEET = "class_view.css"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", write_files, priority=500)
    for name in SCRIPTS:
        app.add_js_file(f"class_view/{name}", loading_method="defer")
    app.add_css_file(f"class_view/{SHEET}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_files(app: Sphinx, config: Config) -> None:
    """Write the scripts and the sheet where static files are taken from."""
    folder = cache(app, "static") / "class_view"
    folder.mkdir(exist_ok=True)
    for name in (*SCRIPTS, SHEET):
        text = Path(__file__).with_name(name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")

"""The button "Run this page" on each chapter, and its notebook as a script, for who takes work along.

The button's script is small; what brings the cells to life is loaded when somebody presses it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaebook.python_in_page.offered_files import FOLDER
from vaebook.settings import build_of

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    # Between the two handlers of pages/launch_buttons.py: one finds the notebook, the other writes it.
    app.connect("html-page-context", offer_to_run, priority=500)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_to_run(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    notebook = context.get("vaebook_notebook")
    if not build_of(app).python_in_page or notebook is None or "cell_input" not in context.get("body", ""):
        return
    goal = Path(app.outdir, "_static", FOLDER, "notebooks", f"{page}.js")
    goal.parent.mkdir(parents=True, exist_ok=True)
    goal.write_text(f"vaebookCells.notebook({json.dumps(json.loads(notebook))});\n", encoding="utf-8")
    app.add_css_file(f"{FOLDER}/run_page.css")
    named: dict[str, Any] = {"data-page": page}
    app.add_js_file(f"{FOLDER}/run_page.js", loading_method="defer", **named)

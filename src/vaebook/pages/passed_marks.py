"""What a reader has passed: beside the chapters in the contents, and on the list of all exercises.

A page is built once and read by many; a script adds what this reader's browser remembers.  It also writes the
file that `progress()` writes in a notebook, and reads one.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from vaebook.settings import cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

SCRIPT, SHEET = "passed_marks.js", "passed_marks.css"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", write_script, priority=500)
    app.add_js_file(SCRIPT, loading_method="defer")
    app.add_css_file(SHEET)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_script(app: Sphinx, config: Config) -> None:
    """Write the script with what it has to know of the catalogue where static files are taken from."""
    here = Path(__file__)
    settings = json.dumps(known(), separators=(",", ":"))
    script = here.with_name(SCRIPT).read_text(encoding="utf-8")
    folder = cache(app, "static")
    (folder / SCRIPT).write_text(script.replace('"what the build knows"', settings), encoding="utf-8")
    (folder / SHEET).write_text(here.with_name(SHEET).read_text(encoding="utf-8"), encoding="utf-8")


def known() -> dict[str, object]:
    """Return the exercises of each chapter's page, and what the file of `progress()` is like."""
    from vaecore.exercises.checking import EXERCISES
    from vaecore.exercises.machinery.chapters import PAGES
    from vaecore.exercises.machinery.progress_file import FILE_NAME, FORMAT, VERSION

    chapters: dict[str, list[str]] = {}
    for exercise in EXERCISES.values():
        chapters.setdefault(PAGES[exercise.chapter], []).append(exercise.id)
    return {"chapters": chapters, "file": FILE_NAME, "format": FORMAT, "version": VERSION}

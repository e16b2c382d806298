"""Static files: this extension's own, and of those that others put on every page the needed ones."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

from vaebook.pages.mathematics import LATE, has_formulas
from vaebook.settings import cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

# A file's name in _static, and what a page must hold to need it.
NEEDED_WITH = {
    "sphinx-design.min.css": r'class="[^"]*\bsd-',
    "design-tabs.js": r'class="[^"]*\bsd-tab',
    "reference.css": r'<dl class="py|class="viewcode-back',
    "folded_code.css": r'<details class="folded-code"',
    "code_lines.css": r'class="highlight',
    "figures.css": r'<div class="figure-box"',
    "passed_here.js": r"<div data-progress>",
    "exercise.css": r'class="[^"]*\b(exercise|solution)\b',
}
SEARCH_WORDS = "search_words.js"  # for the page of the search's results
STORAGE_GUARD = "storage_guard.js"  # beside this module; before any other script of a page


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("sphinx.ext.githubpages")  # .nojekyll, without which Pages leaves _static out
    app.connect("env-updated", copy_static_files)
    app.connect("html-page-context", guard_storage)
    app.connect("html-page-context", drop_unneeded, priority=900)  # after all have added theirs
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def copy_static_files(app: Sphinx, env: BuildEnvironment) -> None:
    """Before the pages are written, which note a hash of each file.

    Not by html_static_path: the cache's place would be a setting, and pages differ with the settings.
    """
    if app.builder.name == "html":
        shutil.copytree(cache(app, "static"), Path(app.outdir, "_static"), dirs_exist_ok=True)
        shutil.copy(Path(__file__).with_name(STORAGE_GUARD), Path(app.outdir, "_static", STORAGE_GUARD))


def guard_storage(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    address = context["pathto"](f"_static/{STORAGE_GUARD}", resource=True)
    context["metatags"] = f'<script src="{address}"></script>{context.get("metatags", "")}'


def drop_unneeded(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    body = context.get("body", "")
    # A formula in the title of any page stands in the contents at the side of every page.
    in_a_title = any(any(title.findall(nodes.math)) for title in app.env.titles.values())

    def needed(file: Any) -> bool:
        name = str(getattr(file, "filename", file) or "").rpartition("/")[2]
        if name == LATE:
            return in_a_title or has_formulas(body)
        if name == SEARCH_WORDS:
            return page == "search"
        return name not in NEEDED_WITH or re.search(NEEDED_WITH[name], body) is not None

    for files in ("css_files", "script_files"):
        context[files] = [file for file in context[files] if needed(file)]

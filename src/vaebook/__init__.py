"""The book as a Sphinx extension: plain `jupyter-book build book` makes the whole of it.

Each module with a `setup` is an extension of its own and says which of Sphinx's events it answers:

1. `settings`, `editions`, `pages.launch_buttons`: what _config.yml and the environment say
2. `execution`: which outputs in the cache are stale, and in what environment the chapters' cells run
3. `chapters.sources`: the text of a page is read with the exercises as the catalogue has them
4. `pages`: what is changed in the document tree, and what a page loads
5. `finished_pages`: what can only be done on finished files

It writes into Sphinx's output and doctree folders and into a cache beside them, and nowhere else.
"""

from __future__ import annotations

import gc
import os
from typing import TYPE_CHECKING, Any

from sphinx.util.parallel import parallel_available

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

PARTS = (
    "settings",
    "editions",
    "execution.stale_outputs",
    "execution.kernels",
    "chapters.sources",
    "pages.launch_buttons",
    "pages.reference",
    "pages.reference_links",
    "pages.notebook_links",
    "pages.equation_marks",
    "pages.exercise_typesetting",
    "pages.widgets",
    "pages.mathematics",
    "pages.assets",
    "finished_pages.finish",
)


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    make_haste(app)
    return {"parallel_read_safe": False, "parallel_write_safe": True}


def make_haste(app: Sphinx) -> None:
    """Spend memory and a second core on a build: a changed sentence is to be seen in a few seconds."""
    app.connect("env-updated", write_beside_reading, priority=999)
    # Whole document trees stand in memory; to search them for garbage again and again takes a third of a
    # build, and frees some 200 MB.
    if gc.isenabled():
        gc.disable()
        app.connect("build-finished", lambda app, exception: gc.enable(), priority=999)


def write_beside_reading(app: Sphinx, env: BuildEnvironment) -> None:
    """While one process writes pages, another prepares the next; reading, which is over, took one."""
    safe = all(extension.parallel_write_safe for extension in app.extensions.values())
    if parallel_available and safe and app.parallel == 1:
        app.parallel = min(os.cpu_count() or 1, 2)

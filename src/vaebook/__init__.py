"""The book as a Sphinx extension: plain `jupyter-book build book` makes the whole of it.

Each module with a `setup` is an extension of its own and says which of Sphinx's events it answers:

1. `settings`, `editions`, `pages.launch_buttons`: what _config.yml and the environment say
2. `execution`: which outputs in the cache are stale, and in what environment the chapters' cells run
3. `chapters.sources`: the text of a page is read with the exercises as the catalogue has them
4. `pages`: what is changed in the document tree, and what a page loads
5. `finished_pages`: what can only be done on finished files
6. `haste`: a changed sentence is seen soon

It writes into Sphinx's output and doctree folders and into a cache beside them, and nowhere else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PARTS = (
    "settings",
    "editions",
    "execution.stale_outputs",
    "execution.kernels",
    "chapters.sources",
    "pages.launch_buttons",
    "pages.reference",
    "pages.reference_links",
    "pages.source_pages",
    "pages.notebook_links",
    "pages.folded_code",
    "pages.figure_boxes",
    "pages.equation_marks",
    "pages.header_pictures",
    "pages.exercise_typesetting",
    "pages.widgets",
    "pages.passed_marks",
    "class_view",
    "python_in_page.offered_files",
    "python_in_page.exercises_on_pages",
    "python_in_page.cells_on_pages",
    "pages.mathematics",
    "pages.colours",
    "pages.assets",
    "finished_pages.finish",
    "haste",
)


def setup(app: Sphinx) -> dict[str, Any]:
    """What Sphinx calls."""
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"parallel_read_safe": False, "parallel_write_safe": True}

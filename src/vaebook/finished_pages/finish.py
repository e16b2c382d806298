"""The last step of a build: work on the finished pages.

Icons, pictures, accessibility, files that no reader needs; and the last checks.  What is unexpected stops the
build with a sentence.  The output folder is made afresh in every build in which anything has changed, so that
nothing of an older one stays in it; where nothing has, it is left as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from vaebook.chapters.sources import text_of
from vaebook.editions import bare_source
from vaebook.errors import UnexpectedPage
from vaebook.finished_pages import freshness
from vaebook.finished_pages.accessibility import mend_accessibility
from vaebook.finished_pages.built_pages import broken_references, pages
from vaebook.finished_pages.content_policy import drop_names_of_pages, write_headers
from vaebook.finished_pages.icon_fonts import cut_icon_fonts
from vaebook.finished_pages.lighter_files import drop_search_scripts, drop_source_maps
from vaebook.finished_pages.pictures import shrink_pictures
from vaebook.pages.mathematics import LATE, has_formulas
from vaebook.settings import cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("vaebook.finished_pages.freshness")
    app.connect("build-finished", finish, priority=900)
    return {"parallel_read_safe": True}


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Work on the finished pages, if this build has written any."""
    if exception is not None or freshness.nothing_to_do(app):
        return
    html = Path(app.outdir)
    write_sources(app, html)
    drop_source_maps(html)
    cut_icon_fonts(html)
    drop_search_scripts(html)
    drop_names_of_pages(html)
    shrink_pictures(html, cache(app, "pictures"))
    mend_accessibility(html)
    write_headers(html)
    for page, text in pages(html):
        if has_formulas(text) and f"mathjax/{LATE}" not in text:
            raise UnexpectedPage(f"{page.name} shows a formula, and does not load MathJax")
    if broken := broken_references(html):
        raise UnexpectedPage("files are missing:\n  " + "\n  ".join(broken))


def write_sources(app: Sphinx, html: Path) -> None:
    """Offer the text that each page was made from, in place of the file as it lies in the book's folder."""
    for page in app.env.found_docs:
        source = html / "_sources" / Path(app.env.doc2path(page)).name
        if source.suffix == ".md" and source.exists():
            source.write_text(bare_source(app, page, text_of(Path(app.env.doc2path(page)))), encoding="utf-8")



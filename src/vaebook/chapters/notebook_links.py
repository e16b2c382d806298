"""Lead from the built pages to their notebooks, which every program shows as they are meant.

A line under each exercise with code to write says where its notebook opens: the addresses are those of the
page's own launch buttons.  What the page's download button gives is the chapter's twin: Sphinx puts
the chapter's source there, cell by cell, with directives that no notebook program knows.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from vaebook.chapters.exercise_places import NOTEBOOK
from vaebook.finished_pages.built_pages import UnexpectedPage, change_pages

# The theme's buttons: <a href="..." ...> with this in its attributes.
BUTTONS = {
    "on Binder": r'title="Launch on Binder"',
    "on Colab": r'title="Launch on Colab"',
    "download it": r'class="[^"]*\bbtn-download-notebook-button\b',
}


def button(text: str, sign: str) -> str | None:
    """The address that a button of the page leads to."""
    found = re.search(rf'<a href="([^"]+)"[^>]*{sign}', text)
    return found[1] if found else None


def notebook_line(text: str, page: str) -> str:
    """The line that leads to a page's notebook."""
    links = []
    for words, sign in BUTTONS.items():
        address = button(text, sign)
        if address is None:
            raise UnexpectedPage(f"{page}.html has exercises with code, and no button {words!r}")
        download = " download" if words.startswith("download") else ""
        links.append(f'<a href="{address}"{download}>{words}</a>')
    return (
        f'<p class="notebook-link">Write it in this chapter\'s notebook: {links[0]}, {links[1]}, or '
        f"{links[2]}.</p>"
    )


def link_notebooks(html: Path, book: Path) -> None:
    """Work on the pages in this folder.  Raises UnexpectedPage where a button or a notebook is missing."""

    def linked(text: str, page: str) -> str:
        source = button(text, BUTTONS["download it"])
        if source is not None:
            twin = book / f"{page}.ipynb"
            if not twin.exists():
                raise UnexpectedPage(f"{page}.html offers a notebook, and there is none in {book.name}/")
            shutil.copyfile(twin, html / source)
        return text.replace(NOTEBOOK, notebook_line(text, page)) if NOTEBOOK in text else text

    change_pages(html, linked)

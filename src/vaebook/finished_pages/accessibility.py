"""Mend what the theme and the extensions get wrong for readers with a screen reader.

What the mends have in common: the name or role that a page says of an element, not what is to be seen.
Contrast is mended in book/_static/vae_book.css, boxes that scroll in book/_static/scrolling_boxes.js.
tests/pages/test_accessibility.py lets axe judge every page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.built_pages import change_pages


@dataclass(frozen=True)
class Mend:
    """Replace a pattern wherever `sign` says that the page has the element in question."""

    what: str
    pattern: str
    replacement: str
    sign: str


MENDS = (
    # The visible words "Search Ctrl+K" name the button; voice control goes by them.
    Mend(
        "the search button has a name of its own",
        r'(<button class="[^"]*\bsearch-button[^"]*"[^>]*?) aria-label="Search"', r"\1", r"\bsearch-button\b",
    ),
    # The sidebar's logo is a link to the first page: a landmark like the links below it.
    Mend(
        "the sidebar's logo stands outside of all landmarks",
        r'<div class="sidebar-primary-item">(\s*<a class="navbar-brand logo")',
        r'<div class="sidebar-primary-item" role="navigation" aria-label="Home">\1', r"\bnavbar-brand logo\b",
    ),
    # An icon is a letter of a font: nothing to be read aloud.
    Mend(
        "icons are read aloud",
        r'<(i|span)( class="(?:[^"]*\s)?(?:fa[srb]|fa-(?:solid|regular|brands))\s[^"]*")(?![^>]*aria-hidden)',
        r'<\1\2 aria-hidden="true"', r'class="fa[srb]? ',
    ),
    # A role that has been withdrawn; the entries of the bibliography are in a list.
    Mend(
        "entries of the bibliography have a role that was withdrawn",
        r'(<div class="citation"[^>]*) role="doc-biblioentry"', r'\1 role="listitem"',
        r'<div class="citation"',
    ),
)  # fmt: skip


def mend_accessibility(html: Path) -> None:
    """Mend every page.  Raises UnexpectedPage where an element looks otherwise than the mend knows it."""

    def mended(text: str, page: str) -> str:
        for mend in MENDS:
            present = re.search(mend.sign, text)
            text, count = re.subn(mend.pattern, mend.replacement, text)
            if present and not count:
                raise UnexpectedPage(
                    f"{page}.html: expected that {mend.what}, and found it otherwise; "
                    "look at it, and mend or drop the entry in vaebook/finished_pages/accessibility.py"
                )
        return text

    change_pages(html, mended)

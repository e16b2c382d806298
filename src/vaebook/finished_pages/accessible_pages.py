"""Mend what the theme and the extensions get wrong for readers with a screen reader.

What the mends have in common: the name or role that a page says of an element, not what is to be seen.
Contrast is mended in book/_static/vae_book.css, boxes that scroll in book/_static/scrolling_boxes.js.
tests/test_accessibility.py lets axe judge every page.
"""

from __future__ import annotations

import re
from pathlib import Path

from vaebook.finished_pages.built_pages import change_pages

MENDS = (
    # The visible words "Search Ctrl+K" name the button; voice control goes by them.
    (r'(<button class="[^"]*\bsearch-button[^"]*"[^>]*?) aria-label="Search"', r"\1"),
    # The same for folded code: "Show code cell source".
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # The sidebar's logo is a link to the first page: a landmark like the links below it.
    (
        r'<div class="sidebar-primary-item">(\s*<a class="navbar-brand logo")',
        r'<div class="sidebar-primary-item" role="navigation" aria-label="Home">\1',
    ),
    # An icon is a letter of a font: nothing to be read aloud.
    (
        r'<(i|span)( class="(?:[^"]*\s)?(?:fa[srb]|fa-(?:solid|regular|brands))\s[^"]*")(?![^>]*aria-hidden)',
        r'<\1\2 aria-hidden="true"',
    ),
    # A role that has been withdrawn; the entries of the bibliography are in a list.
    (r'(<div class="citation"[^>]*) role="doc-biblioentry"', r'\1 role="listitem"'),
)


def mend_accessibility(html: Path) -> None:
    """Mend every page."""

    def mend(text: str, _: str) -> str:
        for pattern, replacement in MENDS:
            text = re.sub(pattern, replacement, text)
        return text

    change_pages(html, mend)

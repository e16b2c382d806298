"""Make the built pages light and accessible: the last step of tools/build_book.py.

What is unexpected stops the build with a sentence; the pages that come out are whole, and every file that
they name is there.
"""

from __future__ import annotations

import re
from pathlib import Path

from vaebook.finished_pages.accessible_pages import mend_accessibility
from vaebook.finished_pages.built_pages import UnexpectedPage, broken_references, change_pages
from vaebook.finished_pages.icon_fonts import cut_icon_fonts
from vaebook.finished_pages.math_scripts import lighten_mathematics
from vaebook.finished_pages.small_pictures import shrink_pictures

# Scripts and styles that Sphinx puts on every page, and what a page must hold to need them.
NEEDED_WITH = {
    r"_static/searchtools\.js": r'id="search-results"',
    r"_static/language_data\.js": r'id="search-results"',
    r"searchindex\.js": r'id="search-results"',
    r"_static/sphinx-design\.min\.css": r'class="[^"]*\bsd-',
    r"_static/design-tabs\.js": r'class="[^"]*\bsd-tab',
    r"_static/exercise\.css": r'class="[^"]*\b(exercise|solution)\b',
}
SOURCE_MAP = re.compile(r"(//# ?sourceMappingURL=[^\s]*|/\*# ?sourceMappingURL=.*?\*/)\s*$")


def drop_unneeded(text: str, _: str) -> str:
    """A page without the scripts and styles that nothing on it needs."""
    for file, sign in NEEDED_WITH.items():
        if not re.search(sign, text):
            text = re.sub(rf'[ \t]*<script [^>]*src="{file}[^"]*"></script>\n?', "", text)
            text = re.sub(rf'[ \t]*<link [^>]*href="{file}[^"]*" ?/?>\n?', "", text)
    return text


def drop_source_maps(html: Path) -> None:
    """Source maps are for those who write the theme."""
    for path in (html / "_static").rglob("*.map"):
        path.unlink()
    for path in [*(html / "_static").rglob("*.js"), *(html / "_static").rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        if (shorter := SOURCE_MAP.sub("", text)) != text:
            path.write_text(shorter, encoding="utf-8")


def lighten(html: Path) -> None:
    """Work on the finished pages in this folder.  Raises UnexpectedPage with what is not as it should be."""
    drop_source_maps(html)
    cut_icon_fonts(html)
    change_pages(html, drop_unneeded)
    lighten_mathematics(html)
    shrink_pictures(html)
    mend_accessibility(html)
    if broken := broken_references(html):
        raise UnexpectedPage("files are missing:\n  " + "\n  ".join(broken))

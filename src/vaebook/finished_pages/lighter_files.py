"""Drop from the finished pages and files what no reader needs."""

from __future__ import annotations

import re
from pathlib import Path

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.built_pages import change_pages

# The theme's layout loads the search on every page, for a search in place that this book does not use.
SEARCH = ("_static/searchtools.js", "_static/language_data.js", "searchindex.js")
RESULTS = 'id="search-results"'
SOURCE_MAP = re.compile(r"(//# ?sourceMappingURL=[^\s]*|/\*# ?sourceMappingURL=.*?\*/)\s*$")


def drop_search_scripts(html: Path) -> None:
    """Leave the search's scripts on the page that shows its results alone."""

    def without_search(text: str, page: str) -> str:
        if RESULTS in text:
            return text
        for file in SEARCH:
            element = rf'[ \t]*<script src="(?:\.\./)*{re.escape(file)}[^"]*"></script>\n?'
            text, count = re.subn(element, "", text)
            if count != 1:
                raise UnexpectedPage(f"{page}.html loads {file} {count} times, and the theme did so once")
        return text

    change_pages(html, without_search)


def drop_source_maps(html: Path) -> None:
    """Source maps are for those who write the theme."""
    for path in (html / "_static").rglob("*.map"):
        path.unlink()
    for path in [*(html / "_static").rglob("*.js"), *(html / "_static").rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        if (shorter := SOURCE_MAP.sub("", text)) != text:
            path.write_text(shorter, encoding="utf-8")

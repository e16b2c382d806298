"""The finished pages as files, for the scripts that work on them after Sphinx has written them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit


def pages(html: Path) -> Iterator[tuple[Path, str]]:
    """Every page, and its text."""
    for page in sorted(html.rglob("*.html")):
        if page.relative_to(html).parts[0] != "_static":  # what the theme keeps there is no page
            yield page, page.read_text(encoding="utf-8")


def change_pages(html: Path, change: Callable[[str, str], str]) -> None:
    """Write every page anew as change(text, name of the page, with its folder)."""
    for page, text in pages(html):
        changed = change(text, page.relative_to(html).with_suffix("").as_posix())
        if changed != text:
            page.write_text(changed, encoding="utf-8")


def broken_references(html: Path) -> list[str]:
    """What pages and style sheets name in the book's own folder and is not there."""
    named = []
    for page, text in pages(html):
        elements = re.findall(r"<(?:script|link|img|source)\b[^>]*>", text)
        addresses = re.findall(r'\b(?:src|href)="([^"]*)"', "\n".join(elements))
        named += [(page, address) for address in addresses]
    for sheet in (html / "_static").rglob("*.css"):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.S)
        named += [(sheet, address) for address in re.findall(r"""url\(["']?([^"')]+)["']?\)""", text)]
    broken = []
    for file, address in named:
        parts = urlsplit(address)
        if parts.scheme or parts.netloc or not parts.path:
            continue
        if not (file.parent / unquote(parts.path)).exists():
            broken.append(f"{file.relative_to(html)} names {address}")
    return broken

"""What a page of the built book costs on the wire: the compressed bytes of everything that it loads.

    python -m tools.benches.page_weight 07_mnist_lab        each file of a page, and the sum
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Page

HTML = Path(__file__).resolve().parents[2] / "book" / "_build" / "html"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")


def read_to_the_end(page: Page) -> None:
    """Wait until all of an open page is there, each widget scrolled to: widgets, formulas, fonts."""
    page.wait_for_load_state("networkidle")
    for i in range(page.locator(".vaecore-widget").count()):
        page.locator(".vaecore-widget").nth(i).scroll_into_view_if_needed()
        page.wait_for_function("i => document.querySelectorAll('.vaecore-widget')[i].dataset.state", arg=i)
    page.wait_for_function("() => !document.querySelector('.math') || window.MathJax?.startup?.promise")
    page.evaluate("async () => { await window.MathJax?.startup?.promise; await document.fonts.ready; }")
    page.wait_for_load_state("networkidle")


def weigh(page: Page, html: Path, name: str) -> dict[str, int]:
    """Open a page of the book in an empty tab; return the compressed bytes of each file that it loads.

    Each file is compressed with gzip, as servers do; a file that compresses badly is sent as it is.
    """
    addresses: list[str] = []
    page.on("request", lambda request: addresses.append(request.url))
    page.goto((html / f"{name}.html").as_uri())
    read_to_the_end(page)
    sizes = {}
    for address in addresses:
        parts = urlsplit(address)
        if parts.scheme == "file":
            content = Path(unquote(parts.path)).read_bytes()
            file = Path(unquote(parts.path)).relative_to(html).as_posix()
            sizes[file] = min(len(content), len(gzip.compress(content, 9)))
    return sizes


def main() -> None:
    from playwright.sync_api import sync_playwright

    from tools.setup import ensure_browsers

    names = sys.argv[1:] or [page.stem for page in sorted(HTML.glob("*.html"))]
    with sync_playwright() as playwright:
        path = ensure_browsers.find(ensure_browsers.CHROMIUM)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name in names:
            page = browser.new_page()
            sizes = weigh(page, HTML, name)
            page.close()
            if sys.argv[1:]:
                for file, size in sorted(sizes.items(), key=lambda item: -item[1]):
                    print(f"{size:>9,}  {file}")
            print(f"{sum(sizes.values()):>9,}  {name}: {len(sizes)} files")
        browser.close()


if __name__ == "__main__":
    main()

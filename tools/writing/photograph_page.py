"""Take the README's picture of the book in use: the race of chapter 6, as a browser shows it.

    make picture-in-use        builds the book, plays the race for a moment, and writes book/assets/in_use.png

The letters are those of this machine, so two machines do not take the same picture to the last pixel.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from tools.setup import ensure_browsers

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "book" / "_build" / "html" / "06_adam.html"
PICTURE = ROOT / "book" / "assets" / "in_use.png"
SIZE = {"width": 1280, "height": 860}
COLOURS = 96  # enough for a page, and a third of the bytes


def main() -> None:
    from playwright.sync_api import sync_playwright

    program = ensure_browsers.find(ensure_browsers.CHROMIUM)
    if program is None:
        raise SystemExit(ensure_browsers.advice())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(PAGE.as_uri())
        race = page.locator(".vw-race").first
        race.wait_for()
        page.evaluate("document.fonts.ready")
        race.scroll_into_view_if_needed()
        shot = page.screenshot()
        browser.close()
    picture = Image.open(io.BytesIO(shot)).convert("RGB").quantize(COLOURS)
    picture.save(PICTURE, optimize=True)
    print(f"Written: {PICTURE.name}, {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()

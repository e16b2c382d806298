"""Built pages printed by Chromium, each as a PDF of its own with the numbers that it has in the whole."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from pypdf import PdfReader

from tools.setup import ensure_browsers

if TYPE_CHECKING:
    from playwright.sync_api import Page

SCRIPT = Path(__file__).with_name("on_paper.js").read_text(encoding="utf-8")
OLDEST = 131  # the first Chromium that prints what a style sheet says of a sheet's margins
PAPERS = {"A4": 672, "Letter": 695}  # CSS pixels of the column, between margins of 16 mm
MINUTES = 5 * 60_000  # milliseconds: the end of waiting for a page, on a very busy machine
# Formulas are typeset, pictures have arrived, and letters too.
READY = """async () => {
  await window.MathJax?.startup?.promise;
  for (const image of document.images) image.loading = 'eager';
  await Promise.allSettled([...document.images].map(image => image.decode()));
  await document.fonts.ready;
}"""
TYPESET = "() => !document.querySelector('.math') || window.MathJax?.startup?.promise"


@dataclass(frozen=True)
class Heading:
    level: int  # 1, 2 or 3
    text: str
    place: str  # the name of the place that it begins, "" for the beginning of the page
    sheet: int  # in its part, from 0


@dataclass(frozen=True)
class Part:
    """A page of the book on paper.

    key: by what links name it, "05_kl", or "05_kl/solutions".  first: the number of its first sheet.
    places: a name, without "#" -> its sheet (from 0) and how far from the left and from below, in points.
    """

    key: str
    first: int
    pdf: bytes
    headings: list[Heading]
    places: dict[str, tuple[int, float, float]]
    sheets: int


def fonts_of(folder: Path) -> Path:
    """Settings of fontconfig: this machine's letters, and DejaVu's, for a machine that has none."""
    faces = folder / "faces"
    faces.mkdir()
    for file in Path(str(files("matplotlib"))).glob("mpl-data/fonts/ttf/DejaVu*.ttf"):
        (faces / file.name).symlink_to(file)
    settings = folder / "fonts.conf"
    settings.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig>\n'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"<dir>{escape(str(faces))}</dir>\n</fontconfig>\n",
        encoding="utf-8",
    )
    return settings


@contextmanager
def chromium(environment: dict[str, str]) -> Iterator[Page]:
    """A tab of a Chromium that can print margins.  Raises OSError where there is none; it says what to do."""
    from playwright.sync_api import sync_playwright

    program = ensure_browsers.find(ensure_browsers.CHROMIUM)
    if program is None:
        raise OSError(
            "no Chromium was found here, and it prints the pages; install one (Debian: apt install "
            "chromium-headless-shell; anywhere: .venv/bin/python -m playwright install chromium), "
            "or name yours in VAECORE_CHROMIUM"
        )
    with tempfile.TemporaryDirectory(prefix="vaecore-print-") as folder, sync_playwright() as playwright:
        env = {**environment, "FONTCONFIG_FILE": str(fonts_of(Path(folder)))}
        browser = playwright.chromium.launch(executable_path=program, env=env, args=["--no-sandbox"])
        if int(re.findall(r"\d+", browser.version)[0]) < OLDEST:
            raise OSError(
                f"{program} is Chromium {browser.version}; page numbers need {OLDEST} or newer: "
                "update it, or name another in VAECORE_CHROMIUM"
            )
        context = browser.new_context(color_scheme="light", viewport={"width": PAPERS["A4"], "height": 900})
        context.set_default_timeout(MINUTES)
        # Widgets stay what they are without their script: their pictures.
        context.route(re.compile(r"_static/widgets/mount\.js"), lambda route: route.abort())
        yield context.new_page()
        browser.close()


def printed(page: Page, built: Path, name: str, *, paper: str, key: str = "", **how: Any) -> Part:
    """Print a built page; `how` is what on_paper.js takes."""
    page.set_viewport_size({"width": PAPERS[paper], "height": 900})
    page.goto((built / f"{name}.html").as_uri())
    page.wait_for_function(TYPESET)
    page.evaluate(READY)
    asked = {"first": 1, "running": "", "roman": False, "only": "", "contents": None, "title": "", **how}
    found = page.evaluate(SCRIPT, asked)
    pdf = page.pdf(format=paper, prefer_css_page_size=True, print_background=True)
    reader = PdfReader(io.BytesIO(pdf))
    places = {
        str(place).removeprefix("/"): (
            reader.get_destination_page_number(goal) or 0, float(goal.left or 0), float(goal.top or 0)
        )
        for place, goal in reader.named_destinations.items()
    }  # fmt: skip
    headings = [
        Heading(one["level"], one["text"], one["id"], places.get(one["id"], (0, 0, 0))[0]) for one in found
    ]
    return Part(key or name, asked["first"], pdf, headings, places, len(reader.pages))

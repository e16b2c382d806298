"""Cut FontAwesome down to the icons that the book shows.

The theme brings FontAwesome twice: as fonts with 2,000 icons, and as a script of 530 KB (compressed) that
draws them once more.  The fonts are enough, and a page shows about twenty icons.
"""

from __future__ import annotations

import re
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.built_pages import change_pages, pages

CSS = Path("_static/styles/pydata-sphinx-theme.css")
FONTS = Path("_static/vendor/fontawesome/webfonts")
SCRIPT = Path("_static/scripts/fontawesome.js")
SCRIPT_ELEMENT = re.compile(r'[ \t]*<script[^>]*scripts/fontawesome\.js[^>]*></script>\n?')

# One icon's rule, or that of its several names:  .fa-bars:before,.fa-navicon:before{content:"\f0c9"}
# Some icons are ordinary characters:  .fa-plus:before{content:"\\+"}
RULE = re.compile(r'((?:\.fa-[a-z0-9-]+::?before,?)+)\{content:"\\?([0-9a-f]+ ?|[^"\\])"\}')
# Rules name icons by their code too, those of a theme and of any extension:  content:"\f303", or the letter.
PRIVATE_USE = re.compile(r"\\0{0,2}([ef][0-9a-f]{3})\b|([\ue000-\uf8ff])", re.IGNORECASE)
FONT_FILE = re.compile(
    r'url\([^)]*webfonts/(fa-[a-z0-9-]+)\.woff2\) ?format\("woff2"\), ?'
    r'url\([^)]*webfonts/\1\.ttf\) ?format\("truetype"\)'
)


def classes(html: str) -> set[str]:
    """The classes fa-... of a page's elements."""
    attributes = re.findall(r"""\bclass=(?:"([^"]*)"|'([^']*)')""", html)
    return {name for pair in attributes for name in "".join(pair).split() if name.startswith("fa-")}


def icons_in_use(html: Path, css: str) -> set[str]:
    """The icons that the pages show, or that a script may put on them, as names fa-...

    Raises UnexpectedPage for a class that FontAwesome does not know.
    """
    known = set(re.findall(r"\.(fa-[a-z0-9-]+)", css))
    used = set()
    for page, text in pages(html):
        found = classes(text)
        if unknown := found - known:
            raise UnexpectedPage(f"{page.name} shows icons that FontAwesome has not: {sorted(unknown)}")
        used |= found
    for script in html.rglob("*.js"):
        if script != html / SCRIPT:
            used |= known & set(re.findall(r"fa-[a-z0-9-]+", script.read_text(encoding="utf-8")))
    return used


def cut_css(css: str, used: set[str]) -> tuple[str, set[int]]:
    """The style sheet without the rules of other icons, with the cut fonts; and the icons' code points.

    Raises UnexpectedPage if the rules or the fonts are not found.
    """

    def keep(rule: re.Match[str]) -> str:
        names = re.findall(r"fa-[a-z0-9-]+", rule[1])
        return rule[0] if used & set(names) else ""

    if len(RULE.findall(css)) < 1000:
        raise UnexpectedPage(f"{CSS} has not the rules of FontAwesome's icons where they were")
    css = RULE.sub(keep, css)
    css, fonts = FONT_FILE.subn(r'url(../vendor/fontawesome/webfonts/\1.woff) format("woff")', css)
    if fonts != 3:
        raise UnexpectedPage(f"{CSS} names {fonts} of FontAwesome's three fonts where they were")
    points = {ord(text) if len(text) == 1 else int(text, 16) for _, text in RULE.findall(css)}
    return css, points | named_by_code(css)


def named_by_code(css: str) -> set[int]:
    """The code points of the icons that a style sheet names by them."""
    return {int(code, 16) if code else ord(letter) for code, letter in PRIVATE_USE.findall(css)}


def cut_font(source: Path, goal: Path, points: set[int]) -> set[int]:
    """Write a font with those of the code points that it has; return them."""
    with TTFont(source, recalcTimestamp=False) as font:  # the same bytes in every build
        present = points & set(font.getBestCmap())
        options = Options()
        options.hinting = False  # icons have none worth keeping
        options.layout_features = []
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=present)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(goal, reorderTables=None)
    return present


def cut_icon_fonts(html: Path) -> None:
    """Leave only the icons in use; raises UnexpectedPage if that cannot be done."""
    style_sheet = html / CSS
    css = style_sheet.read_text(encoding="utf-8")
    css, points = cut_css(css, icons_in_use(html, css))
    for sheet in html.rglob("*.css"):
        if sheet != style_sheet:
            points |= named_by_code(sheet.read_text(encoding="utf-8"))
    present = set()
    for source in sorted((html / FONTS).glob("*.ttf")):
        present |= cut_font(source, source.with_suffix(".woff"), points)
    if missing := points - present:
        codes = ", ".join(f"U+{point:04X}" for point in sorted(missing))
        raise UnexpectedPage(f"no font of FontAwesome has {codes}, which a style sheet names")
    style_sheet.write_text(css, encoding="utf-8")
    change_pages(html, lambda text, _: SCRIPT_ELEMENT.sub("", text))
    (html / SCRIPT).unlink()
    for font in [*(html / FONTS).glob("*.ttf"), *(html / FONTS).glob("*.woff2")]:
        font.unlink()

"""The text face has the letters that the book uses and little more, and pages are set in it."""

import gzip
from io import BytesIO

import pytest
from browser import BOOK, OpenPage, every_engine, wait_until_typeset
from fontTools.ttLib import TTFont

from tools.writing.make_typeface import CUTS, FOLDER, LICENCE, letters

ADDED = 60_000  # bytes that the book's look may add to a page


@pytest.mark.parametrize("name", CUTS)
def test_a_font_has_the_letters_that_the_book_uses(name):
    with TTFont(FOLDER / f"book-serif-{name}.woff") as font:
        missing = {letter for letter in letters(name) if ord(letter) not in font.getBestCmap()}
        widths = {font["hmtx"][font.getBestCmap()[ord(figure)]][0] for figure in "0123456789"}
        names = {str(record) for record in font["name"].names if record.nameID in (1, 3, 4, 6)}
    assert missing == set(), f"make typeface: {''.join(sorted(missing))}"
    assert len(widths) == 1  # figures stand in columns
    assert not any("Source" in name for name in names)  # a name that the licence reserves


def test_the_fonts_come_with_their_licence():
    assert "SIL OPEN FONT LICENSE" in (FOLDER / LICENCE).read_text(encoding="utf-8").upper()


def test_the_look_is_light():
    """Fonts, style sheets and the heaviest picture, as they go over the wire."""
    fonts = sum(file.stat().st_size for file in FOLDER.glob("*.woff"))
    sheets = [BOOK / "_static" / name for name in ("typeface.css", "forms.css")]
    pictures = list((BOOK / "assets" / "headers").glob("*.svg"))
    assert len(pictures) == 9 and max(file.stat().st_size for file in pictures) < 12_000

    def packed(file):
        written = BytesIO()
        with gzip.GzipFile(fileobj=written, mode="wb", mtime=0) as archive:
            archive.write(file.read_bytes())
        return len(written.getvalue())

    # 1,500: the colours, and what the forms add to a page's own text
    assert fonts + sum(map(packed, sheets)) + max(map(packed, pictures)) + 1_500 < ADDED


# Sizes of titles and text; letters a line, of each paragraph of three lines or more.
LETTERS = """async () => {
  await document.fonts.ready;
  const size = selector => parseFloat(getComputedStyle(document.querySelector(selector)).fontSize);
  const lines = [...document.querySelectorAll('article section > p')].flatMap(paragraph => {
    if (paragraph.querySelector('mjx-container, code')) return [];
    const range = document.createRange();
    range.selectNodeContents(paragraph);
    const tops = new Set([...range.getClientRects()].map(box => Math.round(box.top / 8)));
    return tops.size > 2 ? [paragraph.textContent.length / (tops.size - 0.5)] : [];
  }).sort((a, b) => a - b);
  return {
    sizes: ['article h1', 'article h2', 'article h3', 'article section > p'].map(size),
    middle: lines[lines.length >> 1],
    loaded: [...document.fonts].filter(face => face.family.includes("Book Serif") && face.status === "loaded")
      .length,
  };
}"""


@every_engine
def test_titles_have_ranks_and_lines_a_good_length(engine, built_book, open_page: OpenPage):
    page, problems = open_page(width=1440)
    page.goto(f"{(built_book / '03_elbo').as_uri()}.html")
    wait_until_typeset(page)
    for width in (1440, 1024, 768, 480, 360):
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(LETTERS)
        h1, h2, h3, text = found["sizes"]
        assert h1 > 1.15 * h2 and h2 > 1.1 * h3 and h3 > text >= 16, width
        assert width < 700 or 60 <= found["middle"] <= 75, (width, found["middle"])
    assert found["loaded"] == 3  # regular, italic, bold
    assert problems == []

"""What pages cost on the wire, and that nothing a reader sees was lost in making them light.

Bytes are counted, no time is measured: tools/benches/bench_widgets.py does that.
"""

import io
import re
from pathlib import Path

import pytest
from browser import OpenPage, book_pages, wait_until_typeset
from judgements import icon_troubles
from PIL import Image, ImageDraw
from sample import sample

from tools.benches.page_weight import weigh
from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.built_pages import broken_references
from vaebook.finished_pages.icon_fonts import cut_css, icons_in_use, named_by_code
from vaebook.finished_pages.pictures import difference, pixels, smaller
from vaebook.pages.math_fonts import parts_of, ranges

LIMIT = 900_000  # bytes; VAE Explainer has 936,000, measured in the same way


@pytest.mark.parametrize("name", sample(book_pages(), kept=["03_elbo", "07_mnist_lab"]))
def test_a_page_that_is_read_to_its_end_costs_less_than_the_peers(name, built_book, open_page: OpenPage):
    page, problems = open_page()
    sizes = weigh(page, built_book, name)
    assert f"{name}.html" in sizes
    assert sum(sizes.values()) < LIMIT
    unneeded = re.compile(r"fontawesome\.js|\.woff2$|\.ttf$|searchtools|searchindex|\.map$")
    assert [file for file in sizes if unneeded.search(file)] == []
    assert problems == []


def test_an_icon_without_its_glyph_is_seen(http_server, open_page: OpenPage):
    """Every page's icons are judged when it is visited, in test_book_pages.py: the judgement is not blind."""
    page, _ = open_page()
    page.goto(f"{http_server}index.html", wait_until="networkidle")
    assert icon_troubles(page) == []
    lost = page.add_style_tag(content="i.fa-solid::before {content: '\\f8fe' !important}")
    assert icon_troubles(page)
    lost.evaluate("style => style.remove()")
    assert icon_troubles(page) == []
    page.add_style_tag(content="h1::after {font-family: 'Font Awesome 6 Free'; content: '\\f8fe'}")
    assert icon_troubles(page)


def test_an_icon_that_any_style_sheet_names_is_found():
    """By its code or as the letter itself: an exercise's title has one from its extension's sheet."""
    sheet = 'a{content:"\\f303"} b{content:"\\00F107 "} c{content:"\uf0f3"} d{content:"\\2014"} e{order:\\f}'
    assert named_by_code(sheet) == {0xF303, 0xF107, 0xF0F3}


def test_a_font_has_no_other_icons_than_those_in_use(built_book):
    from fontTools.ttLib import TTFont

    fonts = sorted((built_book / "_static" / "vendor" / "fontawesome" / "webfonts").iterdir())
    assert [font.suffix for font in fonts] == [".woff"] * 3
    with TTFont(fonts[-1]) as solid:
        icons = set(solid.getBestCmap())
    assert 5 < len(icons) < 100
    assert {0xF0C9, 0xF002, 0xF00D} <= icons  # menu, search, and the cross that a script inserts


# What chapters write, and what the browser must load for it: extensions, other parts of fonts.
TEX = {
    r"\boldsymbol{\mu} + \mathbf{x}": "[tex]/boldsymbol",
    r"\mathcal{L} \mathbb{E} \mathfrak{g} \mathsf{s} \mathtt{t} \mathscr{F}": "",
    r"\big( \Big[ \bigg\{ \Bigg| x \Bigg| \bigg\} \Big] \big)": "",
    r"\begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}": "",
    r"\begin{aligned} a &= b \\ &\approx c \end{aligned}": "",
    r"\begin{pmatrix} 1 & \cdots \\ \vdots & \ddots \end{pmatrix}": "",
    r"\sum_{i=1}^n \prod \int_0^\infty \oint \sqrt[3]{x} \frac{\partial f}{\partial x} \nabla \odot": "",
    r"\hat x \tilde x \bar x \vec x \dot x \ddot x \widehat{xyz} \overline{ab} \underbrace{a+b}_{n}": "",
    r"\lesssim \gtrsim \triangleq \leqslant \nleq \blacksquare \varnothing \hslash \rightsquigarrow": "",
    r"\operatorname*{arg\,max}_\theta \left\lVert x \right\rVert \mid y \quad \text{and } \mathrm{KL}": "",
    r"\Gamma \Delta \Theta \Lambda \Xi \Pi \Sigma \Phi \Psi \Omega \varepsilon \vartheta \varphi \varrho": "",
    r"\xrightarrow{n\to\infty} \overset{d}{=} \stackrel{?}{=} \binom{n}{k} \not= \pm \mp \propto \iff": "",
    r"\cancel{x} \color{red}{y} \bbox{z} \enclose{circle}{w}": "[tex]/cancel",
}


@pytest.mark.parametrize("origin", ["http", "file"])
def test_every_ordinary_command_of_tex_works(origin, built_book, http_server, open_page: OpenPage):
    page, problems = open_page()
    page.goto((http_server if origin == "http" else built_book.as_uri() + "/") + "07_mnist_lab.html")
    wait_until_typeset(page)
    found = page.evaluate(
        """async formulas => {
          const article = document.querySelector('article');
          article.textContent = '';
          for (const formula of formulas) {
            const box = document.createElement('div');
            box.className = 'math notranslate';
            box.textContent = `\\\\[${formula}\\\\]`;
            article.append(box);
          }
          await MathJax.typesetPromise([article]);
          const missing = [];
          for (const letter of article.querySelectorAll('mjx-c')) {
            const style = getComputedStyle(letter, '::before');
            const text = style.content.replaceAll('"', '').replaceAll('\\\\', '');
            const faces = text.trim() ? await document.fonts.load(`20px ${style.fontFamily}`, text) : [];
            if (text.trim() && !faces.some(face => face.status === 'loaded' && face.family !== 'MJXZERO'))
              missing.push([letter.className, text, style.fontFamily]);
          }
          return [
            [...article.querySelectorAll('.math')].map(box => box.querySelectorAll('mjx-c').length),
            [...article.querySelectorAll('mjx-merror, [data-mjx-error], mjx-utext')].map(e => e.textContent),
            missing,
            [...MathJax._.components.package.Package.packages.keys()],
          ];
        }""",
        list(TEX),
    )
    letters, errors, missing, packages = found
    assert len(letters) == len(TEX) and min(letters) > 2
    assert errors == [] and missing == []
    assert {name for name in TEX.values() if name} <= set(packages)
    assert problems == []


def test_mathematics_waits_for_the_widget_in_sight(built_book, open_page: OpenPage):
    page, problems = open_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url.rsplit("/", 1)[-1]))
    page.goto(built_book.as_uri() + "/07_mnist_lab.html#move-it-yourself")
    wait_until_typeset(page)
    assert page.locator(".vaecore-widget[data-state=alive]").count() > 0
    figure = next(i for i, name in enumerate(asked) if name in ("live_interpolation.js", "latent_sliders.js"))
    assert figure < asked.index("tex-chtml.js")
    assert problems == []


# The tools on small examples


def test_the_parts_of_a_font_are_the_whole():
    points = {*range(0x20, 0x7F), 0x3B1, 0x2211, 0x2A3F}
    parts = parts_of(points)
    assert set.union(*parts.values()) == points and sum(map(len, parts.values())) == len(points)
    assert ranges({0x20, 0x21, 0x22, 0x3B1}) == "U+20-22,U+3B1"


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "P", "1"])
def test_a_picture_keeps_its_pixels(mode, rng):
    picture = Image.new("RGB", (60, 40), "white")
    pen = ImageDraw.Draw(picture)
    for _ in range(20):
        pen.line(rng.integers(0, 60, 4).tolist(), fill=tuple(rng.integers(0, 256, 3).tolist()))
    picture = picture.convert(mode)
    written = io.BytesIO()
    picture.save(written, "PNG", compress_level=1)
    less = smaller(written.getvalue())
    assert len(less) < written.tell()
    with Image.open(io.BytesIO(less)) as again:
        assert pixels(again) == pixels(picture)
    assert smaller(less) == less


def test_a_figure_of_many_shades_looks_the_same(rng):
    """Soft edges: half the bytes, half a level off on average; where 256 colours do not do, no pixel is."""
    big = Image.new("RGB", (1600, 1200), "white")
    pen = ImageDraw.Draw(big)
    for _ in range(40):
        ends = rng.integers(0, 1600, 4).tolist()
        pen.line(ends, fill=tuple(rng.integers(0, 200, 3).tolist()), width=5)
    figure = big.resize((400, 300), Image.Resampling.LANCZOS)
    assert figure.getcolors(256) is None
    written = io.BytesIO()
    figure.save(written, "PNG", optimize=True)
    less = smaller(written.getvalue())
    assert len(less) < 0.6 * written.tell()
    with Image.open(io.BytesIO(less)) as again:
        assert difference(again, figure) <= 0.5
    noise = Image.fromarray(rng.integers(0, 256, (60, 60, 3), dtype="uint8"), "RGB")
    written = io.BytesIO()
    noise.save(written, "PNG")
    with Image.open(io.BytesIO(smaller(written.getvalue()))) as again:
        assert pixels(again) == pixels(noise)


def test_a_see_through_picture_stays_so(rng):
    picture = Image.fromarray(rng.integers(0, 256, (9, 9, 4), dtype="uint8"), "RGBA")
    written = io.BytesIO()
    picture.save(written, "PNG")
    with Image.open(io.BytesIO(smaller(written.getvalue()))) as again:
        assert again.convert("RGBA").tobytes() == picture.tobytes()


def write(folder: Path, name: str, text: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_unknown_icon_stops_the_build(tmp_path):
    write(tmp_path, "a.html", '<i class="fa-solid fa-unicorn-9"></i>')
    with pytest.raises(UnexpectedPage, match=r"a\.html shows icons .* \['fa-unicorn-9'\]"):
        icons_in_use(tmp_path, ".fa-solid{} .fa-bars:before{}")
    with pytest.raises(UnexpectedPage, match="has not the rules"):
        cut_css(".fa-bars{}", {"fa-bars"})


def test_a_file_that_is_missing_is_named(tmp_path):
    write(
        tmp_path, "a.html", '<img src="here.png"><img src="gone.png"><script src="https://x.y/z.js"></script>'
    )
    write(tmp_path, "here.png", "")
    write(tmp_path, "_static/b.css", 'a { background: url("lost.svg"), url(data:image/png;base64,AA==) }')
    assert broken_references(tmp_path) == ["a.html names gone.png", "_static/b.css names lost.svg"]


def test_nothing_that_the_book_names_is_missing(built_book):
    assert broken_references(built_book) == []

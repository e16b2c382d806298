"""What recurs in every chapter has one form, from the picture at its head to what to take away."""

import re

import pytest
from browser import BOOK

from tools.writing import draw_headers

CHAPTERS = sorted(path.stem for path in BOOK.glob("0*.md"))


def count(page: str, form: str) -> int:
    classes = [found.split() for found in re.findall(r'class="([^"]*)"', page)]
    return sum("admonition" in names and form in names for names in classes)


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_the_forms(name, built_book):
    page = (built_book / f"{name}.html").read_text(encoding="utf-8")
    article = page[page.index("<article") :]
    head = article[: article.index("<h2")]
    assert re.search(r'</h1>\s*<div class="header-picture"><svg role="img" aria-label="[^"]{40,}"', head)
    assert count(head, "purpose") == count(article, "purpose") == 1
    assert count(article, "definition") >= 1
    assert article.count('id="what-to-take-away"') == 1


def test_derivations_give_reasons(built_book):
    """In the lines themselves, or numbered, or told below them."""
    pages = [(built_book / f"{name}.html").read_text(encoding="utf-8") for name in CHAPTERS]
    assert sum(count(page, "derivation") for page in pages) >= 15


def test_the_style_page_shows_every_form(built_book):
    page = (built_book / "style.html").read_text(encoding="utf-8")
    for form in ("purpose", "definition", "derivation", "warning", "note"):
        assert count(page, form) == 1, form
    assert 'id="what-to-take-away"' in page and "header-picture" in page
    for idea in ("q", "p", "likelihood", "kl", "noise", "truth"):
        assert rf"\{idea}{{" in page


def numbers(svg: str) -> list[float]:
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", svg)]


@pytest.mark.parametrize("name", draw_headers.PICTURES)
def test_the_pictures_are_what_is_computed(name):
    """To a unit of 800; in digits a pixel may be on the other side of a threshold on another processor."""
    drawn, kept = draw_headers.svg(name), (draw_headers.FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    if name == "07_mnist_lab":
        assert abs(len(drawn) - len(kept)) < 0.05 * len(kept)
    else:
        assert re.sub(r"[-\d.]+", "0", drawn) == re.sub(r"[-\d.]+", "0", kept)
        assert max(abs(a - b) for a, b in zip(numbers(drawn), numbers(kept), strict=True)) < 1

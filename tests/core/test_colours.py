"""One colour for one idea: readable wherever it stands, told apart by all eyes, and named in one place."""

import re
from pathlib import Path

import pytest
from colour_vision import VISION, contrast, least_difference

from vaecore.foundations.colours import COLOURS, IDEAS, LINES, OTHERS, css

ROOT = Path(__file__).parents[2]
# What colours meet as text and lines: the page, boxes and widgets in the book, in JupyterLab and on Colab.
GROUNDS = {
    "light": ("#ffffff", "#f3f4f5", "#f3f5f8", "#f5f5f5"),
    "dark": ("#14181e", "#29313d", "#2a2e35", "#1b1f27", "#111111"),
}


@pytest.mark.parametrize("theme", GROUNDS)
def test_each_colour_is_read_on_all_that_lies_behind_it(theme):
    """WCAG 2 asks 4.5 to 1 of text."""
    for name, colour in {**IDEAS, **OTHERS}.items():
        for ground in GROUNDS[theme]:
            assert contrast(getattr(colour, theme), ground) >= 4.5, (name, ground)


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", GROUNDS)
def test_ideas_are_told_apart_and_so_is_what_is_compared(theme, vision):
    for together in (IDEAS, OTHERS):
        assert least_difference([getattr(colour, theme) for colour in together.values()], vision) > 12


def test_curves_that_meet_are_told_apart_without_colour():
    assert len({LINES[name] for name in ("q", "p", "noise")}) == 3


def test_style_sheets_and_figures_have_the_same_colours():
    sheet = css()
    for name, colour in {**IDEAS, **OTHERS}.items():
        for of in (colour.light, colour.dark, colour.forced):
            assert f"--colour-{name}: {of};" in sheet
        assert COLOURS[name] == colour.light
    assert sheet.count("{") == sheet.count("}")


def test_nobody_names_a_colour_of_his_own():
    """Figures of chapters and charts of widgets, that is; digits and verdicts have colours of their own."""
    files = [*ROOT.glob("book/0*.md"), *ROOT.glob("src/vaecore/widgets/*/*.py")]
    own = re.compile(r"#[0-9a-fA-F]{6}\b|CLASS_COLOURS\[\d|\"C\d\"|tab:")
    lines = [(file.name, line) for file in files for line in file.read_text().splitlines()]
    # The lines of equal height on a map have the grey of a map.
    assert [line for line in lines if own.search(line[1]) and "axes.contour(" not in line[1]] == []
    scripts = [*ROOT.glob("src/vaecore/widgets/*/*.js"), *ROOT.glob("src/vaecore/widgets/*/*.css")]
    drawing = [file for file in scripts if file.parent.name not in ("parts", "question")]
    parts = re.compile(r"vw-c\d|(?:fill|stroke|color): #")
    assert len(drawing) > 15
    assert [file.name for file in drawing if parts.search(file.read_text())] == []

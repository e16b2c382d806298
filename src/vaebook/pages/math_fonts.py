"""Cut each of MathJax's fonts into parts, of which the browser loads those that a page needs.

A formula of a few Latin letters would load a font with 290 signs.  With `unicode-range` the same font
comes in three parts: Latin letters, digits and punctuation; Greek and the signs that most formulas
have; all the rest.  Together they have every glyph, so that every formula looks as it would without.
"""

from __future__ import annotations

import re
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from vaebook.errors import UnexpectedPage

FOLDER = Path("output/chtml/fonts/woff-v2")  # in MathJax's folder
SMALL = 9000  # bytes; below that a second request would cost more than it saves

LATIN = set(range(0x20, 0x7F))
GREEK = set(range(0x370, 0x400))
SIGNS = {*map(ord, "\xa0×±·¬÷…′†ˆˉ˜ˇ˙⃗ℓℏ←→↔↑↓↦⇐⇒⇔⟶∀∂∃∅∇∈∉∋∏∑−∗∘∙√∝∞∣∥∧∨∩∪∫∼≃≅≈≜≠≡≤≥≪≫≲≳⊂⊆⊕⊗⊙⊤⊥⋅⋮⋯⋱⌈⌉⌊⌋⟨⟩□■")}
SIGNS |= {0x302, 0x303, 0x304, 0x307, 0x20D7}  # accents

FACE = re.compile(
    r'"@font-face /\* (\d+) \*/":\{"font-family":"([\w-]+)",'
    r"""src:'url\("%%URL%%/(MathJax_[\w-]+)\.woff"\) format\("woff"\)'\}"""
)


def ranges(points: set[int]) -> str:
    """Code points as CSS writes them: U+20-7E,U+A0."""
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in runs)


def parts_of(points: set[int]) -> dict[str, set[int]]:
    """A font's code points in three parts, those that are not empty."""
    signs = (GREEK | SIGNS) & points
    parts = {"latin": LATIN & points, "signs": signs, "rest": points - LATIN - signs}
    return {name: part for name, part in parts.items() if part}


def cut(source: Path, goal: Path, points: set[int]) -> None:
    """Write a font of these code points alone, its outlines and measures as they were."""
    with TTFont(source, recalcTimestamp=False) as font:  # the same bytes in every build
        if "FFTM" in font:
            del font["FFTM"]  # FontForge's time stamp
        options = Options()
        options.layout_features = ["*"]
        options.notdef_outline = True
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=points)
        subsetter.subset(font)
        font.flavor = "woff"
        font.save(goal)


def split_math_fonts(mathjax: Path, script: str) -> str:
    """Split the fonts in MathJax's folder; return MathJax's `script` with the parts in place of the wholes.

    Raises UnexpectedPage if the fonts are not named in the script as expected.
    """
    gone = set()

    def split(face: re.Match[str]) -> str:
        number, family, name = face.groups()
        source = mathjax / FOLDER / f"{name}.woff"
        if source.stat().st_size < SMALL:
            return face[0]
        with TTFont(source) as font:
            points = set(font.getBestCmap())
        faces = []
        for part, chosen in parts_of(points).items():
            cut(source, source.with_name(f"{name}-{part}.woff"), chosen)
            faces.append(
                f'"@font-face /* {number} {part} */":{{"font-family":"{family}",'
                f"""src:'url("%%URL%%/{name}-{part}.woff") format("woff")',"""
                f'"unicode-range":"{ranges(chosen)}"}}'
            )
        gone.add(source)
        return ",".join(faces)

    script, count = FACE.subn(split, script)
    if count != 21:
        raise UnexpectedPage(f"MathJax names {count} fonts in the form that this script knows, expected 21")
    for source in gone:
        source.unlink()
    return script

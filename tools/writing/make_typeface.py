"""Cut the book's text face out of Source Serif 4 (`make typeface`): the letters that the book uses, no more.

    python -m tools.writing.make_typeface                 fetches the package by npm (Node's)
    python -m tools.writing.make_typeface source-serif-4.5.1.tgz     takes it from a file

It writes three fonts into book/_static/fonts, and their licence beside them.  That licence, the SIL Open Font
License, reserves the name "Source" for the whole family; a part of it has another name: Book Serif.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "book" / "_static" / "fonts"
PACKAGE = "source-serif@4.5.1"
SHA256 = "19a448df98f4aa777de3452b0a1e29aa7ffe29252fe552c8a2d2531702d80746"
FAMILY = "Book Serif"
#: Our cut -> Adobe's.  The bold one is a semibold: black enough for titles, and quiet in running text.
CUTS = {"regular": "Regular", "italic": "It", "bold": "Semibold"}
LICENCE = "LICENCE.txt"
# Typed by hand in any text, so that a changed sentence needs no new font.
ALWAYS = {chr(point) for point in range(0x20, 0x7F)} | set("–—‘’“”…×±²·½§°−≤≥≈→áâãçéêíóôõúüñöäß")


def letters(name: str) -> set[str]:
    """What is set in a cut: in the regular one all of the book's texts, in the others what can be emphasised.

    Of Europe's alphabets, and with the signs named above; a browser takes others from elsewhere.
    """
    if name != "regular":
        return ALWAYS
    files = [*ROOT.glob("book/*.md"), *ROOT.glob("book/*.bib"), *ROOT.glob("src/vaecore/**/*.py")]
    used = set().union(*(file.read_text(encoding="utf-8") for file in files))
    return ALWAYS | {letter for letter in used if " " <= letter < "\u2010"}


def cut(source: bytes, name: str, wanted: set[str]) -> bytes:
    """Return a WOFF file of these letters, their kerning with them, under the name that we may give it.

    WOFF, as the book's other fonts are: WOFF 2 would spare 6 KB a page, and cost every builder a package.
    """
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)  # the same bytes whenever it is made
    options = Options()
    options.layout_features = ["kern"]  # its figures are as wide as each other without being asked
    options.hinting = False  # browsers on large screens do without
    options.desubroutinize = True  # WOFF's compression finds more that repeats than the outlines' own
    options.name_IDs = [0, 1, 2, 3, 4, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(wanted)))
    subsetter.subset(font)
    postscript = f"{FAMILY.replace(' ', '')}-{name.capitalize()}"
    for record in list(font["name"].names):
        names = {1: FAMILY, 2: name.capitalize(), 3: postscript, 4: f"{FAMILY} {name}", 6: postscript}
        if record.nameID in names:
            record.string = names[record.nameID]
    table = font["CFF "].cff
    table.fontNames = [postscript]
    top = table.topDictIndex[0]
    for key in ("FullName", "FamilyName"):
        setattr(top, key, FAMILY)
    font.flavor = "woff"
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def fetched() -> bytes:
    """The package as npm has it."""
    if shutil.which("npm") is None:
        sys.exit("error: npm is not there; install Node, or name a file that holds the package.")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", PACKAGE, "--loglevel=error"], cwd=folder, check=True)
        return next(Path(folder).glob("*.tgz")).read_bytes()


def main() -> None:
    package = Path(sys.argv[1]).read_bytes() if sys.argv[1:] else fetched()
    if hashlib.sha256(package).hexdigest() != SHA256:
        sys.exit(f"error: this is not {PACKAGE}: its sha256 is not {SHA256}")
    FOLDER.mkdir(exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(package)) as archive:

        def read(name: str) -> bytes:
            file = archive.extractfile(f"package/{name}")
            assert file is not None, name
            return file.read()

        (FOLDER / LICENCE).write_bytes(read("LICENSE.md"))
        for name, theirs in CUTS.items():
            content = cut(read(f"OTF/SourceSerif4-{theirs}.otf"), name, letters(name))
            (FOLDER / f"book-serif-{name}.woff").write_bytes(content)
            print(f"Written: book-serif-{name}.woff, {len(content):,} bytes")


if __name__ == "__main__":
    main()

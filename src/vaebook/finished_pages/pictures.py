"""Write the pages' PNG pictures smaller: each pixel as it was, or nearly so in a figure of many colours.

The soft edges of a chart's letters and lines have a thousand shades, which take most of its bytes.  With the
256 that fit best, a picture weighs half as much, and nobody can tell it from the other.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
from pathlib import Path

import numpy as np
from PIL import Image

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.built_pages import change_pages

DATA_URI = re.compile(r"data:image/png;base64,([A-Za-z0-9+/=]+)")


NEARLY = 0.5  # levels of 255: how far pixels may be off on average


def pixels(picture: Image.Image) -> bytes:
    return picture.convert("RGBA").tobytes()


def with_palette(picture: Image.Image) -> Image.Image | None:
    """The picture with a palette, exactly; None if it has more than 256 colours or is see-through."""
    opaque = picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    plain = picture.convert("RGB")
    if not opaque or plain.getcolors(256) is None:
        return None
    indexed = plain.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return indexed if pixels(indexed) == pixels(picture) else None


def difference(picture: Image.Image, other: Image.Image) -> float:
    """How far the pixels are off, on average and in levels of 255."""
    one, two = (np.asarray(some.convert("RGBA"), dtype=float) for some in (picture, other))
    return float(np.abs(one - two).mean())


def with_fewer_colours(picture: Image.Image) -> Image.Image | None:
    """The picture in the 256 colours that fit best; None if it has no more, or would look another."""
    plain = picture.convert("RGB")
    opaque = picture.convert("RGBA").getchannel("A").getextrema() == (255, 255)
    if not opaque or plain.getcolors(256) is not None:
        return None
    indexed = plain.quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    return indexed if difference(indexed, picture) <= NEARLY else None


def smaller(content: bytes) -> bytes:
    """The same PNG in fewer bytes, or as it is.  Raises UnexpectedPage if it would look another."""
    with Image.open(io.BytesIO(content)) as picture:
        picture.load()
    if picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA") or getattr(picture, "n_frames", 1) > 1:
        return content
    opaque = picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255)
    exact = [picture, picture.convert("RGB") if opaque else None, with_palette(picture)]
    candidates = [*exact, with_fewer_colours(picture)]
    best = content
    for candidate in candidates:
        if candidate is None:
            continue
        written = io.BytesIO()
        candidate.save(written, "PNG", optimize=True)
        if written.tell() < len(best):
            best = written.getvalue()
    with Image.open(io.BytesIO(best)) as again:
        if again.size != picture.size or difference(again, picture) > NEARLY:
            raise UnexpectedPage("a picture would change when written smaller")
    return best


def remembered(content: bytes, cache: Path) -> bytes:
    """What `smaller` makes of it, kept in the cache: it takes longer than all the rest of a page."""
    kept = cache / f"{hashlib.sha256(content).hexdigest()}-256.png"
    if not kept.exists():
        kept.write_bytes(smaller(content))
    return kept.read_bytes()


def shrink_pictures(html: Path, cache: Path) -> None:
    """All PNG files of the pages' outputs, and all PNG pictures inside the pages."""
    for path in sorted((html / "_images").glob("*.png")):
        path.write_bytes(remembered(path.read_bytes(), cache))

    def smaller_uri(uri: re.Match[str]) -> str:
        content = remembered(base64.b64decode(uri[1]), cache)
        return "data:image/png;base64," + base64.b64encode(content).decode()

    change_pages(html, lambda text, _: DATA_URI.sub(smaller_uri, text))

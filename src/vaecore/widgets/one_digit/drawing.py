"""From the strokes of a hand to a picture like MNIST's: the same steps as drawing.js."""

from collections.abc import Sequence

import numpy as np

SIDE = 28  # pixels of a picture's side
BOX = 20  # the longer side of the ink
MIDDLE = 14.5  # where MNIST's digits have their centre of mass, across and down: of pixels 0 to 27, pixel 14
PEN = 2.5  # the width of a stroke
FINE = 4  # each pixel is 4 x 4 points, and as dark as so many of them have ink
MOST_SCALE = 4 * SIDE  # pixels for the pad's side: what is small is enlarged four times, a dot stays a dot

# A letter, and a line round and round the pad: no digits.
LETTER = [[0.2, 0.85, 0.5, 0.12, 0.8, 0.85], [0.32, 0.6, 0.68, 0.6]]
_TURNS = np.arange(60)
_ACROSS, _DOWN = np.sin(0.9 * _TURNS) * np.cos(0.21 * _TURNS), np.cos(0.73 * _TURNS + 1)
SCRIBBLE = [np.round(0.5 + 0.36 * np.stack([_ACROSS, _DOWN], axis=1), 4).ravel().tolist()]


def drawn(strokes: Sequence[Sequence[float]]) -> np.ndarray:
    """Return the picture of strokes, made as MNIST's pictures were made: (784,), grey levels in [0, 1].

    strokes: each a list x0, y0, x1, y1, ...; from 0 to 1 across the pad, to the right and downwards.

    NIST's scans were scaled, with their proportions kept, until they fitted into a box of 20 x 20 pixels,
    which made them grey at the edges, and moved until their centre of mass was the middle of 28 x 28 pixels.
    Here lines are scaled instead of ink: until they and their thickness of 2.5 pixels, about that of MNIST's
    digits, fill the box, but nothing is made more than four times as large.  They are then moved until the
    centre of mass of their ink is the middle, which in MNIST is that of pixel 14, counted from 0.  A pixel is
    as dark as so many of 4 x 4 points in it have ink.  No strokes give an empty picture; ink that lies beyond
    the edge is lost.

    Source: LeCun, Bottou, Bengio & Haffner (1998), section III.A.
    """
    lines = [np.array(stroke, float).reshape(-1, 2) for stroke in strokes if len(stroke)]
    if not lines:
        return np.zeros(SIDE * SIDE)
    points = np.concatenate(lines)
    low, high = points.min(axis=0), points.max(axis=0)
    extent = float((high - low).max())
    scale = MOST_SCALE if extent * MOST_SCALE <= BOX - PEN else (BOX - PEN) / extent
    shift = SIDE / 2 - (low + high) / 2 * scale
    middle = _centre_of_mass(_ink([line * scale + shift for line in lines]))
    shift = shift + (MIDDLE - middle)
    return _ink([line * scale + shift for line in lines]).ravel() / FINE**2


def _centre_of_mass(ink: np.ndarray) -> np.ndarray:
    """Return x and y of the centre of mass of ink (28, 28), from the picture's left and upper edge."""
    at = np.arange(SIDE) + 0.5
    return np.array([np.sum(ink.sum(axis=0) * at), np.sum(ink.sum(axis=1) * at)]) / ink.sum()


def _ink(lines: Sequence[np.ndarray]) -> np.ndarray:
    """Return how many of each pixel's points lie within half a pen's width of a line: (28, 28), 0 to 16."""
    at = (np.arange(SIDE * FINE) + 0.5) / FINE
    inked = np.zeros((SIDE * FINE, SIDE * FINE), bool)
    for line in lines:
        for (ax, ay), (bx, by) in zip(line, line[1:] if len(line) > 1 else line, strict=False):
            dx, dy = bx - ax, by - ay
            square = dx * dx + dy * dy
            across, down = at[None, :] - ax, at[:, None] - ay
            t = np.clip((across * dx + down * dy) / square, 0, 1) if square > 0 else 0.0
            ex, ey = across - t * dx, down - t * dy
            inked |= ex * ex + ey * ey <= PEN * PEN / 4
    return inked.reshape(SIDE, FINE, SIDE, FINE).sum(axis=(1, 3))

"""Exercise of chapter 8: half-way points where neighbours do not look alike (C8-halves)."""

from itertools import pairwise

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def halve_again(points, images, tolerance):
    # [answer]
    change = np.mean((images[1:] - images[:-1]) ** 2, axis=1)  # from each image to the next
    where = np.flatnonzero(change > tolerance)
    middles = points[:-1] + (points[1:] - points[:-1]) / 2
    return np.insert(points.astype(float), where + 1, middles[where], axis=0)
    # [end]


def _middles(points):
    return (points[:-1] + points[1:]) / 2


def _differ(images, tolerance):
    """True for each pair of neighbours that do not look alike."""
    return np.mean(np.diff(images, axis=0) ** 2, axis=1) > tolerance


def _put(points, middles, where):
    """Points, and behind each of some what goes between it and the next."""
    return np.insert(points.astype(float), np.flatnonzero(where) + 1, middles[where], axis=0)


def _with(middles_of):
    """A wrong half-way point, put where it is wanted."""
    return lambda p, images, tolerance: _put(p, middles_of(p), _differ(images, tolerance))


def _where(wanted):
    """Right half-way points, put where wanted(points, images, tolerance) says."""
    return lambda p, images, tolerance: _put(p, _middles(p), wanted(p, images, tolerance))


def _closed(shift):
    """A ring: the last point has the first for its neighbour."""

    def wrong(p, images, tolerance):
        change = np.mean((np.roll(images, shift, axis=0) - images) ** 2, axis=1)
        middles = (p + np.roll(p, shift, axis=0)) / 2
        return _put(p, middles, change > tolerance)

    return wrong


def _pair_by_pair(p, images, tolerance):
    """Each pair with its half-way point, one pair after the other."""
    rows = [p[:1]] if len(p) == 1 else []
    for (a, b), apart in zip(pairwise(p), _differ(images, tolerance), strict=True):
        rows.append(np.stack([a, (a + b) / 2, b] if apart else [a, b]))
    return np.concatenate(rows)


TWO = "the points (0, 3) and (1, -1), whose images differ"
FOUR = "the points (0, 3), (1, -1), (5, 2), (-2, 2.5); the two in the middle look alike"
CLOSE = "4 points, two of them close together and with images that differ"
FIVE = "5 points with 4 numbers, and tolerance 0.2"
WHOLE = "whole numbers: (0, 3, 1), (1, -2, 4), (2, 2, 1); the first change is just the tolerance"
_POINTS = np.array([[0.0, 3.0], [1.0, -1.0], [5.0, 2.0], [-2.0, 2.5]])
_IMAGES = np.array([[0.1, 0.9, 0.2], [0.6, 0.4, 0.2], [0.7, 0.2, 0.3], [0.2, 0.8, 0.9]])

HALVES = CodeExercise(
    id="C8-halves",
    chapter=8,
    title="Halve again, where it is needed",
    question=(
        "`points` are n latent points in a row, shape (n, L), perhaps of whole numbers, and `images` what "
        "the decoder makes of them, (n, D). Put the half-way point between two neighbours wherever their "
        "images differ by more than `tolerance`, as mean squared difference over the pixels; neighbours that "
        "look alike stay as they are. Return old and new points in order, one a row."
    ),
    hints=(
        "`points[:-1]` are the left neighbours, `points[1:]` the right ones: n - 1 pairs; the images have "
        "them as well.",
        "For each pair the mean of the squared difference of the images says whether a point is wanted. A "
        "half-way point is the left one plus half of the difference.",
        "A loop may append one row or two for each pair. Without a loop: `np.insert(points, places, rows, "
        "axis=0)` puts each row in front of the old row with that place; points must be floats.",
    ),
    reason=(
        "Done again and again, with the new points decoded in between, this stops by itself where the way is "
        "smooth, and goes on where one digit turns into another."
    ),
    see="See chapter 8, 'Half-way, and half-way again'.",
    solution=halve_again,
    inputs={
        TWO: (_POINTS[:2], np.array([[0.0, 0.5, 1.0], [0.5, 1.0, 0.5]]), 0.1),
        FOUR: (_POINTS, _IMAGES, 0.04),
        "the points (4), (1), (-2.5), on a line, with images of one pixel": (
            np.array([[4.0], [1.0], [-2.5]]), np.array([[0.2], [0.9], [0.6]]), 0.25
        ),
        WHOLE: (
            np.array([[0, 3, 1], [1, -2, 4], [2, 2, 1]]), np.array([[0.25, 0.75], [0.5, 0.5], [1.0, 0.0]]),
            0.0625,
        ),
        CLOSE: (
            np.array([[0.0, 0.5], [0.1, 0.5], [2.0, -1.0], [2.0, -0.8]]),
            np.array([[0.9, 0.1, 0.8, 0.0, 0.2], [0.1, 0.7, 0.2, 0.5, 0.9], [0.3, 0.6, 0.4, 0.5, 0.8],
                      [0.5, 0.6, 0.4, 0.5, 0.8]]),
            0.05,
        ),
        FIVE: (
            np.array([[1.0, 0, 2, -1], [0.5, 1, 2, 0], [0.7, 1, 2.2, 0], [0.6, 1.3, 2, 0], [3, -2, 0, 1.5]]),
            np.array([[0.1, 0.1], [0.33, 0.33], [0.2, 0.2], [0.9, 0.7], [0.4, 0.5]]),
            0.2,
        ),
        "one point alone, (2, 5)": (np.array([[2.0, 5.0]]), np.array([[0.3, 0.6, 0.9, 0.1]]), 0.1),
    },
    mistakes=(
        Mistake(
            "halves-evenly-spaced",
            "Right for two points. For more, this is a straight line from the first to the last: the points "
            "between them are lost. Halve between neighbours.",
            (
                lambda p, i, t: np.linspace(p[0], p[-1], len(p) + np.sum(_differ(i, t))),
                _with(lambda p: np.linspace(p[0], p[-1], 2 * len(p) - 1)[1::2]),
            ),
        ),
        Mistake(
            "halves-only-middles",
            "These are the new points alone: the old ones stay, and the new ones go between them.",
            (lambda p, i, t: _middles(p)[_differ(i, t)],),
        ),
        Mistake(
            "halves-at-the-end",
            "The numbers are right and their order is not: each new point belongs between its neighbours.",
            (
                lambda p, i, t: np.concatenate([p, _middles(p)[_differ(i, t)]]),
                lambda p, i, t: np.concatenate([_middles(p)[_differ(i, t)], p]),
                lambda p, i, t: np.sort(halve_again(p, i, t), axis=0),
            ),
        ),
        Mistake(
            "halves-no-start",
            "The new points are half of the differences, seen from the origin. Add them to the left "
            "neighbour.",
            (_with(lambda p: np.diff(p, axis=0) / 2),),
        ),
        Mistake(
            "halves-wrong-way",
            "The difference runs the wrong way, so the step leads away from the right neighbour: "
            "from a to b it is b - a.",
            (
                _with(lambda p: p[:-1] + (p[:-1] - p[1:]) / 2),
                _with(lambda p: p[1:] + (p[1:] - p[:-1]) / 2),
            ),
        ),
        Mistake(
            "halves-not-halved",
            "The difference is added whole, or the two neighbours are added and not halved.",
            (_with(lambda p: p[1:]), _with(lambda p: p[:-1] + p[1:])),
        ),
        Mistake(
            "halves-closed",
            "There is one point too many, between the last and the first: the points form a row, not a ring.",
            (_closed(-1), _closed(1)),
            by=(FOUR,),
        ),
        Mistake(
            "halves-ends-lost",
            "The first or the last point is missing: all old points stay, and new ones come between them.",
            (lambda p, i, t: halve_again(p, i, t)[:-1], lambda p, i, t: halve_again(p, i, t)[1:]),
        ),
        Mistake(
            "halves-twice",
            "Points that two pairs share are there twice.",
            (_pair_by_pair,),
            by=(FOUR,),
        ),
        Mistake(
            "halves-rounded",
            "The half-way points are rounded to whole numbers: divide with `/`, and keep floats.",
            (_with(lambda p: (p[:-1] + p[1:]) // 2), _with(lambda p: np.trunc(_middles(p)))),
        ),
        Mistake(
            "halves-everywhere",
            "There is a half-way point between all neighbours. Where their images differ by no more than the "
            "tolerance, none is wanted.",
            (_where(lambda p, i, t: np.ones(len(p) - 1, bool)),),
        ),
        Mistake(
            "halves-where-alike",
            "New points stand where neighbours look alike, and are missing where they differ: the comparison "
            "is turned round.",
            (_where(lambda p, i, t: ~_differ(i, t)),),
            by=(FIVE, CLOSE),
        ),
        Mistake(
            "halves-latent-distance",
            "What is compared is how far the latent points are apart. Points that lie close together may be "
            "decoded to different images: compare the images.",
            (_where(lambda p, i, t: _differ(p, t)),),
            by=(FIVE, CLOSE),
        ),
        Mistake(
            "halves-summed-over-pixels",
            "The squared differences are added up over the pixels. The tolerance is for their mean, so that "
            "it means the same for images of any size.",
            (_where(lambda p, i, t: np.sum(np.diff(i, axis=0) ** 2, axis=1) > t),),
            by=(FIVE, CLOSE),
        ),
        Mistake(
            "halves-not-squared",
            "The tolerance is compared with a difference that is not squared, or with the root of the mean: "
            "it is meant for the mean of the squares.",
            (
                _where(lambda p, i, t: np.sqrt(np.mean(np.diff(i, axis=0) ** 2, axis=1)) > t),
                _where(lambda p, i, t: np.mean(np.abs(np.diff(i, axis=0)), axis=1) > t),
            ),
            by=(FIVE,),
        ),
    ),
)  # fmt: skip

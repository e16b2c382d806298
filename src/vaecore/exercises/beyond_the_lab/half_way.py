"""Exercise of chapter 8: half-way points between latent points (C8-halves)."""

from itertools import pairwise

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def halve_again(points):
    # [answer]
    middles = points[:-1] + (points[1:] - points[:-1]) / 2
    result = np.empty((len(points) + len(middles), points.shape[1]))
    result[::2] = points
    result[1::2] = middles
    return result
    # [end]


def _middles(points):
    return (points[:-1] + points[1:]) / 2


def _between(points, middles):
    """Points and what goes between them, one after the other."""
    result = np.zeros((len(points) + len(middles), points.shape[1]))
    result[::2], result[1::2] = points, middles
    return result


TWO = "the points (0, 3) and (1, -1)"
FOUR = "the points (0, 3), (1, -1), (5, 2), (-2, 2.5)"
_POINTS = np.array([[0.0, 3.0], [1.0, -1.0], [5.0, 2.0], [-2.0, 2.5]])

HALVES = CodeExercise(
    id="C8-halves",
    chapter=8,
    title="Halve again",
    question=(
        "`points` are n latent points in a row, shape (n, L), perhaps of whole numbers. Put the half-way "
        "point between each two neighbours, and return old and new points in order: shape (2n - 1, L)."
    ),
    hints=(
        "`points[:-1]` are the left neighbours, `points[1:]` the right ones: n - 1 pairs.",
        "A half-way point is the left one plus half of the difference.",
        "Old points have the places 0, 2, 4, ... of the result, new ones 1, 3, 5, ...: `result[::2]` and "
        "`result[1::2]`.",
    ),
    reason="Only neighbours count, so the points may lie anywhere: in a plane, on a bend, unevenly.",
    see="See chapter 8, 'Half-way, and half-way again'.",
    solution=halve_again,
    inputs={
        TWO: (_POINTS[:2],),
        FOUR: (_POINTS,),
        "the points (4), (1), (-2.5), on a line": (np.array([[4.0], [1.0], [-2.5]]),),
        "whole numbers: (0, 3, 1), (1, -2, 4)": (np.array([[0, 3, 1], [1, -2, 4]]),),
        "one point alone, (2, 5)": (np.array([[2.0, 5.0]]),),
    },
    mistakes=(
        Mistake(
            "halves-evenly-spaced",
            "Right for two points. For more, this is a straight line from the first to the last: the points "
            "between them are lost. Halve between neighbours.",
            (
                lambda p: np.linspace(p[0], p[-1], 2 * len(p) - 1),
                lambda p: _between(p, np.linspace(p[0], p[-1], 2 * len(p) - 1)[1::2]),
            ),
        ),
        Mistake(
            "halves-only-middles",
            "These are the new points alone: the old ones stay, and the new ones go between them.",
            (_middles,),
        ),
        Mistake(
            "halves-at-the-end",
            "The numbers are right and their order is not: each new point belongs between its neighbours.",
            (
                lambda p: np.concatenate([p, _middles(p)]),
                lambda p: np.concatenate([_middles(p), p]),
                lambda p: np.sort(_between(p, _middles(p)), axis=0),
            ),
        ),
        Mistake(
            "halves-no-start",
            "The new points are half of the differences, seen from the origin. Add them to the left "
            "neighbour.",
            (lambda p: _between(p, np.diff(p, axis=0) / 2),),
        ),
        Mistake(
            "halves-wrong-way",
            "The difference runs the wrong way, so the step leads away from the right neighbour: "
            "from a to b it is b - a.",
            (
                lambda p: _between(p, p[:-1] + (p[:-1] - p[1:]) / 2),
                lambda p: _between(p, p[1:] + (p[1:] - p[:-1]) / 2),
            ),
        ),
        Mistake(
            "halves-not-halved",
            "The difference is added whole, or the two neighbours are added and not halved.",
            (lambda p: _between(p, p[1:]), lambda p: _between(p, p[:-1] + p[1:])),
        ),
        Mistake(
            "halves-closed",
            "There is one point too many, between the last and the first: the points form a row, not a ring.",
            (
                lambda p: np.stack([p, (p + np.roll(p, -1, axis=0)) / 2], axis=1).reshape(-1, p.shape[1]),
                lambda p: np.stack([p, (p + np.roll(p, 1, axis=0)) / 2], axis=1).reshape(-1, p.shape[1]),
            ),
        ),
        Mistake(
            "halves-ends-lost",
            "The last point is missing: n points and n - 1 between them make 2n - 1.",
            (lambda p: _between(p, _middles(p))[:-1], lambda p: _between(p, _middles(p))[1:]),
        ),
        Mistake(
            "halves-twice",
            "Points that two pairs share are there twice.",
            (lambda p: np.concatenate([np.stack([a, (a + b) / 2, b]) for a, b in pairwise(p)]),),
            by=(FOUR,),
        ),
        Mistake(
            "halves-rounded",
            "The half-way points are rounded to whole numbers: divide with `/`, and keep floats.",
            (lambda p: _between(p, (p[:-1] + p[1:]) // 2), lambda p: _between(p, np.trunc(_middles(p)))),
        ),
    ),
)

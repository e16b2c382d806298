"""Exercise of chapter 1: the gap in a map (S-GAP)."""

import numpy as np

from vaecore.exercises.machinery.exercise import CodeExercise, Mistake


def loneliest(z, codes):
    # [answer]
    distances = np.linalg.norm(z[:, None] - codes[None], axis=2)  # (M, N)
    nearest = distances.min(axis=1)  # (M,)
    return z[np.argmax(nearest)]
    # [end]


def _distances(z, codes):
    return np.linalg.norm(z[:, None] - codes[None], axis=-1)


def _map(seed, places, count):
    """Places in general position, and codes that lie on three islands."""
    rng = np.random.default_rng(seed)
    islands = rng.uniform(-4, 4, (3, 2))
    codes = islands[rng.integers(3, size=count)] + 0.5 * rng.standard_normal((count, 2))
    return rng.uniform(-5, 5, (places, 2)).round(1), codes.round(1)


_GAPS = {
    f"{places} places and {count} codes (map {k})": _map(seed, places, count)
    for k, (seed, places, count) in enumerate(((2231, 14, 15), (598, 14, 15), (4, 7, 1)), start=1)
}
_GAPS["3 places and 2 codes"] = (np.array([[0.0, 4], [-3, -1], [6, 1]]), np.array([[1.0, 1], [5, 0]]))

S_GAP = CodeExercise(
    id="S-GAP",
    chapter=1,
    title="Find the gap",
    question=(
        "Among the places `z`, shape (M, 2), find the one that is farthest from all `codes`, shape (N, 2): "
        "the place whose nearest code is farthest away. Return that place, shape (2,)."
    ),
    hints=(
        "First the distance of every place from every code: a table of shape (M, N).",
        "`z[:, None] - codes[None]` has shape (M, N, 2), and `np.linalg.norm` with `axis=2` makes the table.",
        "Take the smallest number of each row, then the row in which it is largest: `min` over axis 1, "
        "`argmax`.",
    ),
    reason=(
        "A place is in a gap if even its nearest code is far. That is a maximum over places of a minimum "
        "over codes; the two must not change places."
    ),
    see="See chapter 1, 'The gaps'.",
    solution=loneliest,
    inputs=_GAPS,
    tolerance="The result is one of the places; they are at least 0.1 apart.",
    mistakes=(
        Mistake(
            "gap-mean-distance",
            "This place has the largest mean distance. A place at the rim has that too, even with a code "
            "right beside it. It is the nearest code that counts.",
            (lambda z, codes: z[np.argmax(_distances(z, codes).mean(axis=1))],),
        ),
        Mistake(
            "gap-farthest-code",
            "For each place the farthest code was taken. Every place is far from some code; a gap is far "
            "from the nearest one.",
            (lambda z, codes: z[np.argmax(_distances(z, codes).max(axis=1))],),
        ),
        Mistake(
            "gap-most-crowded",
            "This is the place closest to a code: the opposite of a gap.",
            (lambda z, codes: z[np.argmin(_distances(z, codes).min(axis=1))],),
        ),
        Mistake(
            "gap-centre",
            "The distance was measured from one point, the middle of all codes or 0. A gap may well lie in "
            "the middle, and the rim may be crowded.",
            (
                lambda z, codes: z[np.argmax(np.linalg.norm(z - codes.mean(axis=0), axis=1))],
                lambda z, codes: z[np.argmax(np.linalg.norm(z, axis=1))],
            ),
        ),
        Mistake(
            "gap-index",
            "This is the number of the place in the list; the place itself was asked for.",
            (lambda z, codes: np.argmax(_distances(z, codes).min(axis=1)),),
        ),
        Mistake(
            "gap-distance",
            "This is how far the nearest code is; the place itself was asked for.",
            (
                lambda z, codes: _distances(z, codes).min(axis=1).max(),
                lambda z, codes: _distances(z, codes).min(axis=1),
            ),
        ),
        Mistake(
            "gap-loneliest-code",
            "The smallest distance was taken over the places, so this is a code and not a place. Take it "
            "over the codes, axis 1 of the table.",
            (lambda z, codes: codes[np.argmax(_distances(z, codes).min(axis=0))],),
        ),
        Mistake(
            "gap-signed-difference",
            "Differences were added up without a square: to the left and to the right cancel. A distance is "
            "the root of the sum of squares.",
            (lambda z, codes: z[np.argmax((z[:, None] - codes[None]).sum(axis=2).min(axis=1))],),
        ),
        Mistake(
            "gap-other-distance",
            "Absolute differences were added up, or the larger one taken. The straight distance is the root "
            "of the sum of squares.",
            (
                lambda z, codes: z[np.argmax(np.abs(z[:, None] - codes).sum(axis=2).min(axis=1))],
                lambda z, codes: z[np.argmax(np.abs(z[:, None] - codes).max(axis=2).min(axis=1))],
            ),
        ),
    ),
)

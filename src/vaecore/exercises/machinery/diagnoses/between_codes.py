"""Where rows of codes lie that should lie between two codes: in steps along the line, or beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.words import number

MOST_SHOWN = 6
SMALL = 1e-6


def between_codes(args: Mapping[str, Any], encoded: Sequence[tuple], seen: Any, right: Any) -> str:
    """Return a sentence on how rows that are handed in are made of two codes; "" where it does not fit.

    args: the arguments of a call, with a VAE among them.  encoded: what its `encode` was called with.
    seen, right: the rows that were handed on, and those that should have been.
    """
    vae = next((v for v in args.values() if hasattr(v, "encode")), None)
    if vae is None or not encoded or np.ndim(right) != 2 or np.shape(seen) != np.shape(right):
        return ""
    codes = np.asarray(vae.encode(*encoded[0])[0], float)
    if len(codes) != 2 or np.linalg.matrix_rank(codes) < 2:
        return ""
    ours, theirs = (np.linalg.lstsq(codes.T, rows.T, rcond=None)[0] for rows in (seen, right))
    fits = all(np.allclose(codes.T @ w, rows.T, atol=SMALL) for w, rows in ((ours, seen), (theirs, right)))
    if not fits or not np.allclose(theirs.sum(axis=0), 1):
        return ""
    if np.allclose(ours.sum(axis=0), 1):
        return (
            " Counted from the first code to the second, 0 to 1, your steps lie at "
            f"{_listed(ours[1])}, expected {_listed(theirs[1])}."
        )
    return (
        f" The first code comes in with the weights {_listed(ours[0])}, the second with {_listed(ours[1])}, "
        "so that they do not add up to 1: your steps do not lie on the straight line between the two."
    )


def _listed(values: Any) -> str:
    more = ", ..." if len(values) > MOST_SHOWN else ""
    return ", ".join(number(round(float(v), 4) + 0.0) for v in values[:MOST_SHOWN]) + more

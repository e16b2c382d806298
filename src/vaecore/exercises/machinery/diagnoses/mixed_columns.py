"""Whether a column of the result depends on the column of an input on which it should."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Call, Case, close, usable
from vaecore.exercises.machinery.diagnoses.diagnosis import Diagnosis
from vaecore.exercises.machinery.diagnoses.parts import is_distribution, moved


def mixed_columns(
    cases: Sequence[Case], answer: Call, solution: Call, seen: Sequence[Any], right: Sequence[Any]
) -> list[Diagnosis]:
    """Return which column of the result changes with one that is not its own, as no expected one does."""
    for case, s, r in zip(cases, seen, right, strict=True):
        if np.ndim(r) != 2 or np.shape(r)[1] < 2:
            continue
        for name, value in case.args.items():
            if (
                not isinstance(value, np.ndarray)
                or value.dtype.kind != "f"
                or value.ndim != 2
                or value.shape[1] < 2
                or is_distribution(value)
            ):
                continue
            for column in range(value.shape[1]):
                new = value.copy()
                new[:, column] = moved(new[:, column], np.random.default_rng(8))
                args = {**case.args, name: new}
                s2, r2 = answer(args), solution(args)
                if not usable(s2, r2) or np.shape(s2) != np.shape(s) or np.shape(r2) != np.shape(r):
                    continue
                ours, theirs = (_moved_columns(x2, x) for x2, x in ((s2, s), (r2, r)))
                if len(theirs) == 1 and set(ours) - set(theirs):
                    other = min(set(ours) - set(theirs))
                    text = (
                        f"When only column `[{column}]` of `{name}` is moved, your result changes in column "
                        f"`[{other}]`, where it should change in column `[{theirs[0]}]` alone."
                    )
                    return [Diagnosis("mixes-columns", text, 0.17)]
    return []


def _moved_columns(after: Any, before: Any) -> list[int]:
    return [j for j in range(np.shape(before)[1]) if not close(after[:, j], before[:, j])]

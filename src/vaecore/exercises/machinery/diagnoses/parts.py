"""The parts of an input that can be moved on their own: an argument, or the means and log stds in one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from vaecore.exercises.machinery.diagnoses.cases import Case

TWO_HALVES = "encoder_output"  # means, then log stds


@dataclass(frozen=True)
class Part:
    """A part of the input.

    name: for the reader.  argument: where it is.  half: 0 or 1, or None for all of it.
    """

    name: str
    argument: str
    half: int | None = None

    @property
    def changes(self) -> str:
        """The verb that goes with the name."""
        return self.verb("changes", "change")

    def verb(self, one: str, several: str) -> str:
        """The form of a verb that goes with the name."""
        return one if self.half is None else several

    def get(self, args: Mapping[str, Any]) -> Any:
        """Return the numbers of this part."""
        value = args[self.argument]
        return value if self.half is None else value[:, _columns(value, self.half)]

    def put(self, args: Mapping[str, Any], new: Any) -> dict[str, Any]:
        """Return the arguments with other numbers in this part."""
        if self.half is None:
            return {**args, self.argument: new}
        value = args[self.argument].copy()
        value[:, _columns(value, self.half)] = new
        return {**args, self.argument: value}


def _columns(value: Any, half: int) -> slice:
    middle = value.shape[1] // 2
    return slice(0, middle) if half == 0 else slice(middle, None)


def parts_of(cases: Sequence[Case]) -> list[Part]:
    """Return the parts of the arguments that are numbers in all cases."""
    parts = []
    for name in cases[0].args:
        values = [case.args[name] for case in cases]
        if name == TWO_HALVES:
            parts += [
                Part(f"{word} in `{name}`", name, i) for i, word in enumerate(("the means", "the log stds"))
            ]
        elif all(map(_is_numbers, values)) and any(np.asarray(v).dtype.kind == "f" for v in values):
            parts.append(Part(f"`{name}`", name))
    return parts


def _is_numbers(value: Any) -> bool:
    """Whether these are numbers; whole ones too, which an input may hold where others have fractions."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu"
    return isinstance(value, float | int) and not isinstance(value, bool)


def is_distribution(values: Any) -> bool:
    """Whether these are probabilities that add up to 1 along the last axis."""
    values = np.asarray(values)
    return bool(values.ndim and np.all(values >= 0) and np.allclose(values.sum(axis=-1), 1))


def moved(values: Any, rng: np.random.Generator, far: bool = False) -> Any:
    """Return other numbers of the same kind: zeros and ones, probabilities, symmetric, positive, or any.

    far: by more than their own size, where the kind allows it.
    """
    a = np.asarray(values, float)
    if np.all((a == 0) | (a == 1)):
        flipped = rng.random(a.shape) < 0.5
        flipped.flat[0] = True
        new = np.where(flipped, 1 - a, a)
    elif a.ndim == 2 and a.shape[0] == a.shape[1] and a.shape[0] > 1 and np.array_equal(a, a.T):
        scale = 1 + 0.2 * rng.random(len(a))
        new = a * np.outer(scale, scale) + np.diag(0.1 * rng.random(len(a)))
    elif np.all(a > 0):
        new = a * np.exp((2 if far else 0.3) * (rng.random(a.shape) - 0.3))
        new = (
            new / new.sum(axis=-1, keepdims=True)
            if is_distribution(a)
            else np.where(a < 1, new.clip(0, 0.98), new)
        )
    else:
        new = a + (3 if far else 0.2) * (rng.standard_normal(a.shape) + 0.25)
    return new if np.ndim(values) else float(new)

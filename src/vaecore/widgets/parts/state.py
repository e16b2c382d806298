"""Traits that take what NumPy makes (np.int64, arrays), keep plain Python numbers, and say what is wrong."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import traitlets

from vaecore.foundations import validation
from vaecore.foundations.errors import InvalidInputError


class InvalidStateError(InvalidInputError, traitlets.TraitError):
    """An InvalidInputError that traitlets knows: it takes a whole group of changes back when one is wrong."""


def _checked(check: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return check(*arguments)
    except InvalidInputError as error:
        raise InvalidStateError(str(error)) from None


def _ends(*ends: float) -> list[float | None]:
    return [end if math.isfinite(end) else None for end in ends]


class Number(traitlets.Float):
    """A finite number from `at_least` to `at_most`."""

    def __init__(self, default: float, at_least: float = -math.inf, at_most: float = math.inf) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(default)

    def moves(self) -> dict[str, Any]:
        """Return what a link may set it to, as mount.js reads it."""
        return {"range": _ends(self.at_least, self.at_most)}

    def validate(self, obj: Any, value: Any) -> float:
        value = _checked(validation.number, value, self.name)
        if not self.at_least <= value <= self.at_most:
            raise InvalidStateError(
                f"{self.name} is {value:g}, expected a number from {self.at_least:g} to {self.at_most:g}"
            )
        return value


class Index(traitlets.Int):
    """A whole number from `at_least` to `at_most`.

    Where only the widget knows what is counted, it sets the upper end with `index_below`.
    """

    def __init__(self, default: int = 0, at_least: int = 0, at_most: float = math.inf) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(default)

    def moves(self) -> dict[str, Any]:
        return {"range": _ends(self.at_least, self.at_most), "whole": True}

    def validate(self, obj: Any, value: Any) -> int:
        value = _checked(validation.whole_number, value, self.name, self.at_least)
        if value > self.at_most:
            raise InvalidStateError(f"{self.name} is {value}, expected {self.at_least} to {self.at_most}")
        return value


def index_below(count: int, proposal: dict) -> int:
    """Return the proposed value of an Index, for a `traitlets.validate` method; `count` things are counted.

    Raises InvalidStateError for a value of `count` or more.
    """
    trait, value = proposal["trait"], proposal["value"]
    if value >= count:
        none = " (none)" if trait.at_least < 0 else ""
        raise InvalidStateError(f"{trait.name} is {value}, expected {trait.at_least}{none} to {count - 1}")
    return value


class Choice(traitlets.Any):
    """One of several words."""

    def __init__(self, default: str, words: Iterable[str]) -> None:
        self.words = tuple(words)
        super().__init__(default)

    def moves(self) -> dict[str, Any]:
        return {"words": self.words}

    def validate(self, obj: Any, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise InvalidStateError(f"{self.name} is {value!r}, expected one of {', '.join(self.words)}")
        return value


class Switch(traitlets.Bool):
    """Something that is on or off."""

    def moves(self) -> dict[str, Any]:
        return {"words": [False, True]}


class Numbers(traitlets.List):
    """A row of finite numbers: a list, a tuple or an array goes in, a list of floats comes out."""

    def moves(self) -> dict[str, Any]:
        return {"numbers": True}

    def validate(self, obj: Any, value: Any) -> list[float]:
        if not isinstance(value, list | tuple | np.ndarray) or np.ndim(value) != 1:
            raise InvalidStateError(
                f"{self.name} is {value!r}, expected a list or a one-dimensional array of numbers"
            )
        return [_checked(validation.number, v, f"{self.name}[{j}]") for j, v in enumerate(value)]

"""Traits that take what NumPy makes (np.int64, arrays), keep plain Python numbers, and say what is wrong."""

import math
from collections.abc import Callable
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


class Number(traitlets.Float):
    """A finite number from `at_least` to `at_most`."""

    def __init__(self, default: float, at_least: float = -math.inf, at_most: float = math.inf) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(default)

    def validate(self, obj: Any, value: Any) -> float:
        value = _checked(validation.number, value, self.name)
        if not self.at_least <= value <= self.at_most:
            raise InvalidStateError(
                f"{self.name} is {value:g}, expected a number from {self.at_least:g} to {self.at_most:g}"
            )
        return value


class Index(traitlets.Int):
    """A whole number, at least `at_least`; the widget, which knows what is counted, sets the upper end."""

    def __init__(self, default: int = 0, at_least: int = 0) -> None:
        self.at_least = at_least
        super().__init__(default)

    def validate(self, obj: Any, value: Any) -> int:
        return _checked(validation.whole_number, value, self.name, self.at_least)


def index_below(count: int, proposal: dict) -> int:
    """Return the proposed value of an Index, for a `traitlets.validate` method; `count` things are counted.

    Raises InvalidStateError for a value of `count` or more.
    """
    if proposal["value"] >= count:
        raise InvalidStateError(
            f"{proposal['trait'].name} is {proposal['value']}, expected 0 to {count - 1}"
        )
    return proposal["value"]


class Numbers(traitlets.List):
    """A row of finite numbers: a list, a tuple or an array goes in, a list of floats comes out."""

    def validate(self, obj: Any, value: Any) -> list[float]:
        if not isinstance(value, list | tuple | np.ndarray) or np.ndim(value) != 1:
            raise InvalidStateError(
                f"{self.name} is {value!r}, expected a list or a one-dimensional array of numbers"
            )
        return [_checked(validation.number, v, f"{self.name}[{j}]") for j, v in enumerate(value)]

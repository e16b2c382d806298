"""Calling a student's function with care: whatever it does becomes numbers or a `Trouble`."""

import copy
import inspect
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from numbers import Real
from typing import Any

import numpy as np
from autograd.tracer import getval

from vaecore.exercises.machinery.raised_errors import place_of
from vaecore.exercises.machinery.safe_running import TimeIsUp

LARGEST = 2_000_000  # numbers that a result may hold; what we ask for has at most thousands
KINDS_OF_ARRAYS = {"U": "texts", "S": "bytes", "c": "complex numbers", "M": "dates", "m": "spans of time"}
CHARACTERS = 300  # of an error that are shown


@dataclass(frozen=True)
class Trouble:
    """What came in place of numbers.

    kind: "nothing", "raised", "arguments" or "unusable".  text: in words.  error: the exception's name.
    where: the line in which it came up, and the shapes there; two answers may fail alike in different lines.
    """

    kind: str
    text: str
    error: str = ""
    where: str = field(default="", compare=False)


class Elsewhere(ABC):
    """A function that runs in another process, where it was called with the same care (`grading`)."""

    @abstractmethod
    def reading(self, args: tuple, rng: np.random.Generator | None) -> tuple[Any, int | None]:
        """Return an array or a Trouble, and the position of an argument changed in place, or None."""

    def __call__(self, *args: Any) -> Any:
        return self.reading(args, None)[0]


class Answer:
    """A student's function.  Calling it returns an array, or a Trouble; it never raises.

    rng: put behind the arguments, unless the function takes no such argument.
    changed: the position of an argument that the function has changed in place, or None.
    """

    def __init__(self, function: Callable[..., Any], rng: np.random.Generator | None = None) -> None:
        self.function = function
        self.rng = rng
        self.changed: int | None = None

    def __call__(self, *args: Any) -> Any:
        if isinstance(self.function, Elsewhere):
            reading, changed = self.function.reading(args, self.rng)
            self.changed = self.changed if changed is None else changed
            return reading
        given = tuple(arg if callable(arg) else copy.deepcopy(arg) for arg in args)
        call = self._fitting_call(given)
        if isinstance(call, Trouble):
            return call
        try:
            result = call()
        except TimeIsUp:
            raise
        except BaseException as problem:
            # Not __file__: that of a module which was compiled beforehand ends in .pyc.
            caller = Answer.__call__.__code__.co_filename
            return Trouble("raised", _in_words(problem), type(problem).__name__, place_of(problem, caller))
        for position, (now, before) in enumerate(zip(given, args, strict=True)):
            if not callable(before) and not _same(now, before):
                self.changed = position
        try:
            return as_numbers(result)
        except Exception as problem:  # an object with methods of its own
            return Trouble("unusable", f"an object that cannot be read as numbers ({type(problem).__name__})")

    def _fitting_call(self, args: tuple) -> Callable[[], Any] | Trouble:
        f, rng = self.function, self.rng
        try:
            signature = _signature(f)
        except (TypeError, ValueError):  # some functions written in C do not tell
            return lambda: f(*args)
        if rng is not None and _takes_rng(signature, args):
            return lambda: f(*args, rng)
        for named in ({"rng": rng}, {}) if rng is not None else ({},):
            try:
                signature.bind(*args, **named)
            except TypeError:
                continue
            return lambda: f(*args, **named)
        return Trouble(
            "arguments", f"takes {signature}, and was called with {len(args) + (rng is not None)} arguments"
        )


def _signature(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of a function that is called many times."""
    try:
        hash(function)
    except TypeError:  # an object that cannot be looked up
        return inspect.signature(function)
    return _known_signature(function)


@lru_cache(maxsize=16)
def _known_signature(function: Callable[..., Any]) -> inspect.Signature:
    return inspect.signature(function)


def _takes_rng(signature: inspect.Signature, args: tuple) -> bool:
    """Whether the position behind `args` is for a generator, not an option such as num_samples=1."""
    try:
        signature.bind(*args, None)
    except TypeError:
        return False
    parameters = [
        p for p in signature.parameters.values() if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)
    ]
    if len(parameters) <= len(args):  # *args
        return True
    place = parameters[len(args)]
    return place.default is place.empty or place.default is None or "rng" in place.name


def as_numbers(value: Any) -> Any:
    """Return `value` as a float64 array, or a Trouble that says why it is none."""
    if _is_nothing(value):
        return Trouble("nothing", "None")
    value = getval(value)  # a number that autograd follows
    kind = type(value).__name__
    if inspect.isgenerator(value) or hasattr(value, "__next__"):
        return Trouble("unusable", f"{a(kind)}, which holds no numbers yet")
    if isinstance(value, str | bytes | dict | set | frozenset):
        return Trouble("unusable", a(kind))
    if isinstance(value, list | tuple):
        if _count(value) > LARGEST:
            return Trouble("unusable", f"{a(kind)} with more than {LARGEST:,} numbers")
    elif isinstance(value, np.ndarray) and value.size > LARGEST:
        return Trouble("unusable", f"an array of shape {value.shape}, far larger than expected")
    elif isinstance(value, Real | Decimal):  # a Fraction, for example
        value = float(value)
    elif not isinstance(value, np.ndarray | np.generic):
        if isinstance(value, type) or not hasattr(value, "__array__"):
            return Trouble("unusable", f"an object of type {kind}")
        if _has_gradient(value):
            return Trouble("unusable", f"{a(kind)} that follows gradients; return `.detach()` of it")
        value = np.asarray(value)  # it knows how to become one
        if value.size > LARGEST:
            return Trouble("unusable", f"{a(kind)} of shape {value.shape}, far larger than expected")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = np.asarray([float(x) for x in array.ravel()]).reshape(array.shape)
        if array.dtype.kind not in "fiub":  # True and False are 1 and 0: pixels that are on or off
            holds = KINDS_OF_ARRAYS.get(array.dtype.kind, "other things")
            return Trouble(
                "unusable",
                f"{a(kind)} of {holds}, not of real numbers",
            )
        return np.array(array, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return Trouble("unusable", f"{a(kind)} that does not fit into one array of real numbers")


def a(kind: str) -> str:
    """Return the name of a type with its article."""
    kind = {"ndarray": "array", "str": "text"}.get(kind, kind)
    return f"{'an' if kind[:1].lower() in 'aeio' else 'a'} {kind}"


def _has_gradient(value: Any) -> bool:
    """Whether this is a torch tensor that keeps its history, which then refuses to become an array."""
    return getattr(value, "requires_grad", False) is True and hasattr(value, "detach")


def _is_nothing(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return 0 < len(value) < 10 and all(item is None for item in value)
    return value is None or value is NotImplemented or value is Ellipsis


def _count(value: Any, depth: int = 0) -> int:
    """How many leaves nested lists have; stops above the limit, and in lists that hold themselves."""
    if not isinstance(value, list | tuple):
        return 1 if depth else 0
    if len(value) > LARGEST or depth > 10:
        return LARGEST + 1
    total = 0
    for item in value:
        total += _count(item, depth + 1) if isinstance(item, list | tuple) else 1
        if total > LARGEST:
            break
    return total


def _same(a: Any, b: Any) -> bool:
    if isinstance(b, np.ndarray):
        return isinstance(a, np.ndarray) and a.shape == b.shape and np.array_equal(a, b, equal_nan=True)
    if isinstance(b, list | tuple):
        return len(a) == len(b) and all(_same(x, y) for x, y in zip(a, b, strict=True))
    if isinstance(b, int | float):
        return a == b
    return not hasattr(b, "__dict__") or all(_same(getattr(a, k, None), v) for k, v in vars(b).items())


def _in_words(problem: BaseException) -> str:
    """The name and the message of an error."""
    try:
        message = str(problem).strip()
    except Exception:
        message = "(its message cannot be printed)"
    if len(message) > CHARACTERS:
        message = message[:CHARACTERS] + "..."
    return f"{type(problem).__name__}: {message}" if message else type(problem).__name__

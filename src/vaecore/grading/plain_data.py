"""Values as plain JSON, and back: what may pass between the judge and the process that runs an answer.

Nothing is unpickled and no code travels.  Numbers, texts, lists and arrays go over as they are; a function,
or a model, becomes a number by which it can be called; anything else becomes the name of its type.
What comes back is checked for its size before memory is taken for it.
"""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

LARGEST_ARRAY = 2_000_000  # numbers; an answer that gives more is told so by its own side
LONGEST_TEXT = 20_000  # characters
MOST_ITEMS = 100_000  # of a list
MOST_DEPTH = 12
LONGEST_MESSAGE = 48_000_000  # bytes of a line
KINDS = "fiub"  # of arrays: real numbers, whole numbers, booleans


class NotPlainError(ValueError):
    """What came is not what plain data can be."""


class Nameless:
    """What stands for an object that cannot travel; `name` is that of its type."""

    def __init__(self, name: str) -> None:
        self.name = name


def encode(value: Any, other: Callable[[Any], Any] | None = None, depth: int = 0) -> Any:
    """Return a value as JSON has it.

    other: is asked first about everything that is no number, text or container; what it returns is taken,
    unless it is None.
    """
    if depth > MOST_DEPTH:
        return {"object": "something nested too deep"}
    if value is None or type(value) in (bool, float, int, str):
        if type(value) is int and abs(value) >= 2**63:
            return {"object": "int"}
        return value[:LONGEST_TEXT] if type(value) is str else value
    if type(value) in (list, tuple, set, frozenset) and len(value) <= MOST_ITEMS:
        kind = "tuple" if type(value) is tuple else "list" if type(value) is list else "set"
        return {kind: [encode(item, other, depth + 1) for item in value]}
    if type(value) is dict and len(value) <= MOST_ITEMS:
        pairs = (
            [encode(key, other, depth + 1), encode(item, other, depth + 1)] for key, item in value.items()
        )
        return {"dict": list(pairs)}
    found = None if other is None else other(value)
    if found is not None:
        return found
    if isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        if array.dtype.kind in KINDS and array.dtype.itemsize <= 8 and array.size <= LARGEST_ARRAY:
            data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
            scalar = not isinstance(value, np.ndarray)
            return {"array": array.dtype.str, "shape": list(array.shape), "data": data, "scalar": scalar}
        if array.dtype.kind in "UO" and array.size <= MOST_ITEMS and depth == 0:
            return encode(array.tolist(), other, depth + 1)
    return {"object": type(value).__name__[:80]}


def decode(data: Any, other: Callable[[Mapping[str, Any]], Any] | None = None, depth: int = 0) -> Any:
    """Return the value of what `encode` gave, wherever it comes from.

    other: is asked about mappings that are none of `encode`'s own.
    Raises NotPlainError for anything that is not plain data, or too much of it.
    """
    if depth > MOST_DEPTH + 1:
        raise NotPlainError("nested too deep")
    if data is None or isinstance(data, bool | int | float):
        return data
    if isinstance(data, str):
        return data[:LONGEST_TEXT]
    if not isinstance(data, dict):
        raise NotPlainError(f"a {type(data).__name__}, expected plain data")
    for kind, make in (("list", list), ("tuple", tuple), ("set", _as_set)):
        if kind in data:
            return make([decode(item, other, depth + 1) for item in _items(data[kind])])
    if "dict" in data:
        pairs = [[decode(part, other, depth + 1) for part in _items(pair)] for pair in _items(data["dict"])]
        try:
            return dict(pairs)
        except (TypeError, ValueError) as error:
            raise NotPlainError("a dictionary that is none") from error
    if "array" in data:
        return _array(data)
    if "object" in data:
        return Nameless(str(data["object"])[:80])
    if other is None:
        raise NotPlainError("something that may not travel")
    return other(data)


def _items(items: Any) -> list[Any]:
    if not isinstance(items, list) or len(items) > MOST_ITEMS:
        raise NotPlainError("a list that is none, or too long")
    return items


def _as_set(items: list[Any]) -> Any:
    try:
        return set(items)
    except TypeError as error:
        raise NotPlainError("a set of what cannot be in one") from error


def _array(data: Mapping[str, Any]) -> Any:
    shape, text = data.get("shape"), data.get("data")
    if not isinstance(shape, list) or len(shape) > MOST_DEPTH or not isinstance(text, str):
        raise NotPlainError("an array without a shape or numbers")
    if any(type(n) is not int or not 0 <= n <= LARGEST_ARRAY for n in shape):
        raise NotPlainError("an array of a size that is none")
    count = 1
    for n in shape:
        count *= n
    try:
        dtype = np.dtype(str(data["array"])[:8])
        raw = base64.b64decode(text, validate=True)
    except (TypeError, ValueError) as error:
        raise NotPlainError("an array that cannot be read") from error
    if dtype.kind not in KINDS or count > LARGEST_ARRAY or len(raw) != count * dtype.itemsize:
        raise NotPlainError("an array whose size is not that of its numbers")
    array = np.frombuffer(raw, dtype).reshape(shape).copy()
    return array[()] if data.get("scalar") is True and not shape else array


def line_of(message: Mapping[str, Any]) -> bytes:
    """Return a message as one line."""
    return json.dumps(message, ensure_ascii=True).encode("ascii") + b"\n"


def message_of(line: bytes) -> dict[str, Any]:
    """Return the message of a line.  Raises NotPlainError for what is none."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError, MemoryError) as error:
        raise NotPlainError("a line that is not JSON") from error
    if not isinstance(message, dict):
        raise NotPlainError("a line that is no message")
    return message

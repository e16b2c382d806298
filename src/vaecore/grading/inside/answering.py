"""What was handed in, and what a function of it gives: as plain data."""

import builtins
import random
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from vaecore.exercises.machinery.answers import Answer, Trouble
from vaecore.exercises.machinery.safe_running import attempt
from vaecore.grading.plain_data import decode, encode
from vaecore.vae import VAE


class Caller(Protocol):
    """How the judge is reached while a function runs."""

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""

    def receive(self) -> dict[str, Any]:
        """Return the next one."""


def answers_in(
    handed_in: dict[str, list[Any]], functions: Mapping[str, str], find: Callable[[str], Any]
) -> dict[str, list[Any]]:
    """Return for each exercise its answers: "function", or the value as plain data.

    functions: exercise -> the name of its function, looked for where nothing was handed to `check`.
    """
    for exercise, name in functions.items():
        if exercise not in handed_in and (found := find(name)) is not None:
            handed_in[exercise] = [found]
    return {
        exercise: ["function" if callable(a) else {"value": encode(a)} for a in answers]
        for exercise, answers in handed_in.items()
    }


def call(handed_in: dict[str, list[Any]], asked: Mapping[str, Any], line: Caller) -> dict[str, Any]:
    """Call a function once; return its reading, which argument it has changed, and what it has printed."""
    exercise, position = asked["call"]
    function = handed_in[exercise][position]
    random.seed(asked["seed"])
    np.random.seed(asked["seed"])  # noqa: NPY002 (an answer may draw from it)
    rng = None
    if asked["rng"] is not None:
        rng = np.random.default_rng()
        rng.bit_generator.state = asked["rng"]
    args = [decode(arg, lambda data: _from_afar(data, line)) for arg in asked["args"]]
    answer = Answer(function, rng)
    outcome = attempt(lambda: answer(*args))
    reading = outcome.value if outcome.how == "returned" else Trouble("raised", outcome.error[:300], "Error")
    if isinstance(reading, Trouble):
        plain = {"trouble": [reading.kind, reading.text, reading.error, reading.where]}
    else:
        plain = {"numbers": encode(np.asarray(reading, np.float64))}
    state = None if rng is None else rng.bit_generator.state
    return {**plain, "changed": answer.changed, "printed": outcome.printed, "rng": state}


def _from_afar(data: Mapping[str, Any], line: Caller) -> Any:
    """Return a function, or a model, that the judge keeps."""
    if "callable" in data:
        return Far(data["callable"], line)
    return FarVAE(decode(data["gen"]), decode(data["rec"]), data["vae"], line)


class Far:
    """A function among the arguments: calling it asks the judge."""

    def __init__(self, name: Any, line: Caller) -> None:
        self._name, self._line = name, line

    def __call__(self, *args: Any, **named: Any) -> Any:
        self._line.send(
            {
                "callback": self._name,
                "args": [encode(arg, _as_array) for arg in args],
                "named": {name: encode(arg, _as_array) for name, arg in named.items()},
            }
        )
        came = self._line.receive()
        if "raised" in came:
            name, text = came["raised"]
            error = getattr(builtins, name, ValueError)
            raise (error if isinstance(error, type) and issubclass(error, Exception) else ValueError)(text)
        return decode(came["value"])


class FarVAE(VAE):
    """A model among the arguments: its weights are here, and what it encodes and decodes the judge hears."""

    def __init__(self, gen_params: Any, rec_params: Any, name: Any, line: Caller) -> None:
        super().__init__(gen_params, rec_params)
        self._encode, self._decode = Far([name, "encode"], line), Far([name, "decode"], line)

    def __deepcopy__(self, memo: Any) -> "FarVAE":
        return self

    def encode(self, images: Any) -> Any:
        """As VAE.encode."""
        return self._encode(images)

    def decode(self, z: Any) -> Any:
        """As VAE.decode."""
        return self._decode(z)


def _as_array(value: Any) -> Any:
    """Encode what becomes an array when it is asked: a tensor, a table."""
    if isinstance(value, np.ndarray | np.generic) or not hasattr(value, "__array__"):
        return None
    return encode(np.asarray(value))

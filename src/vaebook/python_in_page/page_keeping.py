"""What trainings have learnt, handed to the page after each epoch; and handed back where Python was ended.

Without cross-origin isolation a page can stop Python only by ending its interpreter, and all that it knew is
gone.  So the page keeps of each training, by the cell and the order in which they came: the model, the
history, and the generator of random numbers.  A training that is exactly the same one, when its cell runs
again, begins with these instead of with its first step.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from vaecore.foundations.parameters import leaves
from vaecore.training.epochs import LoopState
from vaecore.training.settings import LoopSettings, fingerprint

MOST = 32_000_000  # bytes of a model that is kept: a larger one would burden the page
Kept = dict[str, Any]


class Keeper:
    """Sees the trainings of a cell, as `vaecore.training.epochs.show_to` asks of a witness."""

    def __init__(self) -> None:
        self.hand_on: Callable[[Kept, bytes], None] | None = None
        self.known: dict[int, tuple[Kept, bytes]] = {}  # by the order in the cell
        self.number, self.key = 0, ""
        self.used: list[dict[str, int]] = []  # how far those had come that were handed back

    def begin(self, hand_on: Callable[[Kept, bytes], None], kept: Sequence[tuple[Kept, bytes]] = ()) -> None:
        """A cell begins.  hand_on: takes what is to be kept.  kept: what was kept of the cell before."""
        self.hand_on, self.number, self.used = hand_on, 0, []
        self.known = {told["number"]: (told, weights) for told, weights in kept}

    def end(self) -> None:
        """The cell has ended: nobody's trainings are kept until the next begins."""
        self.hand_on, self.known = None, {}

    def begins(self, images: np.ndarray, settings: LoopSettings, state: LoopState) -> bool:
        self.number += 1
        random = json.dumps(state.rng.bit_generator.state, default=np.ndarray.tolist)
        params = (fingerprint(array) for array in leaves(state.params))
        parts = (type(settings).__name__, repr(settings), fingerprint(images), random, *params)
        self.key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
        told, weights = self.known.get(self.number, ({}, b""))
        if told.get("key") != self.key:
            return False
        _put_in(state, told, weights)
        self.used.append({"done": told["done"], "epochs": told["epochs"]})
        self.sees(settings, state)  # so that it is kept for the next time, too
        return True

    def sees(self, settings: LoopSettings, state: LoopState) -> None:
        arrays = leaves(state.model)
        if self.hand_on is None or sum(array.nbytes for array in arrays) > MOST:
            return
        told = {
            "number": self.number, "key": self.key, "done": state.epochs_done, "epochs": settings.epochs,
            "history": state.history, "rng": state.rng.bit_generator.state,
        }  # fmt: skip
        self.hand_on(told, b"".join(array.tobytes() for array in arrays))


def _put_in(state: LoopState, told: Kept, weights: bytes) -> None:
    """Give a state that has just begun the model, the history and the random numbers that were kept."""
    start = 0
    for own, model in zip(leaves(state.params), leaves(state.model), strict=True):
        values = np.frombuffer(weights, model.dtype, model.size, start).reshape(model.shape)
        model[...] = own[...] = values
        start += model.nbytes
    state.history = told["history"]
    state.rng.bit_generator.state = told["rng"]

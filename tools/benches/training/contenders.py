"""The list of those who compete, and what runs them."""

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass, field

# What a contender calls after each block: with the mean bound (or log p(x)) of the block, and the number of
# steps (or images) it had.  It returns when the next block is wanted.
AfterBlock = Callable[[float | None, int], None]


@dataclass(frozen=True)
class Contender:
    """label: in tables.  module, function: what runs it, with a Task and an AfterBlock.
    environment: variables of its process."""

    label: str
    module: str
    function: str
    environment: dict[str, str] = field(default_factory=dict)


WITHOUT_EXTRA = {"VAECORE_COMPILED": "0"}

TRAINING = {
    "labs": Contender("labs' code (autograd, float64)", "labs", "train_steps"),
    "pytorch": Contender("PyTorch, Adam", "pytorch", "train_steps"),
    "pytorch_fused": Contender("PyTorch, fused Adam", "pytorch", "train_steps_fused"),
    "ours_plain": Contender("vaecore, not compiled", "ours", "train_steps", WITHOUT_EXTRA),
    "ours": Contender("vaecore, compiled extra", "ours", "train_steps"),
    "products": Contender("matrix products alone", "products", "train_steps"),
}
EVALUATION = {
    "pytorch": Contender("PyTorch", "pytorch", "estimate"),
    "ours_plain": Contender("vaecore, not compiled", "ours", "estimate", WITHOUT_EXTRA),
    "ours": Contender("vaecore, compiled extra", "ours", "estimate"),
}


def compiled_extra_installed() -> bool:
    """Whether the contenders called "ours" can run: without the extra they would be "ours_plain"."""
    return importlib.util.find_spec("numba") is not None


def present(contenders: dict[str, Contender]) -> dict[str, Contender]:
    """Return those that can run here."""
    return {name: c for name, c in contenders.items() if name != "ours" or compiled_extra_installed()}

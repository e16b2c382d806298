"""Numbers and lists as a reader wants to see them."""

from collections.abc import Sequence


def number(value: float) -> str:
    """Return a number with four digits."""
    return f"{value:.4g}".replace("e+0", "e").replace("e-0", "e-")


def on_all(count: int) -> str:
    """Return "on both inputs" or "on all 3 inputs"."""
    return {1: "on the input that was tried", 2: "on both inputs"}.get(count, f"on all {count} inputs")


def listed(words: Sequence[str], last: str = "and") -> str:
    """Return "a, b and c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}"

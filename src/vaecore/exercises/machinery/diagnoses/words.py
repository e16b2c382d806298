"""Numbers and names as a reader wants to see them."""

from typing import Any


def number(value: float) -> str:
    """Return a number with four digits."""
    return f"{value:.4g}".replace("e+0", "e").replace("e-0", "e-")


def on_all(count: int) -> str:
    """Return "on both inputs" or "on all 3 inputs"."""
    return {1: "on the input that was tried", 2: "on both inputs"}.get(count, f"on all {count} inputs")


def and_so_on(names: Any) -> str:
    """Return "`a`, `b` and `c`", with at most four of the names."""
    quoted = [name if "`" in name else f"`{name}`" for name in names][:4]
    return " and ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]])) if quoted else "no argument"

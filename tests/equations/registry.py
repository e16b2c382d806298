"""Which check belongs to which numbered equation of the book.

    @checks("eq-elbo-identity")
    def log_evidence_is_elbo_plus_kl() -> None:
        \"\"\"On 200 random discrete worlds, to 1e-12.\"\"\"

Each label `(eq-...)` in book/*.md has at least one check, and each check a label:
tests/core/test_equations.py.
"""

import importlib
import pkgutil
from collections.abc import Callable
from pathlib import Path

Check = Callable[[], None]
REGISTERED: dict[str, list[Check]] = {}


def checks(*labels: str) -> Callable[[Check], Check]:
    """Register a function as the check of these equations."""

    def register(check: Check) -> Check:
        for label in labels:
            REGISTERED.setdefault(label, []).append(check)
        return check

    return register


def all_checks() -> dict[str, list[Check]]:
    """Return the checks of each label, from all modules of this package."""
    here = Path(__file__).parent
    for module in pkgutil.iter_modules([str(here)]):
        importlib.import_module(f"equations.{module.name}")
    return REGISTERED

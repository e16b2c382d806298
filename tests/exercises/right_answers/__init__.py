"""Right answers, written differently from the solutions, and changes of a solution that compute the same.

Each module of this folder has `RIGHT`, exercise ID -> functions, and may have `SAME`, exercise ID ->
{line after the change: why it computes the same}.
"""

import importlib
import pkgutil

RIGHT: dict[str, tuple] = {}
SAME: dict[str, dict[str, str]] = {}
for _found in pkgutil.iter_modules(__path__):
    _module = importlib.import_module(f"{__name__}.{_found.name}")
    RIGHT |= _module.RIGHT
    SAME |= getattr(_module, "SAME", {})

"""Wrong answers as students write them, not out of the catalogue's lists, written before what explains them.

WRONG: exercise ID -> functions, from the modules of this folder, one for each chapter.
"""

import importlib
import pkgutil

WRONG: dict[str, tuple] = {}
for _found in pkgutil.iter_modules(__path__):
    WRONG |= getattr(importlib.import_module(f"{__name__}.{_found.name}"), "WRONG", {})

"""The ids of a twin's cells: made from the cells' own content, so that the same chapter gives the same file.

And so that a twin tells whether somebody has worked in it: a cell that was changed no longer fits its id.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any


def ids_of(cells: Iterable[tuple[str, str]]) -> list[str]:
    """An id for each cell, which is given as its type and its source."""
    ids: list[str] = []
    for cell_type, source in cells:
        digest = hashlib.sha256(f"{cell_type}\n{source}".encode()).hexdigest()[:12]
        name, repeat = digest, 1
        while name in ids:
            repeat += 1
            name = f"{digest}-{repeat}"
        ids.append(name)
    return ids


def was_worked_in(notebook: str) -> bool:
    """Whether a twin holds anything that no chapter has put there: a text, an answer, an output.

    What is no notebook at all (after a merge, for example) is somebody's work as well.
    """
    try:
        cells = cells_of(notebook)
        run = any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        ids = [cell.get("id") for cell in cells]
        return run or ids != ids_of((cell["cell_type"], source_of(cell)) for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True


def cells_of(notebook: str) -> list[dict[str, Any]]:
    """The cells of a notebook as they stand in its JSON.  Raises ValueError or KeyError where it has none."""
    return json.loads(notebook)["cells"]


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell; in the file it may be a list of lines."""
    return "".join(cell["source"])

"""Notebooks: their cells, the ids that the book gives them, and whether somebody has worked in one.

The ids of the book's notebooks are made from the cells' own content: the same chapter always gives the same
file, and a cell that was changed no longer fits its id.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import Any


def ids_of(cells: Iterable[tuple[str, str]]) -> list[str]:
    """An id for each cell, which is given as its type and its source."""
    ids: list[str] = []
    seen: Counter[str] = Counter()
    for cell_type, source in cells:
        digest = hashlib.sha256(f"{cell_type}\n{source}".encode()).hexdigest()[:12]
        seen[digest] += 1
        ids.append(digest if seen[digest] == 1 else f"{digest}-{seen[digest]}")
    return ids


def was_worked_in(notebook: str) -> bool:
    """Whether one of the book's notebooks holds what somebody has put there: a text, an answer, an output.

    What is no notebook at all (after a merge, for example) is somebody's work as well.
    """
    try:
        cells = cells_of(notebook)
        run = any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
        ids = [cell.get("id") for cell in cells]
        return run or ids != ids_of((cell["cell_type"], source_of(cell)) for cell in cells)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return True


def cells_of(notebook: str) -> list[dict[str, Any]]:
    """The cells of a notebook as they stand in its JSON.  Raises ValueError or KeyError where it has none."""
    return json.loads(notebook)["cells"]


def without_outputs(notebook: str) -> str:
    """A notebook's text without outputs: what somebody has written, and as small as that.

    Raises ValueError or KeyError for what is no notebook.
    """
    try:
        content = json.loads(notebook)
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                cell["outputs"], cell["execution_count"] = [], None
        return json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    except (TypeError, RecursionError) as error:
        raise ValueError(f"this is no notebook: {error}") from error


def source_of(cell: dict[str, Any]) -> str:
    """The text of a cell; in the file it may be a list of lines."""
    return "".join(cell["source"])

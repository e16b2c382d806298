"""The notebooks of a hand-in, read as data: sizes are limited, and what is no notebook is told from what is.

Nothing of a notebook but the sources of its code cells, and what its metadata says of kernel and assignment,
goes any further; outputs are never looked at.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vaecore.files.zips import UnpacksTooFarError, members_within, plain_name
from vaecore.grading.book_version import BOOK_VERSION
from vaecore.grading.hand_ins import HandIn, open_file
from vaecore.grading.states import NotGradedError

LARGEST_FILE = 200 * 2**20  # bytes; outputs may be large
LARGEST_CODE = 2**20  # characters of all cells together
MOST_CELLS = 2_000
MOST_NOTEBOOKS = 10
MOST_MEMBERS = 1_000  # of a zip


@dataclass(frozen=True)
class Notebook:
    """name: its file's.  cells: the sources of its code cells.  said: what its metadata says of the book."""

    name: str
    cells: tuple[str, ...]
    said: dict[str, str]


def notebooks_of(hand_in: HandIn) -> tuple[list[Notebook], list[str]]:
    """Return the notebooks of a hand-in, and what is to be said about them.

    Raises NotGradedError where there is none, or what is there cannot be read.
    """
    notes = [f"{path.name} is a link, or no file, and was left alone." for path in hand_in.links[:5]]
    if not hand_in.files:
        if hand_in.links:
            raise NotGradedError("link", notes[0])
        raise NotGradedError("no notebook", "There is no file in it.")
    notebooks: list[Notebook] = []
    problems: list[NotGradedError] = []
    for name, content in _contents(hand_in.files, problems):
        try:
            notebook = read_notebook(name, content)
        except NotGradedError as problem:
            problems.append(problem)
            continue
        if any(notebook.cells == other.cells for other in notebooks):
            notes.append(f"{name} has the same code as another notebook of this hand-in: a copy.")
        elif len(notebooks) < MOST_NOTEBOOKS:
            notebooks.append(notebook)
        if not name.endswith(".ipynb"):
            notes.append(f"{name} is a notebook, though its name does not end in .ipynb.")
    if not notebooks:
        raise problems[0] if problems else NotGradedError("no notebook", "There is no notebook in it.")
    notes += [f"{problem.reason} ({problem.state})" for problem in problems[:5]]
    if len(notebooks) > 1:
        names = ", ".join(one.name for one in notebooks)
        notes.append(f"There are several notebooks ({names}); of each exercise the better answer counts.")
    return notebooks, notes


def _contents(files: tuple[Path, ...], problems: list[NotGradedError]) -> Iterator[tuple[str, bytes]]:
    """The files that may be notebooks, those in archives too; others only where there is none of these."""
    by_name = [p for p in files if p.suffix.lower() in (".ipynb", ".zip")] or list(files)
    for path in by_name:
        try:
            with open_file(path) as file:
                content = file.read(LARGEST_FILE + 1)
        except OSError as error:
            problems.append(NotGradedError("not a notebook", f"{path.name} cannot be read ({error})."))
            continue
        if len(content) > LARGEST_FILE:
            problems.append(NotGradedError("too large", f"{path.name} has more than {LARGEST_FILE:,} bytes."))
        elif content[:4] == b"PK\x03\x04":
            yield from _unpacked(path.name, content, problems)
        else:
            yield path.name, content


def _unpacked(name: str, content: bytes, problems: list[NotGradedError]) -> Iterator[tuple[str, bytes]]:
    """The notebooks in a zip, read in memory; no name in it becomes a path."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if (members := len(archive.infolist())) > MOST_MEMBERS:
                raise NotGradedError("too large", f"{name} holds {members:,} files.")
            for inner, data in members_within(archive, LARGEST_FILE, _is_notebook):
                yield plain_name(inner)[:200], data
    except NotGradedError as problem:
        problems.append(problem)
    except UnpacksTooFarError as error:
        problems.append(NotGradedError("too large", f"{name}: {error}."))
    except Exception as error:  # zipfile raises what it likes: BadZipFile, NotImplementedError, zlib.error
        problems.append(NotGradedError("not a notebook", f"{name} is a damaged archive ({error})."))


def _is_notebook(name: str) -> bool:
    plain = plain_name(name)
    return plain.endswith(".ipynb") and not plain.startswith(".") and "__MACOSX" not in name


def read_notebook(name: str, content: bytes) -> Notebook:
    """Return a notebook of its bytes.  Raises NotGradedError for what is none, or not one for us."""
    if not content.strip():
        raise NotGradedError("empty file", f"{name} is empty.")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotGradedError("not a notebook", f"{name} is not JSON ({str(error)[:100]}).") from error
    except MemoryError as error:
        raise NotGradedError("too large", f"{name} needs more memory than there is for it.") from error
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise NotGradedError(
            "not a notebook", f"{name} is JSON, but no notebook of format 4: it has no cells."
        )
    metadata: Any = data.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    _check_language(name, metadata)
    cells = tuple(source for cell in data["cells"][:MOST_CELLS] if (source := _source_of(cell)) is not None)
    if sum(map(len, cells)) > LARGEST_CODE:
        raise NotGradedError("too large", f"{name} has more than {LARGEST_CODE:,} characters of code.")
    said = metadata.get("vaecore")
    said = {str(k)[:40]: str(v)[:100] for k, v in said.items()} if isinstance(said, dict) else {}
    return Notebook(name, cells, said)


def _check_language(name: str, metadata: dict[str, Any]) -> None:
    for place, key in (("kernelspec", "language"), ("language_info", "name")):
        found = metadata.get(place)
        language = found.get(key) if isinstance(found, dict) else None
        if (
            isinstance(language, str)
            and language
            and language.lower() not in ("python", "ipython", "python3")
        ):
            raise NotGradedError("another kernel", f"{name} is written in {language[:40]}, expected Python.")


def _source_of(cell: Any) -> str | None:
    """Return the source of a code cell, with line ends as Python has them; None for anything else."""
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = cell.get("source")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    return source.replace("\r\n", "\n").replace("\r", "\n") if isinstance(source, str) else None


def check_version(notebook: Notebook, assignment: str = "", any_version: bool = False) -> str:
    """Return a note where a notebook does not say of which version of the book it is.

    Raises NotGradedError for another version, or another assignment than the one that is graded.
    """
    version, name = notebook.said.get("version", ""), notebook.said.get("assignment", "")
    if assignment and name and name != assignment:
        raise NotGradedError(
            "another version",
            f"{notebook.name} belongs to the assignment {name}, and {assignment} is graded.",
        )
    if version and version != BOOK_VERSION:
        reason = f"{notebook.name} was made by version {version} of the book, and this is {BOOK_VERSION}."
        if not any_version:
            raise NotGradedError("another version", reason)
        return reason + " It was graded all the same, as was asked for."
    return "" if version else f"{notebook.name} does not say of which version of the book it is."

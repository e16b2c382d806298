"""Copies of the chapters' notebooks in `my-notebooks/`, the reader's own folder (`make copies`, `make lab`).

    python -m tools.serving.my_notebooks                        copy what is missing
    python -m tools.serving.my_notebooks --fresh 05_kl          a fresh copy; the old one stays beside it
    python -m tools.serving.my_notebooks --differences [05_kl]  what differs from the book's

A notebook that is there is never written over: what stands in it is the reader's.  The pages and pictures
that notebooks point to come along; they are the book's, and follow it as long as nobody changes them.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from vaecore.files.notebooks import cells_of, source_of, was_worked_in
from vaecore.files.storage import free_name, write_atomically
from vaecore.foundations.errors import CheckpointError

BOOK, MINE = Path("book"), Path("my-notebooks")
RECORD = ".copied.json"  # in MINE: name -> SHA-256 of what was copied
FOR_WRITERS = "\nnotebook: false\n"  # at the head of a page that students need not have
LINK_TO_A_PAGE = re.compile(r"\]\((?P<page>[\w-]+)\.md(?=[)#])")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--fresh", metavar="NOTEBOOK", help="put a fresh copy there; the old one is kept")
    what.add_argument("--differences", metavar="NOTEBOOK", nargs="*", help="show what the reader has changed")
    arguments = parser.parse_args()
    try:
        if arguments.fresh is not None:
            print(fresh_copy(BOOK, MINE, arguments.fresh))
        elif arguments.differences is not None:
            for line in differences(BOOK, MINE, arguments.differences):
                print(line)
        else:
            for line in copy_what_is_missing(BOOK, MINE):
                print(line)
    except (OSError, CheckpointError) as error:
        sys.exit(f"error: {error}.\n       {MINE.absolute()} must be a folder that you may write to.")
    return 0


def copy_what_is_missing(book: Path, mine: Path) -> Iterator[str]:
    """Make the folder and the copies that are not there; yield what is to be said."""
    mine.mkdir(exist_ok=True)
    record, copied = read_record(mine), []
    for name, content in originals(book).items():
        copy, digest = mine / name, hashlib.sha256(content).hexdigest()
        is_notebook, known = copy.suffix == ".ipynb", record.get(name)
        if copy.exists() and (is_notebook or hashlib.sha256(copy.read_bytes()).hexdigest() != known):
            if is_notebook and known not in (None, digest) and copy.read_bytes() != content:
                yield (
                    f"{copy.as_posix()} stays as it is; the book's {name} has changed since it was copied. "
                    f"To see how: make differences NOTEBOOK={copy.stem}; "
                    f"for the new one: make fresh NOTEBOOK={copy.stem}"
                )
            continue
        if known != digest or not copy.exists():
            copy.parent.mkdir(exist_ok=True)
            write_atomically(copy, content)
            record[name] = digest
            if is_notebook:
                copied.append(name)
                if was_worked_in(content.decode("utf-8", "replace")):
                    yield f"{copy.as_posix()} begins with what was written into {(book / name).as_posix()}."
    write_record(mine, record)
    if copied:
        yield f"Copied {len(copied)} notebooks into {mine.as_posix()}/. They are yours: none is written over."


def fresh_copy(book: Path, mine: Path, notebook: str) -> str:
    """Put a fresh copy of a notebook there, beside the old one; return what is to be said."""
    name = name_of(book, notebook)
    content = (book / name).read_bytes()
    if was_worked_in(content.decode("utf-8", "replace")):
        sys.exit(
            f"error: {(book / name).as_posix()} itself was changed by hand, so that there is no fresh one. "
            "Run: make notebooks. It writes the book's notebooks anew, and keeps what was written there."
        )
    mine.mkdir(exist_ok=True)
    copy, said = mine / name, ""
    if copy.exists() and copy.read_bytes() == content:
        return f"{copy.as_posix()} is as fresh as it can be: nothing in it has changed."
    if copy.exists():
        old = copy.rename(free_name(copy, "before"))
        said = f" What you had is now {old.as_posix()}."
    write_atomically(copy, content)
    write_record(mine, read_record(mine) | {name: hashlib.sha256(content).hexdigest()})
    return f"{copy.as_posix()} is a fresh copy.{said}"


def differences(book: Path, mine: Path, notebooks: list[str]) -> Iterator[str]:
    """Yield, line by line, how the cells of the copies differ from the book's; outputs do not count."""
    names = [name_of(book, notebook) for notebook in notebooks] or sorted(
        path.name for path in mine.glob("*.ipynb") if (book / path.name).exists()
    )
    if not names:
        yield f"There are no copies in {mine.as_posix()}/ yet: make copies"
    for name in names:
        copy = mine / name
        if not copy.exists():
            yield f"There is no {copy.as_posix()} yet: make copies"
            continue
        theirs, mine_now = as_lines(book / name), as_lines(copy)
        titles = (book / name).as_posix(), copy.as_posix()
        lines = list(difflib.unified_diff(theirs, mine_now, *titles, n=2, lineterm=""))
        yield from lines or [f"{copy.as_posix()} has the same cells as the book's."]


def as_lines(path: Path) -> list[str]:
    """The cells of a notebook as text, each under a line with its type."""
    try:
        cells = cells_of(path.read_text(encoding="utf-8"))
        texts = [f"%% {cell['cell_type']}\n{source_of(cell)}\n" for cell in cells]
    except (ValueError, KeyError, TypeError):
        sys.exit(f"error: {path.as_posix()} is no notebook (any more): it cannot be read as one.")
    return "\n".join(texts).splitlines()


def originals(book: Path) -> dict[str, bytes]:
    """What belongs into the folder: the notebooks, and the pages and pictures that they point to."""
    notebooks = {path.name: path.read_bytes() for path in sorted(book.glob("*.ipynb"))}
    others = [path for path in sorted(book.glob("*.md")) if f"{path.stem}.ipynb" not in notebooks]
    pages = [path for path in others if FOR_WRITERS not in path.read_text(encoding="utf-8")]

    def to_notebooks(link: re.Match[str]) -> str:
        return f"]({link['page']}.ipynb" if f"{link['page']}.ipynb" in notebooks else link[0]

    texts = {p.name: LINK_TO_A_PAGE.sub(to_notebooks, p.read_text(encoding="utf-8")).encode() for p in pages}
    # Not its folders: the pictures at the heads of chapters are drawn into pages alone.
    files = sorted(path for path in (book / "assets").iterdir() if path.is_file())
    pictures = {f"assets/{path.name}": path.read_bytes() for path in files}
    return notebooks | texts | pictures


def name_of(book: Path, notebook: str) -> str:
    """The file's name, for "05_kl" as for a path to it."""
    name = Path(notebook).name.removesuffix(".ipynb") + ".ipynb"
    if not (book / name).is_file():
        known = ", ".join(sorted(path.stem for path in book.glob("*.ipynb")))
        sys.exit(f"error: there is no notebook {notebook!r}. Name one of these: NOTEBOOK=... ({known})")
    return name


def read_record(mine: Path) -> dict[str, str]:
    try:
        record = json.loads((mine / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def write_record(mine: Path, record: dict[str, str]) -> None:
    if record != read_record(mine):
        write_atomically(mine / RECORD, (json.dumps(record, indent=1) + "\n").encode())


if __name__ == "__main__":
    sys.exit(main())

"""What was handed in: whose files they are.  No link is followed, and nothing is opened here.

A folder for each student (as nbgrader collects, in `submitted/STUDENT/ASSIGNMENT/`, and as learning platforms
pack), or a file for each.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vaecore.foundations.errors import InvalidInputError

MOST_FILES = 200  # of one student
MOST_DEPTH = 5
IGNORED = {".ipynb_checkpoints", "__MACOSX", "__pycache__", ".git"}


@dataclass(frozen=True)
class HandIn:
    """student: a name, unique in this run.  files: with their paths; links: what is no file of its own."""

    student: str
    files: tuple[Path, ...]
    links: tuple[Path, ...] = ()

    def digest(self) -> str:
        """Return what changes when anything in it does: the SHA-256 of names, sizes and contents."""
        found = hashlib.sha256()
        for path in self.files:
            found.update(f"{path.name}\n".encode("utf-8", "surrogateescape"))
            with open_file(path) as file:
                while piece := file.read(2**20):
                    found.update(piece)
        for path in self.links:
            found.update(f"link {path.name}\n".encode("utf-8", "surrogateescape"))
        return found.hexdigest()


def open_file(path: Path):  # type: ignore[no-untyped-def]
    """Open an ordinary file to read bytes, and nothing else, whatever has become of its name meanwhile."""
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise OSError(f"{path.name} is no ordinary file")
    return os.fdopen(number, "rb")


def find_hand_ins(folder: Path, assignment: str = "") -> list[HandIn]:
    """Return the hand-ins in a folder, one for each student, in the order of their names.

    assignment: of several that a student has, in folders (nbgrader's), the one to take.
    Raises InvalidInputError where there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise InvalidInputError(f"{str(folder)!r} is no folder, expected one with hand-ins")
    found = [_hand_in(entry, assignment) for entry in sorted(os.scandir(folder), key=lambda e: e.name)
             if entry.name not in IGNORED and not entry.name.startswith(".")]  # fmt: skip
    hand_ins = [one for one in found if one is not None]
    if not hand_ins:
        where = f" for the assignment {assignment!r}" if assignment else ""
        raise InvalidInputError(
            f"there is no hand-in in {str(folder)!r}{where}, expected a folder for each student"
        )
    return hand_ins


def _hand_in(entry: os.DirEntry[str], assignment: str) -> HandIn | None:
    path = Path(entry.path)
    if entry.is_symlink():
        return HandIn(entry.name, (), (path,))
    if entry.is_file(follow_symlinks=False):
        return HandIn(path.stem if path.suffix == ".ipynb" else path.name, (path,))
    if not entry.is_dir(follow_symlinks=False):
        return HandIn(entry.name, (), (path,))
    top = path / assignment if assignment and (path / assignment).is_dir() else path
    if top.is_symlink():
        return HandIn(entry.name, (), (top,))
    files: list[Path] = []
    links: list[Path] = []
    for kind, inner in _walk(top, 0):
        (files if kind == "file" else links).append(inner)
        if len(files) + len(links) >= MOST_FILES:
            break
    return HandIn(entry.name, tuple(sorted(files)), tuple(sorted(links)))


def _walk(folder: Path, depth: int) -> Iterator[tuple[str, Path]]:
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.name in IGNORED or entry.name.startswith("."):
            continue
        if entry.is_file(follow_symlinks=False):
            yield "file", Path(entry.path)
        elif entry.is_dir(follow_symlinks=False):
            if depth < MOST_DEPTH:
                yield from _walk(Path(entry.path), depth + 1)
        else:  # a link, a pipe, a device
            yield "link", Path(entry.path)

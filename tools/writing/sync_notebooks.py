"""Write the chapters' .ipynb twins (part of `make notebooks`).

    python -m tools.writing.sync_notebooks            write those that are out of step
    python -m tools.writing.sync_notebooks --check    only say which are out of step; exit with 1 if any is

A twin that somebody has worked in is not lost: it is moved into `my-notebooks/` first.

A twin carries an address to install from only if _config.yml sets one.  The notebook that a built page offers
is made anew in the build, whether or not this was run.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import yaml

from tools.serving.my_notebooks import MINE
from vaebook.chapters.plain_markdown import read_index
from vaebook.chapters.twins import find_chapters, twin_of
from vaebook.repository import configured
from vaecore.files.notebooks import was_worked_in
from vaecore.files.storage import free_name

BOOK = Path("book")


def move_to_mine(twin: Path) -> Path:
    """Move a twin into the reader's own folder, beside what is there; return where it is now."""
    MINE.mkdir(exist_ok=True)
    place = MINE / twin.name
    return twin.rename(free_name(place, "from-book") if place.exists() else place)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a twin is out of step"
    )
    check = parser.parse_args().check

    chapters = find_chapters(BOOK)
    index = read_index(BOOK, chapters)
    settings = yaml.safe_load((BOOK / "_config.yml").read_text(encoding="utf-8")).get("repository") or {}
    repository = configured(
        settings.get("url"), settings.get("branch"), settings.get("path_to_book") or BOOK.name
    )
    twins = {
        chapter.with_suffix(".ipynb"): twin_of(chapter.read_text(encoding="utf-8"), index, repository)
        for chapter in chapters
    }
    stale = [path for path in sorted(BOOK.glob("*.ipynb")) if path not in twins]
    changed = [
        path for path, text in twins.items() if not path.exists() or path.read_bytes() != text.encode("utf-8")
    ]
    if check:
        for path in [*changed, *stale]:
            print(f"{path.as_posix()} is out of step with its chapter; run: make notebooks")
        return bool(changed or stale)
    for path in changed:
        if path.exists() and was_worked_in(path.read_text(encoding="utf-8", errors="replace")):
            print(f"{path.as_posix()} had been changed by hand: that is now {move_to_mine(path).as_posix()}")
        path.write_text(twins[path], encoding="utf-8")
        print(f"wrote {path.as_posix()}")
    for path in stale:
        print(f"{path.as_posix()} belongs to no chapter; delete it if it is not needed", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())

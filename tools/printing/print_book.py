"""Print the built book, or one chapter of it, as a PDF (`make pdf`).

    python -m tools.printing.print_book                                the whole book
    python -m tools.printing.print_book --chapter 05_kl                one page of it
    python -m tools.printing.print_book --solutions none               no solutions, and no page that has them
    python -m tools.printing.print_book --paper Letter --out FILE.pdf

Chromium prints each page as book/_static/print.css says: widgets as their pictures, exercises with room for
an answer. Their solutions come at the end. pypdf joins the pages; links between them go on leading there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import yaml

from tools.printing.joining import joined
from tools.printing.sheets import PAPERS, Part, chromium, printed
from tools.setup.own_environment import own_environment
from vaebook.chapters.contents import pages_of

BOOK = Path(__file__).resolve().parents[2] / "book"
BUILT = BOOK / "_build" / "html"
LEVELS = 2  # of the headings that the list of contents has


def settings(book: Path = BOOK) -> tuple[list[str], dict[str, Any]]:
    """The book's pages in order, and its _config.yml."""
    toc = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    return pages_of(toc), yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))


def chosen(pages: list[str], chapter: str, answers: list[str], solutions: str) -> list[str]:
    """The pages to print, those that give answers last or not at all.

    Raises ValueError for a chapter that the book does not have.
    """
    if chapter and chapter not in pages:
        raise ValueError(f"the chapter is {chapter!r}, expected one of {', '.join(pages)}")
    if chapter:
        return [chapter]
    last = [page for page in pages if page in answers and solutions == "end"]
    return [page for page in pages if page not in answers] + last


def print_parts(
    names: list[str], built: Path, *, title: str, solutions: str, paper: str
) -> tuple[Part, list[Part]]:
    """Print the contents and all parts; the contents come last, when the numbers are known."""
    parts: list[Part] = []
    with chromium(own_environment()) as page:

        def add(name: str, only: str = "") -> None:
            first = 1 + sum(part.sheets for part in parts)
            key = f"{name}/{only}" if only else name
            part = printed(page, built, name, paper=paper, key=key, first=first, only=only)
            parts.append(part)
            print(f"  {key}: {part.sheets} sheets", flush=True)

        for name in names:
            add(name)
        if solutions == "end":
            for name in [name for name in names if has_solutions(built, name)]:
                add(name, "solutions")
        lines = [
            [heading.level, heading.text, address(built, part, heading.place), part.first + heading.sheet]
            for part in parts for heading in part.headings if heading.level <= levels_of(part, len(names))
        ]  # fmt: skip
        contents = printed(
            page, built, names[0], paper=paper, key="contents", roman=True, running=title, contents=lines,
            title=title,
        )  # fmt: skip
    return contents, parts


def levels_of(part: Part, pages: int) -> int:
    """How many levels of a part's headings the list of contents has."""
    return 1 if part.key.endswith("/solutions") and pages > 1 else LEVELS


def has_solutions(built: Path, name: str) -> bool:
    return 'class="solution ' in (built / f"{name}.html").read_text(encoding="utf-8")


def address(built: Path, part: Part, place: str) -> str:
    """The address by which joining.py knows a place of a part; Chromium takes it for that of another page."""
    name, _, only = part.key.partition("/")
    return f"{(built / name).as_uri()}.html?{only or 'page'}#{place}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--chapter", default="", help="one page, 05_kl for example; by default the book")
    parser.add_argument("--solutions", choices=("end", "none"), default="end")
    parser.add_argument("--paper", choices=PAPERS, default="A4")
    parser.add_argument("--built", type=Path, default=BUILT, help="the folder with the built pages")
    parser.add_argument("--out", type=Path, help="by default book/_build/pdf/NAME.pdf")
    options = parser.parse_args(arguments)
    built = options.built.resolve()
    try:
        pages, config = settings()
        names = chosen(
            pages, options.chapter, config["sphinx"]["config"]["vaebook_gives_away"], options.solutions
        )
        missing = [name for name in names if not (built / f"{name}.html").exists()]
        if missing:
            raise ValueError(f"{built} has no {missing[0]}.html, expected the built book; run: make book")
        contents, parts = print_parts(
            names, built, title=config["title"], solutions=options.solutions, paper=options.paper
        )
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    out = options.out or BOOK / "_build" / "pdf" / f"{options.chapter or 'vae-book'}.pdf"
    out.parent.mkdir(parents=True, exist_ok=True)
    content = joined(contents, parts, built, title=config["title"], author=config["author"])
    out.write_bytes(content)
    sheets = contents.sheets + sum(part.sheets for part in parts)
    print(f"Written: {out}, {sheets} sheets, {len(content) / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())

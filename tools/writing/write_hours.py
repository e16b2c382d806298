"""Write into the chapters, and into the welcome page, how long they take (part of `make notebooks`).

    python -m tools.writing.write_hours            write the pages that are out of step
    python -m tools.writing.write_hours --check    only say which are out of step; exit with 1 if any is

Nobody has been timed: the hours are an estimate, by a rule that the welcome page states.  Reading takes
a minute for 120 words, a minute for each formula on a line of its own, and 4 seconds for a line of code;
an exercise takes 9 minutes if it is a function to write, 5 if it is a derivation to put in order, and 3 if
it is anything else.  Results are rounded to 5 minutes.
"""

from __future__ import annotations

import argparse
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from vaebook.chapters.exercise_markdown import MINUTES
from vaecore.exercises.checking import EXERCISES

BOOK = Path("book")
WORDS_A_MINUTE, MINUTES_A_FORMULA, SECONDS_A_LINE = 120, 1, 4
TIME = re.compile(r"^\*\*Time:\*\* .*$", re.MULTILINE)
CODE = re.compile(r"^```(?:\{code-cell\}|python).*?^```$", re.MULTILINE | re.DOTALL)
TABLE = re.compile(r"(?<=^% hours\n).*?(?=^% end of hours$)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Size:
    """What a chapter consists of, without its exercises; and the minutes that these take."""

    words: int
    formulas: int
    code_lines: int
    exercise_minutes: int

    @property
    def reading(self) -> int:
        """Minutes, rounded to 5."""
        code = self.code_lines * SECONDS_A_LINE / 60
        return rounded(self.words / WORDS_A_MINUTE + self.formulas * MINUTES_A_FORMULA + code)

    @property
    def with_exercises(self) -> int:
        """Minutes, rounded to 5."""
        return self.reading + rounded(self.exercise_minutes)


def rounded(minutes: float) -> int:
    """Return the nearest multiple of 5."""
    return 5 * round(minutes / 5)


def lines_of_code(block: str) -> int:
    """Return how many lines of a code block are code, with comments and without its settings."""
    lines = block.splitlines()[1:-1]
    if lines[:1] == ["---"]:
        lines = lines[lines.index("---", 1) + 1 :]
    return sum(bool(line.strip()) and not line.startswith(":") for line in lines)


def size_of(chapter: int, text: str) -> Size:
    """Return what the text of a chapter's page consists of."""
    text = re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^% exercise: .*?^% end of exercise$", "", text, flags=re.MULTILINE | re.DOTALL)
    code_lines = sum(lines_of_code(block) for block in CODE.findall(text))
    text = CODE.sub("", text)
    formulas = len(re.findall(r"\$\$.*?\$\$", text, re.DOTALL))
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)
    text = re.sub(r"\$[^$]*\$", "formula", text)
    text = re.sub(r"^(?:```.*|:\w.*|\(\S+\)=|%.*)$", "", text, flags=re.MULTILINE)
    text = re.sub(r"\{(?:cite|eq|ref)\}`[^`]*`|\]\([^)]*\)", " ", text)
    minutes = sum(MINUTES[exercise.kind] for exercise in EXERCISES.values() if exercise.chapter == chapter)
    return Size(len(re.findall(r"[^\W_]\S*", text)), formulas, code_lines, minutes)


def chapters(book: Path = BOOK) -> dict[Path, Size]:
    """Return the chapters' pages, in their order, with what they consist of."""
    pages = sorted(book.glob("0*.md"))
    return {page: size_of(int(page.name[:2]), page.read_text(encoding="utf-8")) for page in pages}


def table(sizes: dict[Path, Size]) -> str:
    """Return the welcome page's table of hours, with the line of totals."""
    lines = ["| chapter | reading | with the exercises |", "| --- | --: | --: |"]
    for page, size in sizes.items():
        title = re.search(r"^# (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        link = f"{int(page.name[:2])}. [{title.group(1) if title else page.stem}]({page.name})"
        lines.append(f"| {link} | {size.reading} min | {size.with_exercises} min |")
    hours = [sum(getattr(s, kind) for s in sizes.values()) / 60 for kind in ("reading", "with_exercises")]
    lines.append(f"| all | {hours[0]:.0f} hours | {hours[1]:.0f} hours |")
    return "\n".join(lines) + "\n"


def with_hours(page: Path, text: str, sizes: dict[Path, Size]) -> str:
    """Return a page's text with its times as they should be."""
    if page in sizes:
        size = sizes[page]
        line = (
            f"**Time:** about {size.reading} minutes to read, {size.with_exercises} with the exercises "
            "([an estimate](index.md#how-long-it-takes))."
        )
        return TIME.sub(line, text)
    return TABLE.sub(lambda _: table(sizes), text)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 1 if a page is out of step"
    )
    check = parser.parse_args().check
    sizes = chapters()
    changed = False
    for page in [*sizes, BOOK / "index.md"]:
        old = page.read_text(encoding="utf-8")
        new = with_hours(page, old, sizes)
        if new == old:
            continue
        changed = True
        if check:
            print(f"{page.as_posix()} is out of step with what it takes to read; run: make notebooks")
        else:
            page.write_text(new, encoding="utf-8")
            print(f"wrote the hours of {page.as_posix()}")
    return bool(check and changed)


if __name__ == "__main__":
    sys.exit(main())

"""HTML that needs no other file, no script and no network.  Whatever a student wrote is text in it."""

import html
import re
from collections.abc import Iterable
from pathlib import Path

from vaecore.exercises.machinery.chapters import linked
from vaecore.exercises.machinery.results import paragraphs

# The book's colours: right, wrong, error, nothing; Okabe and Ito's, told apart with any eyes.
COLOURS = {
    "passed": "#009e73", "mistake": "#d55e00", "diagnosis": "#e69f00", "failed": "#b8860b",
    "error": "#cc79a7", "not attempted": "#8a8f98",
}  # fmt: skip
STYLE = Path(__file__).with_name("report.css")


def page(title: str, body: str) -> str:
    """Return a whole page.  It forbids scripts and other hosts, should anything have slipped through."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{text(title)}</title><style>{STYLE.read_text(encoding='utf-8')}</style></head>\n<body><main>\n{body}\n</main></body></html>\n"
    )


def text(value: object) -> str:
    """Return something as text in HTML."""
    return html.escape("".join(c if c.isprintable() or c == "\n" else " " for c in str(value)))


class Book:
    """Where the book's pages are, for links into them; nowhere, where nobody knows."""

    def __init__(self, address: str) -> None:
        self.address = address.rstrip("/")

    def words(self, message: str, targets: dict[int, str] | None = None) -> str:
        """Return a message as paragraphs; each chapter that it names leads to where the book explains it."""
        markup = paragraphs("".join(c if c.isprintable() or c == "\n" else " " for c in message))
        if not self.address:
            return markup
        into = linked(markup, notebook=False, targets=targets)
        base = html.escape(self.address).replace("\\", "/")
        return re.sub(r'<a href="(\d\d_[a-z0-9_]+\.html)', rf'<a href="{base}/\1', into)


def address_of_book(given: str, package: Path) -> str:
    """Return the address of the book's pages: as given, or of those that were built beside the package."""
    if given:
        return Path(given).resolve().as_uri() if Path(given).is_dir() else given
    built = package.parents[1] / "book" / "_build" / "html"
    return built.as_uri() if (built / "index.html").exists() else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]], numbers: Iterable[int] = ()) -> str:
    """Return a table; its cells are HTML.  numbers: the columns with numbers, set to the right."""
    right, names = set(numbers), list(head)
    first = "".join(f'<th scope="col">{name}</th>' for name in names)
    lines = (
        "<tr>"
        + "".join(
            f'<td data-head="{name}"{" class=n" if i in right else ""}>{cell}</td>'
            for i, (name, cell) in enumerate(zip(names, row, strict=True))
        )
        + "</tr>"
        for row in rows
    )
    body = f"<thead><tr>{first}</tr></thead><tbody>{''.join(lines)}</tbody>"
    return f'<div class="scroll"><table>{body}</table></div>'

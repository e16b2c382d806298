"""The progress on a page of the book, which is built once and read by many: it cannot say what is passed.

It says what there is, and book/_static/passed_here.js what of it this reader's browser remembers as passed.
"""

import html
from collections.abc import Iterable, Set

from vaecore.exercises.machinery.chapters import link
from vaecore.exercises.machinery.results import box

IN_A_NOTEBOOK = "In a notebook this shows what you have passed, and a file beside the notebook keeps it."


def progress_on_a_page(exercises: Iterable[tuple[int, str, str]], questions: Set[str]) -> str:
    """Return HTML: a line for each chapter that opens to its exercises.

    exercises: chapter, ID, title.  questions: the IDs of those that are answered on pages.
    What the script writes is in the elements with data-passed-here; it finds the IDs in data-question, and
    those of functions to write in data-function.
    """
    chapters: dict[int, list[tuple[str, str]]] = {}
    for number, name, title in exercises:
        chapters.setdefault(number, []).append((name, title))
    everything = [name for entries in chapters.values() for name, _ in entries]
    words = f"{len(everything)} exercises: {_kinds(everything, questions)}"
    parts = [f"<strong data-passed-here>{words}</strong>"]
    for number, entries in sorted(chapters.items()):
        kinds = _kinds([name for name, _ in entries], questions)
        rows = "".join(_row(number, name, title, name in questions) for name, title in entries)
        parts.append(
            f"<details><summary>Chapter {number}: <span data-passed-here>{kinds}</span></summary>"
            '<table style="margin: 0.2em 0 0.7em 1.2em">'
            f"{cells('th', 'ID', 'exercise', 'state')}{rows}</table></details>"
        )
    return box(f"<div data-progress>{''.join(parts)}<p>{IN_A_NOTEBOOK}</p></div>", "#0072B2")


def _kinds(names: list[str], questions: Set[str]) -> str:
    asked = sum(name in questions for name in names)
    words = [f"{asked} question{'s' * (asked != 1)}"] if asked else []
    words += [f"{len(names) - asked} to write in a notebook"] if asked < len(names) else []
    return ", ".join(words)


def _row(chapter: int, name: str, title: str, is_question: bool) -> str:
    words = link(chapter, html.escape(name), notebook=False, target=f"ex-{name.lower()}")
    state = f"<span data-passed-here>{'question' if is_question else 'notebook'}</span>"
    mark = f' data-{"question" if is_question else "function"}="{html.escape(name)}"'
    return cells("td", words, html.escape(title), state, mark=mark)


def cells(tag: str, *words: str, mark: str = "") -> str:
    """Return a row of a table; its first and last words do not break.  mark: attributes of the row."""
    style = "text-align: left; padding: 0.15em 1.2em 0.15em 0"
    unbroken = style + "; white-space: nowrap"  # the ID and the state are one word each
    styles = (unbroken, *[style] * (len(words) - 2), unbroken)
    row = "".join(f'<{tag} style="{s}">{word}</{tag}>' for s, word in zip(styles, words, strict=True))
    return f"<tr{mark}>{row}</tr>"

"""The progress as a table in a notebook: chapter by chapter, and how to take it along."""

import base64
import html
from collections.abc import Iterable, Mapping
from pathlib import Path

from vaecore.exercises.machinery.chapters import link
from vaecore.exercises.machinery.progress_on_pages import cells
from vaecore.exercises.machinery.results import in_colab

KEEP = """\
<p>{link}, or take <code>{name}</code> from the folder <code>{folder}</code>. JupyterLab and Binder:
right-click it in the list of files, <em>Download</em>. Colab: the folder at the left edge, <em>⋮</em> beside
the file, <em>Download</em>.</p>
<p><strong>To put it back</strong>, run <code>progress().restore()</code> and choose the file: it is added to
what is there. (Or upload it, and run <code>progress().restore("its name.json")</code>.)</p>"""


def progress_table(
    passed: Mapping[str, str], exercises: Iterable[tuple[int, str, str]], text: str, file: Path
) -> str:
    """Return HTML: a line for each chapter that opens to its exercises, and how to keep the file.

    passed: ID -> time.  exercises: chapter, ID, title.  text: the content of the file, to be downloaded.
    file: where it is.
    The chapter where something was passed last is open.
    """
    chapters: dict[int, list[tuple[str, str]]] = {}
    for number, name, title in exercises:
        chapters.setdefault(number, []).append((name, title))
    latest = max(passed, key=lambda name: str(passed[name]), default=None)
    parts = []
    for number, entries in sorted(chapters.items()):
        done = sum(name in passed for name, _ in entries)
        is_open = " open" if latest in [name for name, _ in entries] else ""
        rows = "".join(_row(number, name, title, name in passed) for name, title in entries)
        marks = "●" * done + "○" * (len(entries) - done)
        parts.append(
            f"<details{is_open}><summary>Chapter {number}: {done} of {len(entries)} "
            f'<span aria-hidden="true">{marks}</span></summary>'
            '<table style="margin: 0.2em 0 0.7em 1.2em">'
            f"{cells('th', 'ID', 'exercise', 'state')}{rows}</table></details>"
        )
    return "".join(parts) + _how_to_keep_it(text, file)


def _row(chapter: int, name: str, title: str, is_passed: bool) -> str:
    words = html.escape(name)
    if not in_colab():  # which does not follow links from one notebook to another
        words = link(chapter, words, notebook=True)
    state = "✓ passed" if is_passed else "○ open"
    return cells("td", words, html.escape(title), state)


def _how_to_keep_it(text: str, file: Path) -> str:
    data = base64.b64encode(text.encode()).decode()
    download = f'<a download="{file.name}" href="data:application/json;base64,{data}">Download it here</a>'
    how = KEEP.format(link=download, name=file.name, folder=html.escape(file.parent.name))
    return f"<details><summary>Keep it, and put it back (a Binder forgets)</summary>{how}</details>"

"""The book for a class that hands in, without its solutions; and for the lecturer, with all of them open.

    make book SOLUTIONS=none      no solutions, and no page that gives the answers away; hints stay
    make book SOLUTIONS=open      hints and solutions are unfolded
    make book                     they are folded (SOLUTIONS=folded)

An edition is a matter of settings: nothing is executed for it.  This module writes them, and it is the Sphinx
extension that empties the pages which give the answers away.  They stay where links lead to them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import yaml
from docutils import nodes

from vaebook.finished_pages.built_pages import UnexpectedPage, change_pages

EDITIONS = ("none", "folded", "open")
GIVE_AWAY = ("answers",)
LEFT_OUT = "This page gives the answers away. This copy of the book is without solutions, so it is left out."

GATED = re.compile(r"^\s*(?:`{3,}|:{3,})\{solution-start\}", re.MULTILINE)
SOLUTION = re.compile(r"^(`{3,})\{solution\}.*?^\1$\n?", re.MULTILINE | re.DOTALL)
FOLDED_SOLUTION = re.compile(r"<details>\s*<summary>Solution</summary>.*?</details>\s*", re.DOTALL)
# The state of a question on a page; see vaecore/widgets/page/static_page.py.
QUESTION = re.compile(
    r'(<div class="vaecore-widget" data-widget="question"[^>]*>\s*<script type="application/json">)(.*?)'
    r"(</script>)",
    re.DOTALL,
)


class NotLeftOut(Exception):
    """A solution is written in a form that cannot be left out."""


def arguments(edition: str, book: Path, folder: Path) -> list[str | Path]:
    """What jupyter-book is called with for this edition; its settings go into the folder.

    Raises NotLeftOut if a solution would stay in a book without solutions.
    """
    if edition == "folded":
        return []
    settings = yaml.safe_load((book / "_config.yml").read_text(encoding="utf-8"))
    contents = yaml.safe_load((book / "_toc.yml").read_text(encoding="utf-8"))
    sphinx = settings["sphinx"]
    if edition == "open":
        sphinx["config"]["togglebutton_selector"] = ".toggle"  # and not ".admonition.dropdown" too
    else:
        for page in sorted(book.glob("*.md")):
            if page.stem not in GIVE_AWAY and GATED.search(page.read_text(encoding="utf-8")):
                raise NotLeftOut(
                    f"{page.name}: what comes after a 'solution-start' cannot be left out; write a 'solution'"
                )
        sphinx["config"]["hide_solutions"] = True
        sphinx["local_extensions"] = {"editions": str(Path(__file__).resolve().parent)}  # where it is
        sphinx["config"]["extensions"].append("vaebook.editions")
        settings["only_build_toc_files"] = False  # links lead to the pages that are not in the contents
        contents = without(contents, GIVE_AWAY)
    folder.mkdir(parents=True, exist_ok=True)
    config, toc = folder / "config.yml", folder / "toc.yml"
    config.write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    toc.write_text(yaml.safe_dump(contents, sort_keys=False), encoding="utf-8")
    return ["--config", config, "--toc", toc]


def without(contents: Any, names: tuple[str, ...]) -> Any:
    """A table of contents without the entries of these pages."""
    if isinstance(contents, dict):
        return {key: without(value, names) for key, value in contents.items()}
    if isinstance(contents, list):
        kept = [e for e in contents if not (isinstance(e, dict) and e.get("file") in names)]
        return [without(entry, names) for entry in kept]
    return contents


def finish(edition: str, html: Path) -> None:
    """Take the solutions out of what Sphinx does not know: the questions' data, and the pages' sources."""
    if edition != "none":
        return

    def bare(state: re.Match[str]) -> str:
        values = json.loads(state[2])
        if "reasons" not in values.get("content", {}):
            raise UnexpectedPage("a question has no 'reasons', which are left out without solutions")
        values["content"]["reasons"] = None
        return state[1] + json.dumps(values, allow_nan=False).replace("<", "\\u003c") + state[3]

    change_pages(html, lambda text, _: QUESTION.sub(bare, text))
    for source in (html / "_sources").glob("*.md"):
        text = source.read_text(encoding="utf-8")
        source.write_text(LEFT_OUT if source.stem in GIVE_AWAY else SOLUTION.sub("", text), encoding="utf-8")
    for source in (html / "_sources").glob("*.ipynb"):
        notebook = nbformat.read(source, as_version=nbformat.NO_CONVERT)
        if source.stem in GIVE_AWAY:
            notebook.cells = [nbformat.v4.new_markdown_cell(LEFT_OUT, id="left-out")]
        for cell in notebook.cells:
            cell.source = FOLDED_SOLUTION.sub("", cell.source)
        nbformat.write(notebook, source)


def setup(app: Any) -> dict[str, bool]:
    """What Sphinx calls for an extension."""
    app.connect("doctree-read", leave_out, priority=100)  # before the titles for the contents are collected
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def leave_out(app: Any, doctree: nodes.document) -> None:
    """Keep of a page that gives the answers away its title and its labels, which other pages link to."""
    page = app.env.docname
    if page not in GIVE_AWAY:
        return
    app.env.metadata[page] |= {"orphan": True, "nosearch": True}
    section = next(doctree.findall(nodes.section))
    labels = [name for node in doctree.findall(nodes.Element) for name in node.get("ids", ())]
    title = next(section.findall(nodes.title))
    here = set(section["ids"])
    section.children = [title]
    section += nodes.paragraph("", LEFT_OUT, ids=[name for name in dict.fromkeys(labels) if name not in here])

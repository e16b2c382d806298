"""The book for a class that hands in, without its solutions; and for the lecturer, with all of them open.

    VAEBOOK_SOLUTIONS=none jupyter-book build book      or  make book SOLUTIONS=none
    VAEBOOK_SOLUTIONS=open jupyter-book build book      or  make book SOLUTIONS=open

The variable goes before `vaebook_solutions` in the settings.  Without solutions there are none, and no page
that gives the answers away; hints stay.  Nothing is executed for an edition.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.transforms.post_transforms import SphinxPostTransform

from vaebook.errors import UnexpectedPage

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

EDITIONS = ("none", "folded", "open")
VARIABLE = "VAEBOOK_SOLUTIONS"
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


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("vaebook_solutions", "folded", "env", types=[str])
    app.add_config_value("vaebook_gives_away", ["answers"], "env", types=[list])
    app.connect("config-inited", choose, priority=400)
    app.connect("config-inited", shorten_the_contents, priority=950)  # after they have been read
    app.connect("doctree-read", leave_out, priority=100)  # before the titles for the contents are collected
    app.add_post_transform(QuestionsWithoutReasons)
    app.add_post_transform(OpenBoxes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def without_solutions(app: Sphinx) -> bool:
    return app.config.vaebook_solutions == "none"


def choose(app: Sphinx, config: Config) -> None:
    """Settle the edition, and tell the extensions that show solutions.

    Raises ExtensionError for an unknown edition, or if a solution would stay in a book without solutions.
    """
    edition = os.environ.get(VARIABLE) or config.vaebook_solutions
    if edition not in EDITIONS:
        raise ExtensionError(
            f"{VARIABLE} or vaebook_solutions is {edition!r}, expected one of {', '.join(EDITIONS)}"
        )
    config.vaebook_solutions = edition
    if edition == "open":
        config.togglebutton_selector = ".toggle"  # and not ".admonition.dropdown" too
    if edition == "none":
        for page in sorted(Path(app.srcdir).glob("*.md")):
            if page.stem not in config.vaebook_gives_away and GATED.search(page.read_text(encoding="utf-8")):
                raise ExtensionError(
                    f"{page.name}: what comes after a 'solution-start' cannot be left out; write a 'solution'"
                )
        config.hide_solutions = True


def shorten_the_contents(app: Sphinx, config: Config) -> None:
    """Take the pages that give answers away out of the contents; links go on leading to them."""
    if without_solutions(app):
        for document in config.external_site_map.values():
            for tree in document.subtrees:
                tree.items = [item for item in tree.items if str(item) not in config.vaebook_gives_away]


def leave_out(app: Sphinx, doctree: nodes.document) -> None:
    """Keep of a page that gives the answers away its title and its labels, which other pages link to."""
    page = app.env.docname
    if not without_solutions(app) or page not in app.config.vaebook_gives_away:
        return
    app.env.metadata[page] |= {"orphan": True, "nosearch": True}
    section = next(doctree.findall(nodes.section))
    labels = [name for node in doctree.findall(nodes.Element) for name in node.get("ids", ())]
    title = next(section.findall(nodes.title))
    here = set(section["ids"])
    section.children = [title]
    section += nodes.paragraph("", LEFT_OUT, ids=[name for name in dict.fromkeys(labels) if name not in here])


class QuestionsWithoutReasons(SphinxPostTransform):
    """A question's data say why a statement is true: in a book without solutions they do not."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        if without_solutions(self.app):
            for node in self.document.findall(nodes.raw):
                if (text := without_reasons(node.astext())) != node.astext():
                    node.children = [nodes.Text(text)]
                    node.rawsource = text


class OpenBoxes(SphinxPostTransform):
    """With all solutions open, the boxes say so: else they are folded by style before any script has run."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        if self.app.config.vaebook_solutions == "open":
            for node in self.document.findall(nodes.Element):
                if "dropdown" in node.get("classes", ()):
                    node["classes"].append("toggle-shown")


def without_reasons(html: str) -> str:
    """HTML with its questions' reasons taken out.  Raises UnexpectedPage for a question without the entry."""

    def bare(state: re.Match[str]) -> str:
        values = json.loads(state[2])
        if "reasons" not in values.get("content", {}):
            raise UnexpectedPage("a question has no 'reasons', which are left out without solutions")
        values["content"]["reasons"] = None
        return state[1] + json.dumps(values, allow_nan=False).replace("<", "\\u003c") + state[3]

    return QUESTION.sub(bare, html)


def bare_source(app: Sphinx, page: str, text: str) -> str:
    """A page's source as it may be offered."""
    if not without_solutions(app):
        return text
    return LEFT_OUT if page in app.config.vaebook_gives_away else SOLUTION.sub("", text)


def bare_notebook(app: Sphinx, page: str, text: str) -> str:
    """A page's notebook as it may be offered."""
    if not without_solutions(app):
        return text
    notebook = nbformat.reads(text, as_version=nbformat.NO_CONVERT)
    if page in app.config.vaebook_gives_away:
        notebook.cells = [nbformat.v4.new_markdown_cell(LEFT_OUT, id="left-out")]
    for cell in notebook.cells:
        cell.source = FOLDED_SOLUTION.sub("", cell.source)
    return nbformat.writes(notebook) + "\n"

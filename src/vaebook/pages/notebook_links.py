"""A line under each exercise with code to write: where its chapter's notebook opens."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from vaebook.chapters.exercise_places import NOTEBOOK
from vaebook.pages.launch_buttons import ways_to_run

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(LinksToTheNotebook)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class LinksToTheNotebook(SphinxPostTransform):
    """Put the line where the exercise's text has its mark."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        page = self.env.docname
        for node in list(self.document.findall(nodes.raw)):
            if node.astext().strip() == NOTEBOOK:
                line = notebook_line(ways_to_run(self.app, page), f"_sources/{page}.ipynb")
                node.replace_self(nodes.raw("", line, format="html"))


def notebook_line(ways: list[tuple[str, str]], download: str) -> str:
    """The line, as HTML; ways: (words, address)."""
    links = [f'<a href="{escape(address)}">{words}</a>' for words, address in ways]
    links.append(f'<a href="{escape(download)}" download>download it</a>')
    listed = f"{links[0]}, or {links[1]}" if len(links) == 2 else ", ".join(links[:-1]) + f", or {links[-1]}"
    return f'<p class="notebook-link">Write it in this chapter\'s notebook: {listed}.</p>\n'

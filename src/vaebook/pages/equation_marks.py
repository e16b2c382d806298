"""Beside each numbered equation: that it is checked, with a link to the check.

The checks are the functions that `@checks("eq-...")` registers in tests/equations/; they are read, not run:
`make test` runs them.
"""

from __future__ import annotations

import ast
from functools import cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.ext.mathjax import html_visit_displaymath
from sphinx.transforms.post_transforms import SphinxPostTransform

from vaebook.errors import UnexpectedPage

if TYPE_CHECKING:
    from sphinx.application import Sphinx

NUMBER = '<span class="eqno">'  # what Sphinx begins an equation's number with


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(checked_equation, html=(visit_checked_equation, None))
    app.add_post_transform(MarkCheckedEquations)
    app.connect("builder-inited", lambda app: check_sources.cache_clear())
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class checked_equation(nodes.math_block):
    """An equation with a check; `mark` is the HTML that says so."""


@cache
def check_sources(folder: Path) -> dict[str, tuple[str, int]]:
    """Return the file, with its folders in the repository, and the line of the first check of each label."""
    sources: dict[str, tuple[str, int]] = {}
    below = f"{folder.parent.name}/{folder.name}"
    for path in sorted(folder.glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if not isinstance(node, ast.FunctionDef):
                continue
            for call in node.decorator_list:
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "checks":
                    for argument in call.args:
                        sources.setdefault(ast.literal_eval(argument), (f"{below}/{path.name}", node.lineno))
    return sources


class MarkCheckedEquations(SphinxPostTransform):
    """Equations whose label has a check get the mark; tests/core/test_equations.py refuses one without."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        folder = Path(self.app.srcdir, self.config.vaebook_equation_checks).resolve()
        repository, sources = self.config.vaebook_repository, check_sources(folder)
        for node in list(self.document.findall(nodes.math_block)):
            if node.get("label") in sources and node.get("number"):
                file, line = sources[node["label"]]
                address = repository.source(file, line) if repository else None
                marked = checked_equation("", *node.children, **node.attributes)
                marked["mark"] = mark(file, line, address)
                node.replace_self(marked)


def mark(file: str, line: int, address: str | None) -> str:
    """The mark as HTML: a link where there is a published copy to link to."""
    title = f"A test checks this equation numerically: {file}, line {line}"
    element, link = ("a", f' href="{escape(address)}"') if address else ("span", "")
    return f'<{element} class="checked-equation"{link} title="{escape(title)}">checked</{element}> '


def visit_checked_equation(writer: Any, node: checked_equation) -> None:
    """As any equation, with the mark in front of the number."""
    start = len(writer.body)
    try:
        html_visit_displaymath(writer, node)
    finally:  # it ends with SkipNode
        for at in range(start, len(writer.body)):
            if writer.body[at].startswith(NUMBER):
                writer.body[at] = NUMBER + node["mark"] + writer.body[at].removeprefix(NUMBER)
                break
        else:
            raise UnexpectedPage(f"equation {node['label']} has no number that begins with {NUMBER!r}")

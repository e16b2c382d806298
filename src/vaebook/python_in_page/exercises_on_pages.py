"""The exercises that ask for a function, as they stand on the pages: ready to be written and checked there.

Behind the cell with an exercise's stub comes an element with what the page's script needs; the cells
themselves stay, for readers without scripts and for paper.  Where Pyodide's files cannot be had, nothing is
added.
"""

from __future__ import annotations

import ast
import html
import itertools
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from vaebook.errors import UnexpectedPage
from vaebook.python_in_page.offered_files import FOLDER
from vaebook.settings import build_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from vaecore.exercises.machinery.exercise import CodeExercise

CHECK = re.compile(r'check\("(?P<id>[\w.-]+)", (?P<function>\w+)\)')
NOT_IN_THE_PAGE = ("matplotlib", "vaecore.widgets")  # what no exercise needs, and is large


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_post_transform(ExercisesOnPages)
    app.connect("html-page-context", load_where_there_are_exercises)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def load_where_there_are_exercises(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    if build_of(app).python_in_page and 'class="python-exercise"' in context.get("body", ""):
        app.add_css_file(f"{FOLDER}/exercise.css")
        for name in ("engine", "files", "code_field", "exercise"):
            app.add_js_file(f"{FOLDER}/{name}.js", loading_method="defer")


class ExercisesOnPages(SphinxPostTransform):
    """Put what the page's script needs behind each stub."""

    default_priority = 700
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        if not build_of(self.app).python_in_page:
            return
        cells = list(_cells(self.document))
        imports = imports_of(cells[0][1]) if cells else []
        for (stub, source), (check, call) in itertools.pairwise(cells):
            if found := CHECK.fullmatch(call.strip()):
                exercise = _exercise(found["id"])
                if exercise.stub.strip() != source.strip():
                    raise UnexpectedPage(f"in front of {call.strip()} there is another cell than its stub")
                check["classes"].append("python-check")
                stub["classes"].append("python-stub")
                place = stub.parent.index(stub) + 1
                markup = holder_of(exercise, found["function"], imports)
                stub.parent.insert(place, nodes.raw("", markup, format="html"))


def _cells(document: nodes.document) -> Iterator[tuple[nodes.Element, str]]:
    """The cells of a page with their code, in order."""
    for node in document.findall(nodes.container):
        if "cell" in node["classes"] and (code := next(node.findall(nodes.literal_block), None)) is not None:
            yield node, code.astext()


def _exercise(exercise_id: str) -> CodeExercise:
    from vaecore.exercises.checking import find
    from vaecore.exercises.machinery.exercise import CodeExercise

    exercise = find(exercise_id)
    if not isinstance(exercise, CodeExercise):
        raise UnexpectedPage(f"{exercise_id} asks for no function, and a cell hands one in")
    return exercise


def imports_of(source: str) -> list[str]:
    """The import statements of a chapter's first cell, without what a page has not."""
    statements = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]

    def is_there(node: ast.Import | ast.ImportFrom) -> bool:
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
        return not any(f"{name}.".startswith(f"{out}.") for name in names for out in NOT_IN_THE_PAGE)

    return [ast.unparse(node) for node in statements if is_there(node)]


def holder_of(exercise: CodeExercise, function: str, imports: list[str]) -> str:
    """The element that the page's script brings to life, as HTML."""
    from vaecore.exercises.machinery.judging import PAGE_LIMIT

    data = {
        "stub": exercise.stub, "imports": imports, "limit": PAGE_LIMIT,
        "late": _said(exercise, "late"), "ended": _said(exercise, "ended"),
    }  # fmt: skip
    script = json.dumps(data).replace("<", "\\u003c")  # "</script>" would end it
    return (
        f'<div class="python-exercise" data-exercise="{html.escape(exercise.id)}" data-function="{function}">'
        f'<script type="application/json">{script}</script></div>\n'
    )


def _said(exercise: CodeExercise, how: str) -> str:
    """What is said of an answer that never came back, in the form that `check` gives a result."""
    from vaecore.exercises.machinery.judging import verdict_without_readings
    from vaecore.exercises.machinery.results import Result

    verdict = verdict_without_readings(how)
    return Result(exercise.id, exercise.title, verdict.status, None, verdict.message)._repr_html_()

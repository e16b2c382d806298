"""What the build makes a page from: its text, with the exercises as the catalogue has them.

Nothing is written into the book's folder.  Where exercises or twins that lie there are out of step, the page
and the notebook that it offers are right all the same, and a line in the log names `make notebooks`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.errors import ExtensionError
from sphinx.util import logging

from vaebook.chapters.exercise_places import WrongMarks, all_places
from vaebook.chapters.exercise_texts import with_exercises
from vaebook.chapters.plain_markdown import Index, read_index
from vaebook.chapters.twins import find_chapters, has_twin, twin_of
from vaebook.repository import Repository
from vaebook.settings import cache as folder
from vaecore.files import notebooks

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

# What twins are made by.
_CODE = [
    path.read_text(encoding="utf-8")
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(notebooks.__file__))
]


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", begin, priority=100)
    app.connect("env-get-outdated", pages_with_new_exercises)
    app.connect("source-read", give_the_text)
    app.connect("env-purge-doc", forget)
    return {"parallel_read_safe": True}


def begin(app: Sphinx) -> None:
    """Read afresh what an earlier build in this process has read, and check the marks of the exercises."""
    text_of.cache_clear()
    index_of.cache_clear()
    try:
        all_places(Path(app.srcdir))
    except WrongMarks as error:
        raise ExtensionError(str(error)) from None


@cache
def text_of(path: Path) -> str:
    """The text of a page.  Raises ExtensionError where the marks of its exercises do not fit."""
    try:
        return with_exercises(path, path.read_text(encoding="utf-8"))
    except WrongMarks as error:
        raise ExtensionError(str(error)) from None


@cache
def index_of(book: Path) -> Index:
    """What references in the twins point to."""
    return read_index(book, find_chapters(book))


def give_the_text(app: Sphinx, page: str, content: list[str]) -> None:
    path = Path(app.env.doc2path(page))
    content[0] = text_of(path)
    pages_read(app.env)[page] = _hash(content[0])
    if content[0] != path.read_text(encoding="utf-8"):
        _out_of_step(f"the exercises in {path.name}")


def offered_notebook(app: Sphinx, page: str) -> str | None:
    """The notebook that the page of a chapter offers; None for a page without one."""
    path = Path(app.env.doc2path(page))
    text = text_of(path)
    if not has_twin(text):
        return None
    found: Repository | None = app.config.vaebook_repository
    committed, configured = path.with_suffix(".ipynb"), found if found and found.configured else None
    as_committed = _remembered_twin(app, text, configured)
    if not committed.exists() or committed.read_text(encoding="utf-8") != as_committed:
        _out_of_step(committed.name)
    return as_committed if found == configured else _remembered_twin(app, text, found)


def _remembered_twin(app: Sphinx, text: str, repository: Repository | None) -> str:
    """The twin of a chapter, kept in the cache: one sentence changed changes one twin."""
    index = index_of(Path(app.srcdir))
    kept = folder(app, "twins") / f"{_hash(repr((text, index, repository, _CODE)))}.ipynb"
    if not kept.exists():
        kept.write_text(twin_of(text, index, repository), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


def _out_of_step(what: str) -> None:
    logger.info("%s: out of step (the page has them right); run: make notebooks", what, color="yellow")


def pages_read(env: BuildEnvironment) -> dict[str, str]:
    """With which text each page was read: page -> hash."""
    return vars(env).setdefault("vaebook_pages_read", {})


def pages_with_new_exercises(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Iterable[str]:
    """The pages whose file is as it was, and whose exercises are not."""
    before = pages_read(env)
    return [page for page in before if page in env.found_docs and _changed(env, page, before[page])]


def _changed(env: BuildEnvironment, page: str, before: str) -> bool:
    return _hash(text_of(Path(env.doc2path(page)))) != before


def forget(app: Sphinx, env: BuildEnvironment, page: str) -> None:
    pages_read(env).pop(page, None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()



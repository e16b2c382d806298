"""The pages of source, which Sphinx's viewcode makes, are written beside the chapters.

They wait for nothing: with a second process (`write_beside_reading`) they are begun with the first page that
is written, and are there when Sphinx asks for the pages of its extensions. Else viewcode makes them then.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sphinx.errors import ExtensionError
from sphinx.ext import viewcode
from sphinx.util.parallel import ParallelTasks

if TYPE_CHECKING:
    from sphinx.application import Sphinx

Page = tuple[str, dict[str, Any], str]


def setup(app: Sphinx) -> dict[str, bool]:
    app.setup_extension("sphinx.ext.viewcode")
    at_the_end = app.events.listeners["html-collect-pages"]
    viewcodes = [listener for listener in at_the_end if listener.handler is viewcode.collect_pages]
    if len(viewcodes) != 1:
        raise ExtensionError("vaebook expected sphinx.ext.viewcode to collect its pages at the end, once.")
    app.disconnect(viewcodes[0].id)
    pages = SourcePages()
    app.connect("html-page-context", pages.begin)
    app.connect("html-collect-pages", pages.finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class SourcePages:
    """The process that writes the pages of source, if there is one."""

    tasks: ParallelTasks | None = None

    def begin(self, app: Sphinx, *page: object) -> None:
        """With the first page: all that pages need is ready then."""
        if self.tasks is None and app.parallel > 1:
            self.tasks = ParallelTasks(1)
            self.tasks.add_task(functools.partial(write, app))

    def finish(self, app: Sphinx) -> Iterator[Page]:
        """Yield the pages that Sphinx still has to write."""
        if self.tasks is None:
            yield from viewcode.collect_pages(app)
        else:
            self.tasks.join()  # warnings and errors of that process become ours
            self.tasks = None


def write(app: Sphinx) -> None:
    for page in viewcode.collect_pages(app):
        app.builder.handle_page(*page)  # type: ignore[attr-defined]  # of builders for HTML

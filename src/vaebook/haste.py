"""Spend memory and a second core on a build: a changed sentence is to be seen in a few seconds."""

from __future__ import annotations

import functools
import gc
import os
from typing import TYPE_CHECKING

from sphinx.search.en import SearchEnglish
from sphinx.util.parallel import parallel_available

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("env-updated", write_beside_reading, priority=999)
    app.add_search_language(English)
    # Whole document trees stand in memory; to search them for garbage again and again takes a third of a
    # build, and frees some 200 MB.
    if gc.isenabled():
        gc.disable()
        app.connect("build-finished", lambda app, exception: gc.enable(), priority=999)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_beside_reading(app: Sphinx, env: BuildEnvironment) -> None:
    """While one process writes pages, another prepares the next; reading, which is over, took one."""
    safe = all(extension.parallel_write_safe for extension in app.extensions.values())
    if parallel_available and safe and app.parallel == 1:
        app.parallel = min(os.cpu_count() or 1, 2)


class English(SearchEnglish):
    """Sphinx's, which looks for the stem of a word once: pages have most of their words in common."""

    def init(self, options: dict[str, str]) -> None:
        super().init(options)
        self.known = functools.cache(super().stem)

    def stem(self, word: str) -> str:
        return self.known(word)

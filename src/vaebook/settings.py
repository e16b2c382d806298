"""The extension's settings, and the folder beside Sphinx's output in which it keeps what it may reuse."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sphinx.errors import ExtensionError

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config


def setup(app: Sphinx) -> dict[str, bool]:
    if sys.flags.optimize > 1:
        raise ExtensionError(
            "this Python was started without docstrings (PYTHONOPTIMIZE=2 or -OO), and the book's reference "
            "is made of them: start it without"
        )
    logging.getLogger("fontTools").setLevel(logging.ERROR)  # it reports each table of each font
    # What a chapter's cells import, beside installed packages: outputs are stale when it changes.
    app.add_config_value("vaebook_imports", ["vaecore"], "", types=[list])
    # Folders with what they import and is not installed, from the book's folder.
    app.add_config_value("vaebook_import_from", [], "", types=[list])
    # Where the checks of the numbered equations are, from the book's folder.
    app.add_config_value("vaebook_equation_checks", "../tests/equations", "html", types=[str])
    app.connect("config-inited", find_files_beside_the_sources, priority=10)
    return {"parallel_read_safe": True}


@dataclass
class Build:
    """What the parts of the extension tell each other during one build."""

    outputs_dropped: bool = False  # every chapter is executed again
    python_in_page: bool = False  # Pyodide's files are there, and the pages load them when asked
    pages_stand: bool = True  # the finished pages of an earlier build are those of this one
    made_from: str = ""  # a hash over what the pages are made from
    variables: dict[str, str] = field(default_factory=dict)  # the environment, as it was before


_builds: WeakKeyDictionary[Sphinx, Build] = WeakKeyDictionary()


def build_of(app: Sphinx) -> Build:
    return _builds.setdefault(app, Build())


def cache(app: Sphinx, *names: str) -> Path:
    """A folder in the cache, which exists afterwards."""
    folder = Path(app.outdir).parent.joinpath(".vaebook", *names)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def import_from(app: Sphinx) -> list[str]:
    """The folders that cells import from, beside what is installed."""
    return [str(Path(app.srcdir, folder).resolve()) for folder in app.config.vaebook_import_from]


def find_files_beside_the_sources(app: Sphinx, config: Config) -> None:
    """Take relative paths from the book's folder where a conf.py somewhere else would have them elsewhere."""

    def beside_the_sources(path: Any) -> Any:
        if not isinstance(path, str) or not path or "://" in path:
            return path
        in_book = Path(app.srcdir, path)
        return str(in_book) if in_book.exists() and not Path(app.confdir, path).exists() else path

    for name in ("html_logo", "html_favicon"):
        setattr(config, name, beside_the_sources(getattr(config, name)))
    for name in ("html_static_path", "html_extra_path", "templates_path", "bibtex_bibfiles"):
        setattr(config, name, [beside_the_sources(path) for path in getattr(config, name)])

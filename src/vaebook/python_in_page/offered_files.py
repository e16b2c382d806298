"""What pages load for their Python: all of it in one folder, which the pages share.

Pyodide's files, the package and its data as scripts; a list of them; and the scripts and styles that pages
begin with.  Where Pyodide's files cannot be had there is nothing, and one line says why.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from vaebook.editions import without_solutions
from vaebook.python_in_page.engine_files import NotToBeHad, engine_files
from vaebook.python_in_page.engine_list import CORE, LOCK, MATPLOTLIB, NUMPY, PACKAGES
from vaebook.python_in_page.engine_scripts import write_scripts
from vaebook.python_in_page.package_archive import package_archive, shipped_files
from vaebook.settings import build_of, cache
from vaecore.widgets.page.sources import widget_names
from vaecore.widgets.page.static_page import sheets_of

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

logger = logging.getLogger(__name__)

FOLDER = "python"  # in _static
PAGE = Path(__file__).with_name("page")
ARCHIVE, WORKER, KERNEL = "packages.zip", "worker.js", "products.wasm"


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_config_value("vaebook_python_in_page", False, "html", types=[bool])
    app.connect("config-inited", offer_scripts, priority=500)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_scripts(app: Sphinx, config: Config) -> None:
    """Write all scripts where the pages' static files are taken from, if Pyodide's files can be had."""
    folder = cache(app, "static", FOLDER)
    try:
        if not config.vaebook_python_in_page:
            raise NotToBeHad("it is not asked for")
        engine = {name: path.read_bytes() for name, path in engine_files().items()}
    except NotToBeHad as problem:
        shutil.rmtree(folder)
        if config.vaebook_python_in_page:
            logger.info("Python in the page: %s. The pages are built without it.", problem, color="yellow")
        return
    build_of(app).python_in_page = True
    own = {name: (PAGE / name).read_bytes() for name in (WORKER, KERNEL)} | {ARCHIVE: package_archive()}
    shipped = shipped_files()
    files = write_scripts({**engine, **own, **shipped}, folder)
    settings = {
        "files": files,
        "core": [*CORE, *NUMPY, *own],
        "extras": {"matplotlib": list(MATPLOTLIB), **{name: [name] for name in shipped}},
        "lock": json.dumps(LOCK), "packages": list(PACKAGES), "archive": ARCHIVE,
        "kernel": KERNEL,
        "sheets": {name: sheets_of([name]) for name in widget_names()},
        "solutions": not without_solutions(app),
    }  # fmt: skip
    (folder / "files.js").write_text(f"vaebookPython.configure({json.dumps(settings)});\n", encoding="utf-8")
    for path in PAGE.iterdir():
        if path.name not in (WORKER, KERNEL):
            shutil.copy(path, folder / path.name)
    wanted = {script for scripts in files.values() for script, _ in scripts}
    for path in folder.glob("*.*.js"):  # of an earlier build
        if path.name not in wanted:
            path.unlink()

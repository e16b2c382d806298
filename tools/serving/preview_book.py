"""Build the book, serve it on localhost, and build and reload it whenever a file is saved (`make preview`).

sphinx-autobuild watches the chapters, the package and the extension.  It wants a conf.py, which is made here
from book/_config.yml, beside the pages.  The build is that of `make book`: the same cache, the same pages.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import NoReturn

from jupyter_book.config import get_final_config

BOOK = Path("book").resolve()
BUILD = BOOK / "_build"
WATCHED = ("src", "tests/equations")
LEFT_ALONE = ("*/_build/*", "*/.ipynb_checkpoints/*", "*/__pycache__/*", "*.ipynb")


def write_settings(folder: Path) -> None:
    """Write what Jupyter Book would hand to Sphinx as a conf.py."""
    settings, _ = get_final_config(
        user_yaml=BOOK / "_config.yml",
        sourcedir=BOOK,
        cli_config={"external_toc_path": "_toc.yml", "latex_individualpages": False},
    )
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{name} = {settings[name]!r}\n" for name in sorted(settings)]
    (folder / "conf.py").write_text("".join(lines), encoding="utf-8")


def command(port: int, *, browser: bool) -> list[str]:
    """What is run: sphinx-autobuild with the folders of `make book`."""
    options = ["-c", BUILD / "preview", "-d", BUILD / ".doctrees", "-b", "html", "-n", "--port", port]
    for path in filter(Path.exists, map(Path, WATCHED)):
        options += ["--watch", path.resolve()]
    for pattern in LEFT_ALONE:
        options += ["--ignore", pattern]
    options += ["--open-browser"] * browser
    return [sys.executable, "-m", "sphinx_autobuild", *map(str, options), str(BOOK), str(BUILD / "html")]


def main() -> NoReturn:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=8000, help="0 for any that is free")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    arguments = parser.parse_args()
    write_settings(BUILD / "preview")
    # In place of this process, so that what ends the one ends the other.
    os.execv(sys.executable, command(arguments.port, browser=not arguments.no_browser))


if __name__ == "__main__":
    main()

"""Build the book into book/_build/html, with warnings as errors (`make book`).

This is `jupyter-book build book` with progress and closing words: what is particular to this book is the
Sphinx extension src/vaebook.
"""

from __future__ import annotations

import argparse
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tools.setup.children import alone, child, leave_on_sigterm
from tools.setup.own_environment import own_environment

BOOK = Path("book").resolve()
HTML = BOOK / "_build" / "html"
EDITIONS = ("none", "folded", "open")

JUPYTER_BOOK = """
import sys
from jupyter_book.cli.main import main
sys.exit(main())
"""

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# Of the long report: which chapter is being executed and how long it took, and what the extension says.
SHOWN = re.compile(
    r"\[mystnb\]|out of step|executing all of them afresh|Nothing has changed|Python in the page:"
)


def run_with_progress(command: list[str | Path], environment: dict[str, str], lock: int | None) -> int:
    """Run the build, and show what of its report takes long or concerns the reader of it."""
    with child(command, environment, lock, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        for line in process.stdout:
            if SHOWN.search(line):
                plain = COLOUR.sub("", line).replace(f"{BOOK}{os.sep}", "  ")
                print(re.sub(r" (using (local|temporary) CWD )?\[mystnb\]", "", plain), end="", flush=True)
    return process.returncode


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--solutions", choices=EDITIONS, default="folded", help="of the exercises")
    environment = own_environment(VAEBOOK_SOLUTIONS=parser.parse_args().solutions)
    command = [sys.executable, "-c", JUPYTER_BOOK, "build", BOOK, "-W", "-n", "--keep-going"]
    leave_on_sigterm()
    (BOOK / "_build").mkdir(exist_ok=True)
    (BOOK / "_build" / "lock").touch()
    with alone(BOOK / "_build" / "lock") as lock:  # a second build waits for the first
        print("Building the book: chapters that have changed are executed first ...", flush=True)
        if run_with_progress(command, environment, lock) != 0:
            print("\nerror: the book was not built; the messages above say why.", file=sys.stderr)
            return 1
    index = HTML / "index.html"
    print(f"\nThe book is built:  {index}")
    print("Open that file in a browser, or serve it on localhost:  make serve")
    print(f"Without make:  python3 -m http.server --bind 127.0.0.1 --directory {shlex.quote(str(HTML))}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("\ninterrupted; the next build goes on from the chapters already executed")

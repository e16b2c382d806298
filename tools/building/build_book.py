"""Build the book into book/_build/html, with warnings as errors (`make book`).

Jupyter Book keeps the outputs of executed chapters in a cache which knows the chapters' own cells but
not the code that they import. So this script keeps a hash over everything else that can change an
output; when it differs, the whole build folder goes, and every chapter is executed afresh.
When nothing at all has changed since the last successful build, nothing is done.
`--solutions none` or `open` builds the book without its solutions, or with all of them unfolded.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from vaebook import editions
from vaebook.chapters.notebook_links import link_notebooks
from vaebook.equation_marks import mark_equations
from vaebook.finished_pages.built_pages import UnexpectedPage, change_pages
from vaebook.finished_pages.lighten_pages import lighten
from vaebook.typeset_exercises import typeset_exercises
from vaecore.widgets.page import static_page

ROOT = Path.cwd()
BOOK = ROOT / "book"
BUILD = BOOK / "_build"
HTML = BUILD / "html"
STATE = BUILD / "state.json"
WIDGETS = BUILD / "widgets"  # the weights that the widgets load; see vaecore/widgets/page/static_page.py


def mnist_folder() -> str:
    """VAECORE_DATA as an absolute path (the chapters run in another folder); "" if it is not set."""
    folder = os.environ.get("VAECORE_DATA", "")
    return str(Path(folder).expanduser().resolve()) if folder else ""


def hash_of(files: Iterable[Path], *settings: str) -> str:
    digest = hashlib.sha256("\n".join(settings).encode())
    for path in sorted(files):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def hash_of_code() -> str:
    """A hash over what chapters import: the package, the versions, the Python, the choice of data set."""
    files = [path for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    files.append(ROOT / "requirements.lock")
    return hash_of(files, platform.python_version(), mnist_folder())


def hash_of_book() -> str:
    """A hash over everything else that the pages and the twins are made from."""
    generated = {"_build", ".ipynb_checkpoints"}
    files = [path for path in BOOK.rglob("*") if path.is_file() and not generated & set(path.parts)]
    return hash_of([*files, *(ROOT / "tests" / "equations").glob("*.py")])


def read_state() -> dict:
    try:
        return json.loads(STATE.read_text())
    except (OSError, ValueError):
        return {}


def write_state(code: str, book: str | None, edition: str) -> None:
    """Note what the outputs in the cache were made with, and what the finished pages were made from."""
    BUILD.mkdir(exist_ok=True)
    STATE.write_text(json.dumps({"code": code, "book": book, "solutions": edition}) + "\n")


def prepare(code: str, edition: str) -> None:
    """Remove what may not be reused of the last build."""
    state = read_state()
    if state.get("code") != code:
        if state:
            print("The code under the chapters has changed: executing all of them afresh.", flush=True)
        shutil.rmtree(BUILD, ignore_errors=True)
    elif state["book"] is None or state.get("solutions") != edition:
        # Sphinx says nothing about pages that it has already read, so that a second run after
        # a failed one would pass in silence. It has to read them all again. So it has for an edition
        # with or without solutions; the outputs stay in their cache.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    # Pages that have since been renamed or deleted would stay; Sphinx writes the others again.
    shutil.rmtree(HTML, ignore_errors=True)
    write_state(code, None, edition)


def environment_of_the_chapters() -> dict[str, str]:
    environment = dict(os.environ)
    environment["VAECORE_OFFLINE"] = "1"
    environment["VAECORE_COMPILED"] = "0"  # with Numba or without, the book shows the same digits
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"  # this environment's kernel, not one in the home folder
    environment.pop("MPLBACKEND", None)  # the kernel chooses the one that draws into the page
    environment["VAECORE_WIDGETS"] = str(WIDGETS)  # widgets become HTML
    environment["IPYTHONDIR"] = str(BUILD / "ipython")  # nobody's own start-up files
    # On a busy machine, threads that wait for each other make small matrix products ten times slower.
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    if mnist_folder():
        environment["VAECORE_DATA"] = mnist_folder()
    else:
        # What an earlier download left in the reader's cache must not decide what the book shows.
        environment.pop("VAECORE_DATA", None)
        environment["VAECORE_CACHE"] = str(BUILD / "no-downloads")
    return environment


KERNEL_SETTINGS = """\
# Kernels on the loopback warn that their sockets are not encrypted; only errors are of interest.
c.IPKernelApp.log_level = "ERROR"
# A busy machine would flush what a cell prints in the middle of a line, and the page would show two lines.
c.IPKernelApp.exec_lines = ["__import__('sys').stdout.flush_interval = 1e6"]
"""


def configure_the_kernels() -> None:
    profile = BUILD / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text(KERNEL_SETTINGS)


def run_with_progress(command: list, environment: dict[str, str]) -> int:
    """Run the build; of its long report, show which chapter is being executed and how long it took."""
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if "[mystnb]" in line:
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line).replace(f"{BOOK}{os.sep}", "  ")
            print(re.sub(r" (using local CWD )?\[mystnb\]", "", plain), end="", flush=True)
    return process.wait()


def add_widgets() -> None:
    """Give the pages the weights, scripts and styles of their widgets."""
    folder = HTML / static_page.BASE
    if WIDGETS.exists():
        shutil.copytree(WIDGETS, folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in static_page.scripts_and_styles().items():
        (folder / name).write_text(text, encoding="utf-8")

    def with_widgets(text: str, _: str) -> str:
        return text.replace("</head>", static_page.head_of(static_page.widgets_in(text)) + "</head>", 1)

    change_pages(HTML, with_widgets)


def build(edition: str) -> bool:
    """Bring book/_build/html up to date; False if that failed."""
    code = hash_of_code()
    now = {"code": code, "book": hash_of_book(), "solutions": edition}
    if read_state() == now and (HTML / "index.html").exists():
        print("Nothing has changed since the last build.")
        return True
    for tool in ("write_exercises", "sync_notebooks"):
        subprocess.run([sys.executable, "-m", f"vaebook.chapters.{tool}"], check=True)
    book = hash_of_book()
    prepare(code, edition)
    options = editions.arguments(edition, BOOK, BUILD / "edition")
    print("Building the book: chapters that have changed are executed first ...", flush=True)
    configure_the_kernels()
    environment = environment_of_the_chapters()
    # The first import ever builds a font cache, and says so where a chapter would show it.
    subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=environment, check=True)
    jupyter_book = Path(sys.executable).parent / "jupyter-book"
    command = [jupyter_book, "build", BOOK, "-W", "-n", "--keep-going", *options]
    if run_with_progress(command, environment) != 0:
        print("\nerror: the book was not built; the messages above say why.", file=sys.stderr)
        return False
    add_widgets()
    mark_equations(HTML)
    try:
        link_notebooks(HTML, BOOK)
        typeset_exercises(HTML)
        editions.finish(edition, HTML)
        lighten(HTML)
    except UnexpectedPage as error:
        print(f"\nerror: the finished pages are not as expected: {error}", file=sys.stderr)
        return False
    if hash_of_code() != code:
        print("error: the code changed while the book was being built; run it again.", file=sys.stderr)
        STATE.unlink()
        return False
    write_state(code, book, edition)
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--solutions", choices=editions.EDITIONS, default="folded", help="of the exercises")
    edition = parser.parse_args().solutions
    with open(BOOK / "_config.yml") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # a second build waits for the first
        try:
            if not build(edition):
                return 1
        except subprocess.CalledProcessError as error:
            return error.returncode
        except editions.NotLeftOut as error:
            print(f"error: {error}", file=sys.stderr)
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

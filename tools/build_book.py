"""Build the book into book/_build/html, with warnings as errors (`make book`).

Jupyter Book keeps the outputs of executed chapters in a cache which knows the chapters' own cells but
not the code that they import. So this script keeps a hash over everything else that can change an
output; when it differs, the whole build folder goes, and every chapter is executed afresh.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
BUILD = BOOK / "_build"
HTML = BUILD / "html"
STATE = BUILD / "state.json"

# tex-chtml.js loads the rest on demand: fonts, TeX extensions, its menu, and what screen readers get.
MATHJAX_IN_USE = {"tex-chtml.js", "a11y", "adaptors", "input", "output", "sre", "ui"}


def mnist_folder() -> str:
    """VAECORE_DATA as an absolute path (the chapters run in another folder); "" if it is not set."""
    folder = os.environ.get("VAECORE_DATA", "")
    return str(Path(folder).expanduser().resolve()) if folder else ""


def hash_of_what_chapters_import() -> str:
    """A hash over the package, the versions, the Python and the choice of data set."""
    digest = hashlib.sha256(f"{platform.python_version()}\n{mnist_folder()}\n".encode())
    files = [path for path in (ROOT / "src").rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    for path in [*sorted(files), ROOT / "requirements.lock", Path(__file__).resolve()]:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(ROOT).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def read_state() -> dict:
    try:
        return json.loads(STATE.read_text())
    except (OSError, ValueError):
        return {}


def write_state(executed_with: str, *, complete: bool) -> None:
    BUILD.mkdir(exist_ok=True)
    STATE.write_text(json.dumps({"executed_with": executed_with, "complete": complete}) + "\n")


def prepare(current: str) -> None:
    """Remove what may not be reused of the last build."""
    state = read_state()
    if state.get("executed_with") != current:
        if state:
            print("The code under the chapters has changed: executing all of them afresh.", flush=True)
        shutil.rmtree(BUILD, ignore_errors=True)
    elif not state.get("complete"):
        # Sphinx says nothing about pages that it has already read, so that a second run after
        # a failed one would pass in silence. It has to read them all again.
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    # Pages that have since been renamed or deleted would stay; Sphinx writes the others again.
    shutil.rmtree(HTML, ignore_errors=True)
    write_state(current, complete=False)


def environment_of_the_chapters() -> dict[str, str]:
    environment = dict(os.environ)
    environment["VAECORE_OFFLINE"] = "1"
    environment["JUPYTER_PREFER_ENV_PATH"] = "1"  # this environment's kernel, not one in the home folder
    environment.pop("MPLBACKEND", None)  # the kernel chooses the one that draws into the page
    environment["IPYTHONDIR"] = str(BUILD / "ipython")  # nobody's own start-up files
    if mnist_folder():
        environment["VAECORE_DATA"] = mnist_folder()
    else:
        # What an earlier download left in the reader's cache must not decide what the book shows.
        environment.pop("VAECORE_DATA", None)
        environment["VAECORE_CACHE"] = str(BUILD / "no-downloads")
    return environment


def quiet_the_kernels() -> None:
    """Kernels on the loopback warn that their sockets are not encrypted; only errors are of interest."""
    profile = BUILD / "ipython" / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    (profile / "ipython_kernel_config.py").write_text("c.IPKernelApp.log_level = 'ERROR'\n")


def prune_mathjax() -> None:
    """Remove the parts of MathJax that no page loads: 14 MB of other inputs, outputs and bundles."""
    mathjax = HTML / "_static" / "mathjax"
    for path in mathjax.iterdir():
        if path.name in MATHJAX_IN_USE:
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def report_failure() -> None:
    for report in sorted((HTML / "reports").rglob("*.err.log")):
        print(f"\n--- {report.relative_to(ROOT)} ---\n{report.read_text()}", file=sys.stderr)
    print("\nerror: the book was not built; the warnings above say why.", file=sys.stderr)


def main() -> int:
    subprocess.run([sys.executable, ROOT / "tools" / "sync_notebooks.py"], check=True)
    with open(BOOK / "_config.yml") as lock_file:
        fcntl.flock(lock_file, fcntl.LOCK_EX)  # a second build waits for the first
        current = hash_of_what_chapters_import()
        prepare(current)
        quiet_the_kernels()
        environment = environment_of_the_chapters()
        # The first import ever builds a font cache, and says so where a chapter would show it.
        subprocess.run([sys.executable, "-c", "import matplotlib.font_manager"], env=environment, check=True)
        jupyter_book = Path(sys.executable).parent / "jupyter-book"
        command = [jupyter_book, "build", BOOK, "-W", "-n", "--keep-going", "--quiet"]
        if subprocess.run(command, env=environment).returncode != 0:
            report_failure()
            return 1
        prune_mathjax()
        if hash_of_what_chapters_import() != current:
            print("error: the code changed while the book was being built; run it again.", file=sys.stderr)
            STATE.unlink()
            return 1
        write_state(current, complete=True)
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

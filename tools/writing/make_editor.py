"""Put the editor of the pages' exercises together (`make editor`): one classic script, made of CodeMirror.

    python -m tools.writing.make_editor             writes it anew; needs Node, npm and its registry
    python -m tools.writing.make_editor --check     makes it again, and compares the bytes

The sources and the exact versions are in tools/writing/editor/.  Readers and builders of the book need no
Node: the script is committed, with the licences of what is in it and with the hash of what it was made from.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ROOT / "tools" / "writing" / "editor"
MADE_FROM = ("editor.js", "package.json", "package-lock.json")
PAGE = ROOT / "src" / "vaebook" / "python_in_page" / "page"
BUNDLE, LICENCES, RECORD = PAGE / "editor.js", PAGE / "editor_licences.txt", SOURCES / "made.json"
BUILDER = "esbuild"  # is not in the script
OPTIONS = (
    "--bundle --minify --format=iife --global-name=vaebookEditor --target=es2022 --charset=utf8 "
    "--legal-comments=none"
).split()
HEAD = "/* CodeMirror and what it needs, MIT licence: editor_licences.txt. Made by `make editor`. */\n"


def hash_of(*paths: Path) -> str:
    """A hash over the contents of files."""
    return hashlib.sha256(b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)).hexdigest()


def hash_of_sources() -> str:
    """A hash over all that the script is made from, and over how."""
    return hash_of(*(SOURCES / name for name in MADE_FROM), Path(__file__))


def record() -> dict[str, str]:
    """What is written beside the sources: the hashes of what was made, and from what."""
    return {"sources": hash_of_sources(), "script": hash_of(BUNDLE), "licences": hash_of(LICENCES)}


def make(folder: Path) -> tuple[bytes, str]:
    """Return the script and the licences; `folder` is a place to work in."""
    for name in MADE_FROM:
        shutil.copy(SOURCES / name, folder)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(["npm", "ci", *quiet], cwd=folder, check=True, stdin=subprocess.DEVNULL)
    command = [folder / "node_modules" / ".bin" / BUILDER, "editor.js", *OPTIONS, "--log-level=error"]
    made = subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE).stdout
    packages = json.loads((SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    licences = []
    for place in sorted(packages):
        name = place.removeprefix("node_modules/")
        licence = folder / place / "LICENSE"
        if place and BUILDER not in place and licence.is_file():
            licences.append(f"{name} {packages[place]['version']}\n\n{licence.read_text(encoding='utf-8')}")
    return HEAD.encode() + made, f"\n{'-' * 79}\n\n".join(licences)


def main() -> int:
    if shutil.which("npm") is None:
        print("error: npm is not there; install Node (Debian, Ubuntu: sudo apt install nodejs npm).")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        script, licences = make(Path(folder))
    if sys.argv[1:] == ["--check"]:
        same = script == BUNDLE.read_bytes() and licences == LICENCES.read_text(encoding="utf-8")
        print("The committed editor is the one that its sources make." if same else "error: it differs.")
        return 0 if same else 1
    BUNDLE.write_bytes(script)
    LICENCES.write_text(licences, encoding="utf-8")
    RECORD.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
    print(f"Written: {BUNDLE.relative_to(ROOT)}, {len(script):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

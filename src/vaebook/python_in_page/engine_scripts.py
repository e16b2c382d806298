"""Files as scripts: what a page loads on http and from a folder alike, where a browser forbids `fetch`.

A file is compressed, written in base64, and cut into pieces of which each is a script of one call:

    vaebookPython.piece("numpy-2.0.2-....whl", 3, "H4sIAAAA...")

So a page can say how many megabytes have come, and several pieces come at once.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

PIECE = 600_000  # bytes of a compressed file in one script


def write_scripts(files: Mapping[str, bytes], folder: Path) -> dict[str, list[tuple[str, int]]]:
    """Write the scripts of all files that are not there yet; return what a page has to load.

    That is: name of a file -> its scripts' names in order, each with its size in bytes.  A script's name has
    a part of the file's hash in it: a browser may keep it for good.
    """
    folder.mkdir(parents=True, exist_ok=True)
    loads: dict[str, list[tuple[str, int]]] = {}
    for name, content in files.items():
        stem = f"{name.split('-')[0]}-{hashlib.sha256(content).hexdigest()[:10]}"
        listed = folder / f"{stem}.json"
        if not listed.exists():
            packed = gzip.compress(content, mtime=0)
            scripts = []
            for number, start in enumerate(range(0, len(packed), PIECE)):
                text = base64.b64encode(packed[start : start + PIECE]).decode()
                call = f'vaebookPython.piece({json.dumps(name)}, {number}, "{text}");\n'
                (folder / f"{stem}.{number}.js").write_text(call, encoding="ascii")
                scripts.append((f"{stem}.{number}.js", len(call)))
            listed.write_text(json.dumps(scripts), encoding="utf-8")
        loads[name] = [(script, size) for script, size in json.loads(listed.read_text(encoding="utf-8"))]
    return loads

"""Compile the matrix products and loops of a page's Python (`make products`) to a small WebAssembly module.

    python -m tools.writing.make_products             writes it anew; the registry has the compiler
    python -m tools.writing.make_products --check     compiles it again, and compares the bytes

The compiler is Zig's C compiler, from the registry's package `ziglang`.  Builders of the book need none: the
module is committed, with the hash of what it was made from.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tools.writing.make_editor import PAGE, ROOT, hash_of

SOURCES = ROOT / "tools" / "writing" / "products"
COMPILED, INCLUDED = ("products.c", "loops.c"), ("tiles.h",)
RECORD, MODULE = SOURCES / "made.json", PAGE / "products.wasm"
COMPILER = "ziglang==0.13.0.post1"
OPTIONS = (
    "-O3 -target wasm32-freestanding -mcpu=generic+simd128 -nostdlib -fno-builtin "
    "-Wl,--no-entry -Wl,--import-memory -Wl,--strip-all"
).split()


def record() -> dict[str, str]:
    """What is written beside the source: the hashes of what was made, and from what."""
    sources = [SOURCES / name for name in (*COMPILED, *INCLUDED)]
    return {"source": hash_of(*sources, Path(__file__)), "module": hash_of(MODULE)}


def make(folder: Path) -> bytes:
    """Return the module; `folder` is a place to work in."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"]
    command = [sys.executable, "-m", "pip", "install", *quiet, "--target", folder, COMPILER]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    made = folder / MODULE.name
    compiler = [folder / "ziglang" / "zig", "cc", *OPTIONS, "-o", made, *COMPILED]
    subprocess.run(compiler, cwd=SOURCES, check=True, stdin=subprocess.DEVNULL)
    return made.read_bytes()


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        module = make(Path(folder))
    if sys.argv[1:] == ["--check"]:
        same = module == MODULE.read_bytes()
        print("The committed module is the one that its source makes." if same else "error: it differs.")
        return 0 if same else 1
    MODULE.write_bytes(module)
    RECORD.write_text(json.dumps(record(), indent=1) + "\n", encoding="utf-8")
    print(f"Written: {MODULE.relative_to(ROOT)}, {len(module):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())

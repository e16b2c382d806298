"""Put a release into dist/: the wheel, the built book as one zip, and their hashes (`make release`).

    python -m tools.publishing.make_release              of the version that pyproject.toml names
    python -m tools.publishing.make_release --tag v0.1.0 the same; refuses a tag that is not this version's

The zip opens from a folder: unpack it, and open index.html in a browser. It holds the pages that
`make book` has built before, and equal pages make equal zips: its files have one date, and stand in order.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from tools.setup.pips_environment import environment_of_pip

ROOT = Path(__file__).resolve().parents[2]
HTML = ROOT / "book" / "_build" / "html"
DIST = ROOT / "dist"
LEFT_OUT = {".buildinfo"}  # Sphinx's own notes
A_DAY = (2020, 1, 1, 0, 0, 0)  # zip knows no time zone, and pages say nowhere when they were built


def version() -> str:
    """The version that pyproject.toml names."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def zip_pages(html: Path, archive: Path, folder: str) -> int:
    """Write all files of `html` into `archive`, below `folder`; their number.

    Raises FileNotFoundError where there is no book. A failure leaves no archive behind.
    """
    if not (html / "index.html").is_file():
        raise FileNotFoundError(f"there is no built book in {html}; run: make book")
    files = sorted(path for path in html.rglob("*") if path.is_file() and path.name not in LEFT_OUT)
    part = archive.with_name(f".{archive.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as zipped:
            for path in files:
                entry = zipfile.ZipInfo(f"{folder}/{path.relative_to(html).as_posix()}", A_DAY)
                entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
                zipped.writestr(entry, path.read_bytes())
        part.replace(archive)
    finally:
        part.unlink(missing_ok=True)
    return len(files)


def build_wheel(folder: Path) -> Path:
    """Build the package's wheel into `folder`. SystemExit if pip cannot."""
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--quiet", "--disable-pip-version-check"]
    environment = environment_of_pip(Path(sys.executable))
    if subprocess.run([*command, f"--wheel-dir={folder}", ROOT], env=environment).returncode != 0:
        sys.exit("error: the wheel was not built; pip says why above.")
    (wheel,) = folder.glob(f"vaecore-{version()}-*.whl")
    return wheel


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tag", help="the tag that is released: v and the version")
    tag, now = parser.parse_args().tag, version()
    if tag is not None and tag != f"v{now}":
        sys.exit(
            f"error: the tag is {re.sub(r'[^ -~]', '?', tag)}, and pyproject.toml names version {now}: "
            f"tag v{now}, or change the version there and in CITATION.cff"
        )
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    book = DIST / f"vae-book-{now}.zip"
    try:
        pages = zip_pages(HTML, book, book.stem)
    except FileNotFoundError as error:
        sys.exit(f"error: {error}")
    released = [build_wheel(DIST), book]
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in released]
    (DIST / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")
    for path in released:
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size / 1e6:.1f} MB")
    print(f"The zip holds {pages} files; unpack it and open {book.stem}/index.html.")


if __name__ == "__main__":
    main()

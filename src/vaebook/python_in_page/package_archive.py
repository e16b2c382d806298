"""What a page's Python imports, as one archive: the package, and the two that it needs there.

Made from the files that the build itself imports.  Without models and digits, which are large, and without
what no page asks for.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("vaecore", "autograd", "tqdm")
# autograd's gradients of SciPy, which is not there; tqdm's bars for other programs; what is for a console, or
# for Numba.
LEFT_OUT = ("autograd/scipy/", "tqdm/contrib/", "vaecore/command_line", "vaecore/foundations/compiled_loops")
INSIDE = "page_python.py"  # what the page calls, a module beside the packages


def package_archive() -> bytes:
    """Return a zip of the modules: the same bytes from the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # the page's script compresses it whole
        for name, path in sorted(_modules()):
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return buffer.getvalue()


def _modules() -> Iterator[tuple[str, Path]]:
    yield INSIDE, Path(__file__).with_name(INSIDE)
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        assert spec is not None and spec.origin is not None, package
        folder = Path(spec.origin).parent
        for path in folder.rglob("*.py"):
            name = f"{package}/{path.relative_to(folder).as_posix()}"
            if not name.startswith(LEFT_OUT):
                yield name, path

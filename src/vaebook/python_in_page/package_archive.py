"""What a page's Python imports, as one archive: the package, and what it needs there.

Made from the files that the build itself imports.  Without models and digits, which are large, and without
what no page asks for.
"""

from __future__ import annotations

import importlib.util
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

PACKAGES = ("vaecore", "autograd", "tqdm", "traitlets")
# autograd's gradients of SciPy, which is not there; tqdm's bars for other programs; what is for a console, or
# for Numba.
LEFT_OUT = (
    "autograd/scipy/", "tqdm/contrib/", "traitlets/tests/", "traitlets/config/", "vaecore/command_line",
    "vaecore/foundations/compiled_loops",
)  # fmt: skip
INSIDE = (
    "page_python", "page_session", "page_display", "page_keeping", "page_products", "page_loops",
)  # fmt: skip  # modules of this package
MEASURED = "checkpoints.json"  # what the shipped models reach: a chapter shows it


def package_archive() -> bytes:
    """Return a zip of the modules: the same bytes from the same files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:  # the page's script compresses it whole
        for name, path in sorted(_modules()):
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes())
    return buffer.getvalue()


def shipped_files() -> dict[str, bytes]:
    """The digits and the models of the package, name -> content: a page loads each when a cell opens it."""
    folder = _folder("vaecore") / "shipped"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.npz"))}


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None and spec.origin is not None, package
    return Path(spec.origin).parent


def _modules() -> Iterator[tuple[str, Path]]:
    here = Path(__file__).parent
    for module in ("vaebook/__init__", "vaebook/python_in_page/__init__"):
        yield f"{module}.py", here / "__init__.py"  # of the packages only what is needed
    for module in INSIDE:
        yield f"vaebook/python_in_page/{module}.py", here / f"{module}.py"
    yield f"vaecore/shipped/{MEASURED}", _folder("vaecore") / "shipped" / MEASURED
    for package in PACKAGES:
        folder = _folder(package)
        for path in folder.rglob("*.py"):
            name = f"{package}/{path.relative_to(folder).as_posix()}"
            if not name.startswith(LEFT_OUT):
                yield name, path

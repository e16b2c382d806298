"""Drop the cached outputs of the chapters when what their cells can import has changed.

The cache knows the cells, and not the code that they import.  So a hash over the rest is kept beside it: the
Python and the machine, what of the kernels' environment is decisive, the installed packages that the kernel
and the imported packages need, and those packages' own files.
Scripts and style sheets of widgets are left out: they get into a page when it is built, and are no part of
an output.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import sys
from collections.abc import Iterable, Sequence
from functools import cache as remembered
from importlib import metadata
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from sphinx.errors import ExtensionError
from sphinx.util import logging

from vaebook.execution.kernels import what_decides
from vaebook.settings import build_of, cache, import_from

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

ON_THE_PAGE = {".js", ".css"}
KERNEL = "ipykernel"


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", drop_stale_outputs, priority=600)  # the cache's place is settled by then
    app.connect("env-get-outdated", read_again)
    app.connect("build-finished", notice_changes_during_the_build, priority=100)
    return {"parallel_read_safe": True}


def drop_stale_outputs(app: Sphinx) -> None:
    """Forget all outputs if they were made with other code, and note what the next ones are made with."""
    stamp = cache(app) / "executed-with.json"
    now = hash_of_imports(app.config.vaebook_imports, import_from(app))
    before = stamp.read_text(encoding="utf-8") if stamp.exists() else None
    if before == json.dumps(now):
        return
    outputs = Path(vars(app.env)["mystnb_config"].execution_cache_path)
    if before is not None and outputs.exists():
        logger.info("What the chapters import has changed: executing all of them afresh.", color="yellow")
    shutil.rmtree(outputs, ignore_errors=True)
    shutil.rmtree(cache(app, "weights"), ignore_errors=True)
    stamp.write_text(json.dumps(now), encoding="utf-8")
    build_of(app).outputs_dropped = True


def read_again(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Iterable[str]:
    """All pages, after the outputs were dropped: what Sphinx keeps of a page includes them."""
    return env.found_docs if build_of(app).outputs_dropped else ()


def notice_changes_during_the_build(app: Sphinx, exception: Exception | None) -> None:
    """Outputs of two versions in one book are of no use to anybody."""
    stamp = cache(app) / "executed-with.json"
    now = hash_of_imports(app.config.vaebook_imports, import_from(app))
    if exception is None and stamp.read_text() != json.dumps(now):
        stamp.unlink()
        logger.warning("the code changed while the book was being built; build it again")


def hash_of_imports(packages: list[str], folders: Sequence[str] = ()) -> str:
    """A hash over everything but the cells themselves that can change what a cell puts out.

    packages: what the cells import.  folders: where they are looked for before what is installed.
    Raises ExtensionError for a package that is not installed.
    """
    machine = f"{platform.python_implementation()} {platform.python_version()} {platform.machine()}"
    digest = hashlib.sha256(f"{sys.platform} {machine}\n{what_decides(os.environ)}\n".encode())
    for name, version in sorted(versions_of((*packages, KERNEL)).items()):
        digest.update(f"{name}=={version}\n".encode())
    for package in packages:
        for file, inside in files_of(package, folders):
            digest.update(f"{package}/{inside} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def files_of(package: str, folders: Sequence[str] = ()) -> list[tuple[Path, str]]:
    """The files of a package or a module that Python code may read, each with its path inside."""
    spec = PathFinder.find_spec(package, [*folders, *sys.path])
    if spec is None or not spec.origin:
        raise ExtensionError(f"the chapters import {package!r}, and it is not installed beside Sphinx")
    if not spec.submodule_search_locations:
        return [(Path(spec.origin), "")]
    folder = Path(spec.origin).parent
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    kept = (f for f in files if f.suffix not in ON_THE_PAGE and "__pycache__" not in f.parts)
    return [(path, path.relative_to(folder).as_posix()) for path in kept]


@remembered
def versions_of(names: tuple[str, ...]) -> dict[str, str]:
    """These distributions and all that they require, as far as they are installed: name -> version.

    Extras are not followed: what is installed for tests or for JupyterLab decides no output.
    """
    versions: dict[str, str] = {}
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in versions:
            continue
        try:
            distribution = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            continue
        versions[name] = distribution.version
        for requirement in map(Requirement, distribution.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return versions

"""Whether the finished pages are what this build would make; if not, begin with an empty output folder.

A hash over everything that pages are made from is written beside the output when a build has succeeded.
After a build with a warning or an error the pages that Sphinx has read are forgotten: it would not warn about
them again, and the next build would pass in silence.
"""

from __future__ import annotations

import hashlib
import re
import shutil
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from sphinx.util import logging

from vaebook.settings import build_of, cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

logger = logging.getLogger(__name__)

NOT_SOURCES = {"_build", ".ipynb_checkpoints", "__pycache__"}
# What readers leave in the folder: notebooks (a page's own is made from its text) and their progress.
OF_READERS = ("*.ipynb", "vae_progress*.json", ".vae_progress.json.*")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("builder-inited", begin, priority=700)
    app.connect("env-get-outdated", look_again, priority=900)
    app.connect("env-updated", rewrite_all)
    app.connect("build-finished", end, priority=990)
    return {"parallel_read_safe": True}


def nothing_to_do(app: Sphinx) -> bool:
    """Whether the finished pages of an earlier build are those of this one."""
    return build_of(app).pages_stand


def begin(app: Sphinx) -> None:
    if app.builder.name != "html":  # the check of links has the same output folder
        return
    stamp = cache(app) / "finished-with.txt"
    build_of(app).made_from = hash_of_everything(app)
    stands = (
        stamp.exists()
        and stamp.read_text() == build_of(app).made_from
        and Path(app.outdir, f"{app.config.root_doc}.html").exists()
        and not build_of(app).outputs_dropped
    )
    if not stands:
        start_over(app)


def start_over(app: Sphinx) -> None:
    """Write all pages, into an empty folder."""
    build_of(app).pages_stand = False
    (cache(app) / "finished-with.txt").unlink(missing_ok=True)
    empty(Path(app.outdir), cache(app) / "output.txt", keep=Path(app.doctreedir))


def look_again(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> Iterable[str]:
    """Sphinx goes by the files' times: where it will write a page, all are written and finished."""
    if nothing_to_do(app) and app.builder.name == "html":
        if added or changed or removed or list(app.builder.get_outdated_docs()):
            start_over(app)
        else:
            logger.info("Nothing has changed since the last build.")
    return ()


def empty(output: Path, stamp: Path, keep: Path) -> None:
    """Empty the output folder if an earlier build has made it: what lies in another one may be somebody's.

    keep: Sphinx's folder of what it has read, which may lie in the output folder.
    """
    output.mkdir(parents=True, exist_ok=True)
    if stamp.exists() and stamp.read_text() == str(output):
        for path in output.iterdir():
            if path.is_dir() and path != keep:
                shutil.rmtree(path)
            elif path.is_file():
                path.unlink()
    stamp.write_text(str(output))


def end(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app._warncount == 0:
        if not nothing_to_do(app):
            (cache(app) / "finished-with.txt").write_text(build_of(app).made_from)
    else:
        Path(app.doctreedir, "environment.pickle").unlink(missing_ok=True)


def hash_of_everything(app: Sphinx) -> str:
    """A hash over all that pages are made from.

    That is: the book's sources, the checks of its equations, this extension, the scripts and styles of the
    widgets, all settings, and the versions of all installed packages.
    """
    digest = hashlib.sha256()
    made = Path(app.outdir), Path(app.doctreedir), cache(app)
    checks = Path(app.srcdir, app.config.vaebook_equation_checks).resolve()
    for folder, without in (
        (Path(app.srcdir), made),
        (checks, ()),
        (Path(__file__).parents[1], ()),
        (cache(app, "static"), ()),
    ):
        for path in files_below(folder, without):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    for option in sorted(app.config, key=lambda option: option.name):
        value = re.sub(r" at 0x[0-9a-f]+", "", repr(option.value))  # where a function happens to lie
        digest.update(f"{option.name} = {value}\n".encode())
    packages = {f"{d.metadata['Name']}=={d.version}" for d in metadata.distributions()}
    digest.update("\n".join(sorted(packages)).encode())
    return digest.hexdigest()


def files_below(folder: Path, made: Iterable[Path]) -> Iterable[Path]:
    """All files of a folder, in order, without what a build has made."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if any(map(path.match, OF_READERS)) or NOT_SOURCES & set(inside):
            continue
        if path.is_file() and not any(map(path.is_relative_to, made)):
            yield path


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """All pages: what surrounds a page may have changed where its text has not."""
    return () if nothing_to_do(app) else env.found_docs

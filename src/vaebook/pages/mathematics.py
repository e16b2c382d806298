"""MathJax for the pages: the parts that they need in one script, loaded after the widgets in sight.

Left out of MathJax's own bundle (tex-chtml.js) are its context menu and what only that menu can switch on.
What screen readers get, the assistive MathML in every formula, stays; so do all TeX commands.
MathJax comes from the package sphinx-mathjax-offline, as files: no page asks another host for anything.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from vaebook.errors import UnexpectedPage
from vaebook.pages.math_fonts import split_math_fonts
from vaebook.settings import cache

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

PACKAGE = "sphinx-mathjax-offline"
FOLDER = "mathjax"  # in _static
BUNDLE = "tex-chtml.js"  # as late_math.js names it
LATE = "late_math.js"
# Each is MathJax's component of that name; MathJax loads them in this order too.
COMPONENTS = ("core", "input/tex", "output/chtml", "output/chtml/fonts/tex", "a11y/assistive-mml")
ON_DEMAND = ("input/tex/extensions", "output/chtml/fonts/woff-v2")  # by \require and the like; fonts

CODE = re.compile(r"<(script|pre|code|style)\b.*?</\1>", re.S)
FORMULA = re.compile(r'class="[^"]*\bmath\b|\\\(|\\\[|\$\$|\\begin\{')  # also in what a cell has put out


def has_formulas(html: str) -> bool:
    return FORMULA.search(CODE.sub("", html)) is not None


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", offer_mathjax, priority=500)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_mathjax(app: Sphinx, config: Config) -> None:
    """Put it where the static files are taken from, unless it is there, and let the pages load it late."""
    config.mathjax_path = f"{FOLDER}/{LATE}"
    config.mathjax_options = {"defer": "defer"}
    stamp, made_from = cache(app) / "mathjax.json", json.dumps([metadata.version(PACKAGE), _own_code()])
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != made_from:
        stamp.unlink(missing_ok=True)
        folder = cache(app, "static", FOLDER)
        shutil.rmtree(folder)
        prepare(installed_mathjax(), folder)
        stamp.write_text(made_from, encoding="utf-8")


def _own_code() -> str:
    files = [Path(__file__), Path(__file__).with_name("math_fonts.py"), Path(__file__).with_name(LATE)]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def installed_mathjax() -> Path:
    """MathJax's folder in the package that brings it.  Raises UnexpectedPage if it is not there."""
    for file in metadata.files(PACKAGE) or ():
        if file.parts[-2:] == (FOLDER, BUNDLE):
            return Path(str(file.locate())).parent
    raise UnexpectedPage(f"the package {PACKAGE} has no {FOLDER}/{BUNDLE}")


def prepare(mathjax: Path, goal: Path) -> None:
    """Write the smaller MathJax into the folder `goal`, which must not exist yet."""
    for name in ON_DEMAND:
        shutil.copytree(mathjax / name, goal / name)
    (goal / BUNDLE).write_text(bundle(mathjax, goal), encoding="utf-8")
    shutil.copy(Path(__file__).with_name(LATE), goal / LATE)


def bundle(mathjax: Path, goal: Path) -> str:
    """MathJax's start-up and its components in one script; splits the fonts in `goal`."""
    missing = [name for name in ("startup", *COMPONENTS) if not (mathjax / f"{name}.js").is_file()]
    if missing:
        raise UnexpectedPage(f"MathJax has no {', '.join(missing)} in {mathjax}")
    named = ", ".join(f'"{name}"' for name in COMPONENTS)
    # Start-up begins with the page only when this script has run to its end.
    parts = [(mathjax / "startup.js").read_text(encoding="utf-8"), f"MathJax.loader.preLoad({named});"]
    for name in COMPONENTS:
        text = (mathjax / f"{name}.js").read_text(encoding="utf-8")
        parts.append(split_math_fonts(goal, text) if name.endswith("fonts/tex") else text)
    return "\n;".join(parts) + "\n"

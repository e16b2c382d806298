"""MathJax for the pages: the parts that they need in one script, loaded after the widgets in sight.

Left out of MathJax's own bundle (tex-chtml.js) are its context menu and what only that menu can switch on.
What screen readers get, the assistive MathML in every formula, stays; so do all TeX commands.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from vaebook.finished_pages.built_pages import UnexpectedPage, change_pages
from vaebook.finished_pages.math_fonts import split_math_fonts

MATHJAX = Path("_static/mathjax")
BUNDLE = "tex-chtml.js"  # as Sphinx names it in the pages
LATE = "late_math.js"
# Each is MathJax's component of that name; MathJax loads them in this order too.
COMPONENTS = ("core", "input/tex", "output/chtml", "output/chtml/fonts/tex", "a11y/assistive-mml")
ON_DEMAND = ("input/tex/extensions", "output/chtml/fonts/woff-v2")  # by \require and the like; fonts

ELEMENT = re.compile(rf'<script [^>]*src="(_static/mathjax/){re.escape(BUNDLE)}[^"]*"></script>')
CODE = re.compile(r"<(script|pre|code|style)\b.*?</\1>", re.S)
FORMULA = re.compile(r'class="[^"]*\bmath\b|\\\(|\\\[|\$\$|\\begin\{')  # also in what a cell has put out


def bundle(mathjax: Path) -> str:
    """MathJax's start-up and its components in one script; splits its fonts."""
    missing = [name for name in ("startup", *COMPONENTS) if not (mathjax / f"{name}.js").is_file()]
    if missing:
        raise UnexpectedPage(f"MathJax has no {', '.join(missing)} in {mathjax}")
    named = ", ".join(f'"{name}"' for name in COMPONENTS)
    # Start-up begins with the page only when this script has run to its end.
    parts = [(mathjax / "startup.js").read_text(encoding="utf-8"), f"MathJax.loader.preLoad({named});"]
    for name in COMPONENTS:
        text = (mathjax / f"{name}.js").read_text(encoding="utf-8")
        parts.append(split_math_fonts(mathjax, text) if name.endswith("fonts/tex") else text)
    return "\n;".join(parts) + "\n"


def lighten_mathematics(html: Path) -> None:
    """Put the smaller MathJax in place, and let the pages load it late; does nothing without MathJax."""
    mathjax = html / MATHJAX
    if not mathjax.exists():
        return
    script = bundle(mathjax)
    for path in sorted(mathjax.rglob("*"), reverse=True):
        inside = path.relative_to(mathjax).as_posix()
        if path.is_file() and not inside.startswith(ON_DEMAND):
            path.unlink()
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    (mathjax / BUNDLE).write_text(script, encoding="utf-8")
    shutil.copy(Path(__file__).with_name(LATE), mathjax / LATE)

    def late(text: str, name: str) -> str:
        has_formulas = FORMULA.search(CODE.sub("", text)) is not None
        element = rf'<script defer="defer" src="\1{LATE}"></script>' if has_formulas else ""
        text, count = ELEMENT.subn(element, text)
        if count > 1 or f"mathjax/{BUNDLE}" in text or (has_formulas and not count):
            raise UnexpectedPage(f"{name}.html loads MathJax {count} times in the way that this script knows")
        return text

    change_pages(html, late)

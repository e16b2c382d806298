"""The colours of the ideas on every page: a small style sheet, and macros for MathJax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vaebook.chapters.formula_colours import MACROS
from vaebook.settings import cache
from vaecore.foundations.colours import css

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config

SHEET = "colours.css"  # in _static


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("config-inited", offer_colours, priority=500)
    app.add_css_file(SHEET)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer_colours(app: Sphinx, config: Config) -> None:
    (cache(app, "static") / SHEET).write_text(css(), encoding="utf-8")
    config.mathjax3_config = config.mathjax3_config or {}
    config.mathjax3_config.setdefault("tex", {}).setdefault("macros", {}).update(MACROS)

"""A widget on a static page: what a cell puts out while the book is built, and what the page needs for it.

    <div class="vaecore-widget" data-widget="latent_sliders" data-shared="layers" ...>
    <script type="application/json">{"layers": "model-0123456789ab", "z": [0.5, -1.0], ...}</script>
    a picture and a sentence, for where no script runs
    </div>

That is all that is kept of an executed cell, beside the files of weights that the state names.  Scripts and
style sheets come from `scripts_and_styles` when the page is made; `head_of` has the tags that load them.
In the page, mount.js finds the widgets, loads their scripts, and brings them to life; weights come when a
script asks for them.
"""

import hashlib
import html
import json
import os
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from pathlib import Path
from types import MappingProxyType
from typing import Any

from vaecore.files.storage import write_atomically
from vaecore.foundations.errors import InvalidInputError
from vaecore.widgets.page import sources

BASE = "_static/widgets/"  # where a page of the built book finds scripts, style sheets and weights


def weights_folder() -> Path | None:
    """Return the folder that weights are written to while the book is built, VAECORE_WIDGETS; else None."""
    folder = os.environ.get("VAECORE_WIDGETS")
    return Path(folder) if folder else None


def widget_html(
    name: str,
    state: Mapping[str, Any],
    shared: Iterable[str],
    fallback: str,
    trouble: tuple[str, str],
    moves: Mapping[str, Any] = MappingProxyType({}),
) -> str:
    """Return the HTML of one widget.

    state: what its JavaScript reads, values that JSON knows.
    shared: the names in it that stand for files, see `share`, which are loaded when the script asks.
    fallback: HTML for where no script runs.
    trouble: what to say where the script fails, what is wrong and what is left.
    moves: what a link to the figure may set, and to what; none, and the figure is not offered for sharing.
    """
    # No "<" in the script element: "</script>" would end it, "<!--" would hide its end.
    state_json = json.dumps(state, allow_nan=False).replace("<", "\\u003c")
    wrong, left = (html.escape(words) for words in trouble)
    return (
        f'<div class="vaecore-widget" data-widget="{name}" data-shared="{" ".join(shared)}" '
        f'data-moves="{html.escape(json.dumps(moves))}" data-trouble="{wrong}" data-left="{left}">\n'
        f'<script type="application/json">{state_json}</script>\n'
        f"{fallback}\n</div>"
    )


def share(value: Any, folder: Path | None) -> str:
    """Write a value, such as weights, into a file that pages share; return its name without .js.

    Raises InvalidInputError if there is no folder to write it into.
    """
    if folder is None:
        raise InvalidInputError("VAECORE_WIDGETS is not set, expected the folder that weights are written to")
    text = json.dumps(value)
    name = "model-" + hashlib.sha256(text.encode()).hexdigest()[:12]
    path, content = folder / f"{name}.js", f'vaecoreWidgets.data("{name}", {text});\n'.encode()
    if not (path.is_file() and path.read_bytes() == content):  # other pages and builds write the same
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, content)
    return name


def scripts_and_styles() -> dict[str, str]:
    """Return all scripts and style sheets that pages with widgets may load, file name -> text.

    mount.js, sharing.js, widgets.css, and for each widget of the package NAME.js and, where it has one,
    NAME.css.
    """
    files = {name: sources.read(f"page/{name}") for name in ("mount.js", "sharing.js")}
    for name in sources.widget_names():
        files |= sources.style_sheets(name)
        module = sources.javascript(name).replace("export default", "const exported =")
        module += f'\nvaecoreWidgets.module("{name}", exported);'
        files[f"{name}.js"] = f"(() => {{\n{module}\n}})();\n"
    return files


def sheets_of(names: Iterable[str]) -> list[str]:
    """Return the file names of the style sheets of these widgets, in the order that a page must load them in.

    Raises InvalidInputError for a name that no widget has.
    """
    return list(dict.fromkeys(sheet for name in names for sheet in sources.style_sheets(name)))


def head_of(names: Iterable[str], base: str = BASE) -> str:
    """Return the tags that a page with these widgets needs, for its head; "" without widgets.

    base: the address of the files' folder, relative to the page, with a slash at its end.
    Raises InvalidInputError for a name that no widget has.
    """
    sheets = sheets_of(names)
    if not sheets:
        return ""
    links = "".join(f'<link rel="stylesheet" href="{base}{sheet}">\n' for sheet in sheets)
    return f'{links}<script src="{base}mount.js" defer></script>\n'


def widgets_in(page: str) -> list[str]:
    """Return the names of the widgets in a piece of HTML, in their order, each once."""
    return list(dict.fromkeys(name for name, _, _ in _Widgets.of(page)))


def weights_in(page: str) -> set[str]:
    """Return the names of the files of weights that the widgets in a piece of HTML load, "model-....js".

    Raises InvalidInputError if a widget's state cannot be read.
    """
    files = set()
    for name, shared, state_json in _Widgets.of(page):
        try:
            state = json.loads(state_json)
            named = [state[key] for key in shared]
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidInputError(
                f"the state of a widget {name!r} cannot be read ({error}), "
                "expected JSON as the cell put it out; execute the cell again"
            ) from None
        for value in named:
            files |= {f"{file}.js" for file in (value if isinstance(value, list) else [value])}
    return files


class _Widgets(HTMLParser):
    """Finds the widgets in HTML: of each its name, the names of its shared values, and its state as JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[str], str]] = []
        self.reading = False  # inside the script element with the state of the last one found

    @classmethod
    def of(cls, page: str) -> list[tuple[str, list[str], str]]:
        parser = cls()
        if "vaecore-widget" in page:  # most pages are long and have none
            parser.feed(page)
            parser.close()
        return parser.found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag == "div" and "vaecore-widget" in (attributes.get("class") or "").split():
            shared = (attributes.get("data-shared") or "").split()
            self.found.append((attributes.get("data-widget") or "", shared, ""))
        is_state = tag == "script" and attributes.get("type") == "application/json"
        self.reading = is_state and bool(self.found) and not self.found[-1][2]

    def handle_data(self, data: str) -> None:
        if self.reading:
            name, shared, state = self.found[-1]
            self.found[-1] = name, shared, state + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self.reading = False

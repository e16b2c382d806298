"""What all widgets share: one plain-JavaScript module each, alive in a notebook and on a static page.

In a notebook a widget is an anywidget, and so an ipywidget.  While the book is built, VAECORE_WIDGETS names
the folder that the page will load scripts from: then the same object becomes plain HTML instead, with its
state, a fallback picture, and a script that mounts the same JavaScript module on that state.
"""

import base64
import hashlib
import html
import json
import os
from importlib import resources
from pathlib import Path
from typing import Any

import anywidget
import numpy as np

from vaecore.files.storage import write_atomically
from vaecore.foundations.plots import png

BASE = "_static/widgets/"  # where a page of the built book finds the scripts


def source(name: str, folder: str = "parts") -> str:
    """Return the text of a file in a folder of vaecore/widgets: `parts`, or a widget's own."""
    return (resources.files("vaecore.widgets") / folder / name).read_text(encoding="utf-8")


def _in(folder: str, name: str) -> bool:
    return (resources.files("vaecore.widgets") / folder / name).is_file()


def javascript(widget: type["BookWidget"]) -> str:
    """Return the module of a widget: the parts that widgets have in common, and its own file."""
    own = widget.script
    names = (*widget.parts, f"{own}.js")
    return "\n".join(source(name, own if _in(own, name) else "parts") for name in names)


def stylesheets(widget: type["BookWidget"]) -> dict[str, str]:
    """Return a widget's style sheets, name -> text: what all widgets share, and its own if it has one."""
    own = f"{widget.script}.css"
    sheets = {"widgets.css": source("widgets.css")}
    return sheets | ({own: source(own, widget.script)} if _in(widget.script, own) else {})


def building() -> Path | None:
    """Return the folder for the static pages' scripts while the book is being built, else None."""
    folder = os.environ.get("VAECORE_WIDGETS")
    return Path(folder) if folder else None


class BookWidget(anywidget.AnyWidget):
    """A figure that the reader moves.  A subclass names its JavaScript file and draws its fallback picture.

    Traits are tagged `book` if the JavaScript module reads them: they are there on a static page too.
    Those tagged `shared` as well go into files of their own there, which widgets and pages share: with
    shared="whole" one file for the value, with shared="each" one for each member of a list.
    """

    script = ""  # the JavaScript module's name, without .js
    parts: tuple[str, ...] = ("elements.js",)  # the files that are put in front of it
    # What a static page says where the scripts fail: what is wrong, and what is left.
    trouble = "This figure could not be brought to life", "The picture shows what it would"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "script" in cls.__dict__:  # not for the classes that traitlets derives when it adds traits
            cls._esm = javascript(cls)
            cls._css = "\n".join(stylesheets(cls).values())

    def open(self) -> None:
        """Tell the front end of this widget; on a static page there is none to tell."""
        if building() is None:
            super().open()

    @property
    def sentence(self) -> str:
        """What the fallback picture shows, for readers without JavaScript."""
        raise NotImplementedError

    def fallback(self) -> np.ndarray | bytes:
        """Return the picture that stands in where scripts do not run.

        (height, width), intensities in [0, 1], drawn black on white; or the bytes of a PNG file.
        """
        raise NotImplementedError

    def fallback_html(self) -> str:
        """Return what stands in where scripts do not run: the picture with its sentence."""
        sentence, picture = html.escape(self.sentence), self.fallback()
        picture = picture if isinstance(picture, bytes) else png(picture)
        return (
            f'<figure class="vw-fallback"><img src="{_data_uri(picture)}" alt="{sentence}">'
            f"<figcaption>{sentence}</figcaption></figure>"
        )

    def __repr__(self) -> str:
        """Short: the state may hold many weights."""
        return f"{type(self).__name__}()"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        folder = building()
        if folder is None:
            return super()._repr_mimebundle_(**kwargs)
        return {"text/html": self._static_html(folder), "text/plain": repr(self)}

    def _static_html(self, folder: Path) -> str:
        """Return the HTML of the static page; write the scripts that it loads."""
        module = javascript(type(self)).replace("export default", "const exported =")
        module += f'\nvaecoreWidgets.module("{self.script}", exported);'
        styles = stylesheets(type(self))
        files = styles | {"mount.js": source("mount.js", "page")}
        files[f"{self.script}.js"] = f"(() => {{\n{module}\n}})();\n"
        state = self.trait_values(book=True)
        shared = sorted(self.trait_names(shared=lambda how: how is not None))
        for trait in shared:
            each = self.traits()[trait].metadata["shared"] == "each"
            names = []
            for value in state[trait] if each else [state[trait]]:
                text = json.dumps(value)
                names.append("model-" + hashlib.sha256(text.encode()).hexdigest()[:12])
                files[f"{names[-1]}.js"] = f'vaecoreWidgets.data("{names[-1]}", {text});\n'
            state[trait] = names if each else names[0]
        for name, text in files.items():
            _write(folder / name, text.encode())
        # No "<" in the script element: "</script>" would end it, "<!--" would hide its end.
        state_json = json.dumps(state, allow_nan=False).replace("<", "\\u003c")
        trouble, what_is_left = (html.escape(words) for words in self.trouble)
        return (
            "".join(f'<link rel="stylesheet" href="{BASE}{name}">\n' for name in styles)
            + f'<div class="vaecore-widget" data-widget="{self.script}" data-base="{BASE}" '
            f'data-shared="{" ".join(shared)}" data-trouble="{trouble}" data-left="{what_is_left}">\n'
            f'<script type="application/json">{state_json}</script>\n'
            f"{self.fallback_html()}\n"
            f'</div>\n<script src="{BASE}mount.js" defer></script>'
        )


def _write(path: Path, content: bytes) -> None:
    """Write a file, unless it is there already: pages share them, and builds repeat."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not (path.is_file() and path.read_bytes() == content):
        write_atomically(path, content)


def _data_uri(content: bytes) -> str:
    """Return a PNG file as the address of an image."""
    return "data:image/png;base64," + base64.b64encode(content).decode()

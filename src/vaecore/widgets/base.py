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
import traitlets

from vaecore.plots import png
from vaecore.storage import write_atomically
from vaecore.vae import VAE

BASE = "_static/widgets/"  # where a page of the built book finds the scripts


def source(name: str) -> str:
    """Return the text of a file of this package."""
    return (resources.files("vaecore.widgets") / name).read_text(encoding="utf-8")


def javascript(script: str) -> str:
    """Return the module of a widget: what all of them share, and its own file."""
    return "\n".join(source(name) for name in ("network.js", "elements.js", f"{script}.js"))


def building() -> Path | None:
    """Return the folder for the static pages' scripts while the book is being built, else None."""
    folder = os.environ.get("VAECORE_WIDGETS")
    return Path(folder) if folder else None


class BookWidget(anywidget.AnyWidget):
    """A widget on a VAE's decoder.  A subclass names its JavaScript file and draws its fallback picture."""

    script = ""  # the JavaScript module's name, without .js

    # Tagged `book`: what the JavaScript module reads, on a static page too.
    layers = traitlets.List().tag(sync=True, book=True)
    digits = traitlets.List().tag(sync=True, book=True)

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "script" in cls.__dict__:  # not for the classes that traitlets derives when it adds traits
            cls._esm = javascript(cls.script)
            cls._css = source("widgets.css")

    def __init__(self, vae: VAE, **state: Any) -> None:
        self._vae = vae
        super().__init__(**state)

    def open(self) -> None:
        """Tell the front end of this widget; on a static page there is none to tell."""
        if building() is None:
            super().open()

    @property
    def sentence(self) -> str:
        """What the fallback picture shows, for readers without JavaScript."""
        raise NotImplementedError

    def fallback(self) -> np.ndarray:
        """Return the picture (height, width), pixels in [0, 1], that stands in where scripts do not run."""
        raise NotImplementedError

    def __repr__(self) -> str:
        """Short: the state holds all the weights."""
        return f"{type(self).__name__}({self._vae!r}, {len(self.digits)} digits)"

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        folder = building()
        if folder is None:
            return super()._repr_mimebundle_(**kwargs)
        return {"text/html": self._static_html(folder), "text/plain": repr(self)}

    def _static_html(self, folder: Path) -> str:
        """Return the HTML of the static page; write the scripts that it loads."""
        layers = json.dumps(self.layers)
        model = "model-" + hashlib.sha256(layers.encode()).hexdigest()[:12]
        module = javascript(self.script).replace("export default", "const exported =")
        module += f'\nvaecoreWidgets.module("{self.script}", exported);'
        scripts = {
            f"{model}.js": f'vaecoreWidgets.data("{model}", {layers});\n',
            f"{self.script}.js": f"(() => {{\n{module}\n}})();\n",
            "mount.js": source("mount.js"),
            "widgets.css": source("widgets.css"),
        }
        for name, text in scripts.items():
            _write(folder / name, text.encode())
        state = {**self.trait_values(book=True), "layers": model}
        # No "<" in the script element: "</script>" would end it, "<!--" would hide its end.
        state_json = json.dumps(state, allow_nan=False).replace("<", "\\u003c")
        sentence = html.escape(self.sentence)
        return (
            f'<link rel="stylesheet" href="{BASE}widgets.css">\n'
            f'<div class="vaecore-widget" data-widget="{self.script}" data-base="{BASE}">\n'
            f'<script type="application/json">{state_json}</script>\n'
            f'<figure class="vw-fallback"><img src="{_data_uri(png(self.fallback()))}" alt="{sentence}">'
            f"<figcaption>{sentence}</figcaption></figure>\n"
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

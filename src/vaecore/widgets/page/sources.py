"""The widgets' JavaScript and style sheets: read from their folders, and put together.

A widget has a folder of its name, and in it NAME.js and perhaps NAME.css.  NAME.js is a module with ordinary
`import` lines, which say what it takes from which file.  Browsers refuse modules on pages that are opened
from a folder, so what they get is one text: the imported files first, each once, without the import lines.
"""

import posixpath
import re
from importlib import resources

from vaecore.foundations import colours
from vaecore.foundations.errors import InvalidInputError

IMPORT = re.compile(r'^import \{[^}]*\} from "(\.[^"]+)";\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)

_FOLDER = resources.files("vaecore.widgets")


def _exists(path: str) -> bool:
    return _FOLDER.joinpath(path).is_file()


def read(path: str) -> str:
    """Return the text of a file, such as "parts/charts.js"."""
    return _FOLDER.joinpath(path).read_text(encoding="utf-8")


def widget_names() -> list[str]:
    """Return the names of all widgets, in the order of the alphabet: the folders NAME with a file NAME.js."""
    return sorted(
        folder.name for folder in _FOLDER.iterdir() if _exists(f"{folder.name}/{folder.name}.js")
    )


def check_name(name: str) -> None:
    """Raise InvalidInputError if there is no widget of this name."""
    if name not in widget_names():
        raise InvalidInputError(f"there is no widget {name!r}, expected one of {', '.join(widget_names())}")


def javascript(name: str) -> str:
    """Return the module of a widget with all that it imports, as one text without imports."""
    check_name(name)
    seen, texts = set(), []

    def add(path: str) -> None:
        if path in seen:
            return
        seen.add(path)
        text = read(path)
        for imported in IMPORT.findall(text):
            add(posixpath.normpath(posixpath.join(posixpath.dirname(path), imported)))
        texts.append(EXPORT.sub("", IMPORT.sub("", text)))

    add(f"{name}/{name}.js")
    return "\n".join(texts)


def style_sheets(name: str) -> dict[str, str]:
    """Return a widget's style sheets, file name -> text: the shared one, then perhaps its own.

    The shared one begins with the colours.
   """
    check_name(name)
    sheets = {"widgets.css": colours.css() + read("parts/widgets.css")}
    own = f"{name}.css"
    return sheets | ({own: read(f"{name}/{own}")} if _exists(f"{name}/{own}") else {})

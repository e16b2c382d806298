"""What `IPython.display` is in a page's Python: what a cell shows goes to the page, not to a notebook.

Only what the chapters and their readers use: `display` with its handle, `clear_output`, and HTML, Markdown,
Image and SVG.  `install` puts it where `import IPython` finds it.
"""

from __future__ import annotations

import base64
import html
import io
import itertools
import pprint
import re
import sys
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

WIDE = 79  # characters: what is longer is broken, as IPython breaks it
Part = dict[str, Any]


class Shell:
    """What is asked of a notebook's shell: which cell runs, and where parts of its output go.

    tell: takes a part of the output; None while no cell runs.
    """

    def __init__(self) -> None:
        self.execution_count = 0
        self.tell: Callable[[Part], None] | None = None
        self.user_ns: dict[str, Any] = {}
        self.events = SimpleNamespace(register=lambda event, action: None)  # Matplotlib asks for it


class Words:
    """Text of some kind that shows itself."""

    def __init__(self, data: str) -> None:
        self.data = data


class HTML(Words):
    def _repr_html_(self) -> str:
        return self.data


class Markdown(Words):
    def _repr_html_(self) -> str:
        return html_of_markdown(self.data)


class SVG(Words):
    def _repr_html_(self) -> str:
        return self.data


class Image:
    """A picture in a PNG file: its bytes, or its name."""

    def __init__(self, data: bytes | str | None = None, filename: str | None = None) -> None:
        if filename or isinstance(data, str):
            with open(filename or str(data), "rb") as file:
                data = file.read()
        self.data = data

    def _repr_png_(self) -> bytes:
        assert isinstance(self.data, bytes)
        return self.data


REPRESENTATIONS = {
    "_repr_html_": "text/html", "_repr_markdown_": "text/markdown", "_repr_png_": "image/png",
}  # fmt: skip


def part_of(value: Any) -> Part:
    """A value as a part of a cell's output: a picture, HTML or text, the first of them that it can become."""
    if "matplotlib" in sys.modules:
        from matplotlib.figure import Figure

        if isinstance(value, Figure):
            return {"kind": "image", "png": _base64(figure_png(value))}
    bundle = getattr(value, "_repr_mimebundle_", None)
    if bundle is not None and (found := bundle()):
        data = found[0] if isinstance(found, tuple) else found
        return part_of_bundle(data)
    for name, kind in REPRESENTATIONS.items():
        method = getattr(value, name, None)
        made = method() if callable(method) and not isinstance(value, type) else None
        if made is not None:
            return part_of_bundle({kind: made})
    return {"kind": "value", "text": text_of(value)}


def part_of_bundle(data: dict[str, Any]) -> Part:
    """The part that a bundle of representations becomes, type -> content."""
    if "image/png" in data:
        made = data["image/png"]
        return {"kind": "image", "png": made if isinstance(made, str) else _base64(made)}
    if "text/html" in data:
        return {"kind": "html", "html": data["text/html"]}
    if "text/markdown" in data:
        return {"kind": "html", "html": html_of_markdown(data["text/markdown"])}
    return {"kind": "value", "text": data.get("text/plain", "")}


def text_of(value: Any) -> str:
    """A value as text: what is long goes over several lines."""
    text = repr(value)
    if len(text) > WIDE and isinstance(value, list | tuple | dict | set | frozenset):
        return pprint.pformat(value, width=WIDE, sort_dicts=False)
    return text


def figure_png(figure: Any) -> bytes:
    """A Matplotlib figure as a PNG file, in the size that a notebook gives it."""
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", bbox_inches="tight", facecolor="white")
    return buffer.getvalue()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


INLINE = (
    (re.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
    (re.compile(r"\[([^\]]+)\]\((https?://[^)\s]+|[\w./-]*#[\w.-]+)\)"), r'<a href="\2">\1</a>'),
)


def html_of_markdown(text: str) -> str:
    """HTML of what cells write in Markdown: paragraphs, tables, emphasis, links; the rest stays as it is."""
    made = []
    for block in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in block.splitlines()]
        if len(lines) > 1 and lines[0].startswith("|") and re.fullmatch(r"[|:\- ]+", lines[1]):
            made.append(_table(lines))
        else:
            made.append(f"<p>{_inline(' '.join(lines))}</p>")
    return "\n".join(made)


def _inline(text: str) -> str:
    made = html.escape(text, quote=False)
    for pattern, goal in INLINE:
        made = pattern.sub(goal, made)
    return made


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    sides = ["right" if rule.endswith(":") and not rule.startswith(":") else "left" for rule in rows[1]]

    def row(cells: list[str], tag: str) -> str:
        both = zip(cells, sides, strict=False)
        made = (f'<{tag} class="text-{side}">{_inline(cell)}</{tag}>' for cell, side in both)
        return f"<tr>{''.join(made)}</tr>"

    body = "".join(row(cells, "td") for cells in rows[2:])
    return f'<table class="table"><thead>{row(rows[0], "th")}</thead><tbody>{body}</tbody></table>'


def install(shell: Shell) -> None:
    """Make `IPython` and `IPython.display` modules, as far as cells need them."""
    numbers = itertools.count(1)

    def tell(part: Part) -> None:
        if shell.tell is not None:
            shell.tell(part)

    def display(*values: Any, display_id: Any = None, raw: bool = False, **unknown: Any) -> Any:
        """Show values below the cell; with a display_id, return a handle that shows others in their place."""
        name = f"shown-{next(numbers)}" if display_id is True else display_id
        for value in values:
            own = getattr(value, "_ipython_display_", None)
            if not raw and callable(own) and not isinstance(value, type):
                own()
            else:
                tell((part_of_bundle(value) if raw else part_of(value)) | ({"id": name} if name else {}))
        if name is None:
            return None
        if not values:
            tell({"kind": "value", "text": "", "id": name})

        def update(value: Any, **unknown: Any) -> None:
            tell(part_of(value) | {"id": name})

        return SimpleNamespace(display_id=name, display=update, update=update)

    def clear_output(wait: bool = False) -> None:
        """Take away what the cell has put out; with `wait`, once there is something new."""
        tell({"kind": "clear", "wait": bool(wait)})

    top, inner = ModuleType("IPython"), ModuleType("IPython.display")
    vars(top).update(get_ipython=lambda: shell if shell.tell else None, display=inner)
    vars(top).update(version_info=(8, 24, 0), __path__=[])
    vars(inner).update(
        display=display, clear_output=clear_output, HTML=HTML, Markdown=Markdown, SVG=SVG, Image=Image
    )
    toolkits = ModuleType("IPython.core.pylabtools")
    vars(toolkits).update(backend2gui={})  # Matplotlib asks which windows it may open: none
    core = ModuleType("IPython.core")
    vars(core).update(__path__=[], pylabtools=toolkits)
    for module in (top, inner, core, toolkits):
        sys.modules[module.__name__] = module

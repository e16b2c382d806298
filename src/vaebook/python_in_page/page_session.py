"""The cells of a page, run one after the other in one namespace: as a notebook runs them.

The worker calls `run_cell` and, when a file that was missing has come, `resume`.  What a cell puts out goes
to the page while it runs, part by part: printed text, HTML, figures, and what takes the place of others.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import io
import json
import linecache
import logging
import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from tqdm import tqdm

from vaebook.python_in_page.page_display import Part, Shell, install, part_of
from vaebook.python_in_page.page_keeping import Keeper, Kept
from vaebook.python_in_page.page_python import told
from vaecore.training.epochs import show_to

MOST_PRINTED = 100_000  # characters that are shown of what one cell prints
PAUSE = 0.1  # seconds between two messages of printed text, so that a loop does not flood the page
OF_A_NOTEBOOK = re.compile(r"^([%!].*)$", re.MULTILINE)  # a magic, or a command of the system
LOADED_WHEN_ASKED = ("matplotlib",)  # packages whose files come when a cell imports them


PASSED_OVER = "Lines that begin with % or ! are for a notebook; here they are passed over.\n"


class NotHereYet(BaseException):
    """Something that the page loads when it is asked for: the name of a package, or of a file."""


class Printed(io.TextIOBase):
    """Standard output, or error, of a cell: it goes to the page in pieces."""

    def __init__(self, name: str, tell: Callable[[Part], None]) -> None:
        self.name, self.hand_on = name, tell
        self.kept, self.sent, self.last = "", 0, time.monotonic() - 2 * PAUSE

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        self.kept += text
        waited = time.monotonic() - self.last
        ends = text.endswith("\n") or "\r" in text  # `print` writes its line and the line's end one by one
        if (waited > PAUSE and ends) or waited > 10 * PAUSE or len(self.kept) > MOST_PRINTED:
            self.hand_over()
        return len(text)

    def flush(self) -> None:
        """Nothing: a bar of progress asks for it at each step, and pieces go often enough."""

    def hand_over(self) -> None:
        """Send what has come together.  Of a line that was written over, only its last state counts."""
        text = re.sub(r"(?:[^\n\r]*\r)+(?=[^\n])", "\r", self.kept)
        self.kept, self.last = "", time.monotonic()
        room = max(0, MOST_PRINTED - self.sent)
        if text and room:
            self.sent += len(text) if "\r" not in text else 0
            cut = "\n... and more, which is not shown\n" if len(text) > room else ""
            self.hand_on({"kind": "text", "name": self.name, "text": text[:room] + cut})


class Session:
    """One namespace for all cells of a page."""

    def __init__(self) -> None:
        self.shell = Shell()
        self.names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
        self.shell.user_ns = self.names
        self.left: list[ast.stmt] = []  # statements of the cell that runs
        self.file, self.shows = "", False
        self.awaited = ""
        self.goes_to: Callable[[Part], None] | None = None
        self.come: set[str] = set()  # what was missing, and has come
        self.keeper = Keeper()
        show_to(self.keeper)
        install(self.shell)
        tqdm.monitor_interval = 0  # else it asks for a thread, and warns that there is none
        logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # it says that it lists fonts
        shipped = os.fspath(Path(str(resources.files("vaecore")), "shipped"))

        class Missing:
            """Says that a package's files have to be loaded first."""

            @staticmethod
            def find_spec(name: str, path: Any = None, target: Any = None) -> None:
                if self.shell.tell is not None and name in LOADED_WHEN_ASKED and name not in self.come:
                    raise NotHereYet(name)

        def opened(event: str, arguments: tuple[Any, ...]) -> None:
            is_of_a_cell = event == "open" and self.shell.tell is not None
            if is_of_a_cell and isinstance(arguments[0], str | os.PathLike):
                folder, name = os.path.split(os.fspath(arguments[0]))
                if folder == shipped and name.endswith(".npz") and not os.path.exists(arguments[0]):
                    raise NotHereYet(name)

        sys.meta_path.insert(0, Missing)
        sys.addaudithook(opened)

    def begin(self, source: str, name: str, tell: Callable[[Part], None]) -> Part:
        """Run a cell; return {"kind": "done", "error" or "missing", ...}."""
        self.shell.execution_count += 1
        self.shell.tell = lambda part: tell(_with_weights(part))
        self.file = f"<{name}>"
        code, magics = OF_A_NOTEBOOK.subn(r"pass  # \1", source)
        linecache.cache[self.file] = len(source), None, source.splitlines(keepends=True), self.file
        if magics:
            self.shell.tell({"kind": "text", "name": "stderr", "text": PASSED_OVER})
        try:
            self.left = ast.parse(code, self.file).body
        except (SyntaxError, ValueError) as problem:
            self.shell.tell, told = None, self._told(problem)
            return told
        self.shows = not source.rstrip().endswith(";")
        return self.go_on()

    def go_on(self) -> Part:
        """Run the statements that are left; one for which something was missing runs once more."""
        tell = self.shell.tell
        assert tell is not None
        out, errors = Printed("stdout", tell), Printed("stderr", tell)
        self.shell.tell = _in_order(tell, out, errors)
        answer: Part = {"kind": "done"}
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
            try:
                while self.left:
                    self._run(self.left[0], is_last=len(self.left) == 1)
                    del self.left[:1]
                    out.hand_over()
                    errors.hand_over()
            except NotHereYet as missing:
                out.hand_over()
                errors.hand_over()
                self.awaited, self.goes_to, self.shell.tell = missing.args[0], tell, None
                return {"kind": "missing", "what": missing.args[0]}
            except BaseException as problem:
                answer = self._told(problem)
            try:
                self._show_figures()
            except BaseException as problem:  # a figure may fail when it is drawn
                answer = self._told(problem) if answer["kind"] == "done" else answer
        out.hand_over()
        errors.hand_over()
        self.shell.tell, self.left = None, []
        self.keeper.end()
        return answer | {"passed": _passed(), "used": self.keeper.used}

    def _run(self, statement: ast.stmt, is_last: bool) -> None:
        if is_last and self.shows and isinstance(statement, ast.Expr):
            value = eval(compile(ast.Expression(statement.value), self.file, "eval"), self.names)
            if value is not None:
                self.names["_"] = value
                self._show(value)
        else:
            exec(compile(ast.Module([statement], []), self.file, "exec"), self.names)

    def _show(self, value: Any) -> None:
        own = getattr(value, "_ipython_display_", None)
        if callable(own) and not isinstance(value, type):
            own()
        elif not self._is_open_figure(value) and self.shell.tell is not None:
            self.shell.tell(part_of(value))

    def _is_open_figure(self, value: Any) -> bool:
        """Whether this is a figure that is shown at the cell's end anyway: once is enough."""
        return any(value is figure for figure in _open_figures())

    def _show_figures(self) -> None:
        """Show what pyplot has open, and close it, as a notebook does at the end of a cell."""
        for figure in _open_figures():
            if self.shell.tell is not None:
                self.shell.tell(part_of(figure))
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")

    def _told(self, problem: BaseException) -> Part:
        text, line = told(problem, self.file)
        return {"kind": "error", "text": text, "line": line}


def _open_figures() -> list[Any]:
    helpers = sys.modules.get("matplotlib._pylab_helpers")
    return [] if helpers is None else [one.canvas.figure for one in helpers.Gcf.get_all_fig_managers()]


def _in_order(tell: Callable[[Part], None], *printed: Printed) -> Callable[[Part], None]:
    """What was printed before something else is shown goes first."""

    def in_order(part: Part) -> None:
        for one in printed:
            one.hand_over()
        tell(part)

    return in_order


def _with_weights(part: Part) -> Part:
    """With a widget go the weights that its state names, as JSON."""
    if part.get("kind") != "html" or "vaecore-widget" not in part["html"]:
        return part
    from vaecore.widgets.page.static_page import weights_folder, weights_in

    folder, weights = weights_folder(), {}
    for name in weights_in(part["html"]):
        if folder is not None and (folder / name).is_file():
            script = (folder / name).read_text(encoding="ascii")
            weights[name.removesuffix(".js")] = script[script.index(",") + 1 : script.rindex(")")]
    return part | {"weights": weights}


def _passed() -> dict[str, str]:
    """What `check` has noted as passed in this interpreter: exercise -> time."""
    from vaecore.exercises.machinery import progress_file

    try:
        content = json.loads(progress_file.path().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content.get("passed", {})


_session: Session | None = None


def run_cell(
    source: str,
    name: str,
    tell: Callable[..., None],
    kept: Sequence[tuple[str, Any]] = (),
) -> str:
    """Run a cell in the page's namespace; what it puts out goes to `tell`, how it ended is returned: JSON.

    A training's model goes to `tell` too, as bytes behind the part that says how far it has come.
    kept: the `what` of such parts, and their bytes, from an interpreter that has ended.
    """
    global _session
    _session = _session or Session()

    def keep(part: Kept, weights: bytes) -> None:
        shown = {name: part[name] for name in ("number", "done", "epochs")}
        tell(json.dumps({"kind": "learnt", **shown, "what": json.dumps(part)}), weights)

    _session.keeper.begin(keep, [(json.loads(what), bytes(weights)) for what, weights in kept])
    return json.dumps(_session.begin(source, name, lambda part: tell(json.dumps(part))))


def resume() -> str:
    """Go on with the cell for which something was missing."""
    assert _session is not None
    _session.come.add(_session.awaited)
    _session.shell.tell = _session.goes_to
    return json.dumps(_session.go_on())

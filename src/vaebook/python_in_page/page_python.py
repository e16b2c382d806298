"""What runs in the page's Python: a learner's code, and `check` on it.

The worker calls `run` and `check`; both return JSON.  Code runs in a fresh namespace each time, which holds
what its chapter imports.  What it prints, and the line in which it fails, are shown as in a notebook.
"""

from __future__ import annotations

import ast
import builtins
import contextlib
import html
import io
import json
import linecache
import os
import sys
import traceback
from typing import Any

MOST_PRINTED = 20_000  # characters that are shown of what code prints
WATCHED = (
    "autograd", "builtins", "copy", "functools", "inspect", "itertools", "json", "linecache", "math", "numpy",
    "operator", "random", "vaecore", "warnings",
)  # fmt: skip


class Spoilt(Exception):
    """Code has changed what others rely on; the text names it."""


class Guard:
    """Notices when code has changed what is not its own: a function of NumPy's, or one that judges it.

    Python lets everybody do so, and a verdict by changed functions would be worth nothing.
    """

    def __init__(self) -> None:
        self.known: dict[str, dict[str, Any]] = {}
        self.note()

    def note(self) -> None:
        """Note what modules that came in since then hold."""
        for name in list(sys.modules):
            module = sys.modules[name]
            if name.partition(".")[0] not in WATCHED or module is None:
                continue
            self.known.setdefault(name, dict(vars(module)))
            for key, value in list(vars(module).items()):
                if isinstance(value, type) and value.__module__ == name and name.startswith("vaecore"):
                    self.known.setdefault(f"{name}.{key}", dict(vars(value)))

    def look(self) -> None:
        """Put back what is not what it was, and raise Spoilt, which names it."""
        changed = ""
        for place, before in self.known.items():
            owner = _owner(place)
            now = {} if owner is None else dict(vars(owner))
            for key, value in before.items():
                if now.get(key, Spoilt) is not value and not _may_change(place, key):
                    changed = changed or f"{place}.{key}"
                    if owner is not None:
                        setattr(owner, key, value)
        if changed:
            raise Spoilt(changed)


def _owner(place: str) -> Any:
    """The module or the class of this name; None where it is gone."""
    if place in sys.modules:
        return sys.modules[place]
    module, _, name = place.rpartition(".")
    return vars(sys.modules[module]).get(name) if module in sys.modules else None


def _may_change(place: str, key: str) -> bool:
    """Whether Python itself changes this: counters, caches, and what is made when it is first asked for."""
    if place == "builtins" and key in ("_", "input"):
        return True
    return key in ("__warningregistry__", "_filters_version", "__annotations__")


_guard: Guard | None = None
_state: dict[str, Any] = {}


def start(solutions: bool, kernels: Any = None) -> None:
    """Import what checks need, and note how everything is.

    kernels: the functions of products.wasm; None where the browser cannot run it.
    """
    global _guard
    os.environ |= {"VAECORE_WIDGETS": "/weights", "VAECORE_COMPILED": "0", "VAECORE_OFFLINE": "1"}
    os.environ |= {"VAECORE_CACHE": "/cache", "MPLBACKEND": "agg"}  # no MNIST is there; figures become files
    os.umask(0o022)  # Emscripten's own would make every new file unreadable
    sys.dont_write_bytecode = True
    import numpy as np

    from vaecore.exercises import checking
    from vaecore.exercises.machinery.diagnoses import explaining  # noqa: F401 (a check may need it)
    from vaecore.exercises.machinery.results import Note

    if not solutions:

        def solution(exercise_id: str) -> Note:
            words = "This edition of the book has no solutions; hint() goes on giving hints."
            return Note(checking.find(exercise_id).id, words)

        for module in (checking, sys.modules["vaecore.exercises"]):
            vars(module)["solution"] = solution
    if kernels is not None:
        from vaebook.python_in_page.page_loops import PageLoops
        from vaebook.python_in_page.page_products import product_by, tanh_by
        from vaecore.foundations import compiled, products

        products.use(product_by(kernels))
        products.use_tanh(tanh_by(kernels))
        compiled.use(PageLoops(kernels))
    builtins.input = nobody_types
    _state.update(print=np.get_printoptions(), errors=np.geterr(), recursion=sys.getrecursionlimit())
    _guard = Guard()


def nobody_types(prompt: object = "") -> str:
    """What `input` is here."""
    raise EOFError("input() was called, and on a page nobody can type an answer to it; set a name instead")


def namespace(imports: list[str]) -> dict[str, Any]:
    """Return the names that code begins with: those that its chapter imports, where they can be had."""
    names: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins}
    for statement in imports:
        with contextlib.suppress(ImportError):
            exec(statement, names)
    return names


def run(source: str, name: str, imports: list[str]) -> str:
    """Run code; return {"kind": "output" or "error", "text", "html", "line"} as JSON."""
    return json.dumps(_guarded(lambda: _execute(source, name, namespace(imports), shown=True)))


def check(exercise_id: str, function: str, source: str, imports: list[str]) -> str:
    """Run code and judge the function of that name; return a verdict or an error as JSON.

    {"kind": "verdict", "status", "misconception", "diagnosis", "html"}, or what `run` returns.
    """
    return json.dumps(_guarded(lambda: _check(exercise_id, function, source, imports)))


def _check(exercise_id: str, function: str, source: str, imports: list[str]) -> dict[str, Any]:
    from vaecore.exercises import checking

    names = namespace(imports)
    before = names.get(function)
    done = _execute(source, exercise_id, names, shown=False)
    if done["kind"] == "error":
        return done
    if function not in names or (before is not None and names[function] is before):
        text = f"NameError: name '{function}' is not defined: the answer is to be a function of this name."
        return {"kind": "error", "text": done["text"] + text, "html": "", "line": 0}
    with contextlib.redirect_stdout(io.StringIO()):  # a result shows itself; here the page does
        result = checking.check(exercise_id, names[function])
    shown = f"<pre>{html.escape(done['text'])}</pre>" if done["text"] else ""
    return {
        "kind": "verdict", "status": result.status, "misconception": result.misconception,
        "diagnosis": result.diagnosis, "html": shown + result._repr_html_(),
    }  # fmt: skip


def _guarded(action: Any) -> dict[str, Any]:
    """Run an action with everything as it was; say so where it has changed what is not its own."""
    import numpy as np

    assert _guard is not None
    _guard.note()  # a check may have imported more
    with contextlib.suppress(Spoilt):
        _guard.look()  # what a cell of the page has changed
    done = action()
    try:
        _guard.look()
    except Spoilt as problem:
        text = (
            f"This code has changed {problem}, on which other code relies. Python is started afresh, so that "
            "no verdict is made with it; give what is your own another name."
        )
        return {"kind": "spoilt", "text": text, "html": "", "line": 0}
    np.set_printoptions(**_state["print"])
    np.seterr(**_state["errors"])
    sys.setrecursionlimit(_state["recursion"])
    builtins.input = nobody_types
    return done


class _Printed(io.StringIO):
    """Keeps the first characters, and counts the rest."""

    dropped = 0

    def write(self, text: str) -> int:
        room = MOST_PRINTED - self.tell()
        self.dropped += max(0, len(text) - room)
        super().write(text[: max(0, room)])
        return len(text)

    def text(self) -> str:
        return self.getvalue() + (f"\n... and {self.dropped} more characters" if self.dropped else "")


def _execute(source: str, name: str, names: dict[str, Any], shown: bool) -> dict[str, Any]:
    """Run code in a namespace, and with `shown` show the value of its last line, as a notebook does."""
    file = f"<{name}>"
    linecache.cache[file] = len(source), None, source.splitlines(keepends=True), file
    printed = _Printed()
    value, line, markup, error = None, 0, "", ""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            tree = ast.parse(source, file)
            last = tree.body.pop() if shown and tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, file, "exec"), names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), file, "eval"), names)
            if value is not None:
                ours = type(value).__module__.startswith("vaecore.") and hasattr(value, "_repr_html_")
                markup = value._repr_html_() if ours else ""  # what others make of HTML stays text
                if not markup:
                    print(repr(value))
        except BaseException as problem:
            error, line = told(problem, file)
    kind = "error" if error else "output"
    return {"kind": kind, "text": printed.text() + error, "html": markup, "line": line}


def told(problem: BaseException, file: str) -> tuple[str, int]:
    """Return an error as Python tells it, from the learner's first line on; and the line where it came up."""
    told = traceback.TracebackException.from_exception(problem)
    own = [frame.filename == file for frame in told.stack]
    if any(own):
        del told.stack[: own.index(True)]
    else:
        told.stack.clear()
    inner = [frame.lineno or 0 for frame in told.stack if frame.filename == file]
    line = int(told.lineno or 0) if isinstance(problem, SyntaxError) else (inner or [0])[-1]
    return "".join(told.format()).rstrip() + "\n", line

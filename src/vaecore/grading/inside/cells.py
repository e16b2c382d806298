"""A notebook's cells, run as in a notebook, with nothing kept of what they show."""

import os
import sys
import types
from typing import Any


class Notebook:
    """Runs cells in one namespace, with IPython's magics; an error ends its cell alone."""

    def __init__(self) -> None:
        os.environ.setdefault("MPLBACKEND", "agg")
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        settings = Config()
        settings.HistoryManager.enabled = False
        settings.InteractiveShell.colors = "NoColor"
        # As if the cells were a program: `inspect` and `pickle` find a class of theirs by this name.
        main = types.ModuleType("__main__")
        shell: Any = InteractiveShell.instance(config=settings, user_module=main)
        shell.display_pub.publish = lambda *args, **kwargs: None
        shell.showtraceback = lambda *args, **kwargs: None
        shell.showsyntaxerror = lambda *args, **kwargs: None
        shell.enable_gui = lambda *args, **kwargs: None
        shell.enable_matplotlib = lambda *args, **kwargs: ("agg", "agg")  # %matplotlib inline
        sys.modules["__main__"] = main
        self.shell = shell
        self.written: dict[str, Any] = {}  # the functions of its cells, though a later import took the name

    def run(self, code: str) -> str:
        """Run a cell; return "" or the error that it has ended with, in a line."""
        result = self.shell.run_cell(code, store_history=False)
        self.written |= {name: one for name, one in list(self.shell.user_ns.items()) if _is_own(one)}
        problem = result.error_before_exec or result.error_in_exec
        if problem is None:
            return ""
        try:
            return f"{type(problem).__name__}: {problem}"[:300]
        except Exception:  # its message cannot be printed
            return type(problem).__name__[:300]

    def function(self, name: str) -> Any:
        """Return the function of this name that a cell has written, or None: not one that it has imported."""
        found = self.shell.user_ns.get(name)
        return found if _is_own(found) else self.written.get(name)


def _is_own(found: Any) -> bool:
    """Whether a cell has written this, and has not imported it."""
    try:
        return callable(found) and getattr(found, "__module__", None) == "__main__"
    except Exception:  # a thing that cannot be asked
        return False

"""Which check belongs to which sentence of the book, and how an executed chapter is judged.

A chapter's sentences compare: better, wider, first, ten times.  What they compare is computed when the
chapter runs, and the last bits of a computation differ from machine to machine.  So each such sentence has a
check on the names that the chapter's cells leave:

    @says("With 0.105 the steep direction explodes.")
    def above_the_limit_it_goes_away(names: Names) -> None:
        \"\"\"After 100 steps farther than 1,000 times the start; the formula says 10,000 times.\"\"\"

A module has the name of its chapter: adam.py belongs to book/06_adam.md.  Its docstrings say what margin a
claim has.  `judge` is called in the chapter's kernel, once all cells have run; it needs NumPy and nothing
else.  tests/core/test_claims.py compares the sentences with the book.
"""

import importlib
import json
import pkgutil
import re
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Names = dict[str, Any]
Claim = Callable[[Names], None]
BOOK = Path(__file__).resolve().parents[2] / "book"
REGISTERED: dict[str, list[tuple[str, Claim]]] = {}


def says(*sentences: str) -> Callable[[Claim], Claim]:
    """Register a function as the check of these sentences of its module's chapter."""

    def register(claim: Claim) -> Claim:
        module = claim.__module__.rpartition(".")[2]
        REGISTERED.setdefault(module, []).extend((sentence, claim) for sentence in sentences)
        return claim

    return register


def module_of(chapter: str) -> str:
    """The module for a chapter: "adam" for "06_adam"."""
    return re.sub(r"^\d+_", "", chapter)


def claims_of(chapter: str) -> list[tuple[str, Claim]]:
    """The sentences of a chapter, "06_adam", and the check of each."""
    importlib.import_module(f"claims.{module_of(chapter)}")
    return REGISTERED[module_of(chapter)]


def modules() -> list[str]:
    """The names of the modules with claims."""
    here = Path(__file__).parent
    return [m.name for m in pkgutil.iter_modules([str(here)]) if m.name != "registry"]


def judge(chapter: str, names: Names) -> None:
    """Raise AssertionError, with each sentence that does not hold, unless all hold."""
    failures = []
    for sentence, claim in claims_of(chapter):
        try:
            with widgets_unseen():
                claim(names)
        except Exception as error:  # a name that is missing fails its claim, and hides no other
            line = traceback.extract_tb(error.__traceback__)[-1].line
            failures.append(f"“{sentence}”\n  {claim.__name__}: {line}\n  {type(error).__name__}: {error}")
    if failures:
        raise AssertionError(f"{chapter} says what did not come out here:\n" + "\n".join(failures))


@contextmanager
def widgets_unseen() -> Iterator[None]:
    """What a claim makes of widgets gets no front end, and into no notebook."""
    widgets = sys.modules.get("ipywidgets")
    if widgets is None:
        yield
        return
    opened = widgets.Widget.open
    widgets.Widget.open = lambda widget: None
    try:
        yield
    finally:
        widgets.Widget.open = opened


def bytes_of_widgets() -> int:
    """How much the widgets of this kernel add to a notebook that is saved with them."""
    import ipywidgets

    return len(json.dumps(ipywidgets.Widget.get_manager_state()))

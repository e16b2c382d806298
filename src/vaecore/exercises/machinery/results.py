"""What a student sees: a result, a hint, a solution, as text and as a small box in a notebook."""

import html
import os
import sys
from dataclasses import dataclass, field
from typing import Any

from vaecore.exercises.machinery.chapters import linked
from vaecore.foundations.console import say

COLOURS = {"passed": "#009E73", "failed": "#D55E00", "error": "#CC79A7", "not attempted": "#56B4E9"}
SIGNS = {"passed": "✓", "failed": "✗", "error": "!", "not attempted": "○"}


class Shown:
    """Something that is shown once when it is made, and again when a later cell asks for it."""

    _shown_in: int | None = None

    def show(self) -> None:
        """Display in a notebook; print elsewhere, whatever signs the console has."""
        shell = _shell()
        if shell is None:
            say(self)
            return
        from IPython.display import display

        display({"text/plain": str(self), "text/html": self._repr_html_()}, raw=True)
        object.__setattr__(self, "_shown_in", shell.execution_count)

    def _ipython_display_(self) -> None:
        shell = _shell()
        # The last line of the very cell that has shown it already: once is enough.
        if shell is None or self._shown_in != shell.execution_count:
            self.show()

    def _repr_html_(self) -> str:
        raise NotImplementedError


@dataclass(frozen=True)
class Result(Shown):
    """The verdict on one answer.

    status: "passed", "failed", "error" or "not attempted".  misconception: a stable ID, or None.
    message: what was seen, on which input, what was expected, where to look.
    printed: what the answer printed while it was checked.
    diagnosis: where no listed mistake fits, a stable code for what is said instead, or None.
    """

    exercise: str
    title: str
    status: str
    misconception: str | None
    message: str
    printed: str = ""
    note: str = field(default="", repr=False)
    diagnosis: str | None = None

    def assert_passed(self) -> None:
        """Do nothing if the answer has passed; else raise AssertionError with all that is said of it.

        Graders count a cell or a test that raises as failed, and show the student its message.
        """
        if self.status != "passed":
            raise AssertionError(str(self))

    def __str__(self) -> str:
        head = f"{SIGNS[self.status]} {self.exercise}, {self.title}: {self.status}"
        if self.misconception:
            head += f" [{self.misconception}]"
        parts = [head, self.message, self.note]
        if self.printed:
            parts.append("Your function printed:\n" + self.printed)
        return "\n".join(part for part in parts if part)

    def _repr_html_(self) -> str:
        name = f" <code>{html.escape(self.misconception)}</code>" if self.misconception else ""
        body = with_links(paragraphs(self.message)) + paragraphs(self.note)
        if self.printed:
            body += (
                "<details><summary>Your function printed</summary>"
                f"<pre>{html.escape(self.printed)}</pre></details>"
            )
        head = f"{SIGNS[self.status]} {html.escape(self.exercise)}, {html.escape(self.title)}: {self.status}"
        return box(f"<strong>{head}</strong>{name}{body}", COLOURS[self.status])


@dataclass(frozen=True)
class Note(Shown):
    """A hint or a solution."""

    title: str
    text: str
    code: str = ""

    def __str__(self) -> str:
        return "\n".join(part for part in (self.title, self.code, self.text) if part)

    def _repr_html_(self) -> str:
        code = f"<pre>{html.escape(self.code)}</pre>" if self.code else ""
        text = with_links(paragraphs(self.text))
        return box(f"<strong>{html.escape(self.title)}</strong>{code}{text}", "#0072B2")


def paragraphs(text: str) -> str:
    """Return plain text as HTML paragraphs, with `code` between backticks."""
    out = []
    for part in text.split("\n\n"):
        if not part.strip():
            continue
        pieces = html.escape(part).replace("\n", "<br>").split("`")
        if len(pieces) % 2 == 0:  # a backtick without its partner
            pieces = ["`".join(pieces)]
        out.append(
            "<p>" + "".join(f"<code>{p}</code>" if i % 2 else p for i, p in enumerate(pieces)) + "</p>"
        )
    return "".join(out)


def with_links(markup: str) -> str:
    """Return HTML in which each chapter that is named is a link to it, where links to chapters work."""
    return markup if in_colab() else linked(markup, notebook=not on_a_page())


def on_a_page() -> bool:
    """Whether what is displayed goes into a page of the book, which is being built."""
    return bool(os.environ.get("VAECORE_WIDGETS"))


def in_colab() -> bool:
    """Whether this is Colab, where a notebook has no neighbours to link to."""
    return "google.colab" in sys.modules


def box(inner: str, colour: str) -> str:
    """Return a box that takes its text and background from the page, light or dark."""
    return (
        f'<div class="vae-exercise" role="status" style="border-left: 4px solid {colour}; '
        f'padding: 0.25em 0.9em; margin: 0.5em 0; overflow-wrap: anywhere">{inner}</div>'
    )


def _shell() -> Any:
    """The notebook that we run in, or None."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None

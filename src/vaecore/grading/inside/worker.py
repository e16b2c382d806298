"""The process that runs a hand-in: it does what the judge asks, line by line, and hands back plain data.

It runs a student's code, so nothing that it says is believed: it gives values, and the judge compares them.
Started as `python -m vaecore.grading.inside.worker MEGABYTES SECONDS`, with the copy of the package that
`without_solutions` makes; questions come in by standard input, answers go out by standard output.
"""

import contextlib
import io
import os
import sys
from importlib import import_module
from typing import Any

from vaecore.grading.inside import limits


class Line:
    """The connection to the judge: a question, an answer, and while a function runs, calls back."""

    def __init__(self, reading: int, writing: int) -> None:
        self.reading, self.writing = os.fdopen(reading, "rb"), os.fdopen(writing, "wb")

    def receive(self) -> dict[str, Any]:
        """Return the next message; end with the judge."""
        from vaecore.grading.plain_data import message_of

        line = self.reading.readline()
        if not line:
            os._exit(0)
        return message_of(line)

    def send(self, message: dict[str, Any]) -> None:
        """Send a message."""
        from vaecore.grading.plain_data import line_of

        self.writing.write(line_of(message))
        self.writing.flush()


def main() -> None:
    """Take the standard streams for ourselves, limit what can be done, and answer until nobody asks."""
    line = Line(os.dup(0), os.dup(1))
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    megabytes, seconds = map(int, sys.argv[1:3])
    limits.limit_resources(megabytes, seconds)
    filtered = limits.filter_calls()

    from vaecore.grading.inside.answering import answers_in, call
    from vaecore.grading.inside.cells import Notebook

    notebook = Notebook()
    handed_in = import_module("vaecore.exercises").handed_in  # of the stand-in
    line.send({"ready": True, "filtered": filtered})
    while True:
        asked = line.receive()
        if "cell" in asked:
            with contextlib.redirect_stdout(_Nowhere()), contextlib.redirect_stderr(_Nowhere()):
                problem = notebook.run(str(asked["cell"]))
            line.send({"problem": problem})
        elif "answers" in asked:
            line.send({"answers": answers_in(handed_in, asked["answers"], notebook.function)})
        elif "call" in asked:
            line.send(call(handed_in, asked, line))


class _Nowhere(io.TextIOBase):
    """Where a cell's output goes: there may be no end of it."""

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        return len(text)


if __name__ == "__main__":
    main()

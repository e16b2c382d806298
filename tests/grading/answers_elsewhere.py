"""Answers of the tests' collections, handed in by the text of their modules, as a cell hands them in."""

import inspect
import re
import sys

from unseen_answers import ENTRIES

from vaecore.grading.remote_answers import RemoteAnswer, Worker

# What a module of answers imports from the collection itself.
DECORATORS = "from vaecore.exercises import check\nright = wrong = lambda *words: lambda function: function\n"


def modules():
    """Return the modules with answers."""
    return list(dict.fromkeys(entry.answer.__module__ for entry in ENTRIES))


def hand_in(worker: Worker, module: str):
    """Run a module of answers as a cell, and yield each entry with its answer, which runs elsewhere."""
    source = inspect.getsource(sys.modules[module])
    source = re.sub(r"(?m)^from unseen_answers\.entries import .*$", DECORATORS, source)
    entries = [entry for entry in ENTRIES if entry.answer.__module__ == module]
    checks = [f"check({entry.name!r}, {entry.answer.__name__})" for entry in entries]
    problem = worker.run("\n".join([source, *checks]), 300.0, 1200.0)
    assert problem == "", problem
    found = worker.answers({})
    for entry in entries:
        assert found[entry.name.lower()] == ["function"]
        yield entry, RemoteAnswer(worker, entry.name.lower(), 0)

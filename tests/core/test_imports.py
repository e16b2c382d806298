"""Imports that stand in chapters, notebooks, the README and readers' own files go on working.

`old_imports.txt` lists those that worked before modules moved into rooms.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import vaecore

ROOT = Path(__file__).parents[2]
OLD = (Path(__file__).parent / "old_imports.txt").read_text(encoding="utf-8")
PLACES = [ROOT / "README.md", *sorted(ROOT.glob("book/*.md")), *sorted(ROOT.glob("book/*.ipynb"))]
STATEMENT = re.compile(
    r"^[ \t]*((?:from vaecore[\w.]* import (?:\([^)]*\)|[^\n#(]+)|import vaecore[\w. ]*))", re.MULTILINE
)

# Each statement in a namespace of its own, in an interpreter that has seen nothing of this test's.
RUN_EACH = """
import json, sys
failed = {}
for statement in json.load(sys.stdin):
    try:
        exec(statement, {})
    except Exception as error:
        failed[statement] = repr(error)
json.dump(failed, sys.stdout)
"""


def failures(statements):
    done = subprocess.run(
        [sys.executable, "-c", RUN_EACH], input=json.dumps(statements), capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def statements_of(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        text = "\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"])
    return {match[1].strip() for match in STATEMENT.finditer(text)}


def names_in(statements):
    """Which names come from which module."""
    found = {}
    for node in ast.parse("\n".join(statements)).body:
        if isinstance(node, ast.ImportFrom):
            found.setdefault(node.module, set()).update(alias.name for alias in node.names)
    return found


def test_every_import_that_worked_before_works():
    statements = [line for line in OLD.splitlines() if line.startswith("from ")]
    assert len(statements) > 55
    assert failures(statements) == {}


def test_every_import_that_stands_in_the_book_works():
    statements = sorted(set().union(*map(statements_of, PLACES)))
    assert len(statements) > 70
    assert failures(statements) == {}


def test_a_chapter_and_its_notebook_import_the_same():
    pairs = [(path, path.with_suffix(".ipynb")) for path in PLACES if path.suffix == ".md"]
    pairs = [(chapter, notebook) for chapter, notebook in pairs if notebook.exists()]
    assert len(pairs) > 9
    for chapter, notebook in pairs:
        assert names_in(statements_of(chapter)) == names_in(statements_of(notebook)), chapter.name


def test_a_wrong_import_would_be_noticed():
    wrong = ["from vaecore.kl import no_such_name", "import vaecore.no_such_module"]
    assert failures([*wrong, "from vaecore.kl import compute_KL"]).keys() == set(wrong)


@pytest.mark.parametrize(
    ("old", "new"),
    [("plots", "foundations.plots"), ("data", "files.data"), ("training_state", "training.checkpoints")],
)
def test_the_old_name_is_the_same_module_however_it_is_imported(old, new):
    code = f"""
import vaecore.{old} as alone
import vaecore.{old}
import vaecore.{new} as moved
from vaecore import {old} as taken
assert vaecore.{old} is alone is taken is moved, "two copies would have two states"
"""
    assert failures([code]) == {}
    assert getattr(vaecore, old).__name__ == f"vaecore.{new}"

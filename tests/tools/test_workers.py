"""What two workers share is made once; each test has the mark of its folder."""

import re
import subprocess
import sys

import pytest
from browser import ROOT
from pages.test_book_pages import VISITS
from workers import BUILDS, ORDER, TESTS, place_of, pytest_collection_modifyitems

ASKS = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
from workers import Once
folder = pathlib.Path(sys.argv[2])

def make():
    with open(folder / "made.log", "a") as log:
        log.write("x")
    return ["what", "is made"]

print(Once(folder)("thing", make))
"""


def test_what_is_shared_is_made_once_and_everybody_gets_it(tmp_path):
    command = [sys.executable, "-c", ASKS, TESTS / "fixtures", tmp_path]
    asking = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    said = [process.communicate()[0] for process in asking]
    assert said == ["['what', 'is made']\n"] * 3
    assert (tmp_path / "made.log").read_text() == "x"


def test_every_folder_with_tests_has_its_place_in_the_order():
    assert {path.parent.name for path in TESTS.glob("*/test_*.py")} == set(ORDER)


def test_the_tests_of_a_file_stay_in_one_worker():
    """pytest-xdist and pytest must fit: where they do not, every worker makes every fixture."""
    files = [TESTS / "core" / "test_errors.py", TESTS / "core" / "test_colours.py"]
    command = [sys.executable, "-m", "pytest", "-v", "--numprocesses=2", "--dist=loadgroup", *files]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ran = re.findall(r"^\[(gw\d)\] .* PASSED tests/core/(\w+)\.py::", said, re.MULTILINE)
    assert len(ran) > 20 and len(set(ran)) == 2, set(ran)


@pytest.mark.parametrize("folder", ["core", "tools"])
def test_a_mark_chooses_a_folder(folder):
    files = [TESTS / "core" / "test_errors.py", TESTS / "tools" / "test_workers.py"]
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", folder, *files]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    chosen = [line for line in listed.splitlines() if "::" in line]
    assert chosen and all(line.startswith(f"tests/{folder}/") for line in chosen)


def test_a_test_of_the_core_may_not_ask_for_a_browser(pytestconfig):
    class Item:
        nodeid, path = "tests/core/test_x.py::test", TESTS / "core" / "test_x.py"
        fixturenames = ("built_book",)

        def add_marker(self, name):
            self.mark = name

    item = Item()
    with pytest.raises(pytest.UsageError, match="not for tests/core"):
        pytest_collection_modifyitems(pytestconfig, [item])
    assert item.mark == "core"


def test_one_group_builds_the_book_and_what_else_needs_it_comes_behind_what_does_not():
    class Item:
        def __init__(self, folder: str, group: str, *fixtures: str) -> None:
            self.nodeid = f"tests/{folder}/test_{group}.py::test"
            self.path, self.fixturenames, self.group = TESTS / folder / "test_x.py", fixtures, group

        def get_closest_marker(self, name):
            return pytest.mark.xdist_group(self.group).mark if name == "xdist_group" else None

    items = [
        Item("core", "core"), Item("widgets", "looks"), Item("widgets", "sheets", "built_book"),
        Item("tools", "binder"), Item("pages", BUILDS, "built_book"), Item("pages", "small"),
    ]  # fmt: skip
    in_order = sorted(items, key=lambda item: place_of(item, {"sheets", BUILDS}))
    assert [item.group for item in in_order] == [BUILDS, "binder", "looks", "sheets", "small", "core"]
    assert any(BUILDS in (mark.args[0] for mark in visit.marks if mark.args) for visit in VISITS)

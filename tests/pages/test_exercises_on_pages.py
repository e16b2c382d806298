"""What the pages hold for exercises that are written on them: for each function, all that it needs."""

import json

import pytest
from bs4 import BeautifulSoup
from python_pages import CODE

from vaebook.python_in_page.exercises_on_pages import imports_of
from vaecore.exercises.machinery.chapters import PAGES
from vaecore.exercises.machinery.judging import PAGE_LIMIT


@pytest.mark.parametrize("chapter", sorted({exercise.chapter for exercise in CODE}))
def test_each_function_to_write_has_its_place_behind_its_stub(chapter, built_book):
    text = (built_book / f"{PAGES[chapter]}.html").read_text(encoding="utf-8")
    page = BeautifulSoup(text, "html.parser")
    holders = {holder["data-exercise"]: holder for holder in page.select(".python-exercise")}
    here = {exercise.id: exercise for exercise in CODE if exercise.chapter == chapter}
    assert holders.keys() == here.keys()
    assert len(page.select(".python-check")) == len(here)
    for name, exercise in here.items():
        holder = holders[name]
        data = json.loads(holder.select_one("script").string)
        assert holder["data-function"] == exercise.solution.__name__ and data["stub"] == exercise.stub
        stub = holder.find_previous_sibling()
        assert "python-stub" in stub["class"] and stub.select_one("pre").text.strip() == exercise.stub.strip()
        assert "import numpy as np" in data["imports"]
        assert not [line for line in data["imports"] if "matplotlib" in line or "widgets" in line]
        assert name in data["late"] and f"after {PAGE_LIMIT:g} seconds, and was stopped" in data["late"]
        assert name in data["ended"] and "Python ended while the function ran" in data["ended"]


def test_a_chapter_s_imports_are_those_of_its_first_cell():
    cell = """
import numpy as np, matplotlib
import matplotlib.pyplot as plt
from matplotlib import pyplot
from vaecore.widgets import question
from vaecore.exercises import (check,
                               hint)
import vaecore.plots
x = 1
question("X-1")
"""
    expected = ["from vaecore.exercises import check, hint", "import vaecore.plots"]
    assert imports_of(cell) == expected
    assert imports_of("1 + 1") == []

"""What the pages hold for exercises that are written on them: for each function, all that it needs."""

import json
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from python_pages import CODE

from vaebook.python_in_page import offered_files
from vaebook.python_in_page.engine_files import VARIABLE
from vaebook.python_in_page.exercises_on_pages import imports_of
from vaebook.python_in_page.offered_files import FOLDER, offer_scripts
from vaebook.settings import build_of, cache
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


class Application:
    """What is asked of Sphinx's while scripts are offered."""

    def __init__(self, folder):
        self.outdir = str(folder / "html")
        self.config = SimpleNamespace(vaebook_python_in_page=True, vaebook_solutions="folded")


def test_without_pyodide_s_files_one_line_says_so_and_nothing_is_left(tmp_path, monkeypatch):
    said = []
    hear = lambda text, *words, **_: said.append(text % words)  # noqa: E731
    monkeypatch.setattr(offered_files.logger, "info", hear)
    monkeypatch.setenv(VARIABLE, "none")
    app = Application(tmp_path)
    old = cache(app, "static", FOLDER) / "engine.js"
    old.write_text("of an earlier build")
    offer_scripts(app, app.config)
    assert len(said) == 1 and f"{VARIABLE} says none" in said[0] and "built without it" in said[0]
    assert not build_of(app).python_in_page and not old.exists()


def test_what_a_page_loads_is_there(built_book):
    folder = built_book / "_static" / FOLDER
    text = (folder / "files.js").read_text(encoding="utf-8")
    settings = json.loads(text.removeprefix("vaebookPython.configure(").removesuffix(");\n"))
    assert settings["solutions"] is True and settings["archive"] in settings["files"]
    sizes = {script: size for scripts in settings["files"].values() for script, size in scripts}
    assert {name: (folder / name).stat().st_size for name in sizes} == sizes
    assert {path.name for path in folder.glob("*.*.js")} == set(sizes), "and nothing of an earlier build"
    size_of = lambda names: sum(size for name in names for _, size in settings["files"][name])  # noqa: E731
    core, extras = settings["core"], settings["extras"]
    assert size_of(core) < 13e6, (
        "more than that would be loaded for a check"
    )  # 9.1 MB where a server compresses
    assert size_of([*core, *extras["matplotlib"]]) < 25e6, "and more than that for figures"
    assert {name for names in extras.values() for name in names} | set(core) == settings["files"].keys()


def test_each_chapter_has_the_button_and_its_notebook_as_a_script(built_book):
    for name in PAGES.values():
        text = (built_book / f"{name}.html").read_text(encoding="utf-8")
        assert f'data-page="{name}"' in text and "run_page.js" in text
        script = (built_book / "_static" / FOLDER / "notebooks" / f"{name}.js").read_text(encoding="utf-8")
        notebook = json.loads(script.removeprefix("vaebookCells.notebook(").removesuffix(");\n"))
        offered = (built_book / "_sources" / f"{name}.ipynb").read_text(encoding="utf-8")
        assert notebook == json.loads(offered)
    glossary = (built_book / "glossary.html").read_text(encoding="utf-8")
    assert "run_page.js" not in glossary, "a page without code has no button"


@pytest.mark.parametrize("edition", ["none", "folded"])
def test_an_edition_without_solutions_says_so_to_the_page(edition, tmp_path, monkeypatch):
    monkeypatch.setattr(offered_files, "engine_files", dict)
    app = Application(tmp_path)
    app.config.vaebook_solutions = edition
    offer_scripts(app, app.config)
    text = (cache(app, "static", FOLDER) / "files.js").read_text(encoding="utf-8")
    assert ('"solutions": false' in text) == (edition == "none")

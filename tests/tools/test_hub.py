"""A class on a hub: a student does all of a lesson at a real server; what larger classes need is computed."""

import json
import math
import shutil
import sys

import pytest
import requests
from browser import BOOK
from notebook_server import jupyterlab

from tools.hub import beyond_one_machine
from tools.hub.beyond_one_machine import ARRIVALS, BUSY, SPARE, needs, size
from tools.hub.class_on_a_hub import figures, table
from tools.hub.student import Student
from tools.hub.visit import CHAPTER, Costs, Visit, costs_of, percentile, quick_cells, visit

MEASURED = {
    "memory": 200e6, "cpu": 20.0, "largest_page": 800_000, "all_pages": 5e6, "python": 23e6, "image": 1e9,
    "students": 30, "failed": 0, "arrivals": 300, "cores": 2, "quick": [0.1, 0.5, 2.0],
    "login": [5.0, 9.0, 12.0], "alone": 6.0, "alone_login": 3.0, "chapter": [7.0, 8.0, 9.0],
    "widget": [0.1, 0.2, 0.3], "check": [0.1, 0.2, 0.3],
}  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    root = tmp_path_factory.mktemp("student")
    shutil.copy(BOOK / CHAPTER, root)
    with jupyterlab(sys.executable, root, root / "home") as (address, token):
        http = requests.Session()
        http.headers["Authorization"] = f"token {token}"
        yield address, http, root


def test_a_student_does_all_of_a_lesson(server):
    address, http, root = server

    def mine(process):
        return str(root) in " ".join(process.cmdline())

    done = visit("Ada", lambda: Student(address, http), lambda: costs_of(mine), exercises=("L-KL", "X-4"))
    assert done.trouble == ""
    notebook = json.loads((root / CHAPTER).read_text(encoding="utf-8"))
    assert "".join(notebook["cells"][-1]["source"]) == "I am Ada."
    assert len(done.cells) == sum(cell["cell_type"] == "code" for cell in notebook["cells"])
    assert len(done.checks) == 2 and done.moved > 0
    assert 50e6 < done.costs.memory < 2e9 and done.costs.cpu > 1


@pytest.mark.parametrize(
    ("code", "said"),
    [("1 / 0", "ZeroDivisionError: division by zero"), ("raise KeyboardInterrupt", "KeyboardInterrupt")],
)
def test_what_a_student_cannot_do_is_said(code, said, server, monkeypatch):
    address, http, root = server
    cell = {"cell_type": "code", "id": "a", "metadata": {}, "source": code}
    cell |= {"outputs": [], "execution_count": None}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    (root / "broken.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    monkeypatch.setattr("tools.hub.visit.CHAPTER", "broken.ipynb")
    assert said in visit("Bo", lambda: Student(address, http), Costs).trouble
    monkeypatch.setattr("tools.hub.visit.CHAPTER", "missing.ipynb")
    assert "404" in visit("Bo", lambda: Student(address, http), Costs).trouble


def test_figures_leave_out_who_failed_and_count_them():
    alone = Visit("alone", cells=[0.1, 2.0, 0.2], costs=Costs(100, 5.0))
    fine = Visit("a", login=4.0, cells=[0.3, 3.0, 0.5], checks=[0.2, 0.4], moved=0.1, costs=Costs(120, 6.0))
    broken = Visit("b", trouble="KeyError: 'x'")
    measured = figures(alone, [fine, broken], 10)
    assert measured["failed"] == 1 and measured["memory"] == 120 and measured["cpu"] == 6.0
    assert measured["quick"] == [0.3, 0.5, 0.5] and measured["login"] == [4.0] * 3
    assert quick_cells(alone, [fine, broken]) == [0.3, 0.5]
    assert "1 could not do something" in table(measured)


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(v) for v in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 1.0)] == [50.0, 95.0, 100.0]
    assert percentile([3.0], 0.95) == 3.0 and percentile([], 0.95) == 0.0


def test_what_a_class_needs_by_hand():
    need = needs(300, 0.2, MEASURED)
    assert need.at_once == 60
    assert need.memory == pytest.approx(60 * 200e6 * SPARE)
    assert need.cores == math.ceil(60 * 20 / ARRIVALS / BUSY) == 6
    assert need.nodes == 1 and needs(30_000, 1, MEASURED).nodes == 179  # by cores: 2,858 of 16
    assert need.page_rate == pytest.approx(300 * 800_000 / 300)
    assert need.pull == pytest.approx(8.0)
    assert [size(v) for v in (12, 4_500, 999_900, 23e6, 7.2e9, 3e12)] == [
        "12 bytes", "4.5 KB", "1,000 KB", "23 MB", "7.2 GB", "3.0 TB"
    ]  # fmt: skip


def test_the_page_is_what_was_measured():
    measured = json.loads(beyond_one_machine.MEASURED.read_text(encoding="utf-8"))
    assert beyond_one_machine.PAGE.read_text(encoding="utf-8") == beyond_one_machine.written(measured)
    assert measured["failed"] == 0 and measured["students"] >= 30

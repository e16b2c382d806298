"""Notebooks: whether somebody has worked in one, and what he has written."""

import json

import pytest

from vaecore.files.notebooks import cells_of, ids_of, source_of, was_worked_in, without_outputs

CELLS = [("markdown", "# Title"), ("code", "1 + 1"), ("code", "1 + 1"), ("code", "def f():\n    return 2")]


def notebook():
    cells = [
        {"cell_type": kind, "id": name, "metadata": {}, "source": source.splitlines(keepends=True)}
        for (kind, source), name in zip(CELLS, ids_of(CELLS), strict=True)
    ]
    for cell in cells[1:]:
        cell |= {"outputs": [], "execution_count": None}
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_ids_are_those_of_the_content_and_differ():
    assert ids_of(CELLS) == ids_of(list(CELLS)) and len(set(ids_of(CELLS))) == 4
    assert ids_of(CELLS)[2] == ids_of(CELLS)[1] + "-2"
    assert [source_of(cell) for cell in cells_of(json.dumps(notebook()))] == [source for _, source in CELLS]


def an_answer(content):
    content["cells"][3]["source"] = "def f():\n    return 3"


def a_note(content):
    content["cells"][0]["source"] += ["\nmine"]


def a_new_cell(content):
    content["cells"].append({**content["cells"][1], "id": "random"})


def an_output(content):
    content["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "2"}]


def a_number(content):
    content["cells"][1]["execution_count"] = 1


def no_ids(content):
    for cell in content["cells"]:
        del cell["id"]


@pytest.mark.parametrize("work", [an_answer, a_note, a_new_cell, an_output, a_number, no_ids])
def test_work_is_noticed(work):
    content = notebook()
    assert not was_worked_in(json.dumps(content))
    work(content)
    assert was_worked_in(json.dumps(content))


@pytest.mark.parametrize("text", ["", "{}", "[]", "<<<<<<< HEAD\n{}", '{"cells": [1]}', '{"cells": 1}'])
def test_what_is_no_notebook_is_somebodys_work(text):
    assert was_worked_in(text)


def test_without_outputs_all_that_was_written_is_there():
    content = notebook()
    an_answer(content)
    before = [source_of(cell) for cell in content["cells"]]
    an_output(content)
    a_number(content)
    cells = cells_of(without_outputs(json.dumps(content)))
    assert [source_of(cell) for cell in cells] == before
    assert all(not cell.get("outputs") and cell.get("execution_count") is None for cell in cells)
    with pytest.raises((ValueError, KeyError)):
        without_outputs("{}")

"""Python in the page, all of it: `make test-page`.

The whole catalogue gets its native verdicts in Chromium and in Firefox, over http and from the folder; code
that does harm leaves the page usable. `make test` does not collect this file: see CONTRIBUTING.
"""

import pytest
from browser import HTML, OpenPage, every_engine
from python_pages import (
    CODE,
    ask,
    exercise_on,
    native_verdicts,
    run_this_page,
    verdicts_in,
    wait_for_words,
    write,
)

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.chapters import PAGES

every_origin = pytest.mark.parametrize("origin", ["http", "file"])
AT_ONCE = 6  # exercises in one round trip: what code prints is cut at some length
RIGHT = EXERCISES["L-KL"].solution_text


@pytest.fixture
def opened(engine, origin, http_server, open_page: OpenPage):
    page, problems = open_page()
    page.goto((http_server if origin == "http" else f"{HTML.as_uri()}/") + "05_kl.html")
    yield page
    assert problems == []


@pytest.fixture(scope="module")
def expected():
    return {exercise.id: native_verdicts(exercise.id) for exercise in CODE}


@every_engine
@every_origin
def test_all_listed_answers_get_their_native_verdict(opened, expected):
    exercise_on(opened, "L-KL")
    names = list(expected)
    for start in range(0, len(names), AT_ONCE):
        some = names[start : start + AT_ONCE]
        assert dict(zip(some, verdicts_in(opened, some), strict=True)) == {n: expected[n] for n in some}


@every_engine
@every_origin
def test_every_solution_is_right_and_every_stub_not_attempted(opened):
    exercise_on(opened, "L-KL")
    for exercise in CODE:
        imports = ["import numpy as np", "import autograd.numpy as anp", "from vaecore import *"]
        for source, status in ((exercise.solution_text, "passed"), (exercise.stub, "not attempted")):
            wanted = {"exercise": exercise.id, "function": exercise.solution.__name__}
            answer = ask(opened, call="check", **wanted, source=source, imports=imports)
            assert answer.get("status") == status, (exercise.id, answer)


# What a function does, and what is said of it; "" where it depends on the browser.
HARM = {
    "os._exit": ("import os; os._exit(0)", "Python ended while the function ran"),
    "recursion": ("return compute_KL(e)", "RecursionError"),
    "a deep stack": ("import sys; sys.setrecursionlimit(10**9); return compute_KL(e)", ""),
    "memory": ("x = [np.ones(10**7) for _ in range(10**6)]", ""),
    "no end": ("while True: pass", "had not finished after 20 seconds"),
    "a patched function": ("np.exp = np.log; return np.exp(e)", "has changed numpy.exp"),
    "patched builtins": ("import builtins; builtins.isinstance = None; return e", "Python ended"),
    "the page": ("import js; js.document.title = 'mine'", "AttributeError"),
    "the network": ("import js; return js.XMLHttpRequest.new()", "AttributeError"),
    "another process": ("import subprocess; subprocess.run(['ls'])", "it raised"),
    "a thread": ("import threading; threading.Thread(target=print).start()", "it raised"),
}


@every_engine
@pytest.mark.parametrize("origin", ["http"])
@pytest.mark.parametrize("harm", HARM)
def test_code_that_does_harm_leaves_the_page_usable(opened, harm):
    holder = exercise_on(opened, "L-KL")
    body, words = HARM[harm]
    write(holder, f"def compute_KL(e):\n    {body}\n")
    holder.get_by_role("button", name="Check L-KL").click()
    said = wait_for_words(holder, words or "L-KL")
    assert "passed" not in said
    write(holder, RIGHT)
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")
    assert opened.title() != "mine"


@every_engine
@pytest.mark.parametrize("origin", ["http"])
def test_two_tabs_keep_one_answer(opened, http_server):
    exercise_on(opened, "L-KL")
    other = opened.context.new_page()
    other.goto(f"{http_server}05_kl.html")
    second = exercise_on(other, "L-KL")
    write(second, RIGHT)
    opened.reload()
    first = exercise_on(opened, "L-KL")
    assert first.evaluate("holder => holder.vaebook.editor.text()") == RIGHT


@every_engine
@pytest.mark.parametrize("origin", ["http"])
def test_where_storage_is_full_it_is_said_and_goes_on(opened):
    opened.evaluate("Storage.prototype.setItem = () => { throw new DOMException('it is full') }")
    holder = exercise_on(opened, "L-KL")
    write(holder, RIGHT)
    assert "keeps nothing" in holder.locator(".pe-status").inner_text()
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")


CHAPTERS = [*PAGES.values(), "lab_handout", "answers", "slips"]


@every_engine
@pytest.mark.parametrize("origin", ["file"])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_cell_of_a_chapter_runs(opened, chapter):
    opened.goto(f"{HTML.as_uri()}/{chapter}.html")
    run_this_page(opened)
    opened.set_default_timeout(30 * 60_000)  # a chapter that trains, on a busy machine
    opened.evaluate("() => vaebookCells.runAll()")
    cells = opened.evaluate(
        """vaebookCells.cells().map((cell) => [
            cell.number, cell.state(), cell.holder.querySelector(".cell-error")?.textContent ?? ""])"""
    )
    assert [cell for cell in cells if cell[1] != "done"] == []
    assert opened.locator(".vw-trouble").count() == 0


@pytest.mark.chromium_only
@pytest.mark.parametrize("origin", ["http"])
def test_an_edition_without_solutions_has_none_on_its_pages(opened):
    def without(route):
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('"solutions": true', '"solutions": false'))

    opened.route("**/python/files.js*", without)
    opened.reload()
    exercise_on(opened, "L-KL")
    source, imports = 'solution("L-KL")', ["from vaecore.exercises import solution"]
    asked = ask(opened, call="run", exercise="L-KL", source=source, imports=imports)
    assert "has no solutions" in asked["html"] and "def compute_KL" not in asked["html"]
    run_this_page(opened)
    parts = opened.evaluate(
        """async (source) => {
            const parts = [];
            const request = { call: "cell", source, name: "X" };
            await vaebookPython.ask(request, { onPart: (part) => parts.push(part) });
            return parts;
        }""",
        f"{imports[0]}\n{source}",
    )
    assert "has no solutions" in parts[0]["html"] and "def compute_KL" not in parts[0]["html"]

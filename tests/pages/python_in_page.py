"""Python in the page, all of it: `make test-page`.

The whole catalogue gets its native verdicts in Chromium and in Firefox, over http and from the folder; code
that does harm leaves the page usable. `make test` does not collect this file: see CONTRIBUTING.
"""

import json

import pytest
from browser import HTML, ROOT, OpenPage, every_engine
from judgements import sticking_out, violations
from looks import LARGE
from playwright.sync_api import expect
from python_pages import (
    CODE,
    ask,
    cell_with,
    exercise_on,
    native_verdicts,
    run_this_page,
    verdicts_in,
    wait_for_words,
    write,
    written_in,
)
from strict_host import strict_host

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.chapters import PAGES

every_origin = pytest.mark.parametrize("origin", ["http", "file"])
AT_ONCE = 6  # exercises in one round trip: what code prints is cut at some length
RIGHT = EXERCISES["L-KL"].solution_text
RIGHT_ANSWERS = ROOT / "tests" / "exercises" / "right_answers"


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


# In the page's Python: the verdicts on right answers that were written differently, of one module.
JUDGE_RIGHT = """
import json
import sys
import types
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.exercise import CodeExercise
from vaecore.exercises.machinery.judging import judge_by_name

module = types.ModuleType("right")
sys.modules["right"] = module
exec(compile({source!r}, "<right>", "exec"), vars(module))
verdicts = {{}}
for name, answers in module.RIGHT.items():
    if isinstance(EXERCISES[name], CodeExercise):
        verdicts[name] = [
            [answer.__name__, judge_by_name(EXERCISES[name], answer).status] for answer in answers
        ]
print(json.dumps(verdicts))
"""


# Pyodide's NumPy is 2.0, which makes a float of an array that holds one number; newer ones refuse, and then
# the checker sees that this function is one for single numbers.
REFUSED_BY_OLDER_NUMPY = {"draw_z_of_one_number"}


@every_engine
@pytest.mark.parametrize("origin", ["file"])
def test_right_answers_that_were_written_differently_are_right_here_too(opened):
    exercise_on(opened, "L-KL")
    seen, refused = set(), set()
    for module in sorted(RIGHT_ANSWERS.glob("[a-z]*.py")):
        source = JUDGE_RIGHT.format(source=module.read_text(encoding="utf-8"))
        answer = ask(opened, call="run", exercise="X", source=source, imports=[])
        assert answer["kind"] == "output", (module.name, answer["text"])
        verdicts = json.loads(answer["text"])
        refused |= {name for said in verdicts.values() for name, status in said if status != "passed"}
        seen |= verdicts.keys()
    assert refused == REFUSED_BY_OLDER_NUMPY
    assert seen == {exercise.id for exercise in CODE}


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
    "a message to the page": ("import js; js.postMessage('mine')", "it raised"),
    "its end": ("import js; js.close()", "it raised"),
    "what the page keeps": ("import js; js.localStorage.setItem('mine', '1')", "it raised"),
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


@every_engine
@pytest.mark.parametrize("origin", ["file"])
def test_where_storage_is_forbidden_it_is_said_and_goes_on(opened):
    forbidden = "{ get() { throw new DOMException('forbidden', 'SecurityError') } }"
    opened.add_init_script(f"Object.defineProperty(window, 'localStorage', {forbidden})")
    opened.reload()
    holder = exercise_on(opened, "L-KL")
    write(holder, RIGHT)
    assert "keeps nothing" in holder.locator(".pe-status").inner_text()
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")
    run_this_page(opened)
    cell = cell_with(opened, "KL(P || Q) =")
    written_in(cell, "print('mine')")
    expect(cell.locator(".rc-state")).to_contain_text("keeps nothing")
    cell.get_by_role("button", name="Run cell").click()
    expect(cell.locator(".cell_output .stdout")).to_have_text("mine")


@every_engine
@pytest.mark.parametrize("origin", ["http"])
def test_a_reload_in_the_middle_loses_no_code_and_marks_nothing(opened):
    exercise_on(opened, "L-KL")
    run_this_page(opened)
    cell = cell_with(opened, "KL(P || Q) =")
    written_in(cell, "while True:\n    pass")
    cell.get_by_role("button", name="Run cell").click()
    expect(cell.locator(".rc-state")).to_have_text("running …")
    holder = exercise_on(opened, "L-KL")
    write(holder, RIGHT)
    opened.reload()
    holder = exercise_on(opened, "L-KL")
    assert holder.evaluate("holder => holder.vaebook.editor.text()") == RIGHT
    assert opened.evaluate("localStorage.getItem('vae-book/passed/L-KL')") is None
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")
    run_this_page(opened)
    assert opened.evaluate("vaebookCells.cells().filter(cell => cell.state() !== 'fresh').length") == 0
    texts = opened.evaluate("vaebookCells.cells().map(cell => cell.text())")
    assert texts.count("while True:\n    pass") == 1


@pytest.fixture
def strict_server(built_book):
    """A host that sends the policy, and can be ended by the test: its address, and the end."""
    with strict_host(built_book) as host:
        yield host


@every_engine
def test_under_a_strict_policy_and_then_without_a_network(engine, strict_server, open_page: OpenPage):
    address, end = strict_server
    page, problems = open_page()
    page.goto(f"{address}05_kl.html")
    holder = exercise_on(page, "L-KL")
    write(holder, RIGHT)
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")
    page.get_by_role("button", name="Run this page").click()
    expect(page.locator(".run-bar .rp-status")).to_contain_text("ready")  # to wait for a function takes eval
    drawing = cell_with(page, "plt.subplots")
    drawing.get_by_role("button", name="Run cell").click()
    expect(drawing.locator(".rc-state")).to_contain_text("has run")
    assert drawing.locator(".cell_output img").evaluate("image => image.decode().then(() => true)")
    assert problems == []
    unseen = page.context.new_page()
    unseen.goto(f"{address}05_kl.html")
    late = exercise_on(unseen, "L-KL")
    unseen.wait_for_load_state("networkidle")
    end()  # what is here goes on without a network, after a stop too
    written_in(drawing, "while True:\n    pass")
    drawing.get_by_role("button", name="Run cell").click()
    expect(page.locator(".run-bar .rp-status")).to_contain_text("Running")
    page.get_by_role("button", name="Stop Python").locator("visible=true").first.click()
    write(holder, RIGHT.replace("0.5", "0.7"))
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "failed")
    # A page that has not loaded Python yet says so, and where it runs instead.
    late.get_by_role("button", name="Check L-KL").click()
    expect(late.locator(".pe-status")).to_contain_text("could not be started here")
    expect(late.locator(".pe-status")).to_contain_text("can be run elsewhere")


@every_engine
@pytest.mark.parametrize("origin", ["file"])
def test_where_the_browser_cannot_the_page_says_why_and_stays_as_it_was(opened):
    opened.add_init_script("delete window.WebAssembly")
    opened.reload()
    holder = opened.locator('.python-exercise[data-exercise="L-KL"]')
    holder.scroll_into_view_if_needed()
    expect(holder).to_contain_text("cannot be run on this page (this browser has no WebAssembly)")
    expect(opened.locator("#ex-l-kl .python-stub")).to_be_visible()
    expect(opened.get_by_role("link", name="download it").first).to_be_visible()  # the notebook
    button = opened.get_by_role("button", name="Run this page")
    button.click()
    expect(button).to_contain_text("Not to be had here")
    assert "no WebAssembly" in button.get_attribute("title")


@every_engine
@pytest.mark.parametrize("origin", ["file"])
@pytest.mark.parametrize("enlarged", ["twice the zoom", "twice the letters"])
def test_enlarged_to_twice_its_size_all_of_it_is_there_by_keyboard(opened, enlarged):
    opened.set_viewport_size({"width": 640, "height": 450})  # what zoom leaves of 1280 by 900
    if enlarged == "twice the letters":
        opened.add_style_tag(content=LARGE)
    opened.get_by_role("button", name="Run this page").focus()
    opened.keyboard.press("Enter")
    expect(opened.locator(".run-bar .rp-status")).to_contain_text("ready")
    cell = cell_with(opened, "KL(P || Q) =")
    cell.scroll_into_view_if_needed()
    cell.get_by_role("textbox").focus()
    opened.keyboard.press("Control+Enter")
    expect(cell.locator(".rc-state")).to_contain_text("has run")
    opened.keyboard.press("Escape")
    opened.keyboard.press("Tab")
    expect(cell.get_by_role("button", name="Run cell")).to_be_focused()
    holder = exercise_on(opened, "L-KL")
    holder.get_by_role("textbox").focus()
    opened.keyboard.press("Control+Enter")
    wait_for_words(holder, "not attempted")
    assert sticking_out(opened, 640) == []
    assert violations(opened) == []


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

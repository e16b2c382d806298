"""An exercise is written, checked, run and stopped on its page: once in each browser.

Chromium opens the page over http and in the light, Firefox from the folder, narrow and in the dark.
`make test-page` does much more: the whole catalogue, and code that does harm.
"""

from browser import HTML, OpenPage, firefox_whole
from judgements import violations
from playwright.sync_api import expect
from python_pages import exercise_on, native_verdicts, verdicts_in, wait_for_words, write

from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.judging import judge_function

SAMPLE = ["L-KL", "S-REP", "C6-step"]
LONG = "def compute_KL(encoder_output):\n    while True:\n        pass\n"
NOT_LISTED = "def compute_KL(e):\n    L = e.shape[1] // 2\n    return e[:, :L].sum(axis=1)\n"


@firefox_whole
def test_an_exercise_is_written_and_judged_on_its_page(
    engine, http_server, open_page: OpenPage
):
    folder = engine == "firefox"
    page, problems = open_page(dark=folder, width=360 if folder else 1280)
    address = f"{HTML.as_uri()}/" if folder else http_server
    page.goto(f"{address}05_kl.html#ex-l-kl")
    holder = exercise_on(page, "L-KL")
    scripts = "performance.getEntriesByType('resource').filter(({name}) => /pyodide|numpy/.test(name)).length"
    assert page.evaluate(scripts) == 0, "nothing of Python's is loaded before it is asked for"
    # What a page without it shows is gone: the stub's cell and the box that says "not attempted".
    expect(page.locator(".python-check:visible")).to_have_count(0)
    expect(page.locator("#ex-l-kl .python-stub")).to_be_hidden()
    expect(holder.locator(".pe-status")).to_contain_text("the first check loads 12 MB")

    # By keyboard alone: the editor, its way out, and the check.
    editor = holder.get_by_role("textbox", name="Your answer to L-KL, Python code")
    editor.focus()
    # The editor takes the plain field's place.
    page.wait_for_selector('[data-exercise="L-KL"] .cm-editor.cm-focused')
    page.keyboard.press("Control+Home")
    page.keyboard.insert_text("# mine\n")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(holder.get_by_role("button", name="Check L-KL")).to_be_focused()
    page.keyboard.press("Tab")
    expect(holder.get_by_role("button", name="Run the code of L-KL")).to_be_focused()
    editor.focus()
    page.keyboard.press("Control+Enter")
    assert "Not attempted yet" in wait_for_words(holder, "not attempted")

    write(holder, EXERCISES["L-KL"].solution_text)
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")
    assert page.evaluate("localStorage['vae-book/passed/L-KL'] > '2026'")
    expect(page.locator("[data-progress] [data-function=L-KL]")).to_contain_text("✓ passed")
    write(holder, NOT_LISTED)
    holder.get_by_role("button", name="Check L-KL").click()
    said = wait_for_words(holder, "failed")
    names = {}
    exec(NOT_LISTED, names)
    native = judge_function(EXERCISES["L-KL"], names["compute_KL"])
    assert native.message.split("\n")[0].replace("`", "") in said, "the words are those of a notebook"
    assert violations(page) == []

    # The same verdicts as everywhere.
    assert verdicts_in(page, SAMPLE) == [native_verdicts(name) for name in SAMPLE]

    # What does not end is stopped, and the code outlives the page.
    write(holder, LONG)
    holder.get_by_role("button", name="Run the code of L-KL").click()
    write(holder, LONG + "compute_KL(1)\n")
    wait_for_words(holder, "printed nothing")
    holder.get_by_role("button", name="Run the code of L-KL").click()
    holder.get_by_role("button", name="Stop Python").click()
    expect(holder.locator(".pe-status")).to_contain_text("Stopped")
    page.reload()
    holder = exercise_on(page, "L-KL")
    assert holder.evaluate("holder => holder.vaebook.editor.text()") == LONG + "compute_KL(1)\n"
    holder.get_by_role("button", name="Reset the code of L-KL").click()
    assert holder.evaluate("holder => holder.vaebook.editor.text()") == EXERCISES["L-KL"].stub
    assert page.evaluate("localStorage.getItem('vae-book/code/L-KL')") is None
    assert problems == []


def test_without_scripts_the_page_has_what_it_had(chromium, built_book):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{HTML.as_uri()}/05_kl.html")
    expect(page.locator("#ex-l-kl .python-stub")).to_be_visible()
    expect(page.locator(".python-check").first).to_be_visible()
    context.close()

"""A question whose kernel is restarted, busy or killed, in a real JupyterLab: no answer is lost."""

from collections.abc import Iterator

import pytest
from browser import TIMEOUT
from live_notebook import Lab, open_lab
from playwright.sync_api import Browser, expect

CELLS = {
    "setup": """
        import json, os, pathlib, threading
        from vaecore.exercises import progress
        from vaecore.widgets import question
        """,
    "question": """
        asked = question("X-1")
        asked
        """,
}
RESTART = "() => jupyterapp.shell.currentWidget.sessionContext.restartKernel()"
KEPT = "() => Object.keys(localStorage).filter(key => key.includes('vae-book'))"


@pytest.fixture(scope="module")
def one_lab(tmp_path_factory: pytest.TempPathFactory, chromium: Browser) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("lab"), chromium, CELLS) as lab:
        yield lab


@pytest.fixture
def lab(one_lab: Lab) -> Lab:
    """As on the first day: a new kernel, no progress, and a browser that remembers nothing."""
    one_lab.page.evaluate(RESTART)
    one_lab.wait_until_idle()
    one_lab.page.evaluate("() => localStorage.clear()")
    one_lab.run("import pathlib; pathlib.Path('vae_progress.json').unlink(missing_ok=True)")
    one_lab.run_all_cells()
    return one_lab


def answer(lab: Lab, letters: str, page=None) -> None:
    """Tick these, and check."""
    widget = (page or lab.page).locator(".vw-question")
    for letter in letters:
        widget.locator(f"input[value={letter}]").check()
    widget.get_by_role("button", name="Check").click()


def passed(lab: Lab) -> bool:
    return lab.ask("'X-1' in progress().passed")


def handed_over(lab: Lab, *pages) -> None:
    """Python has the right answer, and then the browser keeps none: messages are on their way, one by one."""
    lab.until("'X-1' in progress().passed", bool)
    for page in (lab.page, *pages):
        page.wait_for_function(f"() => ({KEPT})().length === 0")


def says(lab: Lab):
    return lab.page.locator(".vw-undelivered")


def test_after_a_restart_the_page_says_so_and_hands_the_answer_over_later(lab):
    answer(lab, "bc")
    lab.until("asked.checked", lambda checked: checked == "bc")
    expect(says(lab)).to_be_hidden()
    lab.page.evaluate(RESTART)
    expect(says(lab)).to_contain_text("has lost its kernel")
    lab.wait_until_idle()
    answer(lab, "e")
    expect(lab.page.locator(".vw-feedback")).to_contain_text("passed")
    expect(says(lab)).to_contain_text("is not in your progress yet: run this cell again")
    lab.run("import json; from vaecore.exercises import progress")
    assert not passed(lab)  # the page has not said otherwise
    lab.run_all_cells()
    lab.until("asked.checked", lambda checked: checked == "bce")
    expect(lab.page.locator(".vw-feedback")).to_contain_text("passed")
    expect(says(lab)).to_be_hidden()
    handed_over(lab)
    lab.page.evaluate(RESTART)  # and where everything was handed over, nothing comes back
    lab.wait_until_idle()
    lab.run_all_cells()
    assert lab.ask("asked.answer") == ""


def test_a_busy_kernel_takes_the_answer_later(lab, tmp_path):
    go = tmp_path / "go"
    done = lab.page.evaluate_handle(
        """code => {
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          return { done: kernel.requestExecute({ code }).done };
        }""",
        f"while not os.path.exists({str(go)!r}): pass",
    )
    answer(lab, "bce")
    expect(lab.page.locator(".vw-feedback")).to_contain_text("passed")
    expect(says(lab)).to_contain_text("Python has not taken this answer yet")
    assert len(lab.page.evaluate(KEPT)) == 1
    go.touch()
    done.evaluate("async handle => { await handle.done; }")
    expect(says(lab)).to_be_hidden()
    handed_over(lab)


def test_an_answer_to_a_kernel_that_was_killed_survives_a_reload_of_the_page(lab):
    dialog = lab.page.locator(".jp-Dialog")  # "appears to have died": sooner or later, over the question
    lab.page.add_locator_handler(dialog, lambda: lab.page.keyboard.press("Escape"))
    lab.page.evaluate(
        "code => { jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code }); }",
        "os._exit(1)",
    )
    answer(lab, "bce")
    expect(says(lab)).to_be_visible()
    lab.page.reload()
    lab.wait_until_idle()
    lab.run_all_cells()
    lab.until("asked.checked", lambda checked: checked == "bce")
    handed_over(lab)


def test_a_line_to_the_kernel_that_comes_back_is_no_loss(lab):
    """The front end asks, and Python replies."""
    lab.page.evaluate(
        """async () => {
          const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
          await kernel.reconnect();
        }"""
    )
    lab.wait_until_idle()
    answer(lab, "bce")
    lab.until("asked.checked", lambda checked: checked == "bce")
    expect(says(lab)).to_be_hidden()
    handed_over(lab)


def test_of_two_tabs_on_one_kernel_each_follows_the_other(lab, chromium):
    lab.page.evaluate("async () => { await jupyterapp.shell.currentWidget.context.save(); }")
    newer = chromium.new_page()
    newer.set_default_timeout(TIMEOUT)
    newer.context.add_cookies(lab.page.context.cookies())  # the server knows this browser by them
    newer.goto(lab.page.url)
    expect(newer.locator(".vw-question")).to_be_visible()
    answer(lab, "b")
    expect(newer.locator(".vw-feedback")).to_contain_text("failed")
    answer(lab, "ce", newer)
    expect(lab.page.locator(".vw-feedback")).to_contain_text("passed")
    lab.until("asked.checked", lambda checked: checked == "bce")
    answer(lab, "a")  # wrong again, in the older one: what is passed stays passed
    expect(newer.locator(".vw-feedback")).to_contain_text("failed")
    lab.until("asked.checked", lambda checked: checked == "abce")
    handed_over(lab, newer)
    newer.close()

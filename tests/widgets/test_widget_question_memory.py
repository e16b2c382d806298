"""What a browser remembers of a question, over http and from a folder; in a real Chromium."""

import json

import pytest
from playwright.sync_api import expect
from question_pages import KINDS, RIGHT, WRONG, check, every_kind
from widget_pages import every_origin, set_state, shown_values, wait_until_alive, widget_html, write_page

from vaecore.widgets import question


@every_kind
@every_origin
def test_the_answer_and_its_verdict_survive_a_reload(kind, origin, ask):
    page = ask(kind, origin)
    set_state(page, answer=WRONG[kind])
    before = check(page)
    page.reload()
    wait_until_alive(page)
    assert shown_values(page) == before and before["status"] == "failed"
    assert page.evaluate("() => Object.keys(localStorage)") == [f"vae-book/question/{KINDS[kind]}"]
    set_state(page, answer=RIGHT[kind])
    expect(page.locator(".vw-stale")).to_be_visible()


DAMAGED = [
    "", "null", "{", "7", "[]", '"bce"', "{}", '{"answer": "bce"}', '{"answer": 7, "checked": null}',
    '{"answer": "bbb", "checked": null}', '{"answer": "xyz", "checked": "x"}',
    '{"answer": [1], "checked": null}',
    '{"answer": ["<b>", 1], "checked": null}', '{"answer": {}, "checked": {}}',
    '{"answer": "__proto__", "checked": null}', '{"answer": [null, null], "checked": [true, 1]}',
]  # fmt: skip


@every_kind
def test_a_damaged_memory_is_ignored(kind, ask):
    page = ask(kind)
    fresh = shown_values(page)
    for text in DAMAGED:
        page.evaluate(f"text => localStorage.setItem('vae-book/question/{KINDS[kind]}', text)", text)
        page.reload()
        wait_until_alive(page)
        assert shown_values(page) == fresh, text


@pytest.mark.parametrize("how", ["no storage at all", "nothing can be written"])
def test_without_a_memory_all_else_works(how, open_page, tmp_path):
    damage = {
        "no storage at all": "Object.defineProperty(window, 'localStorage', { get() { throw Error('no') } })",
        "nothing can be written": "Storage.prototype.setItem = () => { throw new Error('full') }",
    }
    write_page(tmp_path, widget_html(tmp_path, lambda: question("X-1")))
    page, problems = open_page()
    page.add_init_script(damage[how])
    page.goto((tmp_path / "index.html").as_uri())
    wait_until_alive(page)
    set_state(page, answer="bce")
    assert check(page)["status"] == "passed"
    page.get_by_role("button", name="Start again").click()
    assert shown_values(page)["answer"] == "" and problems == []


def test_questions_on_one_page_keep_to_themselves(open_page, tmp_path):
    write_page(
        tmp_path, "".join(widget_html(tmp_path, lambda name=name: question(name)) for name in KINDS.values())
    )
    page, problems = open_page()
    page.goto((tmp_path / "index.html").as_uri())
    wait_until_alive(page, 3)
    page.locator(".vw-statement").first.click()
    page.get_by_role("button", name="Put line c in").click()
    page.get_by_role("textbox").first.fill("1")
    answers = [
        json.loads(e.get_attribute("data-values"))["answer"] for e in page.locator("[data-values]").all()
    ]
    assert answers == ["a", "c", [1, None]] and problems == []


def second_tab(page):
    other = page.context.new_page()
    other.goto(page.url)
    wait_until_alive(other)
    return other


@every_kind
def test_an_older_tab_follows_the_newer_one(kind, ask):
    older = ask(kind, "http")
    newer = second_tab(older)
    set_state(newer, answer=RIGHT[kind])
    right = check(newer)
    assert right["status"] == "passed"
    values = "JSON.parse(document.querySelector('[data-values]').dataset.values)"
    older.wait_for_function(f"() => {values}.checked")
    assert shown_values(older) == right
    newer.close()


@pytest.mark.parametrize("action", ["a change", "Check", "Start again"])
@every_kind
def test_a_tab_that_slept_shows_the_newer_answer_and_does_not_write_over_it(kind, action, ask):
    """As a tab that the browser had put to sleep: it hears of nothing."""
    older = ask(kind, "http")
    older.add_init_script("addEventListener('storage', event => event.stopImmediatePropagation(), true)")
    older.reload()
    wait_until_alive(older)
    newer = second_tab(older)
    set_state(newer, answer=RIGHT[kind])
    right = check(newer)
    assert shown_values(older)["checked"] is None
    if action == "a change":
        change = {
            "choice": lambda: older.locator(".vw-statement").first.click(),
            "order": lambda: older.get_by_role("button", name="Put line c in").click(),
            "value": lambda: older.get_by_role("textbox").first.fill("7"),
        }
        change[kind]()
    else:
        older.get_by_role("button", name=action).click()
    assert shown_values(older) == right
    assert "answered in another tab" in older.locator("p.vw-hidden[role=status]").inner_text()
    newer.reload()
    wait_until_alive(newer)
    assert shown_values(newer) == right
    newer.close()

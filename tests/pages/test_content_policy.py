"""Under the policy that the build writes for hosts all of a page works, and nothing else gets in.

The browsers enforce it: the pages come from a host that sends the headers of `_headers`. To wait for a
function takes `eval`, which the policy forbids; so states are waited for by what is to be seen.
"""

import re

import pytest
from browser import OpenPage, book_pages, firefox_whole
from playwright.sync_api import expect
from python_pages import exercise_on, wait_for_words, write
from sample import sample
from strict_host import REFUSED, headers_of, strict_host

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages import content_policy
from vaebook.finished_pages.content_policy import (
    RULES,
    drop_names_of_pages,
    hashed,
    policy_for,
    write_headers,
)
from vaecore.exercises.checking import EXERCISES

POLICY = "Content-Security-Policy"


@pytest.fixture(scope="module")
def address(built_book):
    with strict_host(built_book) as (address, _):
        yield address


def opened(open_page, address):
    page, problems = open_page()
    page.add_init_script(REFUSED)
    page.goto(address)
    return page, problems


@firefox_whole
def test_a_chapter_works_and_what_is_somebody_elses_is_refused(engine, address, open_page: OpenPage):
    page, problems = opened(open_page, f"{address}05_kl.html")
    # Formulas.
    page.locator("mjx-container").first.wait_for()
    # A figure that moves.
    figure = page.locator(".vaecore-widget:not([data-widget=question])").first
    figure.scroll_into_view_if_needed()
    slider = figure.locator("input[type=range]").first
    slider.wait_for()
    shown = figure.evaluate("holder => JSON.stringify(holder.vaecoreModel.state)")
    before = slider.input_value()
    slider.press("ArrowRight")
    assert slider.input_value() != before
    assert figure.evaluate("holder => JSON.stringify(holder.vaecoreModel.state)") != shown
    # A question.
    question = page.locator(".vaecore-widget[data-widget=question]").first
    question.scroll_into_view_if_needed()
    question.get_by_role("button", name="Check").click()
    expect(question).to_contain_text(re.compile("not attempted|failed|choose|answer", re.IGNORECASE))
    # The page's Python.
    holder = exercise_on(page, "L-KL")
    write(holder, EXERCISES["L-KL"].solution_text)
    holder.get_by_role("button", name="Check L-KL").click()
    wait_for_words(holder, "passed")
    assert page.evaluate("refused") == [] and problems == []

    # What foreign text might bring along: an element that runs something, a script, another host.
    page.evaluate("""() => {
        document.body.insertAdjacentHTML("beforeend", "<img src='data:,' onerror='window.stolen = 1'>");
        const script = document.createElement("script");
        script.textContent = "window.stolen = 2";
        document.body.append(script);
        const elsewhere = document.createElement("script");
        elsewhere.src = "https://elsewhere.invalid/a.js";
        document.body.append(elsewhere);
        const frame = document.createElement("iframe");
        frame.src = "https://elsewhere.invalid/";
        document.body.append(frame);
        new Image().src = "https://elsewhere.invalid/a.png";
    }""")
    told = page.evaluate("fetch('https://elsewhere.invalid/').then(() => 'got through', () => 'refused')")
    page.locator("body").press("Home")  # a round trip through the page's own events
    assert told == "refused" and page.evaluate("window.stolen ?? 'nothing'") == "nothing"
    directives = {line.partition(":")[0] for line in page.evaluate("refused")}
    assert directives >= {"script-src-elem", "connect-src", "img-src"}, directives


@pytest.mark.parametrize("name", sample([*book_pages(), "search"], kept=("index", "06_adam", "search")))
def test_nothing_of_a_page_is_refused(name, address, open_page: OpenPage):
    page, problems = opened(open_page, f"{address}{name}.html" + ("?q=adam" if name == "search" else ""))
    for widget in page.locator(".vaecore-widget").all():
        widget.scroll_into_view_if_needed()
        expect(widget).to_have_attribute("data-state", re.compile("."))
    if name == "search":
        expect(page.locator("#search-results li").first).to_be_visible()
    assert page.evaluate("document.documentElement.dataset.theme") in ("light", "dark")  # by a script in it
    assert page.evaluate("refused") == [] and problems == []


def test_a_button_with_a_handler_works(address, open_page: OpenPage):
    page, _ = opened(open_page, f"{address}05_kl.html")
    page.evaluate("window.print = () => { window.printed = true }")
    page.locator("[onclick='window.print()']").first.evaluate("button => button.click()")
    assert page.evaluate("printed") is True and page.evaluate("refused") == []


def test_what_the_host_is_told(built_book):
    policy = headers_of(built_book)[POLICY]
    named = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert named.keys() == RULES.keys()
    assert "'unsafe-inline'" not in named["script-src"] and "'unsafe-eval'" not in policy
    assert "http" not in policy and "*" not in policy


def test_only_scripts_that_run_and_stand_in_the_page_have_a_hash():
    page = (
        '<script src="a.js"></script><script>one()</script><script type="application/json">{}</script>'
        '<script data-x="1">\ntwo()\n</script><button class="b" onclick="three()">three</button>'
    )
    policy = policy_for([page, page])
    script_rule = next(rule for rule in policy.split("; ") if rule.startswith("script-src"))
    hashes = [hashed("\ntwo()\n"), hashed("one()"), "'unsafe-hashes'", hashed("three()")]
    assert script_rule == f"script-src 'self' 'wasm-unsafe-eval' {' '.join(hashes)}"
    assert "unsafe-hashes" not in policy_for(["<p>nothing runs here</p>"])
    assert hashed("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"  # the known hash of nothing


def test_a_page_that_looks_otherwise_stops_the_build(tmp_path, monkeypatch):
    page = tmp_path / "index.html"
    page.write_text("<script>DOCUMENTATION_OPTIONS.pagename = 'index';</script>\n<p>Here.</p>")
    drop_names_of_pages(tmp_path)
    assert page.read_text() == "<p>Here.</p>"
    with pytest.raises(UnexpectedPage, match="says its name 0 times"):
        drop_names_of_pages(tmp_path)
    page.write_text('<button class="version-switcher__button"></button>')
    with pytest.raises(UnexpectedPage, match="menu of versions"):
        drop_names_of_pages(tmp_path)
    monkeypatch.setattr(content_policy, "LONGEST", 100)
    with pytest.raises(UnexpectedPage, match="more than 100"):
        write_headers(tmp_path)
    assert not (tmp_path / "_headers").exists()

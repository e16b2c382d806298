"""Questions answered on the page, with keys and with a mouse, and what is then said; in a real Chromium."""

from browser import chromium_only
from playwright.sync_api import expect
from question_pages import KINDS, RIGHT, WRONG, check, every_kind
from widget_pages import set_state, shown_values, wait_until_alive

from vaecore.exercises.checking import EXERCISES


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def focused(page):
    """The name of the control that has the focus, which is drawn around it."""
    return page.evaluate(
        """() => {
          const it = document.activeElement, style = getComputedStyle(it);
          if (style.outlineStyle !== 'solid' || style.outlineWidth !== '3px') return 'not to be seen';
          const name = it.ariaLabel ?? it.labels?.[0]?.textContent ?? it.textContent;
          return name.replaceAll('\\u00a0', ' ');
        }"""
    )


def test_statements_are_picked_with_the_keyboard_alone(ask):
    page = ask("choice")
    press(page, "Tab", "Space", "Tab", "Space", "Tab", "Space", "Tab")
    assert focused(page).startswith("d") and shown_values(page)["answer"] == "abc"
    press(page, "Tab", "Tab", "Tab")
    assert focused(page) == "Check"
    press(page, "Enter")
    expect(page.locator(".vw-feedback")).to_contain_text("✗ X-1, Four kinds of autoencoders: failed")
    assert shown_values(page)["misconception"] == "ae-sparse-dimension"
    press(page, *["Shift+Tab"] * 6, "Space")
    expect(page.locator(".vw-stale")).to_be_visible()
    press(page, *["Tab"] * 4, "Space", "Tab", "Tab", "Enter")
    expect(page.locator(".vw-stale")).to_be_hidden()
    assert shown_values(page)["status"] == "passed"


def test_a_proof_is_built_with_the_keyboard_alone_and_said_aloud(ask):
    page = ask("order")
    said = page.locator("p[role=status]")
    rest = page.locator(".vw-rest .vw-line")
    letters = [line.get_attribute("data-letter") for line in rest.all()]
    assert sorted(letters) == list("abcdefghi") != letters
    press(page, "Tab", "Enter")
    expect(said).to_have_text(f"Line {letters[0]} is now place 1 of 1.")
    press(page, "Enter")
    expect(said).to_have_text(f"Line {letters[1]} is now place 2 of 2.")
    assert focused(page) == f"Put line {letters[2]} in"
    press(page, *["Shift+Tab"] * 3)  # past "take out" and "down" of the last line
    assert focused(page) == f"Move line {letters[1]} up"
    press(page, "Enter")
    expect(said).to_have_text(f"Line {letters[1]} is now place 1 of 2.")
    assert focused(page) == f"Move line {letters[1]} up"
    press(page, "Enter")
    expect(said).to_have_text(f"Line {letters[1]} is already first.")
    press(page, "Tab", "Enter")
    assert shown_values(page)["answer"] == letters[0] + letters[1]
    press(page, "Tab", "Enter")
    expect(said).to_have_text(f"Line {letters[1]} is taken out; the proof has 1 line.")
    assert focused(page) == f"Take line {letters[0]} out"
    press(page, "Enter")
    assert shown_values(page)["answer"] == "" and focused(page) == f"Put line {letters[0]} in"
    for letter in "cebad":
        page.get_by_role("button", name=f"Put line {letter} in").press("Enter")
    assert check(page)["status"] == "passed"


def drag(page, letter, to, where=0.5):
    """Drag a line by its grip to a part of another element's height."""
    page.locator(".vw-question").evaluate(
        "widget => Promise.all(widget.getAnimations({subtree: true}).map(a => a.finished))"
    )
    grip = page.locator(f"[data-letter={letter}] .vw-grip").bounding_box()
    page.mouse.move(grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2)
    page.mouse.down()
    box = page.locator(to).bounding_box()
    page.mouse.move(box["x"] + 60, box["y"] + box["height"] * where, steps=5)
    expect(page.locator(".vw-held")).to_have_count(1)
    page.mouse.up()
    expect(page.locator(".vw-held, .vw-before, .vw-after, .vw-over")).to_have_count(0)
    return shown_values(page)["answer"]


def test_lines_are_dragged_into_the_proof_within_it_and_out(ask):
    page = ask("order")
    page.set_viewport_size({"width": 1000, "height": 1300})
    assert drag(page, "e", ".vw-proof") == "e"
    assert drag(page, "b", ".vw-proof [data-letter=e]", 0.9) == "eb"
    assert drag(page, "c", ".vw-proof [data-letter=e]", 0.1) == "ceb"
    assert drag(page, "c", ".vw-proof [data-letter=b]", 0.9) == "ebc"
    assert drag(page, "c", ".vw-proof [data-letter=e]", 0.1) == "ceb"
    assert drag(page, "c", ".vw-proof [data-letter=c]", 0.6) == "ceb"  # put down where it was
    assert drag(page, "e", ".vw-rest") == "cb"
    assert drag(page, "a", ".vw-rest", 0.9) == "cb"
    # A click on a line, and another button of the mouse, move nothing.
    page.locator("[data-letter=a] .vw-line-text").click()
    page.locator("[data-letter=a] .vw-line-text").click(button="right")
    assert shown_values(page)["answer"] == "cb"


@chromium_only  # the preference is set for one page
def test_moved_lines_glide_unless_the_reader_wants_no_motion(ask):
    for motion, gliding in (("no-preference", True), ("reduce", False)):
        page = ask("order")
        page.emulate_media(reduced_motion=motion)
        moving = page.evaluate(
            """() => {
              document.querySelector('[data-action=in]').click();
              return document.getAnimations().length;
            }"""
        )
        assert (moving > 0) == gliding


TYPED = [
    ("0.0853", 0.0853), ("0,0853", 0.0853), (" .5 ", 0.5), ("-1e-3", -0.001), ("−2,5E+1", -25),
    ("1/4", 0.25), ("1 / 3", 1 / 3), ("3.", 3), ("-inf", "-Infinity"), ("∞", "Infinity"), ("nan", "NaN"),
]  # fmt: skip


def test_numbers_may_be_typed_in_many_ways(ask):
    page = ask("value")
    for typed, number in TYPED:
        first, second = page.get_by_label("KL(P").all()[0], page.get_by_label("KL(Q").all()[0]
        first.fill(typed)
        second.fill("1")
        second.press("Enter")
        assert shown_values(page)["checked"] == [number, 1], typed
        page.reload()
        wait_until_alive(page)
        assert shown_values(page)["checked"] == [number, 1], typed
        assert check(page)["checked"] == [number, 1], typed  # what stands there after it is the same number


def test_what_is_no_number_is_named_and_not_judged(ask):
    page = ask("value")
    for typed in ("x", "1,000.5", "1.2.3", "1/0", "1/2/3", "e3", "0x10", "5%%", "<b>1</b>", "1e999"):
        first = page.get_by_role("textbox").first
        first.fill(typed)
        shown = check(page)
        assert shown["status"] == "error" and shown["checked"] is None, typed
        assert f"“{typed}” is no number; write one such as 0.25" in shown["message"]
        expect(page.locator(".vw-feedback")).to_contain_text(shown["message"])
        assert first.get_attribute("aria-invalid") == "true" and focused(page) == "KL(P ‖ Q)"
        first.fill("0.0853")
        assert first.get_attribute("aria-invalid") is None
        assert check(page)["message"] == "KL(Q ‖ P) is still missing."
        page.get_by_role("textbox").nth(1).fill("0.0975")
        assert check(page)["status"] == "passed"
        page.get_by_role("button", name="Start again").click()


@every_kind
def test_nothing_is_not_attempted_and_start_again_clears(kind, ask):
    page = ask(kind)
    exercise = EXERCISES[KINDS[kind]]
    shown = check(page)
    assert (shown["status"], shown["message"]) == ("not attempted", exercise.judge(None).message)
    set_state(page, answer=WRONG[kind])
    check(page)
    page.get_by_role("button", name="Start again").click()
    shown = shown_values(page)
    assert shown["checked"] is None and shown["message"] is None
    assert shown["answer"] == ([None, None] if kind == "value" else "")
    expect(page.locator(".vw-feedback")).to_have_text("○ Not checked yet")
    assert page.evaluate("() => localStorage.length") == 0
    page.reload()
    wait_until_alive(page)
    assert shown_values(page) == shown


@every_kind
def test_python_is_obeyed(kind, ask):
    page = ask(kind)
    for answer, status in ((WRONG[kind], "failed"), (RIGHT[kind], "passed")):
        set_state(page, answer=answer)
        set_state(page, checked=answer, note="A word about the file.")
        assert shown_values(page)["status"] == status
        expect(page.locator(".vw-feedback")).to_contain_text("A word about the file.")
    seen = {
        "choice": "() => [...document.querySelectorAll(':checked')].map(e => e.value).join('')",
        "order": "() => [...document.querySelectorAll('.vw-proof li')].map(e => e.dataset.letter).join('')",
        "value": "() => [...document.querySelectorAll('.vw input')].map(e => Number(e.value))",
    }
    assert page.evaluate(seen[kind]) == RIGHT[kind]


# What is said


@every_kind
def test_after_passing_the_reasons_can_be_read(kind, ask):
    page = ask(kind)
    summary = page.locator("summary")
    set_state(page, answer=WRONG[kind])
    check(page)
    expect(summary).to_be_hidden()
    set_state(page, answer=RIGHT[kind])
    check(page)
    summary.press("Enter")
    exercise, text = EXERCISES[KINDS[kind]], page.locator(".vw-reasons").inner_text()
    if kind == "choice":
        for letter, statement in exercise.statements.items():
            assert f"{letter} is {str(statement.true).lower()}. " in text
            assert statement.why.split("(")[0][:20] in text
    else:
        assert exercise.reason in text


@every_kind
def test_the_feedback_leads_to_the_chapter(kind, ask):
    page = ask(kind)
    set_state(page, answer=WRONG[kind])
    check(page)
    chapter = EXERCISES[KINDS[kind]].chapter
    link = page.locator(".vw-feedback a")
    assert link.inner_text().startswith(f"chapter {chapter}")
    page_of_chapter = {1: "01_autoencoders", 3: "03_elbo", 5: "05_kl"}[chapter] + ".html"
    assert link.get_attribute("href").split("#")[0] == page_of_chapter

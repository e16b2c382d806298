"""What is passed is marked on every page, and travels as the file that `progress()` keeps in a notebook."""

import json

from browser import HTML, OpenPage, every_engine
from judgements import violations
from playwright.sync_api import expect
from python_pages import KEEP_FILES

from vaecore.exercises import progress
from vaecore.exercises.checking import EXERCISES

TIMES = {"L-KL": "2026-11-21T09:30:00.123Z", "X-5n": "2026-11-22T10:00:00Z"}


@every_engine
def test_passed_exercises_are_marked_and_travel(
    engine, built_book, open_page: OpenPage, tmp_path, monkeypatch
):
    narrow = engine == "firefox"
    page, problems = open_page(dark=narrow, width=360 if narrow else 1280)
    page.goto(f"{HTML.as_uri()}/exercises.html")
    expect(page.locator(".passed-count")).to_have_text(f"0 of {len(EXERCISES)} passed in this browser.")
    assert page.locator(".passed-mark, .passed-row").count() == 0
    page.evaluate(
        "times => { for (const id in times) localStorage[`vae-book/passed/${id}`] = times[id] }", TIMES
    )
    page.reload()
    expect(page.locator(".passed-count")).to_have_text(f"2 of {len(EXERCISES)} passed in this browser.")
    there = sum(exercise.chapter == 5 for exercise in EXERCISES.values())
    mark = page.locator(".bd-links a[href='05_kl.html'] .passed-mark")
    assert mark.text_content() == f"2/{there} (2 of {there} exercises passed)"
    assert page.locator(".passed-mark").count() == 1
    marked = page.locator("tr:has(.passed-row) > td:first-child").evaluate_all(
        "all => all.map(one => one.dataset.id)"
    )
    assert sorted(marked) == sorted(TIMES)
    assert violations(page) == []

    # Out: what `progress().restore` takes.
    page.evaluate(KEEP_FILES)
    page.get_by_role("button", name="Download my progress").click()
    text = page.evaluate("keptFile")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "vaecore.exercises.machinery.progress_file.path", lambda: tmp_path / "vae_progress.json"
    )
    assert progress().restore(text).passed == {"L-KL": "2026-11-21T09:30:00Z", "X-5n": "2026-11-22T10:00:00Z"}

    # In: what `progress().export` gives, the first time counts, and nothing is taken away.
    content = json.loads(progress().export())
    content["passed"] |= {"L-KL": "2026-11-20T00:00:00Z", "L-BERN": "2026-11-23T00:00:00Z", "later": 3}
    (tmp_path / "mine.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "other.json").write_text("{}", encoding="utf-8")
    chooser = page.locator(".passed-file input[type=file]")
    chooser.set_input_files(tmp_path / "other.json")
    expect(page.locator(".passed-said")).to_have_text(
        "other.json is not a file of progress; nothing is changed."
    )
    chooser.set_input_files(tmp_path / "mine.json")
    expect(page.locator(".passed-said")).to_have_text("Loaded: 1 more exercise passed.")
    assert page.evaluate("localStorage['vae-book/passed/L-KL']") == "2026-11-20T00:00:00Z"
    page.goto(f"{HTML.as_uri()}/07_mnist_lab.html")
    expect(page.locator(".bd-links .passed-mark")).to_have_count(2)
    assert problems == []

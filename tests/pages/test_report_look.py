"""The report on a class and a student's feedback in a browser: nothing sticks out, no word is broken."""

import pytest
from browser import chromium_only

from vaecore.exercises.checking import EXERCISES
from vaecore.grading.report.class_report import class_page
from vaecore.grading.report.feedback import feedback_page
from vaecore.grading.report.pages import Book

# Words that a line's end has cut in two, but for those that are longer than a line.
BROKEN = """() => {
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, box = node.parentElement.getBoundingClientRect();
    if (node.parentElement.closest('svg') || !box.width) continue;
    for (const word of node.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      const range = new Range();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > 1) found.push(word[0]);
    }
  }
  return found;
}"""


def entry(name, status, misconception=None, message="Right."):
    passed = status == "passed"
    return {
        "id": name, "chapter": EXERCISES[name].chapter, "title": EXERCISES[name].title, "status": status,
        "misconception": misconception, "diagnosis": None, "message": message, "printed": "",
        "points": 1.0 * passed, "out_of": 1.0,
    }  # fmt: skip


def result(student, *entries, state="graded", reason="All its cells were run."):
    return {"student": student, "state": state, "reason": reason, "notes": [], "assignment": "week-5",
            "exercises": list(entries)}  # fmt: skip


NAMES = ("L-KL", "X-4", "C5-two-gaussians", "L-BOUND", "C5-direction")
CLASS = [
    result("Ada Lovelace", *(entry(name, "passed") for name in NAMES)),
    result("Bob", entry("L-KL", "failed", "kl-log-of-std", "It is the logarithm of the variance."),
           entry("X-4", "not attempted", None, "Nothing was handed in.")),
    result("Łukasz", entry("L-KL", "failed", "kl-sum-over-points", "The sum runs over the points."),
           entry("L-BOUND", "failed", "bound-kl-added", "The KL divergence is added.")),
    result("Dan", state="another version", reason="week-5.ipynb was made by version 0.0.1 of the book."),
]  # fmt: skip


@chromium_only
@pytest.mark.parametrize("dark", [False, True])
def test_reports_are_readable_on_a_phone_and_on_a_screen(dark, open_page, tmp_path):
    book = Book("https://book.example/vae")
    (tmp_path / "report.html").write_text(class_page(CLASS, book, "week-5: what came of it"), "utf-8")
    (tmp_path / "feedback.html").write_text(feedback_page(CLASS[1], book), "utf-8")
    page, problems = open_page(dark=dark)
    for name in ("report", "feedback"):
        for width in (360, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.goto((tmp_path / f"{name}.html").as_uri())
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate(BROKEN) == [], (name, width)
    page.goto((tmp_path / "report.html").as_uri())
    texts = page.locator("svg text").evaluate_all("all => all.map(t => t.getBoundingClientRect().height)")
    assert min(texts) >= 9  # pixels, also where the picture has to be scrolled
    page.set_viewport_size({"width": 360, "height": 900})
    texts = page.locator("svg text").evaluate_all("all => all.map(t => t.getBoundingClientRect().height)")
    assert min(texts) >= 9
    labels = page.locator("td:visible").evaluate_all("all => all.map(td => td.dataset.head)")
    assert set(labels) == {"exercise", "what came", "students", "of all", "what it means", "student", "state",
                           "points", "reason"}  # fmt: skip
    assert problems == []

"""The report: what it counts is true, every link leads into the book, and a student's text stays text."""

import csv
import io
import re
import subprocess
import sys
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest

from vaecore.exercises.checking import EXERCISES
from vaecore.foundations.errors import InvalidInputError
from vaecore.grading.report.pages import Book
from vaecore.grading.report.tally import again_tomorrow, tallies
from vaecore.grading.report.writing import write_report
from vaecore.grading.results import result_path, write_result

EVIL = '</td><script>alert("x")</script><img src=x onerror=alert(1)>`"\'\x1b]0;'


def entry(name, status, misconception=None, diagnosis=None, message="Said.", points=1.0, **more):
    return {
        "id": name, "chapter": EXERCISES[name].chapter, "title": EXERCISES[name].title, "status": status,
        "misconception": misconception, "diagnosis": diagnosis, "message": message, "printed": "",
        "points": points if status == "passed" else 0.0, "out_of": points, **more,
    }  # fmt: skip


def result(student, *entries, state="graded", **more):
    return {"student": student, "state": state, "reason": "As it is.", "notes": [], "assignment": "week-5",
            "exercises": list(entries), **more}  # fmt: skip


KL = partial(entry, "L-KL", points=3.0)
CLASS = [
    result("Ada Lovelace_101_assignsubmission_file_", KL("passed"), entry("X-4", "passed")),
    result("bob", KL("failed", "kl-sign"), entry("X-4", "failed", "kl-sign")),
    result("turingalan_LATE_77_88_week-5", KL("failed", "kl-sign"), entry("X-4", "passed")),
    result("dan", KL("failed", None, "factor", "Twice too much: 2."), entry("X-4", "error")),
    result(f"=eve{EVIL}", KL("error", None, None, EVIL, printed=EVIL),
           entry("X-4", "not attempted"), reason=EVIL, notes=[EVIL], state="never ends"),
    result("fay", state="empty file"),
]  # fmt: skip


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("grades")
    (folder / "students").mkdir()
    for one in CLASS:
        write_result(result_path(folder, one["student"]), one)
    write_report(folder, Book("https://book.example/vae"))
    return folder / "report"


TAGS = set(
    "html head meta title style body main h1 h2 h3 p strong code div ol ul li em a svg rect text table thead "
    "tbody tr th td section details summary pre br".split()
)


class Seen(HTMLParser):
    """The tags of a page, and what they lead to, as a browser would read it."""

    def __init__(self):
        super().__init__()
        self.tags, self.addresses = set(), []

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        assert not any(name.startswith("on") for name, _ in attributes)
        self.addresses += [value for name, value in attributes if name in ("href", "src")]


def rows_of(path):
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))


def test_what_is_counted():
    kl, coins = sorted(tallies(CLASS), key=lambda t: t.exercise.id)
    assert (kl.exercise.id, kl.count, kl.passed) == ("L-KL", 5, 1)
    assert [(o.kind, o.name, o.count) for o in kl.outcomes] == [
        ("passed", "", 1), ("mistake", "kl-sign", 2), ("diagnosis", "factor", 1), ("error", "", 1)
    ]  # fmt: skip
    assert [(o.kind, o.count) for o in coins.outcomes] == [
        ("passed", 2), ("mistake", 1), ("error", 1), ("not attempted", 1)
    ]  # fmt: skip
    # Bob makes one mistake in two exercises, and is one student.
    assert [(n, t.exercise.id, o.name) for n, t, o in again_tomorrow(tallies(CLASS))] == [
        (2, "L-KL", "kl-sign"), (1, "L-KL", "factor")
    ]  # fmt: skip


def test_the_page_says_what_to_explain_and_leads_there(report):
    text = (report / "report.html").read_text(encoding="utf-8")
    assert text.index("What to explain again") < text.index("kl-sign") < text.index("The exercises")
    sign = next(m for m in EXERCISES["L-KL"].mistakes if m.id == "kl-sign")
    assert sign.message.split("`")[0].split("'")[0] in text
    assert "L-KL: 1 of 5 passed" in text and "<svg" in text
    assert 'href="https://book.example/vae/05_kl.html#in-code-and-what-goes-wrong"' in text
    assert 'href="https://book.example/vae/05_kl.html#ex-l-kl"' in text
    assert "Twice too much: 2." in text  # a diagnosis by what one student was told


def test_every_link_leads_to_a_heading_or_an_exercise_of_the_book(report):
    """As far as the chapters' text can tell; tests/pages ask the built pages about the catalogue's links."""
    book = Path(__file__).resolve().parents[2] / "book"
    found = set()
    for page in report.rglob("*.html"):
        found |= set(
            re.findall(r'href="https://book\.example/vae/(\w+)\.html(?:#([^"]*))?"', page.read_text("utf-8"))
        )
    assert found
    for name, anchor in found:
        chapter = (book / f"{name}.md").read_text(encoding="utf-8")
        heads = {
            re.sub(r"^[\d-]+|-+$", "", re.sub(r"[^a-z0-9]+", "-", h.lower()))
            for h in re.findall(r"(?m)^#+ (.*)", chapter)
        }
        labels = set(re.findall(r"(?m)^(?::label: |\()([\w-]+)", chapter)) | {
            f"ex-{e.lower()}" for e in EXERCISES
        }
        assert not anchor or anchor in heads | labels, (name, anchor)


def test_a_students_text_is_never_markup(report):
    pages = list(report.rglob("*.html"))
    assert len(pages) == 1 + len(CLASS)
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert "default-src 'none'" in text and "\x1b" not in text
        seen = Seen()
        seen.feed(text)
        assert seen.tags <= TAGS, (path.name, seen.tags - TAGS)
        assert all(address.startswith("https://book.example/vae/") for address in seen.addresses), path.name
    evil = next(p for p in pages if p.name.startswith("_eve"))
    assert "&lt;script&gt;" in evil.read_text(encoding="utf-8")


def test_the_tables_for_platforms(report):
    moodle = {row[1]: row for row in rows_of(report / "moodle.csv")}
    assert moodle["Ada Lovelace"] == ["Participant 101", "Ada Lovelace", "4", "4", "X-4 passed; L-KL passed"][
        :4
    ] + [moodle["Ada Lovelace"][4]]
    assert moodle["bob"][2:4] == ["0", "4"] and "kl-sign" in moodle["bob"][4]
    assert moodle["fay"][2] == "" and "empty file" in moodle["fay"][4]
    head, points, *canvas = rows_of(report / "canvas.csv")
    assert head == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "week-5"]
    assert points[0] == "Points Possible" and points[-1] == "4"
    assert ["turingalan", "77", "", "", "", "1"] in canvas
    for name in ("report.csv", "moodle.csv", "canvas.csv"):
        for row in rows_of(report / name):
            assert not any(cell.startswith(("=", "+", "@", "-")) for cell in row)
    assert ["L-KL", "kl-sign", "2", "5"] in [[r[0], *r[4:7]] for r in rows_of(report / "report.csv")]


def test_the_command_writes_it_and_says_where_it_cannot(report, tmp_path):
    command = [sys.executable, "-m", "vaecore", "report"]
    done = subprocess.run(
        [*command, str(report.parent), "--book", "https://b.example"], capture_output=True, text=True
    )
    assert done.returncode == 0 and "report.html" in done.stdout, done.stderr
    assert "https://b.example/05_kl.html" in (report / "report.html").read_text(encoding="utf-8")
    write_report(report.parent, Book("https://book.example/vae"))
    done = subprocess.run([*command, str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == 1 and "expected what `vaecore grade` has written" in done.stderr
    with pytest.raises(InvalidInputError):
        write_report(tmp_path, Book(""))

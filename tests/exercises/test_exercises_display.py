"""What is shown: once, as text and as HTML, with nothing of an answer taken for markup."""

import html
import io
import re
import sys
from types import SimpleNamespace

import pytest

from vaecore.exercises import check, hint, progress, solution
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.chapters import PAGES
from vaecore.exercises.machinery.results import Result, paragraphs

KL = EXERCISES["L-KL"].solution


@pytest.fixture(autouse=True)
def own_folder(tmp_path, start_in):
    start_in(tmp_path)


class Notebook:
    """Stands in for IPython: counts cells, and keeps what is displayed."""

    def __init__(self, monkeypatch):
        self.execution_count, self.shown = 1, []
        display = SimpleNamespace(display=lambda data, raw: self.shown.append(data))
        ipython = SimpleNamespace(get_ipython=lambda: self, display=display)
        monkeypatch.setitem(sys.modules, "IPython", ipython)
        monkeypatch.setitem(sys.modules, "IPython.display", display)


def test_without_a_notebook_it_is_printed(monkeypatch, capsys):
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    check("L-KL", lambda e: -KL(e))
    shown = capsys.readouterr().out
    assert "L-KL" in shown and "failed" in shown and "[kl-sign]" in shown and "expected [" in shown


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp932", "latin-1"])
def test_every_console_can_show_everything(encoding, monkeypatch):
    """The consoles of Windows, and a machine without a locale, have neither a tick nor all of our letters."""
    monkeypatch.delitem(sys.modules, "IPython", raising=False)
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    assert check("L-KL", KL).status == "passed"
    check("L-KL", lambda e: print("\N{SNOWMAN}"))  # the student may print anything
    progress().show()
    for name, exercise in EXERCISES.items():
        check(name)
        solution(name).show()
        for _ in exercise.hints:
            hint(name).show()
    said = raw.getvalue().decode(encoding)
    assert "+ L-KL, The KL divergence from the prior: passed" in said
    assert set(re.findall(r"\\[uUx]\w+", said)) == {"\\u2603"}, "all our own signs have a word"


def test_a_result_is_shown_once_in_its_cell_and_again_when_asked_for(monkeypatch):
    notebook = Notebook(monkeypatch)
    result = check("L-KL", KL)
    assert len(notebook.shown) == 1
    result._ipython_display_()  # what a notebook does with a cell's last line
    assert len(notebook.shown) == 1
    notebook.execution_count = 2
    result._ipython_display_()
    assert len(notebook.shown) == 2
    assert set(notebook.shown[0]) == {"text/plain", "text/html"}
    hint("L-KL")._ipython_display_()
    solution("L-KL")._ipython_display_()
    progress()._ipython_display_()
    assert len(notebook.shown) == 5


def test_nothing_of_an_answer_becomes_markup():
    def script(e):
        print("<script>alert(1)</script>")
        raise ValueError("<img src=x onerror=alert(1)>")

    page = check("L-KL", script)._repr_html_()
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page


def test_the_solution_is_never_in_a_message():
    for exercise in EXERCISES.values():
        lines = [x.strip() for x in exercise.solution_text.splitlines() if "=" in x or "return" in x]
        for mistake in exercise.mistakes:
            assert not any(len(line) > 25 and line in mistake.message for line in lines)


def test_paragraphs():
    assert paragraphs("a `b` c\n\nd") == "<p>a <code>b</code> c</p><p>d</p>"
    assert paragraphs("one ` alone") == "<p>one ` alone</p>"
    assert paragraphs("") == ""


def test_each_status_has_its_sign():
    for status, sign in (("passed", "✓"), ("failed", "✗"), ("error", "!"), ("not attempted", "○")):
        result = Result("L-KL", "title", status, None, "message")
        assert sign in str(result) and sign in result._repr_html_() and status in result._repr_html_()


def test_the_progress_is_a_table_by_chapter_with_links_to_the_notebooks():
    empty = progress()._repr_html_()
    assert "<details open>" not in empty and empty.count("✓ passed") == 0
    check("L-KL", KL)
    page = progress()._repr_html_()
    chapters = sorted({e.chapter for e in EXERCISES.values()})
    parts = re.findall(r"<details( open)?><summary>Chapter (\d): (\d+) of (\d+) (.*?)</details>", page)
    assert [int(part[1]) for part in parts] == chapters
    for is_open, chapter, done, of, inside in parts:
        exercises = [e for e in EXERCISES.values() if e.chapter == int(chapter)]
        assert (int(done), int(of)) == (chapter == "5", len(exercises))
        assert bool(is_open) == (chapter == "5")  # where something was passed last
        for e in exercises:
            assert f'href="{PAGES[e.chapter]}.ipynb"' in inside and html.escape(e.title) in inside
    assert page.count("✓ passed") == 1 and page.count("○ open") == len(EXERCISES) - 1
    assert 'download="vae_progress.json"' in page and "progress().restore(" in page and "Colab" in page


def test_on_a_page_links_lead_to_pages_and_nothing_is_said_of_files(monkeypatch):
    monkeypatch.setenv("VAECORE_WIDGETS", "somewhere")
    page = progress()._repr_html_()
    assert 'href="05_kl.html#ex-l-kl"' in page and ".ipynb" not in page
    assert "download" not in page and "In a notebook this shows" in page
    wrong = check("L-KL", lambda e: -KL(e))._repr_html_()
    assert '<a href="05_kl.html#in-code-and-what-goes-wrong">chapter 5, ' in wrong


def test_where_to_look_is_a_link_where_links_work(monkeypatch):
    wrong = check("L-KL", lambda e: -KL(e))
    for shown in (wrong, solution("L-KL")):
        assert re.search(r'<a href="05_kl\.ipynb"[^>]*>chapter 5, [^<]+</a>', shown._repr_html_())
        assert "See chapter 5, " in str(shown)
    monkeypatch.setitem(sys.modules, "google.colab", SimpleNamespace())
    for shown in (wrong, solution("L-KL"), progress()):
        assert ".ipynb" not in shown._repr_html_() and "hapter 5" in shown._repr_html_()

"""The chapters' exercises come from the catalogue: in step, each in its place once, whole on the pages."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import jupytext
import pytest
import yaml
from browser import BOOK, ROOT

from vaebook.chapters.exercise_markdown import label_of, markdown, page_form, see, sentences
from vaebook.chapters.exercise_places import END, FOLDED, WrongMarks, all_places, for_notebooks, places_in
from vaebook.chapters.exercise_texts import with_exercises
from vaebook.chapters.plain_markdown import Index, to_plain_markdown
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery.chapters import PAGES
from vaecore.exercises.machinery.exercise import CodeExercise

PAGE = """\
# A chapter

Before.

% exercise: L-KL
% end of exercise

Between.

% exercise: X-1
old text
% end of exercise

After.
"""


@pytest.fixture
def book(tmp_path):
    """A folder with a book of one page."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "05_kl.md").write_text(PAGE)
    return tmp_path


def run_tool(root, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tools.writing.write_exercises", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)


def test_the_chapters_are_in_step():
    checked = run_tool(ROOT, "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_the_pages_are_those_of_the_contents():
    toc = yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8"))
    numbered = next(part for part in toc["parts"] if part.get("numbered"))
    assert [chapter["file"] for chapter in numbered["chapters"]] == list(PAGES.values())
    assert list(PAGES) == list(range(1, len(PAGES) + 1))


def test_every_exercise_stands_once_in_its_chapter():
    places = all_places(BOOK)  # refuses what stands twice
    assert {name: place.page.stem for name, place in places.items()} == {
        e.id: PAGES[e.chapter] for e in EXERCISES.values()
    }


def test_the_pages_have_the_labels_and_untouched_stubs_are_not_attempted(built_book):
    for name, place in all_places(BOOK).items():
        page = (built_book / f"{place.page.stem}.html").read_text(encoding="utf-8")
        assert page.count(f'id="ex-{name.lower()}"') == 1
        if isinstance(EXERCISES[name], CodeExercise):
            assert re.search(rf"<strong>○ {re.escape(name)}, [^<]*: not attempted</strong>", page), name


def test_write_check_and_write_again(book):
    page = book / "book" / "05_kl.md"
    checked = run_tool(book, "--check")
    assert checked.returncode == 1
    said = "book/05_kl.md is out of step with the catalogue of exercises; run: make notebooks\n"
    assert checked.stdout == said
    assert page.read_text() == PAGE  # --check writes nothing
    assert run_tool(book).stdout.strip() == "wrote the exercises of book/05_kl.md"
    once = page.read_text()
    assert "old text" not in once and once.count(END) == 2
    rest = re.sub(rf"% exercise.*?{END}", "", once, flags=re.S)
    assert rest == re.sub(rf"% exercise.*?{END}", "", PAGE, flags=re.S)
    again = run_tool(book)
    assert (again.returncode, again.stdout) == (0, "") and page.read_text() == once
    assert run_tool(book, "--check").returncode == 0
    page.write_text(once.replace("return None", "return 1"))  # edited by hand
    assert run_tool(book, "--check").returncode == 1


WRONG = {
    "an unknown ID": (
        "% exercise: L-KLL\n% end of exercise\n",
        "line 1: there is no exercise 'L-KLL'; .*L-KL",
    ),
    "no ID": ("% exercise:\n% end of exercise\n", "line 1: there is no exercise ''"),
    "no end": ("Text.\n% exercise: L-KL\n", "line 2: '% exercise: L-KL' has no line '% end of exercise'"),
    "no end before the next": (
        "% exercise: L-KL\n% exercise: X-1\n% end of exercise\n",
        "line 1: '% exercise: L-KL' has no line",
    ),
    "no start": ("% end of exercise\n", "line 1: '% end of exercise' without '% exercise: ID' before it"),
    "twice": (
        "% exercise: X-1\n% end of exercise\n\n% exercise: X-1\n% end of exercise\n",
        "X-1 stands twice: book/05_kl.md, line 1; book/05_kl.md, line 4",
    ),
    "twice in other letters": (
        "% exercise: X-1\n% end of exercise\n\n% exercise: x-1\n% end of exercise\n",
        "X-1 stands twice",
    ),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_wrong_marks_are_named_and_nothing_is_written(book, mistake):
    text, complaint = WRONG[mistake]
    (book / "book" / "05_kl.md").write_text(text)
    (book / "book" / "01_autoencoders.md").write_text("% exercise: X-2\n% end of exercise\n")
    for arguments in ([], ["--check"]):
        ran = run_tool(book, *arguments)
        assert ran.returncode == 2
        assert ran.stderr.startswith("error: ") and re.search(complaint, ran.stderr), ran.stderr
    assert (book / "book" / "05_kl.md").read_text() == text
    assert "exercise-start" not in (book / "book" / "01_autoencoders.md").read_text()


def test_the_same_exercise_on_two_pages_is_refused(tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.md").write_text("% exercise: X-1\n% end of exercise\n")
    with pytest.raises(WrongMarks, match=r"X-1 stands twice: .*one\.md, line 1; .*two\.md, line 1"):
        all_places(tmp_path)


@pytest.mark.parametrize("exercise", EXERCISES.values(), ids=lambda e: e.id)
def test_the_form_of_each_exercise(exercise):
    form = page_form(exercise, BOOK)
    cells = re.findall(r"^```\{code-cell\} ipython3\n(.*?)^```$", form, re.M | re.S)
    if isinstance(exercise, CodeExercise):
        assert sentences(exercise.question) in form
        assert cells == [exercise.stub + "\n", f'check("{exercise.id}", {exercise.solution.__name__})\n']
        assert f"```python\n{exercise.solution_text}\n```" in form
    else:
        assert cells == [f':tags: [remove-input]\nquestion("{exercise.id}")\n']
    assert form.startswith(f"```{{exercise-start}} {exercise.id}: ")
    assert form.count(label_of(exercise)) == 2  # the exercise's own, and its solution's
    assert form.count(":class: hint dropdown") == len(exercise.hints)
    before, after = form.split(f"\n{FOLDED}\n")
    assert "{solution}" not in before and "code-cell" not in after
    assert "](" in see(exercise, BOOK)  # a link to a chapter
    stays = list(places_in(BOOK / "x.md", f"% exercise: {exercise.id}\n{form}\n{END}\n"))
    assert len(stays) == 1  # nothing in it is taken for a mark


def test_a_notebook_has_one_line_in_place_of_hints_and_solution():
    page = with_exercises(BOOK / "05_kl.md", PAGE)
    notebook = jupytext.reads(for_notebooks(page), fmt="md:myst")
    shown = [
        to_plain_markdown(cell.source, Index()) if cell.cell_type == "markdown" else cell.source
        for cell in notebook.cells
    ]
    kl = EXERCISES["L-KL"]
    assert kl.stub in shown and 'check("L-KL", compute_KL)' in shown and 'question("X-1")' in shown
    text = "\n".join(shown)
    for name in ("L-KL", "X-1"):
        [line] = [line for line in text.splitlines() if f'hint("{name}")' in line]
        assert f'solution("{name}")' in line
    assert kl.hints[0] not in text and kl.solution_text not in text and "Solution" not in text
    assert "Between." in shown and "After." in shown  # in cells of their own
    assert "%" not in text and "exercise-" not in text


PLAIN = {
    "code keeps its characters": ("`a_b * c` and `[x](y)`", "`a_b * c` and `[x](y)`"),
    "stars": ("std * eps, m**2", r"std \* eps, m\*\*2"),
    "names and indices": ("log_std of E_q[log p], _x_", r"log_std of E_q[log p], \_x\_"),
    "no link": ("E_q[log p](x)", r"E_q[log p\](x)"),
    "no mathematics": ("$5 or $6", r"\$5 or \$6"),
    "no tag": ("a <b> c", r"a \<b> c"),
    "a lone backtick": ("a ` b", r"a \` b"),
    "no list": ("- one\n2. two\n1.5 stays", "\\- one\n2\\. two\n1.5 stays"),
    "no heading, comment or quotation": ("# a\n% b\n> c", "\\# a\n\\% b\n\\> c"),
}


@pytest.mark.parametrize("name", PLAIN)
def test_plain_text_stays_plain(name):
    text, expected = PLAIN[name]
    assert markdown(text) == expected


def test_sentences_stand_on_lines_of_their_own():
    assert sentences("Write p. Then q. 0.5 is p. And so on.") == "Write p.\nThen q. 0.5 is p.\nAnd so on."
    assert sentences("Wait ... Then go.") == "Wait ... Then go."


def test_where_to_look_is_a_link(tmp_path):
    (tmp_path / "05_kl.md").write_text("# KL\n\n## Two coins\n\n## The price of $q$ here\n")
    def seen(text):
        return see(replace(EXERCISES["L-KL"], see=text), tmp_path)

    assert seen("See chapter 5.") == "See [chapter 5](05_kl.md)."
    assert seen("See chapter 5, 'two coins'.") == "See [chapter 5, 'two coins'](05_kl.md#two-coins)."
    assert seen("See chapter 5, 'the price'.") == "See [chapter 5, 'the price'](05_kl.md)."
    assert seen("See chapter 5, and chapter 7, 'Function 2'.") == (
        "See [chapter 5](05_kl.md), and [chapter 7, 'Function 2'](07_mnist_lab.md)."
    )


def test_the_list_of_all_exercises(book):
    marks = f"% exercise: X-1\n{END}\n\n% all exercises\nold\n% end of all exercises\n"
    (book / "book" / "01_autoencoders.md").write_text(f"# Coders\n\n{marks}\nEnd.\n")
    (book / "book" / "05_kl.md").write_text(
        "# KL\n\n" + "".join(f"% exercise: {name}\n{END}\n\n" for name in ("X-4", "l-kl", "X-5n"))
    )
    assert run_tool(book).returncode == 0
    page = (book / "book" / "01_autoencoders.md").read_text()
    assert page.endswith("% end of all exercises\n\nEnd.\n") and "\nold\n" not in page
    listed = page[page.index("% all") :]
    assert (
        "In all, 4 exercises: 2 functions to write, 1 value to compute, 1 choice of statements." in listed
    )
    assert re.findall(r"^## (.*)$", listed, re.M) == ["1. Coders", "5. KL"]
    assert re.findall(r"^\| (\S+) \| \[[^]]+\]\(#(\S+)\) \| .+ \|$", listed, re.M) == [
        (e.id, label_of(e)) for e in EXERCISES.values() if e.id in ("X-1", "X-4", "L-KL", "X-5n")
    ]
    assert run_tool(book, "--check").returncode == 0


def test_the_catalogue_has_the_order_of_the_pages():
    assert [name.lower() for name in all_places(BOOK)] == [name.lower() for name in EXERCISES]


def test_the_book_lists_all_exercises(built_book):
    page = (built_book / "exercises.html").read_text(encoding="utf-8")
    for name, place in all_places(BOOK).items():
        assert f'href="{place.page.stem}.html#ex-{name.lower()}"' in page

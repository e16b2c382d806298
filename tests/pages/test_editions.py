"""The book with its solutions folded, unfolded, or left out; all from one execution."""

import json
import re

import pytest
from browser import OpenPage
from playwright.sync_api import expect
from small_book import CHAPTER, HEADER, SmallBook, read

from tools.building import build_book
from vaebook import editions
from vaebook.errors import UnexpectedPage

EXERCISES = CHAPTER + """\
Look at [the answers](answers.md), at {ref}`the first of them <the-first>`, and at {ref}`ex-one`.

```{exercise-start} One: The question
:label: ex-one
```

Asked.

```{exercise-end}
```

```{admonition} Hint 1 of 1
:class: hint dropdown

The nudge.
```

````{solution} ex-one
:class: dropdown

```python
the_secret = 1
```
````

After it.
"""
ANSWERS = HEADER.format(title="Answers to the sheets") + """\
(the-first)=
## The first

The unique treasure.
"""
STATE = {"answer": "", "content": {"id": "X-1", "reasons": {"a": "because </script> of it"}}}


def question(state: dict) -> str:
    text = json.dumps(state).replace("<", "\\u003c")
    return (
        '<div class="vaecore-widget" data-widget="question" data-shared="">\n'
        f'<script type="application/json">{text}</script>\n</div>'
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The folded, the bare and the open book, built one after the other in one place."""
    small_book = SmallBook(tmp_path_factory.mktemp("editions") / "small")
    small_book.write(index=EXERCISES, answers=ANSWERS, last="# The last page\n\nSee [](answers.md).\n")
    built = {}
    for edition in ("folded", "none", "open"):
        arguments = [] if edition == "folded" else ["--solutions", edition]
        said = small_book.build_successfully(*arguments)
        assert "Nothing has changed" not in said
        assert "Nothing has changed" in small_book.build_successfully(*arguments)
        built[edition] = small_book.html.rename(small_book.html.with_name(f"html-{edition}"))
        (small_book.html).mkdir()
    assert read(small_book.root / "executions.log") == "x"
    return built


def test_the_book_without_solutions_has_none(books):
    for path in books["none"].rglob("*"):
        if path.is_file() and not path.is_relative_to(books["none"] / "_static"):
            text = path.read_bytes()
            assert b"the_secret" not in text and b"treasure" not in text, path
    page = read(books["none"] / "index.html")
    for kept in ("Asked.", "The nudge.", "After it.", 'id="ex-one"'):
        assert kept in page
    assert "the_secret" in re.sub(r"<[^>]+>", "", read(books["folded"] / "index.html"))
    assert "treasure" in read(books["folded"] / "answers.html")


def test_a_page_that_gives_answers_away_is_out_of_contents_and_search_but_links_lead_to_it(books):
    bare = books["none"]
    page = read(bare / "answers.html")
    assert editions.LEFT_OUT in page and 'id="the-first"' in page and "<h1>Answers to the sheets" in page
    index = read(bare / "index.html")
    article = index[index.index("<article") : index.index("</article>")]
    assert 'href="answers.html"' in article and 'href="answers.html#the-first"' in article
    rest = index.replace(article, "") + read(bare / "last.html").split("</article>")[1]
    assert "answers.html" not in rest  # neither in the contents nor as the next page
    folded = books["folded"]
    assert 'answers.html"' in read(folded / "index.html").split("<article")[0]
    assert (found_by_search(bare), found_by_search(folded)) == (False, True)


def found_by_search(html) -> bool:
    """Whether some word finds the page of answers."""
    index = json.loads(read(html / "searchindex.js").removeprefix("Search.setIndex(").rstrip(";)"))
    page = index["docnames"].index("answers")
    return any(
        page == where or (isinstance(where, list) and page in where)
        for words in (index["terms"], index["titleterms"])
        for where in words.values()
    )


@pytest.mark.parametrize("edition", ["folded", "open"])
def test_solutions_and_hints_are_folded_or_open(edition, books, open_page: OpenPage):
    page, problems = open_page()
    page.goto((books[edition] / "index.html").as_uri())
    for text in ("The nudge.", "the_secret"):
        shown = expect(page.get_by_text(text).first)
        shown.to_be_visible() if edition == "open" else shown.to_be_hidden()
    expect(page.locator("button.toggle-button")).to_have_count(0 if edition == "open" else 2)
    assert problems == []


def test_an_unknown_edition_is_refused(small_book):
    built = small_book.build("--solutions", "some")
    assert built.returncode == 2 and "'none', 'folded', 'open'" in built.stderr
    built = small_book.run("jupyter-book", "build", "book", VAEBOOK_SOLUTIONS="some")
    assert built.returncode != 0
    assert "VAEBOOK_SOLUTIONS or vaebook_solutions is 'some', expected one of none, folded" in built.stderr


@pytest.mark.whole(sample="test_make_book_knows_the_same_editions")
def test_an_edition_may_be_a_setting_and_the_variable_goes_before_it(small_book):
    small_book.write(index=EXERCISES, answers=ANSWERS, last="# The last page\n")
    small_book.set_config(vaebook_solutions="none")
    assert small_book.run("jupyter-book", "build", "book").returncode == 0
    assert "the_secret" not in small_book.page()
    assert small_book.run("jupyter-book", "build", "book", VAEBOOK_SOLUTIONS="open").returncode == 0
    assert "the_secret" in small_book.page()
    assert small_book.executions() == 1


def test_a_solution_that_would_stay_is_an_error(small_book):
    gated = "```{solution-start} ex-one\n```\n\nThe secret.\n\n```{solution-end}\n```\n"
    small_book.write(index=CHAPTER, more=HEADER.format(title="More") + gated)
    built = small_book.build("--solutions", "none")
    assert built.returncode == 1
    assert "more.md: what comes after a 'solution-start' cannot be left out" in built.stderr


def test_a_question_on_a_page_carries_no_solution():
    expected = {**STATE, "content": {"id": "X-1", "reasons": None}}
    assert editions.without_reasons(f"<p>{question(STATE)}</p>") == f"<p>{question(expected)}</p>"


def test_a_question_of_another_make_is_refused():
    with pytest.raises(UnexpectedPage, match="no 'reasons'"):
        editions.without_reasons(question({"content": {"why": "x"}}))


def test_make_book_knows_the_same_editions():
    """It does not import the extension for their names: that takes a second of each build."""
    assert build_book.EDITIONS == editions.EDITIONS

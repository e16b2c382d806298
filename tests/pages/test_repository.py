"""Whose address the pages carry: one that is set, one that is found, or none."""

import re
import subprocess

import pytest
from small_book import HEADER, SmallBook, read

from vaebook import repository
from vaebook.repository import Repository, https

EXERCISE = HEADER.format(title="A small book") + """\
(run-it)=
## Run it

So.

$$ 1 + 1 = 2 $$ (eq-sum)

<!-- link to the notebook -->
"""
CHECKS = "def checks(*labels):\n    return lambda f: f\n\n\n@checks('eq-sum')\ndef a_sum():\n    pass\n"
SERVICES = "GITHUB_ACTIONS GITLAB_CI READTHEDOCS".split()


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://github.com/o/r.git", "https://github.com/o/r"),
        ("https://github.com/o/r", "https://github.com/o/r"),
        ("https://name:secret@git.example.org:8443/o/r.git/", "https://git.example.org:8443/o/r"),
        ("git@github.com:o/r.git", "https://github.com/o/r"),
        ("ssh://git@git.example.org:2222/group/sub/r.git", "https://git.example.org/group/sub/r"),
        ("/home/me/r", None),
        ("../r.git", None),
        ("file:///home/me/r", None),
        ("C:/books/r", None),
        ("http://git.example.org/o/r", None),  # nobody installs from an address that anybody may answer
        ("git@github.com:", None),
        ("https://github.com", None),
        ("", None),
    ],
)
def test_a_remote_as_a_page(address, page):
    assert https(address) == page


@pytest.mark.parametrize(
    ("variables", "found"),
    [
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_REF_TYPE": "branch",
             "GITHUB_REF_NAME": "trunk", "GITHUB_SERVER_URL": "https://github.com"},
            ("https://github.com/o/r", "trunk"),
        ),
        (
            {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_REF_TYPE": "tag",
             "GITHUB_REF_NAME": "v1"},
            ("https://github.com/o/r", None),
        ),
        (
            {"GITLAB_CI": "true", "CI_PROJECT_URL": "https://gitlab.com/g/s/r", "CI_COMMIT_BRANCH": "main"},
            ("https://gitlab.com/g/s/r", "main"),
        ),
        (
            {"READTHEDOCS": "True", "READTHEDOCS_GIT_CLONE_URL": "git@github.com:o/r.git",
             "READTHEDOCS_VERSION_TYPE": "branch", "READTHEDOCS_GIT_IDENTIFIER": "main"},
            ("https://github.com/o/r", "main"),
        ),
        ({"GITHUB_REPOSITORY": "o/r"}, (None, None)),  # left over in somebody's shell
    ],
)  # fmt: skip
def test_what_build_services_say(variables, found):
    assert repository.from_variables(variables) == found


def git(folder, *arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=trunk"]
    subprocess.run(["git", *who, "-C", folder, *arguments], check=True, capture_output=True)


@pytest.fixture
def checkout(tmp_path):
    """A checkout with a book in docs/book."""
    book = tmp_path / "r" / "docs" / "book"
    book.mkdir(parents=True)
    (book / "_config.yml").write_text("title: x\n")
    git(tmp_path / "r", "init", "-q")
    git(tmp_path / "r", "add", ".")
    git(tmp_path / "r", "commit", "-qm", "x")
    return tmp_path / "r"


def test_the_checkout_says_origin_branch_and_folder(checkout):
    book = checkout / "docs" / "book"
    assert repository.find({}, book, {}) is None  # no origin
    git(checkout, "remote", "add", "origin", "git@github.com:o/r.git")
    found = repository.find({}, book, {})
    assert found == Repository("https://github.com/o/r", "main", "docs/book", configured=False)
    git(checkout, "update-ref", "refs/remotes/origin/theirs", "HEAD")
    git(checkout, "checkout", "-q", "-b", "mine", "--track", "origin/theirs")
    assert repository.find({}, book, {}).branch == "theirs"  # what others can see
    git(checkout, "remote", "set-url", "origin", str(checkout))
    assert repository.find({}, book, {}) is None


def test_a_book_that_lies_untracked_in_another_checkout_is_not_published_from_there(checkout):
    git(checkout, "remote", "add", "origin", "https://github.com/o/r")
    lies_there = checkout / "unpacked"
    lies_there.mkdir()
    (lies_there / "_config.yml").write_text("title: x\n")
    assert repository.find({}, lies_there, {}) is None


def test_what_is_set_goes_first(checkout):
    git(checkout, "remote", "add", "origin", "https://github.com/o/r")
    options = {"repository_url": "https://gitlab.com/g/s/", "repository_branch": "b", "path_to_docs": "x"}
    found = repository.find(options, checkout / "docs" / "book", {})
    assert found == Repository("https://gitlab.com/g/s", "b", "x", configured=True)


@pytest.mark.parametrize(
    ("url", "binder", "colab", "source"),
    [
        (
            "https://github.com/o/r", "https://h/v2/gh/o/r/b?urlpath=lab/tree/book/x.ipynb",
            "https://c/github/o/r/blob/b/book/x.ipynb", "https://github.com/o/r/blob/b/t.py#L3",
        ),
        (
            "https://gitlab.com/g/s/r", "https://h/v2/gl/g%2Fs%2Fr/b?urlpath=lab/tree/book/x.ipynb",
            None, "https://gitlab.com/g/s/r/-/blob/b/t.py#L3",
        ),
        (
            "https://codeberg.org/o/r",
            "https://h/v2/git/https%3A//codeberg.org/o/r/b?urlpath=lab/tree/book/x.ipynb",
            None, "https://codeberg.org/o/r/src/branch/b/t.py#L3",
        ),
    ],
)  # fmt: skip
def test_the_addresses_that_pages_need(url, binder, colab, source):
    found = Repository(url, "b", "book", configured=False)
    assert found.binder("https://h", "x.ipynb") == binder
    assert found.colab("https://c", "x.ipynb") == colab
    assert found.source("t.py", 3) == source


# In the built pages


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The same small book built where no address is known, where one is found, and where one is set."""
    built = {}
    for name in ("none", "found", "set"):
        book = SmallBook(tmp_path_factory.mktemp("published") / name)
        book.write(index=EXERCISE)
        (book.root / "book" / "index.ipynb").write_text("{}")  # the theme looks whether there is one
        (book.root / "tests" / "equations").mkdir(parents=True)
        (book.root / "tests" / "equations" / "sums.py").write_text(CHECKS)
        git(book.root, "init", "-q")
        git(book.root, "add", ".")
        if name != "none":
            git(book.root, "remote", "add", "origin", "https://name:secret@github.com/found/book.git")
        if name == "set":
            book.set_config(repository="https://github.com/set/book")
        done = book.run("jupyter-book", "build", "book", "-W", "-n", **dict.fromkeys(SERVICES, ""))
        assert done.returncode == 0, done.stdout + done.stderr
        built[name] = book
    return built


def links(page: str) -> set[str]:
    return set(re.findall(r'href="(https?:[^"]*)"', page.split("<footer", 1)[0]))


@pytest.mark.parametrize("name", ["found", "set"])
def test_where_an_address_is_known_the_pages_lead_there(name, books):
    page = read(books[name].html / "index.html")
    assert f'href="https://mybinder.org/v2/gh/{name}/book/main?urlpath=lab/tree/book/index.ipynb"' in page
    assert f'"https://colab.research.google.com/github/{name}/book/blob/main/book/index.ipynb"' in page
    assert f'class="checked-equation" href="https://github.com/{name}/book/blob/main/tests/equations/' in page
    binder, colab, _ = re.findall(r'<a href="([^"]*)"', re.search(r'<p class="notebook-link">.*', page)[0])
    assert {binder, colab} <= links(page.replace(re.search(r'<p class="notebook-link">.*', page)[0], ""))
    notebook = read(books[name].html / "_sources" / "index.ipynb")
    assert f"git+https://github.com/{name}/book@main" in notebook
    for file in books[name].html.rglob("*"):
        assert not file.is_file() or b"secret" not in file.read_bytes(), file


def test_where_none_is_known_no_button_and_no_cell_uses_one(books):
    page = read(books["none"].html / "index.html")
    assert not {link for link in links(page) if re.search(r"binder|colab|github\.com/(found|vae)", link)}
    assert re.search(r'<a href="[^"]*#run-it"[^>]*class="btn[^"]*\brun-it-button', page, re.S)
    line = re.search(r'<p class="notebook-link">.*', page)[0]
    assert re.findall(r'<a href="([^"]*)"', line) == ["#run-it", "_sources/index.ipynb"]
    assert re.search(r'<span class="checked-equation" title="[^"]*tests/equations/sums.py, line 6">', page)
    notebook = read(books["none"].html / "_sources" / "index.ipynb")
    assert "git+" not in notebook and "make lab" in notebook


def test_the_build_writes_nothing_into_the_book(books):
    for book in books.values():
        status = subprocess.run(
            ["git", "-C", book.root, "status", "--porcelain", "--ignored"], capture_output=True, text=True
        ).stdout  # fmt: skip
        changed = {line[3:] for line in status.splitlines() if line[:2] != "A "}
        assert changed <= {"book/_build/", "book/_config.yml", "src/__pycache__/", "executions.log"}, status

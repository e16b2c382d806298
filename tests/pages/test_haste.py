"""What makes a build quick changes nothing of what it makes. (The pages themselves: test_plain_build.py.)"""

from types import SimpleNamespace

import pytest
from sphinx.errors import SphinxParallelError
from sphinx.ext import viewcode
from sphinx.search.en import SearchEnglish

from vaebook.haste import English
from vaebook.pages.source_pages import SourcePages

WORDS = "A variational autoencoder's decoders decode codes; the bound is bounded, generally and in general"


@pytest.fixture
def app(monkeypatch, tmp_path):
    """Writes pages with two processes; viewcode has two of them."""

    def handle_page(name, context, template):
        if context.get("broken"):
            raise ValueError(f"{name} is broken")
        (tmp_path / name).write_text(template)

    app = SimpleNamespace(parallel=2, broken=False, builder=SimpleNamespace(handle_page=handle_page))
    pages = lambda app: iter([("one", {}, "page.html"), ("two", {"broken": app.broken}, "page.html")])  # noqa: E731
    monkeypatch.setattr(viewcode, "collect_pages", pages)
    return app


def test_words_have_the_same_stems_and_each_is_looked_for_once(monkeypatch):
    asked = []

    def stem(self, word):
        asked.append(word)
        return stem_of(self, word)

    stem_of = SearchEnglish.stem
    monkeypatch.setattr(SearchEnglish, "stem", stem)
    ours = English({})
    expected = [stem_of(ours, word) for word in WORDS.split()]
    for _ in range(2):
        assert [ours.stem(word) for word in WORDS.split()] == expected
    assert sorted(asked) == sorted(set(WORDS.split()))


def test_pages_of_source_are_written_beside_the_others(app, tmp_path):
    pages = SourcePages()
    pages.begin(app, "05_kl")
    pages.begin(app, "06_adam")
    assert list(pages.finish(app)) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]


def test_with_one_process_they_are_left_to_sphinx(app, tmp_path):
    app.parallel = 1
    pages = SourcePages()
    pages.begin(app, "05_kl")
    assert [name for name, _, _ in pages.finish(app)] == ["one", "two"] and not list(tmp_path.iterdir())


def test_what_goes_wrong_beside_is_not_lost(app):
    app.broken = True
    pages = SourcePages()
    pages.begin(app, "05_kl")
    with pytest.raises(SphinxParallelError, match="two is broken"):
        list(pages.finish(app))

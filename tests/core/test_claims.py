"""The chapters' claims: each is a sentence of its chapter, each chapter has some, and a false one is named.

That they hold is judged where the chapters run: tests/pages/test_claims_of_pages.py,
tests/tools/test_binder.py and `make test-arithmetic`.
"""

import inspect
import re

import pytest
from browser import BOOK
from claims import registry

CHAPTERS = sorted(path.stem for path in BOOK.glob("0*.md"))


def in_one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def test_every_chapter_has_claims():
    assert sorted(registry.module_of(chapter) for chapter in CHAPTERS) == sorted(registry.modules())
    assert all(len(registry.claims_of(chapter)) >= 5 for chapter in CHAPTERS)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_claims_are_sentences_of_the_chapter(chapter):
    text = in_one_line((BOOK / f"{chapter}.md").read_text(encoding="utf-8"))
    missing = [sentence for sentence, _ in registry.claims_of(chapter) if sentence not in text]
    assert missing == []


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_claim_says_its_margin(chapter):
    for sentence, claim in registry.claims_of(chapter):
        assert inspect.getdoc(claim), f"{claim.__name__} does not say with what margin “{sentence}” is true"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_that_has_left_nothing_fails_in_every_claim(chapter):
    """No claim is true of itself."""
    with pytest.raises(AssertionError) as failure:
        registry.judge(chapter, {})
    sentences = [sentence for sentence, _ in registry.claims_of(chapter)]
    assert [sentence for sentence in sentences if f"“{sentence}”" not in str(failure.value)] == []


def test_a_sentence_that_is_not_true_is_named_and_the_others_are_not(monkeypatch):
    def is_small(names):
        """By half."""
        assert names["rate"] < 0.5

    def is_positive(names):
        """By a tenth."""
        assert names["rate"] > 0.1

    claims = [("It is small.", is_small), ("It is not 0.", is_positive)]
    monkeypatch.setitem(registry.REGISTERED, "adam", claims)
    registry.judge("06_adam", {"rate": 0.3})
    with pytest.raises(AssertionError) as failure:
        registry.judge("06_adam", {"rate": 0.7})
    assert "“It is small.”" in str(failure.value) and 'assert names["rate"] < 0.5' in str(failure.value)
    assert "It is not 0" not in str(failure.value)

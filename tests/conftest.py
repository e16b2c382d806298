"""What all tests share: no network unless a test sets one up, no window, and a seeded generator."""

import os

os.environ.setdefault("MPLBACKEND", "agg")
os.environ["VAECORE_OFFLINE"] = "1"

import numpy as np
import pytest

pytest_plugins = [
    "browser",  # tests/browser.py: the built book, and a Chromium to look at it
    "small_book",  # tests/small_book.py: a book of one quick page, to be built
    "widget_pages",  # tests/widget_pages.py: widgets, and pages with them
    "question_pages",  # tests/question_pages.py: pages with a question
]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261120)

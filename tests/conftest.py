"""What all tests share: no network unless a test sets one up, no window, and a seeded generator."""

import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "agg")
os.environ["VAECORE_OFFLINE"] = "1"
# One thread for NumPy's products: two workers with two threads each would wait for one another on two cores.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = [  # all of them in tests/fixtures/
    "leftovers",  # no process outlives the tests
    "sample",  # what `make test` leaves to `make test-whole`
    "workers",  # marks by folder; what two workers share
    "fonts",  # the faces that the Chromium sees
    "browser",  # the built book, and a Chromium to look at it
    "streams",  # of noise, for the exercises
    "small_book",  # a book of one quick page, to be built
    "widget_pages",  # widgets, and pages with them
    "question_pages",  # pages with a question
]


# A busy machine makes tests slow, not red.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20261120)


@pytest.fixture
def start_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """start_in(folder): as if the kernel had just been started there."""
    from vaecore.exercises.machinery import progress_place

    def start(folder: Path) -> None:
        monkeypatch.chdir(folder)
        monkeypatch.setattr(progress_place, "_at_import", folder)

    return start

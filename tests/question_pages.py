"""What the tests of the questions share: one of each kind, and answers to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from widget_pages import shown_values

from vaecore.widgets import question

if TYPE_CHECKING:
    from playwright.sync_api import Page

KINDS = {"choice": "X-1", "order": "P-1c", "value": "X-5n"}
WRONG = {"choice": "abc", "order": "cehad", "value": [0.0975, 0.0853]}
RIGHT = {"choice": "bce", "order": "cebad", "value": [0.0853, 0.0975]}
every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture
def ask(open_widget: Callable[..., Page]) -> Callable[..., Page]:
    """ask("choice", ...): the page with that question, alive."""
    return lambda kind, *arguments, **options: open_widget(
        lambda: question(KINDS[kind]), *arguments, **options
    )


def check(page: Page) -> dict[str, Any]:
    """Press the button; what the page says then."""
    page.get_by_role("button", name="Check").click()
    return shown_values(page)

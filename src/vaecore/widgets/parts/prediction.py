"""The question that a figure asks before it can be moved; parts/prediction.js shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from vaecore.foundations.errors import InvalidInputError
from vaecore.widgets.page.book_widget import BookWidget
from vaecore.widgets.parts.state import Index


class AsksFirst(BookWidget):
    """A widget that may ask a question before it can be moved.

    prediction: {"question": ..., "answers": [...], "look": where to look then}; None for no question.
    expected: the index of the answer that was given; -1: none yet; the number of answers: passed over.
    Raises InvalidInputError for a question of which a part is missing.
    """

    prediction = traitlets.Dict().tag(sync=True, book=True)
    expected = Index(-1, at_least=-1).tag(sync=True, book=True)

    def __init__(self, *, prediction: Mapping[str, Any] | None = None, **state: Any) -> None:
        super().__init__(prediction=checked_prediction(prediction), **state)


def checked_prediction(prediction: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the question as JavaScript reads it, {} for none.

    Raises InvalidInputError if a part of it is missing, or is no text.
    """
    if prediction is None:
        return {}
    answers = prediction.get("answers") if isinstance(prediction, Mapping) else None
    parts: list[Any] = []
    if isinstance(answers, Sequence):
        parts = [prediction.get("question"), prediction.get("look"), *answers]
    if len(parts) < 4 or not all(isinstance(part, str) and part for part in parts):
        raise InvalidInputError(
            'prediction is not complete, expected {"question": a text, "answers": two texts or more, '
            '"look": a text}'
        )
    return {"question": parts[0], "look": parts[1], "answers": list(parts[2:])}

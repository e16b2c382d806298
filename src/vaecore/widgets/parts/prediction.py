"""The question that a figure asks before it can be moved; parts/prediction.js shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from vaecore.foundations.errors import InvalidInputError


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

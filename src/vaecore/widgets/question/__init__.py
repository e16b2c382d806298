"""A question to answer on the page: numbers, statements to pick, or the lines of a proof to put in order."""

from vaecore.widgets.question.question import Question, question

__all__ = ["Question", "question"]

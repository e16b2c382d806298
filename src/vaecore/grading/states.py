"""In which state each hand-in ends, exactly one, and what that means."""

STATES = {
    "graded": "All its cells came to an end, and its answers were judged.",
    "never ends": "Something in it did not come to an end, or ended Python. The rest was judged without it.",
    "nothing handed in": "It is the notebook of another task, or its exercises' cells are gone.",
    "no notebook": "There is no notebook among what was handed in.",
    "empty file": "The file has no content.",
    "not a notebook": "The file is something else, or damaged.",
    "another kernel": "It was written for another language than Python.",
    "another version": "It belongs to another version of the book, or to another assignment.",
    "too large": "The file, or what it unpacks to, is larger than any notebook of this book.",
    "link": "It is a link to somewhere else, which nobody follows.",
    "not graded": "The grader itself could not finish; this says nothing about the hand-in.",
}
JUDGED = ("graded", "never ends", "nothing handed in")  # those that get points, be it none


class NotGradedError(Exception):
    """A hand-in that cannot be judged: its state, and the reason."""

    def __init__(self, state: str, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason

"""A page's text with its exercises, or its list of them, as the catalogue has them now."""

from __future__ import annotations

from pathlib import Path

from vaebook.chapters.exercise_places import END, LIST, WrongMarks, all_places, places_in


def with_exercises(page: Path, text: str) -> str:
    """The text of a page, its exercises and its list of all exercises written anew.

    `page` says where it stands: the list names the exercises of the whole folder.
    Raises WrongMarks where the marks do not fit together, or name an exercise that does not exist.
    """
    places = list(places_in(page, text))
    if not places and not LIST.search(text):
        return text
    # Imported here: a book without exercises is built without the package.
    from vaebook.chapters.exercise_markdown import list_of, page_form
    from vaecore.exercises.checking import EXERCISES, find
    from vaecore.foundations.errors import InvalidInputError

    lines = text.split("\n")
    for place in reversed(places):
        try:
            exercise = find(place.id)
        except InvalidInputError as error:
            raise WrongMarks(f"{place}: {error}") from None
        new = f"% exercise: {exercise.id}\n\n{page_form(exercise, page.parent)}\n\n{END}"
        lines[place.start : place.end + 1] = new.split("\n")
    text = "\n".join(lines)
    if LIST.search(text):
        there = {name.lower() for name in all_places(page.parent)}
        listed = list_of([e for e in EXERCISES.values() if e.id.lower() in there], page.parent)
        text = LIST.sub(lambda _: f"% all exercises\n\n{listed}\n\n% end of all exercises", text)
    return text

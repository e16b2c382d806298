"""What the book's pages say of one exercise: its question, stub, hints and solution, from the catalogue."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from pathlib import Path

from docutils.nodes import make_id

from vaebook.chapters.exercise_places import FOLDED, NOTEBOOK
from vaebook.errors import UnexpectedPage
from vaecore.exercises.machinery.chapters import PAGES
from vaecore.exercises.machinery.exercise import CodeExercise, Exercise
from vaecore.exercises.machinery.questions import ChoiceExercise, OrderExercise

BESIDE = "The reasons stand beside them."

# `code` with its backticks, or a character that Markdown would take for markup.
CODE_OR_MARKUP = re.compile(r"(`[^`]+`)|([\\`*<$~]|\](?=[(\[{])|(?<!\w)_|_(?!\w))")
# In `see`: "chapter 5", or "chapter 5, 'two coins'" with words of a heading there.
MENTION = re.compile(r"\bchapter ([1-9])\b(?:, '([^']+)')?")
# What would start a list, a heading, a quotation or a comment at the start of a line.
BLOCK = re.compile(r"^(\s*)([-+#%=:>]|\d+(?=[.)]\s))")


def label_of(exercise: Exercise) -> str:
    """What the pages refer to it by: L-KL has the label ex-l-kl."""
    return f"ex-{exercise.id.lower()}"


def markdown(text: str) -> str:
    """Plain text with `code` in it as Markdown; a blank line starts a new paragraph."""
    lines = CODE_OR_MARKUP.sub(lambda m: m[1] or "\\" + m[2], text.strip()).split("\n")
    return "\n".join(BLOCK.sub(_not_a_block, line) for line in lines)


def sentences(text: str) -> str:
    """The same with every sentence on a line of its own, as the chapters are written."""
    return re.sub(r"(?<=[^.][.?!]) (?=[A-Z])", "\n", markdown(text))


def _not_a_block(start: re.Match[str]) -> str:
    return f"{start[1]}{start[2]}\\" if start[2].isdigit() else f"{start[1]}\\{start[2]}"


def headings_of(page: Path) -> list[str]:
    """The page's headings that can be linked to: of levels 1 to 3, in plain words."""
    if not page.exists():
        return []
    found = re.findall(r"^#{1,3} (.+?)\s*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [heading for heading in found if not re.search(r"[$`{}\[\]*\\]", heading)]


def see(exercise: Exercise, book: Path) -> str:
    """Where to look, with links to the chapters, and to a heading if words of it are quoted."""

    def link(mention: re.Match[str]) -> str:
        page, words = PAGES[int(mention[1])], (mention[2] or "").lower()
        near = [h for h in headings_of(book / f"{page}.md") if words and words in h.lower()]
        anchor = f"#{make_id(min(near, key=len))}" if near else ""
        return f"[{mention[0]}]({page}.md{anchor})"

    return MENTION.sub(link, markdown(exercise.see))


def solution(exercise: Exercise, book: Path) -> str:
    """The worked answer with its reason."""
    if isinstance(exercise, CodeExercise):
        answer = f"```python\n{exercise.solution_text}\n```"
    elif isinstance(exercise, ChoiceExercise):
        answer = "\n".join(
            f"- ({letter}) {markdown(s.text)} **{'True.' if s.true else 'False.'}** {markdown(s.why)}"
            for letter, s in exercise.statements.items()
        )
    elif isinstance(exercise, OrderExercise):
        rows = [f"{n}. ({x}) {markdown(exercise.lines[x])}" for n, x in enumerate(exercise.order, 1)]
        answer = "\n".join(rows)
    else:
        answer = markdown(exercise.solution_text)
    reason = "" if exercise.reason == BESIDE else sentences(exercise.reason)
    return "\n\n".join(part for part in (answer, reason, see(exercise, book)) if part)


def page_form(exercise: Exercise, book: Path) -> str:
    """All that stands on the page between the two lines that mark the exercise's place."""
    title = f"{exercise.id}: {markdown(exercise.title)}"
    head = f"```{{exercise-start}} {title}\n:label: {label_of(exercise)}\n```"
    end = "```{exercise-end}\n```"
    if isinstance(exercise, CodeExercise):
        check = f'check("{exercise.id}", {exercise.solution.__name__})'
        attempt = [sentences(exercise.question), cell(exercise.stub), end, cell(check), FOLDED, NOTEBOOK]
    else:  # what is shown asks the question as well
        attempt = [cell(f':tags: [remove-input]\nquestion("{exercise.id}")'), end, FOLDED]
    hints = [
        f"```{{admonition}} Hint {number} of {len(exercise.hints)}\n:class: hint dropdown\n\n"
        f"{sentences(hint)}\n```"
        for number, hint in enumerate(exercise.hints, 1)
    ]
    answer = (
        f"````{{solution}} {label_of(exercise)}\n:class: dropdown\n\n{solution(exercise, book)}\n````"
    )
    return "\n\n".join((head, *attempt, *hints, answer))


KINDS = {
    "code": ("function to write", "functions to write"),
    "identity": ("identity to write as code", "identities to write as code"),
    "value": ("value to compute", "values to compute"),
    "choice": ("choice of statements", "choices of statements"),
    "order": ("lines to put in order", "derivations to put in order"),
}
# What an exercise takes, by its kind: an estimate, never measured.  write_hours.py adds them up.
MINUTES = {"code": 9, "identity": 9, "value": 3, "choice": 3, "order": 5}


def list_of(exercises: Iterable[Exercise], book: Path) -> str:
    """A table for each chapter, with links to the exercises; what it says of each is from the catalogue."""
    parts, all_kinds = [], []
    for number, group in itertools.groupby(exercises, key=lambda e: e.chapter):
        page = PAGES[number]
        heading = f"## {number}. {title_of(book / f'{page}.md')}\n"
        rows = [heading, "| ID | Exercise | Kind | Minutes |", "|---|---|---|--:|"]
        for exercise in group:
            title = markdown(exercise.title).replace("|", "\\|")
            link, kind = f"[{title}](#{label_of(exercise)})", KINDS[exercise.kind][0]
            rows.append(f"| {exercise.id} | {link} | {kind} | {MINUTES[exercise.kind]} |")
            all_kinds.append(exercise.kind)
        parts.append("\n".join(rows))
    counts = {kind: all_kinds.count(kind) for kind in KINDS}
    said = ", ".join(f"{n} {KINDS[kind][n > 1]}" for kind, n in counts.items() if n)
    return "\n\n".join((f"In all, {len(all_kinds)} exercises: {said or 'none'}.", *parts))


def title_of(page: Path) -> str:
    """The page's title.  Raises UnexpectedPage if it has none."""
    title = re.search(r"^# (.+?)\s*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    if title is None:
        raise UnexpectedPage(f"{page.name} has no title, expected a line that begins with '# '")
    return title[1]


def cell(code: str) -> str:
    return f"```{{code-cell}} ipython3\n{code}\n```"

"""Which exercises are passed: a small file beside the notebook, that outlives the kernel (progress_place.py).

The file is JSON that can be read: {"format": ..., "version": 1, "passed": {"L-KL": "2026-11-21T09:30:00Z"}}.
Every write reads the file first and adds to it, under a lock, and replaces it in one move: two notebooks in
one folder lose nothing of each other's.  What this version does not know is kept as it is.  A damaged file
is moved aside, and what can still be read in it is kept.
"""

import contextlib
import html
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vaecore.exercises.machinery import archive, progress_place
from vaecore.exercises.machinery.progress_on_pages import progress_on_a_page
from vaecore.exercises.machinery.progress_place import FILE_NAME as FILE_NAME
from vaecore.exercises.machinery.progress_place import entries_in
from vaecore.exercises.machinery.progress_table import progress_table
from vaecore.exercises.machinery.results import Shown, box, on_a_page
from vaecore.files.storage import write_atomically
from vaecore.foundations.errors import CheckpointError, InvalidInputError

FORMAT, VERSION = "vaecore exercises", 1
LOCK_SECONDS, STALE_SECONDS = 2.0, 10.0
_KEPT = "Your progress is kept while this kernel runs; progress() lets you download it."
_in_memory: dict[Path, dict[str, str]] = {}  # what could not be written, for as long as the kernel lives


def path() -> Path:
    """The file: in the folder where the notebook's kernel started."""
    return progress_place.place()


def record(exercise_id: str) -> str:
    """Note that an exercise is passed; return a word about the file if there is something to say."""
    return _add({exercise_id: f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"})


def _add(new: dict[str, str]) -> str:
    file = path()
    kept = _in_memory.setdefault(file, {})
    for name, date in new.items():
        kept[name] = min(date, kept.get(name, date))  # the first time counts
    with contextlib.suppress(OSError):  # the write will say so
        progress_place.make_folder(file)
    with _lock(file):
        content, note = _read(file)
        if content is None:
            return f"{note} {_KEPT}"
        passed = content["passed"]
        kept = kept | progress_place.passed_in_the_old_place(file)
        content["passed"] = _merged(passed, kept)
        if content["passed"] == passed:
            return note
        try:
            write_atomically(file, _text_of(content).encode())
        except CheckpointError as error:
            return _joined(note, f"Your progress could not be saved ({error}).", _KEPT)
    return note


def _merged(passed: dict[str, Any], more: dict[str, str]) -> dict[str, Any]:
    """Return both; of two times the first counts, and what is no time is of another version, and stays."""
    return passed | {
        name: min(date, passed.get(name, date)) if isinstance(passed.get(name, date), str) else passed[name]
        for name, date in more.items()
    }


def _read(file: Path) -> tuple[dict[str, Any] | None, str]:
    """Return the file's content (None: it cannot be read), and a word about what is wrong with it."""
    empty: dict[str, Any] = {"format": FORMAT, "version": VERSION, "passed": {}}
    try:
        text = file.read_bytes().decode("utf-8", "replace")
    except FileNotFoundError:
        return empty, ""
    except OSError as error:
        return None, f"{file.name} cannot be read ({error.strerror or error}); it is left as it is."
    content = _parsed(text)
    if content is None:
        saved = entries_in(text)
        aside = _move_aside(file)
        found = f"{len(saved)} passed exercises could be read in it and are kept"
        return empty | {"passed": saved}, f"{file.name} was damaged; {found}. The old file {aside}."
    if content.get("version") != VERSION:
        return content, (
            f"{file.name} is of version {content.get('version')!r}, and this is version {VERSION}: "
            "what is understood is used, and the rest is left as it is."
        )
    return content, ""


def _text_of(content: dict[str, Any]) -> str:
    """Return a file's content as it is written: in ASCII where it holds half a character."""
    text = json.dumps(content, indent=1, ensure_ascii=False) + "\n"
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(content, indent=1) + "\n"
    return text


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or not isinstance(content.get("passed"), dict):
        return None
    return content


def _move_aside(file: Path) -> str:
    for number in range(1, 100):
        aside = file.with_name(f"{file.stem}.damaged-{number}{file.suffix}")
        if not aside.exists():
            try:
                os.replace(file, aside)
            except OSError as error:
                return f"could not be moved aside ({error.strerror or error})"
            return f"is now {aside.name}"
    return "stays in its place"


@contextlib.contextmanager
def _lock(file: Path) -> Iterator[None]:
    """Keep other notebooks out for a moment; after two seconds go on without, as the writes only add."""
    lock = file.with_name(f".{file.name}.lock")
    mine, deadline = False, time.monotonic() + LOCK_SECONDS
    while not mine and time.monotonic() < deadline:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            mine = True
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - lock.stat().st_mtime > STALE_SECONDS:  # its notebook was killed
                    lock.unlink()
                    continue
            time.sleep(0.01)
        except OSError:  # a read-only folder: the write will say so
            break
    try:
        yield
    finally:
        if mine:
            with contextlib.suppress(OSError):
                lock.unlink()


@dataclass(frozen=True)
class Progress(Shown):
    """What is passed so far: exercise ID -> the time (UTC) when it first was.

    file: where it is kept.  note: a word about the file, if something is wrong with it.
    questions: the IDs of those that a page can judge.
    """

    passed: dict[str, str]
    exercises: tuple[tuple[int, str, str], ...]  # chapter, ID, title of all there are
    file: Path
    note: str = ""
    _text: str = field(default="", repr=False)
    questions: frozenset[str] = field(default=frozenset(), repr=False)

    def export(self, path: str | os.PathLike[str] | None = None) -> str:
        """Return the progress as text, which `restore` takes back; with a path, also write it there.

        Raises CheckpointError if the file cannot be written.
        """
        if path is not None:
            write_atomically(path, self._text.encode())
        return self._text

    def download(self) -> Path:
        """Write progress and notebooks into one file, say where, and on Colab offer it for download at once.

        Returns its path.  Raises CheckpointError if the file cannot be written.
        """
        return archive.download(self._text)

    def restore(self, source: str | os.PathLike[str] | None = None) -> "Progress | None":
        """Put back what was downloaded: a path, or the text of `export`.  It is added to what is there.

        Without a source, a notebook asks for the file.  Notebooks in it come back as well; none in which
        somebody has worked is written over.
        Raises InvalidInputError for something else.
        """
        if source is None:
            archive.ask_for_a_file(lambda content: self._put_back(*archive.unpacked(content)))
            return None
        text = os.fspath(source)
        if text.lstrip().startswith("{"):
            return self._put_back(text, {})
        try:
            content = Path(text).read_bytes()
        except (OSError, ValueError) as error:
            raise InvalidInputError(
                f"{str(source)[:80]!r} cannot be read ({error}), expected a file that was downloaded, or "
                "that progress().export wrote"
            ) from error
        return self._put_back(*archive.unpacked(content))

    def _put_back(self, text: str, notebooks: dict[str, str]) -> "Progress":
        content = _parsed(text)
        passed = entries_in(text) if content is None else content["passed"]
        found = {k: v for k, v in passed.items() if isinstance(v, str) and entries_in(f'"{k}": "{v}"')}
        if not found and (content is None or passed):
            raise InvalidInputError("there is no progress in this text, expected what progress().export gave")
        note = _joined(_add(found), archive.put_back(notebooks))
        return current(self.exercises, note, self.questions)

    def __str__(self) -> str:
        lines = [self._headline()]
        for chapter in sorted({c for c, _, _ in self.exercises}):
            row = [("✓ " if i in self.passed else "○ ") + i for c, i, _ in self.exercises if c == chapter]
            lines.append(f"chapter {chapter}: " + "  ".join(row))
        return "\n".join([*lines, self.note] if self.note else lines)

    def _headline(self) -> str:
        done = sum(i in self.passed for _, i, _ in self.exercises)
        return f"{done} of {len(self.exercises)} exercises passed"

    def _repr_html_(self) -> str:
        if on_a_page():
            return progress_on_a_page(self.exercises, self.questions)
        table = progress_table(self.passed, self.exercises, self._text, self.file)
        note = f"<p>{html.escape(self.note)}</p>" if self.note else ""
        leaving = archive.before_it_is_gone(self._text)
        return box(f"<strong>{self._headline()}</strong>{note}{leaving}{table}", "#0072B2")


def current(
    exercises: tuple[tuple[int, str, str], ...], note: str = "", questions: frozenset[str] = frozenset()
) -> Progress:
    """Return the progress as it stands, in the file and in this kernel."""
    file = path()
    with _lock(file):
        content, said = _read(file)
    readable, content = content is not None, content or {"format": FORMAT, "version": VERSION, "passed": {}}
    in_file, kept = content["passed"], _in_memory.get(file, {})
    passed = _merged(_merged(in_file, progress_place.passed_in_the_old_place(file)), kept)
    text = _text_of(content | {"passed": passed})
    was_damaged = in_file and not file.exists()  # moved aside: write what was saved
    if readable and (was_damaged or set(kept) - set(in_file)):  # or what could not be written before
        said = _joined(said, _add({k: v for k, v in passed.items() if isinstance(v, str)}))
    said = _joined(said, progress_place.trouble(file))
    return Progress(passed, exercises, file, _joined(note, said), text, questions)


def _joined(*words: str) -> str:
    return " ".join(dict.fromkeys(word for word in words if word))

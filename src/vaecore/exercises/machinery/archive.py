"""Progress and notebooks in one file, to be taken along from where the disk vanishes with the kernel.

Binder and Colab erase what was written there: what is passed and what was written are offered for download
before that, and put back in one step.
"""

import base64
import io
import os
import sys
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from vaecore.exercises.machinery import progress_place
from vaecore.exercises.machinery.results import in_colab, on_a_page
from vaecore.files.notebooks import cells_of, source_of, was_worked_in, without_outputs
from vaecore.files.storage import free_name, write_atomically
from vaecore.files.zips import is_zip, members_within, plain_name
from vaecore.foundations.errors import InvalidInputError

NAME = "vae-answers.zip"
LARGEST = 200 * 2**20  # bytes: what such a file may unpack to
LONGEST_NAME = 200  # bytes: of a notebook in it; file systems take 255
REMIND_AFTER = 3  # exercises passed in this kernel, and again after as many
_passed_here: set[str] = set()

BINDER = """\
<p><strong>Binder forgets all of this when it stops</strong>, minutes after you leave. Save the notebooks
(Ctrl+S), run <code>progress()</code> again, and take this along: {link}. Next time run
<code>progress().restore()</code> and choose that file.</p>"""
COLAB = """\
<p><strong>Colab forgets its files when it stops.</strong> <code>progress().download()</code> saves what you
have passed, <em>File › Save a copy in Drive</em> this notebook with your answers. Next time run
<code>progress().restore()</code> and choose the file that you have downloaded.</p>"""


def forgetful_host() -> str:
    """Return where we are, if the disk there vanishes with the kernel: "Binder", "Colab", or ""."""
    if in_colab():
        return "Colab"
    # A hub of Binder sets these in the servers that it starts.
    named = ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_SERVICE_HOST")
    return "Binder" if any(os.environ.get(name) for name in named) else ""


def before_it_is_gone(progress: str) -> str:
    """Return HTML that offers all for download, where it would be lost; "" elsewhere."""
    host = forgetful_host()
    if not host or on_a_page():
        return ""
    if host == "Colab":
        return COLAB
    content, count = packed(progress)
    data = base64.b64encode(content).decode()
    link = f'<a download="{NAME}" href="data:application/zip;base64,{data}">{_what_is_in_it(count)}</a>'
    return BINDER.format(link=link)


def reminder(exercise_id: str) -> str:
    """Return a reminder after every few exercises that were passed where they would be forgotten."""
    host = forgetful_host()
    if not host or exercise_id in _passed_here:
        return ""
    _passed_here.add(exercise_id)
    if len(_passed_here) % REMIND_AFTER:
        return ""
    return (
        f"{len(_passed_here)} exercises passed here, and {host} forgets them when it stops: "
        "progress() offers them, and what you have written, for download."
    )


def packed(progress: str) -> tuple[bytes, int]:
    """Return a zip of the progress and of the notebooks in which somebody has worked, and how many they are.

    Outputs are left out.  What is not saved yet cannot be in it.
    """
    notebooks = {}
    for path in sorted(progress_place.started_in().glob("*.ipynb")):
        try:
            text = path.read_text(encoding="utf-8")
            if was_worked_in(text):
                notebooks[path.name] = without_outputs(text)
        except (OSError, ValueError, KeyError, TypeError):  # no notebook (any more)
            continue
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in {progress_place.FILE_NAME: progress, **notebooks}.items():
            file.writestr(name, text)
    return buffer.getvalue(), len(notebooks)


def unpacked(content: bytes) -> tuple[str, dict[str, str]]:
    """Return the progress and the notebooks of such a zip; what is no zip is taken for progress alone.

    Raises InvalidInputError for a zip of something else, a damaged one, and one that unpacks to more than
    LARGEST bytes.
    """
    texts: dict[str, str] = {}
    try:
        if not is_zip(content):
            return content.decode("utf-8", "replace"), {}
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            for name, data in members_within(file, LARGEST, _is_ours):
                texts[plain_name(name)] = data.decode("utf-8")
    # zipfile raises what it likes: NotImplementedError, RuntimeError, OSError, ...
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError) as error:
        raise InvalidInputError(f"the file is damaged ({error}), expected {NAME} as downloaded") from error
    if progress_place.FILE_NAME not in texts:
        raise InvalidInputError(f"there is no progress in this file, expected {NAME} as downloaded")
    notebooks = {name: text for name, text in texts.items() if name.endswith(".ipynb")}
    return texts[progress_place.FILE_NAME], notebooks


def _is_ours(name: str) -> bool:
    """Return whether it is progress or a notebook.  Raises ValueError for a name that no notebook has."""
    plain = plain_name(name)
    if not plain.isprintable() or len(plain.encode("utf-8", "surrogatepass")) > LONGEST_NAME:
        raise ValueError("a name in it is no notebook's")
    return plain == progress_place.FILE_NAME or plain.endswith(".ipynb")


def put_back(notebooks: dict[str, str]) -> str:
    """Write the notebooks where the kernel started; return what is to be said.

    One that is there is written over only if nobody has worked in it; else the other gets a name of its own.
    """
    written = []
    for name, text in notebooks.items():
        path = progress_place.started_in() / name
        if path.exists():
            present = path.read_text(encoding="utf-8", errors="replace")
            if _sources(present) == _sources(text):
                continue
            if was_worked_in(present):
                path = free_name(path, "restored")
        write_atomically(path, text.encode())
        written.append(path.name)
    if not written:
        return ""
    return f"Put back: {', '.join(written)}. If one of them is open, take it anew: File › Reload from Disk."


def _sources(notebook: str) -> list[str] | None:
    try:
        return [source_of(cell) for cell in cells_of(notebook)]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def download(progress: str) -> Path:
    """Write all into one file where the kernel started, and on Colab hand it to the browser."""
    path = progress_place.started_in() / NAME
    content, count = packed(progress)
    write_atomically(path, content)
    if in_colab():
        sys.modules["google.colab"].files.download(str(path))
    else:
        print(f"Written: {path} ({_what_is_in_it(count)})")
    return path


def _what_is_in_it(notebooks: int) -> str:
    return f"your progress and {notebooks} notebook{'' if notebooks == 1 else 's'}"


def ask_for_a_file(take: Callable[[bytes], Any]) -> None:
    """Let the reader choose a file, and hand its content to `take`; say what comes of it.

    Raises InvalidInputError where there is no notebook to ask in.
    """
    if in_colab():
        for content in sys.modules["google.colab"].files.upload().values():
            take(content).show()
        return
    ipython = sys.modules.get("IPython")
    if ipython is None or ipython.get_ipython() is None:
        raise InvalidInputError('name the file to put back: progress().restore("vae-answers.zip")')
    from IPython.display import display
    from ipywidgets import HTML, FileUpload, VBox

    button = FileUpload(accept=".zip,.json", multiple=False, description="Choose the file")
    said = HTML()

    def arrived(change: dict[str, Any]) -> None:
        files = change["new"]
        for file in files.values() if isinstance(files, dict) else files:  # a dict before ipywidgets 8
            try:
                said.value = take(bytes(file["content"]))._repr_html_()
            except Exception as problem:  # what a callback raises, nobody sees
                said.value = f"<p>This could not be put back: {problem}.</p>"

    button.observe(arrived, "value")
    display(VBox([button, said]))

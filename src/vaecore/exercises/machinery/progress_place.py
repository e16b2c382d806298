"""Where the progress file is: in the folder where the kernel started, wherever a notebook goes later.

Readers' files and the book's do not share a folder: a kernel that started in the folder of the book's own
notebooks keeps its progress in `my-notebooks/` beside it, where `make lab` puts the reader's copies.
"""

import re
import sys
from pathlib import Path

FILE_NAME = "vae_progress.json"
OWN_FOLDER = "my-notebooks"
DELETED = Path("/(deleted before this Python started)")  # no folder: nothing can be written there
_ENTRY = re.compile(r'"([A-Z][A-Za-z0-9.-]{0,30})"\s*:\s*"(\d{4}-\d\d-\d\dT[\d:]{8}Z)"')


def _working_folder() -> Path | None:
    try:
        return Path.cwd()
    except OSError:  # it was deleted
        return None


_at_import = _working_folder()


def started_in() -> Path:
    """Return the folder where the kernel started, or the script that imports this; it may be gone by now."""
    if "google.colab" in sys.modules:
        return Path("/content")  # where a Colab shows its files
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    # VS Code may start a kernel elsewhere and go to the notebook then; it notes which notebook that is.
    notebook = getattr(shell, "user_ns", {}).get("__vsc_ipynb_file__")
    if notebook and Path(notebook).is_absolute():
        return Path(notebook).parent
    # Noted by IPython before the first cell could go elsewhere.
    started = getattr(shell, "starting_dir", None) or _at_import
    return Path(started) if started is not None else DELETED


def place() -> Path:
    """Return the path of the progress file."""
    folder = started_in()
    return (folder.parent / OWN_FOLDER if _is_the_books(folder) else folder) / FILE_NAME


def make_folder(file: Path) -> None:
    """Make the reader's own folder if it is missing, and no other.  Raises OSError if that fails."""
    if file.parent.name == OWN_FOLDER and file.parent.parent.is_dir():
        file.parent.mkdir(exist_ok=True)


def passed_in_the_old_place(file: Path) -> dict[str, str]:
    """Return what an earlier version kept among the book's own notebooks: ID -> time."""
    folders = {started_in(), file.parent.parent / "book"} if file.parent.name == OWN_FOLDER else set()
    passed: dict[str, str] = {}
    for folder in sorted(folders):
        if _is_the_books(folder) and (folder / FILE_NAME).is_file():
            try:
                text = (folder / FILE_NAME).read_bytes().decode("utf-8", "replace")
            except OSError:
                continue
            passed |= entries_in(text)
    return passed


def entries_in(text: str) -> dict[str, str]:
    """Return all entries "ID": "time" of a text, be it whole or damaged."""
    return dict(_ENTRY.findall(text))


def trouble(file: Path) -> str:
    """Return a word about a folder that is gone, and about another progress file where we are now."""
    if not file.parent.is_dir() and not (file.parent.name == OWN_FOLDER and file.parent.parent.is_dir()):
        return f"The folder where this kernel started, {file.parent}, is not there any more."
    here = _working_folder()
    if here is None or here in (file.parent, started_in()) or not (here / FILE_NAME).is_file():
        return ""
    other = here / FILE_NAME
    return (
        f"Your progress is kept in {file}. There is another file in the folder where you are now; "
        f'to add what it holds: progress().restore("{other}").'
    )


def _is_the_books(folder: Path) -> bool:
    """Whether the book is built from this folder."""
    return (folder / "_toc.yml").is_file() and (folder / "_config.yml").is_file()

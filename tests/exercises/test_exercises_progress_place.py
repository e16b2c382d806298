"""The progress file is where the kernel started: found there, or said, and never silently another."""

import json
import os
import subprocess
import sys
import types

import pytest

from vaecore.exercises import check, progress
from vaecore.exercises.machinery import progress_file, progress_place
from vaecore.exercises.machinery.progress_file import FILE_NAME


@pytest.fixture(autouse=True)
def folder(tmp_path, start_in):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    start_in(folder)
    restart()
    yield folder
    restart()


def restart():
    """Forget what a kernel forgets."""
    progress_file._in_memory.clear()


def saved(folder):
    return set(json.loads((folder / FILE_NAME).read_text())["passed"])


def test_a_notebook_that_goes_elsewhere_keeps_its_progress_file(folder, tmp_path, monkeypatch):
    check("X-1", "bce")
    monkeypatch.chdir(tmp_path)
    assert check("X-2", "bef").note == ""
    assert saved(folder) == {"X-1", "X-2"} == set(progress().passed)
    assert progress().file == folder / FILE_NAME and progress().note == ""
    assert not (tmp_path / FILE_NAME).exists()


def test_another_file_where_the_notebook_went_is_said_and_can_be_added(folder, tmp_path, monkeypatch):
    check("X-1", "bce")
    other = tmp_path / "another course"
    other.mkdir()
    (other / FILE_NAME).write_text('{"passed": {"X-2": "2026-11-21T09:30:00Z"}}')
    monkeypatch.chdir(other)
    seen = progress()
    assert set(seen.passed) == {"X-1"}
    assert str(folder / FILE_NAME) in seen.note and f'restore("{other / FILE_NAME}")' in seen.note
    assert set(seen.restore(str(other / FILE_NAME)).passed) == {"X-1", "X-2"}
    assert saved(folder) == {"X-1", "X-2"}


def test_a_folder_that_was_deleted_is_said_and_nothing_is_lost(folder, tmp_path):
    check("X-1", "bce")
    (folder / FILE_NAME).unlink()
    folder.rmdir()
    result = check("X-2", "bef")
    assert result.status == "passed" and "could not be saved" in result.note
    seen = progress()
    assert set(seen.passed) == {"X-1", "X-2"} and "is not there any more" in seen.note
    assert not folder.exists()  # it was somebody's decision
    folder.mkdir()
    assert set(progress().passed) == {"X-1", "X-2"} and saved(folder) == {"X-1", "X-2"}


def test_a_script_that_starts_in_a_deleted_folder_is_told(folder):
    code = (
        "import os; os.rmdir(os.getcwd())\n"
        "from vaecore.exercises import check, progress\n"
        "check('X-1', 'bce'); print(progress())\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr
    assert "1 of" in done.stdout and "could not be saved" in done.stdout


def test_what_could_not_be_written_is_said_by_progress_too_and_written_as_soon_as_it_can_be(
    folder, monkeypatch
):
    def refuse(*_arguments):
        raise progress_file.CheckpointError("could not write it: Read-only file system")

    with monkeypatch.context() as patch:
        patch.setattr(progress_file, "write_atomically", refuse)
        check("X-1", "bce")
        assert "Read-only file system" in progress().note
    assert progress().note == "" and saved(folder) == {"X-1"}


def test_ipython_says_where_the_kernel_started(folder, tmp_path, monkeypatch):
    """It noted it before the first cell; the import may come after an os.chdir."""
    shell = types.SimpleNamespace(starting_dir=str(folder), execution_count=1)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setattr(progress_place, "_at_import", tmp_path)
    assert progress_place.place() == folder / FILE_NAME


@pytest.mark.parametrize("noted", [True, False])
def test_vs_code_starts_a_kernel_elsewhere_and_notes_the_notebook(noted, folder, tmp_path, monkeypatch):
    names = {"__vsc_ipynb_file__": str(folder / "05_kl.ipynb")} if noted else {}
    shell = types.SimpleNamespace(starting_dir=str(tmp_path), user_ns=names, execution_count=1)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert progress_place.place() == (folder if noted else tmp_path) / FILE_NAME


def test_a_real_ipython_has_that_name(tmp_path):
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance()\n"
        "import os; os.chdir('/')\n"
        "from vaecore.exercises.machinery import progress_place; print(progress_place.place())\n"
    )
    environment = {**os.environ, "IPYTHONDIR": str(tmp_path / "ipython")}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.strip() == str(tmp_path / FILE_NAME)


def test_colab_keeps_it_where_its_list_of_files_is(monkeypatch):
    monkeypatch.setitem(sys.modules, "google.colab", types.ModuleType("google.colab"))
    assert progress_place.place().as_posix() == f"/content/{FILE_NAME}"


@pytest.fixture
def checkout(tmp_path):
    """A copy of the book as somebody has checked it out."""
    book = tmp_path / "checkout" / "book"
    book.mkdir(parents=True)
    for name in ("_toc.yml", "_config.yml"):
        (book / name).touch()
    return book.parent


def test_a_kernel_among_the_books_own_notebooks_keeps_it_in_the_readers_folder(checkout, start_in):
    start_in(checkout / "book")
    assert progress().passed == {} and not (checkout / "my-notebooks").exists()  # looking leaves no trace
    assert check("X-1", "bce").note == "" and progress().note == ""
    assert saved(checkout / "my-notebooks") == {"X-1"}
    assert sorted(path.name for path in (checkout / "book").iterdir()) == ["_config.yml", "_toc.yml"]


@pytest.mark.parametrize("place", ["book", "my-notebooks"])
def test_an_old_file_in_the_book_is_still_found(place, checkout, start_in):
    old = checkout / "book" / FILE_NAME
    old.write_text('{"format": "vaecore exercises", "version": 1, "passed": {"X-2": "2026-11-21T09:30:00Z"}}')
    before = old.read_bytes()
    (checkout / place).mkdir(exist_ok=True)
    start_in(checkout / place)
    assert progress().passed == {"X-2": "2026-11-21T09:30:00Z"}
    check("X-1", "bce")
    restart()
    assert set(progress().passed) == {"X-1", "X-2"} == saved(checkout / "my-notebooks")
    assert old.read_bytes() == before

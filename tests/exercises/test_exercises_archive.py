"""Where the disk vanishes with the kernel, progress and answers are offered for download, and put back."""

import base64
import io
import re
import shutil
import sys
import types
import zipfile
from pathlib import Path

import ipywidgets
import nbformat
import pytest

from vaecore.exercises import check, progress
from vaecore.exercises.machinery import archive, progress_file
from vaecore.foundations.errors import InvalidInputError

BOOK = Path(__file__).parents[2] / "book"
VARIABLES = ("BINDER_LAUNCH_HOST", "BINDER_REPO_URL", "BINDER_SERVICE_HOST")
NOTEBOOK, UNTOUCHED = "05_kl.ipynb", "06_adam.ipynb"


@pytest.fixture(autouse=True)
def folder(tmp_path, start_in, monkeypatch):
    """The folder of a kernel that has just started, with two of the book's notebooks."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return fresh(tmp_path / "binder", start_in)


def fresh(folder, start_in):
    """A disk with nothing on it but the book's notebooks, and a kernel that remembers nothing."""
    folder.mkdir()
    for name in (NOTEBOOK, UNTOUCHED):
        shutil.copy(BOOK / name, folder)
    start_in(folder)
    progress_file._in_memory.clear()
    archive._passed_here.clear()
    return folder


@pytest.fixture
def binder(monkeypatch):
    monkeypatch.setenv("BINDER_SERVICE_HOST", "hub")


class Files:
    """Colab's own: what it was asked to download, and what somebody uploads."""

    def __init__(self):
        self.downloaded, self.chosen = [], {}

    def download(self, path):
        self.downloaded.append(path)

    def upload(self):
        return self.chosen


@pytest.fixture
def colab(monkeypatch, folder):
    module = types.ModuleType("google.colab")
    module.files = Files()
    monkeypatch.setitem(sys.modules, "google.colab", module)
    monkeypatch.setattr(archive.progress_place, "started_in", lambda: folder)  # /content, on a Colab
    return module.files


def write_answer(path, answer):
    notebook = nbformat.read(path, as_version=4)
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.source, cell.execution_count = answer, 3
    cell.outputs = [nbformat.v4.new_output("stream", text="x" * 100_000)]
    nbformat.write(notebook, path)


def sources(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells]


def offered():
    """The zip behind the link under progress()."""
    page = progress()._repr_html_()
    link = re.search(r'download="vae-answers.zip" href="data:application/zip;base64,(\S+)"', page)
    return base64.b64decode(link[1])


def test_on_binder_the_answers_are_offered_and_put_back_in_one_step(folder, binder, tmp_path, start_in):
    check("X-1", "bce")
    write_answer(folder / NOTEBOOK, "my_answer = 42")
    page = progress()._repr_html_()
    assert "Binder forgets" in page and "your progress and 1 notebook<" in page
    content = offered()
    assert len(content) < 100_000  # outputs are left out
    assert set(zipfile.ZipFile(io.BytesIO(content)).namelist()) == {"vae_progress.json", NOTEBOOK}
    (tmp_path / "taken along.zip").write_bytes(content)

    later = fresh(tmp_path / "a new binder", start_in)
    assert progress().passed == {}
    seen = progress().restore(tmp_path / "taken along.zip")
    assert set(seen.passed) == {"X-1"} and NOTEBOOK in seen.note and "Reload from Disk" in seen.note
    assert "my_answer = 42" in sources(later / NOTEBOOK)
    assert (later / UNTOUCHED).read_bytes() == (BOOK / UNTOUCHED).read_bytes()
    assert progress().restore(tmp_path / "taken along.zip").note == ""  # all of it is there


def test_a_notebook_in_which_somebody_has_worked_is_not_written_over(folder, binder, tmp_path, start_in):
    write_answer(folder / NOTEBOOK, "old = 1")
    (tmp_path / "old.zip").write_bytes(offered())
    later = fresh(tmp_path / "later", start_in)
    write_answer(later / NOTEBOOK, "new = 2")
    for number in (1, 2):
        note = progress().restore(str(tmp_path / "old.zip")).note
        assert f"05_kl.restored-{number}.ipynb" in note
        assert "old = 1" in sources(later / f"05_kl.restored-{number}.ipynb")
    assert "new = 2" in sources(later / NOTEBOOK)


def test_elsewhere_nothing_is_said_and_a_download_is_a_file(folder, capsys):
    for exercise, answer in (("X-1", "bce"), ("X-2", "bef"), ("X-3", "acd")):
        assert "forgets" not in check(exercise, answer).note
    assert "vae-answers.zip" not in progress()._repr_html_()
    path = progress().download()
    assert path == folder / "vae-answers.zip" and f"Written: {path}" in capsys.readouterr().out
    assert zipfile.ZipFile(path).namelist() == ["vae_progress.json"]


@pytest.mark.parametrize("variable", VARIABLES)
def test_after_some_exercises_binder_reminds(variable, monkeypatch):
    monkeypatch.setenv(variable, "hub")
    notes = []
    for exercise in ("X-1", "X-1", "X-2", "X-2"):
        notes.append(check(exercise, {"X-1": "bce", "X-2": "bef"}[exercise]).note)
    assert notes == [""] * 4  # two passed, however often
    from vaecore.exercises.checking import EXERCISES

    note = check("L-KL", EXERCISES["L-KL"].solution).note
    assert note.startswith("3 exercises passed here, and Binder forgets them") and "progress()" in note


def test_on_colab_one_call_downloads_and_one_puts_back(folder, colab, tmp_path, capsys):
    check("X-1", "bce")
    page = progress()._repr_html_()
    assert "Colab forgets" in page and "Save a copy in Drive" in page and "progress().restore()" in page
    path = progress().download()
    assert colab.downloaded == [str(path)]
    colab.chosen = {"vae-answers (1).zip": path.read_bytes()}
    (folder / progress_file.FILE_NAME).unlink()
    progress_file._in_memory.clear()
    assert progress().passed == {}
    progress().restore()
    assert set(progress().passed) == {"X-1"} and "1 of" in capsys.readouterr().out


@pytest.mark.parametrize("version", [7, 8])
def test_a_notebook_asks_for_the_file(version, binder, monkeypatch, tmp_path, start_in):
    """Of ipywidgets 7, which Colab still has, and 8."""
    check("X-1", "bce")
    content = offered()
    fresh(tmp_path / "later", start_in)
    shown = []
    shell = types.SimpleNamespace(execution_count=1, starting_dir=str(tmp_path / "later"))
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr("IPython.display.display", lambda *things, **_: shown.extend(things))
    assert progress().restore() is None
    [box] = [thing for thing in shown if isinstance(thing, ipywidgets.VBox)]
    button, said = box.children
    file = {"name": "vae-answers.zip", "content": memoryview(content)}
    [arrived] = button._trait_notifiers["value"]["change"]
    arrived({"new": {"vae-answers.zip": file} if version == 7 else (file,)})
    assert "1 of" in said.value and set(progress().passed) == {"X-1"}
    arrived({"new": ({"content": b"something else"},)})
    assert "could not be put back: there is no progress in this text" in said.value


def test_what_is_no_download_is_refused(tmp_path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr("holiday.txt", "sun")
    (tmp_path / "holiday.zip").write_bytes(buffer.getvalue())
    with pytest.raises(InvalidInputError, match=r"no progress in this file, expected vae-answers\.zip"):
        progress().restore(tmp_path / "holiday.zip")
    with pytest.raises(InvalidInputError, match="name the file to put back"):
        progress().restore()


def test_names_in_a_zip_lead_nowhere_else(folder, tmp_path):
    with zipfile.ZipFile(tmp_path / "evil.zip", "w") as file:
        file.writestr("vae_progress.json", '{"passed": {"X-1": "2026-11-21T09:30:00Z"}}')
        file.writestr("../../outside.ipynb", "{}")
        file.writestr("run.py", "")
    progress().restore(tmp_path / "evil.zip")
    assert not (tmp_path.parent / "outside.ipynb").exists() and not (tmp_path / "outside.ipynb").exists()
    assert (folder / "outside.ipynb").exists() and not (folder / "run.py").exists()

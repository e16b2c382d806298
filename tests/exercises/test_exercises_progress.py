"""The progress file: survives restarts, damage, other versions, read-only folders, two notebooks."""

import json
import subprocess
import sys

import pytest

from vaecore.exercises import check, progress
from vaecore.exercises.checking import EXERCISES
from vaecore.exercises.machinery import progress_file
from vaecore.exercises.machinery.progress_file import FILE_NAME
from vaecore.foundations.errors import InvalidInputError

KL = EXERCISES["L-KL"].solution


@pytest.fixture(autouse=True)
def folder(tmp_path, start_in):
    start_in(tmp_path)
    restart()
    yield tmp_path
    restart()


def restart():
    """Forget what a kernel forgets."""
    progress_file._in_memory.clear()


def test_what_is_passed_is_kept_through_a_restart(folder):
    assert progress().passed == {}
    assert not (folder / FILE_NAME).exists()  # looking leaves no trace
    check("L-KL", lambda e: -KL(e))
    assert progress().passed == {}
    assert check("L-KL", KL).note == ""
    first = progress().passed["L-KL"]
    restart()
    check("X-1", "bce")
    check("L-KL", lambda e: None)  # later failures take nothing away
    assert progress().passed["L-KL"] == first and set(progress().passed) == {"L-KL", "X-1"}
    assert "2 of" in str(progress()) and "✓ L-KL" in str(progress())
    assert [p.name for p in folder.iterdir()] == [FILE_NAME]  # no lock, no temporary file


def test_export_and_restore(folder, tmp_path):
    check("L-KL", KL)
    text = progress().export()
    progress().export(tmp_path / "saved.json")
    for source in (text, str(tmp_path / "saved.json"), tmp_path / "saved.json"):
        (folder / FILE_NAME).unlink()
        restart()
        check("X-1", "bce")
        assert set(progress().restore(source).passed) == {"L-KL", "X-1"}
        restart()
        assert set(progress().passed) == {"L-KL", "X-1"}
    assert "data:application/json;base64," in progress()._repr_html_()


@pytest.mark.parametrize(
    "source", ["no such file.json", "{}", '{"passed": {"L-KL": 3}}', "{broken", "x" * 5000]
)
def test_what_is_no_progress_is_not_restored(source):
    check("L-KL", KL)
    with pytest.raises(InvalidInputError, match="expected"):
        progress().restore(source)
    assert set(progress().passed) == {"L-KL"}


@pytest.mark.parametrize(
    "damage", ["cut short", "bytes in front", "not JSON at all", "another shape", "empty", "binary"]
)
def test_a_damaged_file_is_moved_aside_and_what_can_be_read_is_kept(folder, damage):
    check("L-KL", KL)
    check("X-1", "bce")
    file = folder / FILE_NAME
    whole = file.read_bytes()
    broken = {
        "cut short": whole[:-6],
        "bytes in front": b"\xff\xfe" + whole,
        "not JSON at all": b"hello",
        "another shape": b"[1, 2]",
        "empty": b"",
        "binary": bytes(range(256)),
    }[damage]
    file.write_bytes(broken)
    restart()
    seen = progress()
    readable = {"L-KL", "X-1"} if damage in ("cut short", "bytes in front") else set()
    assert set(seen.passed) == readable
    assert "damaged" in seen.note and "damaged-1" in seen.note
    assert (folder / "vae_progress.damaged-1.json").read_bytes() == broken
    restart()
    assert set(progress().passed) == readable and progress().note == ""
    check("X-2", "bef")
    assert set(json.loads(file.read_text())["passed"]) == readable | {"X-2"}


def test_a_file_of_another_version_keeps_what_is_not_understood(folder):
    theirs = {
        "format": "vaecore exercises",
        "version": 7,
        "passed": {"L-KL": {"score": 3}, "Z-9": "x"},
        "stars": [1],
    }
    (folder / FILE_NAME).write_text(json.dumps(theirs))
    assert "version 7" in check("X-1", "bce").note
    ours = json.loads((folder / FILE_NAME).read_text())
    assert ours["passed"].pop("X-1") and ours == theirs
    check("L-KL", KL)
    assert json.loads((folder / FILE_NAME).read_text())["stars"] == [1]


def test_a_folder_that_cannot_be_written_to(folder, monkeypatch):
    def refuse(*args):
        raise progress_file.CheckpointError("could not write it: Permission denied")

    check("L-KL", KL)
    before = (folder / FILE_NAME).read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(progress_file, "write_atomically", refuse)
        result = check("X-1", "bce")
        assert result.status == "passed"
        assert "could not be saved" in result.note and "Permission denied" in str(result)
        assert set(progress().passed) == {"L-KL", "X-1"}  # while the kernel runs
        assert "X-1" in progress().export()
    assert (folder / FILE_NAME).read_bytes() == before
    check("X-2", "bef")  # as soon as it can be written again, everything is
    restart()
    assert set(progress().passed) == {"L-KL", "X-1", "X-2"}


def test_a_file_that_cannot_be_read_is_left_alone(folder):
    (folder / FILE_NAME).mkdir()
    result = check("X-1", "bce")
    assert result.status == "passed" and "cannot be read" in result.note
    assert (folder / FILE_NAME).is_dir() and set(progress().passed) == {"X-1"}


def test_a_lock_that_was_left_behind_does_not_block(folder, monkeypatch):
    monkeypatch.setattr(progress_file, "LOCK_SECONDS", 0.05)
    lock = folder / f".{FILE_NAME}.lock"
    lock.touch()
    check("L-KL", KL)  # held by somebody: goes on without after a moment
    assert set(progress().passed) == {"L-KL"} and lock.exists()
    monkeypatch.setattr(progress_file, "STALE_SECONDS", -1.0)
    check("X-1", "bce")
    assert not lock.exists()


def test_two_notebooks_at_once_lose_nothing(folder):
    code = (
        "import sys; from vaecore.exercises.machinery import progress_file as f\n"
        "for i in range(40): assert f.record(f'{sys.argv[1]}-{i}') == ''\n"
    )
    notebooks = [subprocess.Popen([sys.executable, "-c", code, name]) for name in "ABC"]
    assert [n.wait(timeout=600) for n in notebooks] == [0, 0, 0]
    passed = json.loads((folder / FILE_NAME).read_text())["passed"]
    assert set(passed) == {f"{name}-{i}" for name in "ABC" for i in range(40)}
    assert [p.name for p in folder.iterdir()] == [FILE_NAME]


def test_a_fault_of_the_file_does_not_spoil_the_verdict(monkeypatch):
    monkeypatch.setattr(progress_file, "_read", lambda file: 1 / 0)
    result = check("L-KL", KL)
    assert result.status == "passed" and "could not be saved" in result.note

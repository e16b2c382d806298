"""Progress files, and what was taken along, from another hand: used as far as they can be, or refused."""

import io
import json
import zipfile

import pytest

from vaecore import InvalidInputError
from vaecore.exercises import progress
from vaecore.exercises.machinery import archive, progress_file
from vaecore.exercises.machinery.progress_place import FILE_NAME

DATE = "2026-11-21T09:30:00Z"


def taken_along(members, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return buffer.getvalue()


def test_half_a_character_in_the_file_hinders_nothing_and_stays(tmp_path, start_in):
    start_in(tmp_path)
    (tmp_path / FILE_NAME).write_text(json.dumps({"format": "\ud800", "version": 1, "passed": {"X-1": DATE}}))
    assert "X-1" in progress().passed
    assert "data:application/json" in progress()._repr_html_()
    assert progress_file.record("L-KL") == ""
    content = json.loads((tmp_path / FILE_NAME).read_text())
    assert content["format"] == "\ud800" and set(content["passed"]) == {"X-1", "L-KL"}


def test_what_unpacks_to_too_much_is_refused(monkeypatch):
    content = taken_along({FILE_NAME: "{}", "a.ipynb": " " * 10_000})
    assert archive.unpacked(content)[0] == "{}"
    monkeypatch.setattr(archive, "LARGEST", 10_000)
    with pytest.raises(InvalidInputError, match="unpacks to more than 10,000 bytes"):
        archive.unpacked(content)
    # What nobody asks for is not even unpacked.
    assert archive.unpacked(taken_along({FILE_NAME: "{}", "film.bin": bytes(10**6)})) == ("{}", {})


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00\x63\x00"), (b"\x14\x00\x00\x00", b"\x14\x00\x41\x00"),
     (b"\x14\x00\x00\x00", b"\x14\x00\x20\x00"), (b"PK\x03\x04", b"PK\x03\x05")],
    ids=["an unknown compression", "strong encryption", "a patch", "no member where it is said to be"],
)  # fmt: skip
def test_a_zip_that_python_cannot_unpack_is_refused(old, new):
    content = taken_along({FILE_NAME: "{}"})
    assert old in content
    with pytest.raises(InvalidInputError, match="the file is damaged"):
        archive.unpacked(content.replace(old, new))


@pytest.mark.parametrize("name", ["ü" * 150 + ".ipynb", "a\nb.ipynb"])
def test_a_name_that_no_notebook_has_is_refused_before_anything_is_written(name, tmp_path, start_in):
    start_in(tmp_path)
    passed = json.dumps({"passed": {"X-1": DATE}})
    (tmp_path / "taken.zip").write_bytes(taken_along({FILE_NAME: passed, "05_kl.ipynb": "{}", name: "{}"}))
    with pytest.raises(InvalidInputError, match="no notebook's"):
        progress().restore(tmp_path / "taken.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.zip"]


def test_folders_in_a_zip_lead_nowhere(tmp_path, start_in):
    (tmp_path / "here").mkdir()
    start_in(tmp_path / "here")
    passed = json.dumps({"passed": {"X-1": DATE}})
    members = {FILE_NAME: passed, "../../up.ipynb": "{}", "..\\down.ipynb": "{}"}
    (tmp_path / "taken.zip").write_bytes(taken_along(members))
    progress().restore(tmp_path / "taken.zip")
    assert {path.name for path in (tmp_path / "here").iterdir()} == {FILE_NAME, "up.ipynb", "down.ipynb"}
    assert {path.name for path in tmp_path.iterdir()} == {"here", "taken.zip"}

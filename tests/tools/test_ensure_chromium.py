"""Finding a Chromium, installing one, and saying what to install: never a silent skip."""

import subprocess
import sys
from pathlib import Path

import pytest
from browser import ROOT

from tools.setup import ensure_chromium


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch):
    """A machine without a browser and without a way to install one."""
    monkeypatch.delenv("VAECORE_CHROMIUM", raising=False)
    monkeypatch.setattr(ensure_chromium, "candidates", lambda: iter(()))
    monkeypatch.setattr(ensure_chromium, "install_commands", lambda: [])


def browser_at(path: Path, script: str = "echo Chromium 1.2.3") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_the_named_one_wins(monkeypatch, tmp_path):
    other, named = browser_at(tmp_path / "other"), browser_at(tmp_path / "named")
    monkeypatch.setattr(ensure_chromium, "candidates", lambda: iter([other]))
    assert ensure_chromium.find_chromium() == other
    monkeypatch.setenv("VAECORE_CHROMIUM", str(named))
    assert ensure_chromium.find_chromium() == named


@pytest.mark.parametrize("script", [None, "exit 1", "true"], ids=["missing", "fails", "says nothing"])
def test_a_named_one_that_does_not_start_is_an_error(monkeypatch, tmp_path, script):
    """Another browser must not step in for the one that was asked for."""
    named = tmp_path / "named"
    if script:
        browser_at(named, script)
    monkeypatch.setattr(ensure_chromium, "candidates", lambda: iter([browser_at(tmp_path / "other")]))
    monkeypatch.setenv("VAECORE_CHROMIUM", str(named))
    with pytest.raises(OSError, match=r"VAECORE_CHROMIUM is .*named"):
        ensure_chromium.find_chromium()
    with pytest.raises(SystemExit, match="error: VAECORE_CHROMIUM"):
        ensure_chromium.main()


def test_one_that_does_not_start_is_passed_over(monkeypatch, tmp_path):
    broken, good = browser_at(tmp_path / "broken", "exit 127"), browser_at(tmp_path / "good")
    monkeypatch.setattr(ensure_chromium, "candidates", lambda: iter([broken, tmp_path / "gone", good]))
    assert ensure_chromium.find_chromium() == good


def test_without_any_the_tests_stop_and_say_what_to_install(capsys):
    with pytest.raises(SystemExit) as stopped:
        ensure_chromium.main()
    message = str(stopped.value)
    assert message.startswith("error: the tests need a Chromium")  # a text as exit code: exit 1, on stderr
    for advice in ("sudo apt install chromium", "playwright install", "VAECORE_CHROMIUM="):
        assert advice in message
    assert capsys.readouterr().out == ""


def test_the_script_fails_where_there_is_nothing(tmp_path):
    """The real script with an empty PATH, without Playwright and without anything to install with."""
    code = (
        "import ensure_chromium as e\n"
        "e.MAC_APPS = ()\n"
        "e.install_commands = lambda: [['no-such-installer']]\n"
        "e.playwright_chromium = lambda: None\n"
        "e.subprocess.run = lambda *a, **k: e.subprocess.CompletedProcess(a, 1)\n"
        "e.main()\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env={"PATH": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "sudo apt install chromium" in ran.stderr
    assert ran.stdout == ""


def test_one_is_installed_where_there_is_none(monkeypatch, tmp_path, capfd):
    target = tmp_path / "installed"
    monkeypatch.setattr(ensure_chromium, "candidates", lambda: (p for p in [target] if p.exists()))
    failing, never = ["false"], ["sh", "-c", f"echo too much > {tmp_path}/never"]
    working = ["sh", "-c", f"printf '#!/bin/sh\\necho 1.0' > {target}; chmod +x {target}"]
    monkeypatch.setattr(ensure_chromium, "install_commands", lambda: [failing, working, never])
    ensure_chromium.main()
    said = capfd.readouterr()
    assert said.out.strip() == str(target)
    assert said.err.count("No Chromium here yet") == 2
    assert not (tmp_path / "never").exists()


def test_root_on_debian_takes_apt_and_others_playwright(monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(ensure_chromium.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(ensure_chromium.os, "geteuid", lambda: 0)
    apt, playwright = ensure_chromium.install_commands()
    assert "apt-get install -y" in apt[-1] and "chromium" in apt[-1]
    assert playwright[1:] == ["-m", "playwright", "install", "chromium"]
    monkeypatch.setattr(ensure_chromium.os, "geteuid", lambda: 1000)
    assert ensure_chromium.install_commands() == [playwright]


def test_the_real_one_starts(monkeypatch):
    monkeypatch.undo()
    found = ensure_chromium.find_chromium()
    assert found is not None, ensure_chromium.ADVICE
    assert "Chrom" in ensure_chromium.version_of(found)

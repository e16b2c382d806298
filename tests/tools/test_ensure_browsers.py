"""Finding a browser, installing one, and saying what to install: never a silent skip."""

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from browser import ROOT

from tools.setup import ensure_browsers
from tools.setup.ensure_browsers import CHROMIUM, FIREFOX


@pytest.fixture
def bare(monkeypatch):
    """A machine without a browser, where Playwright starts; the commands that install something."""
    commands = []
    monkeypatch.delenv("VAECORE_CHROMIUM", raising=False)
    monkeypatch.delenv("VAECORE_FIREFOX", raising=False)
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: iter(()))
    monkeypatch.setattr(ensure_browsers, "playwright_starts", lambda: True)
    monkeypatch.setattr(ensure_browsers, "may_use_apt", lambda: True)
    monkeypatch.setattr(ensure_browsers, "apt_knows", lambda package: package in ("chromium", "firefox-esr"))
    monkeypatch.setattr(ensure_browsers, "install", commands.append)
    return commands


def browser_at(path: Path, script: str = "echo Chromium 1.2.3") -> Path:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def playwright_downloads(commands: list[list[str]]) -> list[str]:
    """Which browsers Playwright is asked to download."""
    return [command[-1] for command in commands if command[1:-1] == ["-m", "playwright", "install"]]


def test_the_named_one_wins(bare, monkeypatch, tmp_path):
    other, named = browser_at(tmp_path / "other"), browser_at(tmp_path / "named")
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: iter([other]))
    assert ensure_browsers.find(CHROMIUM) == other
    monkeypatch.setenv("VAECORE_CHROMIUM", str(named))
    assert ensure_browsers.find(CHROMIUM) == named


@pytest.mark.parametrize("script", [None, "exit 1", "true"], ids=["missing", "fails", "says nothing"])
def test_a_named_one_that_does_not_start_is_an_error(bare, monkeypatch, tmp_path, script):
    """Another browser must not step in for the one that was asked for."""
    named = tmp_path / "named"
    if script:
        browser_at(named, script)
    other = browser_at(tmp_path / "other")
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: iter([other]))
    monkeypatch.setenv("VAECORE_CHROMIUM", str(named))
    with pytest.raises(OSError, match=r"VAECORE_CHROMIUM is .*named"):
        ensure_browsers.find(CHROMIUM)
    with pytest.raises(SystemExit, match="error: VAECORE_CHROMIUM"):
        ensure_browsers.main([])
    assert bare == []


def test_one_that_does_not_start_is_passed_over(bare, monkeypatch, tmp_path):
    broken, good = browser_at(tmp_path / "broken", "exit 127"), browser_at(tmp_path / "good")
    found = [broken, tmp_path / "gone", good]
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: iter(found))
    assert ensure_browsers.find(CHROMIUM) == good


def test_without_any_the_tests_stop_and_say_what_to_install(bare, capsys):
    with pytest.raises(SystemExit) as stopped:
        ensure_browsers.main([])
    message = str(stopped.value)
    # A text as exit code: 1, on stderr.
    assert message.startswith("error: some tests need a Chromium and a Firefox:")
    for advice in (
        "sudo apt install chromium firefox-esr\n", "playwright install", "VAECORE_CHROMIUM=",
        "VAECORE_FIREFOX=", '"-m core"',
    ):  # fmt: skip
        assert advice in message
    assert capsys.readouterr().out == ""


def test_where_playwright_does_not_start_its_library_is_named(bare, monkeypatch):
    monkeypatch.setattr(ensure_browsers, "playwright_starts", lambda: False)
    monkeypatch.setattr(ensure_browsers, "may_use_apt", lambda: False)
    with pytest.raises(SystemExit, match=r"need Playwright's Node, a Chromium and a Firefox") as stopped:
        ensure_browsers.main([])
    assert "sudo apt install libatomic1 chromium firefox-esr\n" in str(stopped.value)
    assert bare == []  # and Playwright, which cannot start, is not asked to download anything


def test_a_chromium_is_no_use_without_playwright(bare, monkeypatch, tmp_path):
    good = browser_at(tmp_path / "good")
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: iter([good]))
    monkeypatch.setattr(ensure_browsers, "playwright_starts", lambda: False)
    monkeypatch.setattr(ensure_browsers, "may_use_apt", lambda: False)
    with pytest.raises(SystemExit, match=r"need Playwright's Node: not") as stopped:
        ensure_browsers.main([])
    assert "sudo apt install libatomic1\n" in str(stopped.value)


def test_the_script_fails_where_there_is_nothing(tmp_path):
    """The real script with an empty PATH, without Playwright and without anything to install with."""
    code = (
        "import dataclasses, ensure_browsers as e\n"
        "e.CHROMIUM = dataclasses.replace(e.CHROMIUM, mac_apps=())\n"
        "e.BROWSERS = (e.CHROMIUM, e.FIREFOX)\n"
        "e.subprocess.run = lambda *a, **k: e.subprocess.CompletedProcess(a, 1)\n"
        "e.main([])\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True,
        env={"PATH": str(tmp_path), "PYTHONPATH": str(ROOT / "tools" / "setup")},
    )  # fmt: skip
    assert ran.returncode == 1
    assert "sudo apt install libatomic1 chromium" in ran.stderr and "Traceback" not in ran.stderr
    assert ran.stdout == ""


def test_for_root_apt_installs_all_that_is_missing_at_once(bare, monkeypatch, tmp_path, capsys):
    target, started = tmp_path / "installed", []
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: (p for p in [target] if p.exists()))
    monkeypatch.setattr(ensure_browsers, "playwright_starts", lambda: bool(started))

    def install(command):
        bare.append(command)
        if "install" in command:
            browser_at(target)
            started.append(True)

    monkeypatch.setattr(ensure_browsers, "install", install)
    ensure_browsers.main([])
    assert capsys.readouterr().out.split() == [str(target)] * 2
    assert bare == [
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "libatomic1", "chromium", "firefox-esr"],
    ]
    ensure_browsers.main([])
    assert len(bare) == 2  # nothing is left to install


def test_root_gets_the_one_without_windows_where_apt_has_it(bare, monkeypatch, tmp_path):
    """Also where there is another, but not in place of the one that was named, and only once."""
    shell = "chromium-headless-shell"
    found, firefox = [browser_at(tmp_path / "chromium")], [browser_at(tmp_path / "firefox")]
    monkeypatch.setattr(
        ensure_browsers, "candidates", lambda browser: iter(found if browser is CHROMIUM else firefox)
    )
    assert ensure_browsers.apt_packages() == []  # apt does not know it
    monkeypatch.setattr(ensure_browsers, "apt_knows", lambda package: True)
    assert ensure_browsers.apt_packages() == [shell]
    monkeypatch.setenv("VAECORE_CHROMIUM", str(found[0]))
    assert ensure_browsers.apt_packages() == []
    monkeypatch.delenv("VAECORE_CHROMIUM")
    found.insert(0, browser_at(tmp_path / shell))
    assert ensure_browsers.apt_packages() == []
    found.clear()
    assert ensure_browsers.apt_packages() == [shell]


def test_where_apt_has_none_playwright_downloads_its_own(bare):
    with pytest.raises(SystemExit):
        ensure_browsers.main([])
    assert [command[0] for command in bare[:2]] == ["apt-get"] * 2
    assert playwright_downloads(bare[2:]) == ["chromium", "firefox"]


def test_who_is_not_root_does_not_ask_apt(bare, monkeypatch):
    monkeypatch.undo()
    monkeypatch.setattr(ensure_browsers.shutil, "which", lambda name: f"/usr/bin/{name}")
    for user, allowed in ((0, True), (1000, False)):
        monkeypatch.setattr(ensure_browsers.os, "geteuid", lambda user=user: user)
        assert ensure_browsers.may_use_apt() is allowed
    commands = []
    monkeypatch.setattr(ensure_browsers, "candidates", lambda browser: iter(()))
    monkeypatch.setattr(ensure_browsers, "playwright_starts", lambda: True)
    monkeypatch.setattr(ensure_browsers, "install", commands.append)
    assert ensure_browsers.ensure() is False
    assert playwright_downloads(commands) == ["chromium", "firefox"] and len(commands) == 2


def test_a_snap_is_passed_over(bare, monkeypatch, tmp_path):
    """Ubuntu's /usr/bin/firefox is a script that starts one; it cannot read the tests' folders."""
    monkeypatch.undo()
    monkeypatch.delenv("VAECORE_FIREFOX", raising=False)
    monkeypatch.setattr(ensure_browsers, "playwrights_own", lambda browser: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    browser_at(tmp_path / "firefox", 'exec /snap/bin/firefox "$@"')
    assert list(ensure_browsers.candidates(FIREFOX)) == []
    esr = browser_at(tmp_path / "firefox-esr", "echo Mozilla Firefox 153")
    assert list(ensure_browsers.candidates(FIREFOX)) == [esr]


def test_one_that_is_too_old_is_passed_over_and_named(bare, monkeypatch, tmp_path):
    monkeypatch.undo()
    monkeypatch.delenv("VAECORE_FIREFOX", raising=False)
    monkeypatch.setattr(ensure_browsers, "playwrights_own", lambda browser: None)
    monkeypatch.setattr(ensure_browsers, "BROWSERS", (FIREFOX,))
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    esr = browser_at(tmp_path / "firefox-esr", "echo Mozilla Firefox 128.14.0esr")
    monkeypatch.setattr(ensure_browsers, "of_the_system", lambda browser: [esr])
    assert list(ensure_browsers.candidates(FIREFOX)) == []
    assert f"{esr} is version 128: it takes {FIREFOX.oldest} or newer" in ensure_browsers.advice()
    browser_at(esr, f"echo Mozilla Firefox {FIREFOX.oldest}.0")
    assert list(ensure_browsers.candidates(FIREFOX)) == [esr]
    assert "is version" not in ensure_browsers.advice()


def test_what_is_installed_says_so_on_stderr(capfd, tmp_path):
    ensure_browsers.install(["sh", "-c", f"echo on its way; touch {tmp_path}/done"])
    said = capfd.readouterr()
    assert said.out == "" and "on its way" in said.err and "sh -c" in said.err
    assert (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("arguments", "needed"),
    [
        ("", True), ("-m core", False), ("-m 'core or exercises'", False), ("-x -mcore -k kl", False),
        ("-m widgets", True), ("-m 'not core'", True), ("-m 'not (widgets or pages or tools)'", False),
        ("-m 'core or'", True), ("-m unheard_of", True), ("-m 'not browser'", False), ("--maxfail 1", True),
    ],
)  # fmt: skip
def test_the_core_s_tests_need_no_browser(bare, monkeypatch, arguments, needed):
    asked = []
    monkeypatch.setattr(ensure_browsers, "ensure", lambda: asked.append(True) or True)
    monkeypatch.setattr(ensure_browsers, "find", lambda browser: "/usr/bin/chromium")
    ensure_browsers.main(shlex.split(arguments))
    assert bool(asked) is needed


@pytest.mark.browser
def test_the_real_one_starts():
    found = ensure_browsers.find(CHROMIUM)
    assert found is not None, ensure_browsers.advice()
    assert "Chrom" in subprocess.run([found, "--version"], capture_output=True, text=True, check=True).stdout

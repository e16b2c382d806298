"""Find the browsers that the tests drive, or install them (`make test` calls this first).

    python -m tools.setup.ensure_browsers          prints the paths of a Chromium and a Firefox that start
    python -m tools.setup.ensure_browsers -m core  does nothing: pytest's `-m core` needs no browser

Of each the first that starts is taken: the one that VAECORE_CHROMIUM or VAECORE_FIREFOX names, the
system's, the one that Playwright has downloaded before. If there is none: apt's on Debian and Ubuntu for
root, else Playwright's own download. If that fails too, this says what to install and exits with 1.
A Firefox that is a snap is passed over: it cannot read the tests' folders; and so is one that is too old.

Debian's chromium-headless-shell comes first, and root gets it even where there is a Chromium: the same
engine without windows. `chromium --headless` keeps a toolbar, which is a page of its own, for each tab:
a tab costs three times as much, and the tests open thousands.

apt comes before Playwright, since Playwright itself may lack something: its Node needs libatomic, which
a bare Debian does not have. The tests bring their fonts along (tests/fixtures/fonts.py).
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Browser:
    """A browser, and where it is found; `playwright` is Playwright's name for it."""

    name: str
    playwright: str
    variable: str  # the environment variable that names one
    programs: tuple[str, ...]  # on the PATH
    mac_apps: tuple[str, ...]
    apt: tuple[str, ...]  # Debian's packages, each enough; the first that apt knows is installed
    dnf: str  # Fedora's package
    brew: str  # Homebrew's cask
    oldest: int = 0  # the version from which on Playwright can drive a system's own
    lighter: str = ""  # of the programs, the one that root gets even where there is another


CHROMIUM = Browser(
    name="Chromium",
    playwright="chromium",
    variable="VAECORE_CHROMIUM",
    programs=(
        "chromium-headless-shell",
        "chromium",
        "chromium-browser",
        "google-chrome-stable",
        "google-chrome",
    ),
    mac_apps=(
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
    ),
    apt=("chromium-headless-shell", "chromium"),
    dnf="chromium",
    brew="google-chrome",
    lighter="chromium-headless-shell",
)
FIREFOX = Browser(
    name="Firefox",
    playwright="firefox",
    variable="VAECORE_FIREFOX",
    programs=("firefox-esr", "firefox"),
    mac_apps=(),  # macOS's is driven in another way than Linux's; Playwright has its own
    apt=("firefox-esr",),
    dnf="firefox",
    brew="",
    oldest=143,  # the first that knows network.addDataCollector, which Playwright sends it
)
BROWSERS = (CHROMIUM, FIREFOX)  # that `make test` drives

PLAYWRIGHT = [sys.executable, "-m", "playwright"]
PLAYWRIGHTS_APT = "libatomic1"  # what Playwright's Node needs beyond a bare Debian
FOLDERS = ("core", "exercises", "widgets", "pages", "tools")  # of the tests; each is a mark of pytest's
WITH_BROWSER = ("widgets", "pages", "tools")  # where tests are that open one


def starts(command: list[str | Path]) -> bool:
    """Whether `command` says something and ends well."""
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and answer.stdout.strip() != ""


def playwright_starts() -> bool:
    return starts([*PLAYWRIGHT, "--version"])


def playwrights_own(browser: Browser) -> Path | None:
    """Where Playwright keeps its own copy, whether or not it has been downloaded."""
    if not playwright_starts():
        return None
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(getattr(playwright, browser.playwright).executable_path)


def is_snap(program: Path) -> bool:
    """Whether a program is Ubuntu's script that starts a snap, or a link to snap itself."""
    with program.open("rb") as file:
        start = file.read(4096)
    return program.resolve().name == "snap" or (start.startswith(b"#!") and b"/snap/" in start)


def version_of(program: Path) -> int:
    """The first number that a program says with --version; 0 if it says none."""
    try:
        answer = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=120)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    number = re.search(r"\d+", answer.stdout)
    return int(number[0]) if number else 0


def of_the_system(browser: Browser) -> list[Path]:
    """The programs of this system, young enough or not."""
    found = [shutil.which(program) for program in browser.programs]
    return [Path(path) for path in found if path and not is_snap(Path(path))]


def too_old(browser: Browser, program: Path) -> bool:
    return browser.oldest > 0 and version_of(program) < browser.oldest


def candidates(browser: Browser) -> Iterator[Path]:
    yield from (path for path in of_the_system(browser) if not too_old(browser, path))
    yield from (Path(app) for app in browser.mac_apps if Path(app).exists())
    own = playwrights_own(browser)
    if own and own.exists():
        yield own


def find(browser: Browser) -> Path | None:
    """The browser to test with, or None. OSError if its variable names one that does not start."""
    named = os.environ.get(browser.variable)
    if named:
        found = shutil.which(named)
        if found is None or not starts([found, "--version"]):
            raise OSError(
                f"{browser.variable} is {named!r}, but that does not start with --version; "
                f"name a {browser.name} that does, or unset the variable"
            )
        return Path(found)
    return next((path for path in candidates(browser) if starts([path, "--version"])), None)


def may_use_apt() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get") is not None


def apt_knows(package: str) -> bool:
    return starts(["apt-cache", "show", package])


def apt_package(browser: Browser) -> str | None:
    """The package to install for a browser: None if a good one is here, or if apt knows none."""
    found = find(browser)
    if found is None:
        return next(filter(apt_knows, browser.apt), None)
    enough = found.name == browser.lighter or browser.variable in os.environ
    return browser.lighter if browser.lighter and not enough and apt_knows(browser.lighter) else None


def apt_packages() -> list[str]:
    """Debian's packages of what is missing here."""
    packages = [] if playwright_starts() else [PLAYWRIGHTS_APT]
    return packages + [package for browser in BROWSERS if (package := apt_package(browser))]


def install(command: list[str]) -> None:
    print(f"Installing what the browser tests need: {' '.join(command)}", file=sys.stderr, flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)


def ensure() -> bool:
    """Install what is missing, as far as this user may; whether nothing is missing then."""
    missing = not playwright_starts() or not all(find(browser) for browser in BROWSERS)
    if may_use_apt() and (missing or apt_packages()):
        install(["apt-get", "update"])  # apt may not know yet what there is
        if packages := apt_packages():
            install(["apt-get", "install", "-y", "--no-install-recommends", *packages])
    if not playwright_starts():
        return False
    for browser in BROWSERS:
        if find(browser) is None:
            install([*PLAYWRIGHT, "install", browser.playwright])
    return all(find(browser) for browser in BROWSERS)


def advice() -> str:
    """What to install by hand."""
    what = [] if playwright_starts() else ["Playwright's Node"]
    lacking = [browser for browser in BROWSERS if find(browser) is None]
    what += [f"a {browser.name}" for browser in lacking]
    packages = [] if playwright_starts() else [PLAYWRIGHTS_APT]
    packages += [apt_package(browser) or browser.apt[-1] for browser in lacking]
    ways = [("Debian, Ubuntu", f"sudo apt install {' '.join(packages)}")]
    ways += [("Fedora", f"sudo dnf install {' '.join(['libatomic', *(b.dnf for b in lacking)])}")]
    ways += [("macOS", f"brew install --cask {browser.brew}") for browser in lacking if browser.brew]
    if playwright_starts():
        names = " ".join(browser.playwright for browser in lacking)
        ways += [("anywhere", f".venv/bin/python -m playwright install --with-deps {names}")]
    missing = ", ".join(what[:-2] + [" and ".join(what[-2:])])
    lines = [f"error: some tests need {missing}: not found here, and this user cannot install it."]
    lines += [
        f"       {path} is version {version_of(path)}: it takes {browser.oldest} or newer. On Debian the "
        "security archive has one; is it in /etc/apt/sources.list?"
        for browser in lacking for path in of_the_system(browser) if too_old(browser, path)
    ]  # fmt: skip
    lines += [f"       {system + ':':16} {command}" for system, command in ways]
    lines += [
        f"       Or name one that you have:  {browser.variable}=/path/to/{browser.playwright} make test"
        for browser in lacking
    ]
    lines += ['       The tests of vaecore itself need none of it:  make test ARGS="-m core"']
    return "\n".join(lines)


def needs_browsers(marks: str | None) -> bool:
    """Whether a test with pytest's `-m marks` may open a browser; in doubt it does."""
    if not marks:
        return True
    try:
        return any(
            eval(marks, {"__builtins__": {}, "browser": True, **{mark: mark == room for mark in FOLDERS}})
            for room in WITH_BROWSER
        )
    except (SyntaxError, NameError, TypeError):
        return True


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], allow_abbrev=False)
    parser.add_argument("-m", dest="marks", help="the tests that are to run, as pytest's -m chooses them")
    if not needs_browsers(parser.parse_known_args(arguments)[0].marks):
        return
    try:
        if not ensure():
            sys.exit(advice())
        for browser in BROWSERS:
            print(find(browser))
    except OSError as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()

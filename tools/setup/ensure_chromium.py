"""Find a Chromium for the browser tests, or install one (`make test` calls this first).

    python -m tools.setup.ensure_chromium        prints the path of a Chromium that starts

The first of these that starts is taken: the one that VAECORE_CHROMIUM names, the system's, the one that
Playwright has downloaded before. If there is none: apt's on Debian and Ubuntu for root, else
Playwright's own download. If that fails too, this says what to install and exits with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ADVICE = """\
error: the tests need a Chromium, and none was found or could be installed.
       Debian, Ubuntu:  sudo apt install chromium    (then run make test again)
       Fedora:          sudo dnf install chromium
       macOS:           brew install --cask google-chrome
       anywhere:        .venv/bin/python -m playwright install --with-deps chromium
       Or name one that you have:  VAECORE_CHROMIUM=/path/to/chrome make test"""


def version_of(browser: Path) -> str | None:
    """What `browser --version` says; None if it does not start."""
    try:
        answer = subprocess.run([browser, "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    text = answer.stdout.strip()
    return text if answer.returncode == 0 and text else None


def playwright_chromium() -> Path | None:
    """Where Playwright keeps its own Chromium, whether or not it has been downloaded."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def candidates() -> Iterator[Path]:
    for name in NAMES:
        found = shutil.which(name)
        if found:
            yield Path(found)
    yield from (Path(app) for app in MAC_APPS if Path(app).exists())
    own = playwright_chromium()
    if own and own.exists():
        yield own


def find_chromium() -> Path | None:
    """The Chromium to test with, or None. OSError if VAECORE_CHROMIUM names one that does not start."""
    named = os.environ.get("VAECORE_CHROMIUM")
    if named:
        found = shutil.which(named)
        if found is None or version_of(Path(found)) is None:
            raise OSError(
                f"VAECORE_CHROMIUM is {named!r}, but that does not start with --version; "
                "name a Chromium or Chrome that does, or unset the variable"
            )
        return Path(found)
    return next((browser for browser in candidates() if version_of(browser)), None)


def install_commands() -> list[list[str]]:
    """How to install a Chromium here, first choice first."""
    commands = []
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        commands.append(["sh", "-c", "apt-get update && apt-get install -y --no-install-recommends chromium"])
    commands.append([sys.executable, "-m", "playwright", "install", "chromium"])
    return commands


def ensure_chromium() -> Path | None:
    """The Chromium to test with; installs one if there is none. None if that did not work either."""
    found = find_chromium()
    for command in [] if found else install_commands():
        print(f"No Chromium here yet; installing one: {' '.join(command)}", file=sys.stderr, flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        found = find_chromium()
        if found:
            break
    return found


def main() -> None:
    try:
        browser = ensure_chromium()
    except OSError as error:
        sys.exit(f"error: {error}")
    if browser is None:
        sys.exit(ADVICE)
    print(browser)


if __name__ == "__main__":
    main()

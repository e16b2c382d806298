"""A pytest plugin: the finished book, a server for it, and a Chromium that writes down what goes wrong.

Nothing here is ever skipped: without a book or a Chromium the tests fail and say what is missing.
Playwright and PyYAML are imported where they are used: the core's tests need neither.
"""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

import ensure_chromium
import serve_book

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
HTML = BOOK / "_build" / "html"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
# Whatever a page asks another host for is written down below; it shall not get there either.
FLAGS.append("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")

TIMEOUT = 120_000  # milliseconds: the end of waiting for a condition, on a very busy machine

OpenPage = Callable[..., "tuple[Page, list[str]]"]


def pages_of(toc: object) -> list[str]:
    """The pages that a _toc.yml names, in its order."""
    if isinstance(toc, list):
        return [page for entry in toc for page in pages_of(entry)]
    if not isinstance(toc, dict):
        return []
    own = [toc[key] for key in ("root", "file") if key in toc]
    return own + [page for value in toc.values() for page in pages_of(value)]


def book_pages() -> list[str]:
    import yaml

    return pages_of(yaml.safe_load((BOOK / "_toc.yml").read_text(encoding="utf-8")))


EXTRA_PAGES = ["search", "genindex"]  # Sphinx makes these


@pytest.fixture(scope="session")
def built_book() -> Path:
    """Build the book as `make book` does, once a session; the folder with its pages."""
    built = subprocess.run([sys.executable, ROOT / "tools" / "build_book.py"], capture_output=True, text=True)
    if built.returncode != 0:
        pytest.fail(f"the book was not built:\n{built.stdout}\n{built.stderr}", pytrace=False)
    return HTML


@pytest.fixture(scope="session")
def tracked_files() -> list[str]:
    """The files of the checkout, new ones that git does not ignore included."""
    command = ["git", "-c", f"safe.directory={ROOT}", "ls-files", "-z", "--cached", "--others"]
    command.append("--exclude-standard")
    listed = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout
    return [path for path in sorted(set(listed.split("\0"))) if path and (ROOT / path).exists()]


@pytest.fixture(scope="session")
def http_server(built_book: Path) -> Iterator[str]:
    """Serve the book on a free port of the loopback, with the server of `make serve`; the address."""
    with serve_book.open_server(0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    from playwright.sync_api import expect, sync_playwright

    path = ensure_chromium.find_chromium()
    if path is None:
        pytest.fail(ensure_chromium.ADVICE, pytrace=False)
    with sync_playwright() as playwright:
        expect.set_options(timeout=TIMEOUT)
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def is_elsewhere(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme not in ("file", "data", "blob", "about") and parts.hostname != "127.0.0.1"


def watch(page: Page) -> list[str]:
    """A list that grows by one line for everything that goes wrong on a page."""
    problems: list[str] = []

    def on_request(url: str) -> None:
        if is_elsewhere(url):
            problems.append(f"asks another host: {url}")

    page.on("request", lambda request: on_request(request.url))
    page.on("websocket", lambda socket: on_request(socket.url))
    page.on("requestfailed", lambda request: problems.append(f"request failed: {request.url}"))
    page.on("pageerror", lambda error: problems.append(f"JavaScript error: {error}"))
    page.on(
        "response",
        lambda answer: problems.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None,
    )
    page.on(
        "console",
        lambda message: problems.append(f"console {message.type}: {message.text}")
        if message.type in ("error", "warning")
        else None,
    )
    return problems


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[OpenPage]:
    """A function that opens a tab of its own profile and returns it with its list of problems."""
    contexts = []

    def open_page(*, dark: bool = False, width: int = 1280) -> tuple[Page, list[str]]:
        context = chromium.new_context(
            color_scheme="dark" if dark else "light", viewport={"width": width, "height": 900}
        )
        contexts.append(context)
        context.set_default_timeout(TIMEOUT)
        page = context.new_page()
        return page, watch(page)

    yield open_page
    for context in contexts:
        context.close()


def wait_until_typeset(page: Page) -> None:
    """Wait until MathJax, where there is something to typeset, has done so, and all pictures are there."""
    page.wait_for_function("() => !document.querySelector('.math') || window.MathJax?.startup?.promise")
    page.evaluate("async () => { await window.MathJax?.startup?.promise }")
    page.evaluate("() => Promise.allSettled([...document.images].map(image => image.decode()))")

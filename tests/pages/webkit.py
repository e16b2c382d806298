"""The book in WebKit, the engine of Safari: `make test-webkit`.

Debian's WebKitWebDriver drives its MiniBrowser under Xvfb, by selenium. Every page opens without an error,
over http and from the folder; every widget comes to life and answers, every question judges, links into pages
land. `make test` does not collect this file: see CONTRIBUTING.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import EXTRA_PAGES, book_pages
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait
from test_links_into_pages import HIGHEST, LINK, OFF

MINI_BROWSERS = sorted(Path("/usr").glob("lib*/**/webkit2gtk-4.*/MiniBrowser"))
ADVICE = "WebKit's tests need WebKitWebDriver, MiniBrowser and Xvfb:  sudo apt install webkit2gtk-driver xvfb"
PATIENCE = 120  # seconds until a state is there, on a very busy machine

# Selenium warns of what it does itself.
pytestmark = pytest.mark.filterwarnings("ignore:setting remote_server_addr:DeprecationWarning")

# What goes wrong is written down from the first line of a page on.
TROUBLE = """window.trouble ??= [];
addEventListener('error', ({message, target}) =>
  trouble.push(message ?? `did not load: ${target.src || target.href}`), true);
addEventListener('unhandledrejection', ({reason}) => trouble.push(String(reason)));"""
# Scrolls to the next widget that is not there yet, or says what is wrong on the page when all are there.
WHOLE = r"""
const next = [...document.querySelectorAll('.vaecore-widget')].find(({dataset}) => !dataset.state);
next?.scrollIntoView({block: 'nearest'});
const mathematics = [...document.querySelectorAll('.math')];
if (next || document.readyState !== 'complete') return null;
if (mathematics.some(part => !part.querySelector('mjx-container'))) return null;
return [
  ...(window.trouble ?? []),
  ...[...document.querySelectorAll('.vw-trouble')].map(({textContent}) => textContent),
  ...[...document.querySelectorAll('mjx-merror')].map(({textContent}) => `wrong TeX: ${textContent}`),
  ...[...document.images].filter(image => image.checkVisibility() && !(image.complete && image.naturalWidth))
    .map(({src}) => `no picture: ${src}`),
  ...(document.documentElement.scrollWidth > innerWidth + 1 ? ['the page is too wide'] : []),
  ...performance.getEntriesByType('resource').map(({name}) => name)
    .filter(name => !/^(file:|data:|blob:|http:..127\.0\.0\.1)/.test(name))
    .map(name => `asks another host: ${name}`),
];"""
# Of each widget that is no question: whether a slider's step changes what the widget shows.
DEAF = """const widgets = [...document.querySelectorAll('.vaecore-widget:not([data-widget=question])')];
return widgets.filter(holder => {
  const small = value => typeof value !== 'object' || value?.length < 60;
  const shown = () => JSON.stringify(Object.values(holder.vaecoreModel.state).filter(small));
  const [range, before] = [holder.querySelector('input[type=range]'), shown()];
  const value = range.value;
  range.stepUp();
  if (range.value === value) range.stepDown();
  range.dispatchEvent(new Event('input', {bubbles: true}));
  return shown() === before;
}).map(({dataset}) => `${dataset.widget} does not answer`);"""
# Of each question: whether a press of "Check" on an answer, or on none, says something of it.
SILENT = """return [...document.querySelectorAll('[data-widget=question]')].filter(holder => {
  const said = () => holder.querySelector('.vw-feedback').textContent;
  const before = said();
  for (const input of holder.querySelectorAll('input[type=checkbox]')) input.click();
  for (const input of holder.querySelectorAll('.vw-number input')) {
    input.value = '0.5';
    input.dispatchEvent(new Event('input', {bubbles: true}));
  }
  holder.querySelector('.vw-rest button, .vw-line-buttons button')?.click();
  holder.querySelector('.vw-check').click();
  return !said() || said() === before;
}).map(holder => `a question is silent: ${holder.textContent.trim().slice(0, 60)}`);"""

TYPESET = """return document.readyState === 'complete'
  && [...document.querySelectorAll('.math')].every(part => part.querySelector('mjx-container')) || null"""


@pytest.fixture(scope="session")
def display() -> Iterator[str]:
    """A screen that nobody sees."""
    if not shutil.which("Xvfb"):
        pytest.fail(ADVICE, pytrace=False)
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as screen:
        os.close(write)
        with os.fdopen(read) as number:
            yield f":{number.readline().strip()}"
        screen.terminate()


@pytest.fixture(scope="session")
def webkit(display: str, font_environments: dict[str, dict[str, str]]) -> Iterator[webdriver.WebKitGTK]:
    driver = shutil.which("WebKitWebDriver")
    if not driver or not MINI_BROWSERS:
        pytest.fail(ADVICE, pytrace=False)
    options = webdriver.WebKitGTKOptions()
    options.binary_location = str(MINI_BROWSERS[-1])
    options.add_argument("--automation")
    environment = {
        **font_environments["narrow"], "DISPLAY": display,
        "WEBKIT_DISABLE_DMABUF_RENDERER": "1", "LIBGL_ALWAYS_SOFTWARE": "1",  # there is no graphics card
    }  # fmt: skip
    service = webdriver.WebKitGTKService(driver, env=environment)
    browser = webdriver.WebKitGTK(options=options, service=service)
    browser.set_window_size(1280, 900)
    browser.set_script_timeout(PATIENCE)
    yield browser
    browser.quit()


def until(webkit: webdriver.WebKitGTK, script: str, *arguments: Any) -> Any:
    """What the script returns once that is not null."""
    return WebDriverWait(webkit, PATIENCE).until(
        lambda driver: [answer] if (answer := driver.execute_script(script, *arguments)) is not None else None
    )[0]


@pytest.mark.parametrize("origin", ["http", "file"])
@pytest.mark.parametrize("name", book_pages() + EXTRA_PAGES)
def test_a_page_opens_its_widgets_and_questions_answer(
    name: str, origin: str, webkit: webdriver.WebKitGTK, built_book: Path, http_server: str
) -> None:
    webkit.get(f"{http_server if origin == 'http' else built_book.as_uri() + '/'}{name}.html")
    webkit.execute_script(TROUBLE)
    assert until(webkit, WHOLE) == []
    assert webkit.execute_script(DEAF) + webkit.execute_script(SILENT) == []
    assert webkit.execute_script("return window.trouble") == []


@pytest.mark.parametrize("name", [page for page in book_pages() if re.match(r"\d\d_", page)])
def test_links_into_a_chapter_land(
    name: str, webkit: webdriver.WebKitGTK, built_book: Path, http_server: str
) -> None:
    listed = LINK.findall((built_book / "exercises.html").read_text(encoding="utf-8"))
    anchors = [anchor for page, anchor in listed if page == name]
    off = {}
    for anchor in anchors[:: max(1, len(anchors) // 3)]:
        webkit.get("about:blank")  # else the address changes, and the page stays
        webkit.get(f"{http_server}{name}.html#{anchor}")
        until(webkit, TYPESET)
        landed = f"const off = ({OFF})(arguments[0]); return 0 <= off && off <= {HIGHEST} || null"
        until(webkit, landed, anchor)
        off[anchor] = webkit.execute_script(f"return ({OFF})(arguments[0])", anchor)
    assert len(off) >= 3
    assert {anchor: far for anchor, far in off.items() if not 0 <= far <= HIGHEST} == {}

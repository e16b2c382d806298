"""What a page may load and run, as headers for the host that serves the book: the book's own files alone.

`_headers`, in the form that Netlify and Cloudflare Pages read, carries a content security policy for every
page.  A script that stands in a page runs only if its hash is in there: what somebody else's text would bring
into a page does not.  Styles may stand in elements, since MathJax and the figures write them there.
Hosts that read no such file (GitHub Pages) serve it as a file like any other.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from vaebook.errors import UnexpectedPage
from vaebook.finished_pages.built_pages import change_pages, pages

FILE = "_headers"
LONGEST = 2000  # characters: Cloudflare reads no longer line
# Each page would need a hash of its own for this line, which only a menu of versions reads; there is none.
NAME_OF_PAGE = re.compile(r"[ \t]*<script>DOCUMENTATION_OPTIONS\.pagename = '[^'<]*';</script>\n?")
MENU_OF_VERSIONS = "version-switcher__"
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.DOTALL)
RUNS = ("", "text/javascript", "application/javascript")
HANDLER = re.compile(r"<[a-z][^<>]*?\son[a-z]+=\"([^\"]*)\"")
RULES = {
    "default-src": "'self'",
    "script-src": "'self' 'wasm-unsafe-eval'",  # the page's Python is WebAssembly
    "worker-src": "blob:",  # in which it runs, put together on the page
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data:",  # figures that the page's Python draws
    "font-src": "'self'",
    "connect-src": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",  # the search
}
OTHER_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


def drop_names_of_pages(html: Path) -> None:
    """Take away the one script that differs from page to page.  UnexpectedPage where it is not there once."""

    def without_name(text: str, page: str) -> str:
        if MENU_OF_VERSIONS in text:
            raise UnexpectedPage(f"{page}.html has a menu of versions, whose script needs the page's name")
        text, count = NAME_OF_PAGE.subn("", text)
        if count != 1:
            raise UnexpectedPage(f"{page}.html says its name {count} times, and the theme did so once")
        return text

    change_pages(html, without_name)


def hashed(text: str) -> str:
    """A script's hash, as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def kind_of(attributes: str) -> str:
    """What a script says of its type; "" where it says nothing."""
    named = re.search(r'\btype="([^"]*)"', attributes)
    return named[1] if named else ""


def policy_for(texts: Iterable[str]) -> str:
    """The policy under which the pages with these texts work, and no script but theirs runs."""
    scripts: set[str] = set()
    handlers: set[str] = set()
    for text in texts:
        for attributes, script in SCRIPT.findall(text):
            if "src=" not in attributes and kind_of(attributes) in RUNS:
                scripts.add(script)
        handlers.update(HANDLER.findall(SCRIPT.sub("", text)))
    hashes = [hashed(text) for text in sorted(scripts)]
    if handlers:  # browsers that do not know 'unsafe-hashes' leave these buttons without work
        hashes += ["'unsafe-hashes'", *(hashed(text) for text in sorted(handlers))]
    rules = {**RULES, "script-src": " ".join([RULES["script-src"], *hashes])}
    return "; ".join(f"{name} {values}" for name, values in rules.items())


def write_headers(html: Path) -> None:
    """Write `_headers`.  UnexpectedPage where so many scripts stand in pages that hosts cut the line off."""
    headers = {"Content-Security-Policy": policy_for(text for _, text in pages(html)), **OTHER_HEADERS}
    lines = [f"  {name}: {value}" for name, value in headers.items()]
    if longest := next((line for line in lines if len(line) > LONGEST), None):
        raise UnexpectedPage(f"a line of {FILE} has {len(longest)} characters, more than {LONGEST}")
    (html / FILE).write_text("\n".join(["/*", *lines, ""]), encoding="utf-8")

"""Links from the chapters to the reference: in code and in prose, where a name of vaecore is first used.

Each name that a page imports is linked once in its cells and once in its text; so is `vaecore.name` in text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from pygments.lexers import get_lexer_by_name
from pygments.token import Token
from sphinx.transforms.post_transforms import SphinxPostTransform

from vaebook.chapters.sources import text_of
from vaebook.chapters.twins import is_chapter
from vaebook.errors import UnexpectedPage
from vaebook.pages.reference import PAGE, entry_for

if TYPE_CHECKING:
    from sphinx.application import Sphinx

LINK = "to-reference"  # the class of these links
IMPORT = re.compile(r"^from (vaecore(?:\.\w+)*) import (\([^)]*\)|.*)$", re.MULTILINE)
NAME = re.compile(r"vaecore(\.\w+)+")
FOLDED = {"tag_hide-input", "tag_hide-cell"}
NOT_IN = (nodes.reference, nodes.title, nodes.caption, nodes.term)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_node(linked_code, html=(visit_linked_code, None))
    app.add_post_transform(LinksToTheReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class linked_code(nodes.literal_block):
    """Code in which names are linked; `links` is {name: address}."""


def imported_names(text: str) -> Iterator[tuple[str, str]]:
    """The names that a page's cells import from vaecore: (module, name)."""
    for module, names in IMPORT.findall(text):
        for name in re.split(r"[,\s]+", names.partition("#")[0].strip("() \t\n,")):
            yield module, name


class LinksToTheReference(SphinxPostTransform):
    """After references are resolved, in chapters alone: lists and tables of words need no links."""

    default_priority = 720
    formats = ("html",)

    def run(self, **kwargs: Any) -> None:
        page = self.env.docname
        text = text_of(Path(self.env.doc2path(page)))
        if not is_chapter(text) or PAGE not in self.env.found_docs:
            return
        here = self.app.builder.get_relative_uri(page, PAGE)
        links = {}
        for module, name in imported_names(text):
            if target := entry_for(self.env, getattr(import_module(module), name)):
                links[name] = f"{here}#{target}"
        self.link_code(dict(links))
        self.link_prose(dict(links), here)

    def link_code(self, links: dict[str, str]) -> None:
        """Where code is to be seen, if the name stands in any of it, and else in a folded cell."""
        cells = [node for node in self.document.findall(nodes.literal_block) if is_cell(node)]
        for node in sorted(cells, key=is_folded):
            if not any(name in node.astext() for name in links):
                continue
            if found := {name: links.pop(name) for name in names_in(node) if name in links}:
                linked = linked_code(node.rawsource, "", *node.children, **node.attributes)
                linked["links"] = found
                node.replace_self(linked)

    def link_prose(self, links: dict[str, str], here: str) -> None:
        done = set()
        for node in list(self.document.findall(nodes.literal)):
            name = node.astext()
            if name in done or any(isinstance(parent, NOT_IN) for parent in ancestors(node)):
                continue
            address = links.get(name)
            if address is None and NAME.fullmatch(name) and (target := entry_for(self.env, named(name))):
                address = f"{here}#{target}"
            if address:
                done.add(name)
                node.replace_self(nodes.reference("", "", node.deepcopy(), refuri=address, classes=[LINK]))


def is_cell(node: nodes.Element) -> bool:
    return str(node.get("language", "")).startswith("ipython")


def is_folded(node: nodes.Node) -> bool:
    classes = {
        name for parent in ancestors(node) for name in getattr(parent, "attributes", {}).get("classes", ())
    }
    return not FOLDED.isdisjoint(classes)


def names_in(code: nodes.Element) -> Iterator[str]:
    """The names that stand in code by themselves: no attribute of anything, no definition, no string."""
    before = ""
    for kind, text in get_lexer_by_name(code["language"]).get_tokens(code.astext()):
        if kind is Token.Name and before != ".":
            yield text
        before = text


def ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def named(name: str) -> Any:
    """What "vaecore.kl" or "vaecore.Adam" names; an object of its own if it names nothing."""
    import vaecore

    thing: Any = vaecore
    for part in name.split(".")[1:]:
        thing = getattr(thing, part, object())
    return thing


def visit_linked_code(writer: Any, node: linked_code) -> None:
    """As any code, with a link around the first place of each of its names."""
    start = len(writer.body)
    try:
        writer.visit_literal_block(node)
    finally:  # it ends with SkipNode
        code = "".join(writer.body[start:])
        for name, address in node["links"].items():
            code = link_first(code, name, address)
        writer.body[start:] = [code]


def link_first(code: str, name: str, address: str) -> str:
    """Highlighted code with a link around the first place where a name stands by itself.

    Raises UnexpectedPage where there is none: it was highlighted in another way than this module knows.
    """
    span = rf'(?<!<span class="o">\.</span>)(<span class="n">{name}</span>)'
    linked, count = re.subn(span, rf'<a class="{LINK}" href="{escape(address)}">\1</a>', code, count=1)
    if not count:
        raise UnexpectedPage(f"{name} stands in a cell, and is not to be found in its highlighted code")
    return linked

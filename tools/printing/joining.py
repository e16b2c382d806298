"""Printed pages made one PDF: links lead to sheets, headings are its outline, sheets have their numbers."""

from __future__ import annotations

import io
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pypdf import PdfReader, PdfWriter
from pypdf.constants import PageLabelStyle
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    IndirectObject,
    NameObject,
    NullObject,
    TextStringObject,
)

from tools.printing.sheets import Part


def joined(contents: Part, parts: list[Part], built: Path, *, title: str, author: str) -> bytes:
    """Return one PDF: the contents, with roman numbers, and the parts one after the other."""
    writer = PdfWriter()
    starts: dict[str, int] = {}
    every = [contents, *parts]
    for part in every:
        starts[part.key] = len(writer.pages)
        for page in PdfReader(io.BytesIO(part.pdf)).pages:
            writer.add_page(page)
    goals = Goals(writer, {part.key: part for part in every}, starts, built)
    for part in every:
        for page in writer.pages[starts[part.key] : starts[part.key] + part.sheets]:
            links = page.get("/Annots")
            if links is not None:
                kept = [link for link in links.get_object() if goals.settled(link.get_object(), part)]
                page[NameObject("/Annots")] = ArrayObject(kept)
    add_outline(writer, parts, starts)
    writer.set_page_label(0, contents.sheets - 1, style=PageLabelStyle.LOWERCASE_ROMAN)
    writer.set_page_label(contents.sheets, len(writer.pages) - 1, style=PageLabelStyle.DECIMAL, start=1)
    writer.add_metadata({"/Title": title, "/Author": author})
    writer.root_object[NameObject("/Lang")] = TextStringObject("en")
    writer.page_mode = "/UseOutlines"
    writer.compress_identical_objects(remove_unreferenced=True)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


class Goals:
    """Where links lead: into this document, to another host, or nowhere."""

    def __init__(
        self, writer: PdfWriter, parts: dict[str, Part], starts: dict[str, int], built: Path
    ) -> None:
        self.writer, self.parts, self.starts = writer, parts, starts
        self.folder = f"{unquote(urlsplit(built.as_uri()).path)}/"

    def at(self, part: Part, place: str) -> ArrayObject:
        """A place of a part; its beginning, where there is none of that name."""
        sheet, left, top = part.places.get(place, (0, 0.0, 0.0))
        page = self.writer.pages[self.starts[part.key] + sheet]
        height = FloatObject(top) if place in part.places else NullObject()
        return ArrayObject(
            [page.indirect_reference, NameObject("/XYZ"), FloatObject(left), height, NullObject()]
        )

    def settled(self, link: DictionaryObject, part: Part) -> bool:
        """Make a link of `part` lead into this document where it can; False where it leads nowhere."""
        if "/Dest" in link:
            place = str(link["/Dest"]).removeprefix("/")
            link[NameObject("/Dest")] = self.at(part, place)
            return place in part.places
        action = link.get("/A")
        address = urlsplit(str(action.get_object().get("/URI", ""))) if action is not None else urlsplit("")
        if address.scheme != "file":
            return address.scheme in ("http", "https", "mailto")
        path = unquote(address.path)
        key = path.removeprefix(self.folder).removesuffix(".html")
        goal = self.parts.get(f"{key}/{address.query}", self.parts.get(key))
        if not path.startswith(self.folder) or goal is None:
            return False
        del link["/A"]
        link[NameObject("/Dest")] = self.at(goal, unquote(address.fragment))
        return True


def add_outline(writer: PdfWriter, parts: list[Part], starts: dict[str, int]) -> None:
    """Headings under headings, each open to the sheet where it stands."""
    for part in parts:
        above: dict[int, IndirectObject] = {}
        for heading in part.headings:
            parent = next((above[level] for level in range(heading.level - 1, 0, -1) if level in above), None)
            above = {level: item for level, item in above.items() if level < heading.level}
            above[heading.level] = writer.add_outline_item(
                heading.text, starts[part.key] + heading.sheet, parent=parent, is_open=False
            )

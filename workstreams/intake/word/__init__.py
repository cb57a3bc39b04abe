"""A Word document as a neutral document: its paragraphs and tables in reading order, as its reader sees them.

Insertions that were tracked are read and deletions are not; what is hidden is left out, and so is a table of
contents, which says everything twice.
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import docx

from ..document import Document, Paragraph, Table
from ..room import Room
from .numbering import W
from .styles import Styles
from .table import cells_of, laid_out
from .text import TABLE, Passage, Teller

HEADING_LETTERS = 120
_LOOKS_LEVEL = 9  # a heading that is one by its look alone stands below all others
_SEPARATORS = ("separator", "continuationSeparator", "continuationNotice")


def read(content: bytes, name: str) -> Document:
    package = docx.Document(BytesIO(content))
    return _Reader(package, name).document()


class _Reader:
    def __init__(self, package: Any, name: str) -> None:
        self.part, self.name = package.part, name
        self.body = package.element.body
        self.room = Room()
        self.styles = Styles(package)
        self.teller = Teller(self.styles)
        self.paragraphs = self.tables = 0
        self.is_titled = False

    def document(self) -> Document:
        blocks = list(self._blocks(self.body))
        said = "\n".join(_words(blocks)).casefold()
        return Document("docx", self.name, (*self._margins(said), *blocks, *self._notes()))

    def _blocks(self, container: Any) -> Iterator[Paragraph | Table]:
        for element in self.teller.blocks(container):
            if element.tag == TABLE:
                yield from self._table(element)
                continue
            passage = self.teller.passage(element)
            if passage.text and not passage.is_contents:
                yield self._paragraph(passage)
            for box in passage.boxes:
                yield from self._blocks(box)

    def _table(self, element: Any) -> Iterator[Table]:
        rows = laid_out(element, self.teller, self.room, f"Table {self.tables + 1}")
        if rows:
            self.room.take_block()
            self.tables += 1
            name = f"Table {self.tables}"
            yield Table(name, cells_of(rows, name, self.teller, self.room))

    def _paragraph(self, passage: Passage) -> Paragraph:
        self.room.take_block()
        self.paragraphs += 1
        at = f"Paragraph {self.paragraphs}"
        self.room.take_text(at, passage.text)
        style, level = passage.style, passage.level
        looks = passage.bold and "\n" not in passage.text and len(passage.text) <= HEADING_LETTERS
        if not style and looks and not passage.text.endswith((".", ";", ",")):
            is_first = self.paragraphs == 1 and not self.tables
            style, level = ("TITLE", 0) if is_first and not self.is_titled else ("HEADING", _LOOKS_LEVEL)
        self.is_titled = self.is_titled or style == "TITLE"
        return Paragraph(at, passage.text, style, level, passage.bold)

    def _margins(self, said: str) -> Iterator[Paragraph]:
        """What the first section's headers and footers say and the text doesn't, such as a version."""
        section = next(self.body.iter(f"{W}sectPr"), None)
        for kind, what in (("headerReference", "Header"), ("footerReference", "Footer")):
            number = 0
            for reference in section.findall(f"{W}{kind}") if section is not None else ():
                part = self.part.related_parts.get(reference.rId)
                for element in part.element.iter(f"{W}p") if part is not None else ():
                    text = self.teller.passage(element).text
                    if any(c.isalpha() for c in text) and text.casefold() not in said and not _is_page(text):
                        number += 1
                        said += "\n" + text.casefold()
                        self.room.take_block()
                        at = f"{what}, paragraph {number}"
                        yield Paragraph(at, self.room.take_text(at, text))

    def _notes(self) -> Iterator[Paragraph]:
        for kind, what in (("footnote", "Footnote"), ("endnote", "Endnote")):
            number = 0
            for link in self.part.rels.values():
                if link.reltype.endswith(f"/{kind}s") and not link.is_external:
                    for note in _parsed(link.target_part).iter(f"{W}{kind}"):
                        if note.get(f"{W}type") in _SEPARATORS:
                            continue
                        number += 1
                        text = self.teller.lines_of(note)
                        if text:
                            self.room.take_block()
                            at = f"{what} {number}"
                            yield Paragraph(at, self.room.take_text(at, text))


def _parsed(part: Any) -> Any:
    from docx.oxml import parse_xml

    return part.element if hasattr(part, "element") else parse_xml(part.blob)


def _is_page(text: str) -> bool:
    """Whether it says no more than "Page 3 of 12" does."""
    words = text.casefold().replace("/", " ").replace("|", " ").split()
    return bool(words) and all(word in ("page", "of", "p.", "pg") or word.isdigit() for word in words)


def _words(blocks: list[Paragraph | Table]) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Table):
            yield from {cell.at: cell.text for row in block.rows for cell in row}.values()
        else:
            yield block.text

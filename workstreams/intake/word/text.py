"""The words of a Word document's paragraphs, from the runs, fields, links and text boxes they are in."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ..text import BULLET, plain, stars_as_bullets
from .numbering import W
from .styles import Look, Styles, is_on, numbering_of, outline

PARAGRAPH, TABLE, ROW, CELL = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
_BOX = f"{W}txbxContent"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"

# Struck out, moved away, notes to the side, alternative forms of what stands elsewhere, and instructions.
_PASSED_OVER = {
    f"{W}{name}"
    for name in (
        "del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr", "sdtEndPr", "rt",
        "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "commentReference", "footnoteRef", "endnoteRef",
    )
} | {f"{_MC}Fallback"}  # fmt: skip
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {
    0x6C: "●", 0x6E: "■", 0x71: "☐", 0x76: "❖", 0xA7: "▪", 0xA8: "☐", 0xB7: "•", 0xD8: "➢", 0xE0: "→",
    0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip


@dataclass(slots=True)
class Passage:
    """One paragraph, read."""

    text: str
    style: str
    level: int
    bold: bool
    is_contents: bool
    boxes: list[Any]  # text boxes that hang on it
    number: str  # what Word prints before it


@dataclass(slots=True)
class _Heard:
    """What the runs of a paragraph have said so far."""

    look: Look
    words: list[str] = field(default_factory=list)
    boxes: list[Any] = field(default_factory=list)
    bold: set[bool] = field(default_factory=set)
    fields: list[bool] = field(default_factory=list)  # open fields: is this one still giving its instruction?

    def say(self, text: str, bold: bool) -> None:
        if not any(self.fields):
            self.words.append(text)
            if text.strip():
                self.bold.add(bold)


class Teller:
    def __init__(self, styles: Styles) -> None:
        self.styles = styles

    def blocks(self, container: Any) -> Iterator[Any]:
        """The paragraphs and tables of a body, a cell or a box, out of whatever is wrapped around them."""
        for element in container:
            if element.tag in (PARAGRAPH, TABLE):
                yield element
            elif isinstance(element.tag, str) and element.tag not in _PASSED_OVER and not _asks(element):
                yield from self.blocks(element)

    def passage(self, element: Any) -> Passage:
        properties = element.find(f"{W}pPr")
        named = properties.find(f"{W}pStyle") if properties is not None else None
        look = self.styles.look(named.get(f"{W}val") if named is not None else None)
        heard = _Heard(look)
        self._hear(element, heard)
        style, level = outline(properties)
        if not style:
            style, level = look.style, look.level
        text = plain("".join(heard.words))
        place = self._list_of(properties, look)
        number = self.styles.numbering.next(place) if place else ""
        bulleted = (
            self.styles.numbering.is_bulleted(place)
            if place or numbering_of(properties)
            else look.name.startswith("list bullet")
        )
        if text and not style and bulleted:
            style = "BULLET"
            text = text if text.startswith(BULLET) else BULLET + text
        elif text and style == "HEADING" and number:
            text = f"{number} {text}"
        return Passage(text, style, level, heard.bold == {True}, look.is_contents, heard.boxes, number)

    def lines_of(self, container: Any) -> str:
        """All the words of a cell, a box or a note as lines, those of tables inside it too."""
        return self.told(container)[0]

    def told(self, container: Any) -> tuple[str, bool]:
        """The same, and whether all of it is bold."""
        lines: list[str] = []
        bold: list[bool] = []
        numbers: list[str] = []
        for element in self.blocks(container):
            if element.tag == TABLE:
                inner = [self.told(cell) for cell in element.iter(CELL) if self._is_own(cell, element)]
                lines += [text for text, _ in inner if text]
                bold += [heavy for text, heavy in inner if text]
                continue
            passage = self.passage(element)
            if passage.text:
                lines.append(passage.text)
                bold.append(passage.bold)
            elif passage.number:
                numbers.append(passage.number)
            for box in passage.boxes:
                if text := self.lines_of(box):
                    lines.append(text)
                    bold.append(False)
        # A column of numbers that Word counts has no text but these.
        return stars_as_bullets("\n".join(lines or numbers)), bool(bold) and all(bold)

    @staticmethod
    def _is_own(cell: Any, table: Any) -> bool:
        above = cell.getparent()
        while above.tag != TABLE:
            if above.tag == ROW and is_struck_out(above):
                return False
            above = above.getparent()
        return above is table

    @staticmethod
    def _list_of(properties: Any, look: Look) -> tuple[str, str] | None:
        """The list and level of a paragraph, by itself or by its style; a list "0" takes it out of any."""
        own = numbering_of(properties)
        if own is None:
            return look.list
        if own[0]:
            return own if own[0] != "0" else None
        return (look.list[0], own[1]) if look.list else None

    def _hear(self, element: Any, heard: _Heard) -> None:
        for child in element:
            tag = child.tag
            if tag in _PASSED_OVER or not isinstance(tag, str):
                continue
            if tag == f"{W}r":
                self._hear_run(child, heard)
            elif tag == _BOX:
                heard.boxes.append(child)
            elif tag == _MATH:
                heard.say(child.text or "", False)
            elif not _asks(child):
                self._hear(child, heard)

    def _hear_run(self, run: Any, heard: _Heard) -> None:
        properties = run.find(f"{W}rPr")
        named = properties.find(f"{W}rStyle") if properties is not None else None
        own = self.styles.look(named.get(f"{W}val", "")) if named is not None else Look()

        def switch(name: str, *others: bool | None) -> bool:
            return bool(next((on for on in (is_on(properties, name), *others) if on is not None), False))

        if switch("vanish", own.hidden, heard.look.hidden):
            return
        bold = switch("b", own.bold, heard.look.bold)
        for child in run:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if child.tag in _PASSED_OVER or not name:
                continue
            if name == "t" and child.tag.startswith(W):
                heard.say(child.text or "", bold)
            elif child.tag.startswith(W) and name in _SIGNS:
                heard.say(_SIGNS[name], bold)
            elif name == "sym":
                heard.say(_symbol(child), bold)
            elif name == "fldChar":
                _mark_field(child, heard)
            else:
                self._hear(child, heard)  # drawings with their boxes, and phonetic guides


def _asks(element: Any) -> bool:
    """A content control that still shows its own prompt, "Choose an item.", holds nothing."""
    if element.tag != f"{W}sdt":
        return False
    properties = element.find(f"{W}sdtPr")
    return bool(is_on(properties, "showingPlcHdr"))


def _symbol(element: Any) -> str:
    code = element.get(f"{W}char", "")
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    if 0xF000 <= number <= 0xF0FF:
        return _SYMBOLS.get(number & 0xFF, "")
    return chr(number) if number <= 0x10FFFF else ""


def _mark_field(element: Any, heard: _Heard) -> None:
    """A field gives its instruction, then its result; a form's list gives what was chosen of it."""
    kind = element.get(f"{W}fldCharType")
    if kind == "begin":
        if (chosen := _chosen(element)) is not None:
            heard.say(chosen, False)
        heard.fields.append(True)
    elif heard.fields and kind == "separate":
        heard.fields[-1] = False
    elif heard.fields and kind == "end":
        heard.fields.pop()


def _chosen(element: Any) -> str | None:
    choices = element.find(f"{W}ffData/{W}ddList")
    if choices is None:
        return None
    entries: list[str] = [entry.get(f"{W}val", "") for entry in choices.findall(f"{W}listEntry")]
    for name in ("result", "default"):
        found = choices.find(f"{W}{name}")
        value = found.get(f"{W}val", "") if found is not None else ""
        if value.isascii() and value.isdigit() and int(value) < len(entries):
            return entries[int(value)]
    return entries[0] if entries else ""


def is_struck_out(row: Any) -> bool:
    properties = row.find(f"{W}trPr")
    return properties is not None and properties.find(f"{W}del") is not None

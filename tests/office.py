"""Word documents and workbooks made by hand, down to the part and the byte that a test is about."""

import io
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import Any

import docx
import openpyxl

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DOCUMENT, SHEET, STYLES = "word/document.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"
TYPES = "[Content_Types].xml"
SHARED = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
_SPACES = " ".join(
    f'xmlns:{short}="{uri}"'
    for short, uri in {
        "w": W,
        "r": R,
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)


def saved(file: Any) -> bytes:
    """A python-docx document or an openpyxl workbook as the bytes of its file."""
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


@cache
def blank_word() -> bytes:
    return saved(docx.Document())


@cache
def blank_excel() -> bytes:
    return saved(openpyxl.Workbook())


def parts_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def changed(content: bytes, parts: Mapping[str, bytes | str | None]) -> bytes:
    """The file with some parts put in, changed or (None) taken out."""
    together = {**parts_of(content), **parts}
    return packed({name: part for name, part in together.items() if part is not None})


def replaced(content: bytes, part: str, old: str, new: str) -> bytes:
    """The file with words of one part replaced, which must be there."""
    text = parts_of(content)[part].decode()
    assert old in text, f"{part} does not hold {old!r}"
    return changed(content, {part: text.replace(old, new)})


def word(body: str, parts: Mapping[str, bytes | str | None] | None = None) -> bytes:
    """A Word document with this body, as XML."""
    xml = f'<?xml version="1.0" encoding="UTF-8"?><w:document {_SPACES}><w:body>{body}</w:body></w:document>'
    return changed(blank_word(), {DOCUMENT: xml, **(parts or {})})


def excel(rows: str, after: str = "", before: str = "") -> bytes:
    """A workbook whose one sheet holds these rows, as XML."""
    xml = (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet xmlns="{S}" xmlns:r="{R}">{before}'
        f"<sheetData>{rows}</sheetData>{after}</worksheet>"
    )
    return changed(blank_excel(), {SHEET: xml})


def with_shared(content: bytes, *strings: str) -> bytes:
    """The workbook with a table of shared strings (each as XML), as Excel keeps its text."""
    table = "".join(f"<si>{string}</si>" for string in strings)
    xml = f'<?xml version="1.0" encoding="UTF-8"?><sst xmlns="{S}">{table}</sst>'
    content = changed(content, {"xl/sharedStrings.xml": xml})
    content = typed(content, "xl/sharedStrings.xml", SHARED)
    return linked(content, "xl/workbook.xml", "sharedStrings", "sharedStrings.xml")


def linked(content: bytes, owner: str, kind: str, target: str, *, external: bool = False) -> bytes:
    """The file with one more relationship of `owner`; of the whole package where that is ""."""
    folder, _, last = owner.rpartition("/")
    rels = f"{folder}/_rels/{last}.rels".lstrip("/") if owner else "_rels/.rels"
    there = (
        parts_of(content)
        .get(
            rels,
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>',
        )
        .decode()
    )
    if there.endswith("/>"):
        there = there[:-2] + "></Relationships>"
    mode = ' TargetMode="External"' if external else ""
    link = f'<Relationship Id="rIdNew" Type="{R}/{kind}" Target="{target}"{mode}/>'
    return changed(content, {rels: there.replace("</Relationships>", link + "</Relationships>")})


def typed(content: bytes, part: str, said: str) -> bytes:
    """The file with one more content type."""
    override = f'<Override PartName="/{part}" ContentType="{said}"/>'
    return replaced(content, TYPES, "</Types>", override + "</Types>")


def p(text: str, properties: str = "", run: str = "") -> str:
    """A Word paragraph of one run, as XML."""
    return (
        f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr>"
        f'<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'
    )


def tc(text: str = "", properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{p(text)}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"

"""The two kinds of file that are read, and what to say of all others."""

import posixpath
import re
from dataclasses import dataclass


class NotSafe(Exception):
    """This file isn't read; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Office:
    ending: str
    thing: str
    program: str
    article: str
    main: str  # the content type of its main part

    def says(self, sentence: str) -> str:
        return sentence.format(
            thing=self.thing, ending=self.ending, program=self.program, article=self.article
        )


_MAIN = "application/vnd.openxmlformats-officedocument.{}.main+xml"
WORD = Office(".docx", "document", "Word", "a", _MAIN.format("wordprocessingml.document"))
EXCEL = Office(".xlsx", "workbook", "Excel", "an", _MAIN.format("spreadsheetml.sheet"))

SEND = "Send the plan as a Word document (.docx) or an Excel workbook (.xlsx)."
TOO_LARGE = "This file is larger than {} MB. Take out pictures or old pages, save it and send it again."
EMPTY = "This file is empty. Check that it was saved and send it again."
PASSWORD = "This file is protected by a password. Take the password off, save it and send it again."  # noqa: S105
OLD_WORD = "This is a Word document of the old kind (.doc). Open it in Word, save it as .docx and send that."
OLD_EXCEL = "This is a workbook of the old kind (.xls). Open it in Excel, save it as .xlsx and send that."
OLD_OFFICE = "This file is of an old kind. Open it in Word or Excel, save it as .docx or .xlsx and send that."
NO_ENDING = "This file's name does not say what it is. Give it the ending .docx or .xlsx and send it again."

_BY_ENDING = {
    ".docm": "This document can hold macros. Save it as an ordinary document (.docx) and send it again.",
    ".dotm": "This is a template with macros. Save it as an ordinary document (.docx) and send it again.",
    ".dotx": "This is a template. Save it as an ordinary document (.docx) and send it again.",
    ".xlsm": "This workbook can hold macros. Save it as an ordinary workbook (.xlsx) and send it again.",
    ".xltm": "This is a template with macros. Save it as an ordinary workbook (.xlsx) and send it again.",
    ".xltx": "This is a template. Save it as an ordinary workbook (.xlsx) and send it again.",
    ".xlsb": "This is a binary workbook. Save it as an ordinary workbook (.xlsx) and send it again.",
    ".xlam": "This is an add-in, which holds macros and no plan. " + SEND,
    ".doc": OLD_WORD,
    ".xls": OLD_EXCEL,
    ".odt": "This is an OpenDocument text. Save it as a Word document (.docx) and send that.",
    ".ods": "This is an OpenDocument sheet. Save it as an Excel workbook (.xlsx) and send that.",
    ".csv": "This is a list of values without its layout. Open it in Excel, save it as .xlsx and send that.",
    ".tsv": "This is a list of values without its layout. Open it in Excel, save it as .xlsx and send that.",
    ".rtf": "This is a rich text file. Open it in Word, save it as .docx and send that.",
    ".pdf": "This is a PDF, whose tables cannot be read safely. Send the Word document or workbook it was made from.",
    ".pptx": "This is a presentation. " + SEND,
    ".pages": "This is a Pages document. Export it as a Word document (.docx) and send that.",
    ".numbers": "This is a Numbers sheet. Export it as an Excel workbook (.xlsx) and send that.",
    ".txt": "This is plain text without tables. " + SEND,
    ".htm": "This is a web page. " + SEND,
    ".html": "This is a web page. " + SEND,
    ".zip": "This is a folder of files. Send one file out of it: a Word document (.docx) or a workbook (.xlsx).",
}
_PICTURE = "This is a picture. " + SEND
_BY_SIGNATURE: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", _BY_ENDING[".pdf"]),
    (b"{\\rtf", _BY_ENDING[".rtf"]),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"RIFF", _PICTURE),
)
# Drawings that nobody here opens, and that may be no proper XML, with the only links that may lead to them.
UNWATCHED = {".svg": "image", ".vml": "vmldrawing"}
_XML = re.compile(rb"\s*<")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def base_name(name: str) -> str:
    """The file's own name, as it may be shown: without its folder and what cannot be printed."""
    last = posixpath.basename(name.replace("\\", "/"))
    return "".join(c for c in last if c.isprintable())[-200:].strip()


def promised(content: bytes, name: str, limit: int) -> Office:
    """What the file claims to be, by its name and its first bytes. Raises NotSafe for all but the two kinds."""
    if not content:
        raise NotSafe(EMPTY)
    if len(content) > limit:
        raise NotSafe(TOO_LARGE.format(limit >> 20))
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise NotSafe(_old(content))
    for signature, sentence in _BY_SIGNATURE:
        if content.startswith(signature):
            raise NotSafe(sentence)
    ending = posixpath.splitext(base_name(name))[1].casefold()
    for kind in (WORD, EXCEL):
        if ending == kind.ending:
            if content[:2] == b"PK":
                return kind
            raise NotSafe(_mistaken(content, kind))
    if not ending:
        raise NotSafe(NO_ENDING)
    raise NotSafe(_BY_ENDING.get(ending, "This kind of file cannot be read. " + SEND))


def _old(content: bytes) -> str:
    """Of a compound file: the old formats, and today's behind a password."""

    def holds(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        return PASSWORD
    if holds("WordDocument"):
        return OLD_WORD
    return OLD_EXCEL if holds("Workbook") or holds("Book") else OLD_OFFICE


def _mistaken(content: bytes, kind: Office) -> str:
    start = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        said = "is a web page"
    elif start.startswith(b"<"):
        said = "is XML"
    elif b"\0" not in content[:4096]:
        said = "is plain text"
    else:
        said = f"is not {kind.article} {kind.program} file"
    return (
        f"This file is named {kind.ending} but {said} inside. Open it in {kind.program}, save it as {kind.ending} "
        "and send that."
    )


def not_an_office_file(kind: Office) -> str:
    return f"This file is named {kind.ending} but is not {kind.article} {kind.program} {kind.thing} inside. {SEND}"


def check_main(said: str, kind: Office) -> None:
    other = EXCEL if kind is WORD else WORD
    if said == kind.main:
        return
    if said == other.main:
        raise NotSafe(
            f"This file is named {kind.ending} but holds {other.article} {other.program} {other.thing}. Give it the "
            f"ending {other.ending} and send it again."
        )
    if "template" in said:
        raise NotSafe(
            f"This is a template. Save it as an ordinary {kind.thing} ({kind.ending}) and send it again."
        )
    raise NotSafe(not_an_office_file(kind))


def is_xml(name: str, said: str, start: bytes) -> bool:
    """Whether a parser might take this part for XML."""
    ending = posixpath.splitext(name.casefold())[1]
    if ending in UNWATCHED and (said.startswith("image/") or not said.endswith("xml")):
        return False
    if said.endswith("xml") or ending in (".xml", ".rels"):
        return True
    for mark in _MARKS:
        start = start.removeprefix(mark)
    return bool(_XML.match(start.replace(b"\0", b"")[:200]))

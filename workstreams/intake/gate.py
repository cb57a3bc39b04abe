"""Is this file safe to read? Bytes and a name in, "docx" or "xlsx" out, before any parser has seen it.

Whatever the file says of itself is checked by unpacking it, and never believed. Nothing that it points to is
followed. A refusal is one sentence for the person who sent it, with what to do.
"""

import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree.ElementTree import Element
from xml.parsers import expat

from defusedxml.ElementTree import fromstring

from . import kinds
from .kinds import NotSafe, Office

MIB = 1 << 20
FILE = 10 * MIB
PARTS = 2_000
UNPACKED = 64 * MIB  # everything
PART_UNPACKED = 40 * MIB  # a photograph may be large
XML_UNPACKED = 24 * MIB  # all that a parser will read
SMALL = 4 * MIB  # below this no ratio says anything
RATIO = 200  # a table of blank rows reaches 60
ELEMENTS = 600_000
DEPTH = 150
ATTRIBUTES = 200  # of one element
LONGEST_TAG = 256 << 10
MERGES = 20_000
ROWS = 100_000
LISTED = 2 * MIB  # relationships and content types, which are read whole

_CHUNK = 1 << 16
_END = b"PK\x05\x06"
_ENCODINGS = {None, "UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII", "ISO-8859-1"}
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
# No link is ever followed, and councils' documents are full of links to shared drives; code is never honest.
_CODE = ("javascript:", "vbscript:", "data:")
_FROM_THE_WEB = ("http:", "https:", "ftp:")

DAMAGED = "This file is damaged and cannot be opened. Open it in {program}, save it again and send that copy."
UNPACKS_TOO_LARGE = (
    "This {thing} holds far more than a plan does once it is unpacked. Delete the empty rows and columns around "
    "the plan and any large pictures, save it and send it again."
)
TOO_INTRICATE = (
    "This {thing} is laid out in too many pieces to be read. Copy the plan alone into a new {thing} and send "
    "that."
)
PASSWORD = "This {thing} is protected by a password. Take the password off, save it and send it again."  # noqa: S105
MACROS = "This {thing} holds macros. Save it as an ordinary {thing} ({ending}) and send it again."
EMBEDDED = (
    "This {thing} has another file inside it, such as a chart's sheet or an icon to click on. Remove it, or paste "
    "it as a picture, then save the {thing} and send it again."
)
LINKED = (
    "This {thing} takes a part of itself from another file or place. Break that link, or paste what it shows as "
    "plain text or a picture, then save it and send it again."
)
TEMPLATE = (
    "This {thing} fetches its template from the web. Copy it into a new blank {thing}, save that and send it."
)
ODD_LINK = "This {thing} has a link that would run a program. Remove that link, save it and send it again."
HIDDEN_CODE = (
    "This {thing} holds instructions that a plan has no use for. Copy the plan alone into a new {thing} and send "
    "that."
)
STRICT = "This {thing} is saved in the form called Strict. Save it as an ordinary {thing} ({ending}) and send it again."
ODDLY_PACKED = (
    "This file is not packed as {program} packs its files. Open it in {program}, save it again and send that."
)


@dataclass(slots=True)
class _Tally:
    """What has come out of the file so far."""

    unpacked: int = 0
    xml: int = 0
    elements: int = 0
    listed: dict[str, bytes] = field(default_factory=dict)


def check(content: bytes, name: str) -> str:
    """Says "docx" or "xlsx", for a file that may be given to a parser. Raises NotSafe."""
    kind = kinds.promised(content, name, FILE)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            parts = _parts(package, content, kind)
            types = _content_types(package, kind)
            tally = _Tally()
            for part in parts:
                _unpack(package, part, types.of(part.filename), tally, kind)
            for part_name, xml in tally.listed.items():
                _check_relationships(part_name, xml, kind)
            _check_main(tally, types, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, expat.ExpatError, ValueError) as damage:
        raise NotSafe(kind.says(DAMAGED)) from damage
    except (NotImplementedError, RuntimeError, OSError, KeyError, LookupError) as oddity:
        raise NotSafe(kind.says(ODDLY_PACKED)) from oddity
    return kind.ending[1:]


def _parts(package: zipfile.ZipFile, content: bytes, kind: Office) -> list[zipfile.ZipInfo]:
    """The entries of the package, none of them over another, hidden beside them or with a name that leads out."""
    parts = package.infolist()
    if len(parts) > PARTS:
        raise NotSafe(kind.says(TOO_INTRICATE))
    if any(part.flag_bits & 0x1 for part in parts):
        raise NotSafe(kind.says(PASSWORD))
    if content[-22:-18] != _END or content[-2:] != b"\0\0" or content[:4] != b"PK\x03\x04":
        raise NotSafe(kind.says(ODDLY_PACKED))  # something stands before, after or in a comment
    _disk, _start, here, every, size, start, _comment = struct.unpack("<4H2LH", content[-18:])
    if (here, every) != (len(parts), len(parts)) or start + size != len(content) - 22:
        raise NotSafe(kind.says(ODDLY_PACKED))  # two lists of contents, or one of the 64-bit kind
    names = {part.filename.casefold() for part in parts}
    if len(names) != len(parts) or not all(_is_tame(part) for part in parts):
        raise NotSafe(kind.says(ODDLY_PACKED))
    end = 0
    for part in sorted(parts, key=lambda part: part.header_offset):
        if part.header_offset < end:
            raise NotSafe(kind.says(ODDLY_PACKED))
        of_name, of_extra = struct.unpack_from("<2H", content, part.header_offset + 26)
        end = part.header_offset + 30 + of_name + of_extra + part.compress_size
    if end > start:
        raise NotSafe(kind.says(ODDLY_PACKED))
    for part in parts:
        _check_name(part.filename.casefold(), kind)
    return parts


def _is_tame(part: zipfile.ZipInfo) -> bool:
    name = part.filename
    return (
        part.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        and 0 < len(name) < 256
        and not name.startswith("/")
        and not any(sign in name for sign in "\\:\0")
        and ".." not in name.split("/")
        and max(part.file_size, part.compress_size, part.header_offset) < 0xFFFFFFFF
    )


def _check_name(name: str, kind: Office) -> None:
    folders, last = set(name.split("/")[:-1]), posixpath.basename(name)
    if last.startswith(("vbaproject", "vbadata")) or folders & {"macrosheets", "dialogsheets"}:
        raise NotSafe(kind.says(MACROS))
    if folders & {"embeddings", "activex"} or last.startswith("oleobject"):
        raise NotSafe(kind.says(EMBEDDED))
    if "externallinks" in folders:
        raise NotSafe(kind.says(LINKED))


@dataclass(frozen=True, slots=True)
class _Types:
    """What each part is said to be."""

    default: dict[str, str]
    override: dict[str, str]

    def of(self, name: str) -> str:
        ending = posixpath.splitext(name)[1][1:].casefold()
        return self.override.get(name.casefold()) or self.default.get(ending, "")


def _content_types(package: zipfile.ZipFile, kind: Office) -> _Types:
    try:
        part = package.getinfo("[Content_Types].xml")
    except KeyError:
        raise NotSafe(kinds.not_an_office_file(kind)) from None
    xml = b"".join(_chunks(package, part, LISTED, kind))
    _Watch(_Tally(), kind).finish(xml)
    default, override = {}, {}
    for element in fromstring(xml):
        if element.tag.endswith("}Default"):
            default[element.get("Extension", "").casefold()] = element.get("ContentType", "").casefold()
        elif element.tag.endswith("}Override"):
            name = element.get("PartName", "").lstrip("/").casefold()
            override[name] = element.get("ContentType", "").casefold()
    for said in [*default.values(), *override.values()]:
        _check_type(said, kind)
    return _Types(default, override)


def _check_type(said: str, kind: Office) -> None:
    if any(word in said for word in ("macro", "vbaproject", "dialogsheet")):
        raise NotSafe(kind.says(MACROS))
    if any(word in said for word in ("oleobject", "activex", "ms-package")):
        raise NotSafe(kind.says(EMBEDDED))
    if "externallink" in said:
        raise NotSafe(kind.says(LINKED))


def _chunks(package: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int, kind: Office) -> Iterator[bytes]:
    """The part, unpacked piece by piece; its checksum and its size are as it says, and it is below `limit`."""
    size = 0
    with package.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise NotSafe(kind.says(UNPACKS_TOO_LARGE))
            yield chunk
    if size != part.file_size:
        raise zipfile.BadZipFile("The part is not as long as it says.")


def _unpack(package: zipfile.ZipFile, part: zipfile.ZipInfo, said: str, tally: _Tally, kind: Office) -> None:
    watch, kept = None, []
    is_list = part.filename.casefold().endswith(".rels")
    limit = LISTED if is_list else PART_UNPACKED
    size = 0
    for chunk in _chunks(package, part, limit, kind):
        if not size and kinds.is_xml(part.filename, said, chunk):
            watch = _Watch(tally, kind)
        size += len(chunk)
        tally.unpacked += len(chunk)
        if tally.unpacked > UNPACKED:
            raise NotSafe(kind.says(UNPACKS_TOO_LARGE))
        if watch:
            tally.xml += len(chunk)
            if tally.xml > XML_UNPACKED or size > max(SMALL, RATIO * part.compress_size):
                raise NotSafe(kind.says(UNPACKS_TOO_LARGE))
            watch.read(chunk)
        if is_list:
            kept.append(chunk)
    if watch:
        watch.finish()
    if is_list:
        tally.listed[part.filename] = b"".join(kept)


class _Watch:
    """Reads one part of XML without building anything of it, and stops at what no plan holds."""

    def __init__(self, tally: _Tally, kind: Office) -> None:
        self.tally, self.kind = tally, kind
        self.depth = self.fed = 0
        self.counts = {"row": 0, "mergeCell": 0}
        self.parser = expat.ParserCreate()
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._starts
        self.parser.EndElementHandler = self._ends
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.XmlDeclHandler = self._declares

    def read(self, chunk: bytes) -> None:
        self.parser.Parse(chunk, False)
        self.fed += len(chunk)
        if self.fed - self.parser.CurrentByteIndex > LONGEST_TAG:
            raise NotSafe(self.kind.says(TOO_INTRICATE))

    def finish(self, last: bytes = b"") -> None:
        self.parser.Parse(last, True)

    def _starts(self, name: str, attributes: list[str]) -> None:
        self.tally.elements += 1
        self.depth += 1
        if self.tally.elements > ELEMENTS or self.depth > DEPTH or len(attributes) > 2 * ATTRIBUTES:
            raise NotSafe(self.kind.says(TOO_INTRICATE))
        if name in self.counts:
            self.counts[name] += 1
            if self.counts["row"] > ROWS or self.counts["mergeCell"] > MERGES:
                raise NotSafe(self.kind.says(UNPACKS_TOO_LARGE))

    def _ends(self, _name: str) -> None:
        self.depth -= 1

    def _refuse(self, *_declared: object) -> None:
        raise NotSafe(self.kind.says(HIDDEN_CODE))

    def _declares(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if (encoding and encoding.upper()) not in _ENCODINGS:
            raise NotSafe(self.kind.says(ODDLY_PACKED))


def _check_relationships(part_name: str, xml: bytes, kind: Office) -> None:
    for link in _relationships(xml):
        said = link.get("Type", "").casefold()
        what = said.rpartition("/")[2]
        if "purl.oclc.org" in said:
            raise NotSafe(kind.says(STRICT))
        if what in ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "dialogsheet"):
            raise NotSafe(kind.says(MACROS))
        if what in ("oleobject", "package", "control", "activexcontrolbinary"):
            raise NotSafe(kind.says(EMBEDDED))
        if what in ("externallink", "externallinkpath", "afchunk", "subdocument", "frame"):
            raise NotSafe(kind.says(LINKED))
        if link.get("TargetMode", "Internal").casefold() != "internal":
            target = link.get("Target", "").strip().casefold()
            if what == "attachedtemplate" and target.startswith(_FROM_THE_WEB):
                raise NotSafe(kind.says(TEMPLATE))
            if what not in ("hyperlink", "attachedtemplate"):
                raise NotSafe(kind.says(LINKED))
            if target.startswith(_CODE):
                raise NotSafe(kind.says(ODD_LINK))
        elif not _leads_to_a_part(part_name, what, link.get("Target", "")):
            raise NotSafe(kind.says(ODDLY_PACKED))


def _relationships(xml: bytes) -> list[Element]:
    return list(fromstring(xml).iter(_RELATIONSHIP))


def _leads_to_a_part(part_name: str, what: str, target: str) -> bool:
    """Whether a link stays inside the package, and takes no drawing for something else."""
    folder = posixpath.dirname(posixpath.dirname(part_name))
    path = posixpath.normpath(target if target.startswith("/") else posixpath.join(folder, target))
    expected = kinds.UNWATCHED.get(posixpath.splitext(path.casefold())[1], what)
    return what == expected and not path.startswith("..") and ":" not in path


def _check_main(tally: _Tally, types: _Types, kind: Office) -> None:
    """The package holds one main part, and it is what the file's name promises."""
    listed = tally.listed.get("_rels/.rels", b"<none/>")
    mains = [
        link.get("Target", "").lstrip("/")
        for link in _relationships(listed)
        if link.get("Type", "").endswith("/officeDocument")
    ]
    if len(mains) != 1:
        raise NotSafe(kinds.not_an_office_file(kind))
    kinds.check_main(types.of(mains[0]), kind)

"""The gate lets a business unit's own files through and turns away, in one sentence, what no plan needs."""

import io
import struct
import zipfile

import docx
import openpyxl
import pytest

from tests import office
from workstreams.intake import gate
from workstreams.intake.gate import NotSafe, check
from workstreams.intake.parse import parse_here

WORD, EXCEL = office.blank_word(), office.blank_excel()
DOCTYPE = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">]>'


def refused(content: bytes, name: str) -> str:
    with pytest.raises(NotSafe) as refusal:
        check(content, name)
    sentence = refusal.value.sentence
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "{" not in sentence
    assert len(sentence) < 300
    return sentence


def test_lets_ordinary_files_through_whatever_their_names_look_like():
    assert check(WORD, "plan.docx") == "docx"
    assert check(EXCEL, "S:\\Plans\\Plan 2023.24 v1.7 FINAL.XLSX") == "xlsx"


def test_lets_links_to_the_web_and_to_people_through():
    linked = office.linked(WORD, office.DOCUMENT, "hyperlink", "https://example.org/a?b=c", external=True)
    assert check(linked, "plan.docx") == "docx"
    linked = office.linked(EXCEL, office.SHEET, "hyperlink", "mailto:unit@example.org", external=True)
    assert check(linked, "plan.xlsx") == "xlsx"


def test_lets_links_to_shared_drives_and_a_template_of_the_council_through():
    for what, target in (
        ("hyperlink", "file://host/share/a.docx"),
        ("hyperlink", "../minutes/july.docx"),
        ("attachedTemplate", "file:///C:/Templates/Council.dotm"),
    ):
        part = office.DOCUMENT if what == "hyperlink" else "word/settings.xml"
        assert check(office.linked(WORD, part, what, target, external=True), "plan.docx") == "docx"


def test_lets_pictures_and_printer_settings_through():
    assert (
        check(office.changed(WORD, {"word/media/logo.png": b"\x89PNG\r\n\x1a\n" + bytes(99)}), "a.docx")
        == "docx"
    )
    settings = office.changed(EXCEL, {"xl/printerSettings/printerSettings1.bin": bytes(range(256)) * 8})
    assert check(settings, "a.xlsx") == "xlsx"
    notes = office.linked(office.changed(EXCEL, {"xl/drawings/vmlDrawing1.vml": "<xml><br></xml>"}), office.SHEET,
                          "vmlDrawing", "../drawings/vmlDrawing1.vml")  # fmt: skip
    assert check(notes, "a.xlsx") == "xlsx"
    drawing = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>'
    assert check(office.changed(WORD, {"word/media/logo.svg": drawing}), "a.docx") == "docx"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "plan.docx", "is empty"),
        (bytes(gate.FILE + 1), "plan.docx", "larger than 10 MB"),
        (b"%PDF-1.7 ...", "plan.pdf", "is a PDF"),
        (b"%PDF-1.7 ...", "plan.docx", "is a PDF"),
        (b"Action,Who\nx,y\n", "plan.csv", "Open it in Excel, save it as .xlsx"),
        (b"Action,Who\nx,y\n", "plan.xlsx", "is plain text inside"),
        (b"<html><body>", "plan.xlsx", "is a web page inside"),
        (b"<?xml version='1.0'?><w/>", "plan.docx", "is XML inside"),
        (b"\x89PNG\r\n\x1a\n", "plan.docx", "is a picture"),
        (b"{\\rtf1 x}", "plan.docx", "is a rich text file"),
        (b"plain", "plan.txt", "is plain text"),
        (b"PK\x03\x04", "plan", "name does not say what it is"),
        (b"PK\x03\x04", "plan.pptx", "is a presentation"),
        (b"PK\x03\x04", "plan.odt", "is an OpenDocument text"),
        (b"PK\x03\x04", "plan.docm", "can hold macros"),
        (b"PK\x03\x04", "plan.xltm", "template with macros"),
        (b"PK\x03\x04", "plan.exe", "cannot be read"),
        (b"PK\x03\x04", "plan.xlsx", "is damaged"),
        (b"\x00\x01\x02\x03" * 100, "plan.docx", "is not a Word file inside"),
    ],
)
def test_says_what_a_file_seems_to_be_and_what_to_do(content, name, said):
    assert said in refused(content, name)


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500)


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        ("EncryptedPackage", "protected by a password"),
        ("WordDocument", "Word document of the old kind (.doc)"),
        ("Workbook", "workbook of the old kind (.xls)"),
        ("Something", "of an old kind"),
    ],
)
def test_knows_the_old_kinds_and_a_password(stream, said):
    assert said in refused(OLE + stream.encode("utf-16-le"), "plan.docx")


def test_refuses_an_encrypted_entry():
    content = bytearray(WORD)
    for sign, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(sign) + at] |= 1
    assert "protected by a password" in refused(bytes(content), "plan.docx")


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (office.changed(WORD, {"word/vbaProject.bin": b"x"}), "a.docx"),
        (office.changed(EXCEL, {"xl/vbaProject.bin": b"x"}), "a.xlsx"),
        (office.changed(EXCEL, {"xl/macrosheets/sheet1.xml": "<a/>"}), "a.xlsx"),
        (office.typed(EXCEL, "xl/other.bin", "application/vnd.ms-office.vbaProject"), "a.xlsx"),
        (office.replaced(EXCEL, office.TYPES, "openxmlformats-officedocument.spreadsheetml.sheet.main",
                         "ms-excel.sheet.macroEnabled.main"), "a.xlsx"),
        (office.linked(WORD, office.DOCUMENT, "vbaProject", "x.bin"), "a.docx"),
    ],
)  # fmt: skip
def test_refuses_macros(content, name):
    sentence = refused(content, name)
    assert "holds macros" in sentence
    assert f"({name[1:]})" in sentence


@pytest.mark.parametrize(
    "content",
    [
        office.changed(WORD, {"word/embeddings/oleObject1.bin": b"x"}),
        office.changed(WORD, {"word/activeX/activeX1.xml": "<a/>"}),
        office.linked(WORD, office.DOCUMENT, "oleObject", "x.bin"),
        office.linked(WORD, office.DOCUMENT, "package", "x.xlsx"),
        office.typed(WORD, "word/x.bin", "application/vnd.openxmlformats-officedocument.oleObject"),
    ],
)
def test_refuses_a_file_inside_the_file(content):
    assert "has another file inside it" in refused(content, "a.docx")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (office.linked(WORD, office.DOCUMENT, "image", "https://x.example/a.png", external=True), "a.docx",
         "takes a part of itself from another"),
        (office.linked(WORD, office.DOCUMENT, "oleObject", "file:///c:/a.xlsx", external=True), "a.docx",
         "another file inside"),
        (office.linked(WORD, office.DOCUMENT, "aFChunk", "a.html"), "a.docx", "takes a part of itself"),
        (office.linked(WORD, "word/settings.xml", "attachedTemplate", "https://x.example/t.dotx", external=True),
         "a.docx", "fetches its template"),
        (office.linked(WORD, office.DOCUMENT, "hyperlink", "javascript:alert(1)", external=True), "a.docx",
         "Remove that link"),
        (office.changed(EXCEL, {"xl/externalLinks/externalLink1.xml": "<a/>"}), "a.xlsx", "takes a part of itself"),
        (office.linked(EXCEL, "xl/workbook.xml", "externalLink", "x.xml"), "a.xlsx", "takes a part of itself"),
        (office.linked(EXCEL, "xl/workbook.xml", "theme", "../../../etc/passwd"), "a.xlsx", "not packed as Excel"),
        (office.linked(EXCEL, "xl/workbook.xml", "worksheet", "media/a.svg"), "a.xlsx", "not packed as Excel"),
    ],
)  # fmt: skip
def test_refuses_what_is_fetched_from_elsewhere(content, name, said):
    assert said in refused(content, name)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_refuses_declarations_in_any_encoding(encoding):
    named = "UTF-16" if "16" in encoding else "UTF-8"
    xml = f'<?xml version="1.0" encoding="{named}"?>{DOCTYPE}<w/>'.encode(encoding)
    if encoding == "utf-16-le":
        xml = b"\xff\xfe" + xml
    for part in (office.DOCUMENT, "customXml/item1.xml", "word/anything.dat", "docProps/core.xml"):
        assert "has no use for" in refused(office.changed(WORD, {part: xml}), "a.docx")


def test_refuses_declarations_in_a_sheet_that_calls_itself_a_drawing():
    said = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    for name in ("xl/strings.svg", "xl/strings.vml"):
        content = office.typed(office.changed(EXCEL, {name: f"{DOCTYPE}<sst/>"}), name, said)
        assert "has no use for" in refused(content, "a.xlsx")


def test_refuses_declarations_in_the_list_of_types():
    types = office.parts_of(EXCEL)[office.TYPES].decode().replace("<Types", DOCTYPE + "<Types")
    assert "has no use for" in refused(office.changed(EXCEL, {office.TYPES: types}), "a.xlsx")


def test_refuses_an_encoding_that_two_parsers_read_differently():
    xml = '<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE w+AD4-<w/>'
    assert "not packed as Word" in refused(office.changed(WORD, {office.DOCUMENT: xml}), "a.docx")


def test_refuses_a_file_of_the_strict_form():
    parts = {
        name: part.replace(office.R.encode(), b"http://purl.oclc.org/ooxml/officeDocument/relationships")
        for name, part in office.parts_of(WORD).items()
    }
    assert "called Strict" in refused(office.packed(parts), "a.docx")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (EXCEL, "a.docx", "holds an Excel workbook"),
        (WORD, "a.xlsx", "holds a Word document"),
        (office.packed({"a.txt": "x"}), "a.docx", "is not a Word document inside"),
        (office.changed(WORD, {"_rels/.rels": None}), "a.docx", "is not a Word document inside"),
        (
            office.replaced(WORD, office.TYPES, "document.main+xml", "template.main+xml"),
            "a.docx",
            "is a template",
        ),
        (office.linked(WORD, "", "officeDocument", "word/other.xml"), "a.docx", "is not a Word document"),
    ],
)
def test_refuses_contents_that_belie_the_name(content, name, said):
    assert said in refused(content, name)


def test_refuses_anything_before_after_or_beside_the_package():
    extra = office.packed({"word/document.xml": "x"})
    for content in (b"PK00" + WORD, WORD + b"\0", WORD + extra, extra + WORD):
        assert "not packed as Word" in refused(content, "a.docx") or "is damaged" in refused(
            content, "a.docx"
        )
    out = io.BytesIO(WORD)
    with zipfile.ZipFile(out, "a") as package:
        package.comment = b"hello"
    assert "not packed as Word" in refused(out.getvalue(), "a.docx")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["word/document.xml", "WORD/Document.xml"])
def test_refuses_the_same_part_twice(second):
    out = io.BytesIO(WORD)
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(second, "<w/>")
    assert "not packed as Word" in refused(out.getvalue(), "a.docx")


@pytest.mark.parametrize(
    "name", ["../evil.xml", "/etc/passwd", "word/../../x.xml", "c:\\x.xml", "word\\x.xml"]
)
def test_refuses_a_part_that_leads_out(name):
    assert "not packed as Word" in refused(office.changed(WORD, {name: "<w/>"}), "a.docx")


def test_refuses_entries_that_lie_over_one_another():
    content = bytearray(office.packed({**office.parts_of(WORD), "word/a.xml": "<a/>", "word/b.xml": "<a/>"}))
    first, second = (
        content.rindex(b"PK\x01\x02", 0, content.rindex(name)) for name in (b"word/a.xml", b"word/b.xml")
    )
    content[second + 42 : second + 46] = content[first + 42 : first + 46]
    assert "not packed as Word" in refused(bytes(content), "a.docx")


def test_refuses_sizes_of_the_64_bit_kind():
    content = bytearray(EXCEL)
    last = content.rindex(b"PK\x01\x02")
    content[last + 24 : last + 28] = b"\xff" * 4
    refused(bytes(content), "a.xlsx")
    content = EXCEL[:-22] + b"PK\x06\x07" + bytes(16) + EXCEL[-22:]
    assert "not packed as Excel" in refused(content, "a.xlsx") or "damaged" in refused(content, "a.xlsx")


def test_counts_what_comes_out_and_believes_no_header():
    bomb = office.changed(EXCEL, {"xl/media/a.png": bytes(30 << 20), "xl/media/b.png": bytes(39 << 20)})
    assert "once it is unpacked" in refused(bomb, "a.xlsx")
    lying = bytearray(office.changed(EXCEL, {"xl/media/a.png": bytes(30 << 20)}))
    for sign, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = lying.rindex(sign)
        lying[place + at : place + at + 4] = struct.pack("<I", 100)
    assert "is damaged" in refused(bytes(lying), "a.xlsx")


def test_refuses_text_that_was_packed_too_well():
    assert "once it is unpacked" in refused(office.excel(" " * (8 << 20)), "a.xlsx")


def test_refuses_more_xml_than_a_plan_has():
    noise = "".join(f"<c{n}/>" for n in range(200_000))
    parts = {f"customXml/item{n}.xml": f"<a>{noise}</a>" for n in range(4)}
    assert "too many pieces" in refused(office.changed(EXCEL, parts), "a.xlsx")


@pytest.mark.parametrize(
    "xml",
    [
        "<a>" * (gate.DEPTH + 1) + "</a>" * (gate.DEPTH + 1),
        "<a " + " ".join(f'b{n}="1"' for n in range(gate.ATTRIBUTES + 1)) + "/>",
    ],
)
def test_refuses_xml_nested_or_hung_too_deep(xml):
    assert "too many pieces" in refused(office.changed(WORD, {office.DOCUMENT: xml}), "a.docx")


def test_refuses_too_many_parts():
    parts = {f"word/media/{n}.png": b"" for n in range(gate.PARTS)}
    assert "too many pieces" in refused(office.changed(WORD, parts), "a.docx")


def test_refuses_absurd_numbers_of_rows_and_merges():
    rows = "".join(f'<row r="{n}"/>' for n in range(1, gate.ROWS + 2))
    assert "empty rows" in refused(office.excel(rows), "a.xlsx")
    merges = '<mergeCell ref="A1:B2"/>' * (gate.MERGES + 1)
    assert "empty rows" in refused(office.excel("", f"<mergeCells>{merges}</mergeCells>"), "a.xlsx")


def test_refuses_xml_that_is_broken():
    assert "is damaged" in refused(office.changed(WORD, {office.DOCUMENT: "<w:document>"}), "a.docx")


def test_lets_a_large_honest_plan_through():
    document = docx.Document()
    table = document.add_table(300, 8)
    for row in table.rows:
        for cell, word in zip(row.cells, "abcdefgh", strict=True):
            cell.text = f"{word} what was agreed"
    assert check(office.saved(document), "a.docx") == "docx"
    book = openpyxl.Workbook()
    for n in range(2_000):
        book.active.append([n, "text", 1.5, None, "Amber"])
    assert len(parse_here(office.saved(book), "a.xlsx").tables[0].rows) == 2_000

"""Two thousand damaged, odd and hostile files: each gives a whole document or a refusal in words, and nothing else."""

import faulthandler
import io
import json
import random
import resource
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl.styles import PatternFill

from tests import office
from workstreams.intake.document import Document, packed, unpacked
from workstreams.intake.gate import NotSafe
from workstreams.intake.parse import parse, parse_here

File = tuple[bytes, str]
SECONDS = 60  # for one file; whatever takes longer hangs, and ends the whole run with a trace of where
MEMORY = 1 << 30


@pytest.fixture(autouse=True, scope="module")
def _little_memory() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + MEMORY, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def read(file: File, reader: Callable[[bytes, str], Document] = parse_here) -> Document | NotSafe:
    """What comes of a file, seen to be whole."""
    faulthandler.dump_traceback_later(SECONDS, exit=True)
    try:
        document = reader(*file)
    except NotSafe as refusal:
        return refusal
    finally:
        faulthandler.cancel_dump_traceback_later()
    assert document.kind == file[1].rpartition(".")[2]
    for table in document.tables:
        assert len({len(row) for row in table.rows}) <= 1
        assert all(cell.at for row in table.rows for cell in row)
    assert unpacked(json.loads(json.dumps(packed(document)).encode())) == document
    return document


def refused(file: File, reader: Callable[[bytes, str], Document] = parse_here) -> str:
    outcome = read(file, reader)
    assert isinstance(outcome, NotSafe), "This file was read."
    return outcome.sentence


@cache
def word_plan() -> bytes:
    document = docx.Document()
    document.add_heading("Workstream 1", 1)
    document.add_paragraph("To report", style="List Bullet")
    table = document.add_table(4, 4)
    table.cell(1, 0).merge(table.cell(3, 0)).text = "1.1"
    for r, row in enumerate(table.rows):
        row.cells[1].text, row.cells[2].text = f"(R) Measure {r} [M1]", "July 2023"
    parts = office.parts_of(office.saved(document))
    small = {name: part for name, part in parts.items() if "thumbnail" not in name}
    small["_rels/.rels"] = parts["_rels/.rels"].replace(b"docProps/thumbnail.jpeg", b"docProps/app.xml")
    return office.packed(small)


@cache
def excel_plan() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Ref", "Measure", "By", "Rating"])
    for n in range(6):
        sheet.append([1.1, f"(R) Measure {n} [M1]", date(2023, 7, n + 1), ["Amber", None][n % 2]])
        sheet.cell(n + 2, 4).fill = PatternFill("solid", fgColor="FFFFC000")
    sheet.merge_cells("A2:A4")
    book.create_sheet("Keys").sheet_state = "veryHidden"
    content = office.with_shared(
        office.saved(book), "<t>Rolling</t>", "<r><t>every </t></r><r><t>quarter</t></r>"
    )
    rows = '<row r="8"><c r="B8" t="s"><v>0</v></c><c r="C8" t="s"><v>1</v></c></row></sheetData>'
    return office.replaced(content, office.SHEET, "</sheetData>", rows)


def whole(chance: random.Random) -> File:
    return chance.choice([(word_plan(), "a.docx"), (excel_plan(), "a.xlsx")])


# ---- damage


def bytes_flipped(chance: random.Random) -> File:
    content, name = whole(chance)
    damaged = bytearray(content)
    for _ in range(chance.choice([1, 1, 3, 30])):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    return bytes(damaged), name


def cut_or_doubled(chance: random.Random) -> File:
    content, name = whole(chance)
    a, b = sorted(chance.randrange(len(content)) for _ in range(2))
    return chance.choice(
        [content[:a], content[a:], content[:a] + content[b:], content[:b] + content[a:]]
    ), name


def lists_of_contents_damaged(chance: random.Random) -> File:
    content, name = whole(chance)
    damaged = bytearray(content)
    start = content.index(b"PK\x01\x02")
    for _ in range(chance.choice([1, 2, 8])):
        damaged[chance.randrange(start, len(damaged))] = chance.choice([0, 1, 0x7F, 0x80, 0xFF])
    return bytes(damaged), name


def parts_flipped(chance: random.Random) -> File:
    content, name = whole(chance)
    parts = office.parts_of(content)
    part = chance.choice(list(parts))
    damaged = bytearray(parts[part])
    for _ in range(chance.choice([1, 2, 20])):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return office.changed(content, {part: bytes(damaged)}), name


def parts_swapped(chance: random.Random) -> File:
    content, name = whole(chance)
    parts = office.parts_of(content)
    foreign = office.parts_of(whole(chance)[0])
    one, other = chance.choice(list(parts)), chance.choice(list(foreign))
    given = chance.choice([None, b"", b"<a/>", foreign[other], foreign[other][: len(foreign[other]) // 2]])
    return office.changed(content, {one: given}), name


ODD = (
    "", "0", "-1", "1", "99999999999999999999", "4294967295", "1048577", "NaN", "1e400", "A0", "XFE1", "A1:A1:A1",
    "nonsense", "auto", "true", "\u0661", "\ud7ff", "x" * 70_000, "rId1", "rId99", "../x", "1.5", "s", "d", "b", "e",
    "inlineStr", "2023-13-45", "continue", "restart", "none",
)  # fmt: skip
READ = {
    "a.docx": [office.DOCUMENT, "word/styles.xml", "word/numbering.xml", "word/theme/theme1.xml", office.TYPES,
               "word/_rels/document.xml.rels", "_rels/.rels"],
    "a.xlsx": [office.SHEET, office.SHEET, office.STYLES, "xl/workbook.xml", "xl/sharedStrings.xml",
               "xl/theme/theme1.xml", office.TYPES, "xl/_rels/workbook.xml.rels", "_rels/.rels"],
}  # fmt: skip


def xml_made_odd(chance: random.Random) -> File:
    content, name = whole(chance)
    part = chance.choice(READ[name])
    root = etree.fromstring(office.parts_of(content)[part])
    for _ in range(chance.choice([1, 2, 5])):
        element = chance.choice([e for e in root.iter() if e is not root] or [root])
        above = element.getparent()
        deed = chance.randrange(7)
        if deed < 3 and element.attrib:
            element.set(chance.choice(list(element.attrib)), chance.choice(ODD))
        elif deed == 3 and above is not None:
            above.remove(element)
        elif deed == 4 and above is not None:
            above.insert(chance.randrange(len(above) + 1), etree.fromstring(etree.tostring(element)))
        elif deed == 5:
            element.append(etree.fromstring(etree.tostring(chance.choice(list(root.iter())))))
        else:
            element.text = chance.choice(ODD)
    return office.changed(content, {part: etree.tostring(root)}), name


DAMAGE = {
    bytes_flipped: 400,
    cut_or_doubled: 200,
    lists_of_contents_damaged: 200,
    parts_flipped: 250,
    parts_swapped: 200,
    xml_made_odd: 450,
}
ODD_WORDS, ODD_SHEETS = 150, 150


@pytest.mark.parametrize("damage", DAMAGE)
def test_reads_or_refuses_a_damaged_file(damage):
    for seed in range(DAMAGE[damage]):
        file = damage(random.Random(seed))
        try:
            read(file)
        except Exception as problem:
            raise AssertionError(f"{damage.__name__} with seed {seed}") from problem


# ---- odd files, made up piece by piece

words = st.sampled_from(
    ["", "x", "• one", "&lt;ul&gt;&lt;li&gt;x", "July 2023", "&#55296;", "a" * 3000, "\u202e", "_xD800_"]
)
word_leaf = st.builds("<w:r><w:t>{}</w:t></w:r>".format, words) | st.sampled_from(
    ['<w:r><w:fldChar w:fldCharType="begin"/></w:r>', '<w:r><w:fldChar w:fldCharType="end"/></w:r>', "<w:br/>",
     '<w:r><w:sym w:char="ZZZZ"/><w:sym w:char="110000"/><w:sym w:char="D800"/><w:sym/></w:r>', "<w:unknown/>",
     '<w:pPr><w:pStyle w:val="nowhere"/><w:numPr><w:numId w:val="7"/></w:numPr><w:outlineLvl w:val="x"/></w:pPr>',
     '<w:tcPr><w:gridSpan w:val="3"/><w:vMerge/></w:tcPr>', '<w:tcPr><w:vMerge w:val="odd"/><w:shd/></w:tcPr>',
     '<w:tcPr><w:hMerge/><w:gridSpan w:val="-3"/></w:tcPr>', '<w:trPr><w:gridBefore w:val="5"/></w:trPr>']
)  # fmt: skip
WORD_TAGS = [
    "p",
    "r",
    "tbl",
    "tr",
    "tc",
    "sdt",
    "sdtContent",
    "ins",
    "del",
    "hyperlink",
    "txbxContent",
    "pict",
]


def _wrapped(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, parts: f"<w:{tag}>{''.join(parts)}</w:{tag}>",
        st.sampled_from(WORD_TAGS),
        st.lists(inside, max_size=4),
    )


word_body = st.lists(st.recursive(word_leaf, _wrapped, max_leaves=25), max_size=4).map("".join)

address = st.sampled_from(["A1", "B2", "XFD1", "A1048576", "A0", "1A", "C3", "C3", "", "ZZZZ1", "Z300"])
sheet_cell = st.builds(
    '<c r="{}" t="{}" s="{}">{}</c>'.format,
    address,
    st.sampled_from(["n", "s", "b", "e", "d", "str", "inlineStr", "odd"]),
    st.sampled_from(["0", "1", "2", "-1", "x", "77"]),
    st.sampled_from(["<v>1</v>", "<v>45000.5</v>", "<v>x</v>", "<v/>", "<v>1e999</v>", "<v>-1</v>", "<f>A1</f>",
                     "<is><t>_xD83D_</t></is>", "<is><r/></is>", "<v>2023-07-18</v>", "<v>2023-07-18T25:00</v>", ""]),
)  # fmt: skip
sheet_rows = st.lists(
    st.builds(
        lambda number, cells: f'<row r="{number}">{"".join(cells)}</row>',
        st.sampled_from(["1", "2", "3", "0", "-1", "x", "1048577", "2"]),
        st.lists(sheet_cell, max_size=4),
    ),
    max_size=5,
).map("".join)
merges = st.lists(
    st.sampled_from(["A1:B2", "A1", "C3:A1", "A:C", "1:3", "x", "A1:XFD1048576", "B2:B9"]), max_size=3
).map(lambda refs: "<mergeCells>" + "".join(f'<mergeCell ref="{ref}"/>' for ref in refs) + "</mergeCells>")


def _settings(examples: int) -> settings:
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@_settings(ODD_WORDS)
@given(word_body)
def test_reads_or_refuses_an_odd_document(body):
    read((office.word(body), "a.docx"))


@_settings(ODD_SHEETS)
@given(sheet_rows, merges)
def test_reads_or_refuses_an_odd_sheet(rows, after):
    read((office.excel(rows, after), "a.xlsx"))


def test_tries_two_thousand_files():
    assert sum(DAMAGE.values()) + ODD_WORDS + ODD_SHEETS >= 2_000


# ---- bombs


def _laughs() -> str:
    entities = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f"<!DOCTYPE w [{entities}]><w>&a9;</w>"


def _nested(times: int) -> str:
    return "<w:tbl><w:tr><w:tc>" * times + "</w:tc></w:tr></w:tbl>" * times


def _merges(times: int, area: str) -> str:
    return "<mergeCells>" + f'<mergeCell ref="{area}"/>' * times + "</mergeCells>"


def _overlapping() -> bytes:
    """Many names for one stretch of packed zeros."""
    content = bytearray(office.changed(excel_plan(), {"xl/media/a.png": bytes(9 << 20)}))
    start = content.rindex(b"PK\x01\x02")
    end = content.rindex(b"PK\x05\x06")
    entry = bytes(content[start:end])
    names = [entry.replace(b"media/a.png", b"media/%c.png" % letter) for letter in b"bcdefghijklmnop"]
    tail = bytearray(content[end:])
    count = int.from_bytes(tail[8:10], "little") + len(names)
    size = int.from_bytes(tail[12:16], "little") + len(entry) * len(names)
    tail[8:10] = tail[10:12] = count.to_bytes(2, "little")
    tail[12:16] = size.to_bytes(4, "little")
    return bytes(content[:end]) + b"".join(names) + bytes(tail)


def _twice() -> bytes:
    out = io.BytesIO(word_plan())
    with zipfile.ZipFile(out, "a") as package:
        package.writestr(office.DOCUMENT, "<w/>")
    return out.getvalue()


def _cell(text: str) -> str:
    return f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'


BOMBS: dict[str, Callable[[], File]] = {
    "one huge part": lambda: (office.changed(excel_plan(), {"xl/media/a.png": bytes(500 << 20)}), "a.xlsx"),
    "many large parts": lambda: (
        office.changed(word_plan(), {f"word/media/{n}.png": bytes(8 << 20) for n in range(40)}),
        "a.docx",
    ),
    "a huge sheet": lambda: (office.excel(" " * (200 << 20)), "a.xlsx"),
    "entries over one another": lambda: (_overlapping(), "a.xlsx"),
    "laughs in the document": lambda: (office.changed(word_plan(), {office.DOCUMENT: _laughs()}), "a.docx"),
    "laughs in the sheet": lambda: (office.changed(excel_plan(), {office.SHEET: _laughs()}), "a.xlsx"),
    "laughs in two bytes a letter": lambda: (
        office.changed(excel_plan(), {"xl/theme/theme1.xml": _laughs().encode("utf-16")}),
        "a.xlsx",
    ),
    "a file from outside": lambda: (
        office.changed(
            word_plan(), {office.DOCUMENT: '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w>&a;</w>'}
        ),
        "a.docx",
    ),
    "every row of a sheet": lambda: (
        office.excel("".join(f'<row r="{n}" s="1"/>' for n in range(1, 1_048_577))),
        "a.xlsx",
    ),
    "thousands of tables in one another": lambda: (office.word(_nested(5_000)), "a.docx"),
    "elements in one another": lambda: (office.word("<w:sdt>" * 100_000), "a.docx"),
    "half a million merges": lambda: (
        office.excel(_cell("x"), _merges(500_000, "A1:XFD9")),
        "a.xlsx",
    ),
    "merges over everything": lambda: (
        office.excel(
            _cell("x") + '<row r="900"><c r="Z900"><v>1</v></c></row>',
            _merges(19_000, "A1:XFD1048576"),
        ),
        "a.xlsx",
    ),
    "a huge string": lambda: (office.excel(_cell("ab c" * 1_000_000)), "a.xlsx"),
    "a cell at the far corner": lambda: (
        office.excel('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        "a.xlsx",
    ),
    "a span without end": lambda: (
        office.word(
            '<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val="999999999"/></w:tcPr></w:tc></w:tr></w:tbl>'
        ),
        "a.docx",
    ),
    "a thousand wide rows": lambda: (
        office.word(office.tbl(*[office.tr(office.tc("x", '<w:gridSpan w:val="290"/>'))] * 1_000)),
        "a.docx",
    ),
    "an element with a million attributes": lambda: (
        office.changed(
            word_plan(), {office.DOCUMENT: "<a " + " ".join(f'b{n}=""' for n in range(10**6)) + "/>"}
        ),
        "a.docx",
    ),
    "a style based on itself": lambda: (
        office.replaced(
            word_plan(), "word/styles.xml", 'w:basedOn w:val="Normal"', 'w:basedOn w:val="Title"'
        ),
        "a.docx",
    ),
    "entities a thousand deep": lambda: (office.word(office.p("&amp;" + "amp;" * 20_000)), "a.docx"),
    "a workbook called a document": lambda: (excel_plan(), "a.docx"),
    "packed in another way": lambda: (
        office.packed(office.parts_of(word_plan()), zipfile.ZIP_LZMA),
        "a.docx",
    ),
    "nothing but a name": lambda: (b"PK\x05\x06" + bytes(18), "a.docx"),
}
MAY_BE_READ = {"a style based on itself", "entities a thousand deep"}


@pytest.mark.parametrize("bomb", BOMBS)
def test_stops_a_bomb(bomb):
    file = BOMBS[bomb]()
    if bomb in MAY_BE_READ:
        assert isinstance(read(file), Document)
        assert isinstance(read(file, parse), Document)
    else:
        assert refused(file) == refused(file, parse)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_stops_a_part_that_stands_twice():
    assert "not packed as Word" in refused((_twice(), "a.docx"))


@pytest.mark.parametrize("damage", DAMAGE)
def test_says_the_same_in_the_child(damage):
    for seed in range(5):
        file = damage(random.Random(seed))
        here, there = read(file), read(file, parse)
        assert here == there or (type(here), str(here)) == (type(there), str(there))

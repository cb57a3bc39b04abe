"""The workbook: text stays text, colours have their word, and the same pack gives the same bytes."""

import io
import re
import time
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reporting import excel
from reporting.pack import CouldNotDraw
from workstreams.charts import COLOURS
from workstreams.vocabulary import Token


class HistoryRow(NamedTuple):
    seq: int
    at: datetime
    who: str
    post: str
    what: str
    was: str
    now: str
    because: str
    meeting: str


HISTORY = (
    HistoryRow(
        1432,
        datetime(2023, 7, 18, 9, 30, 15, 123456, tzinfo=UTC),
        "LDG chair",
        "Chair of LDG",
        "Proposed",
        "Green",
        "Amber",
        "=cmd|'/c calc'!A1",
        "18 July 2023",
    ),
)


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def book(draft_pack):
    return opened(excel.draw(draft_pack, HISTORY))


def columns(sheet):
    return {cell.value: cell.column for cell in sheet[1]}


def test_has_its_sheets(book, draft_pack):
    assert " ".join(book.sheetnames) == "Plan Exceptions Decisions Slips Recurring Changes History About"
    assert book["Plan"].max_row == 43
    assert book["Changes"].max_row == 1 + len(draft_pack.changes)


def test_has_no_history_for_who_may_not_read_it(draft_pack):
    assert "History" not in opened(excel.draw(draft_pack)).sheetnames


def test_each_sheet_can_be_filtered_scrolled_and_printed(book):
    for sheet in book:
        assert all(cell.value for cell in sheet[1])
        assert sheet.freeze_panes in ("A2", "C2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.print_title_rows == "$1:$1"
        assert sheet.page_setup.orientation == "landscape"
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert not sheet.merged_cells.ranges
        assert sheet.oddHeader.right.text == "Provisional: not agreed"
        assert sheet.defined_names["ColumnTitle"].attr_text == f"'{sheet.title}'!$A$1"


def test_an_agreed_version_is_not_called_provisional(agreed_pack):
    for sheet in opened(excel.draw(agreed_pack)):
        assert not sheet.oddHeader.right.text


def test_fills_what_is_agreed_and_dashes_what_is_proposed(book):
    sheet = book["Plan"]
    at = columns(sheet)
    agreed, proposed = sheet.cell(9, at["Agreed rating"]), sheet.cell(9, at["Proposed rating"])
    assert (agreed.value, agreed.fill.fgColor.rgb) == ("Green", "FF" + COLOURS[Token.GREEN].solid[1:].upper())
    assert proposed.value == "Red (proposed)"
    assert proposed.fill.fill_type is None
    assert proposed.border.left.style == "mediumDashed"


def test_every_coloured_cell_has_its_word(book):
    words = {"Red", "Amber", "Green", "Blue"}
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if cell.fill.fill_type:
                    assert cell.value in words


def test_days_are_days_and_numbers_are_numbers(book):
    sheet = book["Plan"]
    at = columns(sheet)
    assert sheet.cell(3, at["Due"]).value.isoformat() == "2023-09-30T00:00:00"
    assert sheet.cell(3, at["Overdue, days"]).value == 11
    assert sheet.cell(3, at["Record of the rating"]).value == 1502
    assert book["History"].cell(2, 2).value.isoformat() == "2023-07-18T10:30:15"  # in London


def test_prints_the_anchor(book, draft_pack):
    rows = {row[0].value: row[1].value for row in book["About"].iter_rows(min_row=2)}
    assert rows["To check against the ledger"] == f"1611:{draft_pack.hash}"
    assert rows["Provisional"] == "Not agreed by the Executive Group"


def test_is_the_same_whenever_it_is_drawn(draft_pack, monkeypatch):
    one = excel.draw(draft_pack, HISTORY)
    later = time.localtime(time.time() + 400 * 24 * 3600)
    monkeypatch.setattr(time, "localtime", lambda *_: later)
    assert excel.draw(draft_pack, HISTORY) == one
    core = zipfile.ZipFile(io.BytesIO(one)).read("docProps/core.xml")
    assert re.findall(rb">(20[^<]*)<", core) == [b"2023-10-11T00:00:00Z"] * 2
    assert {entry.date_time for entry in zipfile.ZipFile(io.BytesIO(one)).infolist()} == {
        (1980, 1, 1, 0, 0, 0)
    }


def first_text(pack, text):
    """What the workbook holds where a measure's text is this."""
    section = pack.sections[0]
    block = section.blocks[0]
    part = block.parts[0]
    part = replace(part, lines=(replace(part.lines[0], text=text), *part.lines[1:]))
    block = replace(block, parts=(part, *block.parts[1:]))
    section = replace(section, blocks=(block, *section.blocks[1:]))
    sheet = opened(excel.draw(replace(pack, sections=(section, *pack.sections[1:]))))["Plan"]
    return sheet.cell(2, columns(sheet)["Measure of impact"])


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1d1", '=HYPERLINK("http://x.invalid")', "- a bullet"],
)
def test_text_never_becomes_a_formula(agreed_pack, text):
    cell = first_text(agreed_pack, text)
    assert (cell.value, cell.data_type) == (text, "s")
    assert cell.quotePrefix


@pytest.mark.parametrize("text", ["#N/A", "#REF!", "1.10", "18 July 2023", "TRUE", "שלום 😀", "a\nb"])
def test_text_stays_as_written(agreed_pack, text):
    cell = first_text(agreed_pack, text)
    assert (cell.value, cell.data_type) == (text, "s")


def test_text_that_looks_like_an_escape_is_escaped(agreed_pack):
    assert first_text(agreed_pack, "a _x0041_ b").value == "a _x005F_x0041_ b"


@settings(max_examples=15)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_any_text_can_be_drawn(agreed_pack, text):
    cell = first_text(agreed_pack, text)
    assert cell.data_type in ("s", "n")  # n: nothing
    assert cell.data_type != "f"


def test_refuses_what_a_cell_would_cut(agreed_pack):
    assert len(first_text(agreed_pack, "x" * 32_767).value) == 32_767
    with pytest.raises(CouldNotDraw, match="longer than a cell"):
        first_text(agreed_pack, "x" * 32_768)
    with pytest.raises(CouldNotDraw, match="longer than a cell"):
        first_text(agreed_pack, "😀" * 16_384)

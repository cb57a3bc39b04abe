"""A short business plan as a Word document, in words that a test can change."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

TITLE = "Short Partnership Business Plan 2023/24"
HEADINGS = ("", "Required Outcomes", "Action", "Responsible Officer", "Target Date", "BRAG", "Impact Measure")
KEY = (
    ("Blue", "Action complete"),
    ("Green", "On track for its date"),
    ("Amber", "Some issues, with a plan to recover"),
    ("Red", "Not on track"),
)
FILLS = {"Blue": "0070C0", "Green": "00B050", "Amber": "FFC000", "Red": "FF0000"}
REGISTER = (
    ("1.0", "First draft", "Editors", "02/06/23"),
    ("1.1", "Agreed by the Executive", "Editors", "07/07/23"),
)


@dataclass(frozen=True)
class Row:
    measure: str
    target: str = "March 2024"
    rating: str = "Green"
    officer: str = "Chair of the Mending Group"
    action: str = "Mend what is broken."
    outcome: str = "Things are mended in time."
    ref: str = "1.1"
    section: str = "Workstream 1: MENDING"


ROWS = (
    Row("(R) Fewer things are broken than the quarter before.", "Rolling (every quarter)", "Amber"),
    Row("A list of what is broken stands. [M1]", "July 2023", "Blue"),
    Row(
        "Those who wait are told how long. [M1]",
        officer="Business Manager",
        action="Tell people where they stand.",
        outcome="People know where they stand.",
        ref="2.1",
        section="Workstream 2: TELLING",
    ),
)


def short_plan(
    rows: Sequence[Row] = ROWS, *, title: str = TITLE, headings: Sequence[str] = HEADINGS, agreed: bool = True
) -> bytes:
    """A table for each section, each row with all its cells."""
    file = docx.Document()
    file.add_paragraph(title, style="Title")
    if agreed:
        _table(file, [("Version", "Changes", "Editor", "Date"), *REGISTER])
    file.add_paragraph("Key to BRAG rating")
    key = _table(file, KEY)
    for line in key.rows:
        _shade(line.cells[0], FILLS[line.cells[0].text])
    for section in dict.fromkeys(row.section for row in rows):
        file.add_paragraph(section, style="Heading 1")
        lines = [
            (r.ref, r.outcome, r.action, r.officer, r.target, r.rating, r.measure)
            for r in rows
            if r.section == section
        ]
        table = _table(file, [headings, *lines])
        for line in table.rows[1:]:
            if line.cells[5].text in FILLS:
                _shade(line.cells[5], FILLS[line.cells[5].text])
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _table(file: "docx.document.Document", lines: Sequence[Sequence[str]]) -> "docx.table.Table":
    table = file.add_table(rows=0, cols=len(lines[0]))
    for line in lines:
        for cell, text in zip(table.add_row().cells, line, strict=True):
            cell.text = text
    return table


def _shade(cell: "docx.table._Cell", fill: str) -> None:
    shading = OxmlElement("w:shd")
    shading.set(qn("w:val"), "clear")
    shading.set(qn("w:fill"), fill)
    cell._tc.get_or_add_tcPr().append(shading)

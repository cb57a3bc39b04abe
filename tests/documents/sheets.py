"""Pages of lines and grids, written as a Word document or as a workbook."""

from dataclasses import dataclass, field
from datetime import date
from io import BytesIO

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill


@dataclass(frozen=True)
class Box:
    """A cell. `wide`: columns that it lies over; `goes_on`: it is the cell above it."""

    text: str = ""
    fill: str = ""
    bold: bool = False
    wide: int = 1
    goes_on: bool = False
    day: date | None = None
    shows: str = ""


@dataclass(frozen=True)
class Line:
    text: str
    style: str = ""
    level: int = 0
    bold: bool = False


@dataclass
class Grid:
    rows: list[list[Box]]
    number: str = ""  # of the section that it belongs to


@dataclass
class Page:
    name: str
    blocks: list[Line | Grid] = field(default_factory=list)

    def blocks_of(self, number: str) -> list[Grid]:
        return [block for block in self.blocks if isinstance(block, Grid) and block.number == number]


STYLES = {"TITLE": "Title", "BULLET": "List Bullet", "": None}


def as_word(pages: list[Page]) -> bytes:
    file = docx.Document()
    for page in pages:
        for block in page.blocks:
            if isinstance(block, Line):
                style = f"Heading {block.level}" if block.style == "HEADING" else STYLES[block.style]
                run = file.add_paragraph(style=style).add_run(block.text)
                run.bold = block.bold or None
            else:
                _word_table(file, block)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _word_table(file, grid: Grid) -> None:
    width = max(sum(box.wide for box in row) for row in grid.rows)
    table = file.add_table(len(grid.rows), width, style="Table Grid")
    cells = [list(row.cells) for row in table.rows]
    for r, row in enumerate(grid.rows):
        c = 0
        for box in row:
            cell = cells[r][c]
            if box.wide > 1:
                cell = cell.merge(cells[r][c + box.wide - 1])
            if box.goes_on:
                _merged_down(cells[r - 1][c], cell)
            elif box.text:
                _write(cell, box)
            if box.fill:
                shading = OxmlElement("w:shd")
                for name, value in (("val", "clear"), ("color", "auto"), ("fill", box.fill)):
                    shading.set(qn(f"w:{name}"), value)
                cell._tc.get_or_add_tcPr().append(shading)
            c += box.wide


def _write(cell, box: Box) -> None:
    for n, line in enumerate(box.text.split("\n")):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        if line.startswith("- "):
            paragraph.style, line = "List Bullet", line[2:]
        paragraph.add_run(line).bold = box.bold or None


def _merged_down(above, cell) -> None:
    for each, value in ((above, "restart"), (cell, "continue")):
        properties = each._tc.get_or_add_tcPr()
        if properties.find(qn("w:vMerge")) is None:
            merge = OxmlElement("w:vMerge")
            merge.set(qn("w:val"), value)
            properties.append(merge)


def as_workbook(pages: list[Page]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for page in pages:
        sheet = book.create_sheet(page.name[:31])
        row = 1
        for block in page.blocks:
            if isinstance(block, Line):
                text = f"- {block.text}" if block.style == "BULLET" else block.text
                cell = sheet.cell(row, 1, text)
                cell.font = Font(bold=block.bold or block.style in ("TITLE", "HEADING"))
                row += 1
            else:
                row = _sheet_rows(sheet, block, row) + 1
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet_rows(sheet, grid: Grid, first: int) -> int:
    starts: dict[int, int] = {}
    for r, row in enumerate(grid.rows, first):
        c = 1
        for box in row:
            if box.goes_on:
                starts.setdefault(c, r - 1)
            else:
                for each in set(range(c, c + box.wide)) & set(starts):
                    sheet.merge_cells(
                        start_row=starts.pop(each), start_column=each, end_row=r - 1, end_column=each
                    )
            if not box.goes_on:
                cell = sheet.cell(r, c)
                cell.value = box.day or box.text or None
                if box.day:
                    cell.number_format = box.shows
                elif box.text:
                    cell.data_type = "s"
                cell.font = Font(bold=box.bold)
                if box.fill:
                    cell.fill = PatternFill("solid", fgColor=box.fill)
            if box.wide > 1:
                sheet.merge_cells(start_row=r, start_column=c, end_row=r, end_column=c + box.wide - 1)
            c += box.wide
    last = first + len(grid.rows) - 1
    for c, start in starts.items():
        sheet.merge_cells(start_row=start, start_column=c, end_row=last, end_column=c)
    return last + 1

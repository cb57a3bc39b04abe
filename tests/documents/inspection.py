"""The inspection action plan as Word documents and workbooks, the ways a council would have it."""

from collections.abc import Iterator
from io import BytesIO

import docx
from docx.shared import Pt
from openpyxl import Workbook
from openpyxl.styles import Font

from .inspection_plan import (
    COUNCIL,
    INSPECTED,
    INTRODUCTION,
    JUDGEMENTS,
    OVERSIGHT,
    RECOMMENDATIONS,
    TITLE,
    Recommendation,
    Row,
)

HEADINGS = ("Action", "Who", "By when", "Progress")
BROKEN = "‖"


def as_word(*, broken: bool = True, styled: bool = True, tables: str = "one each") -> bytes:
    """`broken`: rows that a page broke are two. `styled`: headings and bullets by style, else typed by hand.

    `tables`: "one each" for every recommendation, "two each" (another for what is expected), or "one" for them all."""
    file = docx.Document()
    _paragraph(file, TITLE[0], "Title" if styled else "")
    for line in (*TITLE[1:], INSPECTED, COUNCIL):
        _paragraph(file, line, "Subtitle" if styled else "")
    _heading(file, "Introduction", 1, styled)
    for line in INTRODUCTION:
        file.add_paragraph(line)
    _word_table(file, list(JUDGEMENTS))
    for line in OVERSIGHT:
        file.add_paragraph(line)
    _heading(file, "Actions arising from Ofsted recommendations", 1, styled)
    if tables == "one":
        _word_table(file, [row for each in RECOMMENDATIONS for row in _in_one_table(each, broken)])
    else:
        for recommendation in RECOMMENDATIONS:
            _heading(file, f"Ofsted recommendation {recommendation.number}", 2, styled)
            file.add_paragraph(recommendation.text)
            _word_table(file, [HEADINGS, *_rows(recommendation, broken)])
            if tables == "two each":
                _word_table(file, [("Expected Outcomes",), *((line,) for line in recommendation.expected)])
            else:
                _expected(file, recommendation, styled)
    out = BytesIO()
    file.save(out)
    return out.getvalue()


def _expected(file, recommendation: Recommendation, styled: bool) -> None:
    for number, line in enumerate(recommendation.expected):
        if number == 0 or recommendation.number == 6:
            _heading(file, "Expected Outcomes", 3, styled)
        if styled:
            file.add_paragraph(line, style="List Bullet")
        else:
            file.add_paragraph(f"- {line}")


def _in_one_table(recommendation: Recommendation, broken: bool) -> Iterator[tuple[str, ...]]:
    yield (f"Ofsted recommendation {recommendation.number}: {recommendation.text}",)
    yield HEADINGS
    yield from _rows(recommendation, broken)
    yield ("\n".join(["Expected Outcomes", *(f"- {line}" for line in recommendation.expected)]),)


def as_workbook(layout: str = "stacked") -> bytes:
    """`layout`: "stacked" (one sheet, one table below the other), "unmerged" (the same without any merged cell),
    "sheets" (one for each recommendation), "flat" (one table, with the recommendation in columns of its own and the
    expected outcomes on a sheet) or "columns" (all of it in one table)."""
    book = Workbook()
    front = book.active
    front.title = "Introduction"
    for line in (*TITLE, INSPECTED, COUNCIL):
        front.append([line])
    front.append(["Introduction"])
    front.cell(front.max_row, 1).font = Font(bold=True)
    for line in INTRODUCTION:
        front.append([line])
    for judgement in JUDGEMENTS:
        front.append(judgement)
    for line in OVERSIGHT:
        front.append([line])
    {"stacked": _stacked, "unmerged": _stacked, "sheets": _sheets, "flat": _flat, "columns": _columns}[
        layout
    ](book)
    if layout == "unmerged":
        for area in list(book["Action plan"].merged_cells.ranges):
            book["Action plan"].unmerge_cells(str(area))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _stacked(book: Workbook) -> None:
    sheet = book.create_sheet("Action plan")
    for recommendation in RECOMMENDATIONS:
        _block(sheet, recommendation)
        sheet.append([])


def _sheets(book: Workbook) -> None:
    for recommendation in RECOMMENDATIONS:
        _block(book.create_sheet(f"Recommendation {recommendation.number}"), recommendation)


def _block(sheet, recommendation: Recommendation) -> None:
    for line in (f"Ofsted recommendation {recommendation.number}", recommendation.text):
        sheet.append([line])
        sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=4)
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
    for row in (HEADINGS, *_rows(recommendation, broken=False)):
        sheet.append(row)
    for number, line in enumerate(recommendation.expected):
        if number == 0 or recommendation.number == 6:
            sheet.append(["Expected Outcomes"])
            sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=4)
        sheet.append([f"• {line}"])
        sheet.merge_cells(start_row=sheet.max_row, start_column=1, end_row=sheet.max_row, end_column=4)


def _flat(book: Workbook) -> None:
    sheet = book.create_sheet("Action plan")
    sheet.append(("No.", "Ofsted recommendation", *HEADINGS))
    for recommendation in RECOMMENDATIONS:
        first = sheet.max_row + 1
        for row in _rows(recommendation, broken=False):
            sheet.append((recommendation.number, recommendation.text, *row))
        for column in (1, 2):
            sheet.merge_cells(start_row=first, start_column=column, end_row=sheet.max_row, end_column=column)
    sheet = book.create_sheet("Expected outcomes")
    sheet.append(("Ofsted recommendation", "Expected Outcomes"))
    for recommendation in RECOMMENDATIONS:
        for line in recommendation.expected:
            sheet.append((recommendation.number, line))


def _columns(book: Workbook) -> None:
    sheet = book.create_sheet("Action plan")
    sheet.append(("Recommendation", *HEADINGS, "Expected outcomes"))
    for recommendation in RECOMMENDATIONS:
        first = sheet.max_row + 1
        for row in _rows(recommendation, broken=False):
            named = f"{recommendation.number}. {recommendation.text}"
            sheet.append((named, *row, "\n".join(recommendation.expected)))
        for column in (1, 6):
            sheet.merge_cells(start_row=first, start_column=column, end_row=sheet.max_row, end_column=column)


def _rows(recommendation: Recommendation, broken: bool) -> Iterator[tuple[str, ...]]:
    for row in recommendation.rows:
        yield from _printed(row) if broken else [_whole(row)]


def _whole(row: Row) -> tuple[str, ...]:
    return tuple(text.replace(BROKEN, " ") for text in (row.action, row.who, row.by_when, row.progress))


def _printed(row: Row) -> Iterator[tuple[str, ...]]:
    """The row as it is printed: in two, where a page broke it."""
    cells = [text.split(BROKEN) for text in (row.action, row.who, row.by_when, row.progress)]
    for piece in range(max(map(len, cells))):
        yield tuple(texts[piece] if piece < len(texts) else "" for texts in cells)


def _heading(file, text: str, level: int, styled: bool) -> None:
    if styled:
        file.add_heading(text, level)
    else:
        file.add_paragraph().add_run(text).bold = True


def _paragraph(file, text: str, style: str) -> None:
    if style:
        file.add_paragraph(text, style=style)
    else:
        run = file.add_paragraph().add_run(text)
        run.bold, run.font.size = True, Pt(20)


def _word_table(file, rows) -> None:
    width = max(map(len, rows))
    table = file.add_table(rows=0, cols=width, style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        if len(row) < width:
            cells = [cells[0].merge(cells[-1])]
        for cell, text in zip(cells, row, strict=True):
            cell.text = text

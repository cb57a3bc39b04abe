"""A workbook as a neutral document: its values as Excel shows them, its fills, its merged areas.

Only what has words or a colour is kept of a sheet, so one that is formatted down to its last row stays small.
What the file says of a sheet's size is not believed. Formulas give the value that was saved with them.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._reader import WorkSheetParser

from .colours import Palette
from .document import Cell, Document, Table
from .numbers import as_shown, day_as_shown
from .room import Room
from .text import plain

_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_BESIDE = 3  # a coloured cell without words belongs to words that are no farther away
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

Place = tuple[int, int]  # row and column, from 1
Area = tuple[int, int, int, int]  # first column and row, last column and row


def read(content: bytes, name: str) -> Document:
    reader = _opened(content)
    room = Room()
    looks = _Looks(reader.wb)
    tables = []
    for sheet, link in reader.parser.find_sheets():
        if "chartsheet" in link.Type:
            continue
        with reader.archive.open(link.target) as source:
            cells, areas = _cells_and_areas(source, reader)
        room.take_block()
        tables.append(
            Table(
                sheet.name, _rows(sheet.name, cells, areas, looks, room), is_hidden=sheet.state != "visible"
            )
        )
    return Document("xlsx", name, tuple(tables))


def _opened(content: bytes) -> Any:
    """openpyxl's reader, with all but the sheets read, and nothing read that a plan is not in."""
    reader = ExcelReader(BytesIO(content), read_only=True, data_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    reader.read_theme()
    apply_stylesheet(reader.archive, reader.wb)
    return reader


def _cells_and_areas(source: Any, reader: Any) -> tuple[dict[Place, dict[str, Any]], list[Area]]:
    """The cells of a sheet that have a value or a style of their own, and its merged areas."""
    book = reader.wb
    parser = WorkSheetParser(
        source,
        reader.shared_strings,
        data_only=True,
        epoch=book.epoch,
        date_formats=book._date_formats,
        timedelta_formats=book._timedelta_formats,
    )
    cells: dict[Place, dict[str, Any]] = {}
    areas: list[Area] = []
    for element in _elements(source):
        if element.tag == f"{_SHEET}row":
            for cell in parser.parse_row(element)[1]:
                if cell["value"] is not None or cell["style_id"]:
                    cells[cell["row"], cell["column"]] = cell
        elif element.tag == f"{_SHEET}mergeCell":
            area = range_boundaries(element.get("ref", ""))
            if None in area:
                raise ValueError("A merged area has no bounds.")
            areas.append(area)
    if any(not (1 <= row <= LAST_ROW and 1 <= column <= LAST_COLUMN) for row, column in cells):
        raise ValueError("A cell stands outside the sheet.")
    return cells, areas


def _elements(source: Any) -> Iterator[Any]:
    """Rows and merged areas as they end, each forgotten before the next."""
    above: list[Any] = []
    for event, element in iterparse(source, events=("start", "end")):
        if event == "start":
            above.append(element)
            continue
        above.pop()
        if element.tag in (f"{_SHEET}row", f"{_SHEET}mergeCell"):
            yield element
            above[-1].remove(element)


def _rows(
    sheet: str, raw: dict[Place, dict[str, Any]], areas: list[Area], looks: "_Looks", room: Room
) -> tuple[tuple[Cell, ...], ...]:
    cells = {}
    for place, value in raw.items():
        cell = looks.cell(f"{sheet}!{_address(place)}", value)
        room.take_text(cell.at, cell.text)
        if cell.text or cell.fill:
            cells[place] = cell
    worded = [place for place, cell in cells.items() if cell.text]
    if not worded:
        return ()
    height = max(row for row, _ in worded)
    width = max(column for _, column in worded)
    width = max(
        [width]
        + [c for (r, c), cell in cells.items() if r <= height and width < c <= width + _BESIDE and cell.fill]
    )
    room.take_table(f"The sheet {sheet!r}", height, width)
    blank = Cell("")
    rows = [
        [cells.get((row, column), blank) for column in range(1, width + 1)] for row in range(1, height + 1)
    ]
    covered = 0
    for left, top, right, bottom in areas:
        if top > height or left > width:
            continue
        covered += (min(bottom, height) - top + 1) * (min(right, width) - left + 1)
        if covered > height * width:
            raise ValueError("Merged areas lie over one another.")
        shared = cells.get((top, left)) or Cell(f"{sheet}!{_address((top, left))}")
        for row in rows[top - 1 : bottom]:
            row[left - 1 : right] = [shared] * (min(right, width) - left + 1)
    return tuple(
        tuple(Cell(f"{sheet}!{_address((r, c))}") if cell is blank else cell for c, cell in enumerate(row, 1))
        for r, row in enumerate(rows, 1)
    )


def _address(place: Place) -> str:
    return f"{get_column_letter(place[1])}{place[0]}"


class _Looks:
    """What the styles of a workbook make of a value: how it is shown, on which colour, how heavy."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.palette = Palette(book.loaded_theme, book._colors)
        self._known: dict[int, tuple[str, str, bool]] = {}

    def of(self, style: int) -> tuple[str, str, bool]:
        """The number format, the fill and the weight of a style."""
        if not 0 <= style < len(self.book._cell_styles):  # some programs write styles that they never define
            return "General", "", False
        if style not in self._known:
            given = self.book._cell_styles[style]
            fill = self.book._fills[given.fillId]
            colour = fill.fgColor if getattr(fill, "fill_type", None) == "solid" else None
            self._known[style] = (
                self._format(given.numFmtId),
                self.palette.colour(colour) if colour is not None else "",
                bool(self.book._fonts[given.fontId].b),
            )
        return self._known[style]

    def _format(self, number: int) -> str:
        if number < BUILTIN_FORMATS_MAX_SIZE:
            return str(BUILTIN_FORMATS.get(number, "General"))
        return str(self.book._number_formats[number - BUILTIN_FORMATS_MAX_SIZE])

    def cell(self, at: str, raw: dict[str, Any]) -> Cell:
        form, fill, bold = self.of(raw["style_id"] or 0)
        value = raw["value"]
        if isinstance(value, date):
            text, shows = day_as_shown(value, form)
            day = value.date() if isinstance(value, datetime) else value
            return Cell(at, text, fill, day if shows else None, shows, bold)
        return Cell(at, _words(value, raw["data_type"], form), fill, bold=bold)


def _words(value: Any, kind: str, form: str) -> str:
    if value is None:
        return ""
    if kind == "e":
        return str(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return as_shown(value, form)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, timedelta):
        minutes = round(value.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02}"
    return plain(str(value))

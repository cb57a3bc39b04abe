"""One workbook, sheet by sheet: text stays text, colours stand with their word, the same rows give the same bytes."""

import io
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import IO, Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from workstreams.charts import colours
from workstreams.picture import Level

from ..pack import CouldNotDraw, printable

LONGEST = 32_767  # characters (as UTF-16) that a cell holds; openpyxl would cut the rest off in silence

IN_MEMORY = 16 << 20  # bytes of a file that is not written out to disk while it is made

# A spreadsheet takes such text for a formula: some at once, the others when somebody edits the cell.
STARTS_A_FORMULA = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
# Spreadsheets read "_x0041_" as "A".
ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Rated:
    """A level as a cell: filled with its colour where it is agreed, white and dashed where it is proposed."""

    level: Level | None
    proposed: bool = False

    @property
    def word(self) -> str:
        if self.level is None:
            return "" if self.proposed else "Not rated"
        return f"{self.level.word} (proposed)" if self.proposed else self.level.word


Value = str | int | date | datetime | Rated | None


class Book:
    """A workbook with sheets of one make. Each look is one style array, shared by all the cells that have it.

    `title`, `provisional` and `seq` stand on each printed page; `on` is the day that the file is dated by. One that is
    `long` keeps none of its rows in memory, and takes each of them once.
    """

    def __init__(
        self, *, title: str, by: str, on: date, seq: int, provisional: bool, long: bool = False
    ) -> None:
        self.book = Workbook(write_only=long)
        if not long:
            self.book.remove(self.book.active)
        self.book.properties.title = printable(title)
        self.book.properties.creator = printable(by)
        self.book.properties.created = datetime.combine(on, time())
        self.title, self.on, self.seq, self.provisional = title, on, seq, provisional
        self.rated: dict[Rated, Any] = {}

    def written(self) -> bytes:
        """The file, the same for the same rows."""
        out = io.BytesIO()
        self.write_to(out)
        return out.getvalue()

    def write_to(self, out: BinaryIO) -> None:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as undated:
            self.book.save(undated)
            undated.seek(0)
            _dated(undated, out, self.on)

    def add(
        self,
        name: str,
        head: Sequence[tuple[str, int]],
        rows: Iterable[Sequence[Value]],
        *,
        freeze: str = "A2",
    ) -> None:
        sheet = self.begin(name, head, freeze)
        last = 1
        for last, row in enumerate([[title for title, _ in head], *rows], 1):
            for column, value in enumerate(row, 1):
                self.put(sheet.cell(last, column), value, self.plain if last > 1 else self.head)
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{last}"

    def begin(self, name: str, head: Sequence[tuple[str, int]], freeze: str = "A2") -> Any:
        """A sheet with all but its rows."""
        sheet = self.book.create_sheet(name)
        for column, (_, width) in enumerate(head, 1):
            sheet.column_dimensions[get_column_letter(column)].width = width
        sheet.freeze_panes = freeze
        sheet.print_title_rows = "1:1"
        self.on_paper(sheet)
        # Screen readers look for this name to read a column's head before its cells.
        sheet.defined_names["ColumnTitle"] = DefinedName("ColumnTitle", attr_text=f"'{name}'!$A$1")
        return sheet

    def append(self, sheet: Any, row: Sequence[Value], style: Any = None) -> None:
        """The next row of a sheet of a long book. Where there is nothing to say, no cell is written."""
        cells = [WriteOnlyCell(sheet) if value not in ("", None) else None for value in row]
        for cell, value in zip(cells, row, strict=True):
            if cell is not None:
                self.put(cell, value, style or self.plain)
        sheet.append(cells)

    def dropped(self) -> None:
        """Takes off the disk what a long book keeps there that was never written."""
        for sheet in self.book.worksheets:
            if not sheet.closed:
                sheet.close()
                sheet._writer.cleanup()

    def on_paper(self, sheet: Any) -> None:
        """Landscape and as wide as a page, with title, standing and number on each."""
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = Worksheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.oddHeader.left.text = printable(self.title).replace("&", "&&")[:200]
        if self.provisional:
            sheet.oddHeader.right.text = "Provisional: not agreed"
        sheet.oddFooter.left.text = f"Record {self.seq}"
        sheet.oddFooter.right.text = "Page &P of &N"

    def put(self, cell: Cell, value: Value, style: Any) -> None:
        if isinstance(value, Rated):
            style, value = self.rating(value), value.word
        if isinstance(value, str):
            text = as_text(value)
            if len(text.encode("utf-16-le")) // 2 > LONGEST:
                raise CouldNotDraw(
                    f"The text that begins “{text[:40]}” is longer than a cell of a workbook can be ({LONGEST:,})."
                )
            if not text:
                cell._style = style
                return
            cell.value = text
            cell.data_type = "s"
            if text.startswith(STARTS_A_FORMULA):
                style = copy(style)
                style.quotePrefix = 1
            cell._style = style
        else:
            cell.value = value
            cell._style = (
                self.moment if isinstance(value, datetime) else self.day if isinstance(value, date) else style
            )

    def style(
        self,
        *,
        font: Font | None = None,
        fill: PatternFill | None = None,
        border: Border | None = None,
        number_format: str = "General",
        wraps: bool = True,
        is_open: bool = False,
    ) -> Any:
        """`is_open`: it can be typed into where its sheet is protected."""
        pattern = Cell(self.book.worksheets[0], row=1, column=1)
        pattern.font = font or Font(name="Calibri", size=11)
        pattern.alignment = Alignment(wrap_text=wraps, vertical="top")
        if is_open:
            pattern.protection = Protection(locked=False)
        if fill:
            pattern.fill = fill
        if border:
            pattern.border = border
        pattern.number_format = number_format
        return pattern._style

    @cached_property
    def plain(self) -> Any:
        return self.style()

    @cached_property
    def head(self) -> Any:
        return self.style(font=Font(name="Calibri", size=11, bold=True), fill=PatternFill("solid", "ECE5F2"))

    @cached_property
    def day(self) -> Any:
        return self.style(number_format="d mmm yyyy")

    @cached_property
    def moment(self) -> Any:
        return self.style(number_format="d mmm yyyy hh:mm")

    def rating(self, rated: Rated) -> Any:
        if rated not in self.rated:
            tone = colours(rated.level)
            if rated.level is None:
                style = self.plain
            elif rated.proposed:
                side = Side("mediumDashed", _rgb(tone.edge))
                style = self.style(
                    font=Font(name="Calibri", size=11, bold=True, color=_rgb(tone.text)),
                    border=Border(left=side, right=side, top=side, bottom=side),
                )
            else:
                style = self.style(
                    font=Font(name="Calibri", size=11, bold=True, color=_rgb(tone.on)),
                    fill=PatternFill("solid", _rgb(tone.solid)),
                )
            self.rated[rated] = style
        return self.rated[rated]


def as_text(text: str) -> str:
    """The text as a cell holds it, from which a spreadsheet shows it."""
    return ESCAPE_LIKE.sub("_x005F_", printable(text))


def _rgb(colour: str) -> str:
    return f"FF{colour.lstrip('#').upper()}"


def _dated(undated: IO[bytes], out: BinaryIO, on: date) -> None:
    """The file with the pack's day for every moment in it, where openpyxl and zip write the present one."""
    with zipfile.ZipFile(undated) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            entry.compress_type = zipfile.ZIP_DEFLATED
            with source.open(name) as part, target.open(entry, "w") as dated:
                if name == "docProps/core.xml":
                    moments = rb"(<dcterms:(created|modified)[^>]*>)[^<]*"
                    day = rb"\g<1>" + on.isoformat().encode() + b"T00:00:00Z"
                    dated.write(re.sub(moments, day, part.read()))
                else:
                    shutil.copyfileobj(part, dated, 1 << 20)

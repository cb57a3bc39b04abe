"""The report as a workbook: for sorting and filtering, and for whoever reads a table better in a spreadsheet.

Text stays text, whatever it starts with; colours always stand with their word; the same pack gives the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from workstreams.charts import colours
from workstreams.picture import Level

from .pack import Block, CouldNotDraw, Line, Pack, Part, printable

if TYPE_CHECKING:
    from workstreams.history import HistoryRow

LONGEST = 32_767  # characters (as UTF-16) that a cell holds; openpyxl would cut the rest off in silence
LONDON = ZoneInfo("Europe/London")

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


def draw(pack: Pack, history: "Iterable[HistoryRow] | None" = None) -> bytes:
    """The workbook, with a sheet of history where its reader may see one.

    Raises CouldNotDraw for a text that no cell can hold.
    """
    book = Workbook()
    book.remove(book.active)
    book.properties.title = printable(f"{pack.title}: {pack.standing}")
    book.properties.creator = printable(pack.partnership)
    book.properties.created = datetime.combine(pack.on, time())
    sheets = _Sheets(book, pack)
    sheets.add("Plan", PLAN, _plan(pack), freeze="C2")
    sheets.add("Exceptions", EXCEPTIONS, _exceptions(pack))
    sheets.add("Changes", CHANGES, _changes(pack))
    if history is not None:
        sheets.add("History", HISTORY, _history(history))
    sheets.add("About", ABOUT, _about(pack))
    out = io.BytesIO()
    book.save(out)
    return _dated(out.getvalue(), pack.on)


# ---- rows: the head of each sheet with the widths of its columns, and what stands below

PLAN = (
    ("Workstream", 22),
    ("Ref", 6),
    ("Required outcome", 34),
    ("Action", 40),
    ("Responsible officer", 28),
    ("Measure of impact", 46),
    ("Tags", 8),
    ("Target date", 16),
    ("Due", 13),
    ("Overdue, days", 9),
    ("Agreed rating", 12),
    ("Agreed on", 13),
    ("Proposed rating", 18),
    ("What was last said", 46),
    ("Plan to recover", 34),
    ("Impact reported and accepted", 20),
    ("Updated", 10),
    ("Record of the rating", 10),
)


def _plan(pack: Pack) -> Iterable[Sequence[Value]]:
    for section in pack.sections:
        for block in section.blocks:
            for part in block.parts:
                for line in part.lines:
                    yield _measure(f"{section.number} {section.title}", block, part, line)


def _measure(workstream: str, block: Block, part: Part, line: Line) -> Sequence[Value]:
    said = line.latest
    return (
        workstream,
        line.ref,
        block.statement,
        "\n".join((part.lead, *(f"• {bullet}" for bullet in part.bullets))),
        "\n".join(line.officers),
        line.text,
        " ".join(line.tags),
        line.target,
        line.due_on,
        line.overdue_days or None,
        Rated(line.level),
        line.agreed.on if line.agreed else None,
        Rated(line.proposed.level if line.proposed else None, proposed=True),
        said.words if said else "",
        said.recovery_plan if said else "",
        line.impact,
        "Not updated" if line.not_updated else "",
        line.agreed.seq if line.agreed else None,
    )


EXCEPTIONS = (
    ("List", 28),
    ("Ref", 6),
    ("Measure", 46),
    ("Responsible officer", 30),
    ("Target date", 16),
    ("Overdue, days", 9),
    ("Agreed rating", 12),
    ("Proposed rating", 18),
    ("What was last said", 50),
    ("Plan to recover", 40),
    ("Risk", 40),
    ("Impact", 24),
    ("Record of the rating", 10),
)


def _exceptions(pack: Pack) -> Iterable[Sequence[Value]]:
    for name, lines in (
        ("Red, agreed or proposed", pack.red),
        ("Overdue", pack.overdue),
        ("Not updated", pack.not_updated),
        ("Amber without a recovery plan", pack.without_plan),
        ("Complete, impact not accepted", pack.not_accepted),
        ("Amended by the Executive", pack.amended),
    ):
        for line in lines:
            said = line.latest
            yield (
                name,
                line.ref,
                line.text,
                "\n".join(line.officers),
                line.target,
                line.overdue_days or None,
                Rated(line.level),
                Rated(line.proposed.level if line.proposed else None, proposed=True),
                said.words if said else "",
                said.recovery_plan if said else "",
                said.risk_note if said else "",
                line.impact,
                line.agreed.seq if line.agreed else None,
            )


CHANGES = (
    ("What", 20),
    ("Ref", 8),
    ("Change", 100),
    ("Before", 12),
    ("After", 18),
    ("Because", 50),
    ("Record", 10),
)


def _changes(pack: Pack) -> Iterable[Sequence[Value]]:
    for change in pack.changes:
        rated = change.is_level or change.is_proposal
        yield (
            str(change.kind),
            change.ref,
            change.sentence,
            Rated(change.level_before) if rated else None,
            Rated(change.level_after, proposed=change.is_proposal) if rated else None,
            change.because,
            change.seq or None,
        )


HISTORY = (
    ("Record", 10),
    ("When", 18),
    ("Who", 24),
    ("In which post", 32),
    ("What", 60),
    ("Was", 24),
    ("Now", 24),
    ("Because", 50),
    ("Meeting", 18),
)


def _history(rows: "Iterable[HistoryRow]") -> Iterable[Sequence[Value]]:
    for row in rows:
        yield (
            row.seq,
            row.at.astimezone(LONDON).replace(tzinfo=None, microsecond=0),
            row.who,
            row.post,
            row.what,
            row.was,
            row.now,
            row.because,
            row.meeting,
        )


ABOUT = (("About this workbook", 34), ("What it says", 100))


def _about(pack: Pack) -> Iterable[Sequence[Value]]:
    yield "Plan", pack.title
    yield "Partnership", pack.partnership
    yield "Standing", pack.standing
    if not pack.agreed:
        yield "Provisional", f"Not agreed by the {pack.deciding_group}"
    if pack.partial:
        yield "Left out", "What other groups have proposed, which the reader it was drawn for does not see"
    yield "As the plan stood on", pack.on
    if pack.compared_with:
        yield "Changes are since", pack.compared_with
    yield "Ledger up to record", pack.seq
    yield "To check against the ledger", f"{pack.seq}:{pack.hash}"
    for level in pack.key:
        yield Rated(level), level.meaning


# ---- sheets


class _Sheets:
    """Adds sheets to one workbook. Each look is one style array, shared by all the cells that have it."""

    def __init__(self, book: Workbook, pack: Pack) -> None:
        self.book, self.pack = book, pack
        self.rated: dict[Rated, Any] = {}

    def add(
        self,
        name: str,
        head: Sequence[tuple[str, int]],
        rows: Iterable[Sequence[Value]],
        *,
        freeze: str = "A2",
    ) -> None:
        sheet = self.book.create_sheet(name)
        for column, (title, width) in enumerate(head, 1):
            self.put(sheet.cell(1, column), title, self.head)
            sheet.column_dimensions[get_column_letter(column)].width = width
        last = 1
        for last, row in enumerate(rows, 2):
            for column, value in enumerate(row, 1):
                self.put(sheet.cell(last, column), value, self.plain)
        sheet.freeze_panes = freeze
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(head))}{last}"
        sheet.print_title_rows = "1:1"
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        # Screen readers look for this name to read a column's head before its cells.
        sheet.defined_names["ColumnTitle"] = DefinedName("ColumnTitle", attr_text=f"'{name}'!$A$1")
        self.mark(sheet)

    def mark(self, sheet: Any) -> None:
        """Title, standing and page on each printed page."""
        pack = self.pack
        sheet.oddHeader.left.text = printable(f"{pack.title}: {pack.standing}").replace("&", "&&")[:200]
        if not pack.agreed:
            sheet.oddHeader.right.text = "Provisional: not agreed"
        sheet.oddFooter.left.text = f"Record {pack.seq}"
        sheet.oddFooter.right.text = "Page &P of &N"

    def put(self, cell: Cell, value: Value, style: Any) -> None:
        if isinstance(value, Rated):
            style, value = self.rating(value), value.word
        if isinstance(value, str):
            text = ESCAPE_LIKE.sub("_x005F_", printable(value))
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
    ) -> Any:
        pattern = Cell(self.book.worksheets[0], row=1, column=1)
        pattern.font = font or Font(name="Calibri", size=11)
        pattern.alignment = Alignment(wrap_text=True, vertical="top")
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


def _rgb(colour: str) -> str:
    return f"FF{colour.lstrip('#').upper()}"


# ---- the same bytes each time


def _dated(data: bytes, on: date) -> bytes:
    """The file with the pack's day for every moment in it, where openpyxl and zip write the present one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = re.sub(
                    rb"(<dcterms:(created|modified)[^>]*>)[^<]*",
                    rb"\g<1>" + on.isoformat().encode() + b"T00:00:00Z",
                    part,
                )
            entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.create_system = 3
            target.writestr(entry, part, zipfile.ZIP_DEFLATED, 6)
    return out.getvalue()

"""What the plan's sheet carries along unseen, so that a plan which was changed in a spreadsheet is read exactly."""

from datetime import date
from typing import Any

from workstreams.picture import PlanPicture, as_printed, to_json
from workstreams.sheet import PLAN_SHEET, ROW_HEADING, hide

from ..pack import Pack
from . import rows
from .sheets import Book, Rated, Value, as_text

SHEET = "Plan"
_AGREED = next(column for column in rows.STANDS if column.title == "Agreed rating")
# What the columns hold that can be changed and read again. Their titles differ from plan to plan.
FIELDS = {
    rows.PLACES[0].value: "workstream",
    rows.PLACES[1].value: "ref",
    rows.OUTCOME.value: "outcome",
    rows.ACTION[0].value: "action",
    rows.ACTION[1].value: "officers",
    rows.MEASURE[0].value: "measure",
    rows.MEASURE[1].value: "tags",
    rows.STANDS[0].value: "target",
    _AGREED.value: "agreed",
}


def carry_plan(book: Book, pack: Pack, picture: PlanPicture, key: str) -> None:
    """The key of each row in a hidden column, and a very hidden sheet with the plan and each cell as written.

    `picture` is what the pack was made of, so nothing is carried along that its reader may not see.
    """
    printed = as_printed(picture)
    ids = {live.id: m.id for live, m in zip(picture.measures, printed.measures, strict=True)}
    sheet: Any = book.book[SHEET]
    shown = rows.seen_by(rows.plan_columns(pack), public=pack.is_public)
    columns = [(n, column) for n, column in enumerate(shown, 1) if column.value in FIELDS]
    last = len(shown) + 1
    book.put(sheet.cell(1, last), ROW_HEADING, book.head)
    written = []
    for number, row in enumerate(rows.plan(pack), 2):
        row_id = ids[row.line.measure_id] if row.line else 0
        written.append([row_id, [_text(column.value(row)) for _, column in columns]])
        if row_id:
            book.put(sheet.cell(number, last), f"{ROW_HEADING} {row_id}", book.plain)
    sheet.column_dimensions[sheet.cell(1, last).column_letter].hidden = True
    sheet.auto_filter.ref = sheet.dimensions
    data = {
        "picture": to_json(printed),
        "columns": [[sheet.cell(1, n).value, FIELDS[column.value]] for n, column in columns],
        "rows": written,
    }
    hidden = book.book.create_sheet(PLAN_SHEET)
    for number, text in enumerate(hide(data, key), 1):
        book.put(hidden.cell(number, 1), text, book.plain)
    hidden.sheet_state = "veryHidden"


def _text(value: Value) -> str:
    """As the cell holds it."""
    if isinstance(value, Rated):
        value = value.word
    if isinstance(value, date):
        return value.isoformat()
    return "" if value is None else as_text(str(value))

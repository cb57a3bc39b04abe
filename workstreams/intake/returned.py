"""A workbook that comes back: what each row says, and how sure it is which measure it speaks of. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .. import sheet
from ..sheet import Head, RowKey
from ..words import counted
from .document import Cell, Document, Table

# The fields of an answer, beside its level and its figures.
FIELDS = ("words", "recovery_plan", "risk_note", "evidence", "evidence_held", "because")
_ENOUGH = 3  # headings that tell a table of ours from another


class NotAnswers(Exception):
    """This file is no workbook with answers. Its sentence says so, and what to do."""


NOT_OURS = (
    "This is not a workbook with answers that was made here. Download one from this page, fill it in and upload "
    "that."
)
NOT_A_WORKBOOK = (
    "This is a Word document. Upload the workbook (.xlsx) that was made here for a post's updates."
)
A_PLAN = "This workbook holds a whole plan, not answers. A plan is brought in by “Import a plan”."
NEWER = "This workbook was made by a newer version of this service, and cannot be read here."


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A figure as it was typed; the form judges its numbers."""

    name: str
    number: str
    out_of: str
    unit: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it came back. `key` is None where its hidden cell was lost, or holds none.

    `is_sealed`: the key is one that was made here, for a measure with these very words.
    """

    number: int  # its place in the file, from 1
    at: str  # "Updates, row 12"
    key: RowKey | None
    is_sealed: bool
    ref: str
    measure: str  # the words of the measure, as the row prints them
    level: str
    said: dict[str, str]  # by FIELDS
    figures: tuple[FigureRow, ...]

    @property
    def says_more(self) -> bool:
        """There is more in it than a rating."""
        return any(self.said.values()) or bool(self.figures)

    @property
    def is_blank(self) -> bool:
        return not (self.level or self.says_more)


@dataclass(frozen=True, slots=True)
class Returned:
    """A workbook as it came back. `head` is None where its hidden sheet was lost.

    `is_sealed`: the hidden sheet says what it said when it was made. `notes` say what was lost on the way.
    """

    head: Head | None
    is_sealed: bool
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def post(self) -> int | None:
        """The post that it answers for, where it says so by a seal of ours."""
        if self.head and self.is_sealed:
            return self.head.post
        posts = {row.key.post for row in self.rows if row.key and row.is_sealed}
        return posts.pop() if len(posts) == 1 else None


def read(document: Document, keys: Sequence[str]) -> Returned:
    """What a workbook says. `keys` are the secrets by which a seal may have been made.

    Raises NotAnswers for a file that holds no answers.
    """
    if document.kind != "xlsx":
        raise NotAnswers(NOT_A_WORKBOOK)
    updates = [(table, found) for table in document.tables if (found := _columns(table, sheet.COLUMNS))]
    updates = [(table, found) for table, found in updates if "level" in found.at and "words" in found.at]
    if not updates:
        is_plan = any(table.name == sheet.PLAN_SHEET for table in document.tables)
        raise NotAnswers(A_PLAN if is_plan else NOT_OURS)
    head, is_sealed = _head(document, keys)
    if head and head.form > sheet.FORM:
        raise NotAnswers(NEWER)
    figures = list(_figures(document))
    rows: list[Row] = []
    for table, found in updates:
        rows += _rows(table, found, keys, figures, len(rows))
    return Returned(head, is_sealed, tuple(rows), tuple(_notes(head, is_sealed, rows, figures)))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the columns of a table stand, and which row is its first."""

    at: dict[str, int]
    first: int

    def text(self, row: Sequence[Cell], name: str) -> str:
        return row[self.at[name]].text.strip() if name in self.at else ""


def _columns(table: Table, columns: Sequence[sheet.Column]) -> _Columns | None:
    """By the hidden keys; by the headings where those were lost. The row of keys stands above the headings."""
    keys = {column.key: column.name for column in columns}
    headings = {sheet.fold(column.heading): column.name for column in columns}
    by_heading = None
    for number, row in enumerate(table.rows):
        keyed = {
            keys[cell.text.strip()]: place for place, cell in enumerate(row) if cell.text.strip() in keys
        }
        if len(keyed) >= _ENOUGH:
            return _Columns(keyed, number + 2)
        headed = {
            headings[sheet.fold(c.text)]: place
            for place, c in enumerate(row)
            if sheet.fold(c.text) in headings
        }
        if by_heading is None and len(headed) >= _ENOUGH:
            by_heading = _Columns(headed, number + 1)
    return by_heading


def _head(document: Document, keys: Sequence[str]) -> tuple[Head | None, bool]:
    for table in document.tables:
        lines = [(row[0].text.strip(), row[1].text.strip()) for row in table.rows if len(row) > 1]
        if lines and lines[0][0] == sheet.MARK and (read := Head.read(lines)):
            head, found = read
            return head, head.is_sealed(keys, found)
    return None, False


def _rows(
    table: Table,
    columns: _Columns,
    keys: Sequence[str],
    figures: Sequence[tuple[RowKey | None, str, FigureRow]],
    before: int,
) -> Iterator[Row]:
    for number, cells in enumerate(table.rows[columns.first :], before + 1):
        key, sealed = RowKey.read(columns.text(cells, "row")) or (None, "")
        measure = columns.text(cells, "measure")
        row = Row(
            number=number,
            at=f"{table.name}, row {columns.first + number - before}",
            key=key,
            is_sealed=key is not None and key.is_sealed(keys, sealed, measure),
            ref=columns.text(cells, "ref"),
            measure=measure,
            level=columns.text(cells, "level"),
            said={name: columns.text(cells, name) for name in FIELDS},
            figures=tuple(
                figure
                for of, words, figure in figures
                if (of == key if of and key else sheet.fold(words) == sheet.fold(measure))
            ),
        )
        if row.key or row.measure or not row.is_blank:
            yield row


def _figures(document: Document) -> Iterator[tuple[RowKey | None, str, FigureRow]]:
    """The rows of figures that were filled in: the key and the words of their measure, and what was typed."""
    for table in document.tables:
        columns = _columns(table, sheet.FIGURES)
        if columns is None or not {"name", "number"} <= columns.at.keys():
            continue
        for cells in table.rows[columns.first :]:
            name, number, out_of, unit = (
                columns.text(cells, n) for n in ("name", "number", "out_of", "unit")
            )
            if number or out_of:
                read = RowKey.read(columns.text(cells, "row"))
                yield (
                    read[0] if read else None,
                    columns.text(cells, "measure"),
                    FigureRow(name, number, out_of, unit),
                )


def _notes(
    head: Head | None,
    is_sealed: bool,
    rows: Sequence[Row],
    figures: Sequence[tuple[RowKey | None, str, FigureRow]],
) -> Iterator[str]:
    if head is None:
        yield "The hidden sheet of this workbook is gone, so each row is recognised by itself."
    elif not is_sealed:
        yield (
            "The seal of this workbook does not hold: its hidden sheet was changed, or it was made elsewhere. Each row"
            " is recognised by itself."
        )
    else:
        here = {row.key.measure for row in rows if row.key}
        if gone := len(set(head.measures) - here):
            yield (
                f"{counted(gone, 'row')} of the workbook came back without {'its' if gone == 1 else 'their'} hidden"
                " number, or not at all. Nothing happens to what is not here."
            )
    taken = {id(figure) for row in rows for figure in row.figures}
    for _, words, figure in figures:
        if id(figure) not in taken:
            yield f"A figure belongs to no row here and is left out: “{figure.name}” of “{words}”."

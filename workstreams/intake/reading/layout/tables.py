"""A document's plan tables as rows of known columns, each in its section; and all the lines that stand outside them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ...document import Cell, Paragraph
from ..understood import Column, Field


@dataclass(slots=True, eq=False)
class Section:
    """What a plan calls a workstream, theme, priority or recommendation, as its heading says it.

    `before` stands between its heading and its table, `after` between its table and the next section.
    """

    word: str = ""  # "Workstream", "Ofsted recommendation", or "" where only a number or a title is printed
    number: str = ""
    title: str = ""
    aim: str = ""
    at: str = ""
    before: list[Paragraph] = field(default_factory=list)
    after: list[Paragraph] = field(default_factory=list)


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A body row of a plan's table, or a row across it: then `across` is its one cell and `cells` is empty.

    Every known column has its cell in `cells`, blank or not. `merged` names those whose cell is the one of the row
    above; `others` are the words under headings that nobody knows, with the heading.
    """

    at: str  # "Table 3, row 5"
    table: str
    section: Section
    cells: Mapping[Field, Cell]
    merged: frozenset[Field] = frozenset()
    others: tuple[tuple[str, Cell], ...] = ()
    across: Cell | None = None

    def text(self, field: Field) -> str:
        cell = self.cells.get(field)
        return cell.text.strip() if cell else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line outside the plan's rows: a paragraph, or a row of another table with its filled or worded cells."""

    at: str
    cells: tuple[Cell, ...]
    style: str = ""  # a paragraph's: TITLE, HEADING, BULLET or ""; a table's row: "ROW"
    level: int = 0
    bold: bool = False
    is_front: bool = False  # it stands before the plan's first table, or on a sheet without one
    table: str = ""
    places: tuple[int, ...] = (0,)  # the columns of its cells, from 0

    @property
    def text(self) -> str:
        return " ".join(cell.text for cell in self.cells if cell.text)


@dataclass(frozen=True, slots=True)
class Layout:
    """All of a document, sorted: `rows` in reading order with rows across where they stand."""

    sections: tuple[Section, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    rivals: tuple[str, ...] = ()  # headings of which only one can be the plan's actions, dates or ratings

    @property
    def body(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.across is None)

    def has(self, field: Field) -> bool:
        return any(field in row.cells for row in self.rows)

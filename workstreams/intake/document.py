"""A document as its parser gives it, whatever program wrote the file: paragraphs and tables in reading order. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as printed. A merged area holds the same cell, with the same `at`, at each of its positions.

    `text` has its lines parted by "\\n"; a bulleted line starts with "- ". `fill` is "RRGGBB", and "" where it is
    white, automatic or none. `day` is a workbook's real date, and `shows` what its format shows of it: "DAY",
    "MONTH", or "" where `day` is None.
    """

    at: str  # "Table 3, row 5, column 2" of a Word document, "Plan!B12" of a workbook
    text: str = ""
    fill: str = ""
    day: date | None = None
    shows: str = ""
    bold: bool = False

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words outside the tables. `style`: TITLE, HEADING (with its `level` from 1), BULLET, or "" for plain text."""

    at: str  # "Paragraph 12"
    text: str
    style: str = ""
    level: int = 0
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, or the used part of a sheet, as a full rectangle; trailing blank rows and columns are left out."""

    name: str  # "Table 3", or the sheet's name
    rows: tuple[tuple[Cell, ...], ...]
    is_hidden: bool = False  # a sheet that is not shown; hidden rows and columns of a sheet are in `rows`


@dataclass(frozen=True, slots=True)
class Document:
    kind: str  # "docx" or "xlsx"
    name: str  # the file's own name, without its folder
    blocks: tuple[Paragraph | Table, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Table))

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        return tuple(block for block in self.blocks if isinstance(block, Paragraph))

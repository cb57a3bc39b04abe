"""A document as its parser gives it, whatever program wrote the file: paragraphs and tables in reading order. Pure."""

from dataclasses import astuple, dataclass
from datetime import date
from typing import Any


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


def packed(document: Document) -> dict[str, Any]:
    """The document as plain JSON values. Each cell stands once, and rows name their cells by number."""
    return {
        "kind": document.kind,
        "name": document.name,
        "blocks": [
            _packed_table(block) if isinstance(block, Table) else {"paragraph": list(astuple(block))}
            for block in document.blocks
        ],
    }


def _packed_table(table: Table) -> dict[str, Any]:
    numbers: dict[Cell, int] = {}
    rows = [[numbers.setdefault(cell, len(numbers)) for cell in row] for row in table.rows]
    cells = [[c.at, c.text, c.fill, c.day.isoformat() if c.day else None, c.shows, c.bold] for c in numbers]
    return {"table": table.name, "is_hidden": table.is_hidden, "cells": cells, "rows": rows}


def unpacked(data: dict[str, Any]) -> Document:
    """The document that `packed` wrote; a cell that stands at several places is one object again."""
    return Document(
        data["kind"],
        data["name"],
        tuple(
            _unpacked_table(block) if "table" in block else Paragraph(*block["paragraph"])
            for block in data["blocks"]
        ),
    )


def _unpacked_table(data: dict[str, Any]) -> Table:
    cells = [
        Cell(at, text, fill, date.fromisoformat(day) if day else None, shows, bold)
        for at, text, fill, day, shows, bold in data["cells"]
    ]
    rows = tuple(tuple(cells[number] for number in row) for row in data["rows"])
    return Table(data["table"], rows, data["is_hidden"])
